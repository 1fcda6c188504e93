/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_ORIGIN_CACHE_H
#define CORS_ORIGIN_CACHE_H

#include <httpd.h>

#include "policy/query.h"
#include "request/origin_rows.h"

/*
 * Answers of databases, kept by mod_socache_shmcb for all children. The
 * caller holds the lock of shared/store for looking, too: shmcb is not safe
 * among processes. Answers without rows have memory of their own, so that a
 * flood of unknown origins drives no known one out.
 */

/*
 * Of one question: a digest, since shmcb spreads by an id's first byte. Of
 * SipHash, whose key strangers do not know, twice: 128 bits.
 */
typedef struct cors_question_id {
    unsigned char digest[2 * sizeof(apr_uint64_t)];
} cors_question_id;

/*
 * The id of a question: virtual host, statement, and parameters with their
 * lengths.
 *
 * yes: ("a", "bc") and ("ab", "c") differ
 */
cors_question_id cors_question_id_of(apr_pool_t *pool,
                                     const server_rec *server,
                                     const cors_query *query,
                                     const char *const values[]);

typedef struct cors_kept_answer {
    apr_time_t asked;           /* when the question was sent */
    apr_time_t asking;          /* when somebody began to ask anew; 0: none */
    cors_rows rows;
} cors_kept_answer;

/* In the parent: get the memory. Returns APR_SUCCESS, or why there is none. */
apr_status_t cors_origin_cache_open(server_rec *server, apr_pool_t *pconf);

/* Returns whether there is one. Its rows are from the pool. */
int cors_origin_cache_find(const cors_question_id *id,
                           cors_kept_answer *answer, apr_pool_t *pool);

/* Keep an answer, in place of an older one, until then. */
void cors_origin_cache_keep(const cors_question_id *id,
                            const cors_kept_answer *answer,
                            apr_time_t until, apr_pool_t *pool);

#endif
