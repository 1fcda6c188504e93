/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include <apr_optional.h>

#include "request/decision.h"

#define ORIGIN "Origin: https://app.example.com"
#define OTHER "Origin: https://other.example"
#define APP "CORSAllowOrigin https://app.example.com\n"
#define PREFLIGHT "\nAccess-Control-Request-Method: GET"
#define ANSWER "Vary: Origin\n" \
    "Access-Control-Allow-Origin: https://app.example.com\n" \
    "Access-Control-Allow-Credentials: true"

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

static void an_allowed_request_gets_its_headers(void **state)
{
    request_rec *r = fake_request(fake_policy(APP), "GET", ORIGIN);

    (void)state;
    assert_int_equal(fake_process(r), OK);
    assert_string_equal(fake_respond(r, "X-A: 1"), "X-A: 1\n" ANSWER);
    assert_int_equal(fake.brigades_passed, 1);
    assert_null(r->output_filters);
}

/* 103 Early Hints would send and clear what is set before the handler. */
static void no_header_is_set_before_the_filter(void **state)
{
    request_rec *r = fake_request(fake_policy(APP), "GET", ORIGIN);

    (void)state;
    assert_int_equal(fake_process(r), OK);
    ap_run_insert_filter(r);
    assert_string_equal(fake_response(r), "");
}

static void without_a_policy_nothing_is_touched(void **state)
{
    static const char theirs[] = "Access-Control-Allow-Origin: *\n"
                                 "Set-Cookie: a=b\nX-A: 1";
    request_rec *r = fake_request(fake_policy("CORSMaxAge 5"), "OPTIONS",
                                  ORIGIN PREFLIGHT);

    (void)state;
    assert_int_equal(fake_process(r), OK);
    assert_string_equal(fake_respond(r, theirs), theirs);
    assert_int_equal(fake.filters_added, 0);
    assert_string_equal(fake_headers_text(r->subprocess_env), "");
    assert_string_equal(fake_headers_text(r->notes), "");
    assert_string_equal(fake_log_text(APLOG_INFO), "");
}

static void a_preflight_is_answered_before_access_control(void **state)
{
    request_rec *r = fake_request(fake_policy(APP), "OPTIONS",
                                  ORIGIN PREFLIGHT);

    (void)state;
    assert_int_equal(ap_run_translate_name(r), DECLINED);
    assert_int_equal(ap_run_header_parser(r), DONE);
    assert_int_equal(r->status, HTTP_NO_CONTENT);
    fake_send(r);
    EXPECT_PART("answer", fake_response(r),
                "Access-Control-Allow-Origin: https://app.example.com");
}

/* HSTS and its like come with the error filters. */
static void its_answer_passes_the_error_filters(void **state)
{
    request_rec *r = fake_request(fake_policy(APP), "OPTIONS",
                                  ORIGIN PREFLIGHT);

    (void)state;
    ap_run_header_parser(r);
    assert_int_equal(fake.error_filters_run, 1);
    assert_int_equal(fake.filters_added, 1);
    assert_non_null(r->output_filters);
}

static void variables_are_set_for_who_comes_later(void **state)
{
    static const struct {
        const char *headers;
        const char *result;
        const char *reason;
        const char *origin;
    } rows[] = {
        { ORIGIN, "allowed", "ok", "https://app.example.com" },
        { OTHER, "disallowed", "origin-not-listed", NULL },
        { OTHER "\nSec-Fetch-Site: same-origin", "same-origin", "ok", NULL },
        { NULL, NULL, NULL, NULL }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        request_rec *r = fake_request(fake_policy(APP), "GET",
                                      rows[i].headers);
        const char *name = rows[i].headers ? rows[i].headers : "none";

        ap_run_header_parser(r);
        EXPECT_TEXT(name, variable(r, "CORS_RESULT"), rows[i].result);
        EXPECT_TEXT(name, variable(r, "CORS_REASON"), rows[i].reason);
        EXPECT_TEXT(name, variable(r, "CORS_ORIGIN"), rows[i].origin);
    }
}

static void a_failing_preflight_names_its_allowed_origin(void **state)
{
    request_rec *r = fake_request(fake_policy(APP), "OPTIONS", ORIGIN
                                  "\nAccess-Control-Request-Method: PUT");

    (void)state;
    ap_run_header_parser(r);
    assert_string_equal(variable(r, "CORS_RESULT"), "preflight-disallowed");
    assert_string_equal(variable(r, "CORS_REASON"), "method-not-listed");
    assert_string_equal(variable(r, "CORS_ORIGIN"),
                        "https://app.example.com");
}

