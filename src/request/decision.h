/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_DECISION_H
#define CORS_DECISION_H

#include "policy/reason.h"
#include "request/origin_store.h"
#include "request/request.h"

#define CORS_PREFLIGHT_HEADERS_MAX 64
#define CORS_PREFLIGHT_LENGTH_MAX  4096

/*
 * The verdict upon one request. A request is judged once, by the first
 * request in its chain of internal redirects whose place has a policy; all
 * that follow answer from that judgement, never from the headers read again.
 */
typedef struct cors_decision {
    const cors_policy *policy;
    cors_result result;
    cors_reason reason;
    unsigned origin_allowed : 1;    /* whatever method and headers are */
    unsigned anonymous : 1;         /* allowed to read without credentials */
    unsigned any_origin : 1;        /* "*": the same answer for everybody */
    unsigned by_connection : 1;     /* it has sent credentials of its own */
    cors_store_seen store;          /* what a query said of the origin */

    /* Of a preflight: */
    unsigned method_missing : 1;
    const char *missing;            /* headers that are not allowed, a list */
    const char *headers;            /* those asked for and allowed, under * */
} cors_decision;

/*
 * Judge what r says by a policy. The request that r keeps then has its
 * decision. Never NULL.
 *
 * Fetch, "CORS check" and "CORS-preflight fetch": origin first (null,
 * multiple, malformed, excluded, not listed), then method, then headers.
 */
cors_request *cors_decision_make(request_rec *r, const cors_policy *policy);

/*
 * Look at the credentials again, once access control is through: where
 * SSLVerifyClient stands in a directory, TLS asks for the client certificate
 * as late as that, and a connection may have logged the request in by then.
 * Returns whether that ends its anonymity: now it is disallowed.
 */
int cors_decision_ends_anonymity(request_rec *r, cors_request *request);

/*
 * Whether the judgement is of a cross-origin request whose origin is not
 * allowed, anonymous ones among them. Not of a preflight that fails for its
 * method or headers only.
 */
static inline int cors_decision_is_of_stranger(const cors_request *request)
{
    return !request->decision->origin_allowed
           && request->decision->result != CORS_RESULT_NONE
           && request->decision->result != CORS_RESULT_SAME_ORIGIN;
}

/*
 * Whether a place with CORSFetchMetadata may still judge it: without Origin,
 * and none has so far.
 */
static inline int cors_decision_is_open(const cors_request *request)
{
    return !request->metadata_read && !request->origin.text;
}

/* Whether CORSDisallowedOrigin is about it: a stranger, not anonymous. */
static inline int cors_decision_refuses_origin(const cors_request *request)
{
    return cors_decision_is_of_stranger(request)
           && !request->decision->anonymous;
}

/* Whether it is a refusal: counted, logged and shown as one. */
static inline int cors_decision_is_refusal(const cors_decision *decision)
{
    return decision->result == CORS_RESULT_DISALLOWED
           || decision->result == CORS_RESULT_PREFLIGHT_DISALLOWED;
}

/*
 * Whether the response goes to an origin whose scripts may read it with
 * credentials.
 */
static inline int cors_decision_allows_credentials(
    const cors_decision *decision)
{
    return decision->origin_allowed && !decision->any_origin
           && decision->result != CORS_RESULT_EMBEDDED
           && cors_policy_is_on(decision->policy, CORS_CREDENTIALS);
}

#endif
