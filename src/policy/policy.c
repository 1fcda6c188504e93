/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy.h"

#include <apr_strings.h>

#include "policy/origins.h"

const cors_setting_row cors_settings[CORS_SETTINGS] = {
    [CORS_CREDENTIALS] = {
        "CORSAllowCredentials", { "On", "Off" }, CORS_ON
    },
    [CORS_ANONYMOUS] = {
        "CORSAllowAnonymous", { "On", "Off" }, CORS_OFF
    },
    [CORS_PREFLIGHT] = {
        "CORSPreflight", { "Answer", "Forward" }, CORS_PREFLIGHT_ANSWER
    },
    [CORS_PREFLIGHT_STATUS] = {
        "CORSPreflightStatus", { "200", "204" }, CORS_PREFLIGHT_204
    },
    [CORS_DISALLOWED] = {
        "CORSDisallowedOrigin", { "Serve", "StripCredentials", "Deny" },
        CORS_SERVE
    },
    [CORS_REPORT_ONLY] = {
        "CORSReportOnly", { "On", "Off" }, CORS_OFF
    },
    [CORS_FETCH_METADATA] = {
        "CORSFetchMetadata", { "On", "Off" }, CORS_OFF
    }
};

const cors_name_list_row cors_name_lists[CORS_NAME_LISTS] = {
    [CORS_METHODS] = { "CORSAllowMethods", cors_method_check, 0, 1 },
    [CORS_HEADERS] = { "CORSAllowHeaders", cors_request_header_check, 1, 0 },
    [CORS_EXPOSED] = { "CORSExposeHeaders", cors_exposed_header_check, 1, 1 }
};

const cors_option_row cors_options_known[] = {
    { "UnsafeInsecureOrigin", CORS_OPTION_INSECURE_ORIGIN },
    { "UnsafePublicSuffix", CORS_OPTION_PUBLIC_SUFFIX },
    { "UnsafeMatch", CORS_OPTION_MATCH },
    { NULL, 0 }
};

const cors_policy cors_policy_nothing;

static const char default_max_age[] = "600";

const char *cors_place_text(apr_pool_t *pool, cors_place place)
{
    return apr_psprintf(pool, "%s:%d", place.file ? place.file : "-",
                        place.line);
}

void *cors_policy_create(apr_pool_t *pool, char *directory)
{
    (void)directory;
    return apr_pcalloc(pool, sizeof(cors_policy));
}

static void merge_options(cors_options *merged, const cors_options *section)
{
    if (!section->given) {
        return;
    }
    if (section->replace) {
        *merged = *section;
        return;
    }
    merged->given = 1;
    merged->on = (unsigned char)((merged->on & ~section->off)
                                 | section->on);
    merged->off = (unsigned char)((merged->off | section->off)
                                  & ~section->on);
}

/* Runs for every request under a section: pointers are chosen, no more. */
void *cors_policy_merge(apr_pool_t *pool, void *base, void *section)
{
    const cors_policy *add = section;
    cors_policy *merged = apr_pmemdup(pool, base, sizeof(*merged));
    int i;

#define CHOOSE(field) if (add->field) { merged->field = add->field; }
    CHOOSE(origins)
    CHOOSE(origins_section)
    CHOOSE(cookies)
    CHOOSE(max_age)
    CHOOSE(query_times)
    for (i = 0; i < CORS_NAME_LISTS; i++) {
        CHOOSE(names[i])
    }
    for (i = 0; i < CORS_SETTINGS; i++) {
        CHOOSE(settings[i])
    }
#undef CHOOSE
    merge_options(&merged->options, &add->options);
    if (add->place.file) {
        merged->place = add->place;
        merged->htaccess = add->htaccess;
    }
    return merged;
}

const cors_policy *cors_policy_complete(apr_pool_t *pool,
                                        const server_rec *server,
                                        const cors_policy *section)
{
    const cors_policy *base =
        section->around
        ? cors_policy_complete(pool, server, section->around)
        : ap_get_module_config(server->lookup_defaults,
                               &cors_cookies_module);

    return cors_policy_merge(pool, (void *)base, (void *)section);
}

const char *cors_policy_max_age(const cors_policy *policy)
{
    return policy->max_age ? policy->max_age : default_max_age;
}

int cors_policy_allows_origins(const cors_policy *policy)
{
    return policy->origins
           && cors_origins_kind_of(policy->origins) != CORS_ORIGINS_NONE;
}

int cors_policy_exists(const cors_policy *policy)
{
    return cors_policy_allows_origins(policy)
           || cors_policy_get(policy, CORS_DISALLOWED) != CORS_SERVE
           || cors_policy_is_on(policy, CORS_ANONYMOUS)
           || cors_policy_is_on(policy, CORS_FETCH_METADATA);
}
