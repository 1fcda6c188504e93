/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <apr_strings.h>

#include "pool.h"
#include "syntax/setcookie.h"

#define NOW 1700000000          /* 14 November 2023 */
#define PAST "Expires=Thu, 01 Jan 1970 00:00:00 GMT"
#define FIELDS_MAX 8

/* One rule for each line, up to NULL. */
static apr_array_header_t *rules_of(const char *const *lines)
{
    apr_array_header_t *rules = apr_array_make(
        pool, 2, sizeof(cors_setcookie_rule));

    for (; *lines; lines++) {
        cors_setcookie_rule *rule = apr_array_push(rules);
        char *state;
        char *word = apr_strtok(apr_pstrdup(pool, *lines), " ", &state);

        memset(rule, 0, sizeof(*rule));
        for (; word; word = apr_strtok(NULL, " ", &state)) {
            assert_null(cors_setcookie_rule_add(pool, rule, word));
        }
    }
    return rules;
}

static void add_field(apr_array_header_t *fields, const char *value,
                      int where)
{
    cors_setcookie_field *field = apr_array_push(fields);

    field->value = value;
    field->where = where;
}

static apr_array_header_t *fields_of(const char *const *values)
{
    apr_array_header_t *fields = apr_array_make(
        pool, 2, sizeof(cors_setcookie_field));

    for (; *values; values++) {
        add_field(fields, *values, 0);
    }
    return fields;
}

static const cors_setcookie_field *field_at(const apr_array_header_t *fields,
                                            int i)
{
    return &APR_ARRAY_IDX(fields, i, const cors_setcookie_field);
}

typedef struct {
    const char *rules[FIELDS_MAX];
    const char *before[FIELDS_MAX];
    const char *after[FIELDS_MAX];  /* empty: nothing changes */
} row;

static void check_row(const row *r)
{
    const apr_array_header_t *rules = rules_of(r->rules);
    const apr_array_header_t *before = fields_of(r->before);
    const apr_array_header_t *after = cors_setcookie_apply(pool, before,
                                                           rules, NOW);
    int i;

    if (!r->after[0]) {
        assert_ptr_equal(after, before);
        return;
    }
    for (i = 0; i < after->nelts; i++) {
        assert_non_null(r->after[i]);
        assert_string_equal(field_at(after, i)->value, r->after[i]);
    }
    assert_null(r->after[i]);
    assert_ptr_equal(cors_setcookie_apply(pool, after, rules, NOW), after);
}

static void check_rows(const row *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        check_row(&rows[i]);
    }
}

#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof(rows[0]))

static void the_first_rule_that_applies_counts(void **state)
{
    static const row rows[] = {
        { { "Secure" }, { "a=1", "no cookie", "b=2; HttpOnly" },
          { "a=1; Secure", "no cookie", "b=2; HttpOnly; Secure" } },
        { { "Secure only=b,c" }, { "a=1", "b=2", "B=3", "c=" },
          { "a=1", "b=2; Secure", "B=3", "c=; Secure" } },
        { { "SameSite=None Secure only=a", "SameSite=Lax" },
          { "a=1", "b=2", "a=3" },
          { "a=1; SameSite=None; Secure", "b=2; SameSite=Lax",
            "a=3; SameSite=None; Secure" } },
        { { "SameSite=Lax", "SameSite=None Secure only=a" }, { "a=1" },
          { "a=1; SameSite=Lax" } },
        { { "none", "Secure" }, { "a=1" }, { NULL } },
        { { "Secure only=b" }, { "a=1", "=1", "b" }, { NULL } },
        { { NULL }, { "a=1" }, { NULL } },
        { { "Secure" }, { NULL }, { NULL } },
        /* one cookie set twice stays twice */
        { { "Secure" }, { "a=1", "a=2" }, { "a=1; Secure", "a=2; Secure" } },
    };

    (void)state;
    CHECK(rows);
}