/* The second request has other headers: they must not be read. */
static void a_chain_is_judged_once(void **state)
{
    request_rec *r = fake_request(fake_policy(APP), "GET", ORIGIN);
    request_rec *inner, *innermost;

    (void)state;
    assert_int_equal(fake_process(r), OK);
    inner = fake_redirected(r, fake_policy("CORSAllowOrigin "
                                           "https://other.example"));
    inner->headers_in = apr_table_make(r->pool, 1);
    innermost = fake_redirected(inner, fake_policy(""));
    assert_int_equal(fake_process(inner), OK);
    assert_int_equal(fake_process(innermost), OK);
    assert_ptr_equal(cors_request_judged(innermost), cors_request_judged(r));
    assert_string_equal(fake_respond(innermost, NULL), ANSWER);
    assert_string_equal(variable(innermost, "CORS_RESULT"), "allowed");
}

static void by_the_first_place_that_has_a_policy(void **state)
{
    request_rec *r = fake_request(fake_policy(""), "GET", ORIGIN);
    request_rec *inner = fake_redirected(r, fake_policy(APP));

    (void)state;
    assert_int_equal(fake_process(r), OK);
    assert_null(cors_request_judged(r));
    assert_int_equal(fake_process(inner), OK);
    assert_string_equal(fake_respond(inner, NULL), ANSWER);
}

static void an_error_document_keeps_the_judgement(void **state)
{
    request_rec *r = fake_request(fake_policy(APP), "GET", ORIGIN);
    request_rec *document;

    (void)state;
    r->status = HTTP_UNAUTHORIZED;          /* before any hook of ours */
    document = fake_redirected(r, fake_policy("CORSDisallowedOrigin Deny"));
    assert_int_equal(fake_process(document), OK);
    assert_string_equal(fake_respond(document, NULL), ANSWER);
}

static void it_is_never_judged_by_its_own_place(void **state)
{
    request_rec *r = fake_request(fake_policy(""), "GET", OTHER);
    request_rec *document;

    (void)state;
    r->status = HTTP_NOT_FOUND;
    document = fake_redirected(r, fake_policy(APP "CORSDisallowedOrigin "
                                              "Deny"));
    assert_int_equal(fake_process(document), OK);
    assert_string_equal(fake_respond(document, "X-A: 1"), "X-A: 1");
}

static void sub_requests_are_not_judged(void **state)
{
    const cors_policy *policy = fake_policy(APP "CORSDisallowedOrigin Deny");
    request_rec *r = fake_request(policy, "GET", OTHER);
    request_rec *inner = fake_subrequest(r, policy);

    (void)state;
    assert_int_equal(fake_process(inner), OK);
    assert_null(cors_request_judged(inner));
    assert_string_equal(fake_respond(inner, "X-A: 1"), "X-A: 1");
    assert_string_equal(fake_headers_text(inner->subprocess_env), "");
}

static void others_are_denied_before_access_control(void **state)
{
    request_rec *r = fake_request(
        fake_policy(APP "CORSDisallowedOrigin Deny"), "POST", OTHER);

    (void)state;
    assert_int_equal(ap_run_header_parser(r), HTTP_FORBIDDEN);
}

/* mod_dir puts another place into the same request. */
static void a_place_that_comes_late_is_heeded(void **state)
{
    request_rec *r = fake_request(fake_policy(""), "POST", OTHER);

    (void)state;
    assert_int_equal(ap_run_header_parser(r), OK);
    r->per_dir_config = fake_vector(
        fake_policy(APP "CORSDisallowedOrigin Deny"));
    assert_int_equal(ap_run_fixups(r), HTTP_FORBIDDEN);
}

/* Nor is what was judged forgotten where that place has no policy. */
static void a_judgement_outlives_its_place(void **state)
{
    request_rec *r = fake_request(fake_policy(APP), "GET", ORIGIN);

    (void)state;
    ap_run_header_parser(r);
    r->per_dir_config = fake_vector(fake_policy("CORSAllowOrigin none"));
    ap_run_fixups(r);
    ap_run_insert_filter(r);
    fake_send(r);
    EXPECT_PART("answer", fake_response(r),
                "Access-Control-Allow-Origin: https://app.example.com");
}

/* <If> has read a header by then; a backend's answer knows nothing of it. */
static void what_httpd_says_of_vary_is_kept(void **state)
{
    request_rec *r = fake_request(fake_policy(APP), "GET", ORIGIN);

    (void)state;
    ap_run_header_parser(r);
    apr_table_setn(r->headers_out, "Vary", "X-Tenant");
    ap_run_insert_filter(r);
    apr_table_setn(r->headers_out, "Vary", "Accept");
    fake_send(r);
    EXPECT_TEXT("Vary", apr_table_get(r->headers_out, "Vary"),
                "Accept, Origin, X-Tenant");
}

static char *late_certificate(apr_pool_t *pool, server_rec *server,
                              conn_rec *connection, request_rec *r,
                              char *name)
{
    static char success[] = "SUCCESS";

    (void)pool, (void)server, (void)connection, (void)r, (void)name;
    return success;
}

/*
 * SSLVerifyClient of a directory asks for it after the request was judged.
 * What a preflight asks for will come without it.
 */
