/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mod_cors_cookies: AJAX requests with cookies across origins.
 *
 * This file is the module's face: its directives, its hooks, its filter.
 * What they do stands in src/, in six rooms by the time they work in, each
 * using only itself and those before it; config and request never meet.
 *
 *   syntax    what browsers and RFCs say
 *   policy    what the administrator wants; constant after start
 *   shared    memory of all children
 *   config    reading the configuration
 *   request   judging and answering one request
 *   report    log, counters, pages
 */
#include <httpd.h>
#include <http_config.h>
#include <http_protocol.h>
#include <http_request.h>
#include <mod_status.h>
#include <util_filter.h>

#include "apart.h"
#include "policy/safety.h"
#include "shared/counters.h"
#include "config/directives.h"
#include "request/answer.h"
#include "request/cookies.h"
#include "request/enforce.h"
#include "request/redirect.h"
#include "request/request.h"
#include "report/cookie_log.h"
#include "report/dump.h"
#include "report/record.h"
#include "report/start.h"
#include "report/status.h"
#include "report/variables.h"

static ap_filter_rec_t *answer_filter;

static inline cors_decision *judge(request_rec *r);

/* An ErrorDocument is never judged by its own place. */
static CORS_APART cors_decision *judge_anew(request_rec *r)
{
    cors_decision *decision = r->prev ? judge(r->prev) : NULL;

    if (decision) {
        cors_decision_keep(r, decision);
        cors_variables_set(r, decision);
        return decision;
    }
    if (cors_request_is_error_document(r)
        || !cors_policy_exists(cors_policy_of(r))) {
        return NULL;
    }
    decision = cors_decision_make(r, cors_policy_of(r));
    if (decision->result != CORS_RESULT_NONE) {
        cors_counters_add(r, decision->result, decision->reason,
                          decision->origin);
        cors_variables_set(r, decision);
    }
    if (decision->reason != CORS_REASON_OK) {
        cors_log_decision(r, decision);
    }
    return decision;
}

/*
 * The request's judgement: kept, or that of the request it stems from, or
 * made now. NULL where no policy holds.
 */
static inline cors_decision *judge(request_rec *r)
{
    cors_decision *decision = cors_decision_of(r);

    return decision || r->main ? decision : judge_anew(r);
}

/*
 * Whether judge() may have something to say. Each hook asks this first, and
 * leaves the rest to a function of its own: 35 instructions less for a
 * request, 80 less where the module has nothing to do.
 */
static inline int is_judged(const request_rec *r)
{
    return cors_policy_exists(cors_policy_of(r)) || r->prev
           || cors_decision_of(r);
}

static CORS_APART int translate_preflight(request_rec *r)
{
    int taken, status = cors_redirect_translate(r, &taken);
    cors_decision *decision;

    if (!taken || !(decision = judge(r))) {
        return status;
    }
    return cors_enforce_answer(r, decision);
}

/* In front of server-level redirects, which would take preflights away. */
static int translate_name(request_rec *r)
{
    return r->method_number == M_OPTIONS ? translate_preflight(r) : DECLINED;
}