static void a_deletion_under_partitioned_comes_twice(void **state)
{
    static const row rows[] = {
        { { "Secure Partitioned" }, { "a=; Max-Age=0" },
          { "a=; Max-Age=0; Secure; Partitioned", "a=; Max-Age=0; Secure" } },
        { { "SameSite=None Secure Partitioned" },
          { "a=x; Path=/; " PAST, "b=1" },
          { "a=x; Path=/; " PAST "; SameSite=None; Secure; Partitioned",
            "a=x; Path=/; " PAST "; SameSite=None; Secure",
            "b=1; SameSite=None; Secure; Partitioned" } },
        { { "Secure Partitioned" },
          { "a=; Secure; Partitioned; Max-Age=0" },
          { "a=; Max-Age=0; Secure; Partitioned", "a=; Max-Age=0; Secure" } },
        { { "Secure Partitioned" },
          { "a=; Max-Age=0; Secure; Partitioned" },
          { "a=; Max-Age=0; Secure; Partitioned", "a=; Max-Age=0; Secure" } },
        /* deleted and set again, as PHP does */
        { { "Secure Partitioned" }, { "a=; Max-Age=0", "a=2" },
          { "a=; Max-Age=0; Secure; Partitioned", "a=; Max-Age=0; Secure",
            "a=2; Secure; Partitioned" } },
        /* without Partitioned once is enough */
        { { "Secure" }, { "a=; Max-Age=0" }, { "a=; Max-Age=0; Secure" } },
        { { "Secure Partitioned only=b" }, { "a=; Max-Age=0" }, { NULL } },
        { { "Secure" }, { "a=; Partitioned; Max-Age=0" },
          { "a=; Partitioned; Max-Age=0; Secure" } },
        /* Max-Age is stronger than Expires: no deletion */
        { { "Secure Partitioned" }, { "a=1; Max-Age=9; " PAST },
          { "a=1; Max-Age=9; " PAST "; Secure; Partitioned" } },
    };

    (void)state;
    CHECK(rows);
}

static void a_second_deletion_that_is_there_is_enough(void **state)
{
    static const row rows[] = {
        { { "Secure Partitioned" },
          { "a=; Max-Age=0; Partitioned", "a=; Max-Age=0" },
          { "a=; Max-Age=0; Secure; Partitioned", "a=; Max-Age=0; Secure" } },
        /* in this order, with other values and other cookies between */
        { { "Secure Partitioned" },
          { "a=; " PAST "; Path=/", "b=1",
            "a=x; Path=/; Max-Age=-1; Secure; Partitioned" },
          { "a=; " PAST "; Path=/; Secure", "b=1; Secure; Partitioned",
            "a=x; Path=/; Max-Age=-1; Secure; Partitioned" } },
        { { "Secure Partitioned" },
          { "a=; Max-Age=0; Secure; Partitioned", "a=; Max-Age=0; Secure" },
          { NULL } },
        /* one that is not partitioned twice gets its twin once */
        { { "Secure Partitioned" }, { "a=; Max-Age=0", "a=; Max-Age=0" },
          { "a=; Max-Age=0; Secure; Partitioned", "a=; Max-Age=0; Secure",
            "a=; Max-Age=0; Secure" } },
        { { "Secure Partitioned" },
          { "a=; Max-Age=0; Partitioned", "a=; Max-Age=0; Partitioned" },
          { "a=; Max-Age=0; Secure; Partitioned", "a=; Max-Age=0; Secure",
            "a=; Max-Age=0; Secure; Partitioned" } },
        /* a cookie of another name, path or domain is another one */
        { { "Secure Partitioned" },
          { "a=; Max-Age=0; Secure; Partitioned",
            "a=; Path=/; Max-Age=0; Secure" },
          { "a=; Max-Age=0; Secure; Partitioned", "a=; Max-Age=0; Secure",
            "a=; Path=/; Max-Age=0; Secure; Partitioned",
            "a=; Path=/; Max-Age=0; Secure" } },
        { { "Secure Partitioned" },
          { "a=; Domain=.A.test; Max-Age=0; Secure; Partitioned",
            "a=; Max-Age=0; domain=a.test; Secure" },
          { NULL } },
        /* setting it is not deleting it */
        { { "Secure Partitioned" },
          { "a=; Max-Age=0; Secure; Partitioned", "a=1" },
          { "a=; Max-Age=0; Secure; Partitioned", "a=; Max-Age=0; Secure",
            "a=1; Secure; Partitioned" } },
    };

    (void)state;
    CHECK(rows);
}

