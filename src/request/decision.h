/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_DECISION_H
#define CORS_DECISION_H

#include "policy/policy.h"
#include "policy/reason.h"

/*
 * The judgement of one request. A request is judged once, by the first
 * request in its chain of internal redirects whose place has a policy; all
 * that follow answer from that judgement, never from the headers read again.
 */
typedef struct cors_decision {
    const cors_policy *policy;      /* NULL: not judged yet */
    const char *origin;             /* the Origin field; NULL: there is none */
    size_t origin_length;
    cors_result result;
    cors_reason reason;
    unsigned preflight : 1;
    unsigned origin_allowed : 1;    /* whatever method and headers are */
    unsigned anonymous : 1;         /* allowed to read without credentials */
    unsigned any_origin : 1;        /* "*": the same answer for everybody */
    unsigned answered : 1;          /* a preflight, by the module itself */
    unsigned stripped : 1;          /* some place takes credentials off */

    unsigned translating : 1;       /* redirect.c runs other translators */

    /* Of a preflight: */
    const char *method;             /* asked for */
    const char *asked_headers;      /* NULL: none */
    const char *failed_header;      /* the first that is not allowed, */
    size_t failed_header_length;    /* not ended by NUL */
    const char *headers;            /* those asked for and allowed, under * */
} cors_decision;

/*
 * Judge a request by a policy. Lives in the request's pool. Never NULL.
 *
 * Fetch, "CORS check" and "CORS-preflight fetch": origin first (null,
 * multiple, malformed, excluded, not listed), then method, then headers.
 */
cors_decision *cors_decision_make(request_rec *r, const cors_policy *policy);

/*
 * Judge an anonymous request again, once access control is through: where
 * SSLVerifyClient stands in a directory, TLS asks for the client certificate
 * as late as that. decision: anonymous. Returns whether there is one, and the
 * request disallowed.
 */
int cors_decision_ends_anonymity(request_rec *r, cors_decision *decision);

/*
 * What the request says, read once and kept by r: origin, and of a preflight
 * (OPTIONS with Origin and Access-Control-Request-Method) what it asks for.
 */
cors_decision *cors_decision_read(request_rec *r);

/* The judgement that r keeps or was given; NULL: none so far. */
static inline cors_decision *cors_decision_of(const request_rec *r)
{
    cors_decision *decision = ap_get_module_config(r->request_config,
                                                   &cors_cookies_module);

    return decision && decision->policy ? decision : NULL;
}

/* Give r a judgement: its own, or that of the request it stems from. */
void cors_decision_keep(request_rec *r, cors_decision *decision);

/*
 * Whether the judgement is of a cross-origin request whose origin is not
 * allowed, anonymous ones among them. Not of a preflight that fails for its
 * method or headers only.
 */
static inline int cors_decision_is_of_stranger(
    const cors_decision *decision)
{
    return decision->origin && !decision->origin_allowed
           && decision->result != CORS_RESULT_SAME_ORIGIN;
}

/* Whether CORSDisallowedOrigin is about it: a stranger, not anonymous. */
static inline int cors_decision_refuses_origin(
    const cors_decision *decision)
{
    return cors_decision_is_of_stranger(decision) && !decision->anonymous;
}

/*
 * Judge one origin by a policy: CORS_REASON_OK or why not. What
 * cors_decision_make does, without a request.
 */
cors_reason cors_decision_origin(const cors_policy *policy,
                                 const char *origin, size_t length);

#endif
