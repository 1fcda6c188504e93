/* SPDX-License-Identifier: Apache-2.0 */
#include "report/describe.h"

#include <apr_strings.h>

#include "syntax/setcookie.h"

typedef const char *describe_value(apr_pool_t *pool,
                                   const cors_policy *policy, int most);

static const char *words_join(apr_pool_t *pool, const char *text,
                              const char *word)
{
    return text ? apr_pstrcat(pool, text, " ", word, NULL) : word;
}

/* The patterns of one matcher behind what is there. */
static const char *patterns_join(apr_pool_t *pool, const char *text,
                                 const cors_matcher *matcher,
                                 const char *sign, int most)
{
    size_t count = matcher ? cors_matcher_count(matcher) : 0;
    size_t limit = most > 0 && count > (size_t)most ? (size_t)most : count;
    apr_array_header_t *words = apr_array_make(pool, (int)limit + 2,
                                               sizeof(char *));
    size_t i;

    if (text) {
        APR_ARRAY_PUSH(words, const char *) = text;
    }
    for (i = 0; i < limit; i++) {
        APR_ARRAY_PUSH(words, const char *) =
            apr_pstrcat(pool, sign, cors_matcher_text(matcher, i), NULL);
    }
    if (limit < count) {
        APR_ARRAY_PUSH(words, const char *) =
            apr_psprintf(pool, "(and %lu more)",
                         (unsigned long)(count - limit));
    }
    return words->nelts > 0 ? apr_array_pstrcat(pool, words, ' ') : NULL;
}

static const char *origins_value(apr_pool_t *pool, const cors_policy *policy,
                                 int most)
{
    const cors_origins *origins = policy->origins;
    const char *text = NULL;

    if (!origins || origins->none || origins->any) {
        return !origins ? NULL : origins->any ? "*" : "none";
    }
    if (origins->own) {
        text = patterns_join(pool, NULL, origins->own->admitted, "", most);
        text = patterns_join(pool, text, origins->own->excluded, "!", most);
    }
    return text;
}

static const char *match_value(apr_pool_t *pool, const cors_policy *policy,
                               int most)
{
    const apr_array_header_t *expressions =
        policy->origins ? policy->origins->expressions : NULL;
    const char *text = NULL;
    int i;

    (void)most;
    for (i = 0; expressions && i < expressions->nelts; i++) {
        text = words_join(pool, text,
                          APR_ARRAY_IDX(expressions, i,
                                        cors_expression).text);
    }
    return text;
}

static const char *file_value(apr_pool_t *pool, const cors_policy *policy,
                              int most)
{
    const apr_array_header_t *files =
        policy->origins ? policy->origins->files : NULL;
    const char *text = NULL;
    int i;

    (void)most;
    for (i = 0; files && i < files->nelts; i++) {
        text = words_join(pool, text, APR_ARRAY_IDX(files, i, const char *));
    }
    return text;
}

static const char *names_value(apr_pool_t *pool, const cors_names *names)
{
    const char *text = NULL;
    size_t i;

    if (!names) {
        return NULL;
    }
    if (names->any) {
        text = "*";
    }
    for (i = 0; i < names->count; i++) {
        text = words_join(pool, text, names->entries[i].text);
    }
    return text ? text : "none";
}

static const char *methods_value(apr_pool_t *pool, const cors_policy *policy,
                                 int most)
{
    (void)most;
    return names_value(pool, policy->methods);
}

static const char *headers_value(apr_pool_t *pool, const cors_policy *policy,
                                 int most)
{
    (void)most;
    return names_value(pool, policy->headers);
}

static const char *exposed_value(apr_pool_t *pool, const cors_policy *policy,
                                 int most)
{
    (void)most;
    return names_value(pool, policy->exposed);
}

static const char *max_age_value(apr_pool_t *pool, const cors_policy *policy,
                                 int most)
{
    (void)pool;
    (void)most;
    return policy->max_age;
}

static const char *cookies_value(apr_pool_t *pool, const cors_policy *policy,
                                 int most)
{
    const char *text = NULL;
    int i;

    (void)most;
    for (i = 0; policy->cookies && i < policy->cookies->nelts; i++) {
        const char *rule = cors_setcookie_rule_text(
            pool, &APR_ARRAY_IDX(policy->cookies, i, cors_setcookie_rule));

        text = text ? apr_pstrcat(pool, text, "; ", rule, NULL) : rule;
    }
    return text;
}

static const char *options_value(apr_pool_t *pool, const cors_policy *policy,
                                 int most)
{
    const cors_options *options = &policy->options;
    const char *sign = options->replace ? "" : "+", *text = NULL;

    (void)most;
    if (!options->given) {
        return NULL;
    }
    if (options->on & CORS_OPTION_INSECURE_ORIGIN) {
        text = apr_pstrcat(pool, sign, "UnsafeInsecureOrigin", NULL);
    }
    if (options->on & CORS_OPTION_PUBLIC_SUFFIX) {
        text = words_join(pool, text, apr_pstrcat(pool, sign,
                                                  "UnsafePublicSuffix",
                                                  NULL));
    }
    if (options->off & CORS_OPTION_INSECURE_ORIGIN) {
        text = words_join(pool, text, "-UnsafeInsecureOrigin");
    }
    if (options->off & CORS_OPTION_PUBLIC_SUFFIX) {
        text = words_join(pool, text, "-UnsafePublicSuffix");
    }
    return text ? text : "none";
}

