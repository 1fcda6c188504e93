/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include "request/decision.h"

#define APP "CORSAllowOrigin https://app.example.com\n"
#define ORIGIN "Origin: https://app.example.com"
#define OTHER "Origin: https://other.example"
#define PREFLIGHT "\nAccess-Control-Request-Method: "
#define ASKS_FOR "\nAccess-Control-Request-Headers: "

typedef struct row {
    const char *lines;
    const char *method;
    const char *headers;
    cors_result result;
    cors_reason reason;
} row;

static const cors_decision *decide(const row *row)
{
    const cors_policy *policy = fake_policy(row->lines);

    return cors_decision_make(fake_request(policy, row->method,
                                           row->headers), policy)->decision;
}

static void expect_rows(const row *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        const cors_decision *decision = decide(&rows[i]);
        const char *name = apr_pstrcat(fake.pool, rows[i].lines, "\n",
                                       rows[i].method, "\n",
                                       rows[i].headers, NULL);

        EXPECT_TEXT(name, cors_result_name(decision->result),
                    cors_result_name(rows[i].result));
        EXPECT_TEXT(name, cors_reason_name(decision->reason),
                    cors_reason_name(rows[i].reason));
    }
}

#define NONE          CORS_RESULT_NONE, CORS_REASON_OK
#define ALLOWED       CORS_RESULT_ALLOWED, CORS_REASON_OK
#define SAME          CORS_RESULT_SAME_ORIGIN, CORS_REASON_OK
#define REFUSED(why)  CORS_RESULT_DISALLOWED, CORS_REASON_##why
#define ANONYMOUS(why) CORS_RESULT_ANONYMOUS, CORS_REASON_##why
#define PREFLIGHT_ALLOWED CORS_RESULT_PREFLIGHT_ALLOWED, CORS_REASON_OK
#define PREFLIGHT_REFUSED(why) \
    CORS_RESULT_PREFLIGHT_DISALLOWED, CORS_REASON_##why

static void each_kind_of_request_is_told_apart(void **state)
{
    static const row rows[] = {
        { APP, "GET", NULL, NONE },
        { APP, "POST", "Cookie: sid=1", NONE },
        /* OPTIONS alone is no preflight, nor are its headers. */
        { APP, "OPTIONS", NULL, NONE },
        { APP, "OPTIONS", "Access-Control-Request-Method: PUT", NONE },
        { APP, "OPTIONS", ORIGIN, ALLOWED },
        { APP, "OPTIONS", ORIGIN ASKS_FOR "x-a", ALLOWED },
        { APP, "GET", ORIGIN PREFLIGHT "PUT", ALLOWED },
        { APP, "PUT", ORIGIN, ALLOWED },        /* it had its preflight */
        { APP, "HEAD", ORIGIN, ALLOWED },
        { APP, "OPTIONS", ORIGIN PREFLIGHT "GET", PREFLIGHT_ALLOWED },
        { APP, "OPTIONS", ORIGIN PREFLIGHT,
          PREFLIGHT_REFUSED(METHOD_NOT_LISTED) },
        { APP, "OPTIONS", ORIGIN PREFLIGHT "PUT",
          PREFLIGHT_REFUSED(METHOD_NOT_LISTED) },
        { APP, "OPTIONS", ORIGIN PREFLIGHT "GET" ASKS_FOR "x-a",
          PREFLIGHT_REFUSED(HEADER_NOT_LISTED) },
        { APP, "OPTIONS", ORIGIN PREFLIGHT "GET" ASKS_FOR "x a",
          PREFLIGHT_REFUSED(HEADERS_MALFORMED) },
        { APP, "OPTIONS", OTHER PREFLIGHT "GET",
          PREFLIGHT_REFUSED(ORIGIN_NOT_LISTED) },
        { APP, "GET", OTHER, REFUSED(ORIGIN_NOT_LISTED) },
        { APP, NULL, OTHER, REFUSED(ORIGIN_NOT_LISTED) }
    };

    (void)state;
    expect_rows(rows, LENGTH(rows));
}

