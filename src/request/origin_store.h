/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_ORIGIN_STORE_H
#define CORS_ORIGIN_STORE_H

#include <httpd.h>

#include "policy/origins.h"

/* Where the last answer of a query came from. */
typedef enum {
    CORS_STORE_NOTHING,         /* no query was asked */
    CORS_STORE_FRESH,           /* kept, and it holds */
    CORS_STORE_LENT,            /* kept, and too old: none is to be had */
    CORS_STORE_ASKED,
    CORS_STORE_UNAVAILABLE
} cors_store_source;

typedef struct cors_store_seen {
    const cors_query *query;
    cors_store_source source;
    apr_interval_time_t time;   /* FRESH: it still holds; LENT: it is over */
    const char *vary;           /* request headers read for all; or NULL */
} cors_store_seen;

/*
 * In the parent, at start: the memory of a configuration that has a query.
 * Returns APR_SUCCESS, or why nobody can be asked.
 */
apr_status_t cors_origin_store_open(server_rec *server, apr_pool_t *pconf);

/*
 * Judge a well-formed origin, already taken apart, by the queries of a
 * policy, one after the other until one admits it: CORS_REASON_OK,
 * ORIGIN_NOT_LISTED, or ORIGIN_STORE_UNAVAILABLE where one that might have
 * admitted it gave no answer. *seen: of the last one asked.
 *
 * An answer is kept for all children. While the database hangs or fails an
 * old one is lent; at most eight threads of the server wait for it, others
 * for no more than a second.
 */
cors_reason cors_origin_store_judge(request_rec *r, const cors_policy *policy,
                                    cors_sent_origin *origin,
                                    cors_store_seen *seen);

#endif
