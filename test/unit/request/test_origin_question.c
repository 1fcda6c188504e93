/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes_store.h"

#include "clock.h"
#include "policy/query.h"
#include "request/origin_question.h"

#define SECOND APR_USEC_PER_SEC
#define A "https://a.example"
#define B "https://b.example"

static cors_query query = { "SELECT %s, %s", "", { { 0, "", NULL } }, 2,
                            { "conf/httpd.conf", 3 }, 1, 2 };

static const char *message;
static cors_rows rows;

static int start(void **state)
{
    fakes_setup(state);
    clock_now = APR_TIME_C(1700000000) * SECOND;
    clock_slept = NULL;
    fake_store_start(0);
    query.key = 1;
    return 0;
}

static cors_question_outcome ask(void)
{
    const char *values[] = { A, "api.example.com" };

    database.opened = 0;
    return cors_question_ask(fake_request(NULL, "GET", NULL), &query, values,
                             &rows, &message);
}

/* The rows as they are in a table: "a|b". */
static const char *rows_text(void)
{
    char *text = apr_pstrmemdup(fake.pool, rows.bytes, rows.length);
    size_t i;

    for (i = 0; i + 1 < rows.length; i++) {
        text[i] = text[i] == '\0' ? '|' : text[i];
    }
    return text;
}

static void test_rows_are_taken(void **state)
{
    static const struct { const char *why, *rows, *taken; } answers[] = {
        { "no row", NULL, "" },
        { "one", A, A },
        { "two", A "|" B, A "|" B },
        { "NULL is skipped", "NULL|" B, B },
        { "so is an empty one, and the rest is read", A "||" B, A "|" B },
        { "blanks of a CHAR(n)", A "   |    |" B " ", A "|" B }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(answers); i++) {
        database.rows = answers[i].rows;
        EXPECT_NUMBER(answers[i].why, ask(), CORS_QUESTION_ANSWERED);
        EXPECT_TEXT(answers[i].why, rows_text(), answers[i].taken);
        EXPECT_NUMBER(answers[i].why, database.opened, 1);
    }
    assert_string_equal(database.sql, "SELECT %s, %s");
    assert_string_equal(database.values, A "|api.example.com");
}

/* How often it is asked, and what becomes of it. */
static void test_faults(void **state)
{
    static const struct {
        const char *why;
        fake_fault fault, again;
        int alive;
        cors_question_outcome outcome;
        const char *message;
    } faults[] = {
        { "the connection had died", FAKE_SELECT_FAILS, FAKE_ANSWERS, 1,
          CORS_QUESTION_ANSWERED, NULL },
        { "none was to be had at first", FAKE_NO_CONNECTION, FAKE_ANSWERS, 1,
          CORS_QUESTION_ANSWERED, NULL },
        { "nor later", FAKE_NO_CONNECTION, FAKE_NO_CONNECTION, 1,
          CORS_QUESTION_FAILED,
          "no connection to the database; mod_dbd has logged why" },
        { "no such table", FAKE_PREPARE_FAILS, FAKE_PREPARE_FAILS, 1,
          CORS_QUESTION_WRONG, "no such table: origins" },
        { "a parameter that is no number", FAKE_SELECT_FAILS,
          FAKE_SELECT_FAILS, 1, CORS_QUESTION_WRONG,
          "no such table: origins" },
        { "nothing is answered", FAKE_SELECT_FAILS, FAKE_SELECT_FAILS, -1,
          CORS_QUESTION_FAILED, "no such table: origins" },
        { "PostgreSQL takes an error for no rows", FAKE_SELECT_FAILS,
          FAKE_SELECT_FAILS, 0, CORS_QUESTION_FAILED,
          "no such table: origins" },
        { "one row, not two", FAKE_SELECT_FAILS, FAKE_SELECT_FAILS, 2,
          CORS_QUESTION_FAILED, "no such table: origins" },
        { "half of the rows is no answer", FAKE_ROWS_FAIL, FAKE_ROWS_FAIL, 1,
          CORS_QUESTION_WRONG, "no such table: origins" }
    };
    size_t i;

    (void)state;
    database.rows = A;
    for (i = 0; i < LENGTH(faults); i++) {
        database.connection = NULL;
        database.fault = faults[i].fault;
        database.again = faults[i].again;
        database.alive = faults[i].alive;
        EXPECT_NUMBER(faults[i].why, ask(), faults[i].outcome);
        EXPECT_NUMBER(faults[i].why, database.opened, 2);
        if (faults[i].message) {
            EXPECT_TEXT(faults[i].why, message, faults[i].message);
        }
    }
}

