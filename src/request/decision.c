/* SPDX-License-Identifier: Apache-2.0 */
#include "request/decision.h"

#include <string.h>

#include "syntax/token.h"
#include "policy/origins.h"
#include "request/fetch_metadata.h"

/*
 * Credentials end a welcome without them. Want of an answer stays the reason:
 * with one it might have been allowed, and no cache keeps it.
 */
static void note_credentials(cors_decision *decision, int by_connection)
{
    decision->result = CORS_RESULT_DISALLOWED;
    if (decision->reason != CORS_REASON_ORIGIN_STORE_UNAVAILABLE) {
        decision->reason = CORS_REASON_CREDENTIALS_SENT;
    }
    decision->by_connection = by_connection;
}

/* Not allowed by the policy: the site itself, or welcome without cookies? */
static void judge_others(request_rec *r, cors_request *request)
{
    cors_decision *decision = request->decision;

    if (!request->preflight && !request->metadata_judged
        && cors_request_is_same_origin(r, request->origin.text)) {
        decision->result = CORS_RESULT_SAME_ORIGIN;
        decision->reason = CORS_REASON_OK;
        return;
    }
    decision->result = CORS_RESULT_DISALLOWED;
    if (decision->reason == CORS_REASON_POLICY_INVALID
        || !cors_policy_is_on(decision->policy, CORS_ANONYMOUS)) {
        return;
    }
    if (cors_request_has_credentials(r)) {
        note_credentials(decision, cors_request_has_certificate(r));
        return;
    }
    decision->anonymous = 1;
    decision->result = CORS_RESULT_ANONYMOUS;
}

/* What is listed is a token: only "*" has to look at the bytes. */
static int is_method_allowed(const cors_policy *policy, const char *method)
{
    const cors_names *methods = policy->names[CORS_METHODS];
    size_t length = strlen(method);

    return cors_method_is_safelisted(method, length)
           || (methods && (cors_names_has(methods, method, length)
                           || (methods->any
                               && cors_token_is(method, length))));
}

/* "*" is every header but Authorization (Fetch, "CORS non-wildcard"). */
static int is_header_allowed(const cors_names *headers, const char *name,
                             size_t length)
{
    if (headers && headers->any
        && !cors_token_same(name, length, "authorization", 13)) {
        return cors_token_is(name, length);
    }
    return headers && cors_names_has(headers, name, length);
}

/* A list that grows into room for all that was asked. */
typedef struct name_list {
    char *start;
    char *end;
} name_list;

static void append_name(apr_pool_t *pool, name_list *list, size_t room,
                        const char *name, size_t length)
{
    if (!list->start) {
        list->start = list->end = apr_palloc(pool, room);
    }
    if (list->end > list->start) {
        *list->end++ = ',';
        *list->end++ = ' ';
    }
    memcpy(list->end, name, length);
    list->end += length;
    *list->end = '\0';
}

/* Often one name is asked for: no list has to be taken apart. */
static int is_one_listed(const cors_names *headers, const char *value,
                         size_t length)
{
    return headers && !headers->any
           && cors_names_has(headers, value, length);
}

/*
 * Each name asked for: those that are not allowed are kept for the log, under
 * "*" the others for the answer.
 */
static cors_reason judge_names(request_rec *r, cors_decision *decision,
                               const char *value, size_t length)
{
    const cors_names *headers = decision->policy->names[CORS_HEADERS];
    size_t room = 2 * length + 1, name_length, count = 0;
    name_list echo = { NULL, NULL }, missing = { NULL, NULL };
    const char *name;
    cors_list list;

    cors_list_start(&list, value, length);
    while (cors_list_next(&list, &name, &name_length)) {
        if (++count > CORS_PREFLIGHT_HEADERS_MAX) {
            return CORS_REASON_HEADERS_MALFORMED;
        }
        if (name_length == 0) {
            continue;
        }
        if (is_header_allowed(headers, name, name_length)) {
            if (headers->any) {
                append_name(r->pool, &echo, room, name, name_length);
            }
        }
        else if (cors_token_is(name, name_length)) {
            append_name(r->pool, &missing, room, name, name_length);
        }
        else {
            return CORS_REASON_HEADERS_MALFORMED;
        }
    }
    decision->headers = echo.start;
    decision->missing = missing.start;
    return missing.start ? CORS_REASON_HEADER_NOT_LISTED : CORS_REASON_OK;
}

