/* SPDX-License-Identifier: Apache-2.0 */

/* Which origins an expression admits, and what is said of those that wait. */
#include "fakes.h"

#include "policy/expression.h"

static const char *warning;

static cors_expression compiled(const char *text)
{
    cors_expression expression;

    EXPECT_TEXT(text, cors_expression_compile(fake.pool, text, &expression,
                                              &warning), NULL);
    return expression;
}

static cors_expression_match match(const cors_expression *expression,
                                   const char *text, int unsafe_match)
{
    cors_origin origin;

    assert_int_equal(cors_origin_parse(text, strlen(text), &origin),
                     CORS_FLAW_NONE);
    return cors_expression_match_origin(expression, &origin, unsafe_match);
}

#define NO    CORS_EXPRESSION_NO
#define YES   CORS_EXPRESSION_YES
#define STEPS CORS_EXPRESSION_STEPS

static void origins_of_the_sites_are_admitted(void **state)
{
    static const struct {
        const char *text;
        const char *origin;
        cors_expression_match found;
    } rows[] = {
        { "https://app-[0-9]+\\.example\\.com", "https://app-7.example.com",
          YES },
        { "https://app-[0-9]+\\.example\\.com", "https://app-.example.com",
          NO },
        /* Both ends are anchored, for each alternative. */
        { "https://a\\.example", "https://a.example.evil.net", NO },
        { "ttps://a\\.example", "https://a.example", NO },
        { "https://a\\.example|https://b\\.example", "https://b.example",
          YES },
        { "https://a\\.example|https://b\\.example",
          "https://a.example.evil.net", NO },
        { "^https://a\\.example$", "https://a.example", YES },
        { "https://a\\.example$|https://b\\.example", "https://a.example",
          YES },
        /* A match that ends early is no match: (*ACCEPT) skips anchors. */
        { "https://a\\.example:1(*ACCEPT)", "https://a.example:1", YES },
        { "https://a\\.example:1(*ACCEPT)", "https://a.example:12", NO },
        { "https://a\\.example:1\\K", "https://a.example:1", NO },
        /* Case and schemes are the expression's. */
        { "(?i)https://a\\.example", "https://a.example", YES },
        { "https?://a\\.example", "http://a.example", YES },
        { "https://a\\.example", "http://a.example", NO },
        { "[a-z]+://a\\.example", "capacitor://a.example", YES },
        /* In front of the site there must be a dot. */
        { "https://.*example[.]com", "https://evilexample.com", NO },
        { "https://.*example[.]com", "https://evil-example.com", NO },
        { "https://.*example[.]com", "https://example.com", YES },
        { "https://.*example[.]com", "https://a.b.example.com", YES },
        { "https://.*example\\.(com|org)", "https://evilexample.com", NO },
        { "https://.*example\\.(com|org)", "https://a.example.org", YES },
        { "https://.*(example|sample)\\.com", "https://evilexample.com",
          NO },
        { "https://.*(example|sample)\\.com", "https://a.sample.com", YES },
        { "https://.*example\\.com:8443", "https://evilexample.com:8443",
          NO },
        { "https://.*example\\.com:8443", "https://a.example.com:8443",
          YES },
        { "https://.*example\\.com:8443", "https://a.example.com", NO },
#ifdef HAVE_LIBPSL
        { "https://[a-z.]+example\\.co\\.uk", "https://evilexample.co.uk",
          NO },
#endif
        { "https://[a-z.]+example\\.co\\.uk", "https://a.example.co.uk",
          YES },
        /* A trailing dot makes another host. */
        { "https://example\\.com\\.", "https://example.com.", YES },
        { "https://.*example\\.com.?", "https://example.com.", NO },
        { "https://(.*\\.)?example\\.com(\\.)?", "https://a.example.com.",
          YES },
        /* Of two sites only what matches. */
        { "https://(www\\.)?example\\.(com|org)", "https://www.example.org",
          YES },
        { "https://(www\\.)?example\\.(com|org)", "https://app.example.org",
          NO },
        { "https://(www\\.)?example\\.(com|org)", "https://example.net",
          NO },
        { "https://(a\\.example\\.com|.*)", "https://b.example.com", YES },
        { "https://(a\\.example\\.com|.*)", "https://evil.net", NO },
        /* Addresses are what they are. */
        { "http://(localhost|127\\.0\\.0\\.1|\\[::1\\]):\\d+",
          "http://[::1]:3000", YES },
        { "http://(localhost|127\\.0\\.0\\.1|\\[::1\\]):\\d+",
          "http://127.0.0.1:3000", YES },
        { "http://(localhost|127\\.0\\.0\\.1|\\[::1\\]):\\d+",
          "http://localhost:3000", YES },
        { "http://.*localhost:\\d+", "http://evillocalhost:3000", NO },
        { "http://.*127\\.0\\.0\\.1", "http://27.127.0.0", NO },
        { "https://(?!evil\\.)[a-z]+\\.example\\.com",
          "https://evil.example.com", NO },
        { "https://(?!evil\\.)[a-z]+\\.example\\.com",
          "https://good.example.com", YES }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        cors_expression expression = compiled(rows[i].text);

        EXPECT_NUMBER(apr_pstrcat(fake.pool, rows[i].text, "\n",
                                  rows[i].origin, NULL),
                      match(&expression, rows[i].origin, 0), rows[i].found);
    }
}

