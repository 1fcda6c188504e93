/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include "shared/once.h"
#include "report/record.h"

#define APP "CORSAllowOrigin https://app.example.com\n"
#define ORIGIN "Origin: https://app.example.com"
#define OTHER "Origin: https://other.example"
#define PREFLIGHT "\nAccess-Control-Request-Method: "
#define ASKS_FOR "\nAccess-Control-Request-Headers: "

static int record_setup(void **state)
{
    fakes_setup(state);
    cors_once_open(fake.pool);
    return 0;
}

#define RECORD_TEST(function) \
    cmocka_unit_test_setup_teardown(function, record_setup, fakes_teardown)

/* What the log says, at a level, of a request. */
static const char *said(int level, const char *lines, const char *method,
                        const char *headers)
{
    const cors_policy *policy = fake_policy(lines);
    request_rec *r = fake_request(policy, method, headers);

    cors_record_judgement(r, cors_decision_make(r, policy));
    /* The first of its kind is a warning; this one is said as ever. */
    fake.log->nelts = 0;
    r = fake_request(policy, method, headers);
    cors_record_judgement(r, cors_decision_make(r, policy));
    return fake_log_text(level);
}

static void a_refusal_is_one_line(void **state)
{
    static const struct {
        const char *lines;
        const char *method;
        const char *headers;
        const char *line;
    } rows[] = {
        { "CORSMaxAge 5\n" APP, "GET", OTHER,
          "origin-not-listed: origin 'https://other.example', GET "
          "'/api/items': no pattern of the policy admits this origin; "
          "policy of conf/httpd.conf:2" },
        { "CORSMaxAge 5\nCORSDisallowedOrigin Deny", "POST", OTHER,
          "origin-not-listed: origin 'https://other.example', POST "
          "'/api/items': no pattern of the policy admits this origin; "
          "policy of conf/httpd.conf:1" },
        { APP "CORSReportOnly On", "GET", "Origin: https://app.example.net",
          "origin-not-listed: origin 'https://app.example.net', GET "
          "'/api/items': no pattern of the policy admits this origin; "
          "policy of conf/httpd.conf:1 (CORSReportOnly)" },
        { APP, "GET", "Origin: https://app.example.com:8443",
          "origin-not-listed: origin 'https://app.example.com:8443', GET "
          "'/api/items': no pattern of the policy admits this origin; "
          "policy of conf/httpd.conf:1; https://app.example.com is "
          "allowed: the port differs" }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        EXPECT_TEXT(rows[i].lines,
                    said(APLOG_INFO, rows[i].lines, rows[i].method,
                         rows[i].headers), rows[i].line);
    }
}

/* A session that ran out leads a script to a log-in elsewhere. */
static void a_redirect_to_another_origin_is_said(void **state)
{
    static const struct {
        int status;
        const char *location;
        const char *said;
    } rows[] = {
        { 302, "https://login.example.net/?next=x",
          "redirects to https://login.example.net, which the script's "
          "request will not survive: answer scripts 401 instead" },
        { 307, "HTTPS://login.example.net", "redirects to HTTPS://login" },
        { 302, "http://api.example.com/x", NULL },
        { 302, "/login?next=https://a.example", NULL },
        { 302, "login?next=https://a.example", NULL },
        { 302, "//login.example.net/", NULL },
        { 302, NULL, NULL },
        { 304, "https://login.example.net/", NULL },
        { 200, "https://login.example.net/", NULL },
        { 201, "https://login.example.net/", NULL }
    };
    const cors_policy *policy = fake_policy(APP);
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        request_rec *r = fake_request(policy, "GET", ORIGIN
                                      "\nHost: api.example.com");

        r->status = rows[i].status;
        if (rows[i].location) {
            apr_table_setn(r->headers_out, "Location", rows[i].location);
        }
        fake.log->nelts = 0;
        cors_record_redirect(r, cors_decision_make(r, policy));
        if (rows[i].said) {
            EXPECT_PART(rows[i].location, fake_log_text(APLOG_INFO),
                        rows[i].said);
        }
        else {
            EXPECT_NUMBER(rows[i].location, fake.log->nelts, 0);
        }
    }
}

/* What the log says at warn of one request, where nobody listens to info. */
static const char *warned(const char *lines, const char *method,
                          const char *headers)
{
    const cors_policy *policy = fake_policy(lines);
    request_rec *r = fake_request(policy, method, headers);

    fake.log->nelts = 0;
    fake.server->log.level = APLOG_WARNING;
    cors_record_judgement(r, cors_decision_make(r, policy));
    return fake_log_text(APLOG_WARNING);
}

