/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#define ORIGIN "Origin: https://app.example.com"
#define OTHER "Origin: https://other.example"
#define APP "CORSAllowOrigin https://app.example.com\n"
#define PREFLIGHT "\nAccess-Control-Request-Method: GET"
#define ANSWER "Vary: Origin\n" \
    "Access-Control-Allow-Origin: https://app.example.com\n" \
    "Access-Control-Allow-Credentials: true"

static int filter_setup(void **state)
{
    fakes_setup(state);
    fake_hooks_start();
    return 0;
}

#define FILTER_TEST(function) \
    cmocka_unit_test_setup_teardown(function, filter_setup, fakes_teardown)

/* ap_send_error_response: other tables, other filters, the same request. */
static void fail_with(request_rec *r, int status)
{
    r->status = status;
    apr_table_clear(r->headers_out);
    r->output_filters = NULL;
    ap_run_insert_error_filter(r);
}

static void an_error_gets_the_headers_too(void **state)
{
    request_rec *r = fake_request(fake_policy(APP), "GET", ORIGIN);

    (void)state;
    ap_run_header_parser(r);
    fail_with(r, HTTP_UNAUTHORIZED);
    fake_send(r);
    assert_string_equal(fake_response(r), ANSWER);
}

static void a_request_that_failed_early_is_judged_then(void **state)
{
    request_rec *r = fake_request(fake_policy(APP), "GET", ORIGIN);

    (void)state;
    fail_with(r, HTTP_REQUEST_TIME_OUT);
    fake_send(r);
    assert_string_equal(fake_response(r), ANSWER);
}

/* httpd could not read the request line, or it was too long (414). */
static void a_request_that_was_never_read_is_survived(void **state)
{
    request_rec *r = fake_request(fake_policy(APP), NULL, NULL);

    (void)state;
    r->uri = NULL;
    r->unparsed_uri = NULL;
    r->the_request = NULL;
    r->protocol = NULL;
    fail_with(r, HTTP_REQUEST_URI_TOO_LARGE);
    fake_send(r);
    assert_string_equal(fake_response(r), "Vary: Origin");
}

/* The same, after the header lines: what is logged has no URI. */
static void nor_one_of_a_stranger(void **state)
{
    request_rec *r = fake_request(fake_policy(APP), NULL, OTHER);

    (void)state;
    r->uri = NULL;
    r->unparsed_uri = NULL;
    fail_with(r, HTTP_BAD_REQUEST);
    fake_send(r);
    assert_string_equal(fake_response(r), "Vary: Origin");
    EXPECT_PART("log", fake_log_text(APLOG_INFO), "origin-not-listed");
}

/* A handler that fails after the filters are in: both hooks have run. */
static void two_filters_answer_as_one(void **state)
{
    request_rec *r = fake_request(fake_policy(APP), "GET", ORIGIN);

    (void)state;
    ap_run_header_parser(r);
    ap_run_insert_filter(r);
    ap_run_insert_error_filter(r);
    assert_int_equal(fake.filters_added, 2);
    fake_send(r);
    assert_string_equal(fake_response(r), ANSWER);
    assert_null(r->output_filters);
}

static void the_filter_runs_once(void **state)
{
    request_rec *r = fake_request(fake_policy(APP), "GET", ORIGIN);

    (void)state;
    ap_run_header_parser(r);
    ap_run_insert_filter(r);
    fake_send(r);
    apr_table_clear(r->headers_out);        /* sent by now */
    fake_send(r);
    assert_string_equal(fake_response(r), "");
    assert_int_equal(fake.brigades_passed, 2);
}

/* What mod_headers adds after the handler comes before ours. */
static apr_status_t late_headers(ap_filter_t *filter,
                                 apr_bucket_brigade *brigade)
{
    ap_filter_t *next = filter->next;

    apr_table_setn(filter->r->headers_out, "Access-Control-Allow-Origin",
                   "*");
    ap_remove_output_filter(filter);
    return ap_pass_brigade(next, brigade);
}

static ap_filter_rec_t *late_filter;

