/* SPDX-License-Identifier: Apache-2.0 */
#include "config/directives.h"

#include <apr_strings.h>
#include <http_log.h>
#include <string.h>

#include "policy/rejection.h"
#include "policy/server.h"

APLOG_USE_MODULE(cors_cookies);

#define SECONDS_MAX 86400
#define RATE_MAX 1000000

/* Which kind of parameter a word is; NULL, or the message. */
static const char *read_parameter(cmd_parms *cmd, const char *word,
                                  cors_query_parameter *parameter)
{
    const char *wrong = NULL;

    parameter->text = word;
    if (ap_cstr_casecmp(word, "Origin") == 0) {
        parameter->kind = CORS_PARAMETER_ORIGIN;
        return NULL;
    }
    if (ap_cstr_casecmp(word, "Host") == 0) {
        parameter->kind = CORS_PARAMETER_HOST;
        return NULL;
    }
    if (!strstr(word, "%{")) {
        return cors_directive_reject(cmd, word, "no such parameter",
                                     "Origin, Host, or an expression as in "
                                     "\"%{reqenv:TENANT}\"");
    }
    parameter->kind = CORS_PARAMETER_EXPRESSION;
    parameter->expression = ap_expr_parse_cmd(cmd, word,
                                              AP_EXPR_FLAG_STRING_RESULT,
                                              &wrong, NULL);
    return wrong ? cors_directive_reject(cmd, word, wrong, NULL) : NULL;
}

static const char *join_words(apr_pool_t *pool, int count,
                              char *const words[])
{
    const char *text = count > 0 ? words[0] : "";
    int i;

    for (i = 1; i < count; i++) {
        text = apr_pstrcat(pool, text, " ", words[i], NULL);
    }
    return text;
}

static const char *check_count(cmd_parms *cmd, const char *sql, int count,
                               char *const words[])
{
    int asked = cors_query_count(sql);

    if (asked < 0) {
        return cors_directive_reject(cmd, sql, "a % stands for a parameter, "
                                     "as %s; write %% for a % of the "
                                     "statement's own", NULL);
    }
    if (asked == 0 && count == 0) {
        return cors_directive_reject(cmd, sql, "no parameter: a whole list "
                                     "is a file's; write it with the "
                                     "database's client and use "
                                     "CORSAllowOriginFile, or ask with "
                                     "Origin or Host", NULL);
    }
    if (asked != count) {
        return cors_directive_reject(
            cmd, sql, apr_psprintf(cmd->temp_pool, count == 0
                                   ? "%d %%s, but no parameter"
                                   : "%d %%s, but %d parameter%s (%s)",
                                   asked, count, count == 1 ? "" : "s",
                                   join_words(cmd->temp_pool, count, words)),
            NULL);
    }
    return count > CORS_QUERY_PARAMETERS
           ? cors_directive_reject(cmd, sql, "more than 4 parameters", NULL)
           : NULL;
}

const char *cors_directive_allow_origin_query(cmd_parms *cmd, void *config,
                                              int count,
                                              char *const values[])
{
    cors_policy *policy = config;
    const char *sql = count > 0 ? values[0] : NULL, *rejected;
    cors_query *query;
    int i;

    if (!sql) {
        return cors_directive_reject(cmd, "", "no statement",
                                     "\"SELECT origin FROM origins WHERE "
                                     "origin = %s\" Origin");
    }
    rejected = cors_directive_begin_origins(cmd, policy, sql,
                                            CORS_ORIGINS_EMPTY);
    for (i = 1; !rejected && i < count; i++) {
        rejected = cors_directive_comment(cmd, values[i]);
    }
    if (!rejected) {
        rejected = check_count(cmd, sql, count - 1, values + 1);
    }
    if (rejected) {
        return rejected;
    }
    query = apr_pcalloc(cmd->pool, sizeof(*query));
    query->sql = sql;
    query->place = cors_directive_place(cmd);
    for (i = 1; !rejected && i < count; i++) {
        rejected = read_parameter(cmd, values[i],
                                  &query->parameters[query->count++]);
    }
    if (!rejected) {
        cors_query_finish(cmd->pool, query);
        cors_origins_add_query(policy->origins, query);
    }
    return rejected;
}

