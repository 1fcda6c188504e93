/* SPDX-License-Identifier: Apache-2.0 */
#include "store_case.h"

/* What happens to one origin in the course of time. */
typedef struct event {
    const char *why;
    apr_interval_time_t at;     /* since START */
    const char *rows;           /* what the database has from now on, */
    fake_fault fault;           /* or why it answers nothing */
    cors_reason reason;
    cors_store_source source;
    apr_interval_time_t time;   /* that it holds, or is over */
    int questions;              /* so far */
} event;

static void expect_events(const event *events, size_t how_many)
{
    size_t i;

    for (i = 0; i < how_many; i++) {
        const event *now = &events[i];

        clock_now = START + now->at;
        database.rows = now->rows;
        fail_from_now_on(now->fault);
        EXPECT_NUMBER(now->why, judge(APP), now->reason);
        EXPECT_NUMBER(now->why, seen.source, now->source);
        EXPECT_NUMBER(now->why, seen.time, now->time);
        EXPECT_NUMBER(now->why, count(CORS_STORE_QUESTIONS), now->questions);
        assert_ptr_equal(seen.query, &query);
    }
}

#define ASKED FAKE_ANSWERS
#define DOWN FAKE_NO_CONNECTION

static void test_an_answer_holds(void **state)
{
    static const event events[] = {
        { "nobody knows it", 0, APP, ASKED, OK_, CORS_STORE_ASKED, 0, 1 },
        { "the cache does", 0, NULL, ASKED, OK_, CORS_STORE_FRESH,
          60 * SECOND, 1 },
        { "it is fresh to the last", 60 * SECOND - 1, NULL, ASKED, OK_,
          CORS_STORE_FRESH, 1, 1 },
        { "then it is asked again", 60 * SECOND, APP, ASKED, OK_,
          CORS_STORE_ASKED, 0, 2 },
        { "it was removed", 120 * SECOND, NULL, ASKED, NOT_LISTED,
          CORS_STORE_ASKED, 0, 3 },
        { "no rows hold for 10 s", 130 * SECOND - 1, APP, ASKED, NOT_LISTED,
          CORS_STORE_FRESH, 1, 3 },
        { "and no longer", 130 * SECOND, APP, ASKED, OK_, CORS_STORE_ASKED,
          0, 4 }
    };

    (void)state;
    expect_events(events, LENGTH(events));
    assert_int_equal(count(CORS_STORE_CACHE_HITS), 3);
    assert_int_equal(count(CORS_STORE_CACHE_MISSES), 4);
    assert_int_equal(count(CORS_STORE_STALE), 0);
    assert_int_equal(count(CORS_STORE_FAILURES), 0);
    assert_int_equal(count(CORS_STORE_NOT_ASKED), 0);
}

static void test_an_old_answer_is_lent_while_it_is_down(void **state)
{
    static const event events[] = {
        { "asked", 0, APP, ASKED, OK_, CORS_STORE_ASKED, 0, 1 },
        { "it fails", 60 * SECOND, NULL, DOWN, OK_, CORS_STORE_LENT, 0, 2 },
        { "closed", 60 * SECOND + 5, APP, ASKED, OK_, CORS_STORE_LENT, 5,
          2 },
        { "the first probe", 61 * SECOND, NULL, DOWN, OK_, CORS_STORE_LENT,
          SECOND, 3 },
        { "no probe yet", 66 * SECOND - 1, APP, ASKED, OK_, CORS_STORE_LENT,
          6 * SECOND - 1, 3 },
        { "the next one", 66 * SECOND, NULL, DOWN, OK_, CORS_STORE_LENT,
          6 * SECOND, 4 },
        { "lent to the last", 660 * SECOND - 1, NULL, DOWN, OK_,
          CORS_STORE_LENT, 600 * SECOND - 1, 5 },
        { "and no longer", 660 * SECOND, APP, ASKED, UNAVAILABLE,
          CORS_STORE_UNAVAILABLE, 0, 5 },
        { "nor by a probe that fails", 665 * SECOND, APP, DOWN, UNAVAILABLE,
          CORS_STORE_UNAVAILABLE, 0, 6 },
        { "it is back", 670 * SECOND, APP, ASKED, OK_, CORS_STORE_ASKED, 0,
          7 }
    };

    (void)state;
    expect_events(events, LENGTH(events));
    assert_int_equal(count(CORS_STORE_FAILURES), 5);
    assert_int_equal(count(CORS_STORE_NOT_ASKED), 1);
    assert_int_equal(count(CORS_STORE_STALE), 6);
    assert_int_equal(count(CORS_STORE_CACHE_HITS), 0);
    assert_int_equal(count(CORS_STORE_CACHE_MISSES), 10);
    EXPECT_TEXT("log", fake_log_text(APLOG_ERR),
                "CORSAllowOriginQuery of conf/httpd.conf:3: no connection to "
                "the database; mod_dbd has logged why; origins that are not "
                "cached are not allowed until it answers");
    EXPECT_TEXT("log", fake_log_text(APLOG_NOTICE),
                "CORSAllowOriginQuery of conf/httpd.conf:3 answers again "
                "after 610 s");
}