static void an_origin_is_allowed_byte_for_byte(void **state)
{
    static const row rows[] = {
        { APP, "GET", ORIGIN, ALLOWED },
        { APP, "GET", "Origin: null", REFUSED(ORIGIN_NULL) },
        { APP, "GET", "Origin:", REFUSED(ORIGIN_MALFORMED) },
        { APP, "GET", "Origin: https://App.example.com",
          REFUSED(ORIGIN_MALFORMED) },
        { APP, "GET", "Origin: https://app.example.com/",
          REFUSED(ORIGIN_MALFORMED) },
        { APP, "GET", "Origin: https://app.example.com:443",
          REFUSED(ORIGIN_MALFORMED) },
        { APP, "GET", "Origin: https://app.example.com\"",
          REFUSED(ORIGIN_MALFORMED) },
        { APP, "GET", "Origin: app.example.com", REFUSED(ORIGIN_MALFORMED) },
        { APP, "GET", "Origin: *", REFUSED(ORIGIN_MALFORMED) },
        { APP, "GET", "Origin: file:///etc/passwd",
          REFUSED(ORIGIN_MALFORMED) },
        { APP, "GET", "Origin: https://app.example.com\200",
          REFUSED(ORIGIN_MALFORMED) },
        { APP, "GET", "Origin: https://app.example.com.",
          REFUSED(ORIGIN_NOT_LISTED) },
        { APP, "GET", "Origin: http://app.example.com",
          REFUSED(ORIGIN_NOT_LISTED) },
        { APP, "GET", "Origin: https://app.example.com:8443",
          REFUSED(ORIGIN_NOT_LISTED) },
        { APP, "GET", "Origin: https://app.example.com, https://b.example",
          REFUSED(ORIGIN_MULTIPLE) },
        { APP, "GET", "Origin: https://app.example.com "
          "https://app.example.com", REFUSED(ORIGIN_MULTIPLE) },
        /* httpd folds two lines into one value. */
        { APP, "GET", "Origin: https://app.example.com, "
          "https://app.example.com", REFUSED(ORIGIN_MULTIPLE) },
        { APP, "GET", "Origin: null, null", REFUSED(ORIGIN_MULTIPLE) },
        /* Wildcards must not be fooled. */
        { "CORSAllowOrigin https://*.example.com", "GET",
          "Origin: https://evil.com/.example.com",
          REFUSED(ORIGIN_MALFORMED) },
        { "CORSAllowOrigin https://*.example.com", "GET",
          "Origin: https://evil.com#.example.com",
          REFUSED(ORIGIN_MALFORMED) },
        { "CORSAllowOrigin https://*.example.com", "GET",
          "Origin: https://.example.com", REFUSED(ORIGIN_MALFORMED) },
        { "CORSAllowOrigin https://*.example.com", "GET",
          "Origin: https://evilexample.com", REFUSED(ORIGIN_NOT_LISTED) },
        { "CORSAllowOrigin https://*.example.com", "GET",
          "Origin: https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
          "aaaaaaaaaaaaaaaa.example.com", REFUSED(ORIGIN_MALFORMED) },
        { "CORSAllowOrigin https://*.example.com", "GET",
          "Origin: https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
          "aaaaaaaaaaaaaaa.example.com", ALLOWED },
        /* Excluded comes before not listed. */
        { "CORSAllowOrigin https://*.example.com !https://b.example.com",
          "GET", "Origin: https://b.example.com",
          REFUSED(ORIGIN_EXCLUDED) },
        { "CORSAllowOrigin https://a.example !https://b.example", "GET",
          "Origin: https://b.example", REFUSED(ORIGIN_EXCLUDED) }
    };

    (void)state;
    expect_rows(rows, LENGTH(rows));
}

static void an_origin_of_more_than_512_bytes_is_malformed(void **state)
{
    const cors_policy *policy = fake_policy(APP);
    char *origin = apr_palloc(fake.pool, 700);

    (void)state;
    memset(origin, 'a', 699);
    origin[699] = '\0';
    assert_int_equal(fake_judge(policy, origin, 513),
                     CORS_REASON_ORIGIN_MALFORMED);
    origin[600] = ',';
    assert_int_equal(fake_judge(policy, origin, 699),
                     CORS_REASON_ORIGIN_MULTIPLE);
}

/* Without any origins the reasons are the same: Deny asks for them. */
static void without_origins_each_has_its_reason(void **state)
{
    static const char deny[] = "CORSDisallowedOrigin Deny";
    static const row rows[] = {
        { deny, "GET", ORIGIN, REFUSED(ORIGIN_NOT_LISTED) },
        { deny, "GET", "Origin: null", REFUSED(ORIGIN_NULL) },
        { deny, "GET", "Origin: a, b", REFUSED(ORIGIN_MULTIPLE) },
        { deny, "GET", "Origin: HTTPS://a", REFUSED(ORIGIN_MALFORMED) },
        { "CORSAllowOrigin none\nCORSDisallowedOrigin Deny", "GET", ORIGIN,
          REFUSED(ORIGIN_NOT_LISTED) }
    };

    (void)state;
    expect_rows(rows, LENGTH(rows));
}

#define OWN "\nHost: other.example\nSec-Fetch-Site: same-origin"

