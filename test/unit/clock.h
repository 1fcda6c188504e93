/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_TEST_CLOCK_H
#define CORS_TEST_CLOCK_H

#include <apr_time.h>

/* The clock of a program, in place of APR's: it goes when a test says so. */
static apr_time_t clock_now;

/* Runs after each sleep; NULL: nothing does. */
static void (*clock_slept)(void);

apr_time_t apr_time_now(void)
{
    return clock_now;
}

void apr_sleep(apr_interval_time_t time)
{
    clock_now += time;
    if (clock_slept) {
        clock_slept();
    }
}

#endif
