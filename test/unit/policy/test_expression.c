/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include "policy/expression.h"

static const char *compile(const char *text, cors_expression *expression)
{
    return cors_expression_compile(fake.pool, text, expression);
}

static void whole_origins_are_matched(void **state)
{
    static const struct {
        const char *text;
        const char *origin;
        int matches;
    } rows[] = {
        { "https://app-[0-9]+\\.example\\.com", "https://app-7.example.com",
          1 },
        { "https://app-[0-9]+\\.example\\.com", "https://app-.example.com",
          0 },
        /* Both ends are anchored, for each alternative. */
        { "https://a\\.example", "https://a.example.evil.net", 0 },
        { "https://a\\.example", "xhttps://a.example", 0 },
        { "https://a\\.example|https://b\\.example", "https://b.example",
          1 },
        { "https://a\\.example|https://b\\.example",
          "https://a.example.evil.net", 0 },
        { "https://a\\.example|https://b\\.example",
          "https://evil.net/https://b.example", 0 },
        /* Anchors of one's own do no harm. */
        { "^https://a\\.example$", "https://a.example", 1 },
        { "^https://a\\.example$", "https://a.example\n", 0 },
        { "https://a\\.example", "https://a.example\n", 0 },
        /* A match that ends early is no match: (*ACCEPT) skips anchors. */
        { "https://a\\.example(*ACCEPT)", "https://a.example", 1 },
        { "https://a\\.example(*ACCEPT)", "https://a.example.evil.net", 0 },
        { "https://a\\.example\\K", "https://a.example", 0 },
        /* Case counts unless one says otherwise. */
        { "https://a\\.example", "https://A.example", 0 },
        { "(?i)https://a\\.example", "https://A.example", 1 },
        { "https://a.example", "https://a.example", 1 }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        cors_expression expression;

        EXPECT_TEXT(rows[i].text, compile(rows[i].text, &expression), NULL);
        EXPECT_NUMBER(apr_pstrcat(fake.pool, rows[i].text, "\n",
                                  rows[i].origin, NULL),
                      cors_expression_matches(&expression, rows[i].origin,
                                              strlen(rows[i].origin)),
                      rows[i].matches);
    }
}

static void expressions_that_cannot_be_meant_are_refused(void **state)
{
    static const struct {
        const char *text;
        const char *reason;
    } rows[] = {
        { "(", "does not compile" },
        { "https://[a-z", "does not compile" },
        { "*", "does not compile" },
        { "https://a\\.example\\", "does not compile" },
        /* Brackets that only ours would close, or our own taken apart. */
        { "https://a\\.example)|(?:.*", "does not compile" },
        { "https://a\\.example\\Q", "does not compile" },
        { "(?x)https://a\\.example #", "does not compile" },
        { "", "matches the empty string" },
        { ".*", "matches the empty string" },
        { "(https://a\\.example)?", "matches the empty string" },
        { "|https://a\\.example", "matches the empty string" },
        { ".+", "matches origins that nobody lists" },
        { "https?://.*", "matches origins that nobody lists" },
        { "https://.*\\.com", "matches origins that nobody lists" },
        { "https://[^/]+", "matches origins that nobody lists" },
        { "https://[a-z0-9.]+", "matches origins that nobody lists" },
        { "http://.*", "matches origins that nobody lists" },
        { "https://[^.]+\\.com", "matches origins that nobody lists" },
        { "https://.*\\.invalid", "matches origins that nobody lists" },
        { "https://\\d+\\.\\d+\\.\\d+\\.\\d+",
          "matches origins that nobody lists" },
        { "https://.*:8443", "matches origins that nobody lists" },
        { "https://.*\\.fr", "https://q7zk3v.fr, which anybody" },
        { "https://[a-z]+\\.edu", "https://qzvkw.edu, which anybody" },
        { "https://a\\.example\\.com.*",
          "https://a.example.com.q7zk3v.com, which anybody" },
        { "https://(a|b)\\.example\\.com[a-z.]*",
          "https://b.example.com.qzvkw.com, which anybody" },
        { "https://\\w+\\.example\\.com.*",
          "https://qzvkw.example.com.q7zk3v.com, which anybody" },
        { "https://.*example\\.com(:\\d+)?", "in front of example.com" },
        { "null|https://a\\.example", "matches the origin 'null'" },
        { "(?!https://evil).*", "matches the empty string" },
        { "(?!https://evil).+", "matches origins that nobody lists" }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        cors_expression expression;

        EXPECT_PART(rows[i].text, compile(rows[i].text, &expression),
                    rows[i].reason);
    }
}

