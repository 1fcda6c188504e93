/* SPDX-License-Identifier: Apache-2.0 */
#include "store_case.h"

/* The rate, several queries, and what there must be at start. */

static int next_stranger;

static cors_reason judge_stranger(void)
{
    return judge(apr_psprintf(fake.pool, "https://x%d.example",
                              next_stranger++));
}

/* How many more of them are asked for. */
static int ask_for_all(void)
{
    int asked = 0;

    while (judge_stranger() == NOT_LISTED) {
        asked++;
    }
    return asked;
}

static void start_with_rate(int rate)
{
    fake_store_start(rate);
    database.rows = APP;
}

static void test_unknown_origins_are_asked_for_at_a_rate(void **state)
{
    (void)state;
    start_with_rate(2);
    judge(APP);
    assert_int_equal(ask_for_all(), 10 * 2 - 1);
    assert_int_equal(seen.source, CORS_STORE_UNAVAILABLE);
    assert_int_equal(count(CORS_STORE_OVER_RATE), 1);
    clock_now += SECOND / 2;
    assert_int_equal(ask_for_all(), 1);
    clock_now += 5 * SECOND / 2;
    assert_int_equal(ask_for_all(), 5);
    assert_int_equal(count(CORS_STORE_OVER_RATE), 3);
    assert_int_equal(count(CORS_STORE_NOT_ASKED), 0);
    assert_int_equal(count(CORS_STORE_QUESTIONS), 20 + 1 + 5);
}

static void test_known_ones_at_any(void **state)
{
    int i;

    (void)state;
    start_with_rate(1);
    judge(APP);
    clock_now += 50 * SECOND;
    assert_int_equal(ask_for_all(), 10);
    for (i = 0; i < 20; i++) {
        times.fresh = 1;
        clock_now += SECOND;
        judge_stranger();
        assert_int_equal(judge(APP), OK_);
        assert_int_equal(seen.source, CORS_STORE_ASKED);
    }
}

/* Else no gate would open again in a flood. */
static void test_a_probe_is_free(void **state)
{
    cors_store *store;

    (void)state;
    start_with_rate(1);
    fail_from_now_on(FAKE_NO_CONNECTION);
    judge_stranger();
    fail_from_now_on(FAKE_ANSWERS);
    clock_now += SECOND;
    store = cors_store_lock();
    store->budget.filled = clock_now;
    store->budget.left = 0;
    cors_store_unlock();
    assert_int_equal(judge_stranger(), NOT_LISTED);
    assert_int_equal(judge_stranger(), UNAVAILABLE);
    assert_int_equal(count(CORS_STORE_OVER_RATE), 1);
}

static void test_a_probe_takes_nothing_from_others(void **state)
{
    (void)state;
    start_with_rate(1);
    fail_from_now_on(FAKE_NO_CONNECTION);
    judge_stranger();
    fail_from_now_on(FAKE_ANSWERS);
    clock_now += SECOND;
    assert_int_equal(judge_stranger(), NOT_LISTED);
    assert_int_equal(ask_for_all(), 10);
}

static void test_the_rate_is_100_where_nothing_is_written(void **state)
{
    (void)state;
    times.unlisted = 60;
    assert_int_equal(ask_for_all(), 1000);
}

static const struct several {
    const char *why;
    char first, second;         /* A: admits, N: does not, U: unavailable */
    cors_reason reason;
    const cors_query *seen;
    cors_store_source source;
} pairs[] = {
    { "the second is not asked", 'A', 'N', OK_, &query, CORS_STORE_ASKED },
    { "nor where it would fail", 'A', 'U', OK_, &query, CORS_STORE_ASKED },
    { "the second admits", 'N', 'A', OK_, &second, CORS_STORE_ASKED },
    { "none does", 'N', 'N', NOT_LISTED, &second, CORS_STORE_ASKED },
    { "the first gives no answer, the second admits", 'U', 'A', OK_,
      &second, CORS_STORE_ASKED },
    { "the first might have", 'U', 'N', UNAVAILABLE, &second,
      CORS_STORE_ASKED },
    { "the second might have", 'N', 'U', UNAVAILABLE, &second,
      CORS_STORE_UNAVAILABLE },
    { "neither answers", 'U', 'U', UNAVAILABLE, &second,
      CORS_STORE_UNAVAILABLE }
};

