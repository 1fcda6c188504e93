/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy.h"

#include <apr_strings.h>
#include <string.h>

static const char *const words[CORS_SETTINGS][4] = {
    [CORS_CREDENTIALS] = { "Off", "On", NULL },
    [CORS_ANONYMOUS] = { "Off", "On", NULL },
    [CORS_PREFLIGHT] = { "Answer", "Forward", NULL },
    [CORS_PREFLIGHT_STATUS] = { "200", "204", NULL },
    [CORS_DISALLOWED] = { "Serve", "StripCredentials", "Deny", NULL },
    [CORS_REPORT_ONLY] = { "Off", "On", NULL }
};

static const char default_max_age[] = "600";

void *cors_policy_create(apr_pool_t *pool, char *directory)
{
    (void)directory;
    return apr_pcalloc(pool, sizeof(cors_policy));
}

static void options_merge(cors_options *merged, const cors_options *section)
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
    CHOOSE(methods)
    CHOOSE(headers)
    CHOOSE(exposed)
    CHOOSE(cookies)
    CHOOSE(max_age)
#undef CHOOSE
    for (i = 0; i < CORS_SETTINGS; i++) {
        if (add->settings[i]) {
            merged->settings[i] = add->settings[i];
        }
    }
    options_merge(&merged->options, &add->options);
    if (add->place.file) {
        merged->place = add->place;
    }
    return merged;
}

const char *const *cors_policy_words(cors_setting setting)
{
    return words[setting];
}

const char *cors_policy_max_age(const cors_policy *policy)
{
    return policy->max_age ? policy->max_age : default_max_age;
}

void *cors_sections_create(apr_pool_t *pool, server_rec *server)
{
    cors_sections *sections = apr_palloc(pool, sizeof(*sections));

    (void)server;
    sections->policies = apr_array_make(pool, 4, sizeof(cors_policy *));
    return sections;
}

const cors_sections *cors_sections_of(const server_rec *server)
{
    return ap_get_module_config(server->module_config,
                                &cors_cookies_module);
}
