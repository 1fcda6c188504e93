/* SPDX-License-Identifier: Apache-2.0 */
#include "config/directives.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <http_log.h>
#include <string.h>

#include "policy/rejection.h"
#include "policy/server.h"

APLOG_USE_MODULE(cors_cookies);

#define MAX_AGE_LIMIT 86400
#define REFRESH_LIMIT 3600

int cors_directive_in_htaccess(const cmd_parms *cmd)
{
    return cmd->pool == cmd->temp_pool;
}

cors_place cors_directive_place(const cmd_parms *cmd)
{
    cors_place place = { NULL, 0 };

    if (cmd->directive) {
        place.file = cmd->directive->filename;
        place.line = cmd->directive->line_num;
    }
    return place;
}

/* "<Location \"/api\">": the line that opened the section. */
static const char *write_section(cmd_parms *cmd)
{
    const ap_directive_t *parent =
        cmd->directive ? cmd->directive->parent : NULL;

    if (!parent || ap_cstr_casecmp(parent->directive, "<VirtualHost") == 0) {
        return NULL;
    }
    return apr_pstrcat(cmd->pool, parent->directive, " ", parent->args,
                       NULL);
}

/* All that stands in front of the comment. */
static const char *cut_comment(cmd_parms *cmd)
{
    const char *args = cmd->directive ? cmd->directive->args : "";
    size_t length = strcspn(args, "#");

    while (length > 0 && apr_isspace(args[length - 1])) {
        length--;
    }
    return length > 0 ? apr_psprintf(cmd->temp_pool, "%s %.*s",
                                     cmd->cmd->name, (int)length, args)
                      : NULL;
}

const char *cors_directive_comment(cmd_parms *cmd, const char *value)
{
    return value[0] == '#'
           ? cors_directive_reject(cmd, value, "httpd knows no comment "
                                   "behind a directive: it has a line of "
                                   "its own", cut_comment(cmd))
           : NULL;
}

const char *cors_directive_begin(cmd_parms *cmd, cors_policy *policy,
                                 const char *value)
{
    if ((apr_int64_t)cmd->limited != -1) {
        return ap_check_cmd_context(cmd, NOT_IN_LIMIT);
    }
    if (value && value[0] == '#') {
        return cors_directive_comment(cmd, value);
    }
    if (policy->place.file) {
        return NULL;
    }
    policy->place = cors_directive_place(cmd);
    policy->server = cmd->server;
    if (cors_directive_in_htaccess(cmd)) {
        policy->htaccess = 1;
        return NULL;
    }
    policy->section = write_section(cmd);
    policy->node = policy->section ? cmd->directive->parent : NULL;
    cors_sections_add(cmd->server, policy);
    return NULL;
}

const char *cors_directive_begin_global(cmd_parms *cmd, const char *value)
{
    const char *rejected = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    return rejected ? rejected : cors_directive_comment(cmd, value);
}

const char *cors_directive_reject(cmd_parms *cmd, const char *value,
                                  const char *reason, const char *cure)
{
    return cors_rejection_text(cmd->pool, cmd->cmd->name, value, reason,
                               cure);
}

void cors_directive_warn(cmd_parms *cmd, const char *value,
                         const char *reason)
{
    cors_place place = cors_directive_place(cmd);

    if (cors_directive_in_htaccess(cmd)) {
        return;
    }
    ap_log_error(APLOG_MARK, APLOG_WARNING, 0, cmd->server,
                 "%s '%s' on line %d of %s: %s", cmd->cmd->name, value,
                 place.line, place.file ? place.file : "(nowhere)", reason);
}

/* A directive of one word out of a few: cmd->info is its cors_setting. */
static const char *take_setting(cmd_parms *cmd, void *config,
                                const char *value)
{
    cors_policy *policy = config;
    cors_setting setting = (cors_setting)(apr_uintptr_t)cmd->info;
    const char *const *words = cors_settings[setting].words;
    const char *rejected = cors_directive_begin(cmd, policy, value);
    const char *known = "";
    unsigned char i;

    if (rejected) {
        return rejected;
    }
    for (i = 0; words[i]; i++) {
        if (ap_cstr_casecmp(value, words[i]) == 0) {
            policy->settings[setting] = (unsigned char)(i + 1);
            policy->settings_place[setting] = cors_directive_place(cmd);
            return NULL;
        }
        known = apr_pstrcat(cmd->temp_pool, known, i > 0 ? " or " : "",
                            words[i], NULL);
    }
    return cors_directive_reject(cmd, value, "no such value", known);
}

