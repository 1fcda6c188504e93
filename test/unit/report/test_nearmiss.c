/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include "report/nearmiss.h"

static const char *hint_for(const char *lines, const char *method,
                            const char *headers)
{
    const cors_policy *policy = fake_policy(lines);

    return cors_nearmiss_find(fake.pool, cors_decision_make(
        fake_request(policy, method, headers), policy));
}

static void the_pattern_that_was_meant_is_named(void **state)
{
    static const struct {
        const char *pattern;
        const char *origin;
        const char *hint;           /* behind the one pattern, or all of */
                                    /* it; NULL: none */
    } rows[] = {
        { "https://app.example.com", "https://app.example.com:8443",
          "the port differs" },
        { "https://app.example.com:8443", "https://app.example.com",
          "the port differs" },
        { "https://localhost:3000", "http://localhost:3000",
          "the scheme differs" },
        { "https://app.example.com", "http://app.example.com:8080",
          "the scheme and the port differ" },
        { "https://app.example.com:*", "http://app.example.com:8080",
          "the scheme differs" },
        { "https://app.example.com", "https://app.example.com.",
          "a trailing dot makes another host" },
        { "https://app.example.com.", "https://app.example.com",
          "a trailing dot makes another host" },
        { "https://example.com", "https://www.example.com",
          "'www.' makes another host" },
        { "https://www.example.com", "https://example.com",
          "'www.' makes another host" },
        { "https://*.example.com", "https://example.com",
          "'*.' stands for subdomains, not for the domain itself" },
        { "https://*.example.com", "http://a.example.com",
          "the scheme differs" },
        { "https://*.example.com", "https://a.example.com:8443",
          "the port differs" },
        { "https://*.example.com", "https://a.b.example.com:1",
          "the port differs" },
        /* The first thing that differs, of several patterns. */
        { "https://app.example.com:1 https://app.example.com:2",
          "https://app.example.com:3",
          "https://app.example.com:1 is allowed: the port differs" },
        { "http://localhost https://localhost:1", "https://localhost",
          "https://localhost:1 is allowed: the port differs" },
        { "https://a.example:1 https://a.example:2", "app://a.example:2",
          "https://a.example:2 is allowed: the scheme differs" },
        { "https://a.example:1 https://a.example:*", "app://a.example:2",
          "https://a.example:* is allowed: the scheme differs" },
        { "app://a https://a.example:2 https://*.a.example",
          "https://b.a.example:2",
          "https://*.a.example is allowed: the port differs" },
        /* A star inside a label: its port and scheme, */
        { "https://pr-*.example.com", "https://pr-7.example.com:8443",
          "the port differs" },
        { "https://pr-*.example.com:8443", "https://pr-7.example.com",
          "the port differs" },
        { "https://pr-*.example.com", "http://pr-7.example.com",
          "the scheme differs" },
        { "https://*-dev.example.com:1", "http://a-dev.example.com:2",
          "the scheme and the port differ" },
        { "https://pr-*.example.com", "https://pr-7.example.com.",
          "a trailing dot makes another host" },
        /* and what it does not stand for. */
        { "https://pr-*.example.com", "https://pr-.example.com",
          "the '*' stands for one letter or digit at least" },
        { "https://pr-*.example.com", "https://pr.example.com",
          "the '*' stands for one letter or digit at least" },
        { "https://*-dev.example.com", "https://dev.example.com",
          "the '*' stands for one letter or digit at least" },
        { "https://pr-*.example.com", "https://pr-7.8.example.com",
          "the '*' stands for no dot" },
        { "https://pr-*.example.com", "https://pr-a.b.c.d.example.com",
          "the '*' stands for no dot" },
        { "https://pr-*.b.com", "https://pr-1.2.3.4.5.6.7.8.b.com",
          "the '*' stands for no dot" },
        { "https://pr-*.b.com", "https://pr-1.2.3.4.5.6.7.8.9.b.com", NULL },
        { "https://pr-*.example.com", "https://x.pr-7.example.com",
          "one more label makes another host" },
        { "https://pr-*.example.com", "https://pr7.example.com", NULL },
        { "https://pr-*.example.com", "https://example.com", NULL },
        { "https://pr-*.example.com", "https://qr-7.example.com", NULL },
        { "https://pr-*.example.com", "http://pr-.example.com", NULL },
        { "https://pr-*.example.com", "https://pr-7.example.net", NULL },
        /* The parent, and what has a label more elsewhere. */
        { "https://example.com", "https://app.example.com",
          "one more label makes another host" },
        { "https://app.example.com:*", "https://app.eu.example.com:1",
          "one more label makes another host" },
        { "https://app.example.com", "https://app.example.com.com",
          "one more label makes another host" },
        { "https://example.com", "https://a.b.example.com", NULL },
        { "https://app.example.com", "https://example.com", NULL },
        { "https://a.b.c.d.e.f.g.h.i.k",
          "https://a.b.c.d.e.f.g.h.i.j.k", NULL },    /* too far behind */
        /* Two things at once are no near miss, nor are strangers. */
        { "https://example.com", "http://www.example.com", NULL },
        { "https://*.example.com", "http://example.com", NULL },
        { "https://app.example.com", "https://stranger.test", NULL },
        { "https://app.example.com", "https://papp.example.com", NULL },
        { "https://app.example.com", "https://app.example.co", NULL },
        { "https://app.example.com", "https://app.example.comx", NULL },
        { "https://*.example.com", "https://badexample.com", NULL },
        { "https://*.example.com", "https://www.example.net", NULL },
        { "capacitor://localhost", "ionic://localhost",
          "the scheme differs" },
        { "app://Local", "app://Local:1", "the port differs" },
        { "app://Local", "app://local", NULL },
        { "https://*.example.com", "app://a.example.com",
          "the scheme differs" },
        /* Written otherwise than a browser does. */
        { "https://app.example.com", "https://app.example.com/",
          "an origin has no path" },
        { "https://app.example.com", "https://APP.example.com",
          "a browser sends origins in lower case" },
        { "https://app.example.com", "https://app.example.com:443",
          "a browser leaves out the scheme's default port" },
        { "https://app.example.com", "https://b.example.com/", NULL }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        /* a build without libpsl wants the option */
        const char *lines = apr_pstrcat(fake.pool,
                                        "CORSOptions UnsafePublicSuffix\n"
                                        "CORSAllowOrigin ", rows[i].pattern,
                                        NULL);
        const char *headers = apr_pstrcat(fake.pool, "Origin: ",
                                          rows[i].origin, NULL);
        const char *name = apr_pstrcat(fake.pool, lines, "\n", headers,
                                       NULL);
        const char *hint = rows[i].hint;

        EXPECT_TEXT(name, hint_for(lines, "GET", headers),
                    !hint || strstr(hint, " is allowed: ") ? hint
                    : apr_pstrcat(fake.pool, rows[i].pattern,
                                  " is allowed: ", hint, NULL));
    }
}

