/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_TEST_POOL_H
#define CORS_TEST_POOL_H

#include <apr_general.h>
#include <apr_pools.h>

/* One pool for all tests of a program: cmocka's group set-up, tear-down. */
static apr_pool_t *pool;

static inline int open_pool(void **state)
{
    (void)state;
    apr_initialize();
    return apr_pool_create(&pool, NULL);
}

static inline int close_pool(void **state)
{
    (void)state;
    apr_pool_destroy(pool);
    apr_terminate();
    return 0;
}

/* The same for a fuzz target: each input finds it empty. */
static inline void empty_pool(void)
{
    if (!pool) {
        open_pool(NULL);
    }
    apr_pool_clear(pool);
}

#endif
