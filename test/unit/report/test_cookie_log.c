/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include "report/cookie_log.h"

#define APP "CORSAllowOrigin https://app.example.com\n"
#define ORIGIN "Origin: https://app.example.com"
#define OTHER "Origin: https://other.example"
#define PREFLIGHT "\nAccess-Control-Request-Method: "
#define ASKS_FOR "\nAccess-Control-Request-Headers: "

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
    "third-party cookies withhold it where the session began in the other " \
    "site's page (with it, a session that began on this site's own pages " \
    "does not travel)"
#define CURE "; write CORSCookieAttributes SameSite=None Secure only=sid"

static void cookies_that_browsers_withhold_are_named(void **state)
{
    static const struct {
        const char *scheme;
        const char *cookie;
        const char *reasons;
    } rows[] = {
        { "https", "sid=1",
          NO_SAMESITE "; " NO_SECURE "; " NO_PARTITIONED CURE },
        { "http", "sid=1",
          NO_SAMESITE "; " NO_SECURE "; " NO_PARTITIONED CURE },
        { "https", "sid=1; SameSite=Lax; Secure",
          NO_SAMESITE "; " NO_PARTITIONED CURE },
        { "http", "sid=1; Secure",
          NO_SAMESITE "; " CLEARTEXT "; " NO_PARTITIONED CURE },
        { "https", "sid=1; SameSite=None; Secure", NO_PARTITIONED },
        { "https", "sid=1; SameSite=None; Partitioned", NO_SECURE CURE },
        { "https", "sid=1; Secure; Partitioned", NO_SAMESITE CURE },
        { "https", "sid=1; SameSite=Lax; Secure; Partitioned",
          NO_SAMESITE CURE },
        { "https", "sid=1; SameSite=None; SameSite=Strict; Secure; "
          "Partitioned", NO_SAMESITE CURE },
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
    fake.server->log.level = APLOG_ERR;
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

/* Pasted, it would be another directive, or one for every cookie. */
static void a_name_that_no_directive_holds_has_no_cure(void **state)
{
    static const char *const cookies[] = {
        "a b=1", "a\"b=1", "a,b=1", "sess*=1", "a\\=1"
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(cookies); i++) {
        const char *line = of_cookie(APP, "GET", ORIGIN, cookies[i]);

        EXPECT_PART(cookies[i], line, NO_SAMESITE);
        assert_null(strstr(line, "CORSCookieAttributes"));
    }
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
        FAKES_TEST(cookies_that_browsers_withhold_are_named),
        FAKES_TEST(only_cookies_for_another_site_are_spoken_of),
        FAKES_TEST(a_deletion_need_not_be_partitioned),
        FAKES_TEST(loopback_may_be_cleartext),
        FAKES_TEST(a_name_that_no_directive_holds_has_no_cure),
        FAKES_TEST(every_cookie_of_both_tables_is_looked_at),
        FAKES_TEST(a_response_has_sixteen_lines_at_most)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
