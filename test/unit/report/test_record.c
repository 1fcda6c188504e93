/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include "report/record.h"
#include "report/cookie_log.h"

#define APP "CORSAllowOrigin https://app.example.com\n"
#define ORIGIN "Origin: https://app.example.com"
#define OTHER "Origin: https://other.example"
#define PREFLIGHT "\nAccess-Control-Request-Method: "
#define ASKS_FOR "\nAccess-Control-Request-Headers: "

/* What the log says, at a level, of a request. */
static const char *said(int level, const char *lines, const char *method,
                        const char *headers)
{
    const cors_policy *policy = fake_policy(lines);
    request_rec *r = fake_request(policy, method, headers);

    fake.log->nelts = 0;
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

static void a_preflight_s_line_says_what_was_asked_for(void **state)
{
    const char *line;

    (void)state;
    line = said(APLOG_INFO, APP "CORSAllowHeaders X-A", "OPTIONS",
                ORIGIN PREFLIGHT "GET" ASKS_FOR "x-a,x-b,x-c");
    EXPECT_PART("header", line, "header-not-listed: origin "
                "'https://app.example.com'");
    EXPECT_PART("header", line, "'GET'");
    EXPECT_PART("header", line, "'x-b'");
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
    fake.server->log.level = APLOG_WARNING;
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
    fake.server->log.level = APLOG_WARNING;
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
    fake.server->log.level = APLOG_WARNING;
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
    int i;

    (void)state;
    fake.server->log.level = APLOG_WARNING;
    for (i = 0; i < 2000; i++) {
        cors_policy *file = cors_policy_create(fake.pool, NULL);
        const cors_policy *policy;
        request_rec *r;

        assert_null(fake_read(FAKE_HTACCESS, file, apr_pstrcat(
            fake.pool, newlines, "CORSAllowOrigin *\n"
            "CORSAllowCredentials Off", NULL)));
        newlines[i] = '\n';
        policy = fake_merged(file, on);
        r = fake_request(policy, "GET", ORIGIN);
        cors_record_judgement(r, cors_decision_make(r, policy));
    }
    assert_int_equal(fake.log->nelts, 1);
    EXPECT_PART("own", said(APLOG_ERR, "\n\n\n\n\nCORSAllowOrigin *", "GET",
                            ORIGIN), "CORSAllowOrigin '*'");
}

/* What is said at info of a cookie that goes along with a response. */
static const char *of_cookie(const char *lines, const char *method,
                             const char *headers, const char *cookie)
{
    const cors_policy *policy = fake_policy(lines);
    request_rec *r = fake_request(policy, method, headers);

    fake.log->nelts = 0;
    if (!apr_table_get(r->headers_in, "Host")) {
        apr_table_setn(r->headers_in, "Host", "api.example.net");
    }
    apr_table_setn(r->headers_out, "Set-Cookie", cookie);
    cors_cookie_log_write(r, cors_decision_make(r, policy));
    return fake_log_text(APLOG_INFO);
}

#define NO_SAMESITE "it has no SameSite=None: browsers send it to this " \
    "site's own pages only"
#define NO_SECURE "it has no Secure: browsers refuse a cross-site cookie " \
    "without it"
#define CLEARTEXT "it has Secure and comes over http: browsers refuse it " \
    "unless the site uses https"
#define NO_PARTITIONED "it has no Partitioned: browsers that block " \
    "third-party cookies withhold it"

static void cookies_that_browsers_withhold_are_named(void **state)
{
    static const struct {
        const char *scheme;
        const char *cookie;
        const char *reasons;
    } rows[] = {
        { "https", "sid=1",
          NO_SAMESITE "; " NO_SECURE "; " NO_PARTITIONED },
        { "http", "sid=1",
          NO_SAMESITE "; " NO_SECURE "; " NO_PARTITIONED },
        { "https", "sid=1; SameSite=Lax; Secure",
          NO_SAMESITE "; " NO_PARTITIONED },
        { "http", "sid=1; Secure",
          NO_SAMESITE "; " CLEARTEXT "; " NO_PARTITIONED },
        { "https", "sid=1; SameSite=None; Secure", NO_PARTITIONED },
        { "https", "sid=1; SameSite=None; Partitioned", NO_SECURE },
        { "https", "sid=1; Secure; Partitioned", NO_SAMESITE },
        { "https", "sid=1; SameSite=Lax; Secure; Partitioned", NO_SAMESITE },
        { "https", "sid=1; SameSite=None; SameSite=Strict; Secure; "
          "Partitioned", NO_SAMESITE },
        { "http", "sid=1; SameSite=None; Secure; Partitioned", CLEARTEXT }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        fake.scheme = rows[i].scheme;
        EXPECT_TEXT(rows[i].cookie,
                    of_cookie(APP, "GET", ORIGIN, rows[i].cookie),
                    apr_pstrcat(fake.pool, "cookie 'sid' for '/api/items' of "
                                "another site: ", rows[i].reasons, NULL));
    }
}

static void only_cookies_for_another_site_are_spoken_of(void **state)
{
    static const struct {
        const char *lines;
        const char *method;
        const char *headers;
        const char *cookie;
    } rows[] = {
        { APP, "GET", NULL, "sid=1" },
        { APP, "GET", OTHER, "sid=1" },
        { APP "CORSAllowCredentials Off", "GET", ORIGIN, "sid=1" },
        { APP "CORSAllowAnonymous On", "GET", OTHER, "sid=1" },
        { APP, "OPTIONS", ORIGIN PREFLIGHT "GET", "sid=1" },
        { APP, "GET", ORIGIN "\nSec-Fetch-Site: same-site", "sid=1" },
        { APP, "GET", ORIGIN "\nHost: api.example.com", "sid=1" },
        { APP, "GET", ORIGIN "\nHost: api.example.com:8443", "sid=1" },
        /* Nothing is wrong with these. */
        { APP, "GET", ORIGIN, "sid=1; SameSite=None; Secure; Partitioned" },
        { APP, "GET", ORIGIN, "no cookie at all" }
    };
    size_t i;

    (void)state;
    fake.scheme = "https";
    for (i = 0; i < LENGTH(rows); i++) {
        EXPECT_TEXT(rows[i].headers ? rows[i].headers : "no Origin",
                    of_cookie(rows[i].lines, rows[i].method,
                              rows[i].headers, rows[i].cookie), "");
    }
    fake.server->log.level = APLOG_WARNING;
    EXPECT_TEXT("level", of_cookie(APP, "GET", ORIGIN, "sid=1"), "");
}

/* Its twin without Partitioned is there on purpose. */
static void a_deletion_need_not_be_partitioned(void **state)
{
    (void)state;
    fake.scheme = "https";
    EXPECT_TEXT("deletion",
                of_cookie(APP, "GET", ORIGIN, "sid=; Max-Age=0; "
                          "SameSite=None; Secure"), "");
    EXPECT_PART("deletion",
                of_cookie(APP, "GET", ORIGIN, "sid=; Max-Age=0; Secure"),
                "no SameSite=None");
}

/* Secure over cleartext http works on this very machine. */
static void loopback_may_be_cleartext(void **state)
{
    (void)state;
    EXPECT_TEXT("loopback",
                of_cookie(APP, "GET", ORIGIN "\nHost: localhost:8080",
                          "sid=1; SameSite=None; Secure; Partitioned"), "");
}

static void every_cookie_of_both_tables_is_looked_at(void **state)
{
    const cors_policy *policy = fake_policy(APP);
    request_rec *r = fake_request(policy, "GET", ORIGIN
                                  "\nSec-Fetch-Site: cross-site");
    char name[101];

    (void)state;
    memset(name, 'n', 100);
    name[100] = '\0';
    fake.log->nelts = 0;
    fake_headers_add(r->headers_out, "Set-Cookie: no cookie\n"
                     "Set-Cookie: first=1\n"
                     "Set-Cookie: fine=1; SameSite=None; Secure; Partitioned\n"
                     "Set-Cookie: second=1");
    fake_headers_add(r->err_headers_out, apr_pstrcat(
        fake.pool, "Set-Cookie: ", name, "=1", NULL));
    fake.scheme = "https";
    cors_cookie_log_write(r, cors_decision_make(r, policy));
    assert_int_equal(fake.log->nelts, 3);
    name[64] = '\0';
    EXPECT_PART("first", fake_log_text(APLOG_INFO), "cookie 'first'");
    EXPECT_PART("second", fake_log_text(APLOG_INFO), "cookie 'second'");
    EXPECT_PART("cut", fake_log_text(APLOG_INFO),
                apr_pstrcat(fake.pool, "cookie '", name, "' for", NULL));
}

static void a_response_has_sixteen_lines_at_most(void **state)
{
    const cors_policy *policy = fake_policy(APP);
    request_rec *r = fake_request(policy, "GET", ORIGIN
                                  "\nSec-Fetch-Site: cross-site");
    int i;

    (void)state;
    fake.log->nelts = 0;
    for (i = 0; i < 100; i++) {
        fake_headers_add(r->headers_out, "Set-Cookie: a=b");
    }
    cors_cookie_log_write(r, cors_decision_make(r, policy));
    assert_int_equal(fake.log->nelts, 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(a_refusal_is_one_line),
        FAKES_TEST(a_preflight_s_line_says_what_was_asked_for),
        FAKES_TEST(bytes_of_strangers_are_escaped_and_cut),
        FAKES_TEST(what_is_allowed_is_not_logged),
        FAKES_TEST(nothing_is_said_at_warn),
        FAKES_TEST(an_unsafe_merge_is_said_once),
        FAKES_TEST(many_unsafe_merges_are_said_once_each),
        FAKES_TEST(unsafe_merges_of_htaccess_are_said_once_for_all),
        FAKES_TEST(cookies_that_browsers_withhold_are_named),
        FAKES_TEST(only_cookies_for_another_site_are_spoken_of),
        FAKES_TEST(a_deletion_need_not_be_partitioned),
        FAKES_TEST(loopback_may_be_cleartext),
        FAKES_TEST(every_cookie_of_both_tables_is_looked_at),
        FAKES_TEST(a_response_has_sixteen_lines_at_most)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
