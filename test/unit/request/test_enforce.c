/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include <apr_optional.h>

#include "request/enforce.h"
#include "request/request.h"

APR_DECLARE_OPTIONAL_FN(char *, ssl_var_lookup,
                        (apr_pool_t *, server_rec *, conn_rec *,
                         request_rec *, char *));

#define ORIGIN "Origin: https://app.example.com"
#define OTHER "Origin: https://other.example"
#define APP "CORSAllowOrigin https://app.example.com\n"
#define DENY APP "CORSDisallowedOrigin Deny"
#define STRIP APP "CORSDisallowedOrigin StripCredentials"
#define PREFLIGHT "\nAccess-Control-Request-Method: GET"
#define SAME_ORIGIN "\nSec-Fetch-Site: same-origin"
#define SECRETS "\nCookie: sid=1\nAuthorization: Basic dTpw"

static request_rec *judged(const char *lines, const char *method,
                           const char *headers)
{
    const cors_policy *policy = fake_policy(lines);
    request_rec *r = fake_request(policy, method, headers);

    cors_decision_make(r, policy);
    return r;
}

typedef struct row {
    const char *lines;
    const char *method;
    const char *headers;
    int answer;
    int status;                 /* of the response so far */
    int secrets;                /* are Cookie and Authorization still there? */
} row;

static void expect_row(const row *row)
{
    request_rec *r = judged(row->lines, row->method, row->headers);
    const char *name = apr_pstrcat(fake.pool, row->lines, "\n", row->method,
                                   "\n", row->headers, NULL);

    fake.error_filters_run = 0;
    EXPECT_NUMBER(name, cors_enforce(r, cors_request_judged(r)), row->answer);
    EXPECT_NUMBER(name, r->status, row->status);
    EXPECT_NUMBER(name, fake.error_filters_run, row->answer == DONE);
    EXPECT_NUMBER(name, cors_request_judged(r)->answered, row->answer == DONE);
    if (strstr(row->headers, "Cookie")) {
        EXPECT_NUMBER(name, apr_table_get(r->headers_in, "Cookie") != NULL,
                      row->secrets);
        EXPECT_NUMBER(name, apr_table_get(r->headers_in, "Authorization")
                            != NULL, row->secrets);
    }
}

static void expect_rows(const row *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        expect_row(&rows[i]);
    }
}

static void preflights_are_answered(void **state)
{
    static const row rows[] = {
        { APP, "OPTIONS", ORIGIN PREFLIGHT, DONE, 204, 0 },
        { APP "CORSPreflightStatus 200", "OPTIONS", ORIGIN PREFLIGHT, DONE,
          200, 0 },
        /* Method or header not listed: the console is to say which. */
        { APP, "OPTIONS", ORIGIN "\nAccess-Control-Request-Method: PUT",
          DONE, 204, 0 },
        { APP, "OPTIONS", ORIGIN PREFLIGHT
          "\nAccess-Control-Request-Headers: x a", DONE, 204, 0 },
        { APP, "OPTIONS", OTHER PREFLIGHT, DONE, 403, 0 },
        { APP "CORSPreflightStatus 200", "OPTIONS", OTHER PREFLIGHT, DONE,
          403, 0 },
        { DENY, "OPTIONS", OTHER PREFLIGHT, DONE, 403, 0 },
        { STRIP, "OPTIONS", OTHER PREFLIGHT, DONE, 403, 0 },
        { APP "CORSAllowAnonymous On", "OPTIONS", OTHER PREFLIGHT, DONE, 204,
          0 },
        { APP "CORSAllowAnonymous On", "OPTIONS", OTHER PREFLIGHT
          "\nCookie: a=b\nAuthorization: Basic x", DONE, 403, 1 },
        { "CORSAllowOrigin *\nCORSAllowCredentials Off", "OPTIONS",
          "Origin: null" PREFLIGHT, DONE, 204, 0 },
        /* OPTIONS that is none reaches its handler. */
        { APP, "OPTIONS", ORIGIN, DECLINED, 200, 0 },
        { APP, "OPTIONS", OTHER, DECLINED, 200, 0 },
        { APP, "OPTIONS", "Access-Control-Request-Method: PUT", DECLINED,
          200, 0 }
    };

    (void)state;
    expect_rows(rows, LENGTH(rows));
}

