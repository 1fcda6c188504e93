/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include "request/answer.h"
#include "request/enforce.h"

#define APP "CORSAllowOrigin https://app.example.com https://*.b.example\n"
#define ON APP "CORSFetchMetadata On\n"
#define DENY "CORSDisallowedOrigin Deny\n"
#define STRIP "CORSDisallowedOrigin StripCredentials\n"
#define ANONYMOUS "CORSAllowAnonymous On\n"
#define ANY "CORSAllowOrigin *\nCORSAllowCredentials Off\n" \
    "CORSFetchMetadata On\n"

#define CROSS "Sec-Fetch-Site: cross-site\n"
#define SAME_SITE "Sec-Fetch-Site: same-site\n"
#define IMAGE "Sec-Fetch-Mode: no-cors\nSec-Fetch-Dest: image\n"
#define NAVIGATE "Sec-Fetch-Mode: navigate\n"
#define DOCUMENT NAVIGATE "Sec-Fetch-Dest: document\n"
#define AHEAD "Sec-Purpose: prefetch;prerender\n"
#define LISTED "Referer: https://app.example.com/page?x=1\n"
#define OTHER "Referer: https://other.example/\n"
#define OWN "Referer: http://api.example.com/\nHost: api.example.com\n"
#define SECRETS "Cookie: a=1\nAuthorization: Basic dTpw\n"

/* What the answer varies by. */
#define SITE "Origin, Sec-Fetch-Site"
#define LOOKED SITE ", Sec-Fetch-Mode, Sec-Fetch-Dest"
#define READ LOOKED ", Referer"

typedef struct row {
    const char *lines;
    const char *method;
    const char *headers;
    const char *result;         /* NULL: not judged */
    const char *reason;
    int answer;
    const char *vary;
} row;

static void expect_row(const row *row)
{
    const cors_policy *policy = fake_policy(row->lines);
    request_rec *r = fake_request(policy, row->method, row->headers);
    const char *name = apr_pstrcat(fake.pool, row->lines, row->method, "\n",
                                   row->headers, NULL);
    cors_request *request = cors_decision_make(r, policy);
    const cors_decision *decision = request->decision;

    EXPECT_TEXT(name, cors_result_name(decision->result),
                row->result ? row->result : "");
    EXPECT_TEXT(name, cors_reason_name(decision->reason), row->reason);
    EXPECT_NUMBER(name, cors_enforce(r, request), row->answer);
    cors_answer_write(r, request);
    EXPECT_TEXT(name, apr_table_get(r->headers_out, "Vary"), row->vary);
    EXPECT_TEXT(name, apr_table_get(r->headers_out,
                                    "Access-Control-Allow-Origin"),
                decision->any_origin ? "*" : NULL);
}

static void expect_rows(const row *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        expect_row(&rows[i]);
    }
}

static void who_is_not_another_site_is_served(void **state)
{
    static const row rows[] = {
        /* Nobody says who asks: an old browser, or none. */
        { ON DENY, "GET", SECRETS, NULL, "ok", DECLINED, SITE },
        { ON DENY, "GET", OTHER, NULL, "ok", DECLINED, SITE },
        /* The user, or the site itself. */
        { ON DENY, "POST", "Sec-Fetch-Site: none\n", NULL, "ok", DECLINED,
          SITE },
        { ON DENY, "GET", "Sec-Fetch-Site: same-origin\n" IMAGE, NULL, "ok",
          DECLINED, SITE },
        /* A page that the user goes to. */
        { ON DENY, "GET", CROSS DOCUMENT OTHER, NULL, "ok", DECLINED,
          LOOKED },
        { ON DENY, "HEAD", SAME_SITE DOCUMENT, NULL, "ok", DECLINED,
          LOOKED },
        /* A navigation that the site's own service worker passes on. */
        { ON DENY, "GET", CROSS NAVIGATE "Sec-Fetch-Dest: empty\n" OTHER,
          NULL, "ok", DECLINED, LOOKED },
        /* A chain of redirects that comes back. */
        { ON DENY, "GET", CROSS IMAGE OWN, NULL, "ok", DECLINED, READ },
        /* Everybody is welcome: nothing is judged. */
        { ANY DENY, "GET", CROSS IMAGE OTHER, NULL, "ok", DECLINED,
          "Sec-Fetch-Site" },
        /* Off, it is as ever. */
        { APP DENY, "GET", CROSS IMAGE OTHER, NULL, "ok", DECLINED,
          "Origin" }
    };

    (void)state;
    expect_rows(rows, LENGTH(rows));
}

