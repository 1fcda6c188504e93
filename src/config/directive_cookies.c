/* SPDX-License-Identifier: Apache-2.0 */
#include "config/directives.h"

#include <apr_strings.h>
#include <string.h>

#include "syntax/token.h"
#include "policy/cookie_rules.h"

/*
 * The words that give the attributes from one up to another, commas between
 * them; last: what stands in front of the last one instead.
 */
static const char *list_words(apr_pool_t *pool, int from, int to,
                              const char *last)
{
    const char *list = NULL, *word, *next;
    int value;

    for (; from < to; from++) {
        word = cors_setcookie_word(pool, from, 1);
        for (value = 2; word; value++, word = next) {
            next = cors_setcookie_word(pool, from, value);
            list = list ? apr_pstrcat(pool, list, next ? ", " : last, word,
                                      NULL) : word;
        }
    }
    return list;
}

/* A word that gives nothing: is it a wrong value, or a wrong name? */
static const char *reject_word(cmd_parms *cmd, const char *word)
{
    int i;

    for (i = 0; i < CORS_ATTRIBUTES; i++) {
        const char *known = cors_setcookie_word(cmd->temp_pool, i, 1);
        size_t length = known ? strcspn(known, "=") : 0;

        if (known && known[length] == '='
            && ap_cstr_casecmpn(word, known, length) == 0
            && (word[length] == '=' || word[length] == '\0')) {
            return cors_directive_reject(
                cmd, word, apr_psprintf(cmd->temp_pool, "no value of %.*s",
                                        (int)length, known),
                list_words(cmd->temp_pool, i, i + 1, " or "));
        }
    }
    return cors_directive_reject(
        cmd, word, "no such attribute", apr_pstrcat(
            cmd->temp_pool, "none, or any of ",
            list_words(cmd->temp_pool, 0, CORS_ATTRIBUTES, ", "),
            " and only=name[,name...]", NULL));
}

static const char *take_only(cmd_parms *cmd, cors_cookie_rule *rule,
                             const char *word)
{
    const char *name = strchr(word, '=');

    if (!rule->only) {
        rule->only = apr_array_make(cmd->pool, 2, sizeof(char *));
    }
    do {
        size_t length = strcspn(++name, ",");

        if (length == 0) {
            return cors_directive_reject(cmd, word, "a name of a cookie is "
                                         "missing", "only=name[,name...], "
                                         "without blanks");
        }
        if (!cors_token_is(name, length)) {
            return cors_directive_reject(cmd, word, "a name of a cookie has "
                                         "only letters, digits and "
                                         "!#$%&'*+-.^_`|~",
                                         "only=name[,name...]");
        }
        APR_ARRAY_PUSH(rule->only, const char *) =
            apr_pstrmemdup(cmd->pool, name, length);
        name += length;
    } while (*name == ',');
    return NULL;
}

/* The attribute that a word gives; CORS_ATTRIBUTES: none. */
static int find_attribute(apr_pool_t *pool, const char *word, int *value)
{
    const char *known;
    int i;

    for (i = 0; i < CORS_ATTRIBUTES; i++) {
        for (*value = 1; (known = cors_setcookie_word(pool, i, *value));
             ++*value) {
            if (ap_cstr_casecmp(word, known) == 0) {
                return i;
            }
        }
    }
    return i;
}

static const char *take_attribute(cmd_parms *cmd, cors_cookie_rule *rule,
                                  const char *word)
{
    int value, given;
    int attribute = find_attribute(cmd->temp_pool, word, &value);

    if (attribute == CORS_ATTRIBUTES) {
        return reject_word(cmd, word);
    }
    given = rule->gives[attribute];
    if (given && given != value) {
        return cors_directive_reject(
            cmd, word, apr_psprintf(
                cmd->temp_pool, "it follows %s in the same line",
                cors_setcookie_word(cmd->temp_pool, attribute, given)),
            "one of them");
    }
    rule->gives[attribute] = (unsigned char)value;
    return NULL;
}

/*
 * One argument: none, an attribute, with its value where it has some, or
 * only=name[,name...]; all but the names of cookies in any case.
 */
static const char *take_word(cmd_parms *cmd, cors_cookie_rule *rule,
                             const char *word)
{
    if (ap_cstr_casecmpn(word, "only=", 5) == 0) {
        return take_only(cmd, rule, word);
    }
    if (ap_cstr_casecmp(word, "none") == 0) {
        rule->none = 1;
        return NULL;
    }
    return take_attribute(cmd, rule, word);
}

/* The whole line is rejected: a better one is written. */
static const char *reject_line(cmd_parms *cmd, const cors_cookie_rule *rule,
                               const char *reason,
                               const cors_cookie_rule *better)
{
    return cors_directive_reject(
        cmd, cors_cookie_rule_text(cmd->temp_pool, rule), reason,
        apr_pstrcat(cmd->temp_pool, cmd->cmd->name, " ",
                    cors_cookie_rule_text(cmd->temp_pool, better), NULL));
}

/*
 * After the last argument: none stands alone, Partitioned and SameSite=None
 * go with Secure, only= goes with an attribute.
 */
static const char *check_rule(cmd_parms *cmd, const cors_cookie_rule *rule)
{
    int gives = cors_cookie_rule_gives(rule);
    cors_cookie_rule better = *rule;

    if (rule->none && (gives || rule->only)) {
        return cors_directive_reject(
            cmd, cors_cookie_rule_text(cmd->temp_pool, rule), "none stands "
            "alone", "CORSCookieAttributes none, or leave none out");
    }
    better.gives[CORS_ATTRIBUTE_SECURE] = 1;
    if (rule->only && !gives) {
        better.gives[CORS_ATTRIBUTE_SAMESITE] = CORS_SAMESITE_NONE;
        return reject_line(cmd, rule, "it gives these cookies no attribute",
                           &better);
    }
    if (!rule->gives[CORS_ATTRIBUTE_SECURE]
        && (rule->gives[CORS_ATTRIBUTE_PARTITIONED]
            || rule->gives[CORS_ATTRIBUTE_SAMESITE] == CORS_SAMESITE_NONE)) {
        return reject_line(cmd, rule, "browsers refuse such a cookie without "
                           "Secure", &better);
    }
    return NULL;
}

const char *cors_directive_cookie_attributes(cmd_parms *cmd, void *config,
                                             int count,
                                             char *const values[])
{
    cors_policy *policy = config;
    cors_cookie_rule rule = { 0 };
    const char *rejected = cors_directive_begin(cmd, policy, NULL);
    int i;

    if (!rejected && count == 0) {
        return "CORSCookieAttributes takes one or more attributes; write "
               "SameSite=None Secure, or none";
    }
    for (i = 0; !rejected && i < count; i++) {
        rejected = cors_directive_comment(cmd, values[i]);
        if (!rejected) {
            rejected = take_word(cmd, &rule, values[i]);
        }
    }
    if (rejected || (rejected = check_rule(cmd, &rule)) != NULL) {
        return rejected;
    }
    if (!policy->cookies) {
        policy->cookies = apr_array_make(cmd->pool, 1, sizeof(rule));
    }
    cors_cookie_rule_complete(cmd->pool, &rule);
    APR_ARRAY_PUSH(policy->cookies, cors_cookie_rule) = rule;
    return NULL;
}