/* Of each reason and section; but not of the noise of the internet. */
static void what_an_expression_gives_up_on_is_said(void **state)
{
    const cors_policy *policy = fake_policy(
        "CORSAllowOriginMatch https://((a+)+\\.)+example\\.com");
    int i;

    (void)state;
    for (i = 0; i < 2; i++) {
        request_rec *r = fake_request(policy, "GET", "Origin: https://aaaaaaa"
                                      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                      "b.example.com");

        fake.log->nelts = 0;
        cors_record_judgement(r, cors_decision_make(r, policy));
        if (i == 0) {
            EXPECT_PART("first", fake_log_text(APLOG_WARNING),
                        "needs more than 20,000 steps for origin "
                        "'https://aaaa");
        }
        else {
            EXPECT_TEXT("then", fake_log_text(APLOG_WARNING), "");
        }
    }
}

static void the_first_refusal_in_an_hour_is_a_warning(void **state)
{
    (void)state;
    EXPECT_PART("first", warned("\n" APP "CORSDisallowedOrigin Deny", "POST",
                                OTHER), "policy of conf/httpd.conf:2; "
                "further ones at LogLevel cors_cookies:info");
    assert_string_equal(warned("\n" APP "CORSDisallowedOrigin Deny", "POST",
                               OTHER), "");
    EXPECT_PART("reason", warned("\n" APP "CORSDisallowedOrigin Deny",
                                 "POST", "Origin: null"), "origin-null");
    EXPECT_PART("section", warned("\n\n" APP "CORSDisallowedOrigin Deny",
                                  "POST", OTHER), "origin-not-listed");
    assert_string_equal(warned("\n\n\n" APP, "GET", OTHER), "");
    EXPECT_PART("served", warned("\n\n\n" APP, "GET", "Origin: null"),
                "origin-null");
    EXPECT_PART("preflight", warned("\n\n\n" APP, "OPTIONS",
                                    OTHER PREFLIGHT "GET"),
                "origin-not-listed");
    /* A line that no level writes takes no turn. */
    fake.server->log.level = APLOG_ERR;
    said(APLOG_INFO, "\n\n\n\n" APP "CORSDisallowedOrigin Deny", "POST",
         OTHER);
    EXPECT_PART("turn", warned("\n\n\n\n" APP "CORSDisallowedOrigin Deny",
                               "POST", OTHER), "origin-not-listed");
}

/* A script that is refused one of several is told of all. */
static void every_name_that_is_missing_is_named(void **state)
{
    (void)state;
    EXPECT_PART("names", said(APLOG_INFO, APP "CORSAllowHeaders X-A",
                              "OPTIONS", ORIGIN PREFLIGHT "PUT" ASKS_FOR
                              "x-a, x-b,x-c"),
                "that asks for 'PUT' with headers 'x-b, x-c': ");
}

static void a_preflight_s_line_says_what_was_asked_for(void **state)
{
    const char *line;

    (void)state;
    line = said(APLOG_INFO, APP "CORSAllowHeaders X-A", "OPTIONS",
                ORIGIN PREFLIGHT "GET" ASKS_FOR "x-a,x-b,x-c");
    EXPECT_PART("header", line, "header-not-listed: origin "
                "'https://app.example.com'");
    EXPECT_PART("header", line, "'GET'");
    EXPECT_PART("header", line, "'x-b, x-c'");
    line = said(APLOG_INFO, APP, "OPTIONS", ORIGIN PREFLIGHT "PUT");
    EXPECT_PART("method", line, "method-not-listed");
    EXPECT_PART("method", line, "'PUT'");
}

static void bytes_of_strangers_are_escaped_and_cut(void **state)
{
    char *origin = apr_palloc(fake.pool, 1001);
    const char *line;

    (void)state;
    line = said(APLOG_INFO, APP, "GET", "Origin: a\033[31m\200\"b");
    EXPECT_PART("escaped", line, "a\\x1b[31m");
    assert_null(strchr(line, '\033'));
    memset(origin, 'a', 1000);
    origin[1000] = '\0';
    line = said(APLOG_INFO, APP, "GET", apr_pstrcat(fake.pool, "Origin: ",
                                                    origin, NULL));
    EXPECT_PART("cut", line, "aaa...'");
    assert_true(strlen(line) < 800);
}

static void what_is_allowed_is_not_logged(void **state)
{
    static const struct {
        const char *lines;
        const char *method;
        const char *headers;
    } rows[] = {
        { APP, "GET", NULL },
        { APP, "GET", ORIGIN },
        { APP, "OPTIONS", ORIGIN PREFLIGHT "GET" },
        { APP, "POST", OTHER "\nSec-Fetch-Site: same-origin" },
        { APP "CORSAllowAnonymous On", "GET", OTHER }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        said(APLOG_INFO, rows[i].lines, rows[i].method, rows[i].headers);
        EXPECT_NUMBER(rows[i].lines, fake.log->nelts, 0);
    }
}

static void nothing_is_said_at_warn(void **state)
{
    (void)state;
    fake.server->log.level = APLOG_ERR;
    said(APLOG_INFO, APP, "GET", OTHER);
    assert_int_equal(fake.log->nelts, 0);
}