static void listed_pages_may_embed(void **state)
{
    static const row rows[] = {
        { ON DENY, "GET", CROSS IMAGE LISTED, "embedded", "ok", DECLINED,
          READ },
        { ON DENY, "GET", SAME_SITE IMAGE LISTED, "embedded", "ok",
          DECLINED, READ },
        { ON DENY, "GET", CROSS IMAGE "Referer: https://a.b.example",
          "embedded", "ok", DECLINED, READ },
        { ON DENY, "GET", CROSS NAVIGATE "Sec-Fetch-Dest: iframe\n" LISTED,
          "embedded", "ok", DECLINED, READ },
        { ON DENY, "POST", CROSS "Sec-Fetch-Mode: no-cors\n" LISTED,
          "embedded", "ok", DECLINED, READ },
        /* What Chromium says of a page that it fetches ahead. */
        { ON DENY, "GET", "Sec-Fetch-Site: none\n" DOCUMENT AHEAD LISTED,
          "embedded", "ok", DECLINED, SITE ", Sec-Purpose, Referer" },
        { ON DENY, "GET", CROSS DOCUMENT AHEAD LISTED, "embedded", "ok",
          DECLINED, LOOKED ", Sec-Purpose, Referer" }
    };

    (void)state;
    expect_rows(rows, LENGTH(rows));
}

static void all_others_meet_what_others_meet(void **state)
{
    static const row rows[] = {
        { ON DENY, "GET", CROSS IMAGE OTHER, "disallowed",
          "origin-not-listed", HTTP_FORBIDDEN, READ },
        { ON DENY, "GET", SAME_SITE IMAGE OTHER, "disallowed",
          "origin-not-listed", HTTP_FORBIDDEN, READ },
        { ON DENY, "GET", "Sec-Fetch-Site: martian\n" IMAGE OTHER,
          "disallowed", "origin-not-listed", HTTP_FORBIDDEN, READ },
        { ON, "GET", CROSS IMAGE OTHER, "disallowed", "origin-not-listed",
          DECLINED, READ },
        { ON STRIP, "GET", CROSS IMAGE OTHER, "disallowed",
          "origin-not-listed", DECLINED, READ },
        { ON DENY "CORSReportOnly On", "GET", CROSS IMAGE OTHER,
          "disallowed", "origin-not-listed", DECLINED, NULL },
        /* A form's POST is no page that the user merely goes to. */
        { ON DENY, "POST", CROSS DOCUMENT OTHER, "disallowed",
          "origin-not-listed", HTTP_FORBIDDEN, READ },
        { ON DENY, "GET", CROSS NAVIGATE "Sec-Fetch-Dest: iframe\n" OTHER,
          "disallowed", "origin-not-listed", HTTP_FORBIDDEN, READ },
        { ON DENY, "GET", CROSS "Sec-Fetch-Dest: document\n" OTHER,
          "disallowed", "origin-not-listed", HTTP_FORBIDDEN, READ },
        /* Fetched ahead: the page would be shown without its log-in. */
        { ON STRIP, "GET", "Sec-Fetch-Site: none\n" DOCUMENT AHEAD OTHER,
          "disallowed", "origin-not-listed", HTTP_FORBIDDEN,
          SITE ", Sec-Purpose, Referer" },
        { ON STRIP, "GET", "Sec-Fetch-Site: none\n" DOCUMENT AHEAD,
          "disallowed", "origin-missing", HTTP_FORBIDDEN,
          SITE ", Sec-Purpose, Referer" },
        { ON DENY, "GET", AHEAD, "disallowed", "origin-missing",
          HTTP_FORBIDDEN, SITE ", Sec-Purpose, Referer" },
        /* The reasons are those of any Origin. */
        { ON DENY "CORSAllowOrigin !https://app.example.com", "GET",
          CROSS IMAGE LISTED, "disallowed", "origin-excluded",
          HTTP_FORBIDDEN, READ },
        /* Who hides it is nobody. */
        { ON DENY, "GET", CROSS IMAGE, "disallowed", "origin-missing",
          HTTP_FORBIDDEN, READ },
        /* Welcome without credentials, or not. */
        { ON DENY ANONYMOUS, "GET", CROSS IMAGE OTHER, "anonymous",
          "origin-not-listed", DECLINED, READ },
        { ON DENY ANONYMOUS, "GET", CROSS IMAGE OTHER SECRETS, "disallowed",
          "credentials-sent", HTTP_FORBIDDEN,
          READ ", Cookie, Authorization" },
        { ON DENY ANONYMOUS, "GET", CROSS IMAGE, "anonymous",
          "origin-missing", DECLINED, READ }
    };

    (void)state;
    expect_rows(rows, LENGTH(rows));
}

