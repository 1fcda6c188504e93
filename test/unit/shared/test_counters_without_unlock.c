/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A child that is killed while it writes a refusal never unlocks its slot:
 * here the lock is ours to take. This counters.c stands in for the module's
 * own, which the linker then leaves out.
 */
#include "fakes.h"

#include "../../../src/shared/counters.c"

static void refuse(const char *origin)
{
    cors_counters_refuse(fake_request(NULL, "GET", NULL),
                         CORS_RESULT_DISALLOWED,
                         CORS_REASON_ORIGIN_NOT_LISTED, origin, NULL, NULL,
                         (cors_place){ NULL, 0 });
}

static void a_held_slot_is_passed_over(void **state)
{
    cors_refusal refusals[CORS_REFUSALS];

    (void)state;
    assert_int_equal(cors_counters_open(fake.pool), APR_SUCCESS);
    counters->slots[0].locked =
        (apr_uint32_t)apr_time_sec(apr_time_now());
    refuse("https://a.example");
    assert_int_equal(cors_counters_refusals(refusals), 0);
    refuse("https://b.example");
    assert_int_equal(cors_counters_refusals(refusals), 1);
    assert_string_equal(refusals[0].origin, "https://b.example");
}

static void but_not_for_good(void **state)
{
    cors_refusal refusals[CORS_REFUSALS];

    (void)state;
    assert_int_equal(cors_counters_open(fake.pool), APR_SUCCESS);
    counters->slots[0].locked =
        (apr_uint32_t)apr_time_sec(apr_time_now()) - HELD_MAX - 1;
    refuse("https://a.example");
    assert_int_equal(cors_counters_refusals(refusals), 1);
    assert_int_equal(counters->slots[0].locked, 0);
    /* Nor by a clock that went back. */
    counters->slots[0].locked =
        (apr_uint32_t)apr_time_sec(apr_time_now()) + 1000;
    assert_int_equal(cors_counters_refusals(refusals), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(a_held_slot_is_passed_over),
        FAKES_TEST(but_not_for_good)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