static void an_unsafe_merge_is_said_once(void **state)
{
    const cors_policy *policy = fake_merged(
        fake_policy("CORSAllowOrigin *\nCORSAllowCredentials Off"),
        fake_policy("CORSAllowCredentials On"));
    int i;

    (void)state;
    fake.server->log.level = APLOG_ERR;
    for (i = 0; i < 3; i++) {
        request_rec *r = fake_request(policy, "GET", ORIGIN);

        cors_record_judgement(r, cors_decision_make(r, policy));
    }
    assert_int_equal(fake.log->nelts, 1);
    EXPECT_PART("once", fake_log_text(APLOG_ERR),
                "conf/httpd.conf:1: CORSAllowOrigin '*': with credentials");
    EXPECT_PART("once", fake_log_text(APLOG_ERR), "'/api/items'");
}

/* Places enough that some share a slot of those said, whatever the hash. */
static void many_unsafe_merges_are_said_once_each(void **state)
{
    const cors_policy *policies[60];
    int i;

    (void)state;
    fake.server->log.level = APLOG_ERR;
    for (i = 0; i < 60; i++) {
        char *lines = apr_psprintf(fake.pool, "%*sCORSAllowOrigin *",
                                   1000 + i * 7, "");

        memset(lines, '\n', 1000 + i * 7);
        policies[i] = fake_policy(lines);
    }
    for (i = 0; i < 180; i++) {
        const cors_policy *policy = policies[i % 60];
        request_rec *r = fake_request(policy, "GET", ORIGIN);

        cors_record_judgement(r, cors_decision_make(r, policy));
    }
    assert_int_equal(fake.log->nelts, 60);
}

/*
 * Whoever writes .htaccess files cannot fill the log, nor keep the server's
 * own sections out of it.
 */
static void unsafe_merges_of_htaccess_are_said_once_for_all(void **state)
{
    const cors_policy *on = fake_policy("CORSAllowCredentials On");
    char *newlines = apr_pcalloc(fake.pool, 2001);
    const cors_policy *own;
    request_rec *r;
    int i;

    (void)state;
    fake.server->log.level = APLOG_ERR;
    for (i = 0; i < 2000; i++) {
        cors_policy *file = cors_policy_create(fake.pool, NULL);
        const cors_policy *policy;

        assert_null(fake_read(FAKE_HTACCESS, file, apr_pstrcat(
            fake.pool, newlines, "CORSAllowOrigin *\n"
            "CORSAllowCredentials Off", NULL)));
        newlines[i] = '\n';
        policy = fake_merged(file, on);
        r = fake_request(policy, "GET", ORIGIN);
        cors_record_judgement(r, cors_decision_make(r, policy));
    }
    assert_int_equal(fake.log->nelts, 1);
    own = fake_policy("\n\n\n\n\nCORSAllowOrigin *");
    r = fake_request(own, "GET", ORIGIN);
    cors_record_judgement(r, cors_decision_make(r, own));
    assert_int_equal(fake.log->nelts, 2);
}

/* Under * strangers choose the bytes: only an origin is passed on. */
static void no_variable_holds_what_is_no_origin(void **state)
{
    static const char *const rows[][2] = {
        { "https://other.example", "https://other.example" },
        { "null", "null" },
        { "https://other.example/<b>", NULL },
        { "x", NULL }
    };
    const cors_policy *policy = fake_policy("CORSAllowOrigin *\n"
                                            "CORSAllowCredentials Off");
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        request_rec *r = fake_request(policy, "GET", apr_pstrcat(
            fake.pool, "Origin: ", rows[i][0], NULL));

        cors_record_variables(r, cors_decision_make(r, policy));
        EXPECT_TEXT(rows[i][0],
                    apr_table_get(r->subprocess_env, "CORS_ORIGIN"),
                    rows[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RECORD_TEST(a_refusal_is_one_line),
        RECORD_TEST(a_redirect_to_another_origin_is_said),
        RECORD_TEST(what_an_expression_gives_up_on_is_said),
        RECORD_TEST(the_first_refusal_in_an_hour_is_a_warning),
        RECORD_TEST(every_name_that_is_missing_is_named),
        RECORD_TEST(a_preflight_s_line_says_what_was_asked_for),
        RECORD_TEST(bytes_of_strangers_are_escaped_and_cut),
        RECORD_TEST(what_is_allowed_is_not_logged),
        RECORD_TEST(no_variable_holds_what_is_no_origin),
        RECORD_TEST(nothing_is_said_at_warn),
        RECORD_TEST(an_unsafe_merge_is_said_once),
        RECORD_TEST(many_unsafe_merges_are_said_once_each),
        RECORD_TEST(unsafe_merges_of_htaccess_are_said_once_for_all)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
