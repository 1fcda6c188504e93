/* SPDX-License-Identifier: Apache-2.0 */
#include "shared/budget.h"

#define ONE APR_USEC_PER_SEC
#define SECONDS 10

void cors_budget_fill(cors_budget *budget, int rate, apr_time_t now)
{
    budget->filled = now;
    budget->left = (apr_int64_t)rate * SECONDS * ONE;
}

int cors_budget_take(cors_budget *budget, int rate, apr_time_t now)
{
    apr_int64_t full = (apr_int64_t)rate * SECONDS * ONE;
    apr_time_t passed = now - budget->filled;

    budget->filled = now;
    if (passed > apr_time_from_sec(SECONDS)) {
        budget->left = full;
    }
    else if (passed > 0) {
        budget->left += passed * rate;
    }
    if (budget->left > full) {
        budget->left = full;
    }
    if (budget->left < ONE) {
        return 0;
    }
    budget->left -= ONE;
    return 1;
}
