/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "policy/byte_set.h"

#define EDGE  1
#define SLASH 2

static void single_bytes_are_known(void **state)
{
    static const struct {
        const char *text;
        size_t length;
        char byte;
    } rows[] = {
        { "a", 1, 'a' }, { "ab", 1, 'a' }, { "/", 1, '/' },
        { "\\.", 2, '.' }, { "\\.a", 2, '.' }, { "\\/", 2, '/' },
        { "\\\\", 2, '\\' }, { "\\-", 2, '-' }, { "\\_", 2, '_' },
        { "\\x2e", 4, '.' }, { "\\x2Ex", 4, '.' },
        { "[.]", 3, '.' }, { "[a]b", 3, 'a' }, { "[\\.]", 4, '.' },
        { "[\\x2e]", 6, '.' }, { "[a-a]", 5, 'a' }, { "[]]", 3, ']' },
        { "[[]", 3, '[' }, { "[-]", 3, '-' }, { "[\\^]", 4, '^' }
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cors_byte_set set;

        if (cors_byte_set_read(rows[i].text, &set) != rows[i].length
            || !set.single || set.byte != rows[i].byte) {
            fail_msg("%s", rows[i].text);
        }
    }
}

static void of_sets_dot_and_slash_are_known(void **state)
{
    static const struct {
        const char *text;
        size_t length;
        int what;
    } rows[] = {
        { ".", 1, EDGE | SLASH }, { "[a-z]", 5, 0 }, { "[ab]c", 4, 0 },
        { "[a-z.]", 6, EDGE }, { "[/x]", 4, EDGE | SLASH },
        { "[a.]", 4, EDGE }, { "[\\w.-]", 6, EDGE },
        { "[+-9]", 5, EDGE | SLASH },       /* + , - . / 0 … 9 */
        { "[0-9]", 5, 0 }, { "[!--]", 5, 0 }, { "[!-.]", 5, EDGE },
        { "[a-]", 4, 0 }, { "[a\\-z]", 6, 0 }, { "[]a]", 4, 0 },
        { "[]-a]", 5, 0 }, { "[^]a]", 5, EDGE | SLASH },
        { "[^.]", 4, SLASH }, { "[^/]", 4, EDGE }, { "[^./]", 5, 0 },
        { "[^a]", 4, EDGE | SLASH }, { "[^^]", 4, EDGE | SLASH },
        { "[a^]", 4, 0 },
        { "\\d", 2, 0 }, { "\\w+", 2, 0 }, { "\\s", 2, 0 },
        { "\\h", 2, 0 }, { "\\v", 2, 0 },
        { "\\D", 2, EDGE | SLASH }, { "\\W", 2, EDGE | SLASH },
        { "\\S", 2, EDGE | SLASH }, { "\\H", 2, EDGE | SLASH },
        { "[\\d]", 4, 0 }, { "[\\D]", 4, EDGE | SLASH },
        { "[^\\D]", 5, 0 }, { "[\\s\\S]", 6, EDGE | SLASH },
        { "[\\n\\t]", 6, 0 }, { "[\\b]", 4, 0 },
        { "[[:alnum:]-]", 12, 0 }, { "[[:digit:]]", 11, 0 },
        { "[[:alpha:].]", 12, EDGE }, { "[[:word:]]", 10, 0 },
        { "[^[:alpha:]]", 12, EDGE | SLASH },
        /* some of which nothing is claimed */
        { "[[:punct:]]", 11, SLASH }, { "[^[:print:]]", 12, SLASH },
        { "[[:ascii:].]", 12, SLASH }
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cors_byte_set set;

        if (cors_byte_set_read(rows[i].text, &set) != rows[i].length
            || set.single
            || set.edge != ((rows[i].what & EDGE) != 0)
            || set.slash != ((rows[i].what & SLASH) != 0)) {
            fail_msg("%s", rows[i].text);
        }
    }
}

static void what_is_not_understood_is_no_set(void **state)
{
    static const char *const texts[] = {
        "", "\\", "[", "[^", "[a", "[]", "[a-", "[\\", "[^]",
        "\\1", "\\0", "\\x", "\\x2", "\\x2d", "\\x{2e}", "\\x61", "\\o{56}",
        "\\056", "\\Q", "\\E", "\\K", "\\R", "\\X", "\\C", "\\N", "\\p{L}",
        "\\g1", "\\k<a>", "\\cA", "\\n", "\\b", "\\z", "\\u002e",
        "[\\Qa]\\E]", "[\\E]", "[\\c]]", "[\\1]", "[\\x41]", "[\\x{2e}]",
        "[\\p{L}]", "[\\N]", "[\\R]",
        "[[.a.]]", "[[=a=]]", "[[:<:]]", "[[:^alpha:]]", "[[:alpha]",
        "[[:]]", "[[:alpha:",
        "[z-a]", "[a-\\d]", "[a-[:digit:]]", "[a-[]"
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        cors_byte_set set;

        if (cors_byte_set_read(texts[i], &set) != 0) {
            fail_msg("%s", texts[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(single_bytes_are_known),
        cmocka_unit_test(of_sets_dot_and_slash_are_known),
        cmocka_unit_test(what_is_not_understood_is_no_set)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