static const struct several *pair;

static void answer_for_each(const char *sql)
{
    char answer = sql == query.sql ? pair->first : pair->second;

    database.rows = answer == 'A' ? APP : NULL;
    fail_from_now_on(answer == 'U' ? FAKE_SELECT_FAILS : FAKE_ANSWERS);
}

static void test_queries_are_asked_until_one_admits(void **state)
{
    size_t i;

    (void)state;
    cors_origins_add_query(policy->origins, &second);
    database.meanwhile = answer_for_each;
    for (i = 0; i < LENGTH(pairs); i++) {
        clock_now += 1000 * SECOND;
        pair = &pairs[i];
        fail_from_now_on(FAKE_ANSWERS);
        EXPECT_NUMBER(pair->why, judge(APP), pair->reason);
        EXPECT_NUMBER(pair->why, seen.source, pair->source);
        EXPECT_NUMBER(pair->why, seen.query == pair->seen, 1);
    }
}

static void test_what_cannot_be_read_is_not_asked(void **state)
{
    static const ap_expr_info_t failing = { .filename = "%{fail}" };

    (void)state;
    query.parameters[0].kind = CORS_PARAMETER_EXPRESSION;
    query.parameters[0].expression = &failing;
    assert_int_equal(judge(APP), UNAVAILABLE);
    assert_int_equal(seen.source, CORS_STORE_UNAVAILABLE);
    assert_ptr_equal(seen.query, &query);
    assert_int_equal(seen.time, 0);
    assert_int_equal(database.opened, 0);
    assert_int_equal(count(CORS_STORE_NOT_ASKED), 1);
    assert_int_equal(count(CORS_STORE_CACHE_MISSES), 1);
}

/* That is, when it comes from the database. */
static void test_every_row_of_an_answer_is_looked_at_once(void **state)
{
    (void)state;
    database.rows = APP "|" APP "/";
    assert_int_equal(judge(APP), OK_);
    assert_int_equal(fake.log->nelts, 1);
    clock_now += 59 * SECOND;
    assert_int_equal(judge(APP), OK_);
    clock_now += 2 * SECOND;
    fail_from_now_on(FAKE_NO_CONNECTION);
    assert_int_equal(judge(APP), OK_);
    assert_int_equal(fake.log->nelts, 2);   /* the gate's line is new */
    assert_null(strstr(APR_ARRAY_IDX(fake.log, 1, fake_line).text, "row"));
}

static void test_a_server_without_query_needs_nothing(void **state)
{
    cors_server *own = cors_server_of(fake.server);

    (void)state;
    cors_store_register(fake.pool, fake.pool, fake.pool);
    own->has_query = 0;
    cache.rejected = 3;
    assert_int_equal(cors_origin_store_open(fake.server, fake.pool),
                     APR_SUCCESS);
    assert_false(cors_store_is_there());
    own->has_query = 1;
    assert_int_equal(cors_origin_store_open(fake.server, fake.pool),
                     APR_ENOSPC);
    assert_false(cors_store_is_there());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_unknown_origins_are_asked_for_at_a_rate),
        STORE_TEST(test_known_ones_at_any),
        STORE_TEST(test_a_probe_is_free),
        STORE_TEST(test_a_probe_takes_nothing_from_others),
        STORE_TEST(test_the_rate_is_100_where_nothing_is_written),
        STORE_TEST(test_queries_are_asked_until_one_admits),
        STORE_TEST(test_what_cannot_be_read_is_not_asked),
        STORE_TEST(test_every_row_of_an_answer_is_looked_at_once),
        STORE_TEST(test_a_server_without_query_needs_nothing)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
