/* SPDX-License-Identifier: Apache-2.0 */
#include "store_case.h"

#include <unistd.h>

/* Who may ask, and what becomes of those who may not. */

static int seats[CORS_SEATS], slept;

/* All of them, for questions of another line. */
static void take_seats(apr_uint64_t key)
{
    cors_store *store = cors_store_lock();
    int i, closed;

    for (i = 0; i < CORS_SEATS; i++) {
        assert_int_equal(cors_gate_enter(&store->gates,
                                         cors_gate_find(&store->gates, key),
                                         clock_now, getpid(), &seats[i],
                                         &closed), CORS_GATE_ENTERED);
    }
    cors_store_unlock();
    slept = 0;
}

static void free_seat(int which)
{
    cors_store *store = cors_store_lock();

    cors_gate_cancel(&store->gates, seats[which]);
    cors_store_unlock();
}

static int taken_seats(void)
{
    cors_store *store = cors_store_lock();
    int i, taken = 0;

    for (i = 0; i < CORS_SEATS + CORS_SEATS_ABANDONED; i++) {
        taken += store->gates.seats[i].pid != 0;
    }
    cors_store_unlock();
    return taken;
}

static void count_sleeps(void)
{
    slept++;
}

static void free_after_three(void)
{
    if (++slept == 3) {
        free_seat(0);
    }
}

static void answer_after_three(void)
{
    cors_question_id id = id_of(APP);
    cors_kept_answer answer = { clock_now, 0, { APP, sizeof(APP) } };

    if (++slept == 3) {
        cors_origin_cache_keep(&id, &answer, clock_now + SECOND, fake.pool);
    }
}

static void set_clock_back(void)
{
    slept++;
    clock_now = START - 1;
}

static void test_waiting_for_a_seat(void **state)
{
    static const struct {
        const char *why;
        void (*slept)(void);
        int times;              /* it slept, 10 ms each */
        cors_reason reason;
        cors_store_source source;
        int questions;          /* so far */
    } waits[] = {
        { "none is free in a second", count_sleeps, 100, UNAVAILABLE,
          CORS_STORE_UNAVAILABLE, 0 },
        { "the clock was set back", set_clock_back, 1, UNAVAILABLE,
          CORS_STORE_UNAVAILABLE, 0 },
        { "another was given the answer", answer_after_three, 3, OK_,
          CORS_STORE_FRESH, 0 },
        { "one is free", free_after_three, 3, OK_, CORS_STORE_ASKED, 1 }
    };
    size_t i;

    (void)state;
    take_seats(77);
    for (i = 0; i < LENGTH(waits); i++) {
        fake_cache_create(fake.server);
        assert_int_equal(cors_origin_cache_open(fake.server, fake.pool),
                         APR_SUCCESS);
        clock_now = START;
        clock_slept = waits[i].slept;
        slept = 0;
        EXPECT_NUMBER(waits[i].why, judge(APP), waits[i].reason);
        EXPECT_NUMBER(waits[i].why, seen.source, waits[i].source);
        EXPECT_NUMBER(waits[i].why, slept, waits[i].times);
        EXPECT_NUMBER(waits[i].why, count(CORS_STORE_QUESTIONS),
                      waits[i].questions);
    }
    assert_int_equal(count(CORS_STORE_NOT_ASKED), 2);
    assert_int_equal(taken_seats(), CORS_SEATS - 1);
}

static void test_who_has_an_old_answer_does_not_wait(void **state)
{
    int i;

    (void)state;
    clock_slept = count_sleeps;
    judge(APP);
    clock_now = START + 65 * SECOND - 1;
    take_seats(77);
    assert_int_equal(judge(APP), OK_);
    assert_int_equal(seen.source, CORS_STORE_LENT);
    assert_int_equal(slept, 0);
    clock_now++;
    for (i = 0; i < CORS_SEATS; i++) {
        free_seat(i);
    }
    take_seats(77);
    assert_int_equal(judge(APP), UNAVAILABLE);
    assert_int_equal(slept, 100);
    /* Now all who sit there hang: that is as a closed gate. */
    clock_now++;
    assert_int_equal(judge(OTHER), UNAVAILABLE);
    assert_int_equal(judge(APP), OK_);
    assert_int_equal(seen.source, CORS_STORE_LENT);
    assert_int_equal(slept, 100);
}