/* Each of these starts with UnsafeMatch only; then it is what it says. */
static void an_expression_without_a_site_needs_an_option(void **state)
{
    static const struct {
        const char *text;
        const char *origin;         /* lets it in */
        const char *reason;
    } rows[] = {
        { "https://.*", "https://evil.net",
          "it names no site in full, and would admit whatever it matches; "
          "write a domain of your own, as https://[a-z]+[.]example[.]com, "
          "or CORSOptions UnsafeMatch to allow it all the same" },
        { "https://.*\\.com", "https://evil.com", "it names no site in" },
        { "https://example\\.[a-z]+", "https://example.xyz", "no site in" },
        { "https://.*:3000", "https://evil.com:3000", "no site in full" },
        { "https://192\\.168\\.[0-9.]+", "https://192.168.0.1",
          "no site in full" },
        { "chrome-extension://[a-p]{3}", "chrome-extension://abc",
          "no site in full" },
        { "https://[a-z]+example\\.com", "https://evilexample.com",
          "no site in full" },
        { "https://a\\.com|https://.*", "https://evil.net",
          "its alternative 'https://.*' names no site in full" },
        { "https://a\\.com|", "https://a.com",
          "its empty alternative names no site" },
        { "(https://.*)?", "https://evil.net",
          "its empty alternative names no site" },
        /* Where a name stands that goes on. */
        { "https://example\\.com.*", "https://example.com.evil.net",
          "it names no site, for the host goes on behind the name "
          "(CORSOptions UnsafeMatch allows it all the same); write "
          "CORSAllowOriginMatch https://example[.]com(:[0-9]+)?" },
        { "^https://(app|api)\\.(example|sample)\\.com.*$",
          "https://app.example.com.evil.net",
          "; write CORSAllowOriginMatch "
          "^https://(app|api)[.](example|sample)[.]com(:[0-9]+)?$" },
        { "https://example\\.com?", "https://example.co",
          "; write CORSAllowOriginMatch https://example[.]com(:[0-9]+)?" },
        { "https?://localhost.*", "http://localhost.evil.net",
          "; write CORSAllowOriginMatch https?://localhost(:[0-9]+)?" },
        { "https://example\\.com(:\\d+)?.*", "https://example.com1",
          "; write CORSAllowOriginMatch https://example[.]com(:[0-9]+)?" },
        { "https://example\\.com:?\\d*", "https://example.com1",
          "; write CORSAllowOriginMatch https://example[.]com(:[0-9]+)?" },
        /* Where the dots are loose. */
        { "https://[a-z]+\\.example.com", "https://a.exampleocom",
          "for a dot stands for any character (CORSOptions UnsafeMatch "
          "allows it all the same); write CORSAllowOriginMatch "
          "https://[a-z]+[.]example[.]com" },
        { "(www.example.com)$", NULL,
          "; write CORSAllowOriginMatch https://(www[.]example[.]com)$" },
        /* Where an origin is meant. */
        { "https://app.example.com", "https://appxexample.com",
          "it names no site in full (CORSOptions UnsafeMatch allows it all "
          "the same); write CORSAllowOrigin https://app.example.com" },
        { "^https?:\\/\\/app.example.com(:\\d+)?$", "https://app.exampleocom",
          "; write CORSAllowOrigin https://app.example.com:*" },
        { "https://192\\.168\\.0\\.1", "https://192.168.0.1",
          "; write CORSAllowOrigin https://192.168.0.1" },
        { "chrome-extension://abc/?", "chrome-extension://abc",
          "; write CORSAllowOrigin chrome-extension://abc" },
#ifdef HAVE_LIBPSL
        { "https://([a-zA-Z0-9-]+\\.)*vercel\\.app",
          "https://evil.vercel.app", "everybody can register a name under "
          "vercel.app; write a domain of your own, or CORSOptions" },
        { "https://myapp-.*\\.vercel\\.app", "https://myapp-x.vercel.app",
          "under vercel.app; write a domain" },
        { "https://.*--site\\.netlify\\.app", "https://a--site.netlify.app",
          "under netlify.app; write a domain" },
        { "https://a\\.com|https://.*\\.co\\.uk", "https://evil.co.uk",
          "its alternative 'https://.*\\.co\\.uk' names no site, and "
          "everybody can register a name under co.uk; write" },
#endif
        { "(*ACCEPT)https://example\\.com", NULL, "no site in full" },
        { "\\Qhttps://example.com\\E", "https://example.com",
          "no site in full" }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        cors_expression expression = compiled(rows[i].text);

        EXPECT_NUMBER(rows[i].text, expression.unnamed, 1);
        EXPECT_PART(rows[i].text,
                    cors_expression_unnamed_reason(fake.pool, rows[i].text),
                    rows[i].reason);
        if (rows[i].origin) {
            EXPECT_NUMBER(rows[i].text,
                          match(&expression, rows[i].origin, 1), YES);
            EXPECT_NUMBER(rows[i].text,
                          match(&expression, rows[i].origin, 0),
                          strcmp(rows[i].origin, "https://a.com") == 0);
        }
    }
}