static CORS_APART int judge_header(request_rec *r)
{
    cors_decision *decision = judge(r);

    if (!decision) {
        return DECLINED;
    }
    if (cors_policy_is_of_htaccess(decision->policy)
        && !cors_request_is_error_document(r)
        && cors_check_htaccess_fails(r, decision->policy)) {
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    return cors_enforce(r, decision);
}

/* Before access control and authentication. */
static int header_parser(request_rec *r)
{
    return is_judged(r) ? judge_header(r) : DECLINED;
}

static CORS_APART int judge_again(request_rec *r)
{
    cors_decision *decision = judge(r);

    if (!decision) {
        return DECLINED;
    }
    if (decision->anonymous && cors_decision_ends_anonymity(r, decision)) {
        cors_variables_set(r, decision);
        cors_log_decision(r, decision);
    }
    return cors_enforce(r, decision);
}

/*
 * Once more after mod_dir and mod_negotiation, which put another file, and
 * the policy of its place, into the same request.
 */
static int fixups(request_rec *r)
{
    return is_judged(r) ? judge_again(r) : DECLINED;
}

static CORS_APART void add_filter(request_rec *r)
{
    if (!r->main && (judge(r) || cors_cookies_rules(r))) {
        ap_add_output_filter_handle(answer_filter, NULL, r, r->connection);
    }
}

static void insert_filter(request_rec *r)
{
    if (is_judged(r) || cors_policy_of(r)->cookies) {
        add_filter(r);
    }
}

static void write_cookies(request_rec *r, const cors_decision *decision)
{
    const apr_array_header_t *rules;

    if (decision && cors_enforce_strips_cookies(decision)) {
        cors_cookies_remove(r);
    }
    else if (!decision || !cors_decision_is_of_stranger(decision)) {
        if ((rules = cors_cookies_rules(r)) != NULL) {
            cors_cookies_rewrite(r, rules);
        }
    }
}

static int reports_only(request_rec *r, const cors_decision *decision)
{
    return cors_policy_get(decision ? decision->policy : cors_policy_of(r),
                           CORS_REPORT_ONLY) == CORS_ON;
}

/* Runs once, when all others have had their say about the headers. */
static apr_status_t answer(ap_filter_t *filter, apr_bucket_brigade *brigade)
{
    request_rec *r = filter->r;
    const cors_decision *decision = cors_decision_of(r);
    ap_filter_t *next = filter->next;

    ap_remove_output_filter(filter);
    if (!reports_only(r, decision)) {
        if (decision) {
            cors_answer_write(r, decision);
        }
        write_cookies(r, decision);
    }
    if (decision && decision->origin_allowed && !decision->preflight) {
        cors_log_cookies(r, decision);
    }
    return ap_pass_brigade(next, brigade);
}

/* Asked by every request: a byte tells nearly all, 40 instructions less. */
static int handler(request_rec *r)
{
    return r->handler && r->handler[0] == 'c' ? cors_status_handler(r)
                                              : DECLINED;
}

static const command_rec directives[] = {
    AP_INIT_ITERATE("CORSAllowOrigin", cors_directive_allow_origin, NULL,
        OR_FILEINFO, "origins whose scripts may read responses: "
        "scheme://host[:port], *. before the host for its subdomains, :* for "
        "any port, ! to exclude; or * or none"),
    AP_INIT_ITERATE("CORSAllowOriginMatch",
        cors_directive_allow_origin_match, NULL, OR_FILEINFO,
        "regular expressions for whole origins"),
    AP_INIT_ITERATE("CORSAllowOriginFile", cors_directive_allow_origin_file,
        NULL, RSRC_CONF | ACCESS_CONF, "files of origins, one a line"),
    AP_INIT_FLAG("CORSAllowCredentials", cors_directive_allow_credentials,
        NULL, OR_FILEINFO, "whether allowed origins may send cookies: On "
        "or Off"),
    AP_INIT_FLAG("CORSAllowAnonymous", cors_directive_allow_anonymous, NULL,
        OR_FILEINFO, "whether all other origins may read responses to "
        "requests without credentials: On or Off"),
    AP_INIT_ITERATE("CORSAllowMethods", cors_directive_allow_methods, NULL,
        OR_FILEINFO, "methods beyond GET, HEAD and POST; or *"),
    AP_INIT_ITERATE("CORSAllowHeaders", cors_directive_allow_headers, NULL,
        OR_FILEINFO, "request headers beyond the safelisted ones; or *"),
    AP_INIT_ITERATE("CORSExposeHeaders", cors_directive_expose_headers, NULL,
        OR_FILEINFO, "response headers that scripts may read; or *"),
    AP_INIT_TAKE1("CORSMaxAge", cors_directive_max_age, NULL, OR_FILEINFO,
        "how long a browser may keep the answer to a preflight: seconds up "
        "to 86400, or a time as in 10min"),
    AP_INIT_TAKE1("CORSPreflight", cors_directive_preflight, NULL,
        OR_FILEINFO, "who answers preflights: Answer (the module) or Forward "
        "(the handler)"),
    AP_INIT_TAKE1("CORSPreflightStatus", cors_directive_preflight_status,
        NULL, OR_FILEINFO, "the status of an answered preflight: 200 or 204"),
    AP_INIT_TAKE1("CORSDisallowedOrigin", cors_directive_disallowed_origin,
        NULL, RSRC_CONF | OR_AUTHCFG, "what happens to requests of other "
        "origins: Serve, StripCredentials or Deny"),
    AP_INIT_TAKE_ARGV("CORSCookieAttributes",
        cors_directive_cookie_attributes, NULL, OR_FILEINFO,
        "attributes that cookies get: SameSite=..., Secure, HttpOnly, "
        "Partitioned, only=name,...; or none"),
    AP_INIT_FLAG("CORSReportOnly", cors_directive_report_only, NULL,
        RSRC_CONF | OR_AUTHCFG, "whether to judge and log without changing "
        "anything: On or Off"),
    AP_INIT_ITERATE("CORSOptions", cors_directive_options, NULL,
        OR_FILEINFO, "UnsafeInsecureOrigin, UnsafePublicSuffix, with + or -; "
        "or none"),
    { NULL }
};

/*
 * The filter goes in last, behind mod_headers': whoever writes a header of
 * the module's is overruled. Its type is the greatest that mod_cache still
 * stores the work of, since a cache hit knows no directory's policy.
 */
static void register_hooks(apr_pool_t *pool)
{
    static const char *const others[] = { "mod_headers.c", NULL };
    static const char *const directory[] = {
        "mod_dir.c", "mod_negotiation.c", NULL
    };

    (void)pool;
    ap_hook_check_config(cors_check_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_test_config(cors_dump, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_config(cors_start, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_optional_fn_retrieve(cors_request_find_ssl, NULL, NULL,
                                 APR_HOOK_MIDDLE);
    APR_OPTIONAL_HOOK(ap, status_hook, cors_status_section, NULL, NULL,
                      APR_HOOK_MIDDLE);
    ap_hook_handler(handler, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_translate_name(translate_name, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_header_parser(header_parser, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_fixups(fixups, directory, NULL, APR_HOOK_REALLY_LAST);
    answer_filter = ap_register_output_filter("CORS_COOKIES", answer, NULL,
                                              AP_FTYPE_CONTENT_SET);
    ap_hook_insert_filter(insert_filter, others, NULL, APR_HOOK_LAST);
    ap_hook_insert_error_filter(insert_filter, others, NULL, APR_HOOK_LAST);
}

AP_DECLARE_MODULE(cors_cookies) = {
    STANDARD20_MODULE_STUFF,
    cors_policy_create,
    cors_policy_merge,
    cors_sections_create,
    NULL,
    directives,
    register_hooks,
#ifdef AP_MODULE_FLAG_NONE          /* since httpd 2.4.26 */
    AP_MODULE_FLAG_NONE
#endif
};
