/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "syntax/field.h"
#include "page_end.h"

static void lists_have_elements(void **state)
{
    /* the elements, each in brackets */
    static const char *const rows[][2] = {
        { "", "" },
        { " \t ", "" },
        { "a", "[a]" },
        { " a\t", "[a]" },
        { "a,b", "[a][b]" },
        { "a , b", "[a][b]" },
        { "a, ,b", "[a][][b]" },
        { ",", "[][]" },
        { ",,", "[][][]" },
        { "a,", "[a][]" },
        { ",a", "[][a]" },
        { " , a", "[][a]" },
        { "a b, c\td", "[a b][c\td]" },
        /* no blanks of a list */
        { "a\n,\rb", "[a\n][\rb]" },
        /* quotes mean nothing here */
        { "\"a,b\"", "[\"a][b\"]" },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t length = strlen(rows[i][0]), element_length;
        const char *element;
        cors_field field;
        char found[100] = "";

        cors_field_start(&field, page_end_copy(rows[i][0], length), length);
        while (cors_field_next(&field, &element, &element_length)) {
            sprintf(found + strlen(found), "[%.*s]", (int)element_length,
                    element);
        }
        assert_string_equal(found, rows[i][1]);
        /* and none comes after the last */
        assert_false(cors_field_next(&field, &element, &element_length));
    }
}

static void elements_are_found_in_any_case(void **state)
{
    static const struct {
        const char *list;
        const char *name;
        int found;
    } rows[] = {
        { "Origin", "origin", 1 },
        { "Accept-Encoding, ORIGIN", "Origin", 1 },
        { "Accept, Origin ,Cookie", "Origin", 1 },
        { "X-Origin", "Origin", 0 },
        { "Origin-X", "Origin", 0 },
        { "Origi", "Origin", 0 },
        { "", "Origin", 0 },
        { "*", "Origin", 0 },
        { "Accept Origin", "Origin", 0 },
        { "a,,b", "", 1 },
        { "a,b", "", 0 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t length = strlen(rows[i].list);

        assert_int_equal(cors_field_has(page_end_copy(rows[i].list, length),
                                        length, rows[i].name,
                                        strlen(rows[i].name)),
                         rows[i].found);
    }
}

static void a_list_without_end_ends(void **state)
{
    static char commas[100000];
    const char *element;
    size_t length, count = 0;
    cors_field field;

    (void)state;
    memset(commas, ',', sizeof(commas));
    cors_field_start(&field, page_end_copy(commas, sizeof(commas)),
                     sizeof(commas));
    while (cors_field_next(&field, &element, &length)) {
        assert_int_equal(length, 0);
        count++;
    }
    assert_int_equal(count, sizeof(commas) + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_have_elements),
        cmocka_unit_test(elements_are_found_in_any_case),
        cmocka_unit_test(a_list_without_end_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