/* Good ones beside them, with the sites that a policy then has. */
static void good_expressions_need_none(void **state)
{
    static const char *const texts[] = {
        "https://example\\.com(:[0-9]+)?", "https://app\\.example\\.com",
        "https://[a-z]+[.]example[.]com", "https://.*example\\.com",
        "https://(.*\\.)?example\\.com", "https://example\\.com/?",
        "https://a\\.com|https://b\\.com", "^(https://a\\.com|https://b\\.x)$",
        "http://localhost:[0-9]+", "capacitor://localhost",
        "https://pr-[0-9]+\\.preview\\.example\\.com", "(?i)https://a\\.com"
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(texts); i++) {
        cors_expression expression = compiled(texts[i]);

        EXPECT_NUMBER(texts[i], expression.unnamed, 0);
        assert_true(expression.count > 0);
    }
}

/*
 * PCRE's own bound is ten million steps: 2.6 seconds for this one. Strangers
 * are turned away in front of it.
 */
static void matching_is_bounded(void **state)
{
    const char *origin = "https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa."
                         "example.com:1";
    const char *stranger = "https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                           "aaaaaaaaaaaaaa.evil.com";
    cors_expression expression =
        compiled("https://([a-z0-9-]+\\.?)+\\.example\\.com");

    (void)state;
    assert_int_equal(match(&expression, origin, 0), STEPS);
    assert_int_equal(match(&expression, origin, 1), STEPS);
    assert_int_equal(match(&expression, "https://a.b.example.com", 0), YES);
    assert_int_equal(match(&expression, stranger, 0), NO);
    assert_int_equal(match(&expression, stranger, 1), STEPS);
    assert_int_equal(cors_expression_match_text(&expression, stranger,
                                                strlen(stranger)), STEPS);
}

static void a_text_is_matched_without_its_site(void **state)
{
    static const char text[] = "https://evilexample.com:3000";
    cors_expression expression = compiled("https://.*example\\.com");

    (void)state;
    assert_int_equal(cors_expression_match_text(&expression, text, 23), YES);
    assert_int_equal(cors_expression_match_text(&expression, text,
                                                strlen(text)), NO);
    assert_int_equal(cors_expression_match_text(&expression, "", 0), NO);
}

static void the_text_is_kept(void **state)
{
    char text[] = "https://a[0-9]\\.b\\.example";
    cors_expression expression = compiled(text);

    (void)state;
    memset(text, 'X', strlen(text));
    assert_string_equal(expression.text, "https://a[0-9]\\.b\\.example");
    assert_int_equal(expression.count, 1);
    assert_string_equal(expression.sites[0].text, "b.example");
}

/* Whether it is a list of origins, for builds that know no suffixes. */
static void finite_ones_are_known(void **state)
{
    static const struct {
        const char *text;
        unsigned finite;
    } rows[] = {
        { "https://app\\.example\\.com", 1 },
        { "^https?://(www\\.)?(a|b)\\.com(:8080)?/?$", 1 },
        { "https://a[.]example\\.com", 1 },
        { "https://a.example\\.com", 0 },
        { "https://[ab]\\.example\\.com", 0 },
        { "https://a+\\.example\\.com", 0 },
        { "https://(a\\.)*example\\.com", 0 },
        { "https://(a\\.){2}example\\.com", 0 },
        { "https://example\\.com:[0-9]+", 0 },
        { "https://example\\.com:80\\Q\\E", 0 }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        EXPECT_NUMBER(rows[i].text, compiled(rows[i].text).finite,
                      rows[i].finite);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(origins_of_the_sites_are_admitted),
        FAKES_TEST(an_expression_without_a_site_needs_an_option),
        FAKES_TEST(good_expressions_need_none),
        FAKES_TEST(matching_is_bounded),
        FAKES_TEST(a_text_is_matched_without_its_site),
        FAKES_TEST(the_text_is_kept),
        FAKES_TEST(finite_ones_are_known)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
