/* SPDX-License-Identifier: Apache-2.0 */

/* What names no site, and what is said of it; the bounds. */
#include "sites_of.h"

/* Who registers a name under a public suffix is a stranger. */
static void public_suffixes_are_no_sites(void **state)
{
    static const row rows[] = {
        { "https://.*\\.com", "" },
        { "https://[a-z]+\\.com", "" },
        { "https://.*\\.(com|org|net)", "" },
        { "https://com", "" },
        { "https://intranet(:\\d+)?", "" },
#ifdef HAVE_LIBPSL
        { "https://.*\\.co\\.uk", "" },
        { "https://([a-zA-Z0-9-]+\\.)*vercel\\.app", "" },
        { "https://myapp-.*\\.vercel\\.app", "" },
        { "https://.*\\.github\\.io", "" },
        /* one that lies under a domain that is none */
        { "https://.*\\.s3\\.amazonaws\\.com", "" },
        { "https://.*s3\\.amazonaws\\.com", "" },
        { "https://(.*\\.)?s3\\.amazonaws\\.com", "" },
        { "https://s3\\.amazonaws\\.com", "" },
        /* the list has *.kawasaki.jp */
        { "https://.*\\.any\\.kawasaki\\.jp", "" },
        { "https://.*\\.kawasaki\\.jp", "" },
        { "https://.*\\.city\\.kawasaki\\.jp", "city.kawasaki.jp" }
#endif
    };

    (void)state;
    CHECK(rows);
}

/* Nothing behind it is read; what stands in front is, up to there. */
static void what_is_not_understood_names_nothing(void **state)
{
    static const row rows[] = {
        { "https://(?=example\\.com).*", "" },
        { "https://(?!example\\.com).*", "" },
        { "https://.*(?<=example\\.com)", "" },
        { "https://.*(?<!example\\.com)", "" },
        { "https://.*(?#/example.com)", "" },
        { "(?#https://example.com)https://.*", "" },
        { "https://example\\.com(?#x)", "" },
        { "https://example\\.com(?#x)?", "" },
        { "https:/(?#x)?/(?#x)?example\\.com", "" },
        { "https://\\Qexample.com\\E", "" },
        { "https://\\Qexample.com", "" },
        { "\\Qhttps://\\Eexample\\.com", "" },
        { "https://example\\.com\\Q.*\\E", "" },
        { "https://example\\.com:\\Q80\\E", "example.com" },
        { "https://example\\.com\\E", "" },
        { "(https)://\\1\\.example\\.com", "" },
        { "(a)https://\\g1example\\.com", "" },
        { "(?(1)https://example\\.com|https://.*)", "" },
        { "(?R)https://example\\.com", "" },
        { "(?1)https://example\\.com", "" },
        { "(?&x)https://example\\.com", "" },
        { "(?C)https://example\\.com", "" },
        { "(*ACCEPT)https://example\\.com", "" },
        { "https://example\\.com(*ACCEPT)", "" },
        { "https://example\\.com(*:x)", "" },
        { "(*UTF)https://example\\.com", "" },
        { "(?x)https://example\\.com", "" },
        { "(?x)#/example\\.com", "" },
        { "(?ix)https://example\\.com", "" },
        { "(?x:https://example\\.com)", "" },
        { "(?J)https://example\\.com", "" },
        { "(?^)https://example\\.com", "" },
        { "(?|https://example\\.com)", "" },
        { "(?'x'https://example\\.com)", "" },
        { "(?<9>https://example\\.com)", "" },
        { "(?<>https://example\\.com)", "" },
        { "(?P=x)https://example\\.com", "" },
        { "(?P>x)https://example\\.com", "" },
        { "\\Khttps://example\\.com", "" },
        { "\\x{2e}https://example\\.com", "" },
        { "https://example\\x{2e}com", "" },
        { "https://\\x65xample\\.com", "" },
        { "\\p{L}https://example\\.com", "" },
        { "[[.a.]]https://example\\.com", "" },
        { "[\\Q]https://example\\.com[\\E]", "" },
        { "https://.*{example\\.com", "" },
        { "a{2}{3}https://example\\.com", "" },
        { "a**https://example\\.com", "" },
        { "https://example\\.com|(*F)https://sample\\.com", "example.com" },
        /* brackets that do not match */
        { "https://example\\.com)", "example.com" },
        { "(https://example\\.com", "" },
        { "https://a\\.com:80(https://b\\.com", "a.com" },
        { "https://example\\.com(?#x", "" },
        { "https://my(site\\.com:80|\\Qx)", "" },
        { "https://[https://example\\.com", "" },
        { "https://(?=https://example\\.com", "" },
        { "https://example\\.com(?=:", "" },
        /* options and quantifiers that are */
        { "(?i)https://example\\.com", "example.com" },
        { "(?-s)(?im)https://example\\.com", "example.com" },
        { "[[:alnum:]]+://([[:alnum:]-]+\\.)*example\\.com", "example.com" },
        { "https://[a-z]{2,3}+\\.example\\.com", "example.com" },
        { "https://[a-z]{,3}\\.example\\.com", "example.com" }
    };

    (void)state;
    CHECK(rows);
}

