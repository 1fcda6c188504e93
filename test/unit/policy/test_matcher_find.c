/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "matchers.h"

/* What messages ask: each finds the pattern, or none. */
static void patterns_are_found_for_messages(void **state)
{
    static const struct {
        const char *origin;
        const char *admitting;
        const char *at_any_port;
    } rows[] = {
        { "https://a.example", "https://a.example", "https://a.example" },
        { "https://a.example:1", NULL, "https://a.example" },
        { "https://b.example", NULL, "https://b.example:8443" },
        { "https://b.example:1", NULL, "https://b.example:8443" },
        { "https://b.example:8444", "https://b.example:8444",
          "https://b.example:8444" },
        { "https://c.example:1", "https://c.example:*",
          "https://c.example:*" },
        { "https://x.d.example:2", NULL, "https://*.d.example:1" },
        { "https://x.d.example:1", "https://*.d.example:1",
          "https://*.d.example:1" },
        { "https://d.example:1", NULL, NULL },
        { "https://x.y.e.example:1", "https://*.e.example:*",
          "https://*.e.example:*" },
        { "https://pr-1.f.example", NULL, "https://pr-*.f.example:1" },
        { "https://pr-1.f.example:1", "https://pr-*.f.example:1",
          "https://pr-*.f.example:1" },
        { "https://pr-.f.example:1", NULL, NULL },
        { "http://a.example", NULL, NULL },
        { "app://a.example", NULL, NULL },
        { "app://A:1", NULL, "app://A" },
        { "app://a", NULL, NULL },
    };
    static const char *const patterns[] = {
        "https://a.example", "https://b.example:8443",
        "https://b.example:8444", "https://c.example:*",
        "https://*.d.example:1", "https://*.e.example:*",
        "https://pr-*.f.example:1", "app://A",
    };
    cors_matcher *matcher = cors_matcher_create(pool);
    const cors_text *schemes;
    cors_origin origin;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        const char *text = patterns[i];

        add(matcher, text);
        assert_string_equal(cors_matcher_find(matcher, text, strlen(text)),
                            text);
    }
    assert_int_equal(cors_matcher_schemes(matcher, &schemes), 2);
    assert_memory_equal(schemes[1].text, "app://", schemes[1].length);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *found, *expected;
        int round;

        assert_int_equal(cors_origin_parse(rows[i].origin,
                                           strlen(rows[i].origin), &origin),
                         CORS_FLAW_NONE);
        for (round = 0; round < 2; round++) {
            found = round ? cors_matcher_find_at_any_port(matcher, &origin)
                          : cors_matcher_find_admitting(matcher, &origin);
            expected = round ? rows[i].at_any_port : rows[i].admitting;
            if (expected ? !found || strcmp(found, expected) != 0
                         : found != NULL) {
                fail_msg("%s: %s", rows[i].origin, found ? found : "none");
            }
        }
    }
}

static void a_few_schemes_are_remembered(void **state)
{
    cors_matcher *matcher = cors_matcher_create(pool);
    const cors_text *schemes;
    int i;

    (void)state;
    for (i = 0; i < 100; i++) {
        add(matcher, numbered("app%d://a", i));
        add(matcher, numbered("app%d://b", i));
    }
    assert_int_equal(cors_matcher_schemes(matcher, &schemes),
                     CORS_MATCHER_SCHEMES);
    assert_memory_equal(schemes[7].text, "app7", 4);
    assert_int_equal(schemes[7].length, 4);
    assert_true(admits(matcher, "app99://b"));
}

/* A star that stands for a dot, as somebody may have meant it. */
static void a_label_may_be_taken_for_longer(void **state)
{
    cors_matcher *matcher = cors_matcher_create(pool);
    const char *text = "https://pr-1.2.a.example";
    cors_origin origin;

    (void)state;
    add(matcher, "https://pr-*.a.example");
    assert_int_equal(cors_origin_parse(text, strlen(text), &origin),
                     CORS_FLAW_NONE);
    assert_null(cors_matcher_find_admitting(matcher, &origin));
    assert_null(cors_matcher_find_label(matcher, &origin, 4));
    assert_string_equal(cors_matcher_find_label(matcher, &origin, 6),
                        "https://pr-*.a.example");
    assert_null(cors_matcher_find_label(matcher, &origin, 8));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_are_found_for_messages),
        cmocka_unit_test(a_few_schemes_are_remembered),
        cmocka_unit_test(a_label_may_be_taken_for_longer),
    };

    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
