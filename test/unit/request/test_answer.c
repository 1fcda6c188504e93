/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include "request/answer.h"

#define ORIGIN "Origin: https://app.example.com"
#define OTHER "Origin: https://other.example"
#define APP "CORSAllowOrigin https://app.example.com\n"
#define ANY "CORSAllowOrigin *\nCORSAllowCredentials Off\n"
#define PREFLIGHT "\nAccess-Control-Request-Method: "
#define ASKS_FOR "\nAccess-Control-Request-Headers: "
#define ALLOW_ORIGIN "Access-Control-Allow-Origin: https://app.example.com"
#define ALLOW_ANY "Access-Control-Allow-Origin: *"
#define CREDENTIALS "\nAccess-Control-Allow-Credentials: true"
#define ALLOW_METHODS "\nAccess-Control-Allow-Methods: "
#define ALLOW_HEADERS "\nAccess-Control-Allow-Headers: "
#define EXPOSE "\nAccess-Control-Expose-Headers: "
#define MAX_AGE "\nAccess-Control-Max-Age: "
#define VARY "Vary: Origin"
#define VARY_PREFLIGHT "Vary: Origin, Access-Control-Request-Method, " \
    "Access-Control-Request-Headers"
#define VARY_ANY_PREFLIGHT "Vary: Access-Control-Request-Method, " \
    "Access-Control-Request-Headers"

typedef struct row {
    const char *lines;
    const char *method;
    const char *headers;
    const char *response;       /* all of it, in this order */
} row;

static request_rec *answered(const char *lines, const char *method,
                             const char *headers)
{
    const cors_policy *policy = fake_policy(lines);
    request_rec *r = fake_request(policy, method, headers);

    cors_decision_make(r, policy);
    return r;
}

static void write_answer(request_rec *r)
{
    cors_answer_write(r, cors_request_judged(r));
}

static void expect_rows(const row *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        request_rec *r = answered(rows[i].lines, rows[i].method,
                                  rows[i].headers);
        const char *name = apr_pstrcat(fake.pool, rows[i].lines, "\n",
                                       rows[i].method, "\n",
                                       rows[i].headers, NULL);

        write_answer(r);
        EXPECT_TEXT(name, fake_response(r), rows[i].response);
        /* The error path may run it again. */
        write_answer(r);
        EXPECT_TEXT(name, fake_response(r), rows[i].response);
    }
}

static void simple_requests(void **state)
{
    static const row rows[] = {
        { APP, "GET", NULL, VARY },
        { APP, "GET", ORIGIN, VARY "\n" ALLOW_ORIGIN CREDENTIALS },
        { APP, "POST", OTHER, VARY },
        { APP, "GET", "Origin: null", VARY },
        { APP, "POST", OTHER "\nSec-Fetch-Site: same-origin", VARY },
        { APP, "POST", ORIGIN "\nSec-Fetch-Site: same-origin",
          VARY "\n" ALLOW_ORIGIN CREDENTIALS },
        { APP "CORSAllowCredentials Off", "GET", ORIGIN,
          VARY "\n" ALLOW_ORIGIN },
        { APP "CORSExposeHeaders X-Total ETag", "GET", ORIGIN,
          VARY "\n" ALLOW_ORIGIN CREDENTIALS EXPOSE "X-Total, ETag" },
        { APP "CORSExposeHeaders X-Total", "GET", OTHER, VARY },
        { APP "CORSExposeHeaders X-Total", "GET", NULL, VARY },
        { APP "CORSExposeHeaders none", "GET", ORIGIN,
          VARY "\n" ALLOW_ORIGIN CREDENTIALS },
        /* What preflights are told is told to no other request. */
        { APP "CORSAllowMethods PUT\nCORSAllowHeaders X-A", "PUT", ORIGIN,
          VARY "\n" ALLOW_ORIGIN CREDENTIALS },
        { APP, "OPTIONS", ORIGIN, VARY "\n" ALLOW_ORIGIN CREDENTIALS },
        { "CORSDisallowedOrigin Deny", "GET", ORIGIN, VARY }
    };

    (void)state;
    expect_rows(rows, LENGTH(rows));
}

