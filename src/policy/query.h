/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_QUERY_H
#define CORS_QUERY_H

#include <ap_expr.h>
#include <apr_tables.h>

#include "policy/policy.h"

#define CORS_QUERY_PARAMETERS 4

/* What stands for one %s. */
typedef struct cors_query_parameter {
    enum {
        CORS_PARAMETER_ORIGIN,
        CORS_PARAMETER_HOST,
        CORS_PARAMETER_EXPRESSION
    } kind;
    const char *text;           /* as it was written */
    const ap_expr_info_t *expression;
} cors_query_parameter;

/* A line of CORSAllowOriginQuery: constant after start. */
typedef struct cors_query {
    const char *sql;
    const char *text;           /* the whole line: "sql" parameter ... */
    cors_query_parameter parameters[CORS_QUERY_PARAMETERS];
    int count;
    cors_place place;
    apr_uint64_t key;           /* of the line; not the same after a restart */
    apr_uint64_t statement;     /* the same, of its SQL */
} cors_query;

/* How long the answers hold, in seconds. */
typedef struct cors_query_times {
    int fresh;                  /* rows */
    int unlisted;               /* no rows */
    int stale;                  /* rows, while no answer is to be had */
} cors_query_times;

extern const cors_query_times cors_query_times_default;

static inline const cors_query_times *cors_query_times_of(
    const cors_policy *policy)
{
    return policy->query_times ? policy->query_times
                               : &cors_query_times_default;
}

/* Questions a second for what no cache knows, where nothing is written. */
#define CORS_QUERY_RATE 100

/*
 * How many %s a statement has; %% is a %. -1: there is another %.
 *
 * yes: "SELECT o FROM t WHERE h LIKE '%%' AND h = %s" (1)   no: "... = %d"
 */
int cors_query_count(const char *sql);

/*
 * Once it has its parameters: note its text and its keys. The text is from
 * the pool.
 */
void cors_query_finish(apr_pool_t *pool, cors_query *query);

#endif
