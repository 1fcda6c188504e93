/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/setcookie.h"

#include <string.h>

#include <apr_hash.h>

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

static const cors_setcookie_rule *rule_for(const apr_array_header_t *rules,
                                           const cors_text *name)
{
    const cors_setcookie_rule *rule = (const void *)rules->elts;
    int i;

    for (i = 0; i < rules->nelts; i++) {
        if (cors_setcookie_rule_applies(&rule[i], name->text,
                                        name->length)) {
            return &rule[i];
        }
    }
    return NULL;
}

const char *cors_setcookie_key(apr_pool_t *pool,
                               const cors_setcookie *cookie,
                               size_t *key_length)
{
    const cors_text *domain = &cookie->domain;
    size_t i = domain->length && domain->text[0] == '.';
    char *key = apr_palloc(pool, cookie->name.length + domain->length
                                 + cookie->path.length + 2);
    char *to = key;

    memcpy(to, cookie->name.text, cookie->name.length);
    to += cookie->name.length;
    *to++ = '\0';
    for (; i < domain->length; i++) {
        *to++ = cors_ascii_lower(domain->text[i]);
    }
    *to++ = '\0';
    if (cookie->path.length) {
        memcpy(to, cookie->path.text, cookie->path.length);
        to += cookie->path.length;
    }
    *key_length = to - key;
    return key;
}

/* Where this cookie's deletions are noted. */
static unsigned *deletions_of(application *a, const cors_setcookie *cookie)
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
static const cors_setcookie_rule *deletion_rule(application *a,
                                                const char *value,
                                                cors_setcookie *cookie)
{
    const cors_setcookie_rule *rule;

    if (!cors_setcookie_parse(cookie, value, strlen(value))
        || !cors_setcookie_is_deletion(cookie, a->now)) {
        return NULL;
    }
    rule = rule_for(a->rules, &cookie->name);
    return rule && rule->partitioned ? rule : NULL;
}

static void note_deletions(application *a, const apr_array_header_t *fields)
{
    const cors_setcookie_field *field = (const void *)fields->elts;
    int i;

    for (i = 0; i < fields->nelts; i++) {
        cors_setcookie cookie;

        if (deletion_rule(a, field[i].value, &cookie)) {
            *deletions_of(a, &cookie) |= cookie.partitioned
                                       ? DELETED_PARTITIONED
                                       : DELETED_PLAIN;
        }
    }
}

static void add_field(application *a, const char *value, int where)
{
    cors_setcookie_field *field = apr_array_push(a->result);

    field->value = value;
    field->where = where;
}

static const char *add_rewritten(application *a,
                                 const cors_setcookie_field *field,
                                 const cors_setcookie_rule *rule)
{
    size_t length;
    const char *value = cors_setcookie_rewrite(a->pool, field->value,
                                               strlen(field->value), rule,
                                               &length);

    a->changed |= value != field->value;
    add_field(a, value, field->where);
    return value;
}

/* The deletion and, unless the response has it, its unpartitioned twin. */
static void add_deletion(application *a, const cors_setcookie_field *field,
                         const cors_setcookie *cookie,
                         const cors_setcookie_rule *rule)
{
    unsigned *deleted = deletions_of(a, cookie);
    cors_setcookie_rule plain = *rule;
    size_t length;
    const char *value;

    if (!cookie->partitioned && *deleted & DELETED_PARTITIONED) {
        plain.partitioned = 0;
        add_rewritten(a, field, &plain);
        return;
    }
    value = add_rewritten(a, field, rule);
    if (!cookie->partitioned || !(*deleted & DELETED_PLAIN)) {
        value = cors_setcookie_unpartition(a->pool, value, strlen(value),
                                           &length);
        add_field(a, value, field->where);
        a->changed = 1;
    }
    *deleted = DELETED_PLAIN | DELETED_PARTITIONED;
}

static void add_cookie(application *a, const cors_setcookie_field *field)
{
    const cors_setcookie_rule *rule = NULL;
    cors_setcookie cookie;

    if (cors_setcookie_parse(&cookie, field->value, strlen(field->value))) {
        rule = rule_for(a->rules, &cookie.name);
    }
    if (!rule) {
        add_field(a, field->value, field->where);
    }
    else if (rule->partitioned
             && cors_setcookie_is_deletion(&cookie, a->now)) {
        add_deletion(a, field, &cookie, rule);
    }
    else {
        add_rewritten(a, field, rule);
    }
}

const apr_array_header_t *cors_setcookie_apply(
    apr_pool_t *pool, const apr_array_header_t *fields,
    const apr_array_header_t *rules, int64_t now)
{
    const cors_setcookie_field *field = (const void *)fields->elts;
    application a = { pool, rules, now, NULL, NULL, 0 };
    int i;

    a.result = apr_array_make(pool, fields->nelts, sizeof(*field));
    note_deletions(&a, fields);
    for (i = 0; i < fields->nelts; i++) {
        add_cookie(&a, &field[i]);
    }
    return a.changed ? a.result : fields;
}
