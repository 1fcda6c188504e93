/* SPDX-License-Identifier: Apache-2.0 */
#include "report/record.h"

#include <apr_atomic.h>
#include <apr_strings.h>
#include <http_log.h>
#include <string.h>

#include "apart.h"
#include "policy/safety.h"
#include "report/nearmiss.h"

APLOG_USE_MODULE(cors_cookies);

/* As much of a stranger's text as a line of the log shows. */
#define SHOWN_MAX 512

static const char *shown(apr_pool_t *pool, const char *text, size_t length)
{
    const char *cut = apr_pstrmemdup(pool, text,
                                     length > SHOWN_MAX ? SHOWN_MAX
                                                        : length);

    return apr_pstrcat(pool, ap_escape_logitem(pool, cut),
                       length > SHOWN_MAX ? "..." : NULL, NULL);
}

const char *cors_log_place(apr_pool_t *pool, const cors_policy *policy)
{
    cors_place place = policy->origins ? policy->origins->place
                                       : policy->place;

    return apr_psprintf(pool, "%s:%d", place.file ? place.file : "-",
                        place.line);
}

/* " asked for PUT" and " with header x-a", of a preflight. */
static const char *asked(apr_pool_t *pool, const cors_decision *decision)
{
    const char *method = "", *header = "";

    if (decision->method) {
        method = apr_pstrcat(pool, " that asks for '",
                             shown(pool, decision->method,
                                   strlen(decision->method)), "'", NULL);
    }
    if (decision->failed_header) {
        header = apr_pstrcat(pool, " with header '",
                             shown(pool, decision->failed_header,
                                   decision->failed_header_length), "'",
                             NULL);
    }
    return apr_pstrcat(pool, method, header, NULL);
}

static CORS_APART void log_refusal(request_rec *r,
                                   const cors_decision *decision)
{
    const char *uri = r->unparsed_uri ? r->unparsed_uri : "-";
    const char *method = r->method ? r->method : "-";
    const char *hint = cors_nearmiss_find(r->pool, decision);

    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r,
                  "%s: origin '%s', %s '%s'%s: %s; policy of %s%s%s",
                  cors_reason_name(decision->reason),
                  shown(r->pool, decision->origin, strlen(decision->origin)),
                  shown(r->pool, method, strlen(method)),
                  shown(r->pool, uri, strlen(uri)),
                  asked(r->pool, decision),
                  cors_reason_sentence(decision->reason),
                  cors_log_place(r->pool, decision->policy),
                  hint ? "; " : "", hint ? hint : "");
}

#define SAID_MAX 256

/*
 * Whether this place was said before in this child. A .htaccess is another
 * object at each request, so it is known by its name and line. Once as many
 * places were said as are remembered, the others are passed over.
 */
static int is_said(const cors_place *place)
{
    static volatile apr_uint32_t said[SAID_MAX];
    apr_uint32_t hash = 2166136261u + (apr_uint32_t)place->line, i;
    const char *c;

    for (c = place->file ? place->file : ""; *c; c++) {
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    }
    hash |= 1;                  /* 0 is a free slot */
    for (i = 0; i < SAID_MAX; i++) {
        apr_uint32_t there =
            apr_atomic_cas32(&said[(hash + i) % SAID_MAX], hash, 0);

        if (there == 0 || there == hash) {
            return there == hash;
        }
    }
    return 1;
}

static CORS_APART void log_invalid(request_rec *r, const cors_policy *policy)
{
    cors_offence offence = { NULL, { NULL, 0 } };
    cors_check_result result;

    if (cors_check_blames_htaccess(r, policy, &offence, &result)) {
        return;                 /* check.c says so itself */
    }
    result = cors_check_policy(policy, &offence);
    if (result == CORS_CHECK_SAFE || is_said(&offence.place)) {
        return;
    }
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                  "%s:%d: %s; the sections that hold for '%s' bring this "
                  "together, and allow nobody",
                  offence.place.file ? offence.place.file : "-",
                  offence.place.line,
                  cors_check_message(r->pool, result, &offence),
                  shown(r->pool, r->uri ? r->uri : "-",
                        strlen(r->uri ? r->uri : "-")));
}

void cors_log_decision(request_rec *r, const cors_decision *decision)
{
    if (decision->reason == CORS_REASON_POLICY_INVALID) {
        log_invalid(r, decision->policy);
    }
    if ((decision->result == CORS_RESULT_DISALLOWED
         || decision->result == CORS_RESULT_PREFLIGHT_DISALLOWED)
        && APLOG_R_IS_LEVEL(r, APLOG_INFO)) {
        log_refusal(r, decision);
    }
}