static void the_own_origin_is_no_stranger(void **state)
{
    static const row rows[] = {
        { APP, "POST", OTHER OWN, SAME },
        { APP, "POST", "Origin: null" OWN, SAME },
        { APP, "POST", "Origin: https://other.example\nHost: other.example",
          SAME },
        { APP, "POST", OTHER "\nHost: other.example\n"
          "Sec-Fetch-Site: cross-site", REFUSED(ORIGIN_NOT_LISTED) },
        /* If it is listed it is treated as any allowed one. */
        { APP, "POST", ORIGIN OWN, ALLOWED },
        { APP, "POST", ORIGIN "\nHost: app.example.com", ALLOWED },
        { APP "CORSAllowAnonymous On", "POST", OTHER OWN "\nCookie: a=b",
          SAME },
        /* A preflight is never same-origin. */
        { APP, "OPTIONS", OTHER OWN PREFLIGHT "GET",
          PREFLIGHT_REFUSED(ORIGIN_NOT_LISTED) },
        { APP, "OPTIONS", OTHER OWN, SAME }
    };

    (void)state;
    expect_rows(rows, LENGTH(rows));
}

static void star_allows_every_value(void **state)
{
    static const char any[] = "CORSAllowOrigin *\nCORSAllowCredentials Off";
    static const row rows[] = {
        { any, "GET", NULL, NONE },
        { any, "GET", ORIGIN, ALLOWED },
        { any, "GET", "Origin: null", ALLOWED },
        { any, "GET", "Origin:", ALLOWED },
        { any, "GET", "Origin: A, b", ALLOWED },
        { any, "POST", ORIGIN OWN, ALLOWED },
        { any, "OPTIONS", "Origin: null" PREFLIGHT "GET",
          PREFLIGHT_ALLOWED },
        { any, "OPTIONS", ORIGIN PREFLIGHT "PUT",
          PREFLIGHT_REFUSED(METHOD_NOT_LISTED) }
    };

    (void)state;
    expect_rows(rows, LENGTH(rows));
}

static void anonymous_requests_carry_nothing(void **state)
{
    static const char anonymous[] = APP "CORSAllowAnonymous On";
    static const char excluded[] =
        "CORSAllowOrigin https://a.example !https://other.example\n"
        "CORSAllowAnonymous On";
    static const row rows[] = {
        { anonymous, "GET", ORIGIN, ALLOWED },
        { anonymous, "GET", ORIGIN "\nCookie: a=b", ALLOWED },
        { anonymous, "GET", OTHER, ANONYMOUS(ORIGIN_NOT_LISTED) },
        { anonymous, "GET", "Origin: null", ANONYMOUS(ORIGIN_NULL) },
        { anonymous, "GET", "Origin: A", ANONYMOUS(ORIGIN_MALFORMED) },
        { anonymous, "GET", "Origin: a, b", ANONYMOUS(ORIGIN_MULTIPLE) },
        { excluded, "GET", OTHER, ANONYMOUS(ORIGIN_EXCLUDED) },
        { anonymous, "GET", OTHER "\nAuthorization: Bearer x",
          ANONYMOUS(ORIGIN_NOT_LISTED) },
        { anonymous, "GET", OTHER "\nCookie: a=b",
          REFUSED(CREDENTIALS_SENT) },
        { anonymous, "GET", OTHER "\nAuthorization: Basic x",
          REFUSED(CREDENTIALS_SENT) },
        { anonymous, "GET", "Origin: null\nCookie: a=b",
          REFUSED(CREDENTIALS_SENT) },
        { anonymous, "OPTIONS", OTHER PREFLIGHT "GET",
          ANONYMOUS(ORIGIN_NOT_LISTED) },
        { anonymous, "OPTIONS", OTHER PREFLIGHT "GET\nCookie: a=b",
          PREFLIGHT_REFUSED(CREDENTIALS_SENT) },
        { anonymous, "OPTIONS", OTHER PREFLIGHT "PUT",
          PREFLIGHT_REFUSED(METHOD_NOT_LISTED) },
        { "CORSAllowAnonymous On", "GET", OTHER,
          ANONYMOUS(ORIGIN_NOT_LISTED) }
    };

    (void)state;
    expect_rows(rows, LENGTH(rows));
}

#define MATCH "CORSAllowOriginMatch https?://(a|b)\\.example\n"

/* The option is for builds without libpsl's list. */
#define TOUCHED "CORSAllowOriginMatch https://.*example\\.com\n" \
                "CORSOptions UnsafePublicSuffix"