static void test_a_late_question_closes_the_gate(void **state)
{
    (void)state;
    judge(APP);
    clock_now = START + 60 * SECOND;
    take_seats(query.key);
    clock_now += SECOND;
    assert_int_equal(judge(OTHER), UNAVAILABLE);
    assert_int_equal(slept, 0);
    EXPECT_TEXT("open", fake_log_text(APLOG_ERR),
                "CORSAllowOriginQuery of conf/httpd.conf:3: no answer for a "
                "second; origins that are not cached are not allowed until "
                "it answers");
    assert_int_equal(judge(OTHER), UNAVAILABLE);
    assert_int_equal(count(CORS_STORE_QUESTIONS), 1);
    assert_int_equal(fake.log->nelts, 1);
    /* All seats are late: the old answer is lent beyond 5 s. */
    clock_now = START + 660 * SECOND - 1;
    assert_int_equal(judge(APP), OK_);
    assert_int_equal(seen.source, CORS_STORE_LENT);
}

static int closed_by_failure(const cors_policy *failing)
{
    cors_reason reason;

    fail_from_now_on(FAKE_NO_CONNECTION);
    reason = judge_by(failing, OTHER);
    fail_from_now_on(FAKE_ANSWERS);
    return reason == UNAVAILABLE;
}

static void test_each_line_and_each_host_has_its_gate(void **state)
{
    cors_server *own = cors_server_of(fake.server);

    (void)state;
    assert_true(closed_by_failure(policy));
    assert_int_equal(judge(APP), UNAVAILABLE);
    assert_int_equal(judge_by(asking_policy(&second), APP), OK_);
    own->key = 8;
    assert_int_equal(judge(APP), OK_);
    own->key = 0;
    assert_int_equal(judge(APP), UNAVAILABLE);
}

/* 0 is the key of a gate that nobody has. */
static void test_no_key_is_0(void **state)
{
    cors_server *own = cors_server_of(fake.server);

    (void)state;
    own->key = query.key;
    assert_true(closed_by_failure(policy));
    own->key = query.key ^ CORS_GATES;
    assert_int_equal(judge(APP), OK_);
    own->key = query.key ^ 1;
    assert_int_equal(judge(APP), UNAVAILABLE);
}

static void wait_half_a_second(const char *sql)
{
    (void)sql;
    clock_now += SECOND / 2;
}

static void wait_a_little_more(const char *sql)
{
    (void)sql;
    clock_now += SECOND / 2 + 1;
}

static void test_a_wrong_statement_is_none_of_a_database_that_hangs(
    void **state)
{
    (void)state;
    judge(APP);
    clock_now += 60 * SECOND;
    fail_from_now_on(FAKE_SELECT_FAILS);
    assert_int_equal(judge(APP), UNAVAILABLE);
    assert_int_equal(seen.source, CORS_STORE_UNAVAILABLE);
    assert_int_equal(fake.log->nelts, 1);
    assert_int_equal(judge(APP), UNAVAILABLE);
    assert_int_equal(count(CORS_STORE_QUESTIONS), 3);
    assert_int_equal(count(CORS_STORE_FAILURES), 2);
    assert_int_equal(count(CORS_STORE_STALE), 0);
    EXPECT_TEXT("once a minute", fake_log_text(APLOG_ERR),
                "CORSAllowOriginQuery of conf/httpd.conf:3: no such table: "
                "origins; whom it asked for is not allowed");
    database.meanwhile = wait_half_a_second;
    assert_int_equal(judge(OTHER), UNAVAILABLE);
    database.meanwhile = NULL;
    assert_true(cors_store_is_open());
    assert_int_equal(taken_seats(), 0);
}