static void insert_late_filter(request_rec *r)
{
    ap_add_output_filter_handle(late_filter, NULL, r, r->connection);
}

/*
 * httpd runs filters of one type in the order they were inserted; our list
 * runs the last one first. So what counts here is who is inserted last.
 */
static void the_module_inserts_after_mod_headers(void **state)
{
    request_rec *r = fake_request(fake_policy(APP), "GET", ORIGIN);

    (void)state;
    late_filter = ap_register_output_filter("FIXUP_HEADERS_OUT",
                                            late_headers, NULL,
                                            AP_FTYPE_CONTENT_SET);
    apr_hook_debug_current = "mod_headers.c";
    ap_hook_insert_filter(insert_late_filter, NULL, NULL, APR_HOOK_LAST);
    apr_hook_debug_current = NULL;
    apr_hook_sort_all();
    ap_run_header_parser(r);
    ap_run_insert_filter(r);
    assert_string_equal(r->output_filters->frec->name, "CORS_COOKIES");
    assert_string_equal(r->output_filters->next->frec->name,
                        "FIXUP_HEADERS_OUT");
}

typedef struct cookie_row {
    const char *lines;
    const char *headers;
    const char *cookie;         /* as it is sent; NULL: not at all */
} cookie_row;

static void cookies_get_their_attributes(void **state)
{
#define ATTRIBUTES "CORSCookieAttributes Secure\n"
    static const cookie_row rows[] = {
        /* The log-in page sets the cookie that the script uses later. */
        { APP ATTRIBUTES, NULL, "a=b; Secure" },
        { APP ATTRIBUTES, ORIGIN, "a=b; Secure" },
        { APP ATTRIBUTES, OTHER "\nSec-Fetch-Site: same-origin",
          "a=b; Secure" },
        { ATTRIBUTES, NULL, "a=b; Secure" },
        { ATTRIBUTES, OTHER, "a=b; Secure" },
        /* Not for whom it is not meant. */
        { APP ATTRIBUTES, OTHER, "a=b" },
        { APP ATTRIBUTES, "Origin: null", "a=b" },
        { APP "CORSAllowAnonymous On\n" ATTRIBUTES, OTHER, "a=b" },
        { APP "CORSAllowAnonymous On\n" ATTRIBUTES, ORIGIN, "a=b; Secure" },
        { APP "CORSAllowAnonymous On\n" ATTRIBUTES, NULL, "a=b; Secure" },
        { APP "CORSCookieAttributes none", ORIGIN, "a=b" },
        { APP, ORIGIN, "a=b" },
        { APP "CORSDisallowedOrigin StripCredentials\n" ATTRIBUTES, OTHER,
          NULL },
        { APP "CORSDisallowedOrigin StripCredentials\n" ATTRIBUTES, ORIGIN,
          "a=b; Secure" }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        request_rec *r = fake_request(fake_policy(rows[i].lines), "GET",
                                      rows[i].headers);
        const char *name = apr_pstrcat(fake.pool, rows[i].lines, "\n",
                                       rows[i].headers, NULL);

        ap_run_header_parser(r);
        ap_run_insert_filter(r);
        apr_table_setn(r->headers_out, "Set-Cookie", "a=b");
        fake_headers_add(r->err_headers_out, "Set-Cookie: a=b");
        fake_send(r);
        EXPECT_TEXT(name, apr_table_get(r->headers_out, "Set-Cookie"),
                    rows[i].cookie);
        EXPECT_TEXT(name, apr_table_get(r->err_headers_out, "Set-Cookie"),
                    rows[i].cookie);
    }
}

static void an_answered_preflight_sets_no_cookie(void **state)
{
    request_rec *r = fake_request(fake_policy(APP), "OPTIONS",
                                  ORIGIN PREFLIGHT);

    (void)state;
    ap_run_header_parser(r);
    fake_headers_add(r->headers_out, "Set-Cookie: a=b");
    fake_headers_add(r->err_headers_out, "Set-Cookie: c=d");
    fake_send(r);
    assert_null(strstr(fake_response(r), "Set-Cookie"));
}

