/* SPDX-License-Identifier: Apache-2.0 */

/* What is wrong with an expression, what to write instead, what is dubious. */
#include "fakes.h"

#include "policy/expression.h"

/* Without libpsl's list other names are sites. */
#ifdef HAVE_LIBPSL
#define LIST(with, without) (with)
#else
#define LIST(with, without) (without)
#endif

#define NO_SCHEME "an origin starts with a scheme and '://'"
#define NO_PATH   "an origin has no path"
#define LOWER     "a browser sends origins in lower case"
#define BARE      "an expression stands here without delimiters"
#define NO_COMMA  "no origin has a comma or a blank; blanks separate " \
                  "expressions, and bars alternatives"
#define STAR      "in an expression a star repeats what stands in front of " \
                  "it, which is a slash here"
#define WRITE     "; write CORSAllowOrigin "
#define WRITE_TOO "; write CORSAllowOriginMatch "

/* What is said of it: why it is rejected, or the warning. */
static const char *said_of(const char *text, const char **warning)
{
    cors_expression expression;

    return cors_expression_compile(fake.pool, text, &expression, warning);
}

typedef struct row {
    const char *text;
    const char *said;
} row;

static void check_rejected(const row *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        const char *warning;

        EXPECT_TEXT(rows[i].text, said_of(rows[i].text, &warning),
                    rows[i].said);
    }
}

static void what_does_not_compile_is_rejected(void **state)
{
    static const char *const texts[] = {
        "(", "https://[a-z", "*", "https://a\\.example\\", "https://(?<a",
        /* Brackets that only ours would close, or our own taken apart. */
        "https://a\\.example)|(?:.*", "a)|(b", "https://a\\.example\\Q",
        "(?x)https://a\\.example #", "https://(?<=a+)b\\.com",
        /* What only the start of a pattern may say. */
        "(*LIMIT_MATCH=10000000)https://a\\.com", "(*UTF)https://a\\.com"
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(texts); i++) {
        const char *warning;

        EXPECT_TEXT(texts[i], said_of(texts[i], &warning),
                    "this regular expression does not compile");
    }
}

static void what_matches_no_origin_is_rejected(void **state)
{
    static const row rows[] = {
        { "", NO_SCHEME },
        { "^$", NO_SCHEME },
        { "null", NO_SCHEME },
        { "^null$", NO_SCHEME },
        { "example\\.com", NO_SCHEME WRITE "https://example.com" },
        { "app\\.example\\.com:8443",
          NO_SCHEME WRITE "https://app.example.com:8443" },
        { "localhost:3000", NO_SCHEME WRITE "http://localhost:3000" },
        { "(www\\.)?example\\.com$",
          NO_SCHEME WRITE_TOO "https://(www[.])?example[.]com$" },
        { "^(www\\.)?example\\.com$",
          NO_SCHEME WRITE_TOO "https://(www[.])?example[.]com$" },
        { "a\\.(com|org)|b\\.com",
          NO_SCHEME WRITE_TOO "https://(?:a[.](com|org)|b[.]com)" },
        { "[a-z]+\\.example\\.com",
          NO_SCHEME WRITE_TOO "https://[a-z]+[.]example[.]com" },
        { "[a-z]+\\.com", NO_SCHEME },
        { "[[:alpha:]]+\\.example\\.com",
          NO_SCHEME WRITE_TOO "https://[[:alpha:]]+[.]example[.]com" },
        { "(?:www\\.)?example\\.com/?$",
          NO_SCHEME WRITE_TOO "https://(?:www[.])?example[.]com/?$" },
        { "https:/example\\.com", NO_SCHEME WRITE "https://example.com" },
        { "https://example\\.com/", NO_PATH WRITE "https://example.com" },
        { "https://app.example.com/", NO_PATH WRITE
          "https://app.example.com" },
        { "https://[a-z]+\\.example\\.com/",
          NO_PATH WRITE_TOO "https://[a-z]+[.]example[.]com" },
        { "^https:\\/\\/[a-z]+\\.example\\.com\\/$",
          NO_PATH WRITE_TOO "^https://[a-z]+[.]example[.]com$" },
        { "https://[a-z]+\\.example\\.com/.*",
          NO_PATH WRITE_TOO "https://[a-z]+[.]example[.]com" },
        { "https://[a-z]+\\.example\\.com(:[0-9]+)?/api/.*",
          NO_PATH WRITE_TOO "https://[a-z]+[.]example[.]com(:[0-9]+)?" },
        { "https://[\\w.-]+\\.a\\.com\\/",
          NO_PATH WRITE_TOO "https://[0-9A-Za-z_.-]+[.]a[.]com" },
        { "https://(?#[)\\d[\\d\\.\\-]+\\b\\.a\\.com\\/", NO_PATH WRITE_TOO
          "https://(?#[)[0-9][0-9.\\-]+\\b[.]a[.]com" },
        { ".*example\\.com/", NO_PATH WRITE_TOO ".*example[.]com" },
        { "https://(a|b)/[a-z]+", NO_PATH },
        { "https://(a\\.com/|b\\.com/)", NO_PATH },
        { "https://.*/", NO_PATH },
        { "https://a\\.com/|https://b\\.com/", NO_PATH },
        { "https://App\\.Example\\.com", LOWER WRITE
          "https://app.example.com" },
        { "https://[a-z]+\\.Example\\.com",
          LOWER WRITE_TOO "https://[a-z]+[.]example[.]com" },
        { "HTTPS?://.*", LOWER },
        { "(?i)https://[a-z]+\\.Example\\.com",
          LOWER WRITE_TOO "(?i)https://[a-z]+[.]example[.]com" },
        { "https://a\\.com,https://b\\.com",
          NO_COMMA WRITE "https://a.com https://b.com" },
        { "https://a.com, https://b.com",
          NO_COMMA WRITE "https://a.com https://b.com" },
        { "https://a\\.com,https://[a-z]+\\.b\\.com",
          NO_COMMA WRITE_TOO "https://a[.]com https://[a-z]+[.]b[.]com" },
        { "https://(a,b)\\.example\\.com",
          NO_COMMA WRITE_TOO "https://(a|b)[.]example[.]com" },
        { "https://a\\.com|b\\.com,https://[cd]\\.c\\.com", NO_COMMA },
        { "https://a\\.com,.*", NO_COMMA },
        { "https://[a-z]+\\.a\\.com https://b\\.com",
          NO_COMMA WRITE_TOO "https://[a-z]+[.]a[.]com https://b[.]com" },
        { "https://(a b)\\.example\\.com",
          NO_COMMA WRITE_TOO "https://(a|b)[.]example[.]com" },
        { "https://*.example.com", STAR WRITE "https://*.example.com" },
        { "https://*\\.example\\.com", STAR WRITE "https://*.example.com" },
        { "^http://*[.]localhost(:\\d+)?$", STAR WRITE "http://*.localhost:*" }
    };

    (void)state;
    check_rejected(rows, LENGTH(rows));
}

