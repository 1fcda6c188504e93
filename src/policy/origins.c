/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/origins.h"

#include <apr_tables.h>

#include "syntax/site.h"
#include "policy/expression_cache.h"
#include "policy/safety.h"

/* An expression, and where it stands. */
typedef struct placed_expression {
    cors_expression expression;
    cors_place place;
} placed_expression;

struct cors_origins {
    apr_pool_t *pool;
    cors_place place;
    cors_origins_kind kind;
    apr_array_header_t *sets;           /* of const cors_origin_set * */
    cors_origin_set *own;               /* the one of sets to add to */
    apr_array_header_t *expressions;    /* of placed_expression */
};

static const cors_origin_set *set_at(const cors_origins *origins, int i)
{
    return APR_ARRAY_IDX(origins->sets, i, const cors_origin_set *);
}

static const placed_expression *expression_at(const cors_origins *origins,
                                              int i)
{
    return &APR_ARRAY_IDX(origins->expressions, i, placed_expression);
}

cors_origins *cors_origins_create(apr_pool_t *pool, cors_place place)
{
    cors_origins *origins = apr_pcalloc(pool, sizeof(*origins));

    origins->pool = pool;
    origins->place = place;
    origins->sets = apr_array_make(pool, 1, sizeof(const cors_origin_set *));
    origins->expressions = apr_array_make(pool, 0,
                                          sizeof(placed_expression));
    return origins;
}

cors_origins_kind cors_origins_kind_of(const cors_origins *origins)
{
    return origins->kind;
}

cors_place cors_origins_place(const cors_origins *origins)
{
    return origins->place;
}

void cors_origins_set_kind(cors_origins *origins, cors_origins_kind kind)
{
    origins->kind = kind;
}

void cors_origins_add_set(cors_origins *origins, const cors_origin_set *set)
{
    APR_ARRAY_PUSH(origins->sets, const cors_origin_set *) = set;
    origins->kind = CORS_ORIGINS_LISTED;
}

cors_flaw cors_origins_add(cors_origins *origins, const char *text,
                           size_t length, cors_place place)
{
    if (!origins->own) {
        origins->own = cors_origin_set_create(origins->pool, NULL, 0);
        cors_origins_add_set(origins, origins->own);
    }
    return cors_origin_set_add(origins->own, text, length, place);
}

const char *cors_origins_add_expression(cors_origins *origins,
                                        const char *text, cors_place place,
                                        int keep, const char **warning)
{
    placed_expression *added = apr_array_push(origins->expressions);

    origins->kind = CORS_ORIGINS_LISTED;
    added->place = place;
    *warning = NULL;
    return keep
        ? cors_expression_cache_compile(origins->pool, text,
                                        &added->expression)
        : cors_expression_compile(origins->pool, text, &added->expression,
                                  warning);
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

/* An expression may match http: origins, which no list could have held. */
static cors_reason judge_expressions(const cors_policy *policy,
                                     cors_sent_origin *origin)
{
    if (!is_matched(policy->origins, origin,
                    cors_policy_has_option(policy, CORS_OPTION_MATCH))) {
        return CORS_REASON_ORIGIN_NOT_LISTED;
    }
    return cors_origin_is_insecure(&origin->parts)
           && cors_policy_is_on(policy, CORS_CREDENTIALS)
           && !cors_policy_has_option(policy, CORS_OPTION_INSECURE_ORIGIN)
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
                               cors_sent_origin *origin, int listed)
{
    const cors_origins *origins = policy->origins;
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
    return judge_expressions(policy, origin);
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

/*
 * An origin that is listed as it stands is a valid one, as the whole list
 * is: it is parsed only where an exclusion might match it.
 */
cors_reason cors_origins_judge(const cors_policy *policy,
                               cors_sent_origin *origin)
{
    const cors_origins *origins = policy->origins;
    int listed = 0;

    if (cors_policy_allows_origins(policy)) {
        if (!are_harmless(origins)
            && cors_safety_check(policy, NULL) != CORS_SAFE) {
            return CORS_REASON_POLICY_INVALID;
        }
        listed = origin->text && (origins->kind == CORS_ORIGINS_ANY
                                  || is_listed(origins, origin));
        if (listed && !exclude_some(origins)) {
            return CORS_REASON_OK;
        }
    }
    return origin->text ? judge_parts(policy, origin, listed)
                        : CORS_REASON_ORIGIN_MISSING;
}

int cors_origins_admit_some(const cors_origins *origins)
{
    int i;

    for (i = 0; i < origins->sets->nelts; i++) {
        if (cors_origin_set_admits_some(set_at(origins, i))) {
            return 1;
        }
    }
    return origins->expressions->nelts > 0;
}

int cors_origins_have_open_label(const cors_origins *origins,
                                 cors_offence *offence)
{
    int i;

    for (i = 0; i < origins->sets->nelts; i++) {
        if (cors_origin_set_has_open_label(set_at(origins, i), offence)) {
            return 1;
        }
    }
    return 0;
}

int cors_origins_unmet_option(const cors_origins *origins, int options,
                              cors_offence *offence)
{
    int option = 0, i;

    for (i = 0; !option && i < origins->sets->nelts; i++) {
        option = cors_origin_set_unmet_option(set_at(origins, i), options,
                                              offence);
    }
    return option;
}

const char *cors_origins_find(const cors_origins *origins,
                              cors_origins_search *search, void *data)
{
    const char *found = NULL;
    int i;

    for (i = 0; !found && i < origins->sets->nelts; i++) {
        const cors_matcher *patterns =
            cors_origin_set_patterns(set_at(origins, i));

        found = patterns ? search(data, patterns) : NULL;
    }
    return found;
}

const char *cors_origins_find_expression(
    const cors_origins *origins, cors_origins_expression_search *search,
    void *data)
{
    const char *found = NULL;
    int i;

    for (i = 0; !found && i < origins->expressions->nelts; i++) {
        found = search(data, &expression_at(origins, i)->expression);
    }
    return found;
}

int cors_origins_unmet_match(const cors_origins *origins, int options,
                             int credentials, cors_offence *offence)
{
    int has_list = cors_site_has_list(), option = 0, i;

    for (i = 0; !option && i < origins->expressions->nelts; i++) {
        const placed_expression *one = expression_at(origins, i);

        if (one->expression.unnamed && !(options & CORS_OPTION_MATCH)) {
            option = CORS_OPTION_MATCH;
        }
        else if (credentials && !has_list && !one->expression.finite
                 && !(options & CORS_OPTION_PUBLIC_SUFFIX)) {
            option = CORS_OPTION_PUBLIC_SUFFIX;
        }
        if (option && offence) {
            offence->pattern = one->expression.text;
            offence->place = one->place;
        }
    }
    return option;
}

void cors_origins_each_file(const cors_origins *origins,
                            cors_origins_file_visit *visit, void *data)
{
    int i;

    for (i = 0; i < origins->sets->nelts; i++) {
        if (cors_origin_set_path(set_at(origins, i))) {
            visit(data, set_at(origins, i));
        }
    }
}

int cors_origins_each(const cors_origins *origins, cors_origin_visit *visit,
                      void *data)
{
    int answer = 0, i;

    for (i = 0; !answer && i < origins->sets->nelts; i++) {
        answer = cors_origin_set_each(set_at(origins, i), visit, data);
    }
    for (i = 0; !answer && i < origins->expressions->nelts; i++) {
        answer = visit(data, CORS_SEEN_EXPRESSION,
                       expression_at(origins, i)->expression.text,
                       (size_t)i);
    }
    return answer;
}