static void either_table_alone_is_enough(void **state)
{
    const cors_policy *policy = fake_policy("CORSCookieAttributes Secure");
    request_rec *r = fake_request(policy, "GET", NULL);

    (void)state;
    ap_run_insert_filter(r);
    fake_headers_add(r->headers_out, "Set-Cookie: a=b");
    fake_send(r);
    assert_string_equal(fake_response(r), "Set-Cookie: a=b; Secure");
    r = fake_request(policy, "GET", NULL);
    ap_run_insert_filter(r);
    fake_headers_add(r->err_headers_out, "Set-Cookie: a=b");
    fake_send(r);
    assert_string_equal(fake_response(r), "Set-Cookie: a=b; Secure");
}

static void a_response_without_cookies_gets_none(void **state)
{
    request_rec *r = fake_request(fake_policy("CORSCookieAttributes Secure"),
                                  "GET", NULL);

    (void)state;
    ap_run_insert_filter(r);
    fake_headers_add(r->headers_out, "X-A: 1");
    fake_send(r);
    assert_string_equal(fake_response(r), "X-A: 1");
}

/* Rules of the first place in a chain that has some. */
static void cookies_follow_the_chain(void **state)
{
    request_rec *r = fake_request(fake_policy("CORSCookieAttributes Secure"),
                                  "GET", NULL);
    request_rec *inner =
        fake_redirected(r, fake_policy("CORSCookieAttributes HttpOnly"));
    request_rec *document;

    (void)state;
    ap_run_insert_filter(inner);
    apr_table_setn(inner->headers_out, "Set-Cookie", "a=b");
    fake_send(inner);
    assert_string_equal(fake_response(inner), "Set-Cookie: a=b; Secure");
    inner = fake_redirected(r, fake_policy(""));
    ap_run_insert_filter(inner);
    apr_table_setn(inner->headers_out, "Set-Cookie", "a=b");
    fake_send(inner);
    assert_string_equal(fake_response(inner), "Set-Cookie: a=b; Secure");
    r = fake_request(fake_policy(""), "GET", NULL);
    r->status = HTTP_NOT_FOUND;
    document =
        fake_redirected(r, fake_policy("CORSCookieAttributes HttpOnly"));
    ap_run_insert_filter(document);
    assert_null(document->output_filters);
}

/* In their order, each in its table, others beside them. */
static void several_cookies_keep_their_places(void **state)
{
    request_rec *r = fake_request(
        fake_policy("CORSCookieAttributes Secure only=b"), "GET", NULL);

    (void)state;
    ap_run_insert_filter(r);
    fake_headers_add(r->headers_out, "Set-Cookie: a=1\nX-A: 1\n"
                     "Set-Cookie: b=2; Secure; Path=/\nset-cookie: =3");
    fake_headers_add(r->err_headers_out, "X-B: 1\nSet-Cookie: b=4");
    fake_send(r);
    assert_string_equal(fake_headers_text(r->headers_out),
                        "X-A: 1\nSet-Cookie: a=1\n"
                        "Set-Cookie: b=2; Path=/; Secure\nSet-Cookie: =3");
    assert_string_equal(fake_headers_text(r->err_headers_out),
                        "X-B: 1\nSet-Cookie: b=4; Secure");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILTER_TEST(an_error_gets_the_headers_too),
        FILTER_TEST(a_request_that_failed_early_is_judged_then),
        FILTER_TEST(a_request_that_was_never_read_is_survived),
        FILTER_TEST(nor_one_of_a_stranger),
        FILTER_TEST(two_filters_answer_as_one),
        FILTER_TEST(the_filter_runs_once),
        FILTER_TEST(the_module_inserts_after_mod_headers),
        FILTER_TEST(cookies_get_their_attributes),
        FILTER_TEST(an_answered_preflight_sets_no_cookie),
        FILTER_TEST(either_table_alone_is_enough),
        FILTER_TEST(a_response_without_cookies_gets_none),
        FILTER_TEST(cookies_follow_the_chain),
        FILTER_TEST(several_cookies_keep_their_places)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