static void star_and_anonymous(void **state)
{
    static const row rows[] = {
        { ANY, "GET", NULL, ALLOW_ANY },
        { ANY, "GET", ORIGIN, ALLOW_ANY },
        { ANY, "GET", "Origin: null", ALLOW_ANY },
        { ANY "CORSExposeHeaders X-Total", "GET", NULL,
          ALLOW_ANY EXPOSE "X-Total" },
        { ANY "CORSExposeHeaders *", "GET", ORIGIN, ALLOW_ANY EXPOSE "*" },
        { ANY, "OPTIONS", ORIGIN PREFLIGHT "GET",
          VARY_ANY_PREFLIGHT "\n" ALLOW_ANY MAX_AGE "600" },
        { APP "CORSAllowAnonymous On", "GET", OTHER,
          VARY "\n" ALLOW_ANY },
        { APP "CORSAllowAnonymous On", "GET", "Origin: null",
          VARY "\n" ALLOW_ANY },
        { APP "CORSAllowAnonymous On", "GET", ORIGIN,
          VARY "\n" ALLOW_ORIGIN CREDENTIALS },
        { APP "CORSAllowAnonymous On", "GET", OTHER "\nCookie: a=b",
          VARY ", Cookie, Authorization" },
        { APP "CORSAllowAnonymous On", "GET", NULL, VARY },
        { APP "CORSAllowAnonymous On\nCORSExposeHeaders *", "GET", OTHER,
          VARY "\n" ALLOW_ANY EXPOSE "*" },
        { APP "CORSAllowAnonymous On\nCORSAllowMethods PUT\n"
          "CORSAllowHeaders *", "OPTIONS",
          OTHER PREFLIGHT "PUT" ASKS_FOR "x-a",
          VARY_PREFLIGHT "\n" ALLOW_ANY ALLOW_METHODS "PUT" ALLOW_HEADERS "x-a"
          MAX_AGE "600" }
    };

    (void)state;
    expect_rows(rows, LENGTH(rows));
}

static void preflights(void **state)
{
    static const row rows[] = {
        { APP, "OPTIONS", ORIGIN PREFLIGHT "GET",
          VARY_PREFLIGHT "\n" ALLOW_ORIGIN CREDENTIALS MAX_AGE "600" },
        { APP "CORSAllowMethods PUT DELETE\nCORSAllowHeaders X-A X-B\n"
          "CORSMaxAge 0", "OPTIONS", ORIGIN PREFLIGHT "PUT" ASKS_FOR "x-a",
          VARY_PREFLIGHT "\n" ALLOW_ORIGIN CREDENTIALS
          ALLOW_METHODS "PUT, DELETE" ALLOW_HEADERS "X-A, X-B" MAX_AGE "0" },
        /* The whole list, so that one serves later requests. */
        { APP "CORSAllowMethods PUT\nCORSAllowHeaders X-A", "OPTIONS",
          ORIGIN PREFLIGHT "GET", VARY_PREFLIGHT "\n" ALLOW_ORIGIN
          CREDENTIALS ALLOW_METHODS "PUT" ALLOW_HEADERS "X-A" MAX_AGE "600" },
        /* What is allowed, so that the console names what is missing. */
        { APP "CORSAllowMethods PUT\nCORSAllowHeaders X-A", "OPTIONS",
          ORIGIN PREFLIGHT "DELETE" ASKS_FOR "x-b", VARY_PREFLIGHT "\n"
          ALLOW_ORIGIN CREDENTIALS ALLOW_METHODS "PUT" ALLOW_HEADERS "X-A"
          MAX_AGE "600" },
        { APP, "OPTIONS", ORIGIN PREFLIGHT "PUT", VARY_PREFLIGHT "\n"
          ALLOW_ORIGIN CREDENTIALS MAX_AGE "600" },
        { APP "CORSAllowMethods *", "OPTIONS", ORIGIN PREFLIGHT "PATCH",
          VARY_PREFLIGHT "\n" ALLOW_ORIGIN CREDENTIALS ALLOW_METHODS "PATCH"
          MAX_AGE "600" },
        { APP "CORSAllowMethods *", "OPTIONS", ORIGIN PREFLIGHT,
          VARY_PREFLIGHT "\n" ALLOW_ORIGIN CREDENTIALS MAX_AGE "600" },
        { APP "CORSAllowMethods *", "OPTIONS", ORIGIN PREFLIGHT "PUT"
          ASKS_FOR "x-b", VARY_PREFLIGHT "\n" ALLOW_ORIGIN CREDENTIALS
          ALLOW_METHODS "PUT" MAX_AGE "600" },
        { APP "CORSAllowHeaders *", "OPTIONS", ORIGIN PREFLIGHT "GET"
          ASKS_FOR "x-a,authorization", VARY_PREFLIGHT "\n" ALLOW_ORIGIN
          CREDENTIALS ALLOW_HEADERS "x-a" MAX_AGE "600" },
        { APP "CORSAllowHeaders * Authorization", "OPTIONS",
          ORIGIN PREFLIGHT "GET" ASKS_FOR "authorization", VARY_PREFLIGHT
          "\n" ALLOW_ORIGIN CREDENTIALS ALLOW_HEADERS "authorization"
          MAX_AGE "600" },
        { APP "CORSAllowHeaders *", "OPTIONS", ORIGIN PREFLIGHT "GET"
          ASKS_FOR "x a", VARY_PREFLIGHT "\n" ALLOW_ORIGIN CREDENTIALS
          MAX_AGE "600" },
        { APP "CORSAllowCredentials Off", "OPTIONS", ORIGIN PREFLIGHT "GET",
          VARY_PREFLIGHT "\n" ALLOW_ORIGIN MAX_AGE "600" },
        /* Nothing is exposed by a preflight, nothing told to strangers. */
        { APP "CORSExposeHeaders X-T", "OPTIONS", ORIGIN PREFLIGHT "GET",
          VARY_PREFLIGHT "\n" ALLOW_ORIGIN CREDENTIALS MAX_AGE "600" },
        { APP "CORSAllowMethods PUT\nCORSAllowHeaders X-A", "OPTIONS",
          OTHER PREFLIGHT "GET", VARY_PREFLIGHT },
        { APP "CORSAllowMethods *\nCORSAllowHeaders *", "OPTIONS",
          "Origin: null" PREFLIGHT "GET", VARY_PREFLIGHT }
    };

    (void)state;
    expect_rows(rows, LENGTH(rows));
}

