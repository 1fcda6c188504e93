/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_COUNTERS_H
#define CORS_COUNTERS_H

#include <apr_time.h>

#include <httpd.h>

#include "policy/reason.h"

/*
 * Counters of judgements by result and reason, and the last refusals, in
 * memory that all children share and a restart keeps. Where no shared memory
 * is to be had everything here does nothing, and the counters are zero.
 */

/*
 * Get the memory, once in the life of the parent process.
 * Returns APR_SUCCESS, or why there is none.
 */
apr_status_t cors_counters_open(apr_pool_t *process_pool);

/* Whether there is shared memory. */
int cors_counters_available(void);

/* Count a judgement. Any thread may call. */
void cors_counters_add(cors_result result, cors_reason reason);

/* Enter a refusal into the ring. origin: the Origin field. */
void cors_counters_refuse(const request_rec *r, cors_result result,
                          cors_reason reason, const char *origin);

/* How many judgements had this result, or this reason, since the start. */
apr_uint64_t cors_counters_result(cors_result result);
apr_uint64_t cors_counters_reason(cors_reason reason);

#define CORS_REFUSALS 32
#define CORS_REFUSAL_TEXT 160

/* One of the last refusals. The texts are a stranger's: escape them. */
typedef struct cors_refusal {
    apr_time_t time;
    cors_result result;
    cors_reason reason;
    char method[16];
    char origin[CORS_REFUSAL_TEXT];     /* cut, ends in NUL */
    char path[CORS_REFUSAL_TEXT];       /* of the URL, without its query */
} cors_refusal;

/*
 * Copy the last refusals, newest first, into an array of CORS_REFUSALS.
 * Returns how many there are. One that is being written is left out.
 */
int cors_counters_refusals(cors_refusal *refusals);

#endif
