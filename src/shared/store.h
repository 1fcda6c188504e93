/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_STORE_H
#define CORS_STORE_H

#include <httpd.h>

#include "shared/budget.h"
#include "shared/gate.h"

/* What all children know of databases: gates, the budget, and counters. */
typedef enum {
    CORS_STORE_QUESTIONS,
    CORS_STORE_FAILURES,        /* questions without an answer */
    CORS_STORE_NOT_ASKED,       /* a closed gate, or no seat */
    CORS_STORE_OVER_RATE,
    CORS_STORE_CACHE_HITS,
    CORS_STORE_CACHE_MISSES,
    CORS_STORE_STALE,           /* answers that were lent */
    CORS_STORE_COUNTS
} cors_store_count;

typedef struct cors_store {
    cors_gates gates;
    cors_budget budget;
    apr_uint64_t counts[CORS_STORE_COUNTS];
} cors_store;

/* Register its mutex, "cors-store" to the Mutex directive: pre_config. */
int cors_store_register(apr_pool_t *pconf, apr_pool_t *plog,
                        apr_pool_t *ptemp);

/*
 * In the parent, where the configuration has a query: get memory and lock,
 * once in its life; open all gates and fill the budget. rate: questions a
 * second. Returns APR_SUCCESS, or why there is none.
 */
apr_status_t cors_store_open(server_rec *server, int rate, apr_time_t now);

/* In a child. Where this fails, nobody can ask. */
apr_status_t cors_store_start_child(apr_pool_t *pool);

/*
 * What is shared, and locked; NULL where there is none. Short work only: the
 * cache is in here, too, a question never.
 */
cors_store *cors_store_lock(void);
void cors_store_unlock(void);

/* Of all children. Without the lock. */
void cors_store_add(cors_store_count count);
apr_uint64_t cors_store_read(cors_store_count count);

/* Whether there is a query at all, and whether its gates are all open. */
int cors_store_is_there(void);
int cors_store_is_open(void);

#endif