static void the_mark_goes_with_the_field(void **state)
{
    const char *const lines[] = { "Secure Partitioned", NULL };
    apr_array_header_t *before = apr_array_make(
        pool, 2, sizeof(cors_setcookie_field));
    const apr_array_header_t *after;

    (void)state;
    add_field(before, "a=1", 3);
    add_field(before, "b=; Max-Age=0", 5);
    add_field(before, "c", 7);
    after = cors_setcookie_apply(pool, before, rules_of(lines), NOW);
    assert_int_equal(after->nelts, 4);
    assert_int_equal(field_at(after, 0)->where, 3);
    assert_int_equal(field_at(after, 1)->where, 5);
    assert_int_equal(field_at(after, 2)->where, 5);
    assert_int_equal(field_at(after, 3)->where, 7);
    assert_ptr_equal(field_at(after, 3)->value, field_at(before, 2)->value);
}

static void keys_tell_cookies_apart(void **state)
{
    static const struct {
        const char *one;
        const char *other;
        int same;
    } rows[] = {
        { "a=1", "a=2; Secure; Partitioned; Max-Age=0", 1 },
        { "a=1", " a =1", 1 },
        { "a=1; Domain=.Example.com", "a=; domain=example.com", 1 },
        { "a=1; Domain=AZ.test", "a=; domain=az.test", 1 },
        { "a=1; Domain=", "a=1", 1 },
        { "a=1; Path=x", "a=1", 1 },
        { "a=1", "A=1", 0 },
        { "a=1", "ab=1", 0 },
        { "a=1; Path=/", "a=1", 0 },
        { "a=1; Path=/x", "a=1; Path=/X", 0 },
        { "a=1; Domain=a.test", "a=1", 0 },
        { "a=1; Domain=a.test", "a=1; Domain=b.test", 0 },
        { "a=1; Domain=/x", "a=1; Path=/x", 0 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cors_setcookie one, other;
        size_t length, other_length;
        const char *key, *other_key;

        assert_true(cors_setcookie_parse(&one, rows[i].one,
                                         strlen(rows[i].one)));
        assert_true(cors_setcookie_parse(&other, rows[i].other,
                                         strlen(rows[i].other)));
        key = cors_setcookie_key(pool, &one, &length);
        other_key = cors_setcookie_key(pool, &other, &other_length);
        assert_int_equal(length == other_length
                         && !memcmp(key, other_key, length), rows[i].same);
    }
}

/* 20000 deletions: this ends at once, or the work is not linear. */
static void many_cookies_are_no_burden(void **state)
{
    const char *const lines[] = { "Secure Partitioned", NULL };
    const apr_array_header_t *rules = rules_of(lines);
    apr_array_header_t *before = apr_array_make(
        pool, 2, sizeof(cors_setcookie_field));
    const apr_array_header_t *after;
    int i;

    (void)state;
    for (i = 0; i < 20000; i++) {
        add_field(before, apr_psprintf(pool, "c%d=; Max-Age=0", i % 10000),
                  0);
    }
    after = cors_setcookie_apply(pool, before, rules, NOW);
    assert_int_equal(after->nelts, 30000);
    assert_ptr_equal(cors_setcookie_apply(pool, after, rules, NOW), after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_rule_that_applies_counts),
        cmocka_unit_test(a_deletion_under_partitioned_comes_twice),
        cmocka_unit_test(a_second_deletion_that_is_there_is_enough),
        cmocka_unit_test(the_mark_goes_with_the_field),
        cmocka_unit_test(keys_tell_cookies_apart),
        cmocka_unit_test(many_cookies_are_no_burden),
    };

    return cmocka_run_group_tests_name("setcookie_apply", tests, open_pool,
                                       close_pool);
}
