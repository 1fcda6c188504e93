/* SPDX-License-Identifier: Apache-2.0 */
#include "report/record.h"

#include <apr_strings.h>
#include <http_log.h>
#include <string.h>

#include "policy/origins.h"
#include "policy/safety.h"
#include "policy/server.h"
#include "shared/counters.h"
#include "shared/once.h"
#include "report/nearmiss.h"

APLOG_USE_MODULE(cors_cookies);

/* As much of a stranger's text as a line of the log shows. */
#define SHOWN_MAX 512

static const char *show(apr_pool_t *pool, const char *text, size_t length)
{
    const char *cut = apr_pstrmemdup(pool, text,
                                     length > SHOWN_MAX ? SHOWN_MAX
                                                        : length);

    return apr_pstrcat(pool, ap_escape_logitem(pool, cut),
                       length > SHOWN_MAX ? "..." : NULL, NULL);
}

cors_place cors_record_place(const cors_policy *policy)
{
    return policy->origins ? cors_origins_place(policy->origins)
                           : policy->place;
}

/* " that asks for 'PUT' with headers 'x-a, x-b'", of a preflight. */
static const char *write_asked(apr_pool_t *pool, const cors_request *request)
{
    const char *missing = request->decision->missing;

    if (!request->method) {
        return "";
    }
    return apr_pstrcat(pool, " that asks for '",
                       show(pool, request->method, strlen(request->method)),
                       missing ? "' with headers '" : "'",
                       missing ? show(pool, missing, strlen(missing)) : NULL,
                       missing ? "'" : NULL, NULL);
}

static const char *show_field(request_rec *r, const char *name)
{
    const char *value = apr_table_get(r->headers_in, name);

    return value ? show(r->pool, value, strlen(value)) : "-";
}

/* " for 'image' (no-cors, cross-site)": who loads it, and as what. */
static const char *write_metadata(request_rec *r)
{
    return apr_psprintf(r->pool, " for '%s' (%s, %s)",
                        show_field(r, "Sec-Fetch-Dest"),
                        show_field(r, "Sec-Fetch-Mode"),
                        show_field(r, "Sec-Fetch-Site"));
}

/*
 * A refusal that an administrator should hear of without asking: the first
 * of its reason and section in an hour. The noise of the internet is none:
 * whoever is not listed, and is served. (httpd's macro takes a warning as
 * written, whatever the level.)
 */
static int is_warning(const request_rec *r, const cors_request *request)
{
    const cors_decision *decision = request->decision;

    return (decision->reason != CORS_REASON_ORIGIN_NOT_LISTED
            || request->preflight
            || cors_policy_get(decision->policy, CORS_DISALLOWED)
               != CORS_SERVE)
           && ap_get_request_module_loglevel(r, APLOG_MODULE_INDEX)
              >= APLOG_WARNING
           && cors_once_an_hour(decision->reason, decision->policy);
}

static void log_refusal(request_rec *r, const cors_request *request)
{
    const cors_decision *decision = request->decision;
    const char *uri = r->unparsed_uri ? r->unparsed_uri : "-";
    const char *method = r->method ? r->method : "-";
    int warning = is_warning(r, request);
    const char *hint;

    if (!warning && !APLOG_R_IS_LEVEL(r, APLOG_INFO)) {
        return;
    }
    hint = cors_nearmiss_find(r->pool, request);
    ap_log_rerror(APLOG_MARK, warning ? APLOG_WARNING : APLOG_INFO, 0, r,
                  "%s: origin '%s', %s '%s'%s: %s; policy of %s%s%s%s%s",
                  cors_reason_name(decision->reason),
                  request->origin.text
                  ? show(r->pool, request->origin.text,
                         request->origin.length) : "-",
                  show(r->pool, method, strlen(method)),
                  show(r->pool, uri, strlen(uri)),
                  request->metadata_judged ? write_metadata(r)
                                           : write_asked(r->pool, request),
                  cors_reason_sentence(decision->reason),
                  cors_place_text(r->pool,
                                  cors_record_place(decision->policy)),
                  cors_policy_is_on(decision->policy, CORS_REPORT_ONLY)
                  ? " (CORSReportOnly)" : "",
                  hint ? "; " : "", hint ? hint : "",
                  warning ? "; further ones at LogLevel cors_cookies:info"
                          : "");
}

/* The origin of an absolute URL, ended by NUL; NULL: it is none. */
static const char *cut_origin(apr_pool_t *pool, const char *url)
{
    const char *authority = url ? strstr(url, "://") : NULL;

    return authority && strcspn(url, "/?#") == (size_t)(authority - url) + 1
           ? apr_pstrmemdup(pool, url, (size_t)(authority - url) + 3
                                       + strcspn(authority + 3, "/?#"))
           : NULL;
}

