/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include "request/cookies.h"
#include "request/enforce.h"

#define ORIGIN "Origin: https://app.example.com"
#define OTHER "Origin: https://other.example"
#define SAME_ORIGIN "\nSec-Fetch-Site: same-origin"
#define PREFLIGHT "\nAccess-Control-Request-Method: GET"
#define APP "CORSAllowOrigin https://app.example.com\n"
#define STRIP APP "CORSDisallowedOrigin StripCredentials\n"
#define GIVEN "CORSCookieAttributes HttpOnly\n"
#define REPORT "CORSReportOnly On\n"

/* What becomes of a cookie on its way out, in either table. */
static const char *written(request_rec *r)
{
    apr_table_setn(r->headers_out, "Set-Cookie", "a=1");
    apr_table_setn(r->err_headers_out, "Set-Cookie", "b=2");
    cors_cookies_write(r, cors_request_judged(r));
    return fake_response(r);
}

#define PLAIN "Set-Cookie: a=1\nSet-Cookie: b=2"
#define CHANGED "Set-Cookie: a=1; HttpOnly\nSet-Cookie: b=2; HttpOnly"

static void each_judgement_has_its_word(void **state)
{
    static const struct {
        const char *lines;
        const char *method;
        const char *headers;
        const char *cookies;
    } rows[] = {
        { GIVEN APP, "GET", ORIGIN, CHANGED },
        { GIVEN APP, "GET", "X-A: 1", CHANGED },
        { GIVEN APP, "GET", OTHER, PLAIN },
        { GIVEN APP, "GET", OTHER SAME_ORIGIN, CHANGED },
        { GIVEN APP REPORT, "GET", ORIGIN, PLAIN },
        { APP, "GET", ORIGIN, PLAIN },
        { GIVEN STRIP, "GET", OTHER, "" },
        { GIVEN STRIP, "GET", ORIGIN, CHANGED },
        { GIVEN STRIP REPORT, "GET", OTHER, PLAIN },
        { STRIP, "GET", OTHER SAME_ORIGIN, PLAIN },
        { STRIP, "GET", "X-A: 1", PLAIN },
        { APP "CORSDisallowedOrigin Deny", "GET", OTHER, PLAIN },
        { STRIP "CORSAllowAnonymous On", "GET", OTHER, PLAIN },
        { APP, "OPTIONS", ORIGIN PREFLIGHT, "" },
        { APP "CORSPreflight Forward", "OPTIONS", ORIGIN PREFLIGHT, PLAIN }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        const cors_policy *policy = fake_policy(rows[i].lines);
        request_rec *r = fake_request(policy, rows[i].method,
                                      rows[i].headers);

        cors_enforce(r, cors_decision_make(r, policy));
        EXPECT_TEXT(rows[i].lines, written(r), rows[i].cookies);
    }
}

static void without_a_policy_the_rules_hold_all_the_same(void **state)
{
    (void)state;
    assert_string_equal(written(fake_request(fake_policy(GIVEN), "GET",
                                             OTHER)), CHANGED);
    assert_string_equal(written(fake_request(fake_policy(GIVEN REPORT),
                                             "GET", OTHER)), PLAIN);
}

/* A place that only reports judged, another one stripped. */
static void what_was_stripped_stays_stripped(void **state)
{
    const cors_policy *report = fake_policy(APP REPORT);
    request_rec *r = fake_request(report, "GET", OTHER "\nCookie: a=1");
    request_rec *inner;

    (void)state;
    cors_enforce(r, cors_decision_make(r, report));
    assert_string_equal(written(r), PLAIN);
    inner = fake_redirected(r, fake_policy(STRIP));
    cors_request_share(inner, cors_request_judged(r));
    cors_enforce(inner, cors_request_judged(r));
    assert_string_equal(written(inner), "");
    inner = fake_redirected(inner, fake_policy(GIVEN));
    cors_request_share(inner, cors_request_judged(r));
    assert_string_equal(written(inner), "");
}

/* Neither its CORSReportOnly nor its CORSCookieAttributes. */
static void an_error_document_has_no_word(void **state)
{
    request_rec *r = fake_request(fake_policy(GIVEN), "GET", NULL);

    (void)state;
    r->status = HTTP_NOT_FOUND;
    assert_string_equal(written(fake_redirected(r, fake_policy(REPORT))),
                        CHANGED);
    r = fake_request(fake_policy(GIVEN REPORT), "GET", NULL);
    r->status = HTTP_NOT_FOUND;
    assert_string_equal(written(fake_redirected(r, fake_policy(GIVEN))),
                        PLAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(each_judgement_has_its_word),
        FAKES_TEST(without_a_policy_the_rules_hold_all_the_same),
        FAKES_TEST(what_was_stripped_stays_stripped),
        FAKES_TEST(an_error_document_has_no_word)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
