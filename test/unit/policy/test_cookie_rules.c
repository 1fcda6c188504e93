/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include "page_end.h"
#include "policy/cookie_rules.h"

#define NOW 1700000000          /* 14 November 2023 */
#define PAST "Expires=Thu, 01 Jan 1970 00:00:00 GMT"
#define FIELDS_MAX 8

/* One rule for each line, up to NULL. */
static apr_array_header_t *rules_of(const char *const *lines)
{
    const char *text = "";

    for (; *lines; lines++) {
        text = apr_pstrcat(fake.pool, text, "CORSCookieAttributes ", *lines,
                           "\n", NULL);
    }
    return *text ? fake_policy(text)->cookies
                 : apr_array_make(fake.pool, 1, sizeof(cors_cookie_rule));
}

static void add_field(apr_array_header_t *fields, const char *value,
                      int where)
{
    cors_cookie_field *field = apr_array_push(fields);

    field->value = value;
    field->where = where;
}

static apr_array_header_t *fields_of(const char *const *values)
{
    apr_array_header_t *fields = apr_array_make(
        fake.pool, 2, sizeof(cors_cookie_field));

    for (; *values; values++) {
        add_field(fields, *values, 0);
    }
    return fields;
}

static const cors_cookie_field *field_at(const apr_array_header_t *fields,
                                         int i)
{
    return &APR_ARRAY_IDX(fields, i, const cors_cookie_field);
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
    const apr_array_header_t *after = cors_cookie_rules_apply(
        fake.pool, before, rules, NOW);
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
    assert_ptr_equal(cors_cookie_rules_apply(fake.pool, after, rules, NOW),
                     after);
}

static void check_rows(const row *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        check_row(&rows[i]);
    }
}

#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof(rows[0]))

static void a_rule_is_for_the_cookies_it_names(void **state)
{
    static const struct {
        const char *line;
        const char *name;
        int applies;
    } rows[] = {
        { "Secure only=sid,SID2,s", "sid", 1 },
        { "Secure only=sid,SID2,s", "SID2", 1 },
        { "Secure only=sid,SID2,s", "s", 1 },
        { "Secure only=sid,SID2,s", "si", 0 },
        { "Secure only=sid,SID2,s", "SID", 0 },
        { "Secure only=sid,SID2,s", "sid2", 0 },
        { "Secure only=sid,SID2,s", "", 0 },
        /* a star at the end, and there alone, is whatever follows */
        { "Secure only=wp_*,sid", "wp_", 1 },
        { "Secure only=wp_*,sid", "wp_logged_in_0a1b", 1 },
        { "Secure only=wp_*,sid", "wp_*", 1 },
        { "Secure only=wp_*,sid", "wp", 0 },
        { "Secure only=wp_*,sid", "WP_a", 0 },
        { "Secure only=wp_*,sid", "a_wp_", 0 },
        { "Secure only=wp_*,sid", "sid", 1 },
        { "Secure only=wp_*,sid", "sids", 0 },
        { "Secure only=a*b", "a*b", 1 },
        { "Secure only=a*b", "ab", 0 },
        { "Secure only=a*b", "acb", 0 },
        { "Secure only=a**", "a*", 1 },
        { "Secure only=a**", "ab", 0 },
        { "Secure", "sid", 1 },
        { "none", "sid", 1 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        const char *const lines[] = { rows[i].line, NULL };
        const apr_array_header_t *rules = rules_of(lines);
        size_t length = strlen(rows[i].name);

        EXPECT_NUMBER(rows[i].name, cors_cookie_rule_applies(
            (const cors_cookie_rule *)rules->elts,
            page_end_copy(rows[i].name, length), length), rows[i].applies);
    }
}

static void the_first_rule_that_applies_counts(void **state)
{
    static const row rows[] = {
        { { "Secure" }, { "a=1", "no cookie", "b=2; HttpOnly" },
          { "a=1; Secure", "no cookie", "b=2; HttpOnly; Secure" } },
        { { "Secure only=b,c" }, { "a=1", "b=2", "B=3", "c=" },
          { "a=1", "b=2; Secure", "B=3", "c=; Secure" } },
        { { "HttpOnly only=wp_*", "Secure" }, { "wp_a=1", "wp=2" },
          { "wp_a=1; HttpOnly", "wp=2; Secure" } },
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
        fake.pool, 2, sizeof(cors_cookie_field));
    const apr_array_header_t *after;

    (void)state;
    add_field(before, "a=1", 3);
    add_field(before, "b=; Max-Age=0", 5);
    add_field(before, "c", 7);
    after = cors_cookie_rules_apply(fake.pool, before, rules_of(lines), NOW);
    assert_int_equal(after->nelts, 4);
    assert_int_equal(field_at(after, 0)->where, 3);
    assert_int_equal(field_at(after, 1)->where, 5);
    assert_int_equal(field_at(after, 2)->where, 5);
    assert_int_equal(field_at(after, 3)->where, 7);
    assert_ptr_equal(field_at(after, 3)->value, field_at(before, 2)->value);
}

/* 20000 deletions: this ends at once, or the work is not linear. */
static void many_cookies_are_no_burden(void **state)
{
    const char *const lines[] = { "Secure Partitioned", NULL };
    const apr_array_header_t *rules = rules_of(lines);
    apr_array_header_t *before = apr_array_make(
        fake.pool, 2, sizeof(cors_cookie_field));
    const apr_array_header_t *after;
    int i;

    (void)state;
    for (i = 0; i < 20000; i++) {
        add_field(before, apr_psprintf(fake.pool, "c%d=; Max-Age=0",
                                       i % 10000), 0);
    }
    after = cors_cookie_rules_apply(fake.pool, before, rules, NOW);
    assert_int_equal(after->nelts, 30000);
    assert_ptr_equal(cors_cookie_rules_apply(fake.pool, after, rules, NOW),
                     after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(a_rule_is_for_the_cookies_it_names),
        FAKES_TEST(the_first_rule_that_applies_counts),
        FAKES_TEST(a_deletion_under_partitioned_comes_twice),
        FAKES_TEST(a_second_deletion_that_is_there_is_enough),
        FAKES_TEST(the_mark_goes_with_the_field),
        FAKES_TEST(many_cookies_are_no_burden),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
