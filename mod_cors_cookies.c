/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mod_cors_cookies: AJAX requests with cookies across origins.
 *
 * This file is the module's face: its hooks and its filter. What they do
 * stands in src/, in six rooms by the time they work in, each using only
 * itself and those before it; config and request never meet.
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
#include <http_core.h>
#include <http_log.h>
#include <http_protocol.h>
#include <http_request.h>
#include <mod_status.h>
#include <util_filter.h>

#include "version.h"
#include "syntax/site.h"
#include "policy/expression_cache.h"
#include "policy/hash.h"
#include "policy/server.h"
#include "shared/counters.h"
#include "shared/once.h"
#include "shared/store.h"
#include "config/config_check.h"
#include "config/directives.h"
#include "config/file_watch.h"
#include "request/answer.h"
#include "request/cookies.h"
#include "request/enforce.h"
#include "request/origin_question.h"
#include "request/origin_store.h"
#include "report/cookie_log.h"
#include "report/dump.h"
#include "report/record.h"
#include "report/status.h"

static ap_filter_rec_t *answer_filter;

/*
 * The judgement of a request: kept, or that of the request it stems from, or
 * made now. NULL where no policy holds. An ErrorDocument is never judged by
 * its own place, a sub-request not at all; one without Origin by the first
 * place on the way with CORSFetchMetadata, too.
 */
static cors_request *judge(request_rec *r)
{
    cors_request *request = cors_request_judged(r);
    const cors_policy *place = cors_policy_of(r);

    if (r->main) {
        return request;
    }
    if (!request && r->prev && (request = judge(r->prev)) != NULL) {
        cors_request_share(r, request);
        cors_record_variables(r, request);
    }
    if (cors_request_is_error_document(r)
        || (request ? !cors_decision_is_open(request)
                      || !cors_policy_is_on(place, CORS_FETCH_METADATA)
                    : !cors_policy_exists(place))) {
        return request;
    }
    request = cors_decision_make(r, place);
    cors_record_judgement(r, request);
    return request;
}

/* In front of server-level redirects, which would take preflights away. */
static int translate_name(request_rec *r)
{
    cors_request *request;
    int taken, status;

    if (r->method_number != M_OPTIONS) {
        return DECLINED;
    }
    status = cors_enforce_translate(r, &taken);
    request = taken ? judge(r) : NULL;
    return request ? cors_enforce_answer(r, request) : status;
}

/* Before access control and authentication. */
static int header_parser(request_rec *r)
{
    cors_request *request = judge(r);

    return request ? cors_enforce(r, request) : DECLINED;
}

/*
 * Once more behind mod_dir and mod_negotiation, which put another file, and
 * the policy of its place, into the same request; and in front of those who
 * add the server's own credentials for its backends, which are nobody
 * else's to strip.
 */
static int fixups(request_rec *r)
{
    cors_request *request = judge(r);

    if (!request) {
        return DECLINED;
    }
    if (cors_decision_ends_anonymity(r, request)) {
        cors_record_change(r, request);
    }
    return cors_enforce(r, request);
}

static void insert_filter(request_rec *r)
{
    cors_request *request = judge(r);

    if (request) {
        cors_request_keep_vary(r, request);
    }
    if (request || (!r->main && cors_cookies_place(r))) {
        ap_add_output_filter_handle(answer_filter, NULL, r, r->connection);
    }
}

/* Runs once, when all others have had their say about the headers. */
static apr_status_t answer(ap_filter_t *filter, apr_bucket_brigade *brigade)
{
    request_rec *r = filter->r;
    cors_request *request = cors_request_judged(r);
    ap_filter_t *next = filter->next;

    ap_remove_output_filter(filter);
    if (request) {
        cors_answer_write(r, request);
    }
    cors_cookies_write(r, request);
    if (request && request->decision->origin_allowed) {
        cors_cookie_log_write(r, request);
        cors_record_redirect(r, request);
    }
    return ap_pass_brigade(next, brigade);
}

