/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include "shared/budget.h"

#define SECOND APR_USEC_PER_SEC
#define NOW (1000 * SECOND)

static int take_all(cors_budget *budget, int rate, apr_time_t now)
{
    int taken = 0;

    while (cors_budget_take(budget, rate, now)) {
        taken++;
    }
    return taken;
}

static void test_ten_times_at_first_then_the_rate(void **state)
{
    cors_budget budget;

    (void)state;
    cors_budget_fill(&budget, 7, NOW);
    assert_int_equal(take_all(&budget, 7, NOW), 70);
    assert_int_equal(take_all(&budget, 7, NOW + SECOND), 7);
    assert_int_equal(take_all(&budget, 7, NOW + 3 * SECOND), 14);
    assert_int_equal(take_all(&budget, 7, NOW + 3 * SECOND + SECOND / 2), 3);
    assert_int_equal(take_all(&budget, 7, NOW + 500 * SECOND), 70);
}

static void test_a_clock_that_goes_back_fills_nothing(void **state)
{
    cors_budget budget;

    (void)state;
    cors_budget_fill(&budget, 1, NOW);
    assert_int_equal(take_all(&budget, 1, NOW), 10);
    assert_int_equal(take_all(&budget, 1, NOW - 100 * SECOND), 0);
    assert_int_equal(take_all(&budget, 1, NOW - 99 * SECOND), 1);
}

static void test_the_greatest_rate(void **state)
{
    cors_budget budget;

    (void)state;
    cors_budget_fill(&budget, 1000000, NOW);
    assert_int_equal(take_all(&budget, 1000000, NOW), 10000000);
    assert_int_equal(take_all(&budget, 1000000, APR_INT64_MAX / 2), 10000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(test_ten_times_at_first_then_the_rate),
        FAKES_TEST(test_a_clock_that_goes_back_fills_nothing),
        FAKES_TEST(test_the_greatest_rate)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
