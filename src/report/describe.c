/* SPDX-License-Identifier: Apache-2.0 */
#include "report/describe.h"

#include <apr_strings.h>
#include <http_main.h>
#include <string.h>

#include "policy/cookie_rules.h"
#include "policy/origins.h"
#include "policy/server.h"
#include "report/describe_query.h"

static const char *join_words(apr_pool_t *pool, const char *text,
                              const char *word)
{
    return text ? apr_pstrcat(pool, text, " ", word, NULL) : word;
}

/* What one directive says of origins, as they come by. */
typedef struct listing {
    apr_pool_t *pool;
    cors_origin_seen seen;      /* what is listed */
    size_t most;                /* of them written out; 0: all */
    size_t count;
    apr_array_header_t *words;
} listing;

static int list_word(void *data, cors_origin_seen seen, const char *text,
                     size_t number)
{
    listing *l = data;

    if (seen == l->seen) {
        l->count++;
        if (l->most == 0 || number < l->most) {
            APR_ARRAY_PUSH(l->words, const char *) =
                seen == CORS_SEEN_EXCLUDED
                ? apr_pstrcat(l->pool, "!", text, NULL) : text;
        }
    }
    return 0;
}

/* What is seen of one kind; NULL where there is none. */
static const char *list_seen(apr_pool_t *pool, const cors_policy *policy,
                             cors_origin_seen seen, size_t most)
{
    listing l = { pool, seen, most, 0, NULL };

    if (!policy->origins) {
        return NULL;
    }
    l.words = apr_array_make(pool, 8, sizeof(char *));
    cors_origins_each(policy->origins, list_word, &l);
    if (l.count > (size_t)l.words->nelts) {
        APR_ARRAY_PUSH(l.words, const char *) =
            apr_psprintf(pool, "(and %lu more)",
                         (unsigned long)(l.count - (size_t)l.words->nelts));
    }
    return l.count > 0 ? apr_array_pstrcat(pool, l.words, ' ') : NULL;
}

static const char *write_origins(apr_pool_t *pool, const cors_policy *policy,
                                 size_t most)
{
    const char *admitted, *excluded;

    switch (policy->origins ? cors_origins_kind_of(policy->origins)
                            : CORS_ORIGINS_EMPTY) {
    case CORS_ORIGINS_ANY:
        return "*";
    case CORS_ORIGINS_NONE:
        return "none";
    default:
        admitted = list_seen(pool, policy, CORS_SEEN_ADMITTED, most);
        excluded = list_seen(pool, policy, CORS_SEEN_EXCLUDED, most);
        return excluded ? join_words(pool, admitted, excluded) : admitted;
    }
}

static const char *write_names(apr_pool_t *pool, const cors_names *names)
{
    const char *text = NULL;
    int i;

    if (!names) {
        return NULL;
    }
    if (names->any) {
        text = "*";
    }
    for (i = 0; i < names->entries->nelts; i++) {
        text = join_words(pool, text, APR_ARRAY_IDX(names->entries, i,
                                                    const cors_name *)->text);
    }
    return text ? text : "none";
}

static const char *write_cookies(apr_pool_t *pool, const cors_policy *policy)
{
    const char *text = NULL;
    int i;

    for (i = 0; policy->cookies && i < policy->cookies->nelts; i++) {
        const char *rule = cors_cookie_rule_text(
            pool, &APR_ARRAY_IDX(policy->cookies, i, cors_cookie_rule));

        text = text ? apr_pstrcat(pool, text, "; ", rule, NULL) : rule;
    }
    return text;
}