static void every_pattern_is_looked_at(void **state)
{
    (void)state;
    assert_string_equal(
        hint_for("CORSAllowOrigin !https://c.example\n"
                 "CORSAllowOrigin https://a.example https://b.example:1",
                 "GET", "Origin: https://b.example"),
        "https://b.example:1 is allowed: the port differs");
}

/* The last of 2,000, among more schemes than are remembered. */
static void a_long_list_is_looked_at_to_its_end(void **state)
{
    const char *lines = "";
    int i;

    (void)state;
    for (i = 0; i < 2000; i++) {
        lines = apr_psprintf(fake.pool, i == 1 || i > 20
                             ? "%sCORSAllowOrigin https://app%d.example:%d\n"
                             : "%sCORSAllowOrigin app%d://app.example:%d\n",
                             lines, i, 1000 + i);
    }
    assert_string_equal(
        hint_for(lines, "GET", "Origin: https://app1999.example"),
        "https://app1999.example:2999 is allowed: the port differs");
    assert_string_equal(
        hint_for(lines, "GET", "Origin: http://app1999.example:2999"),
        "https://app1999.example:2999 is allowed: the scheme differs");
    assert_null(hint_for(lines, "GET", "Origin: https://app2000.example"));
}

/* A scheme of 64 bytes in front of a host of 440: all of it finds room. */
static void the_longest_neighbours_are_asked_for(void **state)
{
    char host[442], scheme[65];

    (void)state;
    memset(host, 'a', 441);
    host[441] = '\0';
    host[100] = '.';
    memset(scheme, 'b', 64);
    scheme[64] = '\0';
    assert_string_equal(
        hint_for(apr_pstrcat(fake.pool, "CORSAllowOrigin ", scheme, "://",
                             host, ":1", NULL), "GET",
                 apr_pstrcat(fake.pool, "Origin: c://", host, ":65535",
                             NULL)),
        apr_pstrcat(fake.pool, scheme, "://", host,
                    ":1 is allowed: the scheme and the port differ", NULL));
    memset(host, 'd', 100);
    assert_null(hint_for(apr_pstrcat(fake.pool, "CORSAllowOrigin ", scheme,
                                     "://a", NULL), "GET",
                         apr_pstrcat(fake.pool, "Origin: c://", host, host
                                     + 400, ":65535", NULL)));
}

#define METHOD(name) "Origin: https://a.example\n" \
    "Access-Control-Request-Method: " name