static cors_reason judge_headers(request_rec *r, const cors_request *request)
{
    size_t length = request->headers ? strlen(request->headers) : 0;

    if (length == 0
        || is_one_listed(request->decision->policy->names[CORS_HEADERS],
                         request->headers, length)) {
        return CORS_REASON_OK;
    }
    return length > CORS_PREFLIGHT_LENGTH_MAX
           ? CORS_REASON_HEADERS_MALFORMED
           : judge_names(r, request->decision, request->headers, length);
}

/* Fetch, "CORS-preflight fetch", steps 7.5 to 7.7: method, then headers. */
static void judge_preflight(request_rec *r, cors_request *request)
{
    cors_decision *decision = request->decision;
    cors_reason reason;

    if (!decision->origin_allowed && !decision->anonymous) {
        decision->result = CORS_RESULT_PREFLIGHT_DISALLOWED;
        return;
    }
    if (!decision->anonymous) {
        decision->result = CORS_RESULT_PREFLIGHT_ALLOWED;
    }
    if (cors_policy_forwards(decision->policy)) {
        return;
    }
    reason = judge_headers(r, request);
    if (!is_method_allowed(decision->policy, request->method)) {
        decision->method_missing = 1;
        reason = CORS_REASON_METHOD_NOT_LISTED;
    }
    if (reason != CORS_REASON_OK) {
        decision->result = CORS_RESULT_PREFLIGHT_DISALLOWED;
        decision->reason = reason;
    }
}

/* Without Origin: whether it is judged all the same. */
static int is_embedded(request_rec *r, cors_request *request)
{
    const cors_decision *decision = request->decision;

    if (!cors_policy_is_on(decision->policy, CORS_FETCH_METADATA)) {
        return 0;
    }
    request->metadata_read = 1;
    return !decision->any_origin && cors_fetch_metadata_asks(r, request);
}

/*
 * What a Referer has in an origin's place is one where it is listed; else it
 * is looked at, and none is kept that no browser would have written.
 */
static cors_reason judge_origin(const cors_policy *policy,
                                cors_request *request)
{
    cors_sent_origin *origin = &request->origin;
    cors_reason reason = cors_origins_judge(policy, origin);

    if (reason == CORS_REASON_OK || !request->metadata_judged
        || !origin->text
        || cors_sent_origin_parse(origin) == CORS_FLAW_NONE) {
        return reason;
    }
    origin->text = NULL;
    return reason == CORS_REASON_POLICY_INVALID
           ? reason : CORS_REASON_ORIGIN_MISSING;
}

/*
 * The site's own origin asks no database; a preflight is never its own, nor
 * is what was judged by its Referer.
 */
static int may_ask(const request_rec *r, const cors_policy *policy,
                   const cors_request *request)
{
    return cors_policy_allows_origins(policy)
           && cors_origins_queries(policy->origins)->nelts > 0
           && (request->preflight || request->metadata_judged
               || !cors_request_is_same_origin(r, request->origin.text));
}

cors_request *cors_decision_make(request_rec *r, const cors_policy *policy)
{
    cors_request *request = cors_request_read(r);
    cors_decision *decision = apr_pcalloc(r->pool, sizeof(*decision));

    request->decision = decision;
    decision->policy = policy;
    decision->any_origin =
        policy->origins && !cors_policy_is_on(policy, CORS_CREDENTIALS)
        && cors_origins_kind_of(policy->origins) == CORS_ORIGINS_ANY;
    if (!request->origin.text && !is_embedded(r, request)) {
        return request;
    }
    decision->reason = judge_origin(policy, request);
    if (decision->reason == CORS_REASON_ORIGIN_NOT_LISTED
        && may_ask(r, policy, request)) {
        decision->reason = cors_origin_store_judge(r, policy,
                                                   &request->origin,
                                                   &decision->store);
    }
    if (decision->reason == CORS_REASON_OK) {
        decision->origin_allowed = 1;
        decision->result = request->metadata_judged ? CORS_RESULT_EMBEDDED
                                                    : CORS_RESULT_ALLOWED;
    }
    else {
        judge_others(r, request);
    }
    if (request->preflight) {
        judge_preflight(r, request);
    }
    return request;
}

int cors_decision_ends_anonymity(request_rec *r, cors_request *request)
{
    cors_decision *decision = request->decision;

    if ((!decision->anonymous
         && decision->reason != CORS_REASON_CREDENTIALS_SENT)
        || request->preflight
        || !(cors_request_has_certificate(r)
             || cors_request_has_connection_login(r))) {
        return 0;
    }
    if (!decision->anonymous) {
        decision->by_connection = 1;
        return 0;
    }
    note_credentials(decision, 1);
    decision->anonymous = 0;
    return 1;
}