/* Configuration cannot know what an expression admits: requests can. */
static void cleartext_origins_of_expressions_are_insecure(void **state)
{
    static const row rows[] = {
        { MATCH, "GET", "Origin: https://a.example", ALLOWED },
        { MATCH, "GET", "Origin: http://a.example",
          REFUSED(ORIGIN_INSECURE) },
        { MATCH, "GET", "Origin: http://c.example",
          REFUSED(ORIGIN_NOT_LISTED) },
        { MATCH, "OPTIONS", "Origin: http://a.example" PREFLIGHT "GET",
          PREFLIGHT_REFUSED(ORIGIN_INSECURE) },
        { MATCH "CORSAllowCredentials Off", "GET",
          "Origin: http://a.example", ALLOWED },
        { MATCH "CORSOptions UnsafeInsecureOrigin", "GET",
          "Origin: http://a.example", ALLOWED },
        { MATCH "CORSOptions UnsafePublicSuffix", "GET",
          "Origin: http://a.example", REFUSED(ORIGIN_INSECURE) },
        /* Nor can it know what it would admit beyond the sites it names. */
        { TOUCHED, "GET", "Origin: https://evilexample.com",
          REFUSED(ORIGIN_NOT_LISTED) },
        { TOUCHED, "GET", "Origin: https://a.example.com", ALLOWED },
        { TOUCHED " UnsafeMatch", "GET", "Origin: https://evilexample.com",
          ALLOWED },
        { "CORSAllowOriginMatch http://localhost(:3000)?", "GET",
          "Origin: http://localhost:3000", ALLOWED },
        { "CORSAllowOriginMatch http://(a|b)\\.localhost", "GET",
          "Origin: http://a.localhost", ALLOWED },
        { MATCH "CORSAllowAnonymous On", "GET", "Origin: http://a.example",
          ANONYMOUS(ORIGIN_INSECURE) }
    };

    (void)state;
    expect_rows(rows, LENGTH(rows));
}

static void expect_merged(const char *base, const char *section,
                          const char *headers, cors_result result,
                          cors_reason reason)
{
    const cors_policy *policy = fake_merged(fake_policy(base),
                                            fake_policy(section));
    const cors_decision *decision =
        cors_decision_make(fake_request(policy, "GET", headers),
                           policy)->decision;
    const char *name = apr_pstrcat(fake.pool, base, "\n+\n", section, "\n",
                                   headers, NULL);

    EXPECT_TEXT(name, cors_result_name(decision->result),
                cors_result_name(result));
    EXPECT_TEXT(name, cors_reason_name(decision->reason),
                cors_reason_name(reason));
    EXPECT_NUMBER(name, decision->any_origin, 0);
}

static void what_merging_makes_unsafe_allows_nobody(void **state)
{
    static const char any[] = "CORSAllowOrigin *\nCORSAllowCredentials Off";
    static const char on[] = "CORSAllowCredentials On";

    (void)state;
    expect_merged(any, on, ORIGIN, REFUSED(POLICY_INVALID));
    expect_merged(any, on, "Origin: null", REFUSED(POLICY_INVALID));
    expect_merged(any, on, NULL, NONE);
    expect_merged(any, on, OTHER OWN, SAME);
    expect_merged(any, "CORSAllowCredentials On\nCORSAllowAnonymous On",
                  ORIGIN, REFUSED(POLICY_INVALID));
    /* One bad origin spoils the good ones beside it. */
    expect_merged("CORSAllowOrigin http://a.example https://b.example\n"
                  "CORSOptions UnsafeInsecureOrigin", "CORSOptions none",
                  "Origin: https://b.example", REFUSED(POLICY_INVALID));
    expect_merged("CORSAllowOrigin https://*.com\nCORSAllowCredentials Off",
                  on, "Origin: https://b.com", REFUSED(POLICY_INVALID));
}

static void a_forwarded_preflight_is_judged_by_origin_alone(void **state)
{
    static const char forward[] = APP "CORSPreflight Forward";
    static const row rows[] = {
        { forward, "OPTIONS", ORIGIN PREFLIGHT "PUT", PREFLIGHT_ALLOWED },
        { forward, "OPTIONS", ORIGIN PREFLIGHT "GET" ASKS_FOR "x a",
          PREFLIGHT_ALLOWED },
        { forward, "OPTIONS", OTHER PREFLIGHT "GET",
          PREFLIGHT_REFUSED(ORIGIN_NOT_LISTED) }
    };

    (void)state;
    expect_rows(rows, LENGTH(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(each_kind_of_request_is_told_apart),
        FAKES_TEST(an_origin_is_allowed_byte_for_byte),
        FAKES_TEST(an_origin_of_more_than_512_bytes_is_malformed),
        FAKES_TEST(without_origins_each_has_its_reason),
        FAKES_TEST(the_own_origin_is_no_stranger),
        FAKES_TEST(star_allows_every_value),
        FAKES_TEST(anonymous_requests_carry_nothing),
        FAKES_TEST(cleartext_origins_of_expressions_are_insecure),
        FAKES_TEST(what_merging_makes_unsafe_allows_nobody),
        FAKES_TEST(a_forwarded_preflight_is_judged_by_origin_alone)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
