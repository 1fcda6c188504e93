/* SPDX-License-Identifier: Apache-2.0 */
#include "request/decision.h"

#include <string.h>

#include "apart.h"
#include "policy/expression.h"
#include "policy/safety.h"
#include "request/preflight.h"
#include "request/request.h"

void cors_decision_keep(request_rec *r, cors_decision *decision)
{
    ap_set_module_config(r->request_config, &cors_cookies_module, decision);
}

cors_decision *cors_decision_read(request_rec *r)
{
    cors_decision *decision = ap_get_module_config(r->request_config,
                                                   &cors_cookies_module);

    if (decision) {
        return decision;
    }
    decision = apr_pcalloc(r->pool, sizeof(*decision));
    decision->origin = apr_table_get(r->headers_in, "Origin");
    if (decision->origin) {
        decision->origin_length = strlen(decision->origin);
        if (r->method_number == M_OPTIONS) {
            cors_request_asks(r, &decision->method,
                              &decision->asked_headers);
            decision->preflight = decision->method != NULL;
        }
    }
    cors_decision_keep(r, decision);
    return decision;
}

static cors_reason flaw_reason(cors_flaw flaw)
{
    switch (flaw) {
    case CORS_FLAW_NULL:
        return CORS_REASON_ORIGIN_NULL;
    case CORS_FLAW_LIST:
        return CORS_REASON_ORIGIN_MULTIPLE;
    default:
        return CORS_REASON_ORIGIN_MALFORMED;
    }
}

static const cors_origin_set *set_at(const cors_origins *origins, int i)
{
    return APR_ARRAY_IDX(origins->sets, i, const cors_origin_set *);
}

static int is_listed(const cors_origins *origins, const char *origin,
                     size_t length)
{
    int i;

    for (i = 0; i < origins->sets->nelts; i++) {
        const cors_matcher *admitted = set_at(origins, i)->admitted;

        if (admitted && cors_matcher_has(admitted, origin, length)) {
            return 1;
        }
    }
    return 0;
}

static int wildcard_admits(const cors_origins *origins,
                           const cors_origin *origin)
{
    int i;

    for (i = 0; i < origins->sets->nelts; i++) {
        const cors_matcher *admitted = set_at(origins, i)->admitted;

        if (admitted && cors_matcher_admits_by_wildcard(admitted, origin)) {
            return 1;
        }
    }
    return 0;
}

static int is_excluded(const cors_origins *origins,
                       const cors_origin *origin)
{
    int i;

    for (i = 0; i < origins->sets->nelts; i++) {
        const cors_matcher *excluded = set_at(origins, i)->excluded;

        if (excluded && cors_matcher_admits(excluded, origin)) {
            return 1;
        }
    }
    return 0;
}

static CORS_APART cors_reason expressions_judge(const cors_policy *policy,
                                                const cors_origin *origin)
{
    const apr_array_header_t *expressions = policy->origins->expressions;
    int i;

    for (i = 0; i < expressions->nelts; i++) {
        const cors_expression *expression =
            &APR_ARRAY_IDX(expressions, i, cors_expression);

        if (!cors_expression_matches(expression, origin->text,
                                     origin->length)) {
            continue;
        }
        if (cors_origin_is_insecure(origin)
            && cors_policy_get(policy, CORS_CREDENTIALS) == CORS_ON
            && !cors_policy_has_option(policy,
                                       CORS_OPTION_INSECURE_ORIGIN)) {
            return CORS_REASON_ORIGIN_INSECURE;
        }
        return CORS_REASON_OK;
    }
    return CORS_REASON_ORIGIN_NOT_LISTED;
}

static cors_reason origin_judge(const cors_policy *policy,
                                const cors_origin *origin, int listed)
{
    const cors_origins *origins = policy->origins;

    if (origins->excludes && is_excluded(origins, origin)) {
        return CORS_REASON_ORIGIN_EXCLUDED;
    }
    if (listed || (origins->wildcards && wildcard_admits(origins, origin))) {
        return CORS_REASON_OK;
    }
    return origins->expressions ? expressions_judge(policy, origin)
                                : CORS_REASON_ORIGIN_NOT_LISTED;
}

