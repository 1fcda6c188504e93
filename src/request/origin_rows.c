/* SPDX-License-Identifier: Apache-2.0 */
#include "request/origin_rows.h"

#include <apr_strings.h>
#include <http_log.h>
#include <string.h>

#include "syntax/cure.h"
#include "policy/rejection.h"
#include "policy/safety.h"
#include "shared/once.h"

APLOG_USE_MODULE(cors_cookies);

/* As much of a row as a line of the log shows. */
#define SHOWN_MAX 200

int cors_rows_add(char *bytes, size_t *length, const char *row)
{
    size_t size = row ? strlen(row) : 0;

    while (size > 0 && row[size - 1] == ' ') {
        size--;
    }
    if (size == 0) {
        return 1;
    }
    if (size >= CORS_ROWS_MAX - *length) {
        return 0;
    }
    memcpy(bytes + *length, row, size);
    bytes[*length + size] = '\0';
    *length += size + 1;
    return 1;
}

/* httpd escapes what it logs. */
static const char *show(apr_pool_t *pool, const char *row, size_t length)
{
    return apr_pstrmemdup(pool, row, length > SHOWN_MAX ? SHOWN_MAX
                                                        : length);
}

static void log_row(request_rec *r, const cors_query *query,
                    const char *message)
{
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                  "CORSAllowOriginQuery of %s: %s; the row is left out",
                  cors_place_text(r->pool, query->place), message);
}

static const char *explain_flaw(apr_pool_t *pool, const char *row,
                                size_t length, cors_flaw flaw)
{
    const char *reason = cors_flaw_text(flaw), *cure = NULL;

    if (row[0] == '!' || strcmp(row, "*") == 0
        || ap_cstr_casecmp(row, "none") == 0) {
        reason = "a row holds an origin pattern only; '*', 'none' and "
                 "exclusions are for CORSAllowOrigin";
    }
    else {
        cure = cors_cure_pattern(pool, row, length, flaw);
    }
    return cors_rejection_text(pool, "row", show(pool, row, length), reason,
                               cure);
}

/* The policy as it would be, were the row its only origin. */
static cors_reason judge_row(request_rec *r, const cors_policy *policy,
                             const cors_query *query, const char *row,
                             cors_sent_origin *origin)
{
    cors_policy alone = *policy;
    size_t length = strlen(row);
    cors_offence offence;
    cors_safety safety = CORS_SAFE;
    cors_flaw flaw = CORS_FLAW_WILDCARD;

    alone.origins = cors_origins_create(r->pool, query->place);
    if (row[0] != '!') {
        flaw = cors_origins_add(alone.origins, row, length, query->place);
    }
    if (flaw == CORS_FLAW_NONE) {
        safety = cors_safety_check(&alone, &offence);
    }
    if (flaw == CORS_FLAW_NONE && safety == CORS_SAFE) {
        return cors_origins_judge(&alone, origin);
    }
    if (cors_once_a_minute(CORS_ONCE_ROW, query->place)) {
        log_row(r, query, flaw == CORS_FLAW_NONE
                          ? cors_safety_text(r->pool, safety, &offence)
                          : explain_flaw(r->pool, row, length, flaw));
    }
    return CORS_REASON_ORIGIN_NOT_LISTED;
}

/* Nearly always the row that admits an origin is the origin itself. */
static int has_origin(const cors_policy *policy, cors_rows rows,
                      const cors_sent_origin *origin)
{
    const char *row = rows.bytes, *end = row + rows.length;

    for (; row < end; row += strlen(row) + 1) {
        if (strcmp(row, origin->text) == 0) {
            return !cors_origins_need_option(policy, &origin->parts);
        }
    }
    return 0;
}

cors_reason cors_rows_judge(request_rec *r, const cors_policy *policy,
                            const cors_query *query, cors_rows rows,
                            cors_sent_origin *origin, int all)
{
    const char *row = rows.bytes, *end = row + rows.length;
    cors_reason reason = rows.length > 0 && has_origin(policy, rows, origin)
                         ? CORS_REASON_OK : CORS_REASON_ORIGIN_NOT_LISTED;

    for (; row < end && (all || reason != CORS_REASON_OK);
         row += strlen(row) + 1) {
        if (judge_row(r, policy, query, row, origin) == CORS_REASON_OK) {
            reason = CORS_REASON_OK;
        }
    }
    return reason;
}
