/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include "policy/names.h"

/* A list of so many would take minutes if each name were compared to all. */
#define MANY 200000

static const char *name_of(int number)
{
    return apr_psprintf(fake.pool, "x-%d", number);
}

static int has(const cors_names *names, const char *text)
{
    return cors_names_has(names, text, strlen(text));
}

/* At every length on the way, the few and the many. */
static void every_name_is_found_once(void **state)
{
    cors_names *names = cors_names_create(fake.pool, 1);
    int i, j;

    (void)state;
    for (i = 0; i < 300; i++) {
        assert_false(has(names, name_of(i)));
        cors_names_add(names, name_of(i));
        cors_names_add(names, name_of(i));
        assert_int_equal(names->entries->nelts, i + 1);
        for (j = 0; j <= i; j++) {
            assert_true(has(names, name_of(j)));
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
        cors_names *headers = cors_names_create(fake.pool, 1);
        cors_names *methods = cors_names_create(fake.pool, 0);

        for (i = 0; i < count; i++) {
            cors_names_add(headers, name_of(i));
            cors_names_add(methods, name_of(i));
        }
        assert_true(has(headers, "X-0"));
        assert_false(has(methods, "X-0"));
        assert_false(has(headers, "x-"));
        assert_false(has(headers, "x-00"));
        cors_names_add(headers, "X-0");
        assert_int_equal(headers->entries->nelts, count);
        cors_names_add(methods, "X-0");
        assert_int_equal(methods->entries->nelts, count + 1);
        assert_true(has(methods, "X-0"));
    }
}

static void the_line_has_room_for_long_names(void **state)
{
    cors_names *names = cors_names_create(fake.pool, 1);
    char *name = apr_palloc(fake.pool, 301);
    int i;

    (void)state;
    memset(name, 'x', 300);
    name[300] = '\0';
    for (i = 0; i < 300; i += 7) {
        cors_names_add(names, name + 300 - i - 1);
        assert_int_equal(strlen(names->line), names->line_length);
        assert_string_equal(names->line + names->line_length - i - 1,
                            name + 300 - i - 1);
    }
}

static void many_names_take_no_longer_each(void **state)
{
    cors_names *names = cors_names_create(fake.pool, 1);
    int i;

    (void)state;
    for (i = 0; i < MANY; i++) {
        cors_names_add(names, name_of(i));
    }
    assert_int_equal(names->entries->nelts, MANY);
    assert_true(has(names, "X-199999"));
    assert_false(has(names, "X-200000"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(every_name_is_found_once),
        FAKES_TEST(case_matters_where_it_should),
        FAKES_TEST(the_line_has_room_for_long_names),
        FAKES_TEST(many_names_take_no_longer_each)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