static void forwarded_ones_are_the_backend_s(void **state)
{
#define FORWARD "\nCORSPreflight Forward"
    static const row rows[] = {
        { APP FORWARD, "OPTIONS", ORIGIN PREFLIGHT, DECLINED, 200, 0 },
        { APP FORWARD, "OPTIONS", OTHER PREFLIGHT, DECLINED, 200, 0 },
        { DENY FORWARD, "OPTIONS", ORIGIN PREFLIGHT, DECLINED, 200, 0 },
        { DENY FORWARD, "OPTIONS", OTHER PREFLIGHT, DONE, 403, 0 },
        { STRIP FORWARD, "OPTIONS", OTHER PREFLIGHT SECRETS, DECLINED, 200,
          0 }
    };

    (void)state;
    expect_rows(rows, LENGTH(rows));
}

static void others_are_served_denied_or_stripped(void **state)
{
    static const row rows[] = {
        { APP, "POST", OTHER SECRETS, DECLINED, 200, 1 },
        { DENY, "POST", OTHER SECRETS, HTTP_FORBIDDEN, 200, 1 },
        { DENY, "GET", OTHER SECRETS, HTTP_FORBIDDEN, 200, 1 },
        { DENY, "OPTIONS", OTHER SECRETS, HTTP_FORBIDDEN, 200, 1 },
        { DENY, "GET", "Origin: null" SECRETS, HTTP_FORBIDDEN, 200, 1 },
        { STRIP, "POST", OTHER SECRETS, DECLINED, 200, 0 },
        { STRIP, "GET", "Origin: a, b" SECRETS, DECLINED, 200, 0 },
        /* An upgrade would keep its session. */
        { STRIP, "GET", OTHER "\nUpgrade: websocket" SECRETS,
          HTTP_FORBIDDEN, 200, 1 },
        { DENY, "GET", OTHER "\nUpgrade: websocket", HTTP_FORBIDDEN, 200,
          0 },
        { APP, "GET", OTHER "\nUpgrade: websocket" SECRETS, DECLINED, 200,
          1 },
        /* Credentials that make an anonymous request none. */
        { DENY "\nCORSAllowAnonymous On", "GET", OTHER SECRETS,
          HTTP_FORBIDDEN, 200, 1 },
        { STRIP "\nCORSAllowAnonymous On", "GET", OTHER SECRETS, DECLINED,
          200, 0 }
    };

    (void)state;
    expect_rows(rows, LENGTH(rows));
}

static void whoever_is_welcome_is_left_alone(void **state)
{
    static const row rows[] = {
        { DENY, "POST", ORIGIN SECRETS, DECLINED, 200, 1 },
        { STRIP, "POST", ORIGIN SECRETS, DECLINED, 200, 1 },
        { DENY, "POST", "X-A: 1" SECRETS, DECLINED, 200, 1 },
        { STRIP, "POST", "X-A: 1" SECRETS, DECLINED, 200, 1 },
        { DENY, "POST", OTHER SAME_ORIGIN SECRETS, DECLINED, 200, 1 },
        { STRIP, "POST", OTHER SAME_ORIGIN SECRETS, DECLINED, 200, 1 },
        { DENY "\nCORSAllowAnonymous On", "GET", OTHER, DECLINED, 200, 0 },
        { STRIP "\nCORSAllowAnonymous On", "GET", OTHER "\nUpgrade: x",
          DECLINED, 200, 0 }
    };

    (void)state;
    expect_rows(rows, LENGTH(rows));
}

static void report_only_does_nothing_of_it(void **state)
{
#define REPORT "\nCORSReportOnly On"
    static const row rows[] = {
        { APP REPORT, "OPTIONS", ORIGIN PREFLIGHT, DECLINED, 200, 0 },
        { APP REPORT, "OPTIONS", OTHER PREFLIGHT, DECLINED, 200, 0 },
        { DENY REPORT, "POST", OTHER SECRETS, DECLINED, 200, 1 },
        { DENY REPORT FORWARD, "OPTIONS", OTHER PREFLIGHT, DECLINED, 200,
          0 },
        { STRIP REPORT, "POST", OTHER SECRETS, DECLINED, 200, 1 },
        { STRIP REPORT, "POST", OTHER "\nUpgrade: x" SECRETS, DECLINED, 200,
          1 }
    };

    (void)state;
    expect_rows(rows, LENGTH(rows));
}

