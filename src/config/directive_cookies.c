/* SPDX-License-Identifier: Apache-2.0 */
#include "config/directives.h"

#include <apr_strings.h>
#include <string.h>

#include "syntax/token.h"
#include "policy/cookie_rules.h"

/* What people write between attributes, where blanks belong. */
#define SEPARATORS ",; \t\""

static int is_only(const char *word)
{
    return ap_cstr_casecmpn(word, "only=", 5) == 0;
}

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
    if (is_only(word)) {
        return take_only(cmd, rule, word);
    }
    if (ap_cstr_casecmp(word, "none") == 0) {
        rule->none = 1;
        return NULL;
    }
    return take_attribute(cmd, rule, word);
}

static const char *write_line(cmd_parms *cmd, const cors_cookie_rule *rule)
{
    return apr_pstrcat(cmd->temp_pool, cmd->cmd->name, " ",
                       cors_cookie_rule_text(cmd->temp_pool, rule), NULL);
}

/* only=*, beside other names or alone. */
static int names_all(const cors_cookie_rule *rule)
{
    int i;

    for (i = 0; rule->only && i < rule->only->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(rule->only, i, const char *), "*") == 0) {
            return 1;
        }
    }
    return 0;
}

static int needs_secure(const cors_cookie_rule *rule)
{
    return !rule->gives[CORS_ATTRIBUTE_SECURE]
           && (rule->gives[CORS_ATTRIBUTE_PARTITIONED]
               || rule->gives[CORS_ATTRIBUTE_SAMESITE]
                  == CORS_SAMESITE_NONE);
}

/*
 * After the last argument: none stands alone, only= goes with a name and an
 * attribute, Partitioned and SameSite=None go with Secure. The line to write
 * instead is whole, whatever comes first.
 */
static const char *check_rule(cmd_parms *cmd, const cors_cookie_rule *rule)
{
    int gives = cors_cookie_rule_gives(rule);
    cors_cookie_rule better = *rule;
    const char *reason = NULL;

    if (rule->none && (gives || rule->only)) {
        return cors_directive_reject(
            cmd, cors_cookie_rule_text(cmd->temp_pool, rule), "none stands "
            "alone", "CORSCookieAttributes none, or leave none out");
    }
    if (needs_secure(rule)) {
        reason = "browsers refuse such a cookie without Secure";
    }
    if (rule->only && !gives) {
        reason = "it gives these cookies no attribute";
        better.gives[CORS_ATTRIBUTE_SAMESITE] = CORS_SAMESITE_NONE;
    }
    if (names_all(rule)) {
        reason = "a line without only= is for all cookies";
        better.only = NULL;
    }
    better.gives[CORS_ATTRIBUTE_SECURE] |= needs_secure(&better);
    return reason ? cors_directive_reject(
                        cmd, cors_cookie_rule_text(cmd->temp_pool, rule),
                        reason, write_line(cmd, &better)) : NULL;
}

/* Separators as Set-Cookie has them; names of cookies stand at commas. */
static int has_separator(const char *word)
{
    return is_only(word) ? word[strlen(word) - 1] == ';'
                         : strpbrk(word, ",;") != NULL;
}

/*
 * A line that was copied from a Set-Cookie: what else is wrong with it, or
 * the whole line as it is written here.
 */
static const char *reject_separators(cmd_parms *cmd)
{
    const char *args = cmd->directive->args;
    const char *at = args + strspn(args, SEPARATORS);
    cors_cookie_rule rule = { 0 };
    const char *rejected = NULL;

    while (!rejected && *at && *at != '#') {
        size_t length = strcspn(at, is_only(at) ? "; \t\"" : SEPARATORS);

        rejected = take_word(cmd, &rule, apr_pstrmemdup(cmd->temp_pool, at,
                                                        length));
        at += length;
        at += strspn(at, SEPARATORS);
    }
    if (rejected || (rejected = check_rule(cmd, &rule)) != NULL) {
        return rejected;
    }
    return cors_directive_reject(cmd, args, "attributes stand between "
                                 "blanks, without semicolon or comma",
                                 cors_cookie_rule_gives(&rule) || rule.none
                                 ? write_line(cmd, &rule) : NULL);
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
            rejected = has_separator(values[i])
                       ? reject_separators(cmd)
                       : take_word(cmd, &rule, values[i]);
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