static void test_an_answer_of_8192_bytes_is_the_longest(void **state)
{
    char text[8192 + 1];

    (void)state;
    memset(text, 'a', sizeof(text));
    text[4000] = '|';
    text[8191] = '\0';
    database.rows = text;
    assert_int_equal(ask(), CORS_QUESTION_ANSWERED);
    assert_int_equal(rows.length, 8192);
    text[8191] = 'a';
    text[8192] = '\0';
    assert_int_equal(ask(), CORS_QUESTION_WRONG);
    assert_string_equal(message, "the answer is longer than 8192 bytes");
    /* Further rows are fetched, and cannot make it whole again. */
    text[8000] = '|';
    text[4000] = 'a';
    database.rows = apr_pstrcat(fake.pool, text, text, "|", A, NULL);
    assert_int_equal(ask(), CORS_QUESTION_WRONG);
}

static void test_messages_are_one_short_line(void **state)
{
    char line[400];
    const struct { const char *said, *message; } messages[] = {
        { NULL, "no answer" },
        { "", "no answer" },
        { "ERROR:  no such column\nLINE 1: SELECT x",
          "ERROR:  no such column" },
        { "gone\r\n", "gone" },
        { line, apr_pstrmemdup(fake.pool, memset(line, 'e', 399), 300) }
    };
    size_t i;

    (void)state;
    line[399] = '\0';
    database.fault = database.again = FAKE_SELECT_FAILS;
    for (i = 0; i < LENGTH(messages); i++) {
        database.message = messages[i].said;
        ask();
        EXPECT_TEXT("message", message, messages[i].message);
    }
}

static void test_a_statement_is_prepared_once_in_a_connection(void **state)
{
    (void)state;
    ask();
    ask();
    assert_int_equal(database.prepared, 1);
    database.connection = NULL;
    ask();
    assert_int_equal(database.prepared, 2);
    query.key = 2;
    ask();
    query.key = 1;
    ask();
    query.key = 2;
    ask();
    assert_int_equal(database.prepared, 3);
}

static void test_after_a_fault_it_is_prepared_anew(void **state)
{
    static const struct {
        const char *why;
        int seconds;            /* since it was prepared */
        fake_fault fault;
        int prepared;
    } faults[] = {
        { "it was prepared a minute ago", 60, FAKE_SELECT_FAILS, 1 },
        { "its table may have changed", 61, FAKE_SELECT_FAILS, 2 },
        { "it has no fault", 3600, FAKE_ANSWERS, 1 },
        { "at this very moment", 0, FAKE_SELECT_FAILS, 1 },
        { "the clock was set back", -1, FAKE_SELECT_FAILS, 2 }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(faults); i++) {
        database.connection = NULL;
        database.prepared = 0;
        database.fault = FAKE_ANSWERS;
        ask();
        clock_now += faults[i].seconds * SECOND;
        database.fault = faults[i].fault;
        EXPECT_NUMBER(faults[i].why, ask(), CORS_QUESTION_ANSWERED);
        EXPECT_NUMBER(faults[i].why, database.prepared, faults[i].prepared);
    }
}

static void test_what_failed_to_prepare_is_not_asked(void **state)
{
    (void)state;
    database.fault = FAKE_PREPARE_FAILS;
    assert_int_equal(ask(), CORS_QUESTION_ANSWERED);
    assert_int_equal(database.prepared, 2);
    assert_int_equal(database.selected, 1);
}

static apr_interval_time_t delay;

static void wait_for_it(const char *sql)
{
    (void)sql;
    clock_now += delay;
}

static void test_it_is_asked_again_where_it_fails_at_once(void **state)
{
    static const struct {
        apr_interval_time_t delay;
        fake_fault again;
        cors_question_outcome outcome;
        int opened;
    } delays[] = {
        { 0, FAKE_ANSWERS, CORS_QUESTION_ANSWERED, 2 },
        { SECOND, FAKE_ANSWERS, CORS_QUESTION_ANSWERED, 2 },
        { SECOND + 1, FAKE_ANSWERS, CORS_QUESTION_FAILED, 1 },
        { SECOND + 1, FAKE_SELECT_FAILS, CORS_QUESTION_FAILED, 1 }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(delays); i++) {
        database.meanwhile = wait_for_it;
        delay = delays[i].delay;
        database.fault = FAKE_SELECT_FAILS;
        database.again = delays[i].again;
        assert_int_equal(ask(), delays[i].outcome);
        assert_int_equal(database.opened, delays[i].opened);
    }
}

static void test_without_mod_dbd_there_is_no_answer(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < 3; i++) {
        fake_database_load(i & 1, i & 2);
        assert_int_equal(ask(), CORS_QUESTION_FAILED);
        assert_string_equal(message, "no answer");
        assert_int_equal(rows.length, 0);
        assert_int_equal(database.opened, 0);
    }
}

#define TEST(function) \
    cmocka_unit_test_setup_teardown(function, start, fakes_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_rows_are_taken),
        TEST(test_faults),
        TEST(test_an_answer_of_8192_bytes_is_the_longest),
        TEST(test_messages_are_one_short_line),
        TEST(test_a_statement_is_prepared_once_in_a_connection),
        TEST(test_after_a_fault_it_is_prepared_anew),
        TEST(test_what_failed_to_prepare_is_not_asked),
        TEST(test_it_is_asked_again_where_it_fails_at_once),
        TEST(test_without_mod_dbd_there_is_no_answer)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
