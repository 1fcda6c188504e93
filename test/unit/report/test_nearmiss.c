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
        const char *hint;           /* behind the pattern; NULL: none */
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
        const char *lines = apr_pstrcat(fake.pool, "CORSAllowOrigin ",
                                        rows[i].pattern, NULL);
        const char *headers = apr_pstrcat(fake.pool, "Origin: ",
                                          rows[i].origin, NULL);
        const char *name = apr_pstrcat(fake.pool, lines, "\n", headers,
                                       NULL);
        const char *hint = rows[i].hint;

        EXPECT_TEXT(name, hint_for(lines, "GET", headers),
                    hint ? apr_pstrcat(fake.pool, rows[i].pattern,
                                       " is allowed: ", hint, NULL) : NULL);
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
        FAKES_TEST(a_method_in_another_case_is_named),
        FAKES_TEST(other_reasons_have_no_near_miss),
        FAKES_TEST(who_hides_its_origin_is_told_how_to_name_it),
        FAKES_TEST(a_very_long_origin_is_not_searched)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