/* For an origin that is not allowed as it stands; allowed ones save 11. */
static CORS_APART cors_reason unlisted_judge(const cors_policy *policy,
                                             const char *origin,
                                             size_t length, int listed)
{
    cors_origin parsed;
    cors_flaw flaw = cors_origin_parse(origin, length, &parsed);

    if (flaw != CORS_FLAW_NONE) {
        return flaw_reason(flaw);
    }
    return cors_policy_allows_origins(policy)
           ? origin_judge(policy, &parsed, listed)
           : CORS_REASON_ORIGIN_NOT_LISTED;
}

/*
 * An origin that is listed as it stands is a valid one, as the whole list
 * is: it is parsed only where an exclusion might match it (500 instructions
 * less).
 */
cors_reason cors_decision_origin(const cors_policy *policy,
                                 const char *origin, size_t length)
{
    int listed = 0;

    if (cors_policy_allows_origins(policy)) {
        if (!cors_check_is_safe(policy)) {
            return CORS_REASON_POLICY_INVALID;
        }
        listed = policy->origins->any
                 || is_listed(policy->origins, origin, length);
        if (listed && !policy->origins->excludes) {
            return CORS_REASON_OK;
        }
    }
    return unlisted_judge(policy, origin, length, listed);
}

/* Not allowed by the policy: the site itself, or welcome without cookies? */
static void others_judge(request_rec *r, cors_decision *decision)
{
    if (!decision->preflight
        && cors_request_is_same_origin(r, decision->origin)) {
        decision->result = CORS_RESULT_SAME_ORIGIN;
        decision->reason = CORS_REASON_OK;
        return;
    }
    decision->result = CORS_RESULT_DISALLOWED;
    if (decision->reason == CORS_REASON_POLICY_INVALID
        || cors_policy_get(decision->policy, CORS_ANONYMOUS) != CORS_ON) {
        return;
    }
    if (cors_request_has_credentials(r)) {
        decision->reason = CORS_REASON_CREDENTIALS_SENT;
        return;
    }
    decision->anonymous = 1;
    decision->result = CORS_RESULT_ANONYMOUS;
}

int cors_decision_ends_anonymity(request_rec *r, cors_decision *decision)
{
    if (decision->preflight || !cors_request_has_certificate(r)) {
        return 0;
    }
    decision->anonymous = 0;
    decision->result = CORS_RESULT_DISALLOWED;
    decision->reason = CORS_REASON_CREDENTIALS_SENT;
    return 1;
}

static void preflight_judge(request_rec *r, cors_decision *decision)
{
    cors_reason reason;

    if (!decision->origin_allowed && !decision->anonymous) {
        decision->result = CORS_RESULT_PREFLIGHT_DISALLOWED;
        return;
    }
    if (!decision->anonymous) {
        decision->result = CORS_RESULT_PREFLIGHT_ALLOWED;
    }
    if (cors_policy_get(decision->policy, CORS_PREFLIGHT)
        == CORS_PREFLIGHT_FORWARD) {
        return;
    }
    reason = cors_preflight_judge(r, decision);
    if (reason != CORS_REASON_OK) {
        decision->result = CORS_RESULT_PREFLIGHT_DISALLOWED;
        decision->reason = reason;
    }
}

cors_decision *cors_decision_make(request_rec *r, const cors_policy *policy)
{
    cors_decision *decision = cors_decision_read(r);

    decision->policy = policy;
    decision->any_origin = policy->origins && policy->origins->any
                           && cors_policy_get(policy, CORS_CREDENTIALS)
                              == CORS_OFF;
    if (!decision->origin) {
        return decision;
    }
    decision->reason = cors_decision_origin(policy, decision->origin,
                                            decision->origin_length);
    if (decision->reason == CORS_REASON_OK) {
        decision->origin_allowed = 1;
        decision->result = CORS_RESULT_ALLOWED;
    }
    else {
        others_judge(r, decision);
    }
    if (decision->preflight) {
        preflight_judge(r, decision);
    }
    return decision;
}