static void delimiters_are_rejected(void **state)
{
    static const row rows[] = {
        { "/https:\\/\\/example\\.com/i", BARE WRITE "https://example.com" },
        { "/^https:\\/\\/example\\.com$/", BARE WRITE
          "https://example.com" },
        { "/https:\\/\\/.*\\.example\\.com/i",
          BARE WRITE_TOO "https://.*[.]example[.]com" },
        { "#^https://.*\\.example\\.com\\z#u",
          BARE WRITE_TOO "^https://.*[.]example[.]com\\z" },
        { "~^https://example\\.com$~", BARE WRITE "https://example.com" },
        { "~^https://[a-z]+\\.example\\.com$",
          BARE WRITE_TOO "^https://[a-z]+[.]example[.]com$" },
        { "@https://example\\.com@", BARE WRITE "https://example.com" },
        { "#https://a\\.com(:[0-9]+)?#", BARE WRITE "https://a.com:*" },
        { "#https://a\\.com(:\\d+)?#", BARE WRITE "https://a.com:*" },
        { "#https://a\\.com(?::[0-9]+)?#", BARE WRITE "https://a.com:*" },
        { "#https://a\\.com(?::\\d+)?#", BARE WRITE "https://a.com:*" },
        { "#https://a\\.com(:[0-9]*)?#", BARE WRITE "https://a.com:*" },
        { "#https://a\\.com(:\\d*)?#", BARE WRITE "https://a.com:*" },
        { "!https://.*!", BARE },
        { "/.*/", BARE },
        { "/(https):\\/\\/a\\.com:\\1/", BARE },
        /* no pair of them, or nothing inside */
        { "/", NO_SCHEME },
        { "/https:", NO_SCHEME },
        { "//", NO_SCHEME },
        { "~", NO_SCHEME },
        { "#", NO_SCHEME }
    };

    (void)state;
    check_rejected(rows, LENGTH(rows));
}

static void too_many_sites_are_rejected(void **state)
{
    char text[1024] = "https://(a0";
    const char *warning;
    int i;

    (void)state;
    for (i = 1; i <= 64; i++) {
        apr_snprintf(text + strlen(text), sizeof(text) - strlen(text),
                     "|a%d", i);
    }
    EXPECT_TEXT(text, said_of(apr_pstrcat(fake.pool, text, ")\\.com", NULL),
                              &warning),
                "names more than 64 sites; write them as patterns");
    EXPECT_TEXT(text, said_of(apr_pstrcat(fake.pool, text,
                                          ")\\.example\\.com", NULL),
                              &warning), NULL);
}

