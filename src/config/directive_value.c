/* SPDX-License-Identifier: Apache-2.0 */
#include "config/directives.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#define MAX_AGE_LIMIT 86400

static const char *word_take(cmd_parms *cmd, cors_policy *policy,
                             cors_setting setting, const char *value)
{
    const char *refused = cors_directive_begin(cmd, policy);
    const char *const *words = cors_policy_words(setting);
    const char *known = "";
    unsigned char i;

    if (refused) {
        return refused;
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
    return cors_directive_refuse(cmd, value, "no such value", known);
}

static const char *switch_take(cmd_parms *cmd, cors_policy *policy,
                               cors_setting setting, int on)
{
    return word_take(cmd, policy, setting, on ? "On" : "Off");
}

const char *cors_directive_allow_credentials(cmd_parms *cmd, void *config,
                                             int on)
{
    return switch_take(cmd, config, CORS_CREDENTIALS, on);
}

const char *cors_directive_allow_anonymous(cmd_parms *cmd, void *config,
                                           int on)
{
    return switch_take(cmd, config, CORS_ANONYMOUS, on);
}

const char *cors_directive_report_only(cmd_parms *cmd, void *config, int on)
{
    return switch_take(cmd, config, CORS_REPORT_ONLY, on);
}

const char *cors_directive_preflight(cmd_parms *cmd, void *config,
                                     const char *value)
{
    return word_take(cmd, config, CORS_PREFLIGHT, value);
}

const char *cors_directive_preflight_status(cmd_parms *cmd, void *config,
                                            const char *value)
{
    return word_take(cmd, config, CORS_PREFLIGHT_STATUS, value);
}

const char *cors_directive_disallowed_origin(cmd_parms *cmd, void *config,
                                             const char *value)
{
    return word_take(cmd, config, CORS_DISALLOWED, value);
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

const char *cors_directive_max_age(cmd_parms *cmd, void *config,
                                   const char *value)
{
    cors_policy *policy = config;
    const char *refused = cors_directive_begin(cmd, policy);
    apr_interval_time_t time;

    if (refused) {
        return refused;
    }
    /* The length first: httpd's parser multiplies without looking. */
    if (!apr_isdigit(value[0]) || strlen(value) > 9 || !has_unit(value)
        || ap_timeout_parameter_parse(value, &time, "s") != APR_SUCCESS) {
        return cors_directive_refuse(cmd, value, "this is no time; write "
                                     "seconds from 0 to 86400, or a unit as "
                                     "in 10min or 2h", NULL);
    }
    if (time % APR_USEC_PER_SEC != 0) {
        return cors_directive_refuse(cmd, value, "a browser counts whole "
                                     "seconds", apr_itoa(cmd->temp_pool,
                                     (int)(time / APR_USEC_PER_SEC) + 1));
    }
    if (time < 0 || time > apr_time_from_sec(MAX_AGE_LIMIT)) {
        return cors_directive_refuse(cmd, value, "no browser keeps the "
                                     "answer to a preflight for more than a "
                                     "day", "86400");
    }
    policy->max_age = apr_itoa(cmd->pool, (int)apr_time_sec(time));
    return NULL;
}

static int option_of(const char *word)
{
    if (ap_cstr_casecmp(word, "UnsafeInsecureOrigin") == 0) {
        return CORS_OPTION_INSECURE_ORIGIN;
    }
    if (ap_cstr_casecmp(word, "UnsafePublicSuffix") == 0) {
        return CORS_OPTION_PUBLIC_SUFFIX;
    }
    return 0;
}

/* What a word says beside those that stand before it; NULL: it may. */
static const char *option_refuse(cmd_parms *cmd, const cors_options *before,
                                 const char *word, int option, int sign)
{
    int none = ap_cstr_casecmp(word, "none") == 0;

    if (!option && !none) {
        return cors_directive_refuse(cmd, word, "no such option",
                                     "UnsafeInsecureOrigin or "
                                     "UnsafePublicSuffix");
    }
    if (before->given && (none || (before->replace && !before->on))) {
        return cors_directive_refuse(cmd, word, "'none' stands alone in its "
                                     "section; leave out 'none' or the "
                                     "others", NULL);
    }
    if (before->given && before->replace == sign) {
        return cors_directive_refuse(cmd, word, "either all options of a "
                                     "section start with + or -, or none",
                                     NULL);
    }
    return NULL;
}

const char *cors_directive_options(cmd_parms *cmd, void *config,
                                   const char *value)
{
    cors_policy *policy = config;
    cors_options *options = &policy->options;
    int sign = value[0] == '+' || value[0] == '-';
    int option = option_of(value + sign);
    const char *refused = cors_directive_begin(cmd, policy);

    if (refused
        || (refused = option_refuse(cmd, options, value, option, sign))
           != NULL) {
        return refused;
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
