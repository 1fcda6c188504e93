/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/safety.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_log.h>

#include "syntax/setcookie.h"

APLOG_USE_MODULE(cors_cookies);

static const char *const texts[CORS_CHECK_COUNT] = {
    [CORS_CHECK_SAFE] = NULL,
    [CORS_CHECK_ANY] =
        "with credentials every site of the world could read what this "
        "site's cookies open; write the origins one by one, or "
        "CORSAllowCredentials Off for content that is the same without "
        "cookies, or CORSAllowAnonymous On to let other sites read without "
        "cookies",
    [CORS_CHECK_INSECURE] =
        "with credentials everybody on the way of an http: page could read "
        "what this site's cookies open; write https:, or CORSOptions "
        "UnsafeInsecureOrigin to allow it all the same",
    [CORS_CHECK_SUFFIX] =
        "everybody can register a name there and could read what this "
        "site's cookies open; write *. over a domain of your own, or "
        "CORSOptions UnsafePublicSuffix to allow it all the same",
    [CORS_CHECK_ONLY_EXCLUDED] =
        "a section of exclusions only allows nobody; write the origins that "
        "it allows beside them"
};

/* An exclusion where there are no others; its ! is the message's. */
static const char *first_excluded(const cors_origins *origins)
{
    int i;

    for (i = 0; i < origins->sets->nelts; i++) {
        const cors_origin_set *set =
            APR_ARRAY_IDX(origins->sets, i, const cors_origin_set *);

        if (set->excluded) {
            return cors_matcher_text(set->excluded, 0);
        }
    }
    return "";
}

static void offence_name(cors_offence *offence, const char *pattern,
                         cors_place place)
{
    if (offence) {
        offence->pattern = pattern;
        offence->place = place;
    }
}

/* The first set in which a pattern needs an option that does not hold. */
static cors_check_result sets_check(const cors_policy *policy,
                                    cors_offence *offence)
{
    const apr_array_header_t *sets = policy->origins->sets;
    int insecure = cors_policy_has_option(policy,
                                          CORS_OPTION_INSECURE_ORIGIN);
    int suffix = cors_policy_has_option(policy, CORS_OPTION_PUBLIC_SUFFIX);
    int i;

    for (i = 0; i < sets->nelts; i++) {
        const cors_origin_set *set =
            APR_ARRAY_IDX(sets, i, const cors_origin_set *);

        if (set->insecure.pattern && !insecure) {
            offence_name(offence, set->insecure.pattern,
                         set->insecure.place);
            return CORS_CHECK_INSECURE;
        }
        if (set->suffix.pattern && !suffix) {
            offence_name(offence, set->suffix.pattern, set->suffix.place);
            return CORS_CHECK_SUFFIX;
        }
    }
    return CORS_CHECK_SAFE;
}

cors_check_result cors_check_policy(const cors_policy *policy,
                                    cors_offence *offence)
{
    const cors_origins *origins = policy->origins;

    if (!origins) {
        return CORS_CHECK_SAFE;
    }
    if (!origins->admits && !origins->any && !origins->none) {
        offence_name(offence, first_excluded(origins), origins->place);
        return CORS_CHECK_ONLY_EXCLUDED;
    }
    if (cors_policy_get(policy, CORS_CREDENTIALS) == CORS_OFF) {
        return CORS_CHECK_SAFE;
    }
    if (origins->any) {
        offence_name(offence, "*", origins->place);
        return CORS_CHECK_ANY;
    }
    return origins->offends ? sets_check(policy, offence) : CORS_CHECK_SAFE;
}

const char *cors_check_message(apr_pool_t *pool, cors_check_result result,
                               const cors_offence *offence)
{
    return apr_pstrcat(pool, "CORSAllowOrigin '",
                       result == CORS_CHECK_ONLY_EXCLUDED ? "!" : "",
                       offence->pattern, "': ", texts[result], NULL);
}

/*
 * What a section says of its own may be right until credentials or options
 * of this section meet origins of its server: then the line is this one's.
 */