static const char *repeated(const char *part, int times)
{
    const char *text = "";

    while (times-- > 0) {
        text = apr_pstrcat(pool, text, part, NULL);
    }
    return text;
}

static void nothing_takes_long(void **state)
{
    const char *label = repeated("a", 63);
    const char *host = apr_pstrcat(pool, label, "\\.", label, "\\.", label,
                                   "\\.", label, NULL);

    (void)state;
    /* 255 bytes are no host, though 254 end in a domain of less */
    read_text(apr_pstrcat(pool, "https://", host, NULL));
    assert_int_equal(found.count, 0);
    read_text(apr_pstrcat(pool, "https://", repeated("a", 64), "\\.com",
                          NULL));
    assert_int_equal(found.count, 0);
    /* more groups in groups than are looked into */
    read_text(apr_pstrcat(pool, repeated("(", 50), "https://a\\.com",
                          repeated(")", 50), NULL));
    assert_int_equal(found.count, 1);
    read_text(apr_pstrcat(pool, repeated("(", 51), "https://a\\.com",
                          repeated(")", 51), NULL));
    assert_int_equal(found.count, 0);
    read_text(repeated("(", 100000));
    assert_int_equal(found.count, 0);
    /* two to the power of a hundred ways */
    read_text(apr_pstrcat(pool, "https://", repeated("(a|b)", 100), "\\.com",
                          NULL));
    assert_int_equal(found.too_many, 1);
    read_text(apr_pstrcat(pool, "https://", repeated("(a|)", 100), "\\.com",
                          NULL));
    assert_int_equal(found.too_many, 1);
    read_text(apr_pstrcat(pool, repeated("(x|", 40), "y", repeated(")*", 40),
                          NULL));
    assert_int_equal(found.too_many, 0);
}

static const char *numbered(const char *before, int count,
                            const char *behind)
{
    const char *text = apr_pstrcat(pool, before, "(s0", NULL);
    int i;

    for (i = 1; i < count; i++) {
        text = apr_psprintf(pool, "%s|s%d", text, i);
    }
    return apr_pstrcat(pool, text, ")", behind, NULL);
}

static void sixty_four_sites_are_the_most(void **state)
{
    (void)state;
    read_text(numbered("https://", 64, "\\.com"));
    assert_int_equal(found.count, 64);
    assert_int_equal(found.too_many, 0);
    read_text(numbered("https://", 65, "\\.com"));
    assert_int_equal(found.too_many, 1);
    /* names under one site are not counted, up to a bound */
    read_text(numbered("https://", 256, "\\.example\\.com"));
    assert_int_equal(found.count, 1);
    assert_int_equal(found.too_many, 0);
    read_text(numbered("https://", 257, "\\.example\\.com"));
    assert_int_equal(found.too_many, 1);
}

