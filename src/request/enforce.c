/* SPDX-License-Identifier: Apache-2.0 */
#include "request/enforce.h"

#include <http_core.h>
#include <http_protocol.h>
#include <http_request.h>

#include "request/request.h"

static int answered_status(const cors_decision *decision)
{
    if (!decision->origin_allowed && !decision->anonymous) {
        return HTTP_FORBIDDEN;
    }
    return cors_policy_get(decision->policy, CORS_PREFLIGHT_STATUS)
           == CORS_PREFLIGHT_200 ? HTTP_OK : HTTP_NO_CONTENT;
}

int cors_enforce_answer(request_rec *r, cors_decision *decision)
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
    decision->answered = 1;
    r->status = answered_status(decision);
    ap_run_insert_error_filter(r);
    return DONE;
}

/*
 * Here where mod_dir or mod_negotiation brought this place in, or before an
 * internal redirect: then programs still see who it was.
 */
static int is_logged_in(const request_rec *r)
{
    while (r && !r->user) {
        r = r->prev;
    }
    return r != NULL;
}

/*
 * What cannot be taken out of a request: an upgrade keeps its cookies'
 * session, mod_auth_digest has read its header by now, a certificate belongs
 * to the connection, and a log-in that no place stripped has happened.
 */
static int cannot_strip(request_rec *r, const cors_decision *decision)
{
    const char *auth_type = ap_auth_type(r);

    return (!decision->stripped && is_logged_in(r))
           || apr_table_get(r->headers_in, "Upgrade")
           || (auth_type && ap_cstr_casecmp(auth_type, "Digest") == 0)
           || cors_request_has_certificate(r);
}

/*
 * And the copies that the server's own SetEnvIf or RewriteRule has made by
 * now, under the names that CGI and FastCGI programs read.
 */
static int strip(request_rec *r, cors_decision *decision)
{
    int refused = cannot_strip(r, decision);

    decision->stripped = 1;
    if (refused) {
        return HTTP_FORBIDDEN;
    }
    apr_table_unset(r->headers_in, "Cookie");
    apr_table_unset(r->headers_in, "Authorization");
    apr_table_unset(r->subprocess_env, "HTTP_COOKIE");
    apr_table_unset(r->subprocess_env, "HTTP_AUTHORIZATION");
    apr_table_unset(r->subprocess_env, "REDIRECT_HTTP_AUTHORIZATION");
    return DECLINED;
}

static int disallowed(request_rec *r, const cors_policy *place,
                      cors_decision *decision)
{
    if (cors_policy_get(place, CORS_REPORT_ONLY) == CORS_ON) {
        return DECLINED;
    }
    switch (cors_policy_get(place, CORS_DISALLOWED)) {
    case CORS_DENY:
        return decision->preflight ? cors_enforce_answer(r, decision)
                                   : HTTP_FORBIDDEN;
    case CORS_STRIP_CREDENTIALS:
        return strip(r, decision);
    default:
        return DECLINED;
    }
}

static int is_answered_here(const cors_decision *decision)
{
    const cors_policy *policy = decision->policy;

    return decision->preflight
           && cors_policy_get(policy, CORS_PREFLIGHT)
              == CORS_PREFLIGHT_ANSWER
           && cors_policy_get(policy, CORS_REPORT_ONLY) == CORS_OFF;
}

/* What the failed request was refused, its ErrorDocument is not. */
int cors_enforce_upon(request_rec *r, cors_decision *decision)
{
    if (cors_request_is_error_document(r)) {
        return DECLINED;
    }
    if (is_answered_here(decision)) {
        return cors_enforce_answer(r, decision);
    }
    return cors_decision_refuses_origin(decision)
           ? disallowed(r, cors_policy_of(r), decision) : DECLINED;
}