/* Only its scheme, host and port, as browsers write them. */
static void a_referer_is_cut_to_its_origin(void **state)
{
    static const struct {
        const char *referer;
        const char *reason;
    } rows[] = {
        { "https://app.example.com", "ok" },
        { "https://app.example.com?a", "ok" },
        { "https://app.example.com#a", "ok" },
        { "https://app.example.com/https://other.example", "ok" },
        { "https://other.example/https://app.example.com",
          "origin-not-listed" },
        { "https://app.example.com.evil.net/", "origin-not-listed" },
        { "http://app.example.com/", "origin-not-listed" },
        { "https://app.example.com:8443/", "origin-not-listed" },
        { "android-app://com.example/", "origin-not-listed" },
        /* No origin, or none that a browser writes. */
        { "", "origin-missing" },
        { "app.example.com", "origin-missing" },
        { "about:blank", "origin-missing" },
        { "://app.example.com", "origin-missing" },
        { "https://", "origin-missing" },
        { "https://app.example.com:443/", "origin-missing" },
        { "https://App.example.com/", "origin-missing" },
        { "https://u:p@app.example.com/", "origin-missing" },
        { "https://evil.net@app.example.com/", "origin-missing" },
        { "https://evil.net\\@app.example.com/", "origin-missing" },
        { "https://app.example.com, https://other.example",
          "origin-missing" },
        { "null", "origin-missing" }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        const cors_policy *policy = fake_policy(ON DENY);
        request_rec *r = fake_request(policy, "GET", CROSS IMAGE);
        cors_request *request;

        apr_table_setn(r->headers_in, "Referer", rows[i].referer);
        request = cors_decision_make(r, policy);
        EXPECT_TEXT(rows[i].referer,
                    cors_reason_name(request->decision->reason),
                    rows[i].reason);
    }
}

/* One with Origin, and a preflight, are judged by that alone. */
static void an_origin_has_the_word(void **state)
{
    static const row rows[] = {
        { ON DENY, "GET", "Origin: https://other.example\n" LISTED CROSS,
          "disallowed", "origin-not-listed", HTTP_FORBIDDEN, SITE },
        { ON DENY, "GET", "Origin: null\nSec-Fetch-Site: none\n",
          "same-origin", "ok", DECLINED, SITE },
        { ON DENY, "OPTIONS", "Origin: https://other.example\n"
          "Access-Control-Request-Method: GET\n" CROSS LISTED,
          "preflight-disallowed", "origin-not-listed", DONE,
          "Origin, Access-Control-Request-Method, "
          "Access-Control-Request-Headers" }
    };

    (void)state;
    expect_rows(rows, LENGTH(rows));
}

static int hooks_setup(void **state)
{
    fakes_setup(state);
    fake_hooks_start();
    return 0;
}

#define HOOKS_TEST(function) \
    cmocka_unit_test_setup_teardown(function, hooks_setup, fakes_teardown)

static const char *variable(request_rec *r, const char *name)
{
    return apr_table_get(r->subprocess_env, name);
}

/* A front controller's place judges what the first one did not. */
static void the_first_place_that_reads_metadata_judges(void **state)
{
#define EMBEDDED "Sec-Fetch-Site: cross-site\nSec-Fetch-Dest: image\n" \
    "Referer: https://other.example/"
    request_rec *r = fake_request(fake_policy(APP), "GET", EMBEDDED), *inner;

    (void)state;
    assert_int_equal(fake_process(r), OK);
    assert_null(variable(r, "CORS_RESULT"));
    inner = fake_redirected(r, fake_policy(APP "CORSFetchMetadata On\n"
                                           "CORSDisallowedOrigin Deny"));
    assert_int_equal(fake_process(inner), HTTP_FORBIDDEN);
    assert_string_equal(variable(inner, "CORS_RESULT"), "disallowed");
    r->status = HTTP_NOT_FOUND;
    inner = fake_redirected(r, fake_policy(APP "CORSFetchMetadata On"));
    assert_null(variable(inner, "CORS_RESULT"));
}

static void an_embedded_request_is_nobody_s_to_read(void **state)
{
    request_rec *r = fake_request(fake_policy(APP "CORSFetchMetadata On"),
                                  "GET", "Sec-Fetch-Site: cross-site\n"
                                  "Referer: https://app.example.com/x");

    (void)state;
    assert_int_equal(fake_process(r), OK);
    assert_string_equal(variable(r, "CORS_RESULT"), "embedded");
    assert_string_equal(variable(r, "CORS_REASON"), "ok");
    assert_string_equal(variable(r, "CORS_ORIGIN"),
                        "https://app.example.com");
    assert_string_equal(fake_respond(r, "Set-Cookie: a=1"), "Set-Cookie: a=1\n"
                        "Vary: Origin, Sec-Fetch-Site, Sec-Fetch-Mode, "
                        "Sec-Fetch-Dest, Referer");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(who_is_not_another_site_is_served),
        FAKES_TEST(listed_pages_may_embed),
        FAKES_TEST(all_others_meet_what_others_meet),
        FAKES_TEST(a_referer_is_cut_to_its_origin),
        FAKES_TEST(an_origin_has_the_word),
        HOOKS_TEST(the_first_place_that_reads_metadata_judges),
        HOOKS_TEST(an_embedded_request_is_nobody_s_to_read)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