static cors_place blamed_place(const cors_policy *section,
                               const cors_offence *offence)
{
    if (section->origins) {
        return offence->place;
    }
    if (section->settings_place[CORS_CREDENTIALS].file) {
        return section->settings_place[CORS_CREDENTIALS];
    }
    return section->place;
}

/*
 * A cookie with SameSite=None goes along from every site, and only a policy
 * for the others keeps their requests from using it. Said of the section
 * that brings the two together, not of those that inherit both.
 */
static void section_warn(server_rec *server, const cors_policy *section,
                         const cors_policy *whole)
{
    int i;

    if (cors_policy_get(whole, CORS_DISALLOWED) != CORS_SERVE
        || !(section->cookies || section->settings[CORS_DISALLOWED])) {
        return;
    }
    for (i = 0; whole->cookies && i < whole->cookies->nelts; i++) {
        if (APR_ARRAY_IDX(whole->cookies, i, cors_setcookie_rule).samesite
            == CORS_SAMESITE_NONE) {
            ap_log_error(APLOG_MARK, APLOG_WARNING, 0,
                         server, "CORSCookieAttributes 'SameSite=None' in "
                         "the section of line %d of %s: every site may then "
                         "send these cookies here; write "
                         "CORSDisallowedOrigin StripCredentials or Deny "
                         "beside it", section->place.line,
                         section->place.file ? section->place.file : "-");
            return;
        }
    }
}

/* A section, what it leaves unset taken from its server. */
static const cors_policy *completed(apr_pool_t *pool,
                                    const server_rec *server,
                                    cors_policy *section)
{
    return cors_policy_merge(pool,
                             ap_get_module_config(server->lookup_defaults,
                                                  &cors_cookies_module),
                             section);
}

static int section_check(apr_pool_t *ptemp, server_rec *server,
                         cors_policy *section)
{
    cors_offence offence = { NULL, { NULL, 0 } };
    const cors_policy *whole = completed(ptemp, server, section);
    cors_check_result result = cors_check_policy(whole, &offence);
    cors_place place;

    section_warn(server, section, whole);
    if (result == CORS_CHECK_SAFE) {
        return OK;
    }
    place = blamed_place(section, &offence);
    ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_CRIT, 0, server,
                 "Syntax error on line %d of %s:", place.line,
                 place.file ? place.file : "(nowhere)");
    ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_CRIT, 0, server,
                 "%s", cors_check_message(ptemp, result, &offence));
    return HTTP_INTERNAL_SERVER_ERROR;
}

int cors_check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                      server_rec *server)
{
    int status = OK, i;

    (void)pconf;
    (void)plog;
    for (; server; server = server->next) {
        const apr_array_header_t *policies =
            cors_sections_of(server)->policies;

        for (i = 0; i < policies->nelts; i++) {
            if (section_check(ptemp, server,
                              APR_ARRAY_IDX(policies, i, cors_policy *))
                != OK) {
                status = HTTP_INTERNAL_SERVER_ERROR;
            }
        }
    }
    return status;
}

int cors_check_blames_htaccess(request_rec *r, const cors_policy *policy,
                               cors_offence *offence,
                               cors_check_result *result)
{
    if (!cors_policy_is_of_htaccess(policy)
        || cors_check_policy(policy, NULL) == CORS_CHECK_SAFE) {
        return 0;
    }
    *result = cors_check_policy(completed(r->pool, r->server,
                                          policy->origins->section),
                                offence);
    return *result != CORS_CHECK_SAFE;
}

int cors_check_htaccess_fails(request_rec *r, const cors_policy *policy)
{
    cors_offence offence = { NULL, { NULL, 0 } };
    cors_check_result result;

    if (!cors_check_blames_htaccess(r, policy, &offence, &result)) {
        return 0;
    }
    ap_log_rerror(APLOG_MARK, APLOG_ALERT, 0, r, "%s:%d: %s",
                  offence.place.file, offence.place.line,
                  cors_check_message(r->pool, result, &offence));
    return 1;
}
