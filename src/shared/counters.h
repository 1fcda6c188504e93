/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_COUNTERS_H
#define CORS_COUNTERS_H

#include <apr_time.h>
#include <httpd.h>

#include "policy/policy.h"
#include "policy/reason.h"

/*
 * Counters of judgements by virtual host, result and reason, and the last
 * refusals, in memory that all children share and a restart keeps. Where no
 * shared memory is to be had everything here does nothing, and the counters
 * are zero. Any thread may count and read.
 */

/*
 * Get the memory, once in the life of the parent process.
 * Returns APR_SUCCESS, or why there is none.
 */
apr_status_t cors_counters_open(apr_pool_t *process_pool);

/* Whether there is shared memory. */
int cors_counters_available(void);

/* When counting began; 0: never. */
apr_time_t cors_counters_start(void);

#define CORS_HOSTS 256

/*
 * The number of a virtual host's counters: those of this name, or free ones;
 * CORS_HOSTS, which all others share, where there are none left. In the
 * parent, at start.
 */
unsigned cors_counters_host(const char *name);

/* Whose counters these are; NULL: nobody's. */
const char *cors_counters_host_name(unsigned host);

/* Count a judgement. */
void cors_counters_add(unsigned host, cors_result result,
                       cors_reason reason);

/* Count an allowed request that may carry cookies, and whether it does. */
void cors_counters_add_cookie(unsigned host, int has_cookie);

/* All hosts together. */
#define CORS_ALL_HOSTS (CORS_HOSTS + 1u)

/* How many judgements had this result, or this reason, since the start. */
apr_uint64_t cors_counters_result(unsigned host, cors_result result);
apr_uint64_t cors_counters_reason(unsigned host, cors_reason reason);
apr_uint64_t cors_counters_cookie(unsigned host, int has_cookie);

#define CORS_REFUSALS 32
#define CORS_REFUSAL_TEXT 160

/* One of the last refusals. The texts are a stranger's: escape them. */
typedef struct cors_refusal {
    apr_time_t time;
    cors_result result;
    cors_reason reason;
    char method[16];
    char origin[CORS_REFUSAL_TEXT];     /* each is cut, and ends in NUL */
    char host[CORS_REFUSAL_TEXT];
    char path[CORS_REFUSAL_TEXT];       /* of the URL, without its query */
    char asked[32];                     /* the method of a preflight */
    char missing[CORS_REFUSAL_TEXT];    /* header names */
    char file[CORS_REFUSAL_TEXT];       /* of the policy; its end, where cut */
    int line;
} cors_refusal;

/* Enter a refusal into the ring. Each text may be NULL: it is empty then. */
void cors_counters_refuse(const request_rec *r, cors_result result,
                          cors_reason reason, const char *origin,
                          const char *asked, const char *missing,
                          cors_place place);

/*
 * Copy the last refusals, newest first, into an array of CORS_REFUSALS.
 * Returns how many there are. One that is being written is left out.
 */
int cors_counters_refusals(cors_refusal *refusals);

#endif
