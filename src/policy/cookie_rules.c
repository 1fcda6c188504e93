/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/cookie_rules.h"

#include <string.h>

#include <apr_hash.h>
#include <apr_strings.h>

/* The deletions of one cookie in the response: bits. */
#define DELETED_PLAIN       1u
#define DELETED_PARTITIONED 2u

typedef struct {
    apr_pool_t *pool;
    const apr_array_header_t *rules;
    int64_t now;
    apr_hash_t *deletions;          /* by key: unsigned; NULL: none yet */
    apr_array_header_t *result;
    int changed;
} application;

int cors_cookie_rule_gives(const cors_cookie_rule *rule)
{
    int i;

    for (i = 0; i < CORS_ATTRIBUTES; i++) {
        if (rule->gives[i]) {
            return 1;
        }
    }
    return 0;
}

const char *cors_cookie_rule_text(apr_pool_t *pool,
                                  const cors_cookie_rule *rule)
{
    int none = rule->none || (!cors_cookie_rule_gives(rule) && !rule->only);
    const char *only = rule->only ? apr_array_pstrcat(pool, rule->only, ',')
                                  : NULL;

    return apr_pstrcat(pool, none ? " none" : "",
                       cors_setcookie_words(pool, " ", rule->gives),
                       only ? " only=" : NULL, only, NULL) + 1;
}

int cors_cookie_rule_applies(const cors_cookie_rule *rule, const char *name,
                             size_t length)
{
    int i;

    for (i = 0; rule->only && i < rule->only->nelts; i++) {
        if (cors_ascii_same(name, length,
                            APR_ARRAY_IDX(rule->only, i, const char *))) {
            return 1;
        }
    }
    return !rule->only;
}

static const cors_cookie_rule *find_rule(const apr_array_header_t *rules,
                                         const cors_text *name)
{
    const cors_cookie_rule *rule = (const void *)rules->elts;
    int i;

    for (i = 0; i < rules->nelts; i++) {
        if (cors_cookie_rule_applies(&rule[i], name->text, name->length)) {
            return &rule[i];
        }
    }
    return NULL;
}

/* Where this cookie's deletions are noted. */
static unsigned *find_deletions(application *a, const cors_setcookie *cookie)
{
    size_t length;
    const char *key = cors_setcookie_key(a->pool, cookie, &length);
    unsigned *bits;

    if (!a->deletions) {
        a->deletions = apr_hash_make(a->pool);
    }
    bits = apr_hash_get(a->deletions, key, length);
    if (!bits) {
        bits = apr_pcalloc(a->pool, sizeof(*bits));
        apr_hash_set(a->deletions, key, length, bits);
    }
    return bits;
}

/* The rule that makes this field a partitioned deletion; else NULL. */
static const cors_cookie_rule *find_deletion_rule(application *a,
                                                  const char *value,
                                                  cors_setcookie *cookie)
{
    const cors_cookie_rule *rule;

    if (!cors_setcookie_parse(cookie, value, strlen(value))
        || !cors_setcookie_is_deletion(cookie, a->now)) {
        return NULL;
    }
    rule = find_rule(a->rules, &cookie->name);
    return rule && rule->gives[CORS_ATTRIBUTE_PARTITIONED] ? rule : NULL;
}

static void note_deletions(application *a, const apr_array_header_t *fields)
{
    const cors_cookie_field *field = (const void *)fields->elts;
    int i;

    for (i = 0; i < fields->nelts; i++) {
        cors_setcookie cookie;

        if (find_deletion_rule(a, field[i].value, &cookie)) {
            *find_deletions(a, &cookie) |=
                cookie.has[CORS_ATTRIBUTE_PARTITIONED] ? DELETED_PARTITIONED
                                                       : DELETED_PLAIN;
        }
    }
}

static void add_field(application *a, const char *value, int where)
{
    cors_cookie_field *field = apr_array_push(a->result);

    field->value = value;
    field->where = where;
}

static const char *add_rewritten(application *a,
                                 const cors_cookie_field *field,
                                 const cors_cookie_rule *rule)
{
    size_t length;
    const char *value = cors_setcookie_rewrite(a->pool, field->value,
                                               strlen(field->value),
                                               rule->gives, &length);

    a->changed |= value != field->value;
    add_field(a, value, field->where);
    return value;
}

/* The deletion and, unless the response has it, its unpartitioned twin. */
static void add_deletion(application *a, const cors_cookie_field *field,
                         const cors_setcookie *cookie,
                         const cors_cookie_rule *rule)
{
    int partitioned = cookie->has[CORS_ATTRIBUTE_PARTITIONED];
    unsigned *deleted = find_deletions(a, cookie);
    cors_cookie_rule plain = *rule;
    size_t length;
    const char *value;

    if (!partitioned && *deleted & DELETED_PARTITIONED) {
        plain.gives[CORS_ATTRIBUTE_PARTITIONED] = 0;
        add_rewritten(a, field, &plain);
        return;
    }
    value = add_rewritten(a, field, rule);
    if (!partitioned || !(*deleted & DELETED_PLAIN)) {
        value = cors_setcookie_unpartition(a->pool, value, strlen(value),
                                           &length);
        add_field(a, value, field->where);
        a->changed = 1;
    }
    *deleted = DELETED_PLAIN | DELETED_PARTITIONED;
}

static void add_cookie(application *a, const cors_cookie_field *field)
{
    const cors_cookie_rule *rule = NULL;
    cors_setcookie cookie;

    if (cors_setcookie_parse(&cookie, field->value, strlen(field->value))) {
        rule = find_rule(a->rules, &cookie.name);
    }
    if (!rule) {
        add_field(a, field->value, field->where);
    }
    else if (rule->gives[CORS_ATTRIBUTE_PARTITIONED]
             && cors_setcookie_is_deletion(&cookie, a->now)) {
        add_deletion(a, field, &cookie, rule);
    }
    else {
        add_rewritten(a, field, rule);
    }
}

const apr_array_header_t *cors_cookie_rules_apply(
    apr_pool_t *pool, const apr_array_header_t *fields,
    const apr_array_header_t *rules, int64_t now)
{
    const cors_cookie_field *field = (const void *)fields->elts;
    application a = { pool, rules, now, NULL, NULL, 0 };
    int i;

    a.result = apr_array_make(pool, fields->nelts, sizeof(*field));
    note_deletions(&a, fields);
    for (i = 0; i < fields->nelts; i++) {
        add_cookie(&a, &field[i]);
    }
    return a.changed ? a.result : fields;
}
