/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include "policy/server.h"
#include "request/origin_cache.h"
#include "request/origin_rows.h"

#define APP "https://app.example.com"

static cors_query query = { "SELECT %s, %s", "", { { 0, "", NULL } }, 2,
                            { "conf/httpd.conf", 3 }, 1, 2 };

static cors_reason judge(const cors_policy *policy, const char *row,
                         const char *text)
{
    request_rec *r = fake_request(policy, "GET", NULL);
    char *bytes = apr_palloc(r->pool, CORS_ROWS_MAX);
    cors_sent_origin origin = { .text = text, .length = strlen(text) };
    cors_rows rows = { bytes, 0 };

    assert_int_equal(cors_rows_add(bytes, &rows.length, row), 1);
    assert_int_equal(cors_sent_origin_parse(&origin), CORS_FLAW_NONE);
    return cors_rows_judge(r, policy, &query, rows, &origin, 1);
}

static const struct {
    const char *options;
    const char *row;
    const char *origin;
    int admitted;
} cases[] = {
    { "", APP, APP, 1 },
    { "", APP "   ", APP, 1 },
    { "", "   ", APP, 0 },
    { "", "", APP, 0 },
    { "", NULL, APP, 0 },
    { "", "*", APP, 0 },
    { "CORSAllowCredentials Off", "*", APP, 0 },
    { "", "none", APP, 0 },
    { "", "null", APP, 0 },
    { "", "!" APP, APP, 0 },
    { "", "https://*.example.com", APP, 1 },
    { "", "https://*.example.com", "https://example.com", 0 },
    { "", "https://*.com", APP, 0 },
    { "CORSOptions UnsafePublicSuffix", "https://*.com", APP, 1 },
    { "", "http://app.example.com", "http://app.example.com", 0 },
    { "", "http://*.example.com", "http://app.example.com", 0 },
    { "CORSOptions UnsafeInsecureOrigin", "http://app.example.com",
      "http://app.example.com", 1 },
    { "CORSAllowCredentials Off", "http://app.example.com",
      "http://app.example.com", 1 },
    { "", "http://localhost:3000", "http://localhost:3000", 1 },
    { "", APP "/", APP, 0 },
    { "", " " APP, APP, 0 },
    { "", APP "\n", APP, 0 },
    { "", APP ",https://b.example", APP, 0 },
    { "", APP "\0x", APP, 1 }
};

static void test_rows(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const cors_policy *policy = fake_policy(cases[i].options);

        EXPECT_NUMBER(cases[i].row ? cases[i].row : "NULL",
                      judge(policy, cases[i].row, cases[i].origin),
                      cases[i].admitted ? CORS_REASON_OK
                                        : CORS_REASON_ORIGIN_NOT_LISTED);
    }
}

static void test_a_bad_row_is_said_once_a_minute(void **state)
{
    const cors_policy *policy = fake_policy("");

    (void)state;
    query.place.line = 4;
    judge(policy, APP "/", APP);
    judge(policy, APP "/", APP);
    query.place.line = 5;
    judge(policy, "https://*.com", APP);
    EXPECT_TEXT("said", fake_log_text(APLOG_ERR),
                "CORSAllowOriginQuery of conf/httpd.conf:4: row '" APP "/': "
                "an origin has no path; write " APP "; the row is left out\n"
                "CORSAllowOriginQuery of conf/httpd.conf:5: CORSAllowOrigin "
                "'https://*.com': everybody can register a name there and "
                "could read what this site's cookies open; write *. over a "
                "domain of your own, or CORSOptions UnsafePublicSuffix to "
                "allow it all the same; the row is left out");
}

static void test_how_much_has_room(void **state)
{
    char bytes[CORS_ROWS_MAX], row[CORS_ROWS_MAX + 1];
    size_t length = 0;

    (void)state;
    memset(row, 'a', sizeof(row));
    row[CORS_ROWS_MAX] = '\0';
    assert_int_equal(cors_rows_add(bytes, &length, row), 0);
    row[CORS_ROWS_MAX - 1] = '\0';
    assert_int_equal(cors_rows_add(bytes, &length, row), 1);
    assert_int_equal(length, CORS_ROWS_MAX);
    assert_int_equal(cors_rows_add(bytes, &length, "a"), 0);
    assert_int_equal(cors_rows_add(bytes, &length, ""), 1);
}

static int same_id(const char *a, const char *b, const char *c,
                   const char *d)
{
    const char *one[] = { a, b }, *other[] = { c, d };
    cors_question_id x = cors_question_id_of(fake.pool, fake.server, &query,
                                             one);
    cors_question_id y = cors_question_id_of(fake.pool, fake.server, &query,
                                             other);

    return memcmp(&x, &y, sizeof(x)) == 0;
}

static void test_ids(void **state)
{
    server_rec *other = fake_server_create();
    const char *values[] = { "a", "b" };
    cors_query another = query;
    cors_question_id x, y;

    (void)state;
    assert_true(same_id("a", "bc", "a", "bc"));
    assert_false(same_id("a", "bc", "ab", "c"));
    assert_false(same_id("", "abc", "abc", ""));
    cors_server_of(other)->key = 1;
    x = cors_question_id_of(fake.pool, fake.server, &query, values);
    y = cors_question_id_of(fake.pool, other, &query, values);
    assert_memory_not_equal(&x, &y, sizeof(x));
    another.statement = 1;
    y = cors_question_id_of(fake.pool, fake.server, &another, values);
    assert_memory_not_equal(&x, &y, sizeof(x));
    another.statement = query.statement;
    y = cors_question_id_of(fake.pool, fake.server, &another, values);
    assert_memory_equal(&x, &y, sizeof(x));
}

static void test_parameters_are_counted(void **state)
{
    static const struct { const char *sql; int count; } statements[] = {
        { "SELECT 1", 0 }, { "%s", 1 }, { "a = %s AND b = %s", 2 },
        { "LIKE '%%' AND a = %s", 1 }, { "%%s", 0 }, { "%", -1 },
        { "%d", -1 }, { "%s %", -1 }, { "%%%s", 1 }
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
        EXPECT_NUMBER(statements[i].sql,
                      cors_query_count(statements[i].sql),
                      statements[i].count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(test_rows),
        FAKES_TEST(test_a_bad_row_is_said_once_a_minute),
        FAKES_TEST(test_how_much_has_room),
        FAKES_TEST(test_ids),
        FAKES_TEST(test_parameters_are_counted)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