static void start_child(apr_pool_t *pool, server_rec *server)
{
    apr_status_t rv = cors_store_start_child(pool);

    if (rv != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_ERR, rv, server,
                     "no lock: origins of CORSAllowOriginQuery are not "
                     "allowed");
    }
}

static void warn_of_old_httpd(server_rec *server)
{
    ap_version_t version;

    ap_get_server_revision(&version);
    if (version.major == 2
        && (version.minor < 4
            || (version.minor == 4 && version.patch < 48))) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, server,
                     "httpd before 2.4.48 strips headers from responses "
                     "with status 304: browsers may then refuse what they "
                     "have stored");
    }
}

/* Each virtual host counts for itself, those of one name together. */
static void number_hosts(apr_pool_t *pool, server_rec *server)
{
    for (; server; server = server->next) {
        cors_server_of(server)->counter =
            cors_counters_host(cors_server_name(pool, server));
    }
}

/* Get the shared memory; say the version, and what is missing. */
static int post_config(apr_pool_t *pconf, apr_pool_t *plog,
                       apr_pool_t *ptemp, server_rec *server)
{
    apr_status_t rv;

    (void)plog;
    /* httpd reads its configuration twice at start: speak the second time. */
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG) {
        return OK;
    }
    ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, server,
                 "mod_cors_cookies/" CORS_VERSION " configured; refusals: "
                 "LogLevel cors_cookies:info, or the cors-status page");
    rv = cors_counters_open(server->process->pool);
    if (rv != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, rv, server,
                     "no shared memory: CORS requests are judged but not "
                     "counted");
    }
    number_hosts(ptemp, server);
    cors_once_open(server->process->pool);
    rv = cors_file_watch_start(pconf, server);
    if (rv != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_CRIT, rv, server,
                     "CORSFileRefresh: cannot watch the files");
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    if (!cors_site_has_list()) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, server,
                     "built without the Public Suffix List (libpsl): of "
                     "'*.' over public suffixes only single labels, as in "
                     "*.com, are refused");
    }
    warn_of_old_httpd(server);
    rv = cors_origin_store_open(server, pconf);
    if (rv != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_CRIT, rv, server,
                     "no memory or lock for the answers to "
                     "CORSAllowOriginQuery");
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    return OK;
}

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
    static const char *const watchdog[] = { "mod_watchdog.c", NULL };
    static const char *const adding[] = {
        "mod_headers.c", "mod_auth_basic.c", NULL
    };

    (void)pool;
    cors_hash_start();
    ap_hook_pre_config(cors_store_register, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_check_config(cors_config_check, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_test_config(cors_dump, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_config(post_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(cors_expression_cache_start, NULL, NULL,
                       APR_HOOK_MIDDLE);
    ap_hook_child_init(cors_file_watch_child, NULL, watchdog, APR_HOOK_FIRST);
    ap_hook_child_init(start_child, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_optional_fn_retrieve(cors_request_find_ssl, NULL, NULL,
                                 APR_HOOK_MIDDLE);
    ap_hook_optional_fn_retrieve(cors_question_find_dbd, NULL, NULL,
                                 APR_HOOK_MIDDLE);
    APR_OPTIONAL_HOOK(ap, status_hook, cors_status_section, NULL, NULL,
                      APR_HOOK_MIDDLE);
    ap_hook_handler(cors_status_handler, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_translate_name(translate_name, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_header_parser(header_parser, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_fixups(fixups, directory, adding, APR_HOOK_LAST);
    answer_filter = ap_register_output_filter("CORS_COOKIES", answer, NULL,
                                              AP_FTYPE_CONTENT_SET);
    ap_hook_insert_filter(insert_filter, others, NULL, APR_HOOK_LAST);
    ap_hook_insert_error_filter(insert_filter, others, NULL, APR_HOOK_LAST);
}

AP_DECLARE_MODULE(cors_cookies) = {
    STANDARD20_MODULE_STUFF,
    cors_policy_create,
    cors_policy_merge,
    cors_server_create,
    NULL,
    cors_directives,
    register_hooks,
#ifdef AP_MODULE_FLAG_NONE          /* since httpd 2.4.26 */
    AP_MODULE_FLAG_NONE
#endif
};