void cors_record_redirect(request_rec *r, const cors_request *request)
{
    const char *location, *origin;

    if (request->decision->result != CORS_RESULT_ALLOWED
        || !ap_is_HTTP_REDIRECT(r->status)
        || r->status == HTTP_NOT_MODIFIED
        || !APLOG_R_IS_LEVEL(r, APLOG_INFO)) {
        return;
    }
    location = apr_table_get(r->headers_out, "Location");
    if (!location) {
        location = apr_table_get(r->err_headers_out, "Location");
    }
    origin = cut_origin(r->pool, location);
    if (origin && !cors_request_is_own_origin(r, origin)) {
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r,
                      "redirects to %s, which the script's request will not "
                      "survive: answer scripts 401 instead",
                      show(r->pool, origin, strlen(origin)));
    }
}

/* Whoever makes an expression work that hard learns nothing by it. */
static void log_too_much(request_rec *r, const cors_request *request)
{
    const cors_policy *policy = request->decision->policy;
    const cors_sent_origin *origin = &request->origin;

    if (ap_get_request_module_loglevel(r, APLOG_MODULE_INDEX) >= APLOG_WARNING
        && cors_once_an_hour(CORS_REASON_COUNT, policy)) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r,
                      "an expression of CORSAllowOriginMatch needs more than "
                      "20,000 steps for origin '%s', and does not match it; "
                      "policy of %s; write it without nested repetitions, or "
                      "its origins as patterns",
                      show(r->pool, origin->text, origin->length),
                      cors_place_text(r->pool, cors_record_place(policy)));
    }
}

/* What a .htaccess says alone is said where its 500 is answered. */
static void log_invalid(request_rec *r, const cors_policy *policy)
{
    const char *uri = r->uri ? r->uri : "-";
    const cors_origin_lists *lists;
    cors_offence offence;
    cors_safety safety;

    if (cors_safety_check_htaccess(r->pool, r->server, policy, &offence)
        != CORS_SAFE) {
        return;
    }
    lists = cors_origin_lists_enter();
    safety = cors_safety_check(cors_origins_fix(r->pool, policy, lists),
                               &offence);
    if (safety != CORS_SAFE
        && cors_once_a_child(CORS_REASON_POLICY_INVALID,
                             policy->origins_section)) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "%s: %s; the sections that hold for '%s' bring this "
                      "together, and allow nobody",
                      cors_place_text(r->pool, offence.place),
                      cors_safety_text(r->pool, safety, &offence),
                      show(r->pool, uri, strlen(uri)));
    }
    cors_origin_lists_leave(lists);
}

/* Under "*" every value is allowed: none but an origin, or null, is named. */
static int is_speakable(cors_request *request)
{
    cors_flaw flaw;

    if (!request->decision->any_origin) {
        return 1;
    }
    flaw = cors_sent_origin_parse(&request->origin);
    return flaw == CORS_FLAW_NONE || flaw == CORS_FLAW_NULL;
}

/* Of an empty table nothing has to be compared. */
void cors_record_variables(request_rec *r, cors_request *request)
{
    const cors_decision *decision = request->decision;
    void (*set)(apr_table_t *, const char *, const char *) =
        apr_is_empty_table(r->subprocess_env) ? apr_table_addn
                                              : apr_table_setn;

    if (decision->result == CORS_RESULT_NONE) {
        return;
    }
    set(r->subprocess_env, "CORS_RESULT", cors_result_name(decision->result));
    set(r->subprocess_env, "CORS_REASON", cors_reason_name(decision->reason));
    if (decision->origin_allowed && is_speakable(request)) {
        set(r->subprocess_env, "CORS_ORIGIN", request->origin.text);
    }
}

void cors_record_change(request_rec *r, cors_request *request)
{
    const cors_decision *decision = request->decision;

    cors_record_variables(r, request);
    if (decision->reason == CORS_REASON_POLICY_INVALID) {
        log_invalid(r, decision->policy);
    }
    if (cors_decision_is_refusal(decision)) {
        log_refusal(r, request);
    }
}

static void count(const server_rec *server, const cors_request *request)
{
    const cors_decision *decision = request->decision;
    unsigned host = cors_server_of(server)->counter;

    cors_counters_add(host, decision->result, decision->reason);
    if (!request->preflight && cors_decision_allows_credentials(decision)) {
        cors_counters_add_cookie(host, request->has_cookie);
    }
}

void cors_record_judgement(request_rec *r, cors_request *request)
{
    const cors_decision *decision = request->decision;

    if (decision->result == CORS_RESULT_NONE) {
        return;
    }
    count(r->server, request);
    if (request->origin.was_too_much) {
        log_too_much(r, request);
    }
    if (cors_decision_is_refusal(decision)) {
        cors_counters_refuse(r, decision->result, decision->reason,
                             request->origin.text, request->method,
                             decision->missing,
                             cors_record_place(decision->policy));
    }
    cors_record_change(r, request);
}
