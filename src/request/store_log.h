/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_STORE_LOG_H
#define CORS_STORE_LOG_H

#include <httpd.h>

#include "policy/query.h"

/*
 * What the log says of a query's database, with the query's line. message:
 * the database's or its client's own words.
 */

/* It does not answer: at error, once for each gate that closes. */
void cors_store_log_closed(request_rec *r, const cors_query *query,
                           const char *message);

/* It answers again, after so long: at notice. */
void cors_store_log_opened(request_rec *r, const cors_query *query,
                           apr_interval_time_t time);

/*
 * It answers, but not to this: at error, once a minute, since strangers may
 * be the cause.
 */
void cors_store_log_wrong(request_rec *r, const cors_query *query,
                          const char *message);

#endif
