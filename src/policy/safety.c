/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/safety.h"

#include <apr_strings.h>

#include "syntax/site.h"
#include "policy/expression.h"
#include "policy/origins.h"
#include "policy/rejection.h"

static const char *const texts[CORS_SAFETY_COUNT] = {
    [CORS_SAFE] = NULL,
    [CORS_UNSAFE_ANY] =
        "with credentials every site of the world could read what this "
        "site's cookies open; write the origins one by one, or "
        "CORSAllowCredentials Off for content that is the same without "
        "cookies, or CORSAllowAnonymous On to let other sites read without "
        "cookies",
    [CORS_UNSAFE_INSECURE] =
        "with credentials everybody on the way of an http: page could read "
        "what this site's cookies open; write https:, or CORSOptions "
        "UnsafeInsecureOrigin to allow it all the same",
    [CORS_UNSAFE_SUFFIX] =
        "everybody can register a name there and could read what this "
        "site's cookies open; write *. over a domain of your own, or "
        "CORSOptions UnsafePublicSuffix to allow it all the same",
    [CORS_UNSAFE_LABEL] =
        "everybody can register such a name there; write the wildcard over a "
        "domain of your own, or CORSOptions UnsafePublicSuffix to allow it "
        "all the same",
    [CORS_UNSAFE_UNLISTED] =
        "this build has no list of public suffixes and cannot tell whether "
        "everybody can register such a name; write the origins one by one, "
        "or CORSOptions UnsafePublicSuffix to allow it all the same",
    [CORS_UNSAFE_EXCLUDING] =
        "a section of exclusions only allows nobody; write the origins that "
        "it allows beside them",
    [CORS_UNSAFE_UNNAMED] = NULL,       /* the expression knows why */
    [CORS_UNSAFE_MATCH_UNLISTED] =
        "this build has no list of public suffixes and cannot tell what "
        "belongs to one site; write the origins one by one, or CORSOptions "
        "UnsafePublicSuffix to allow it all the same"
};

/* The first of exclusions that stand alone; its ! is the message's. */
static int find_excluded(void *data, cors_origin_seen seen, const char *text,
                         size_t number)
{
    (void)number;
    if (seen != CORS_SEEN_EXCLUDED && seen != CORS_SEEN_FILE_EXCLUDED) {
        return 0;
    }
    *(const char **)data = text;
    return 1;
}

/* What is at fault where it is no single pattern. */
static cors_safety name_offence(const cors_origins *origins,
                                cors_safety safety, cors_offence *offence)
{
    if (offence) {
        offence->pattern = "*";
        offence->place = cors_origins_place(origins);
        if (safety == CORS_UNSAFE_EXCLUDING) {
            cors_origins_each(origins, find_excluded,
                              (void *)&offence->pattern);
        }
    }
    return safety;
}

/* What is unsafe for the names that it lets in, with credentials or not. */
static cors_safety check_names(const cors_policy *policy,
                               cors_offence *offence)
{
    if (!cors_policy_has_option(policy, CORS_OPTION_PUBLIC_SUFFIX)
        && cors_origins_have_open_label(policy->origins, offence)) {
        return cors_site_has_list() ? CORS_UNSAFE_LABEL
                                    : CORS_UNSAFE_UNLISTED;
    }
    switch (cors_origins_unmet_match(policy->origins, policy->options.on,
                                     cors_policy_is_on(policy,
                                                       CORS_CREDENTIALS),
                                     offence)) {
    case CORS_OPTION_MATCH:
        return CORS_UNSAFE_UNNAMED;
    case CORS_OPTION_PUBLIC_SUFFIX:
        return CORS_UNSAFE_MATCH_UNLISTED;
    default:
        return CORS_SAFE;
    }
}

static cors_safety check_options(const cors_policy *policy,
                                 cors_offence *offence)
{
    switch (cors_origins_unmet_option(policy->origins, policy->options.on,
                                      offence)) {
    case CORS_OPTION_INSECURE_ORIGIN:
        return CORS_UNSAFE_INSECURE;
    case CORS_OPTION_PUBLIC_SUFFIX:
        return CORS_UNSAFE_SUFFIX;
    default:
        return CORS_SAFE;
    }
}

cors_safety cors_safety_check(const cors_policy *policy,
                              cors_offence *offence)
{
    const cors_origins *origins = policy->origins;
    cors_origins_kind kind = origins ? cors_origins_kind_of(origins)
                                     : CORS_ORIGINS_NONE;
    cors_safety safety;

    if (kind == CORS_ORIGINS_NONE) {
        return CORS_SAFE;
    }
    if (kind == CORS_ORIGINS_LISTED && !cors_origins_admit_some(origins)) {
        return name_offence(origins, CORS_UNSAFE_EXCLUDING, offence);
    }
    safety = check_names(policy, offence);
    if (safety != CORS_SAFE
        || !cors_policy_is_on(policy, CORS_CREDENTIALS)) {
        return safety;
    }
    return kind == CORS_ORIGINS_ANY
           ? name_offence(origins, CORS_UNSAFE_ANY, offence)
           : check_options(policy, offence);
}

cors_safety cors_safety_check_htaccess(apr_pool_t *pool,
                                       const server_rec *server,
                                       const cors_policy *policy,
                                       cors_offence *offence)
{
    if (!cors_policy_is_of_htaccess(policy)
        || cors_safety_check(policy, NULL) == CORS_SAFE) {
        return CORS_SAFE;
    }
    return cors_safety_check(cors_policy_complete(pool, server,
                                                  policy->origins_section),
                             offence);
}

const char *cors_safety_text(apr_pool_t *pool, cors_safety safety,
                             const cors_offence *offence)
{
    const char *sign = safety == CORS_UNSAFE_EXCLUDING ? "!" : "";

    if (safety == CORS_UNSAFE_UNNAMED
        || safety == CORS_UNSAFE_MATCH_UNLISTED) {
        return cors_rejection_text(pool, "CORSAllowOriginMatch",
                                   offence->pattern,
                                   safety == CORS_UNSAFE_MATCH_UNLISTED
                                   ? texts[safety]
                                   : cors_expression_unnamed_reason(
                                         pool, offence->pattern), NULL);
    }
    return cors_rejection_text(pool, "CORSAllowOrigin",
                               apr_pstrcat(pool, sign, offence->pattern,
                                           NULL),
                               texts[safety], NULL);
}
