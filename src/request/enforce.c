/* SPDX-License-Identifier: Apache-2.0 */
#include "request/enforce.h"

#include <http_core.h>
#include <http_log.h>
#include <http_protocol.h>
#include <http_request.h>

#include "policy/safety.h"

APLOG_USE_MODULE(cors_cookies);

/* No answer is not "no": ask again. */
int cors_enforce_refusal(const cors_decision *decision)
{
    return decision->reason == CORS_REASON_ORIGIN_STORE_UNAVAILABLE
           ? HTTP_SERVICE_UNAVAILABLE : HTTP_FORBIDDEN;
}

static int refuse(request_rec *r, const cors_decision *decision)
{
    int status = cors_enforce_refusal(decision);

    if (status == HTTP_SERVICE_UNAVAILABLE) {
        apr_table_setn(r->err_headers_out, "Retry-After", "5");
    }
    return status;
}

int cors_enforce_status(const cors_decision *decision)
{
    if (!decision->origin_allowed && !decision->anonymous) {
        return cors_enforce_refusal(decision);
    }
    return cors_policy_get(decision->policy, CORS_PREFLIGHT_STATUS)
           == CORS_PREFLIGHT_200 ? HTTP_OK : HTTP_NO_CONTENT;
}

int cors_enforce_answer(request_rec *r, cors_request *request)
{
    /* A body that cannot be read past is the error that is answered. */
    if (ap_request_has_body(r)) {
        int status = ap_discard_request_body(r);

        if (status != OK) {
            return status;
        }
    }
    /*
     * Not by returning the status: an ErrorDocument would answer, or a
     * canned page. The error filters bring "Header always" (HSTS).
     */
    request->answered = 1;
    r->status = cors_enforce_status(request->decision);
    if (r->status == HTTP_SERVICE_UNAVAILABLE) {
        refuse(r, request->decision);
    }
    ap_run_insert_error_filter(r);
    return DONE;
}

/*
 * What cannot be taken out of a request: an upgrade keeps its cookies'
 * session, mod_auth_digest has read its header by now, a certificate belongs
 * to the connection, and a log-in has happened: in an earlier place, or by
 * the connection though the credentials were taken out.
 */
static int cannot_strip(request_rec *r)
{
    const char *auth_type = ap_auth_type(r);

    return cors_request_is_logged_in(r)
           || apr_table_get(r->headers_in, "Upgrade")
           || (auth_type && ap_cstr_casecmp(auth_type, "Digest") == 0)
           || cors_request_has_certificate(r);
}

/*
 * With the copies that the server's own SetEnvIf or RewriteRule has made by
 * now, under the names that CGI and FastCGI programs read, and the session
 * that mod_session has loaded where this place came late. Once: what the
 * server's configuration puts there afterwards is the server's.
 */
static void take_credentials(request_rec *r)
{
    static const char *const copies[] = {
        "HTTP_COOKIE", "HTTP_AUTHORIZATION", "REDIRECT_HTTP_AUTHORIZATION",
        "HTTP_SESSION", NULL
    };
    int i;

    apr_table_unset(r->headers_in, "Cookie");
    apr_table_unset(r->headers_in, "Authorization");
    for (i = 0; copies[i]; i++) {
        apr_table_unset(r->subprocess_env, copies[i]);
    }
}

/*
 * What was fetched ahead for a page of another site would be shown as the
 * page, without the log-in.
 */
static int is_fetched_ahead(const cors_request *request)
{
    return request->metadata_judged && request->purpose;
}

static int strip(request_rec *r, cors_request *request)
{
    int refused = is_fetched_ahead(request) || cannot_strip(r);

    if (!refused && !request->stripped) {
        take_credentials(r);
    }
    request->stripped = 1;
    return refused ? HTTP_FORBIDDEN : DECLINED;
}

/* A preflight is answered by the word of the place that judged it. */
cors_action cors_enforce_choose(const cors_policy *place,
                                const cors_request *request)
{
    const cors_policy *policy = request->decision->policy;

    if (request->preflight && !cors_policy_forwards(policy)
        && !cors_policy_is_on(policy, CORS_REPORT_ONLY)) {
        return CORS_ACTION_ANSWER;
    }
    if (!cors_decision_refuses_origin(request)
        || cors_policy_is_on(place, CORS_REPORT_ONLY)) {
        return CORS_ACTION_NONE;
    }
    switch (cors_policy_get(place, CORS_DISALLOWED)) {
    case CORS_DENY:
        return CORS_ACTION_DENY;
    case CORS_STRIP_CREDENTIALS:
        return CORS_ACTION_STRIP;
    default:
        return CORS_ACTION_NONE;
    }
}

int cors_enforce_safety(request_rec *r, const cors_policy *policy)
{
    cors_offence offence;
    cors_safety safety = cors_safety_check_htaccess(r->pool, r->server,
                                                    policy, &offence);

    if (safety == CORS_SAFE) {
        return DECLINED;
    }
    ap_log_rerror(APLOG_MARK, APLOG_ALERT, 0, r, "%s: %s",
                  cors_place_text(r->pool, offence.place),
                  cors_safety_text(r->pool, safety, &offence));
    return HTTP_INTERNAL_SERVER_ERROR;
}

/* What the failed request was refused, its ErrorDocument is not. */
int cors_enforce(request_rec *r, cors_request *request)
{
    const cors_policy *place = cors_policy_of(r);
    int htaccess = cors_policy_is_of_htaccess(place);

    if ((!htaccess && !request->preflight
         && !cors_decision_refuses_origin(request))
        || cors_request_is_error_document(r)) {
        return DECLINED;
    }
    if (htaccess && cors_enforce_safety(r, place) != DECLINED) {
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    switch (cors_enforce_choose(place, request)) {
    case CORS_ACTION_ANSWER:
        return cors_enforce_answer(r, request);
    case CORS_ACTION_DENY:
        request->denied = 1;
        return request->preflight ? cors_enforce_answer(r, request)
                                  : refuse(r, request->decision);
    case CORS_ACTION_STRIP:
        return strip(r, request);
    default:
        return DECLINED;
    }
}

/* Whether a preflight is to be answered here, whatever translators say. */
static int is_answered_here(const cors_policy *policy)
{
    return !cors_policy_is_on(policy, CORS_REPORT_ONLY)
           && !cors_policy_forwards(policy);
}

int cors_enforce_translate(request_rec *r, int *taken)
{
    const cors_policy *policy = cors_policy_of(r);
    cors_request *request;
    int status;

    *taken = 0;
    if (r->main || !cors_policy_exists(policy)) {
        return DECLINED;
    }
    /* Read in any case: an ErrorDocument turns the method into GET. */
    request = cors_request_read(r);
    if (!request->preflight || request->translating
        || !is_answered_here(policy)) {
        return DECLINED;
    }
    request->translating = 1;
    status = ap_run_translate_name(r);
    request->translating = 0;
    if (status == OK || status == DECLINED || status == DONE) {
        return status;
    }
    apr_table_unset(r->headers_out, "Location");
    apr_table_unset(r->err_headers_out, "Location");
    *taken = 1;
    return status;
}
