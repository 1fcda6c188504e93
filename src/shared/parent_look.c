/* SPDX-License-Identifier: Apache-2.0 */
#include "shared/parent_look.h"

#include <apr_time.h>

#include "shared/memory.h"

/* The parent looks each second. One that hangs must not hold children up. */
#define STEP apr_time_from_msec(10)
#define STEPS 250

typedef struct looks {
    unsigned begun;
    unsigned ended;
} looks;

static looks *shared;

void cors_parent_look_open(apr_pool_t *process_pool)
{
    void *memory;

    cors_memory_open(process_pool, "mod_cors_cookies parent's look",
                     sizeof(looks), &memory);
    shared = memory;
}

void cors_parent_look_close(void)
{
    shared = NULL;
}

void cors_parent_look_begin(void)
{
    if (shared) {
        __atomic_fetch_add(&shared->begun, 1, __ATOMIC_SEQ_CST);
    }
}

void cors_parent_look_end(void)
{
    if (shared) {
        __atomic_store_n(&shared->ended, shared->begun, __ATOMIC_SEQ_CST);
    }
}

static int has_ended(unsigned number)
{
    unsigned ended = __atomic_load_n(&shared->ended, __ATOMIC_SEQ_CST);

    return (int)(ended - number) >= 0;
}

/* One that has begun already may have been too early: it does not count. */
void cors_parent_look_await(void)
{
    unsigned next;
    int i;

    if (!shared) {
        return;
    }
    next = __atomic_load_n(&shared->begun, __ATOMIC_SEQ_CST) + 1;
    for (i = 0; i < STEPS && !has_ended(next); i++) {
        apr_sleep(STEP);
    }
}
