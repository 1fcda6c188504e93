/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include <sys/wait.h>
#include <unistd.h>

#include "shared/gate.h"

#define SECOND APR_USEC_PER_SEC
#define NOW (1000 * SECOND)

static cors_gates *gates;
static int gate, seat, closed;

static int start(void **state)
{
    fakes_setup(state);
    gates = apr_pcalloc(fake.pool, sizeof(*gates));
    gate = cors_gate_find(gates, 7);
    return 0;
}

static cors_gate_entry enter(apr_time_t now)
{
    return cors_gate_enter(gates, gate, now, getpid(), &seat, &closed);
}

static cors_gate_change leave(int which, cors_gate_outcome outcome,
                              apr_time_t now)
{
    apr_time_t since;

    return cors_gate_leave(gates, which, outcome, now, &since);
}

/* All seats by questions of now. */
static void fill(apr_time_t now)
{
    int i;

    for (i = 0; i < CORS_SEATS; i++) {
        assert_int_equal(enter(now), CORS_GATE_ENTERED);
    }
}

static void test_eight_seats_for_all_lines(void **state)
{
    (void)state;
    fill(NOW);
    assert_int_equal(enter(NOW), CORS_GATE_FULL);
    gate = cors_gate_find(gates, 8);
    assert_int_equal(enter(NOW), CORS_GATE_FULL);
    assert_int_equal(leave(seat < 0 ? 15 : seat, CORS_GATE_ANSWERED, NOW),
                     CORS_GATE_STAYS);
    assert_int_equal(enter(NOW), CORS_GATE_ENTERED);
    assert_int_equal(enter(NOW), CORS_GATE_FULL);
}

/* Seats that others hang in, of another line: none is waited for. */
static void test_nobody_waits_for_those_that_hang(void **state)
{
    int last;

    (void)state;
    fill(NOW);
    last = seat;
    gate = cors_gate_find(gates, 8);
    assert_int_equal(enter(NOW + SECOND), CORS_GATE_FULL);
    assert_int_equal(enter(NOW + SECOND + 1), CORS_GATE_CLOSED);
    assert_int_equal(closed, 0);
    assert_false(cors_gate_is_any_closed(gates));
    leave(last, CORS_GATE_FAILED, NOW + SECOND + 1);
    assert_int_equal(enter(NOW + SECOND + 1), CORS_GATE_ENTERED);
    assert_int_equal(enter(NOW + SECOND + 1), CORS_GATE_FULL);
}

static void test_as_many_wait_as_there_are_chairs(void **state)
{
    int chairs[] = { -1, -1, -1 };

    (void)state;
    assert_false(cors_gate_may_wait(gates, &chairs[0], NOW));
    gates->chairs_count = 2;
    assert_true(cors_gate_may_wait(gates, &chairs[0], NOW));
    assert_true(cors_gate_may_wait(gates, &chairs[1], NOW));
    assert_false(cors_gate_may_wait(gates, &chairs[2], NOW));
    assert_true(cors_gate_may_wait(gates, &chairs[0], NOW));
    cors_gate_stop_waiting(gates, &chairs[0]);
    assert_true(cors_gate_may_wait(gates, &chairs[2], NOW + 1));
    assert_false(cors_gate_may_wait(gates, &chairs[0], NOW + SECOND));
    /* The second one has stood up, or is no more; or the clock was set. */
    assert_true(cors_gate_may_wait(gates, &chairs[0], NOW + SECOND + 1));
    chairs[1] = -1;
    assert_false(cors_gate_may_wait(gates, &chairs[1], NOW + SECOND + 1));
    assert_true(cors_gate_may_wait(gates, &chairs[1], NOW - SECOND));
}

static void test_a_failure_closes_it_and_an_answer_opens_it(void **state)
{
    int first;

    (void)state;
    assert_int_equal(enter(NOW), CORS_GATE_ENTERED);
    assert_int_equal(leave(seat, CORS_GATE_FAILED, NOW), CORS_GATE_CLOSES);
    assert_true(cors_gate_is_any_closed(gates));
    assert_int_equal(enter(NOW), CORS_GATE_CLOSED);
    assert_int_equal(enter(NOW + SECOND - 1), CORS_GATE_CLOSED);
    assert_int_equal(enter(NOW + SECOND), CORS_GATE_ENTERED);
    first = seat;
    assert_int_equal(enter(NOW + SECOND), CORS_GATE_CLOSED);
    assert_int_equal(leave(first, CORS_GATE_FAILED, NOW + SECOND),
                     CORS_GATE_STAYS);
    assert_int_equal(enter(NOW + 6 * SECOND - 1), CORS_GATE_CLOSED);
    assert_int_equal(enter(NOW + 6 * SECOND), CORS_GATE_ENTERED);
    assert_int_equal(leave(seat, CORS_GATE_ANSWERED, NOW + 6 * SECOND),
                     CORS_GATE_OPENS);
    assert_int_equal(enter(NOW + 6 * SECOND), CORS_GATE_ENTERED);
    assert_false(cors_gate_is_any_closed(gates));
}

static void test_each_line_has_its_own(void **state)
{
    (void)state;
    enter(NOW);
    leave(seat, CORS_GATE_FAILED, NOW);
    gate = cors_gate_find(gates, 8);
    assert_int_equal(enter(NOW), CORS_GATE_ENTERED);
    assert_int_equal(cors_gate_find(gates, 7 + CORS_GATES) == gate, 0);
}