static const char *write_options(apr_pool_t *pool, const cors_policy *policy)
{
    const cors_options *options = &policy->options;
    const char *text = NULL;
    const cors_option_row *row;

    if (!options->given) {
        return NULL;
    }
    for (row = cors_options_known; row->word; row++) {
        if (options->on & row->bit) {
            text = join_words(pool, text,
                              apr_pstrcat(pool, options->replace ? "" : "+",
                                          row->word, NULL));
        }
    }
    for (row = cors_options_known; row->word; row++) {
        if (options->off & row->bit) {
            text = join_words(pool, text,
                              apr_pstrcat(pool, "-", row->word, NULL));
        }
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

/* What a row is about. */
enum {
    ORIGINS,
    EXPRESSIONS,
    FILES,
    QUERIES, QUERY_TIMES, QUERY_CACHE, QUERY_RATE,
    NAMES,                      /* of the list of that number */
    MAX_AGE,
    COOKIES,
    OPTIONS,
    SETTING                     /* of that number */
};

/* In the order of the manual; names and words of settings stand in policy. */
static const struct {
    int about;
    int number;
    int effect;
} rows[] = {
    { ORIGINS, 0, EVERYWHERE },
    { EXPRESSIONS, 0, EVERYWHERE },
    { FILES, 0, EVERYWHERE },
    { QUERIES, 0, EVERYWHERE },
    { QUERY_TIMES, 0, WITH_ORIGINS },
    { QUERY_CACHE, 0, EVERYWHERE },
    { QUERY_RATE, 0, EVERYWHERE },
    { SETTING, CORS_CREDENTIALS, WITH_ORIGINS },
    { SETTING, CORS_ANONYMOUS, EVERYWHERE },
    { NAMES, CORS_METHODS, WHERE_ANSWERED },
    { NAMES, CORS_HEADERS, WHERE_ANSWERED },
    { NAMES, CORS_EXPOSED, WHERE_READ },
    { MAX_AGE, 0, WHERE_ANSWERED },
    { SETTING, CORS_PREFLIGHT, IN_POLICIES },
    { SETTING, CORS_PREFLIGHT_STATUS, WHERE_ANSWERED },
    { SETTING, CORS_DISALLOWED, EVERYWHERE },
    { SETTING, CORS_FETCH_METADATA, EVERYWHERE },
    { COOKIES, 0, EVERYWHERE },
    { SETTING, CORS_REPORT_ONLY, WITH_COOKIES },
    { OPTIONS, 0, WITH_ORIGINS }
};

#define ROWS ((int)(sizeof(rows) / sizeof(rows[0])))

static const char *name_directive(int row)
{
    switch (rows[row].about) {
    case NAMES:
        return cors_name_lists[rows[row].number].directive;
    case SETTING:
        return cors_settings[rows[row].number].directive;
    case ORIGINS:
        return "CORSAllowOrigin";
    case EXPRESSIONS:
        return "CORSAllowOriginMatch";
    case FILES:
        return "CORSAllowOriginFile";
    case QUERIES:
        return "CORSAllowOriginQuery";
    case QUERY_TIMES:
        return "CORSQueryCacheTime";
    case QUERY_CACHE:
        return "CORSQueryCache";
    case QUERY_RATE:
        return "CORSQueryRate";
    case MAX_AGE:
        return "CORSMaxAge";
    case COOKIES:
        return "CORSCookieAttributes";
    default:
        return "CORSOptions";
    }
}

/* NULL where the policy leaves it unset. */
static const char *write_value(apr_pool_t *pool, int row,
                               const cors_policy *policy, size_t most)
{
    int number = rows[row].number, value;

    switch (rows[row].about) {
    case ORIGINS:
        return write_origins(pool, policy, most);
    case EXPRESSIONS:
        return list_seen(pool, policy, CORS_SEEN_EXPRESSION, 0);
    case FILES:
        return list_seen(pool, policy, CORS_SEEN_FILE, 0);
    case QUERIES:
        return list_seen(pool, policy, CORS_SEEN_QUERY, 0);
    case QUERY_TIMES:
        return cors_describe_times(pool, policy->query_times);
    case QUERY_CACHE:
        return cors_describe_cache(policy);
    case QUERY_RATE:
        return cors_describe_rate(pool, policy);
    case NAMES:
        return write_names(pool, policy->names[number]);
    case MAX_AGE:
        return policy->max_age;
    case COOKIES:
        return write_cookies(pool, policy);
    case OPTIONS:
        return write_options(pool, policy);
    default:
        value = policy->settings[number];
        return value ? cors_settings[number].words[value - 1] : NULL;
    }
}

static const char *write_default(apr_pool_t *pool, int row)
{
    const cors_setting_row *setting = &cors_settings[rows[row].number];

    switch (rows[row].about) {
    case MAX_AGE:
        return cors_policy_max_age(&cors_policy_nothing);
    case QUERY_TIMES:
        return cors_describe_times(pool, &cors_query_times_default);
    case QUERY_CACHE:
        return "shmcb";
    case QUERY_RATE:
        return apr_itoa(pool, CORS_QUERY_RATE);
    case SETTING:
        return setting->words[setting->preset - 1];
    case NAMES:             /* unset, the application's own pass */
        return rows[row].number == CORS_EXPOSED ? "unset" : "none";
    default:
        return "none";
    }
}

static int has_effect(int row, const cors_policy *policy)
{
    int origins = cors_policy_allows_origins(policy);
    int read = origins || cors_policy_is_on(policy, CORS_ANONYMOUS);

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
        return read && !cors_policy_forwards(policy);
    default:
        return 1;
    }
}

typedef struct effect_search {
    apr_pool_t *pool;
    const cors_policy *section;
    int row;
    const cors_policy *found;   /* with which it has an effect */
} effect_search;

static void try_section(void *data, server_rec *server, cors_policy *other)
{
    effect_search *search = data;
    const cors_policy *together;

    if (search->found || other == search->section
        || (server->is_virtual && server != search->section->server
            && search->section->server->is_virtual)
        || !cors_sections_meet(other, search->section)) {
        return;
    }
    together = cors_policy_merge(search->pool,
                                 (void *)cors_policy_complete(search->pool,
                                                              server, other),
                                 (void *)search->section);
    if (has_effect(search->row, together)) {
        search->found = other;
    }
}

/* A value that changes nothing by itself: where it changes something. */
static const char *find_effect(apr_pool_t *pool, int row,
                               const cors_policy *section)
{
    effect_search search = { pool, section, row, NULL };

    cors_sections_each(pool, ap_server_conf, try_section, &search);
    if (!search.found) {
        return "no effect here";
    }
    return apr_pstrcat(pool, "with ", cors_describe_section(search.found),
                       ", ", cors_place_text(pool, search.found->place),
                       NULL);
}

const char *cors_describe_defaults(apr_pool_t *pool,
                                   const apr_array_header_t *lines)
{
    const char *text = NULL;
    int i;

    for (i = 0; i < lines->nelts; i++) {
        const cors_description *line =
            &APR_ARRAY_IDX(lines, i, cors_description);

        if (line->remark && strcmp(line->remark, "default") == 0) {
            text = apr_pstrcat(pool, text ? text : "", text ? ", " : "",
                               line->directive, " ", line->value, NULL);
        }
    }
    return text;
}

apr_array_header_t *cors_describe_policy(apr_pool_t *pool,
                                         const cors_policy *section,
                                         int most)
{
    apr_array_header_t *lines = apr_array_make(pool, ROWS,
                                               sizeof(cors_description));
    const cors_policy *whole = cors_describe_whole(pool, section);
    int row;

    for (row = 0; row < ROWS; row++) {
        cors_description *line = apr_array_push(lines);
        const char *own = write_value(pool, row, section, (size_t)most);
        const char *all = write_value(pool, row, whole, (size_t)most);

        line->directive = name_directive(row);
        line->value = all ? all : write_default(pool, row);
        line->remark = own ? NULL : all ? "inherited" : "default";
        line->files = rows[row].about == FILES ? whole->origins : NULL;
        line->effect = own && !has_effect(row, whole)
                       ? find_effect(pool, row, section) : NULL;
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
    return apr_psprintf(pool, "%s (%s:%u)", cors_server_name(pool, server),
                        server->defn_name ? server->defn_name : "-",
                        server->defn_line_number);
}
