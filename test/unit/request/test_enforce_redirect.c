/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include <apr_hooks.h>

#include "request/decision.h"

#define ORIGIN "Origin: https://app.example.com"
#define OTHER "Origin: https://other.example"
#define APP "CORSAllowOrigin https://app.example.com\n"
#define PREFLIGHT "\nAccess-Control-Request-Method: GET"

/* Redirect, RewriteRule, Alias of server level: they answer so, once. */
static struct {
    int answer;
    int calls;
} rule;

static int rule_translate(request_rec *r)
{
    rule.calls++;
    if (rule.answer == HTTP_MOVED_PERMANENTLY) {
        apr_table_setn(r->headers_out, "Location", "https://new.example/");
        apr_table_setn(r->err_headers_out, "Location",
                       "https://new.example/");
    }
    return rule.answer;
}

/* core's, behind them all */
static int core_translate(request_rec *r)
{
    (void)r;
    return OK;
}

static int redirect_setup(void **state)
{
    fakes_setup(state);
    fake_hooks_start();
    apr_hook_debug_current = "others";
    ap_hook_translate_name(rule_translate, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_translate_name(core_translate, NULL, NULL,
                           APR_HOOK_REALLY_LAST);
    apr_hook_debug_current = NULL;
    apr_hook_sort_all();
    rule.calls = 0;
    return 0;
}

#define REDIRECT_TEST(function) \
    cmocka_unit_test_setup_teardown(function, redirect_setup, \
                                    fakes_teardown)

static request_rec *translated(const char *lines, const char *method,
                               const char *headers, int expected)
{
    request_rec *r = fake_request(fake_policy(lines), method, headers);

    EXPECT_NUMBER(lines, ap_run_translate_name(r), expected);
    return r;
}

static void a_redirected_preflight_is_answered(void **state)
{
    static const int answers[] = {
        HTTP_MOVED_PERMANENTLY, HTTP_FORBIDDEN, HTTP_GONE,
        HTTP_INTERNAL_SERVER_ERROR
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(answers); i++) {
        request_rec *r;

        rule.answer = answers[i];
        r = translated(APP, "OPTIONS", ORIGIN PREFLIGHT, DONE);
        assert_int_equal(r->status, HTTP_NO_CONTENT);
        fake_send(r);
        assert_string_equal(
            fake_response(r),
            "Vary: Origin, Access-Control-Request-Method, "
            "Access-Control-Request-Headers\n"
            "Access-Control-Allow-Origin: https://app.example.com\n"
            "Access-Control-Allow-Credentials: true\n"
            "Access-Control-Max-Age: 600");
    }
}

static void a_stranger_s_is_refused_there(void **state)
{
    request_rec *r;

    (void)state;
    rule.answer = HTTP_MOVED_PERMANENTLY;
    r = translated(APP, "OPTIONS", OTHER PREFLIGHT, DONE);
    assert_int_equal(r->status, HTTP_FORBIDDEN);
}

/* Its place may say more: <Directory>, <If>, .htaccess. */
static void one_that_passes_is_judged_later(void **state)
{
    request_rec *r;

    (void)state;
    rule.answer = DECLINED;
    r = translated(APP, "OPTIONS", ORIGIN PREFLIGHT, OK);
    assert_null(cors_request_judged(r));
    assert_int_equal(rule.calls, 1);
    assert_int_equal(r->status, HTTP_OK);
    rule.answer = OK;
    r = translated(APP, "OPTIONS", ORIGIN PREFLIGHT, OK);
    assert_null(cors_request_judged(r));
    assert_int_equal(ap_run_header_parser(r), DONE);
}

static void all_others_are_redirected_as_they_were(void **state)
{
    static const struct {
        const char *lines;
        const char *method;
        const char *headers;
    } rows[] = {
        { APP, "GET", ORIGIN },
        { APP, "GET", ORIGIN PREFLIGHT },
        { APP, "OPTIONS", ORIGIN },
        { APP, "OPTIONS", "Access-Control-Request-Method: GET" },
        { APP, "OPTIONS", NULL },
        { "CORSMaxAge 5", "OPTIONS", ORIGIN PREFLIGHT },
        { APP "CORSReportOnly On", "OPTIONS", ORIGIN PREFLIGHT },
        { APP "CORSPreflight Forward", "OPTIONS", ORIGIN PREFLIGHT }
    };
    size_t i;

    (void)state;
    rule.answer = HTTP_MOVED_PERMANENTLY;
    for (i = 0; i < LENGTH(rows); i++) {
        request_rec *r = translated(rows[i].lines, rows[i].method,
                                    rows[i].headers, HTTP_MOVED_PERMANENTLY);

        EXPECT_TEXT(rows[i].lines, apr_table_get(r->headers_out, "Location"),
                    "https://new.example/");
        EXPECT_NUMBER(rows[i].lines, rule.calls, i + 1);
    }
}

static void sub_requests_are_left_alone(void **state)
{
    request_rec *r = fake_request(fake_policy(APP), "OPTIONS",
                                  ORIGIN PREFLIGHT);
    request_rec *inner = fake_subrequest(r, cors_policy_of(r));

    (void)state;
    rule.answer = HTTP_MOVED_PERMANENTLY;
    assert_int_equal(ap_run_translate_name(inner), HTTP_MOVED_PERMANENTLY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        REDIRECT_TEST(a_redirected_preflight_is_answered),
        REDIRECT_TEST(a_stranger_s_is_refused_there),
        REDIRECT_TEST(one_that_passes_is_judged_later),
        REDIRECT_TEST(all_others_are_redirected_as_they_were),
        REDIRECT_TEST(sub_requests_are_left_alone)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
