/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_BUDGET_H
#define CORS_BUDGET_H

#include <apr_time.h>

/*
 * So many a second, with a store of ten seconds' worth: full at first. In
 * shared memory; the caller holds the lock and says the time.
 */
typedef struct cors_budget {
    apr_time_t filled;          /* up to when */
    apr_int64_t left;           /* millionths */
} cors_budget;

void cors_budget_fill(cors_budget *budget, int rate, apr_time_t now);

/*
 * Take one, if there is one. rate: a second. A clock that was set back fills
 * nothing up.
 */
int cors_budget_take(cors_budget *budget, int rate, apr_time_t now);

#endif