static void test_a_slow_one_is(void **state)
{
    (void)state;
    judge(APP);
    clock_now += 60 * SECOND;
    fail_from_now_on(FAKE_SELECT_FAILS);
    database.meanwhile = wait_a_little_more;
    assert_int_equal(judge(APP), OK_);
    assert_int_equal(seen.source, CORS_STORE_LENT);
    assert_false(cors_store_is_open());
    EXPECT_TEXT("message", fake_log_text(APLOG_ERR),
                "CORSAllowOriginQuery of conf/httpd.conf:3: no such table: "
                "origins; origins that are not cached are not allowed until "
                "it answers");
}

static apr_interval_time_t late;

/* While it is out, others find it late, and a probe of theirs is answered. */
static void be_abandoned(const char *sql)
{
    (void)sql;
    database.meanwhile = NULL;
    fail_from_now_on(FAKE_ANSWERS);
    clock_now += SECOND + 1;
    assert_int_equal(judge(OTHER), UNAVAILABLE);
    clock_now += SECOND;
    assert_int_equal(judge(OTHER), NOT_LISTED);
    assert_int_equal(seen.source, CORS_STORE_ASKED);
    clock_now += late;
    fail_from_now_on(FAKE_SELECT_FAILS);
}

static void test_who_is_abandoned_is_lent_no_more_than_5_s(void **state)
{
    static const struct { apr_interval_time_t late; cors_reason reason; }
        questions[] = {
        { 3 * SECOND - 2, OK_ },
        { 3 * SECOND - 1, UNAVAILABLE }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(questions); i++) {
        fail_from_now_on(FAKE_ANSWERS);
        clock_now += 1000 * SECOND;
        judge(APP);
        clock_now += 60 * SECOND;
        late = questions[i].late;
        database.meanwhile = be_abandoned;
        assert_int_equal(judge(APP), questions[i].reason);
        assert_true(cors_store_is_open());
    }
}

static apr_interval_time_t duration;

static void take_so_long(const char *sql)
{
    (void)sql;
    clock_now += duration;
}

static void test_an_answer_that_comes_too_late_is_none(void **state)
{
    (void)state;
    database.meanwhile = take_so_long;
    duration = 65 * SECOND - 1;
    assert_int_equal(judge(APP), OK_);
    duration = 65 * SECOND;
    clock_now += 1000 * SECOND;
    assert_int_equal(judge(APP), UNAVAILABLE);
    assert_int_equal(seen.source, CORS_STORE_UNAVAILABLE);
}

static void lose_the_store(const char *sql)
{
    (void)sql;
    cors_store_register(fake.pool, fake.pool, fake.pool);
}

static void test_without_a_lock_nobody_asks(void **state)
{
    (void)state;
    judge(APP);
    clock_now += 60 * SECOND;
    database.meanwhile = lose_the_store;
    fail_from_now_on(FAKE_SELECT_FAILS);
    database.alive = -1;
    assert_int_equal(judge(APP), OK_);
    assert_int_equal(seen.source, CORS_STORE_LENT);
    fail_from_now_on(FAKE_ANSWERS);
    assert_int_equal(judge(APP), UNAVAILABLE);
    assert_int_equal(database.opened, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_waiting_for_a_seat),
        STORE_TEST(test_who_has_an_old_answer_does_not_wait),
        STORE_TEST(test_a_late_question_closes_the_gate),
        STORE_TEST(test_each_line_and_each_host_has_its_gate),
        STORE_TEST(test_no_key_is_0),
        STORE_TEST(test_a_wrong_statement_is_none_of_a_database_that_hangs),
        STORE_TEST(test_a_slow_one_is),
        STORE_TEST(test_who_is_abandoned_is_lent_no_more_than_5_s),
        STORE_TEST(test_an_answer_that_comes_too_late_is_none),
        STORE_TEST(test_without_a_lock_nobody_asks)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
