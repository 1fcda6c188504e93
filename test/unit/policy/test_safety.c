/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include "policy/safety.h"
#include "syntax/site.h"

typedef struct row {
    const char *pattern;
    int needs_suffix;           /* UnsafePublicSuffix, with credentials */
    int needs_label;            /* the same whatever the credentials */
} row;

static void wildcards_need_the_option(void **state)
{
    static const row rows[] = {
        { "https://app.example.com", 0, 0 },
        { "https://com", 0, 0 },
        { "https://*.example.com", 0, 0 },
        { "https://*.com", 1, 0 },
        { "https://*.com.:*", 1, 0 },
        { "https://*.localhost", 0, 0 },
        { "http://*.localhost.:3000", 0, 0 },
        { "https://pr-*.example.com", 0, 0 },
        { "https://pr-*.example.com.:*", 0, 0 },
        { "https://pr-*.com", 0, 1 },
        { "https://*-pr.com.:8443", 0, 1 },
        { "https://a-*-b.intranet", 0, 1 },
        { "http://pr-*.localhost:3000", 0, 0 },
        { "https://pr-*.app.localhost", 0, 0 },
        /* to exclude is never dangerous */
        { "https://a.example !https://*.com", 0, 0 },
        { "https://a.example !https://pr-*.com", 0, 0 },
        /* the first is not all there is */
        { "https://*.example.com https://*.com https://*.example.com", 1, 0 },
        { "https://pr-*.example.com https://pr-*.com", 0, 1 },
        { "https://*.example.com https://pr-*.com", 0, 1 },
        { "https://*.com https://pr-*.com", 1, 1 },
        { "https://pr-*.com https://*.com", 1, 1 },
#ifdef HAVE_LIBPSL
        { "https://*--site.netlify.app", 0, 1 },
        { "https://*.netlify.app", 1, 0 },
        { "https://pr-*.site.netlify.app", 0, 0 },
        { "https://pr-*.kawasaki.jp", 0, 1 },
        { "https://pr-*.city.kawasaki.jp", 0, 0 },
#endif
    };
    size_t i;
    int credentials, option;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        /* without the list nobody can tell */
        int label = cors_site_has_list()
                    ? rows[i].needs_label
                    : strstr(rows[i].pattern, "-") != NULL
                      && !strstr(rows[i].pattern, "!https://pr-");

        for (credentials = 0; credentials < 2; credentials++) {
            for (option = 0; option < 2; option++) {
                const cors_policy *policy = fake_policy(apr_pstrcat(
                    fake.pool, "CORSAllowOrigin ", rows[i].pattern,
                    credentials ? "" : "\nCORSAllowCredentials Off",
                    option ? "\nCORSOptions UnsafePublicSuffix" : "", NULL));
                cors_safety expected =
                    option ? CORS_SAFE
                    : label ? cors_site_has_list() ? CORS_UNSAFE_LABEL
                                                   : CORS_UNSAFE_UNLISTED
                    : credentials && rows[i].needs_suffix
                      ? CORS_UNSAFE_SUFFIX : CORS_SAFE;
                cors_offence offence = { NULL, { NULL, 0 } };

                EXPECT_NUMBER(rows[i].pattern,
                              cors_safety_check(policy, NULL), expected);
                EXPECT_NUMBER(rows[i].pattern,
                              cors_safety_check(policy, &offence), expected);
                EXPECT_NUMBER(rows[i].pattern, offence.pattern != NULL,
                              expected != CORS_SAFE);
            }
        }
    }
}

static void the_pattern_at_fault_is_named(void **state)
{
    const cors_policy *policy = fake_policy(
        "CORSAllowOrigin https://app.example.com\n"
        "CORSAllowOrigin https://pr-*.com https://pr-*.net");
    cors_offence offence;
    cors_safety safety = cors_safety_check(policy, &offence);
    const char *text = cors_safety_text(fake.pool, safety, &offence);

    (void)state;
    EXPECT_PART("", text, cors_site_has_list()
                ? "CORSAllowOrigin 'https://pr-*.com': everybody can register "
                  "such a name there; write "
                : "CORSAllowOrigin 'https://pr-*.com': this build has no list "
                  "of public suffixes");
    assert_int_equal(offence.place.line, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(wildcards_need_the_option),
        FAKES_TEST(the_pattern_at_fault_is_named)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
