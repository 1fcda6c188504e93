/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "policy/origin_set.h"
#include "pool.h"

static void add(cors_origin_set *set, const char *text)
{
    cors_place place = { NULL, 0 };

    assert_int_equal(cors_origin_set_add(set, text, strlen(text), place),
                     CORS_FLAW_NONE);
}

static int admits(const cors_origin_set *set, const char *text)
{
    cors_origin origin;

    assert_int_equal(cors_origin_parse(text, strlen(text), &origin),
                     CORS_FLAW_NONE);
    return cors_origin_set_admits(set, &origin);
}

/* Each kind of wildcard is asked for, whatever was added behind it. */
static void wildcards_are_known_whatever_follows(void **state)
{
    static const struct {
        const char *pattern;
        const char *origin;
    } rows[] = {
        { "https://*.a.example", "https://b.a.example" },
        { "https://pr-*.a.example", "https://pr-7.a.example" },
        { "https://a.example:*", "https://a.example:1" },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cors_origin_set *set = cors_origin_set_create(pool, NULL, 0);

        add(set, rows[i].pattern);
        assert_true(admits(set, rows[i].origin));
        add(set, "https://plain.example");
        assert_true(admits(set, rows[i].origin));
        assert_false(admits(set, "https://plain.example"));
        assert_true(cors_origin_set_has(set, "https://plain.example", 21));
    }
}

static int visit(void *data, cors_origin_seen seen, const char *text,
                 size_t number)
{
    static const struct {
        cors_origin_seen seen;
        const char *text;
        size_t number;
    } rows[] = {
        { CORS_SEEN_FILE, "origins.txt", 0 },
        { CORS_SEEN_FILE_ADMITTED, "https://b.example", 0 },
        { CORS_SEEN_FILE_ADMITTED, "https://pr-*.example.com", 1 },
        { CORS_SEEN_FILE_EXCLUDED, "https://a.example", 0 },
    };
    size_t *count = data;

    assert_true(*count <= 3);
    assert_int_equal(seen, rows[*count].seen);
    assert_string_equal(text, rows[*count].text);
    assert_int_equal(number, rows[*count].number);
    (*count)++;
    return 0;
}

static void all_are_visited_in_order(void **state)
{
    cors_origin_set *set = cors_origin_set_create(pool, "origins.txt", 3);
    size_t count = 0;

    (void)state;
    add(set, "https://b.example");
    assert_int_equal(cors_origin_set_count(set), 1);
    add(set, "!https://a.example");
    assert_int_equal(cors_origin_set_count(set), 2);
    add(set, "https://pr-*.example.com");
    assert_int_equal(cors_origin_set_each(set, visit, &count), 0);
    assert_int_equal(count, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wildcards_are_known_whatever_follows),
        cmocka_unit_test(all_are_visited_in_order),
    };

    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
