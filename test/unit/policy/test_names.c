/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include "policy/names.h"

/* A list of so many would take minutes if each name were compared to all. */
#define MANY 200000

static const char *name_of(int number)
{
    static char text[32];

    snprintf(text, sizeof(text), "x-%d", number);
    return text;
}

static int has(const cors_names *names, const char *text, int any_case)
{
    return cors_names_has(names, text, strlen(text), any_case);
}

/* At every length on the way, the few and the many. */
static void every_name_is_found_once(void **state)
{
    cors_names *names = cors_names_create(fake.pool);
    int i, j;

    (void)state;
    for (i = 0; i < 300; i++) {
        assert_false(has(names, name_of(i), 1));
        cors_names_add(names, name_of(i), 1);
        cors_names_add(names, name_of(i), 1);
        assert_int_equal(names->count, i + 1);
        for (j = 0; j <= i; j++) {
            assert_true(has(names, name_of(j), 0));
        }
    }
    assert_string_equal(names->line + names->line_length - 12,
                        "x-298, x-299");
}

static void case_matters_where_it_should(void **state)
{
    int count, i;

    (void)state;
    for (count = 1; count < 40; count++) {
        cors_names *names = cors_names_create(fake.pool);

        for (i = 0; i < count; i++) {
            cors_names_add(names, name_of(i), 0);
        }
        assert_true(has(names, "X-0", 1));
        assert_false(has(names, "X-0", 0));
        assert_false(has(names, "x-", 1));
        assert_false(has(names, "x-00", 1));
        cors_names_add(names, "X-0", 1);
        assert_int_equal(names->count, count);
        cors_names_add(names, "X-0", 0);
        assert_int_equal(names->count, count + 1);
        assert_true(has(names, "X-0", 0));
    }
}

static void many_names_take_no_longer_each(void **state)
{
    cors_names *names = cors_names_create(fake.pool);
    int i;

    (void)state;
    for (i = 0; i < MANY; i++) {
        cors_names_add(names, name_of(i), 1);
    }
    assert_int_equal(names->count, MANY);
    assert_true(has(names, "X-199999", 1));
    assert_false(has(names, "X-200000", 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(every_name_is_found_once),
        FAKES_TEST(case_matters_where_it_should),
        FAKES_TEST(many_names_take_no_longer_each)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
