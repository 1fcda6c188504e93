/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/cookie_rules.h"

#include <string.h>

#include <apr_hash.h>
#include <apr_strings.h>

#include "policy/hash.h"

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

/* A field, read. */
typedef struct {
    const cors_cookie_field *field;
    const cors_cookie_rule *rule;   /* NULL: none is for it */
    cors_setcookie cookie;
    unsigned *deleted;              /* NULL: no partitioned deletion */
} reading;

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

void cors_cookie_rule_complete(apr_pool_t *pool, cors_cookie_rule *rule)
{
    cors_cookie_rule plain = *rule;

    rule->tail.text = cors_setcookie_words(pool, "; ", rule->gives);
    rule->tail.length = strlen(rule->tail.text);
    plain.gives[CORS_ATTRIBUTE_PARTITIONED] = 0;
    rule->plain_tail.text = cors_setcookie_words(pool, "; ", plain.gives);
    rule->plain_tail.length = strlen(rule->plain_tail.text);
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

/* name: one of only=; a star at its end stands for whatever follows. */
static int is_named(const char *name, const char *text, size_t length)
{
    size_t name_length = strlen(name);

    if (name[name_length - 1] != '*') {
        return cors_ascii_same(text, length, name);
    }
    return length >= name_length - 1
           && memcmp(text, name, name_length - 1) == 0;
}

int cors_cookie_rule_applies(const cors_cookie_rule *rule, const char *name,
                             size_t length)
{
    int i;

    for (i = 0; rule->only && i < rule->only->nelts; i++) {
        if (is_named(APR_ARRAY_IDX(rule->only, i, const char *), name,
                     length)) {
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
        a->deletions = apr_hash_make_custom(a->pool, cors_hash_of_key);
    }
    bits = apr_hash_get(a->deletions, key, length);
    if (!bits) {
        bits = apr_pcalloc(a->pool, sizeof(*bits));
        apr_hash_set(a->deletions, key, length, bits);
    }
    return bits;
}

static void read_field(application *a, reading *read,
                       const cors_cookie_field *field)
{
    cors_setcookie *cookie = &read->cookie;

    read->field = field;
    read->rule = NULL;
    read->deleted = NULL;
    if (!cors_setcookie_parse(a->pool, cookie, field->value,
                              strlen(field->value))) {
        return;
    }
    read->rule = find_rule(a->rules, &cookie->name);
    if (read->rule && read->rule->gives[CORS_ATTRIBUTE_PARTITIONED]
        && cors_setcookie_is_deletion(cookie, a->now)) {
        read->deleted = find_deletions(a, cookie);
        *read->deleted |= cookie->has[CORS_ATTRIBUTE_PARTITIONED]
                          ? DELETED_PARTITIONED : DELETED_PLAIN;
    }
}

static void add_value(application *a, const reading *read, const char *value)
{
    cors_cookie_field *field = apr_array_push(a->result);

    field->value = value;
    field->where = read->field->where;
    a->changed |= value != read->field->value;
}

static void add_rewritten(application *a, const reading *read,
                          const unsigned char *removed, cors_text tail)
{
    add_value(a, read, cors_setcookie_rewrite(a->pool, &read->cookie,
                                              removed, tail).text);
}

/* The deletion and, unless the response has it, its unpartitioned twin. */
static void add_deletion(application *a, const reading *read)
{
    const cors_cookie_rule *rule = read->rule;
    int partitioned = read->cookie.has[CORS_ATTRIBUTE_PARTITIONED];

    if (!partitioned && *read->deleted & DELETED_PARTITIONED) {
        add_rewritten(a, read, rule->gives, rule->plain_tail);
        return;
    }
    add_rewritten(a, read, rule->gives, rule->tail);
    if (!partitioned || !(*read->deleted & DELETED_PLAIN)) {
        add_rewritten(a, read, rule->gives, rule->plain_tail);
        a->changed = 1;
    }
    *read->deleted = DELETED_PLAIN | DELETED_PARTITIONED;
}

static void add_field(application *a, const reading *read)
{
    if (!read->rule) {
        add_value(a, read, read->field->value);
    }
    else if (read->deleted) {
        add_deletion(a, read);
    }
    else {
        add_rewritten(a, read, read->rule->gives, read->rule->tail);
    }
}

const apr_array_header_t *cors_cookie_rules_apply(
    apr_pool_t *pool, const apr_array_header_t *fields,
    const apr_array_header_t *rules, int64_t now)
{
    const cors_cookie_field *field = (const void *)fields->elts;
    reading *readings = apr_palloc(pool, fields->nelts * sizeof(*readings));
    application a = { pool, rules, now, NULL, NULL, 0 };
    int i;

    a.result = apr_array_make(pool, fields->nelts, sizeof(*field));
    for (i = 0; i < fields->nelts; i++) {
        read_field(&a, &readings[i], &field[i]);
    }
    for (i = 0; i < fields->nelts; i++) {
        add_field(&a, &readings[i]);
    }
    return a.changed ? a.result : fields;
}
