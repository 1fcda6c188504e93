/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#define ORIGIN "Origin: https://app.example.com"

static int htaccess_setup(void **state)
{
    fakes_setup(state);
    fake_hooks_start();
    return 0;
}

#define HTACCESS_TEST(function) \
    cmocka_unit_test_setup_teardown(function, htaccess_setup, \
                                    fakes_teardown)

static const char *respond(request_rec *r)
{
    ap_run_insert_filter(r);
    fake_send(r);
    return fake_response(r);
}

/* The request to a place whose .htaccess has these lines. */
static request_rec *in_htaccess(const char *server, const char *lines)
{
    cors_policy *section = cors_policy_create(fake.pool, NULL);
    cors_policy *base = fake_server_policy(fake.server);

    assert_null(fake_read(FAKE_SERVER, base, server));
    assert_null(fake_read(FAKE_HTACCESS, section, lines));
    return fake_request(fake_merged(base, section), "GET", ORIGIN);
}

static void an_unsafe_htaccess_is_httpd_s_500(void **state)
{
    request_rec *r = in_htaccess("", "\nCORSAllowOrigin *");

    (void)state;
    assert_int_equal(ap_run_header_parser(r), HTTP_INTERNAL_SERVER_ERROR);
    EXPECT_PART("log", fake_log_text(APLOG_ALERT),
                "/srv/www/.htaccess:2: CORSAllowOrigin '*': with "
                "credentials");
}

/* Not a second error on top of the first. */
static void its_error_document_is_sent(void **state)
{
    request_rec *r = in_htaccess("", "CORSAllowOrigin *"), *document;

    (void)state;
    r->status = ap_run_header_parser(r);
    fake.log->nelts = 0;
    document = fake_redirected(r, cors_policy_of(r));
    assert_int_equal(ap_run_header_parser(document), OK);
    assert_string_equal(fake_log_text(APLOG_ALERT), "");
}

static void a_safe_htaccess_is_obeyed(void **state)
{
    request_rec *r = in_htaccess("CORSAllowCredentials Off",
                                 "CORSAllowOrigin *");

    (void)state;
    assert_int_equal(ap_run_header_parser(r), OK);
    assert_string_equal(respond(r), "Access-Control-Allow-Origin: *");
}

/* A section between the server and .htaccess is to blame: 500 is not. */
static void htaccess_is_blamed_for_its_own_lines_only(void **state)
{
    cors_policy *section = cors_policy_create(fake.pool, NULL);
    cors_policy *server = fake_server_policy(fake.server);
    request_rec *r;

    (void)state;
    assert_null(fake_read(FAKE_SERVER, server, "CORSAllowCredentials Off"));
    assert_null(fake_read(FAKE_HTACCESS, section, "CORSAllowOrigin *"));
    r = fake_request(
        fake_merged(fake_merged(server,
                                fake_policy("CORSAllowCredentials On")),
                    section), "GET", ORIGIN);
    assert_int_equal(ap_run_header_parser(r), OK);
    assert_string_equal(apr_table_get(r->subprocess_env, "CORS_REASON"),
                        "policy-invalid");
}

/* What it makes of inherited origins is no fault of its own lines. */
static void credentials_of_htaccess_meet_inherited_origins(void **state)
{
    request_rec *r = in_htaccess("CORSAllowOrigin *\n"
                                 "CORSAllowCredentials Off",
                                 "CORSAllowCredentials On");

    (void)state;
    assert_int_equal(ap_run_header_parser(r), OK);
    assert_string_equal(respond(r), "Vary: Origin");
    assert_string_equal(apr_table_get(r->subprocess_env, "CORS_REASON"),
                        "policy-invalid");
    EXPECT_PART("log", fake_log_text(APLOG_ERR),
                "conf/httpd.conf:1: CORSAllowOrigin '*': with credentials");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HTACCESS_TEST(an_unsafe_htaccess_is_httpd_s_500),
        HTACCESS_TEST(its_error_document_is_sent),
        HTACCESS_TEST(a_safe_htaccess_is_obeyed),
        HTACCESS_TEST(htaccess_is_blamed_for_its_own_lines_only),
        HTACCESS_TEST(credentials_of_htaccess_meet_inherited_origins)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