/* Origins that anybody can register, made of the expression's own words. */
static void neighbours_are_not_let_in(void **state)
{
    static const struct {
        const char *text;
        const char *reason;         /* NULL: it is accepted */
    } rows[] = {
        { "https://.*example\\.com", "write a dot, [.], in front of "
          "example.com" },
        { "https://[a-z-]*example\\.com", "in front of example.com" },
        { "https?://.*example\\.com", "in front of example.com" },
        { "https://(.*\\.)?example\\.com", NULL },
        { "https://.*\\.example\\.com", NULL },
        { "https://[a-z]+-app\\.example\\.com", NULL },
        /* Names in front of a subdomain belong to the domain's owner. */
        { "https://[a-z]*app\\.example\\.com", NULL },
        { "https://[a-z]+\\.de", "name your own domain in it, in front of "
          ".de" },
#ifdef HAVE_LIBPSL
        { "https://[a-z]+\\.co\\.uk", "name your own domain in it, in front "
          "of .co.uk" },
        { "https://[a-z]+\\.github\\.io", "in front of .github.io" },
        { "https://.*acme\\.co\\.uk", "in front of acme.co.uk" },
#endif
        { "https://example\\.com.*", "end the host in your own domain" },
        { "https://example\\.com\\.?.*", "end the host in your own domain" },
        { "https://app\\.example\\.com[a-z0-9.]*", "end the host" },
        { "https://example\\.com(:[0-9]+)?", NULL },
        { "https://(app|api)\\.example\\.com", NULL },
        { "https://[a-z]+\\.localhost", NULL }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        cors_expression expression;
        const char *refused = compile(rows[i].text, &expression);

        if (rows[i].reason) {
            EXPECT_PART(rows[i].text, refused, rows[i].reason);
        }
        else {
            EXPECT_TEXT(rows[i].text, refused, NULL);
        }
    }
}

static void the_text_is_kept(void **state)
{
    char text[] = "https://a[0-9]\\.example";
    cors_expression expression;

    (void)state;
    assert_null(compile(text, &expression));
    text[0] = 'X';
    assert_string_equal(expression.text, "https://a[0-9]\\.example");
}

static void a_loose_dot_is_one_between_word_characters(void **state)
{
    static const struct {
        const char *text;
        int loose;
    } rows[] = {
        { "app.example\\.com", 1 },
        { "app\\.example.com", 1 },
        { "app\\.example\\.com", 0 },
        { "app[.]example[.]com", 0 },
        { "app[a.b]example", 0 },
        { "[a-z].example", 0 },         /* a class stands before it */
        { "a.*b", 0 },
        { "a.+b", 0 },
        { ".a", 0 },
        { "a.", 0 },
        { "a..b", 0 },
        { "_._", 1 },
        { "1.2", 1 },
        { "\\\\.a", 0 },                /* a backslash, then any byte */
        { "a\\", 0 },
        { "a\\]b.c", 1 },
        { "[a\\].b]c", 0 },
        { "[ab]c.d", 1 },              /* the class has ended */
        { "", 0 }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        EXPECT_NUMBER(rows[i].text,
                      cors_expression_has_loose_dot(rows[i].text),
                      rows[i].loose);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(whole_origins_are_matched),
        FAKES_TEST(expressions_that_cannot_be_meant_are_refused),
        FAKES_TEST(neighbours_are_not_let_in),
        FAKES_TEST(the_text_is_kept),
        FAKES_TEST(a_loose_dot_is_one_between_word_characters)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