static void a_method_in_another_case_is_named(void **state)
{
    static const char lines[] = "CORSAllowOrigin https://a.example\n"
                                "CORSAllowMethods DELETE PATCH";

    (void)state;
    assert_string_equal(hint_for(lines, "OPTIONS", METHOD("patch")),
                        "PATCH is allowed: the case differs");
    assert_string_equal(hint_for(lines, "OPTIONS", METHOD("delete")),
                        "DELETE is allowed: the case differs");
    assert_null(hint_for(lines, "OPTIONS", METHOD("PUT")));
    assert_null(hint_for(lines, "OPTIONS", METHOD("")));
    assert_null(hint_for("CORSAllowOrigin https://a.example", "OPTIONS",
                         METHOD("PUT")));
}

static void an_expression_that_nearly_admits_is_named(void **state)
{
    static const struct {
        const char *expression;
        const char *origin;
        const char *hint;
    } rows[] = {
        { "https://.*example\\.com", "https://evilexample.com",
          "CORSAllowOriginMatch 'https://.*example\\.com' matches it, but "
          "names example.com only" },
        { "https://[ab]\\.example\\.(com|org)", "https://c.example.com",
          "CORSAllowOriginMatch 'https://[ab]\\.example\\.(com|org)' names "
          "example.org, example.com, but does not match the whole "
          "origin, from scheme to port" },
        { "https://.*(a|b|c|d)\\.com", "https://xd.com",
          "CORSAllowOriginMatch 'https://.*(a|b|c|d)\\.com' matches it, but "
          "names a.com, b.com, c.com and 1 more only" },
        { "https://[a-z]+\\.example\\.com", "https://a.example.com:8443",
          "CORSAllowOriginMatch 'https://[a-z]+\\.example\\.com' names "
          "example.com, but does not match the whole origin, from scheme to "
          "port" },
        { "https://[a-z]+\\.example\\.com", "https://other.example", NULL },
        { "https://.*\\.com", "http://other.com", NULL }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        EXPECT_TEXT(rows[i].origin, hint_for(
            apr_pstrcat(fake.pool, "CORSAllowOriginMatch ",
                        rows[i].expression, NULL), "GET",
            apr_pstrcat(fake.pool, "Origin: ", rows[i].origin, NULL)),
            rows[i].hint);
    }
}

static void other_reasons_have_no_near_miss(void **state)
{
    static const struct {
        const char *lines;
        const char *headers;
    } rows[] = {
        { "CORSAllowOrigin https://a.example", "Origin: https://a.example" },
        { "CORSAllowOrigin https://a.example", "Origin: null" },
        { "CORSAllowOrigin https://a.example",
          "Origin: https://a.example, https://a.example" },
        { "CORSAllowOrigin https://a.example !https://b.example",
          "Origin: https://b.example" },
        { "CORSDisallowedOrigin Deny", "Origin: https://a.example/" },
        { "CORSAllowOriginMatch https://[ab]\\.example",
          "Origin: https://c.example" },
        { "CORSAllowOrigin https://a.example", NULL }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        EXPECT_TEXT(rows[i].lines,
                    hint_for(rows[i].lines, "GET", rows[i].headers), NULL);
    }
}

/* An Origin of any length is a stranger's word: it is not worked on. */
static void who_hides_its_origin_is_told_how_to_name_it(void **state)
{
    const char *hint = hint_for("CORSFetchMetadata On\n"
                                "CORSDisallowedOrigin Deny", "GET",
                                "Sec-Fetch-Site: cross-site\n");

    (void)state;
    assert_non_null(hint);
    assert_non_null(strstr(hint, "crossorigin=\"use-credentials\""));
    assert_non_null(strstr(hint, "referrerpolicy=\"origin\""));
    assert_non_null(strstr(hint, "identity provider"));
}

static void a_very_long_origin_is_not_searched(void **state)
{
    char *origin = apr_palloc(fake.pool, 100001);

    (void)state;
    memset(origin, 'a', 100000);
    memcpy(origin, "https://", 8);
    origin[100000] = '\0';
    assert_null(hint_for("CORSAllowOrigin https://a.example", "GET",
                         apr_pstrcat(fake.pool, "Origin: ", origin, NULL)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(the_pattern_that_was_meant_is_named),
        FAKES_TEST(every_pattern_is_looked_at),
        FAKES_TEST(a_long_list_is_looked_at_to_its_end),
        FAKES_TEST(the_longest_neighbours_are_asked_for),
        FAKES_TEST(a_method_in_another_case_is_named),
        FAKES_TEST(an_expression_that_nearly_admits_is_named),
        FAKES_TEST(other_reasons_have_no_near_miss),
        FAKES_TEST(who_hides_its_origin_is_told_how_to_name_it),
        FAKES_TEST(a_very_long_origin_is_not_searched)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