/* All of them, in both tables, in any case, in several lines. */
static const char foreign[] =
    "Access-Control-Allow-Origin: *\n"
    "access-control-allow-origin: https://evil.net\n"
    "Access-Control-Allow-Credentials: false\n"
    "Access-Control-Allow-Methods: TEAPOT\n"
    "ACCESS-CONTROL-ALLOW-HEADERS: X-Evil\n"
    "Access-Control-Expose-Headers: X-Evil\n"
    "Access-Control-Max-Age: 1\n"
    "Access-Control-Allow-Private-Network: true\n"
    "X-Own: 1\n"
    "Accept-Ranges: bytes\n"
    "Age: 5";

/* The others that begin so are no business of the module's. */
#define KEPT "Access-Control-Allow-Private-Network: true\nX-Own: 1\n" \
    "Accept-Ranges: bytes\nAge: 5"

static void what_others_wrote_is_replaced(void **state)
{
    request_rec *r = answered(APP "CORSExposeHeaders none", "GET", ORIGIN);

    (void)state;
    fake_headers_add(r->headers_out, foreign);
    fake_headers_add(r->err_headers_out, foreign);
    write_answer(r);
    assert_string_equal(fake_headers_text(r->headers_out),
                        KEPT "\n" VARY "\n" ALLOW_ORIGIN CREDENTIALS);
    assert_string_equal(fake_headers_text(r->err_headers_out), KEPT);
}

/* Where it is left to the application: in one field. */
static void what_an_application_exposes_reaches_who_may_read(void **state)
{
    static const struct {
        const char *lines;
        const char *method;
        const char *headers;
        const char *exposed;
    } rows[] = {
        { APP, "GET", ORIGIN, "X-A,X-B,X-C" },
        { APP "CORSAllowAnonymous On", "GET", OTHER, "X-A,X-B,X-C" },
        { APP "CORSExposeHeaders none", "GET", ORIGIN, NULL },
        { APP "CORSExposeHeaders X-T", "GET", ORIGIN, "X-T" },
        { APP, "GET", OTHER, NULL },
        { APP, "GET", "X-A: 1", NULL },
        { APP, "OPTIONS", ORIGIN PREFLIGHT "GET", NULL }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        request_rec *r = answered(rows[i].lines, rows[i].method,
                                  rows[i].headers);

        fake_headers_add(r->headers_out,
                         "Access-Control-Expose-Headers: X-A\n"
                         "Access-Control-Expose-Headers: X-B");
        fake_headers_add(r->err_headers_out,
                         "access-control-expose-headers: X-C");
        write_answer(r);
        EXPECT_TEXT(rows[i].lines,
                    apr_table_getm(fake.pool, r->headers_out,
                                   "Access-Control-Expose-Headers"),
                    rows[i].exposed);
        assert_null(apr_table_get(r->err_headers_out,
                                  "Access-Control-Expose-Headers"));
    }
}

/* Of credentials that no Vary can name a cache keeps nothing. */
static void what_a_connection_made_is_not_stored(void **state)
{
    request_rec *r = answered(APP, "GET", OTHER);

    (void)state;
    cors_request_judged(r)->decision->by_connection = 1;
    fake_headers_add(r->headers_out, "Cache-Control: public, max-age=60\n"
                     "CDN-Cache-Control: max-age=60");
    fake_headers_add(r->err_headers_out, "Cache-Control: public\n"
                     "Surrogate-Control: max-age=60");
    write_answer(r);
    assert_string_equal(fake_response(r),
                        VARY "\nCache-Control: no-store");
}