/* Whole seconds from least to a day; NULL, or the message. */
static const char *read_seconds(cmd_parms *cmd, const char *value, int least,
                                int *seconds)
{
    apr_interval_time_t time;

    if (value[0] == '#') {
        return cors_directive_comment(cmd, value);
    }
    if (!cors_directive_time(value, &time) || time % APR_USEC_PER_SEC != 0
        || time < apr_time_from_sec(least)
        || time > apr_time_from_sec(SECONDS_MAX)) {
        return cors_directive_reject(
            cmd, value, apr_psprintf(cmd->temp_pool, "this is no time from "
                                     "%d to 86400 seconds", least),
            least > 0 ? "60, or a unit as in 10min"
                      : "600, or a unit as in 10min, or 0 for never");
    }
    *seconds = (int)apr_time_sec(time);
    return NULL;
}

const char *cors_directive_query_cache_time(cmd_parms *cmd, void *config,
                                            const char *fresh,
                                            const char *unlisted,
                                            const char *stale)
{
    cors_policy *policy = config;
    cors_query_times *times = apr_pmemdup(cmd->pool,
                                          &cors_query_times_default,
                                          sizeof(*times));
    const char *rejected = cors_directive_begin(cmd, policy, fresh);

    if (!rejected) {
        rejected = read_seconds(cmd, fresh, 1, &times->fresh);
    }
    if (!rejected && unlisted) {
        rejected = read_seconds(cmd, unlisted, 1, &times->unlisted);
    }
    if (!rejected && stale) {
        rejected = read_seconds(cmd, stale, 0, &times->stale);
    }
    if (rejected) {
        return rejected;
    }
    if (times->unlisted > times->fresh) {
        if (unlisted) {
            return cors_directive_reject(cmd, unlisted, "an answer without "
                                         "rows holds no longer than one with "
                                         "rows", fresh);
        }
        times->unlisted = times->fresh;
    }
    policy->query_times = times;
    return NULL;
}

const char *cors_directive_query_cache(cmd_parms *cmd, void *config,
                                       const char *value)
{
    cors_server *server = cors_server_of(cmd->server);
    const char *rejected = cors_directive_begin_global(cmd, value);
    const char *colon = strchr(value, ':');
    apr_size_t length = colon ? (apr_size_t)(colon - value) : strlen(value);
    const char *name = apr_pstrmemdup(cmd->temp_pool, value, length);

    (void)config;
    if (rejected) {
        return rejected;
    }
    if (ap_cstr_casecmp(name, "redis") == 0
        || ap_cstr_casecmp(name, "memcache") == 0) {
        ap_str_tolower((char *)name);
        return cors_directive_reject(
            cmd, value, apr_psprintf(cmd->temp_pool, "mod_socache_%s waits "
                                     "without end for a server that hangs",
                                     name), "shmcb");
    }
    if (strcmp(name, "shmcb") != 0
        && (ap_cstr_casecmp(name, "none") != 0 || colon)) {
        return cors_directive_reject(cmd, value, "no such cache",
                                     "shmcb, shmcb:path(bytes) or none");
    }
    server->query_cache = value;
    server->query_cache_place = cors_directive_place(cmd);
    return NULL;
}

const char *cors_directive_query_rate(cmd_parms *cmd, void *config,
                                      const char *value)
{
    const char *rejected = cors_directive_begin_global(cmd, value);
    apr_int64_t rate = apr_strtoi64(value, NULL, 10);

    (void)config;
    if (rejected) {
        return rejected;
    }
    if (value[strspn(value, "0123456789")] != '\0' || strlen(value) > 7
        || rate < 1 || rate > RATE_MAX) {
        return cors_directive_reject(cmd, value, "this is no number of "
                                     "questions a second from 1 to 1000000",
                                     "100");
    }
    cors_server_of(cmd->server)->query_rate = (int)rate;
    return NULL;
}