/* Near misses: nothing is wrong with these. */
static void what_can_match_is_compiled(void **state)
{
    static const char *const texts[] = {
        ".", ".*", "https?://.*", "[^,]+example\\.com", "\\S+",
        "https:/+example\\.com", "https:/{2}example\\.com",
        "https:[/]{2}example\\.com", "https:(//)example\\.com",
        "https://example\\.com/?", "https://example\\.com(/)?",
        "https://example\\.com(/.*)?$", "https://(a\\.com/|b\\.com)",
        "https://a\\.com/|https://b\\.com", ".*/.*example\\.com",
        "https://[A-Z]+", "https://\\S\\W", "https://[a,b]\\.com",
        "https://a{1,2}\\.com", "https://(?<Name>a)\\.com",
        "https://(?P<Name>a)\\.com", "https://\\,", "https://(?#A,B)a",
        "https://\\QA,B\\E", "(*COMMIT)https://a\\.com",
        "[[:graph:]]+\\.example\\.com"
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(texts); i++) {
        const char *warning;

        EXPECT_TEXT(texts[i], said_of(texts[i], &warning), NULL);
    }
}

static void dubious_ones_are_warned_of(void **state)
{
    static const char loose[] =
        "a dot stands for any character; write [.] for a dot";
    static const row rows[] = {
        { "https://app.example\\.com", loose },
        { "https://app\\.example.com", loose },
        { "https://[a-z]+\\.example.com", loose },
        { "https://a_._\\.example\\.com", loose },
        { "https://a\\]b.c\\.com", loose },
        { "https://[ab]c.d\\.com", loose },
        { "https://app\\.example\\.com", NULL },
        { "https://app[.]example[.]com", NULL },
        { "https://x[a.b]c\\.example\\.com", NULL },
        { "https://[a\\].b]c\\.example\\.com", NULL },
        { "https://[a-z].example\\.com", "names example.com and what lies "
          "under it; did you mean (.*\\.)?example\\.com?" },
        { "https://a\\.b.*\\.example\\.com", NULL },
        { "https://a.+\\.example\\.com", NULL },
        { "https://.*corp\\.com", "names corp.com and what lies under it; "
          "did you mean (.*\\.)?corp\\.com?" },
        { "https://[a-z]*corp\\.co(:\\d+)?", "names corp.co and what lies "
          "under it; did you mean (.*\\.)?corp\\.co?" },
        { "https://.*localhost", "names localhost and what lies under it; "
          "did you mean (.*\\.)?localhost?" },
        { "https://(.*\\.)?corp\\.com", NULL },
        { "https://.*app\\.corp\\.com", NULL },
        /* under UnsafeMatch, without which they do not start */
        { "https://.*corp\\.com|https://.*", NULL },
        { "https://(a\\.com|.*)|https://.*", NULL },
        { "https://a\\.com|b\\.com", "its alternative 'b\\.com' matches no "
          "origin: " NO_SCHEME },
        { "https://a\\.com|https://b\\.com/", "its alternative "
          "'https://b\\.com/' matches no origin: " NO_PATH },
        { "https://(a\\.com|.*\\.vercel\\.app)", LIST("its alternative "
          "'.*\\.vercel\\.app' names no site, and admits none of its own",
          NULL) },
        { "https?://(localhost|10\\.\\d+\\.0\\.1|a\\.com):5173", "its "
          "alternative '10\\.\\d+\\.0\\.1' names no site, and admits none "
          "of its own" },
        { "https://(a\\.com|(x+|.*)(:\\d+)?)", "its alternative "
          "'(x+|.*)(:\\d+)?' names no site, and admits none of its own" },
        { "https://b\\.com|https://(a\\.com|.*)", "its alternative '.*' names "
          "no site, and admits none of its own" },
        { "https://example\\.com:(3000|[0-9]{4})", NULL },
        { "https://example\\.com(/(a|[a-z]+))?", NULL },
        { "https://([a-z]+|x)\\.example\\.com", NULL },
        { "https://(a|[a-z]+\\.b)\\.com", NULL },
        { "https://a\\.com|https://b\\.com", NULL },
        { "https://a\\.com|.*\\.b\\.com", NULL },
        { "https://a\\.com|(https://)b\\.com", NULL }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        const char *warning;

        EXPECT_TEXT(rows[i].text, said_of(rows[i].text, &warning), NULL);
        EXPECT_TEXT(rows[i].text, warning, rows[i].said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(what_does_not_compile_is_rejected),
        FAKES_TEST(what_matches_no_origin_is_rejected),
        FAKES_TEST(delimiters_are_rejected),
        FAKES_TEST(too_many_sites_are_rejected),
        FAKES_TEST(what_can_match_is_compiled),
        FAKES_TEST(dubious_ones_are_warned_of)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
