/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/setcookie.h"

#include <string.h>

#include <apr_cstr.h>
#include <apr_strings.h>

#include "syntax/token.h"

#define DIRECTIVE "CORSCookieAttributes"

static const char *const samesite_words[] = {
    [CORS_SAMESITE_UNSET] = NULL,
    [CORS_SAMESITE_NONE] = "SameSite=None",
    [CORS_SAMESITE_LAX] = "SameSite=Lax",
    [CORS_SAMESITE_STRICT] = "SameSite=Strict"
};

static int is_word(const char *text, const char *word)
{
    return apr_cstr_casecmp(text, word) == 0;
}

static int starts_with(const char *text, const char *start)
{
    return apr_cstr_casecmpn(text, start, strlen(start)) == 0;
}

static const char *add_samesite(apr_pool_t *pool, cors_setcookie_rule *rule,
                                const char *word)
{
    cors_samesite samesite;

    for (samesite = CORS_SAMESITE_NONE; samesite <= CORS_SAMESITE_STRICT;
         samesite++) {
        if (is_word(word, samesite_words[samesite])) {
            break;
        }
    }
    if (samesite > CORS_SAMESITE_STRICT) {
        return apr_psprintf(pool, DIRECTIVE " '%s': no value of SameSite; "
                            "write SameSite=None, SameSite=Lax or "
                            "SameSite=Strict", word);
    }
    if (rule->samesite && rule->samesite != samesite) {
        return apr_psprintf(pool, DIRECTIVE " '%s': it follows %s in the "
                            "same line; write one of them", word,
                            samesite_words[rule->samesite]);
    }
    rule->samesite = samesite;
    return NULL;
}

static void add_name(apr_pool_t *pool, cors_setcookie_rule *rule,
                     const char *name, size_t length)
{
    cors_text *only;

    if (!rule->only) {
        rule->only = apr_array_make(pool, 2, sizeof(*only));
    }
    only = apr_array_push(rule->only);
    only->text = apr_pstrmemdup(pool, name, length);
    only->length = length;
}

static const char *add_only(apr_pool_t *pool, cors_setcookie_rule *rule,
                            const char *word)
{
    const char *name = strchr(word, '=') + 1;

    for (;;) {
        const char *end = name + strcspn(name, ",");

        if (name == end) {
            return apr_psprintf(pool, DIRECTIVE " '%s': a name of a cookie "
                                "is missing; write only=name[,name...], "
                                "without blanks", word);
        }
        if (!cors_token_is(name, end - name)) {
            return apr_psprintf(pool, DIRECTIVE " '%s': a name of a cookie "
                                "has only letters, digits and "
                                "!#$%%&'*+-.^_`|~; write "
                                "only=name[,name...]", word);
        }
        add_name(pool, rule, name, end - name);
        if (!*end) {
            return NULL;
        }
        name = end + 1;
    }
}

const char *cors_setcookie_rule_add(apr_pool_t *pool,
                                    cors_setcookie_rule *rule,
                                    const char *word)
{
    if (starts_with(word, "only=")) {
        return add_only(pool, rule, word);
    }
    if (is_word(word, "SameSite") || starts_with(word, "SameSite=")) {
        return add_samesite(pool, rule, word);
    }
    if (is_word(word, "Secure")) {
        rule->secure = 1;
    }
    else if (is_word(word, "HttpOnly")) {
        rule->httponly = 1;
    }
    else if (is_word(word, "Partitioned")) {
        rule->partitioned = 1;
    }
    else if (is_word(word, "none")) {
        rule->none = 1;
    }
    else {
        return apr_psprintf(pool, DIRECTIVE " '%s': no such attribute; "
                            "write none, or any of SameSite=None, "
                            "SameSite=Lax, SameSite=Strict, Secure, "
                            "HttpOnly, Partitioned and "
                            "only=name[,name...]", word);
    }
    return NULL;
}

static int gives_any(const cors_setcookie_rule *rule)
{
    return rule->samesite || rule->secure || rule->httponly
        || rule->partitioned;
}

static const char *names_text(apr_pool_t *pool,
                              const apr_array_header_t *only)
{
    const cors_text *name = (const void *)only->elts;
    apr_array_header_t *names = apr_array_make(pool, only->nelts,
                                               sizeof(char *));
    int i;

    for (i = 0; i < only->nelts; i++) {
        APR_ARRAY_PUSH(names, const char *) = name[i].text;
    }
    return apr_pstrcat(pool, "only=", apr_array_pstrcat(pool, names, ','),
                       NULL);
}

const char *cors_setcookie_rule_text(apr_pool_t *pool,
                                     const cors_setcookie_rule *rule)
{
    apr_array_header_t *words = apr_array_make(pool, 6, sizeof(char *));

    if (rule->none || (!gives_any(rule) && !rule->only)) {
        APR_ARRAY_PUSH(words, const char *) = "none";
    }
    if (rule->samesite) {
        APR_ARRAY_PUSH(words, const char *) = samesite_words[rule->samesite];
    }
    if (rule->secure) {
        APR_ARRAY_PUSH(words, const char *) = "Secure";
    }
    if (rule->httponly) {
        APR_ARRAY_PUSH(words, const char *) = "HttpOnly";
    }
    if (rule->partitioned) {
        APR_ARRAY_PUSH(words, const char *) = "Partitioned";
    }
    if (rule->only) {
        APR_ARRAY_PUSH(words, const char *) = names_text(pool, rule->only);
    }
    return apr_array_pstrcat(pool, words, ' ');
}

const char *cors_setcookie_rule_check(apr_pool_t *pool,
                                      const cors_setcookie_rule *rule)
{
    const char *written = cors_setcookie_rule_text(pool, rule);
    cors_setcookie_rule better = *rule;

    if (rule->none && (gives_any(rule) || rule->only)) {
        return apr_psprintf(pool, DIRECTIVE " '%s': none stands alone; "
                            "write " DIRECTIVE " none, or leave none out",
                            written);
    }
    if (rule->only && !gives_any(rule)) {
        better.samesite = CORS_SAMESITE_NONE;
        better.secure = 1;
        return apr_psprintf(pool, DIRECTIVE " '%s': it gives these cookies "
                            "no attribute; write " DIRECTIVE " %s", written,
                            cors_setcookie_rule_text(pool, &better));
    }
    if (!rule->secure
        && (rule->partitioned || rule->samesite == CORS_SAMESITE_NONE)) {
        better.secure = 1;
        return apr_psprintf(pool, DIRECTIVE " '%s': browsers refuse such a "
                            "cookie without Secure; write " DIRECTIVE " %s",
                            written, cors_setcookie_rule_text(pool, &better));
    }
    return NULL;
}

int cors_setcookie_rule_applies(const cors_setcookie_rule *rule,
                                const char *name, size_t length)
{
    const cors_text *only;
    int i;

    if (!rule->only) {
        return 1;
    }
    only = (const void *)rule->only->elts;
    for (i = 0; i < rule->only->nelts; i++) {
        if (only[i].length == length
            && memcmp(only[i].text, name, length) == 0) {
            return 1;
        }
    }
    return 0;
}
