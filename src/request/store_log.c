/* SPDX-License-Identifier: Apache-2.0 */
#include "request/store_log.h"

#include <http_log.h>

#include "shared/once.h"

APLOG_USE_MODULE(cors_cookies);

void cors_store_log_closed(request_rec *r, const cors_query *query,
                           const char *message)
{
    ap_log_error(APLOG_MARK, APLOG_ERR, 0, r->server,
                 "CORSAllowOriginQuery of %s: %s; origins that are not "
                 "cached are not allowed until it answers",
                 cors_place_text(r->pool, query->place), message);
}

void cors_store_log_opened(request_rec *r, const cors_query *query,
                           apr_interval_time_t time)
{
    ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, r->server,
                 "CORSAllowOriginQuery of %s answers again after %d s",
                 cors_place_text(r->pool, query->place),
                 (int)apr_time_sec(time));
}

void cors_store_log_wrong(request_rec *r, const cors_query *query,
                          const char *message)
{
    if (cors_once_a_minute(CORS_ONCE_STATEMENT, query->place)) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "CORSAllowOriginQuery of %s: %s; whom it asked for is "
                      "not allowed",
                      cors_place_text(r->pool, query->place), message);
    }
}