static void test_a_late_question_closes_it_once(void **state)
{
    int late;

    (void)state;
    enter(NOW);
    late = seat;
    assert_int_equal(enter(NOW + SECOND), CORS_GATE_ENTERED);
    assert_int_equal(enter(NOW + SECOND + 1), CORS_GATE_CLOSED);
    assert_int_equal(closed, 1);
    assert_int_equal(enter(NOW + SECOND + 1), CORS_GATE_CLOSED);
    assert_int_equal(closed, 0);
    assert_int_equal(leave(late, CORS_GATE_ANSWERED, NOW + 30 * SECOND),
                     CORS_GATE_OPENS);
}

static void test_an_answer_abandons_those_that_hang(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < CORS_SEATS - 1; i++) {
        enter(NOW);
    }
    assert_int_equal(enter(NOW + 2 * SECOND), CORS_GATE_CLOSED);
    assert_int_equal(enter(NOW + 3 * SECOND), CORS_GATE_ENTERED);
    assert_int_equal(leave(seat, CORS_GATE_ANSWERED, NOW + 3 * SECOND),
                     CORS_GATE_OPENS);
    /* They close nothing any more, and there are eight seats. */
    fill(NOW + 4 * SECOND);
    assert_int_equal(enter(NOW + 4 * SECOND), CORS_GATE_FULL);
    assert_int_equal(leave(CORS_SEATS + CORS_SEATS_ABANDONED - 1,
                           CORS_GATE_FAILED, NOW + 4 * SECOND),
                     CORS_GATE_STAYS);
    assert_false(cors_gate_is_any_closed(gates));
}

static void test_never_more_than_sixteen_threads(void **state)
{
    int round, taken = 0, i;

    (void)state;
    for (round = 0; round < 5; round++) {
        apr_time_t now = NOW + round * 10 * SECOND;

        while (enter(now) == CORS_GATE_ENTERED) {
        }
        enter(now + 2 * SECOND);
        for (i = 0; i < CORS_SEATS + CORS_SEATS_ABANDONED; i++) {
            gates->seats[i].abandoned = gates->seats[i].pid != 0;
        }
        cors_gate_renew(gates);
        gate = cors_gate_find(gates, 7);
    }
    for (i = 0; i < CORS_SEATS + CORS_SEATS_ABANDONED; i++) {
        taken += gates->seats[i].pid != 0;
    }
    assert_int_equal(taken, 16);
    assert_int_equal(enter(NOW), CORS_GATE_CLOSED);
}

static void test_seats_of_the_dead_are_free(void **state)
{
    pid_t child = fork();
    int i;

    (void)state;
    if (child == 0) {
        _exit(0);
    }
    waitpid(child, NULL, 0);
    for (i = 0; i < CORS_SEATS; i++) {
        cors_gate_enter(gates, gate, NOW, child, &seat, &closed);
    }
    assert_int_equal(enter(NOW), CORS_GATE_FULL);
    assert_int_equal(enter(NOW + 2 * SECOND), CORS_GATE_ENTERED);
    assert_int_equal(closed, 0);
}

static void test_a_process_forgets_its_namesake(void **state)
{
    (void)state;
    fill(NOW);
    cors_gate_forget(gates, getpid());
    fill(NOW);
}

static void test_a_clock_that_goes_back(void **state)
{
    (void)state;
    enter(NOW);
    assert_int_equal(enter(NOW - 500 * SECOND), CORS_GATE_ENTERED);
    assert_int_equal(leave(seat, CORS_GATE_FAILED, NOW - 500 * SECOND),
                     CORS_GATE_CLOSES);
    assert_int_equal(enter(NOW - 900 * SECOND), CORS_GATE_ENTERED);
    assert_int_equal(leave(seat, CORS_GATE_ANSWERED, NOW - 900 * SECOND),
                     CORS_GATE_OPENS);
}

static void test_a_new_configuration_keeps_the_seats(void **state)
{
    (void)state;
    fill(NOW);
    cors_gate_renew(gates);
    gate = cors_gate_find(gates, 7);
    assert_int_equal(enter(NOW + SECOND), CORS_GATE_FULL);
    assert_int_equal(enter(NOW + 5 * SECOND), CORS_GATE_CLOSED);
    assert_int_equal(closed, 0);
    assert_int_equal(leave(seat < 0 ? 15 : seat, CORS_GATE_FAILED,
                           NOW + 5 * SECOND), CORS_GATE_STAYS);
    assert_int_equal(enter(NOW + 5 * SECOND), CORS_GATE_ENTERED);
    cors_gate_cancel(gates, seat);
    assert_int_equal(enter(NOW + 5 * SECOND), CORS_GATE_ENTERED);
}

static void test_more_lines_than_gates(void **state)
{
    int i;

    (void)state;
    for (i = 1; i <= CORS_GATES + 50; i++) {
        int found = cors_gate_find(gates, (apr_uint64_t)i * 1000003);

        assert_true(found >= 0 && found < CORS_GATES);
    }
    assert_int_equal(cors_gate_find(gates, 123456789), CORS_GATES - 1);
}

#define GATE_TEST(function) \
    cmocka_unit_test_setup_teardown(function, start, fakes_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATE_TEST(test_eight_seats_for_all_lines),
        GATE_TEST(test_nobody_waits_for_those_that_hang),
        GATE_TEST(test_as_many_wait_as_there_are_chairs),
        GATE_TEST(test_a_failure_closes_it_and_an_answer_opens_it),
        GATE_TEST(test_each_line_has_its_own),
        GATE_TEST(test_a_late_question_closes_it_once),
        GATE_TEST(test_an_answer_abandons_those_that_hang),
        GATE_TEST(test_never_more_than_sixteen_threads),
        GATE_TEST(test_seats_of_the_dead_are_free),
        GATE_TEST(test_a_process_forgets_its_namesake),
        GATE_TEST(test_a_clock_that_goes_back),
        GATE_TEST(test_a_new_configuration_keeps_the_seats),
        GATE_TEST(test_more_lines_than_gates)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