/* httpd's parser looks at a unit's first letters only: "2hours" is "2h". */
static int has_unit(const char *value)
{
    static const char *const units[] = {
        "", "ms", "s", "mi", "min", "h", NULL
    };
    const char *unit = value + strspn(value, "0123456789");
    int i;

    for (i = 0; units[i]; i++) {
        if (strcmp(unit, units[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

/* The length first: httpd's parser multiplies without looking. */
int cors_directive_time(const char *value, apr_interval_time_t *time)
{
    return apr_isdigit(value[0]) && strlen(value) <= 9 && has_unit(value)
           && ap_timeout_parameter_parse(value, time, "s") == APR_SUCCESS;
}

/* No section's setting: it makes no policy. */
static const char *take_file_refresh(cmd_parms *cmd, void *config,
                                     const char *value)
{
    const char *rejected = cors_directive_begin_global(cmd, value);
    apr_interval_time_t time = 0;

    (void)config;
    if (rejected) {
        return rejected;
    }
    if (ap_cstr_casecmp(value, "Off") != 0
        && (!cors_directive_time(value, &time) || time < apr_time_from_sec(1)
            || time > apr_time_from_sec(REFRESH_LIMIT))) {
        return cors_directive_reject(cmd, value, "no such value; write Off, "
                                     "or a time from 1s to 3600s", NULL);
    }
    cors_server_of(cmd->server)->file_refresh = time;
    return NULL;
}

static const char *take_max_age(cmd_parms *cmd, void *config,
                                const char *value)
{
    cors_policy *policy = config;
    const char *rejected = cors_directive_begin(cmd, policy, value);
    apr_interval_time_t time;

    if (rejected) {
        return rejected;
    }
    if (!cors_directive_time(value, &time)) {
        return cors_directive_reject(cmd, value, "this is no time; write "
                                     "seconds from 0 to 86400, or a unit as "
                                     "in 10min or 2h", NULL);
    }
    if (time % APR_USEC_PER_SEC != 0) {
        return cors_directive_reject(cmd, value, "a browser counts whole "
                                     "seconds", apr_itoa(cmd->temp_pool,
                                     (int)(time / APR_USEC_PER_SEC) + 1));
    }
    if (time < 0 || time > apr_time_from_sec(MAX_AGE_LIMIT)) {
        return cors_directive_reject(cmd, value, "no browser keeps the "
                                     "answer to a preflight for more than a "
                                     "day", "86400");
    }
    policy->max_age = apr_itoa(cmd->pool, (int)apr_time_sec(time));
    return NULL;
}

static int find_option(const char *word)
{
    const cors_option_row *row;

    for (row = cors_options_known; row->word; row++) {
        if (ap_cstr_casecmp(word, row->word) == 0) {
            return row->bit;
        }
    }
    return 0;
}

/* What a word says beside those that stand before it; NULL: it may. */
static const char *check_option(cmd_parms *cmd, const cors_options *before,
                                const char *word, int option, int sign)
{
    int none = ap_cstr_casecmp(word, "none") == 0;

    if (!option && !none) {
        return cors_directive_reject(cmd, word, "no such option",
                                     "UnsafeInsecureOrigin, "
                                     "UnsafePublicSuffix or UnsafeMatch");
    }
    if (before->given && (none || (before->replace && !before->on))) {
        return cors_directive_reject(cmd, word, "'none' stands alone in its "
                                     "section; leave out 'none' or the "
                                     "others", NULL);
    }
    if (before->given && before->replace == sign) {
        return cors_directive_reject(cmd, word, "either all options of a "
                                     "section start with + or -, or none",
                                     NULL);
    }
    return NULL;
}

static const char *take_option(cmd_parms *cmd, void *config,
                               const char *value)
{
    cors_policy *policy = config;
    cors_options *options = &policy->options;
    int sign = value[0] == '+' || value[0] == '-';
    int option = find_option(value + sign);
    const char *rejected = cors_directive_begin(cmd, policy, value);

    if (rejected
        || (rejected = check_option(cmd, options, value, option, sign))
           != NULL) {
        return rejected;
    }
    options->given = 1;
    options->replace = !sign;
    if (value[0] == '-') {
        options->off |= (unsigned char)option;
        options->on &= (unsigned char)~option;
    }
    else {
        options->on |= (unsigned char)option;
        options->off &= (unsigned char)~option;
    }
    return NULL;
}

/* Which setting, or which list of names, a row is about. */
#define INFO(number) ((void *)(apr_uintptr_t)(number))

const command_rec cors_directives[] = {
    AP_INIT_ITERATE("CORSAllowOrigin", cors_directive_allow_origin, NULL,
        OR_FILEINFO, "origins whose scripts may read responses: "
        "scheme://host[:port], *. before the host for its subdomains, :* for "
        "any port, ! to exclude; or * or none"),
    AP_INIT_ITERATE("CORSAllowOriginMatch",
        cors_directive_allow_origin_match, NULL, OR_FILEINFO,
        "regular expressions for whole origins"),
    AP_INIT_ITERATE("CORSAllowOriginFile", cors_directive_allow_origin_file,
        NULL, RSRC_CONF | ACCESS_CONF, "files of origins, one a line"),
    AP_INIT_TAKE1("CORSFileRefresh", take_file_refresh, NULL, RSRC_CONF,
        "how often these files are checked for changes: Off, or a time "
        "from 1s to 3600s"),
    AP_INIT_TAKE_ARGV("CORSAllowOriginQuery",
        cors_directive_allow_origin_query, NULL, RSRC_CONF | ACCESS_CONF,
        "a question to the database of mod_dbd whose rows are origins, and "
        "what stands for each %s: Origin, Host or an expression"),
    AP_INIT_TAKE123("CORSQueryCacheTime", cors_directive_query_cache_time,
        NULL, RSRC_CONF | ACCESS_CONF,
        "how long its answers hold: rows, no rows, and rows while the "
        "database does not answer"),
    AP_INIT_TAKE1("CORSQueryCache", cors_directive_query_cache, NULL,
        RSRC_CONF, "where its answers are kept: shmcb, shmcb:path(bytes) or "
        "none"),
    AP_INIT_TAKE1("CORSQueryRate", cors_directive_query_rate, NULL,
        RSRC_CONF, "how many questions a second for what is not kept"),
    AP_INIT_TAKE1("CORSAllowCredentials", take_setting,
        INFO(CORS_CREDENTIALS), OR_FILEINFO,
        "whether allowed origins may send cookies: On or Off"),
    AP_INIT_TAKE1("CORSAllowAnonymous", take_setting,
        INFO(CORS_ANONYMOUS), OR_FILEINFO,
        "whether all other origins may read responses to "
        "requests without credentials: On or Off"),
    AP_INIT_ITERATE("CORSAllowMethods", cors_directive_names,
        INFO(CORS_METHODS), OR_FILEINFO,
        "methods beyond GET, HEAD and POST; or *"),
    AP_INIT_ITERATE("CORSAllowHeaders", cors_directive_names,
        INFO(CORS_HEADERS), OR_FILEINFO,
        "request headers beyond the safelisted ones; or *"),
    AP_INIT_ITERATE("CORSExposeHeaders", cors_directive_names,
        INFO(CORS_EXPOSED), OR_FILEINFO,
        "response headers that scripts may read; or *"),
    AP_INIT_TAKE1("CORSMaxAge", take_max_age, NULL, OR_FILEINFO,
        "how long a browser may keep the answer to a preflight: seconds up "
        "to 86400, or a time as in 10min"),
    AP_INIT_TAKE1("CORSPreflight", take_setting,
        INFO(CORS_PREFLIGHT), OR_FILEINFO,
        "who answers preflights: Answer (the module) or Forward "
        "(the handler)"),
    AP_INIT_TAKE1("CORSPreflightStatus", take_setting,
        INFO(CORS_PREFLIGHT_STATUS), OR_FILEINFO,
        "the status of an answered preflight: 200 or 204"),
    AP_INIT_TAKE1("CORSDisallowedOrigin", take_setting,
        INFO(CORS_DISALLOWED), RSRC_CONF | OR_AUTHCFG,
        "what happens to requests of other "
        "origins: Serve, StripCredentials or Deny"),
    AP_INIT_TAKE1("CORSFetchMetadata", take_setting,
        INFO(CORS_FETCH_METADATA), RSRC_CONF | OR_AUTHCFG,
        "whether what other sites' pages load without an Origin is judged, "
        "too: On or Off"),
    AP_INIT_TAKE_ARGV("CORSCookieAttributes",
        cors_directive_cookie_attributes, NULL, OR_FILEINFO,
        "attributes that cookies get: SameSite=..., Secure, HttpOnly, "
        "Partitioned, only=name,...; or none"),
    AP_INIT_TAKE1("CORSReportOnly", take_setting,
        INFO(CORS_REPORT_ONLY), RSRC_CONF | OR_AUTHCFG,
        "whether to judge and log without changing "
        "anything: On or Off"),
    AP_INIT_ITERATE("CORSOptions", take_option, NULL,
        OR_FILEINFO, "UnsafeInsecureOrigin, UnsafePublicSuffix, UnsafeMatch, "
        "with + or -; or none"),
    { NULL, { NULL }, NULL, 0, RAW_ARGS, NULL }
};