/* Where a value has an effect at all. */
enum {
    EVERYWHERE,
    IN_POLICIES,
    WITH_ORIGINS,               /* where origins are allowed by name */
    WHERE_READ,                 /* where somebody may read */
    WHERE_ANSWERED,             /* and the module answers preflights */
    WITH_COOKIES                /* in policies, and to cookies alone */
};

/* What makes a policy comes first; a setting is described by its words. */
static const struct {
    const char *directive;
    describe_value *value;
    cors_setting setting;       /* where value is NULL */
    int effect;
} rows[] = {
    { "CORSAllowOrigin", origins_value, 0, EVERYWHERE },
    { "CORSAllowOriginMatch", match_value, 0, EVERYWHERE },
    { "CORSAllowOriginFile", file_value, 0, EVERYWHERE },
    { "CORSAllowCredentials", NULL, CORS_CREDENTIALS, WITH_ORIGINS },
    { "CORSAllowAnonymous", NULL, CORS_ANONYMOUS, EVERYWHERE },
    { "CORSAllowMethods", methods_value, 0, WHERE_ANSWERED },
    { "CORSAllowHeaders", headers_value, 0, WHERE_ANSWERED },
    { "CORSExposeHeaders", exposed_value, 0, WHERE_READ },
    { "CORSMaxAge", max_age_value, 0, WHERE_ANSWERED },
    { "CORSPreflight", NULL, CORS_PREFLIGHT, IN_POLICIES },
    { "CORSPreflightStatus", NULL, CORS_PREFLIGHT_STATUS, WHERE_ANSWERED },
    { "CORSDisallowedOrigin", NULL, CORS_DISALLOWED, EVERYWHERE },
    { "CORSCookieAttributes", cookies_value, 0, EVERYWHERE },
    { "CORSReportOnly", NULL, CORS_REPORT_ONLY, WITH_COOKIES },
    { "CORSOptions", options_value, 0, WITH_ORIGINS }
};

#define ROWS ((int)(sizeof(rows) / sizeof(rows[0])))

/* NULL where the policy leaves it unset. */
static const char *value_of(apr_pool_t *pool, int row,
                            const cors_policy *policy, int most)
{
    unsigned char value;

    if (rows[row].value) {
        return rows[row].value(pool, policy, most);
    }
    value = policy->settings[rows[row].setting];
    return value ? cors_policy_words(rows[row].setting)[value - 1] : NULL;
}

static const char *default_of(int row)
{
    static const cors_policy nothing;
    cors_setting setting = rows[row].setting;

    if (rows[row].value == max_age_value) {
        return cors_policy_max_age(&nothing);
    }
    if (rows[row].value) {
        return "none";
    }
    return cors_policy_words(setting)[cors_policy_get(&nothing, setting)
                                      - 1];
}

static int has_effect(int row, const cors_policy *policy)
{
    int origins = cors_policy_allows_origins(policy);
    int read = origins
               || cors_policy_get(policy, CORS_ANONYMOUS) == CORS_ON;

    switch (rows[row].effect) {
    case IN_POLICIES:
        return cors_policy_exists(policy);
    case WITH_COOKIES:
        return cors_policy_exists(policy) || policy->cookies;
    case WITH_ORIGINS:
        return origins;
    case WHERE_READ:
        return read;
    case WHERE_ANSWERED:
        return read && cors_policy_get(policy, CORS_PREFLIGHT)
                       == CORS_PREFLIGHT_ANSWER;
    default:
        return 1;
    }
}

apr_array_header_t *cors_describe_policy(apr_pool_t *pool,
                                         const cors_policy *section,
                                         int most)
{
    apr_array_header_t *lines = apr_array_make(pool, ROWS,
                                               sizeof(cors_description));
    void *defaults = ap_get_module_config(section->server->lookup_defaults,
                                          &cors_cookies_module);
    const cors_policy *whole = cors_policy_merge(pool, defaults,
                                                 (void *)section);
    int row;

    for (row = 0; row < ROWS; row++) {
        cors_description *line = apr_array_push(lines);
        const char *own = value_of(pool, row, section, most);
        const char *all = value_of(pool, row, whole, most);

        line->directive = rows[row].directive;
        line->value = all ? all : default_of(row);
        line->remark = own ? NULL : all ? "inherited" : "default";
        line->effect = !own || has_effect(row, whole);
    }
    return lines;
}

const char *cors_describe_section(const cors_policy *section)
{
    return section->section ? section->section : "server config";
}

const char *cors_describe_server(apr_pool_t *pool,
                                 const cors_policy *section)
{
    const server_rec *server = section->server;

    if (!server->is_virtual) {
        return "main server";
    }
    return apr_psprintf(pool, "%s:%d (%s:%u)",
                        server->server_hostname ? server->server_hostname
                                                : "-",
                        server->addrs ? (int)server->addrs->host_port : 0,
                        server->defn_name ? server->defn_name : "-",
                        server->defn_line_number);
}

const char *cors_describe_place(apr_pool_t *pool, const cors_policy *section)
{
    return apr_psprintf(pool, "%s:%d",
                        section->place.file ? section->place.file : "-",
                        section->place.line);
}