static void test_nothing_is_lent(void **state)
{
    static const event without_time[] = {
        { "asked", 0, APP, ASKED, OK_, CORS_STORE_ASKED, 0, 1 },
        { "it fails", 60 * SECOND, NULL, DOWN, UNAVAILABLE,
          CORS_STORE_UNAVAILABLE, 0, 2 },
        { "and is closed", 60 * SECOND, NULL, ASKED, UNAVAILABLE,
          CORS_STORE_UNAVAILABLE, 0, 2 }
    };
    static const event without_rows[] = {
        { "asked", 100 * SECOND, NULL, ASKED, NOT_LISTED, CORS_STORE_ASKED,
          0, 3 },
        { "it fails", 110 * SECOND, NULL, DOWN, UNAVAILABLE,
          CORS_STORE_UNAVAILABLE, 0, 4 }
    };

    (void)state;
    times.stale = 0;
    expect_events(without_time, LENGTH(without_time));
    times.stale = 600;
    expect_events(without_rows, LENGTH(without_rows));
}

static void test_without_a_cache_each_request_asks(void **state)
{
    static const event events[] = {
        { "asked", 0, APP, ASKED, OK_, CORS_STORE_ASKED, 0, 1 },
        { "and again", 1, NULL, ASKED, NOT_LISTED, CORS_STORE_ASKED, 0, 2 },
        { "it fails", 2, APP, DOWN, UNAVAILABLE, CORS_STORE_UNAVAILABLE, 0,
          3 }
    };

    (void)state;
    cors_server_of(fake.server)->known = NULL;
    assert_int_equal(cors_origin_store_open(fake.server, fake.pool),
                     APR_SUCCESS);
    expect_events(events, LENGTH(events));
}

/* An answer about APP, as somebody else has kept it. */
static void put_answer(apr_time_t asked, apr_time_t asking, const char *row)
{
    cors_question_id id = id_of(APP);
    cors_kept_answer answer = { asked, asking,
                                { row, row ? strlen(row) + 1 : 0 } };

    cors_origin_cache_keep(&id, &answer, clock_now + 1000 * SECOND, fake.pool);
}

static void test_an_answer_of_others_is_taken_lent_or_renewed(void **state)
{
    static const struct {
        const char *why;
        apr_interval_time_t age;
        apr_interval_time_t asking;     /* since then; NOBODY: nobody does */
        const char *row;
        int stale;
        cors_store_source source;
    } answers[] = {
#define NOBODY APR_INT64_MIN
        { "of now", 0, NOBODY, APP, 600, CORS_STORE_FRESH },
        { "of the future: the clock was set back", -1, NOBODY, APP, 600,
          CORS_STORE_ASKED },
        { "of the future, and another asks", -1, 0, APP, 600,
          CORS_STORE_ASKED },
        { "old", 60 * SECOND, NOBODY, APP, 600, CORS_STORE_ASKED },
        { "another asks right now", 60 * SECOND, 0, APP, 600,
          CORS_STORE_LENT },
        { "for nearly 5 s", 62 * SECOND, 5 * SECOND - 1, APP, 600,
          CORS_STORE_LENT },
        { "for 5 s: it is gone", 62 * SECOND, 5 * SECOND, APP, 600,
          CORS_STORE_ASKED },
        { "in the future", 62 * SECOND, -1, APP, 600, CORS_STORE_ASKED },
        { "5 s at most are lent", 65 * SECOND - 1, 0, APP, 600,
          CORS_STORE_LENT },
        { "not more", 65 * SECOND, 0, APP, 600, CORS_STORE_ASKED },
        { "stale is less", 62 * SECOND - 1, 0, APP, 2, CORS_STORE_LENT },
        { "than 5 s", 62 * SECOND, 0, APP, 2, CORS_STORE_ASKED },
        { "no rows", 10 * SECOND - 1, NOBODY, NULL, 600, CORS_STORE_FRESH },
        { "are not lent", 10 * SECOND, 0, NULL, 600, CORS_STORE_ASKED }
    };
    size_t i;

    (void)state;
    database.rows = "https://*.example.com";
    for (i = 0; i < LENGTH(answers); i++) {
        times.stale = answers[i].stale;
        put_answer(START - answers[i].age,
                   answers[i].asking == NOBODY ? 0
                                               : START - answers[i].asking,
                   answers[i].row);
        EXPECT_NUMBER(answers[i].why, judge(APP),
                      answers[i].row || answers[i].source == CORS_STORE_ASKED
                      ? OK_ : NOT_LISTED);
        EXPECT_NUMBER(answers[i].why, seen.source, answers[i].source);
        if (seen.source == CORS_STORE_ASKED) {
            /* The new answer is there for others, also from the future. */
            judge(APP);
            EXPECT_NUMBER(answers[i].why, seen.time, 60 * SECOND);
        }
    }
}