static void each_alternative_must_name_one(void **state)
{
    static const struct {
        const char *text;
        const char *unnamed;        /* NULL: each names one */
    } rows[] = {
        { "https://a\\.com", NULL },
        { "https://a\\.com|https://b\\.com", NULL },
        { "https://(a|.*)\\.example\\.com", NULL },
        { "https://.*", "https://.*" },
        { "", "" },
        { "https://a\\.com|https://.*", "https://.*" },
        { "https://.*|https://a\\.com", "https://.*" },
        { "https://.*|https://.+", "https://.*" },
        { "https://a\\.com|", "" },
        { "|https://a\\.com", "" },
        { "https://a\\.com||https://b\\.com", "" },
        /* a group that is the whole, or all of an alternative */
        { "^(https://a\\.com|https://.*)$", "https://.*" },
        { "^(?:(https://a\\.com|https://.*)|https://b\\.com)$",
          "https://.*" },
        { "(https://a\\.com)?", "" },
        { "(https://a\\.com|)", "" },
        { "(https://a\\.com)+", "(https://a\\.com)+" },
        { "(https://a\\.com):80|(https://)", "https://" },
        { "(https://)(a\\.com|.*)", NULL },
        { "https://a\\.com|(*F)", "(*F)" }
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *one;

        read_text(rows[i].text);
        one = all.unnamed ? apr_pstrmemdup(pool, all.unnamed->text,
                                           all.unnamed->length) : "none";
        if (strcmp(one, rows[i].unnamed ? rows[i].unnamed : "none") != 0) {
            fail_msg("%s: %s", rows[i].text, one);
        }
    }
}

static void what_stands_in_a_site_s_stead_is_told(void **state)
{
    static const struct {
        const char *text;
        const char *touched;
        const char *suffix;
    } rows[] = {
        { "https://(.*\\.)?corp\\.com", NULL, NULL },
        { "https://.*corp\\.com", "corp.com", NULL },
        { "https://[a-z]*corp\\.com", "corp.com", NULL },
        { "https://.*(corp|firm)\\.com:80", "firm.com", NULL },
        { "https://.*\\.?corp\\.com", "corp.com", NULL },
        { "https://(.*\\.?)corp\\.com", "corp.com", NULL },
        { "https://([a-z]+\\.)*corp\\.com", NULL, NULL },
        { "https://[a-z]+\\.corp\\.com", NULL, NULL },
        { "https://.*localhost", "localhost", NULL },
        { "https://(.*\\.)?localhost", NULL, NULL },
        /* in front of a subdomain's label the owner is the same */
        { "https://.*app\\.corp\\.com", NULL, NULL },
        { "https://[a-z]+-app\\.corp\\.com", NULL, NULL },
        { "https://[a-z]+corp\\.com", NULL, NULL },
#ifdef HAVE_LIBPSL
        { "https://.*\\.vercel\\.app", NULL, "vercel.app" },
        { "https://.*--site\\.netlify\\.app", NULL, "netlify.app" },
        { "https://.*\\.s3\\.amazonaws\\.com", NULL, "s3.amazonaws.com" },
#endif
        { "https://.*\\.com", NULL, NULL }
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        read_text(rows[i].text);
        if (strcmp(found.touched ? found.touched : "",
                   rows[i].touched ? rows[i].touched : "") != 0
            || strcmp(found.suffix ? found.suffix : "",
                      rows[i].suffix ? rows[i].suffix : "") != 0) {
            fail_msg("%s: %s, %s", rows[i].text, found.touched,
                     found.suffix);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(public_suffixes_are_no_sites),
        cmocka_unit_test(what_is_not_understood_names_nothing),
        cmocka_unit_test(nothing_takes_long),
        cmocka_unit_test(sixty_four_sites_are_the_most),
        cmocka_unit_test(each_alternative_must_name_one),
        cmocka_unit_test(what_stands_in_a_site_s_stead_is_told)
    };

    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