/* mod_dir brought in a place that strips: somebody has logged in by then. */
static void a_log_in_before_cannot_be_stripped(void **state)
{
    request_rec *r = judged(STRIP, "POST", OTHER SECRETS);

    (void)state;
    r->user = "somebody";
    assert_int_equal(cors_enforce(r, cors_request_judged(r)), HTTP_FORBIDDEN);
    assert_non_null(apr_table_get(r->headers_in, "Cookie"));
}

/* It was stripped before, and is somebody all the same: NTLM, Kerberos. */
static void a_log_in_of_the_connection_cannot_be_stripped(void **state)
{
    request_rec *r = judged(STRIP, "POST", OTHER SECRETS);

    (void)state;
    assert_int_equal(cors_enforce(r, cors_request_judged(r)), DECLINED);
    r->user = "";
    assert_int_equal(cors_enforce(r, cors_request_judged(r)), DECLINED);
    r->user = "somebody";
    assert_int_equal(cors_enforce(r, cors_request_judged(r)), HTTP_FORBIDDEN);
}

/* RequestHeader set Authorization, for the server's own backend. */
static void what_the_server_puts_there_afterwards_stays(void **state)
{
    request_rec *r = judged(STRIP, "POST", OTHER SECRETS), *inner;

    (void)state;
    assert_int_equal(cors_enforce(r, cors_request_judged(r)), DECLINED);
    apr_table_setn(r->headers_in, "Authorization", "Bearer ours");
    assert_int_equal(cors_enforce(r, cors_request_judged(r)), DECLINED);
    inner = fake_redirected(r, fake_policy(STRIP));
    assert_int_equal(cors_enforce(inner, cors_request_judged(r)), DECLINED);
    assert_string_equal(apr_table_get(r->headers_in, "Authorization"),
                        "Bearer ours");
    assert_null(apr_table_get(r->headers_in, "Cookie"));
}

/* A .htaccess that mod_dir or an internal redirect leads to is one, too. */
static void an_unsafe_htaccess_is_an_error_wherever_it_is_met(void **state)
{
    request_rec *r = judged(APP, "GET", ORIGIN), *inner;
    cors_policy *unsafe = cors_policy_create(fake.pool, NULL);

    (void)state;
    assert_null(fake_read(FAKE_HTACCESS, unsafe, "CORSAllowOrigin *"));
    inner = fake_redirected(r, unsafe);
    assert_int_equal(cors_enforce(inner, cors_request_judged(r)),
                     HTTP_INTERNAL_SERVER_ERROR);
    EXPECT_PART("log", fake_log_text(APLOG_ALERT), ".htaccess:1: "
                "CORSAllowOrigin '*'");
    r->status = HTTP_NOT_FOUND;
    assert_int_equal(cors_enforce(fake_redirected(r, unsafe),
                                  cors_request_judged(r)), DECLINED);
}

/* mod_auth_digest reads Authorization before any hook of ours. */
static void digest_cannot_be_stripped(void **state)
{
    static const row denied = {
        STRIP, "POST", OTHER SECRETS, HTTP_FORBIDDEN, 200, 1
    };
    static const row stripped = {
        STRIP, "POST", OTHER SECRETS, DECLINED, 200, 0
    };

    (void)state;
    fake.auth_type = "digest";
    expect_row(&denied);
    fake.auth_type = "Basic";
    expect_row(&stripped);
}

static char *certificate_verified(apr_pool_t *pool, server_rec *server,
                                  conn_rec *connection, request_rec *r,
                                  char *name)
{
    static char success[] = "SUCCESS";

    (void)pool, (void)server, (void)connection, (void)r, (void)name;
    return success;
}

static void a_client_certificate_cannot_be_stripped(void **state)
{
    static const row denied = {
        STRIP, "POST", OTHER SECRETS, HTTP_FORBIDDEN, 200, 1
    };

    (void)state;
    apr_dynamic_fn_register("ssl_var_lookup",
                            (apr_opt_fn_t *)certificate_verified);
    cors_request_find_ssl();
    expect_row(&denied);
    apr_dynamic_fn_register("ssl_var_lookup", NULL);
    cors_request_find_ssl();
}

