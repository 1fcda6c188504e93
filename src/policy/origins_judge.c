/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/origins_inside.h"
#include "policy/safety.h"

/* A policy, and its origins, as they are under one version of the lists. */
typedef struct fixed_policy {
    cors_policy policy;
    cors_origins origins;
} fixed_policy;

const cors_policy *cors_origins_fix(apr_pool_t *pool,
                                    const cors_policy *policy,
                                    const cors_origin_lists *lists)
{
    fixed_policy *fixed;

    if (!policy->origins || !policy->origins->has_files) {
        return policy;
    }
    fixed = apr_palloc(pool, sizeof(*fixed));
    fixed->policy = *policy;
    fix_lists(&fixed->origins, policy->origins, lists);
    fixed->policy.origins = &fixed->origins;
    return &fixed->policy;
}

static int is_listed(const cors_origins *origins,
                     const cors_sent_origin *origin)
{
    int i;

    for (i = 0; i < origins->sets->nelts; i++) {
        if (cors_origin_set_has(set_at(origins, i), origin->text,
                                origin->length)) {
            return 1;
        }
    }
    return 0;
}

static int exclude_some(const cors_origins *origins)
{
    int i;

    for (i = 0; i < origins->sets->nelts; i++) {
        if (cors_origin_set_excludes_some(set_at(origins, i))) {
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
        if (cors_origin_set_excludes(set_at(origins, i), origin)) {
            return 1;
        }
    }
    return 0;
}

static int is_covered(const cors_origins *origins, const cors_origin *origin)
{
    int i;

    for (i = 0; i < origins->sets->nelts; i++) {
        if (cors_origin_set_admits(set_at(origins, i), origin)) {
            return 1;
        }
    }
    return 0;
}

static int is_matched(const cors_origins *origins, cors_sent_origin *origin,
                      int unsafe_match)
{
    int i;

    for (i = 0; i < origins->expressions->nelts; i++) {
        switch (cors_expression_match_origin(&expression_at(origins, i)
                                                 ->expression,
                                             &origin->parts, unsafe_match)) {
        case CORS_EXPRESSION_YES:
            return 1;
        case CORS_EXPRESSION_STEPS:
            origin->was_too_much = 1;
            break;
        default:
            break;
        }
    }
    return 0;
}

int cors_origins_need_option(const cors_policy *policy,
                             const cors_origin *origin)
{
    return cors_origin_is_insecure(origin)
           && cors_policy_is_on(policy, CORS_CREDENTIALS)
           && !cors_policy_has_option(policy, CORS_OPTION_INSECURE_ORIGIN);
}

/* An expression may match http: origins, which no list could have held. */
static cors_reason judge_expressions(const cors_policy *policy,
                                     const cors_origins *origins,
                                     cors_sent_origin *origin)
{
    if (!is_matched(origins, origin,
                    cors_policy_has_option(policy, CORS_OPTION_MATCH))) {
        return CORS_REASON_ORIGIN_NOT_LISTED;
    }
    return cors_origins_need_option(policy, &origin->parts)
           ? CORS_REASON_ORIGIN_INSECURE : CORS_REASON_OK;
}

static cors_reason reason_of_flaw(cors_flaw flaw)
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

/* For an origin that may be excluded, or is not allowed as it stands. */
static cors_reason judge_parts(const cors_policy *policy,
                               const cors_origins *origins,
                               cors_sent_origin *origin, int listed)
{
    cors_flaw flaw = cors_sent_origin_parse(origin);

    if (flaw != CORS_FLAW_NONE) {
        return reason_of_flaw(flaw);
    }
    if (!cors_policy_allows_origins(policy)) {
        return CORS_REASON_ORIGIN_NOT_LISTED;
    }
    if (is_excluded(origins, &origin->parts)) {
        return CORS_REASON_ORIGIN_EXCLUDED;
    }
    if (listed || is_covered(origins, &origin->parts)) {
        return CORS_REASON_OK;
    }
    return judge_expressions(policy, origins, origin);
}

/* Nearly always: then the sections around bring nothing unsafe together. */
static int are_harmless(const cors_origins *origins)
{
    int i;

    for (i = 0; i < origins->sets->nelts; i++) {
        if (!cors_origin_set_is_harmless(set_at(origins, i))) {
            return 0;
        }
    }
    return i > 0 && !cors_origins_unmet_match(origins, 0, 1, NULL);
}

/* Seldom: then a policy that says what its origins are now is worth it. */
__attribute__((noinline))
static int are_safe(const cors_policy *policy, const cors_origins *origins)
{
    cors_policy fixed = *policy;

    fixed.origins = (cors_origins *)origins;
    return cors_safety_check(&fixed, NULL) == CORS_SAFE;
}

/*
 * An origin that is listed as it stands is a valid one, as the whole list
 * is: it is parsed only where an exclusion might match it.
 *
 * origins: the policy's, under one version of the lists.
 */
static cors_reason judge_origin(const cors_policy *policy,
                                const cors_origins *origins,
                                cors_sent_origin *origin)
{
    int listed = 0;

    if (cors_policy_allows_origins(policy)) {
        if (!are_harmless(origins) && !are_safe(policy, origins)) {
            return CORS_REASON_POLICY_INVALID;
        }
        listed = origin->text && (origins->kind == CORS_ORIGINS_ANY
                                  || is_listed(origins, origin));
        if (listed && !exclude_some(origins)) {
            return CORS_REASON_OK;
        }
    }
    return origin->text ? judge_parts(policy, origins, origin, listed)
                        : CORS_REASON_ORIGIN_MISSING;
}

cors_reason cors_origins_judge(const cors_policy *policy,
                               cors_sent_origin *origin)
{
    const cors_origin_lists *lists;
    cors_origins fixed;
    cors_reason reason;

    if (!may_change(policy->origins)) {
        return judge_origin(policy, policy->origins, origin);
    }
    lists = cors_origin_lists_enter();
    fix_lists(&fixed, policy->origins, lists);
    reason = judge_origin(policy, &fixed, origin);
    cors_origin_lists_leave(lists);
    return reason;
}