/* Who comes while the first one is asking. */
static void lend_to_others(const char *sql)
{
    (void)sql;
    database.meanwhile = NULL;
    assert_int_equal(judge(APP), OK_);
    assert_int_equal(seen.source, CORS_STORE_LENT);
    assert_int_equal(seen.time, 0);
    assert_int_equal(judge(OTHER), NOT_LISTED);
    assert_int_equal(seen.source, CORS_STORE_ASKED);
}

static void test_one_asks_and_others_are_lent(void **state)
{
    (void)state;
    judge(APP);
    clock_now += 60 * SECOND;
    database.meanwhile = lend_to_others;
    assert_int_equal(judge(APP), OK_);
    assert_int_equal(seen.source, CORS_STORE_ASKED);
    assert_int_equal(count(CORS_STORE_QUESTIONS), 3);
}

static apr_interval_time_t younger;

static void be_overtaken(const char *sql)
{
    (void)sql;
    put_answer(clock_now + younger, 0, OTHER);
    clock_now += 2;
}

static void test_a_younger_answer_stays(void **state)
{
    static const struct {
        const char *why;
        apr_interval_time_t younger;
        cors_reason reason;     /* by what is kept then */
    } answers[] = {
        { "an older one is replaced", -1, OK_ },
        { "one of the same moment stays", 0, NOT_LISTED },
        { "one of now stays", 2, NOT_LISTED },
        { "one of the future does not", 3, OK_ }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(answers); i++) {
        clock_now += 1000 * SECOND;
        younger = answers[i].younger;
        database.meanwhile = be_overtaken;
        EXPECT_NUMBER(answers[i].why, judge(APP), OK_);
        EXPECT_NUMBER(answers[i].why, seen.source, CORS_STORE_ASKED);
        EXPECT_NUMBER(answers[i].why, judge(APP), answers[i].reason);
        EXPECT_NUMBER(answers[i].why, seen.source, CORS_STORE_FRESH);
        put_answer(clock_now - 2000 * SECOND, 0, OTHER);
    }
}

static void be_relieved(const char *sql)
{
    (void)sql;
    clock_now += 6 * SECOND;
    put_answer(START, clock_now, APP);
}

/* It failed, and took too long: another asks by now, which others wait for. */
static void test_who_asks_now_still_does(void **state)
{
    cors_question_id id = id_of(APP);
    cors_kept_answer kept;

    (void)state;
    judge(APP);
    clock_now = START + 60 * SECOND;
    database.meanwhile = be_relieved;
    fail_from_now_on(FAKE_SELECT_FAILS);
    judge(APP);
    assert_true(cors_origin_cache_find(&id, &kept, fake.pool));
    assert_int_equal(kept.asking, START + 66 * SECOND);
}

/* Entries are over when they are of no use any more. */
static void test_how_long_answers_are_kept(void **state)
{
    const cors_server *own = cors_server_of(fake.server);

    (void)state;
    judge(APP);
    database.rows = NULL;
    judge(OTHER);
    clock_now = START + 10 * SECOND;
    assert_int_equal(fake_cache_count(own->unlisted), 1);
    clock_now++;
    assert_int_equal(fake_cache_count(own->unlisted), 0);
    clock_now = START + 660 * SECOND;
    assert_int_equal(fake_cache_count(own->known), 1);
    clock_now++;
    assert_int_equal(fake_cache_count(own->known), 0);
}

static void test_each_section_has_its_own_times(void **state)
{
    static const cors_query_times brief = { 5, 5, 0 };
    cors_policy *other = asking_policy(&query);

    (void)state;
    other->query_times = &brief;
    judge(APP);
    clock_now += 5 * SECOND;
    judge(APP);
    assert_int_equal(seen.source, CORS_STORE_FRESH);
    judge_by(other, APP);
    assert_int_equal(seen.source, CORS_STORE_ASKED);
    other->query_times = NULL;
    clock_now += 60 * SECOND - 1;
    judge_by(other, APP);
    assert_int_equal(seen.source, CORS_STORE_FRESH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_an_answer_holds),
        STORE_TEST(test_an_old_answer_is_lent_while_it_is_down),
        STORE_TEST(test_nothing_is_lent),
        STORE_TEST(test_without_a_cache_each_request_asks),
        STORE_TEST(test_an_answer_of_others_is_taken_lent_or_renewed),
        STORE_TEST(test_one_asks_and_others_are_lent),
        STORE_TEST(test_a_younger_answer_stays),
        STORE_TEST(test_who_asks_now_still_does),
        STORE_TEST(test_how_long_answers_are_kept),
        STORE_TEST(test_each_section_has_its_own_times)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