/* Deny of the place that an internal redirect leads to counts too. */
static void each_place_on_the_way_has_its_word(void **state)
{
    request_rec *r = judged(APP, "POST", OTHER SECRETS);
    cors_request *request = cors_request_judged(r);

    (void)state;
    assert_int_equal(cors_enforce(r, request), DECLINED);
    assert_int_equal(cors_enforce(fake_redirected(r, fake_policy(DENY)),
                                  request), HTTP_FORBIDDEN);
    assert_int_equal(cors_enforce(fake_redirected(r, fake_policy("")),
                                  request), DECLINED);
    assert_non_null(apr_table_get(r->headers_in, "Cookie"));
    assert_int_equal(cors_enforce(fake_redirected(r, fake_policy(STRIP)),
                                  request), DECLINED);
    assert_null(apr_table_get(r->headers_in, "Cookie"));
    assert_true(request->stripped);
}

static void a_body_that_cannot_be_read_past_is_the_answer(void **state)
{
    request_rec *r = judged(APP, "OPTIONS", ORIGIN PREFLIGHT
                            "\nTransfer-Encoding: chunked");

    (void)state;
    assert_int_equal(cors_enforce(r, cors_request_judged(r)), DONE);
    fake.body_status = HTTP_BAD_REQUEST;
    assert_int_equal(cors_enforce(r, cors_request_judged(r)),
                     HTTP_BAD_REQUEST);
    r = judged(APP, "OPTIONS", ORIGIN PREFLIGHT);
    assert_int_equal(cors_enforce(r, cors_request_judged(r)), DONE);
}

/* What SetEnvIf and RewriteRule have made for CGI before we could look. */
static void copies_of_credentials_are_stripped(void **state)
{
    request_rec *r = judged(STRIP, "GET", OTHER SECRETS);

    (void)state;
    apr_table_setn(r->subprocess_env, "HTTP_COOKIE", "sid=1");
    apr_table_setn(r->subprocess_env, "HTTP_AUTHORIZATION", "Basic dTpw");
    apr_table_setn(r->subprocess_env, "REDIRECT_HTTP_AUTHORIZATION",
                   "Basic dTpw");
    apr_table_setn(r->subprocess_env, "HTTP_SESSION", "user=somebody");
    apr_table_setn(r->subprocess_env, "HTTP_ACCEPT", "*/*");
    assert_int_equal(cors_enforce(r, cors_request_judged(r)), DECLINED);
    assert_string_equal(fake_headers_text(r->subprocess_env),
                        "HTTP_ACCEPT: */*");
}

static void error_documents_are_not_denied(void **state)
{
    request_rec *r = judged(DENY, "POST", OTHER SECRETS);
    cors_request *request = cors_request_judged(r);
    request_rec *document;

    (void)state;
    r->status = cors_enforce(r, request);
    assert_int_equal(r->status, HTTP_FORBIDDEN);
    document = fake_redirected(r, fake_policy(DENY));
    assert_int_equal(cors_enforce(document, request), DECLINED);
}

/* Nor answered: httpd refused the request before we saw it. */
static void error_documents_of_preflights_are_sent(void **state)
{
    request_rec *r = judged(APP, "OPTIONS", ORIGIN PREFLIGHT);

    (void)state;
    r->status = HTTP_FORBIDDEN;
    assert_int_equal(cors_enforce(fake_redirected(r, fake_policy(APP)),
                                  cors_request_judged(r)), DECLINED);
    assert_int_equal(fake.error_filters_run, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(preflights_are_answered),
        FAKES_TEST(forwarded_ones_are_the_backend_s),
        FAKES_TEST(a_body_that_cannot_be_read_past_is_the_answer),
        FAKES_TEST(copies_of_credentials_are_stripped),
        FAKES_TEST(others_are_served_denied_or_stripped),
        FAKES_TEST(whoever_is_welcome_is_left_alone),
        FAKES_TEST(report_only_does_nothing_of_it),
        FAKES_TEST(a_log_in_before_cannot_be_stripped),
        FAKES_TEST(a_log_in_of_the_connection_cannot_be_stripped),
        FAKES_TEST(what_the_server_puts_there_afterwards_stays),
        FAKES_TEST(an_unsafe_htaccess_is_an_error_wherever_it_is_met),
        FAKES_TEST(digest_cannot_be_stripped),
        FAKES_TEST(a_client_certificate_cannot_be_stripped),
        FAKES_TEST(each_place_on_the_way_has_its_word),
        FAKES_TEST(error_documents_are_not_denied),
        FAKES_TEST(error_documents_of_preflights_are_sent)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