/* What httpd put there for an <If>, before a backend replaced the headers. */
static void vary_of_httpd_s_own_is_there_again(void **state)
{
    request_rec *r = answered("CORSAllowOrigin *\nCORSAllowCredentials Off",
                              "GET", ORIGIN);

    (void)state;
    cors_request_keep_vary(r, cors_request_judged(r));
    write_answer(r);
    assert_null(apr_table_get(r->headers_out, "Vary"));
    r = answered("CORSAllowOrigin *\nCORSAllowCredentials Off", "GET",
                 ORIGIN);
    apr_table_setn(r->headers_out, "Vary", "Origin, X-Debug");
    cors_request_keep_vary(r, cors_request_judged(r));
    apr_table_setn(r->headers_out, "Vary", "x-debug, Accept");
    write_answer(r);
    assert_string_equal(apr_table_get(r->headers_out, "Vary"),
                        "x-debug, Accept, Origin");
}

/* A cache would hand the denial to whoever is allowed. */
static void a_denial_behind_a_report_says_what_it_varies_by(void **state)
{
    request_rec *r = answered(APP "CORSReportOnly On", "GET", OTHER);

    (void)state;
    write_answer(r);
    assert_string_equal(fake_response(r), "");
    cors_request_judged(r)->denied = 1;
    write_answer(r);
    assert_string_equal(fake_response(r), VARY);
}

static void or_removed(void **state)
{
    request_rec *r = answered(APP, "GET", OTHER);

    (void)state;
    fake_headers_add(r->headers_out, foreign);
    fake_headers_add(r->err_headers_out, foreign);
    write_answer(r);
    assert_string_equal(fake_headers_text(r->headers_out), KEPT "\n" VARY);
    assert_string_equal(fake_headers_text(r->err_headers_out), KEPT);
    assert_int_equal(fake.log->nelts, 1);
    EXPECT_PART("log", fake_log_text(APLOG_DEBUG),
                "replaced what the handler or another module said: "
                "Access-Control-Allow-Origin, "
                "Access-Control-Allow-Credentials, ");
}

static void a_backend_s_preflight_keeps_its_own(void **state)
{
    request_rec *r = answered(APP "CORSPreflight Forward\n"
                              "CORSAllowMethods PUT\nCORSAllowHeaders X-A",
                              "OPTIONS", ORIGIN PREFLIGHT "PUT");

    (void)state;
    fake_headers_add(r->headers_out, foreign);
    write_answer(r);
    assert_string_equal(fake_headers_text(r->headers_out),
                        "Access-Control-Allow-Methods: TEAPOT\n"
                        "ACCESS-CONTROL-ALLOW-HEADERS: X-Evil\n"
                        "Access-Control-Max-Age: 1\n" KEPT "\n"
                        VARY_PREFLIGHT "\n" ALLOW_ORIGIN CREDENTIALS);
}

static void but_not_for_strangers(void **state)
{
    request_rec *r = answered(APP "CORSPreflight Forward", "OPTIONS",
                              OTHER PREFLIGHT "PUT");

    (void)state;
    fake_headers_add(r->headers_out, foreign);
    write_answer(r);
    assert_string_equal(fake_headers_text(r->headers_out),
                        KEPT "\n" VARY_PREFLIGHT);
}

static void credentials_go_to_listed_origins_only(void **state)
{
    static const struct {
        const char *lines;
        const char *headers;
        int allowed;
    } rows[] = {
        { APP, ORIGIN, 1 },
        { APP, OTHER, 0 },
        { APP, NULL, 0 },
        { APP "CORSAllowCredentials Off", ORIGIN, 0 },
        { APP "CORSAllowAnonymous On", OTHER, 0 },
        { ANY, ORIGIN, 0 }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        request_rec *r = answered(rows[i].lines, "GET", rows[i].headers);

        EXPECT_NUMBER(rows[i].lines,
                      cors_decision_allows_credentials(
                          cors_request_judged(r)->decision),
                      rows[i].allowed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(simple_requests),
        FAKES_TEST(star_and_anonymous),
        FAKES_TEST(preflights),
        FAKES_TEST(what_others_wrote_is_replaced),
        FAKES_TEST(what_an_application_exposes_reaches_who_may_read),
        FAKES_TEST(what_a_connection_made_is_not_stored),
        FAKES_TEST(vary_of_httpd_s_own_is_there_again),
        FAKES_TEST(a_denial_behind_a_report_says_what_it_varies_by),
        FAKES_TEST(or_removed),
        FAKES_TEST(a_backend_s_preflight_keeps_its_own),
        FAKES_TEST(but_not_for_strangers),
        FAKES_TEST(credentials_go_to_listed_origins_only)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
