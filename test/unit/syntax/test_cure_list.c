/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "syntax/cure.h"
#include "page_end.h"
#include "pool.h"

static void assert_cure(const char *text, const char *cure,
                        const char *expected)
{
    if (expected ? !cure || strcmp(cure, expected) != 0 : cure != NULL) {
        fail_msg("%s: %s", text, cure ? cure : "none");
    }
}

static void origins_are_separated(void **state)
{
    static const char *const rows[][2] = {
        { "https://a.example,https://b.example",
          "https://a.example https://b.example" },
        { "https://a.example , HTTPS://b.example:443/;http://localhost:80",
          "https://a.example https://b.example http://localhost" },
        { "\"https://a.example\",\"https://b.example\"",
          "https://a.example https://b.example" },
        { "a.example,b.example:8443",
          "https://a.example https://b.example:8443" },
        { "*.a.example,b.example", "https://*.a.example https://b.example" },
        { "https://a.example", NULL },          /* one is no list */
        { "https://a.example,", NULL },
        { "", NULL },
        { ",", NULL },
        { "https://app,example.com", NULL },
        { "https://app .example.com", NULL },
        { "https://a.example,null", NULL },
        { "https://a.example,*", NULL },
        { "https://a.example,https://*", NULL },
        { "!https://a.example,https://b.example", NULL },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t length = strlen(rows[i][0]);

        assert_cure(rows[i][0],
                    cors_cure_origins(pool, page_end_copy(rows[i][0], length),
                                      length), rows[i][1]);
    }
    assert_null(cors_cure_origins(pool, "https://a.b,https://c\0d", 23));
}

static void very_long_lists_have_no_cure(void **state)
{
    static char text[4097];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(text); i++) {
        text[i] = i % 2 ? ',' : 'a';
    }
    assert_null(cors_cure_origins(pool, text, 4097));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(origins_are_separated),
        cmocka_unit_test(very_long_lists_have_no_cure),
    };

    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