static void a_certificate_that_comes_late_ends_anonymity(void **state)
{
    static const struct {
        const char *method;
        const char *headers;
        int answer;
        const char *result;
    } rows[] = {
        { "GET", OTHER, HTTP_FORBIDDEN, "disallowed" },
        { "GET", ORIGIN, OK, "allowed" },
        { "GET", OTHER "\nSec-Fetch-Site: same-origin", OK, "same-origin" },
        { "OPTIONS", OTHER PREFLIGHT, OK, "anonymous" }
    };
    const cors_policy *policy = fake_policy(
        APP "CORSAllowAnonymous On\nCORSDisallowedOrigin Deny\n"
        "CORSPreflight Forward");
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        request_rec *r = fake_request(policy, rows[i].method,
                                      rows[i].headers);

        EXPECT_NUMBER(rows[i].headers, ap_run_header_parser(r), OK);
        apr_dynamic_fn_register("ssl_var_lookup",
                                (apr_opt_fn_t *)late_certificate);
        ap_run_optional_fn_retrieve();
        EXPECT_NUMBER(rows[i].headers, ap_run_fixups(r), rows[i].answer);
        EXPECT_TEXT(rows[i].headers, variable(r, "CORS_RESULT"),
                    rows[i].result);
        apr_dynamic_fn_register("ssl_var_lookup", NULL);
        ap_run_optional_fn_retrieve();
    }
    EXPECT_PART("log", fake_log_text(APLOG_WARNING), "credentials-sent: ");
}

static void report_only_touches_nothing(void **state)
{
    request_rec *r = fake_request(
        fake_policy(APP "CORSReportOnly On\n"
                    "CORSCookieAttributes Secure\n"
                    "CORSDisallowedOrigin Deny"),
        "POST", OTHER);

    (void)state;
    assert_int_equal(fake_process(r), OK);
    assert_string_equal(fake_respond(r, "Set-Cookie: a=b"), "Set-Cookie: a=b");
    assert_string_equal(variable(r, "CORS_RESULT"), "disallowed");
}

/* Each by the hook that httpd calls it through. */
static void a_server_is_checked_and_started(void **state)
{
    process_rec process = { .pool = apr_hook_global_pool };

    (void)state;
    fake.server->process = &process;
    fake_policy("CORSAllowOrigin *");
    assert_int_equal(ap_run_check_config(fake.pool, fake.pool, fake.pool,
                                         fake.server),
                     HTTP_INTERNAL_SERVER_ERROR);
    assert_int_equal(ap_run_post_config(fake.pool, fake.pool, fake.pool,
                                        fake.server), OK);
    EXPECT_PART("start", fake_log_text(APLOG_NOTICE), "mod_cors_cookies/");
}

static void the_status_page_has_its_handler(void **state)
{
    request_rec *r = fake_request(fake_policy(""), "GET", NULL);

    (void)state;
    assert_int_equal(ap_run_handler(r), DECLINED);
    r->handler = "cors-status";
    assert_int_equal(ap_run_handler(r), OK);
    EXPECT_PART("page", fake.body, "<h1>CORS status</h1>");
}

static void cookies_that_will_not_travel_are_logged(void **state)
{
    request_rec *r = fake_request(fake_policy(APP), "GET", ORIGIN
                                  "\nSec-Fetch-Site: cross-site");

    (void)state;
    assert_int_equal(fake_process(r), OK);
    fake_respond(r, "Set-Cookie: sid=1");
    EXPECT_PART("log", fake_log_text(APLOG_INFO), "cookie 'sid'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOOKS_TEST(an_allowed_request_gets_its_headers),
        HOOKS_TEST(no_header_is_set_before_the_filter),
        HOOKS_TEST(without_a_policy_nothing_is_touched),
        HOOKS_TEST(a_preflight_is_answered_before_access_control),
        HOOKS_TEST(its_answer_passes_the_error_filters),
        HOOKS_TEST(variables_are_set_for_who_comes_later),
        HOOKS_TEST(a_failing_preflight_names_its_allowed_origin),
        HOOKS_TEST(a_chain_is_judged_once),
        HOOKS_TEST(by_the_first_place_that_has_a_policy),
        HOOKS_TEST(an_error_document_keeps_the_judgement),
        HOOKS_TEST(it_is_never_judged_by_its_own_place),
        HOOKS_TEST(sub_requests_are_not_judged),
        HOOKS_TEST(others_are_denied_before_access_control),
        HOOKS_TEST(a_place_that_comes_late_is_heeded),
        HOOKS_TEST(a_judgement_outlives_its_place),
        HOOKS_TEST(what_httpd_says_of_vary_is_kept),
        HOOKS_TEST(a_certificate_that_comes_late_ends_anonymity),
        HOOKS_TEST(report_only_touches_nothing),
        HOOKS_TEST(a_server_is_checked_and_started),
        HOOKS_TEST(the_status_page_has_its_handler),
        HOOKS_TEST(cookies_that_will_not_travel_are_logged)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
