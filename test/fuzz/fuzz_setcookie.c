/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Set-Cookie fields of any bytes under any rule. The first byte chooses the
 * rule, the rest are the fields of one response, a line each. What must
 * hold is asked of the result; nothing is computed as the module does it.
 */
#include <ctype.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "pool.h"
#include "policy/cookie_rules.h"

#define NOW 1700000000
#define MUST(condition) do { if (!(condition)) abort(); } while (0)

/* Whether the attribute, from behind its semicolon, has one of the names. */
static int has_name(const char *attribute, size_t length,
                    const char *const *names)
{
    const char *equals = memchr(attribute, '=', length);
    size_t size = equals ? (size_t)(equals - attribute) : length;

    for (; size && strchr(" \t", *attribute); size--) {
        attribute++;
    }
    for (; size && strchr(" \t", attribute[size - 1]); size--) {
        ;
    }
    for (; *names; names++) {
        if (size == strlen(*names)
            && strncasecmp(attribute, *names, size) == 0) {
            return 1;
        }
    }
    return 0;
}

/*
 * Walk through both: what stands in the field stands in the value, but for
 * attributes of these names, of which the value has none. Answers where the
 * value goes on when the field has ended.
 */
static size_t must_be_kept(const char *field, size_t field_length,
                           const char *value, size_t value_length,
                           const char *const *names)
{
    size_t at = 0, to = 0;
    int first = 1;

    while (at < field_length) {
        size_t next = at + 1;

        while (next < field_length && field[next] != ';') {
            next++;
        }
        if (first || !has_name(field + at + 1, next - at - 1, names)) {
            MUST(value_length - to >= next - at);
            MUST(memcmp(field + at, value + to, next - at) == 0);
            to += next - at;
        }
        first = 0;
        at = next;
    }
    return to;
}

static int must_be_cookie(const char *field, size_t length)
{
    size_t i;
    int name = 0;

    for (i = 0; i < length; i++) {
        if (field[i] != '\t' && (iscntrl((unsigned char)field[i])
                                 && !(field[i] & 0x80))) {
            return 0;
        }
    }
    for (i = 0; i < length && field[i] != ';' && field[i] != '='; i++) {
        name |= field[i] != ' ' && field[i] != '\t';
    }
    return i < length && field[i] == '=' && name;
}

static void check_parts(const cors_setcookie *cookie, const char *field,
                        size_t length)
{
    const cors_text *parts[] = {
        &cookie->name, &cookie->domain, &cookie->path
    };
    int i;

    for (i = 0; i < 3; i++) {
        const char *text = parts[i]->text;
        size_t size = parts[i]->length;

        if (size) {
            MUST(text >= field && text + size <= field + length);
            MUST(!strchr(" \t;", text[0]) && !strchr(" \t;", text[size - 1]));
        }
    }
    MUST(!cookie->path.length || cookie->path.text[0] == '/');
    MUST(!memchr(cookie->name.text, '=', cookie->name.length));
}

/* What a browser makes of the value: the rule, and the field for the rest. */
static void check_effect(const cors_setcookie *before, const char *value,
                         size_t length, const unsigned char *gives)
{
    cors_setcookie after;
    int64_t expires[2] = { 0, 0 };
    int i;

    MUST(cors_setcookie_parse(pool, &after, value, length));
    for (i = 0; i < CORS_ATTRIBUTES; i++) {
        MUST(after.has[i] == (gives[i] ? gives[i] : before->has[i]));
    }
    MUST(after.has_max_age == before->has_max_age);
    MUST(after.max_age_over == before->max_age_over);
    MUST(cors_setcookie_expires(&after, &expires[1])
         == cors_setcookie_expires(before, &expires[0]));
    MUST(expires[1] == expires[0]);
    MUST(after.path.length == before->path.length);
    MUST(after.domain.length == before->domain.length);
}

/* What is made of a field that is a cookie. */
static cors_text rewritten(const char *field, size_t length,
                           const unsigned char *removed, cors_text tail)
{
    cors_setcookie cookie;

    MUST(cors_setcookie_parse(pool, &cookie, field, length));
    return cors_setcookie_rewrite(pool, &cookie, removed, tail);
}

static void check_rewrite(const char *field, size_t length,
                          const cors_cookie_rule *rule, const char *tail,
                          const char *const *names)
{
    cors_setcookie cookie;
    cors_text value;
    size_t kept;
    int is_cookie = cors_setcookie_parse(pool, &cookie, field, length);

    MUST(is_cookie == must_be_cookie(field, length));
    if (!is_cookie) {
        return;
    }
    check_parts(&cookie, field, length);
    value = rewritten(field, length, rule->gives, rule->tail);
    kept = must_be_kept(field, length, value.text, value.length, names);
    if (value.text == field) {
        MUST(value.length == length && length >= strlen(tail));
        kept = length - strlen(tail);
        MUST(must_be_kept(field, kept, field, kept, names) == kept);
    }
    MUST(value.length - kept == strlen(tail));
    MUST(memcmp(value.text + kept, tail, strlen(tail)) == 0);
    check_effect(&cookie, value.text, value.length, rule->gives);
    MUST(rewritten(value.text, value.length, rule->gives, rule->tail).text
         == value.text);
}

/* What the twin of a partitioned deletion is made by. */
static void check_unpartition(const char *field, size_t length)
{
    static const char *const names[] = { "partitioned", NULL };
    static const unsigned char removed[CORS_ATTRIBUTES] = {
        [CORS_ATTRIBUTE_PARTITIONED] = 1
    };
    static const cors_text nothing = { "", 0 };
    cors_setcookie cookie;
    cors_text value;

    if (!cors_setcookie_parse(pool, &cookie, field, length)) {
        return;
    }
    value = cors_setcookie_rewrite(pool, &cookie, removed, nothing);
    if (value.text != field) {
        MUST(must_be_kept(field, length, value.text, value.length, names)
             == value.length);
    }
    MUST(cors_setcookie_parse(pool, &cookie, value.text, value.length));
    MUST(!cookie.has[CORS_ATTRIBUTE_PARTITIONED]);
    MUST(rewritten(value.text, value.length, removed, nothing).text
         == value.text);
}

/* A rule, its tail and its names, by the bits of a byte. */
static void choose(unsigned bits, cors_cookie_rule *rule, const char **tail,
                   const char **names)
{
    static const char *const values[] = { "None", "Lax", "Strict" };
    static const char *const flags[] = { "Secure", "HttpOnly", "Partitioned" };
    unsigned samesite = bits & 3, i;

    memset(rule, 0, sizeof(*rule));
    *tail = "";
    if (samesite) {
        rule->gives[CORS_ATTRIBUTE_SAMESITE] = samesite;
        *tail = apr_pstrcat(pool, "; SameSite=", values[samesite - 1], NULL);
        *names++ = "samesite";
    }
    for (i = 0; i < 3; i++) {
        if (bits >> i & 4) {
            rule->gives[CORS_ATTRIBUTE_SECURE + i] = 1;
            *tail = apr_pstrcat(pool, *tail, "; ", flags[i], NULL);
            *names++ = flags[i];
        }
    }
    *names = NULL;
    cors_cookie_rule_complete(pool, rule);
}

/* From a number on, the field that is this one, not copied. */
static int must_be_there(const apr_array_header_t *fields, int i,
                         const char *value)
{
    while (i < fields->nelts
           && APR_ARRAY_IDX(fields, i, cors_cookie_field).value != value) {
        i++;
    }
    MUST(i < fields->nelts);
    return i;
}

/*
 * No field is lost, none is changed twice, deletions alone come twice, and
 * what is no cookie stays.
 */
static void check_apply(const apr_array_header_t *fields,
                        const cors_cookie_rule *rule)
{
    apr_array_header_t *rules = apr_array_make(pool, 1, sizeof(*rule));
    const apr_array_header_t *after;
    int i, at = 0, deletions = 0, twins;

    APR_ARRAY_PUSH(rules, cors_cookie_rule) = *rule;
    after = cors_cookie_rules_apply(pool, fields, rules, NOW);
    for (i = 0; i < fields->nelts; i++) {
        cors_setcookie cookie;
        const char *value = APR_ARRAY_IDX(fields, i, cors_cookie_field).value;

        if (!cors_setcookie_parse(pool, &cookie, value, strlen(value))) {
            at = must_be_there(after, at, value);
        }
        else {
            deletions += cors_setcookie_is_deletion(&cookie, NOW);
        }
    }
    twins = rule->gives[CORS_ATTRIBUTE_PARTITIONED] ? deletions : 0;
    MUST(after->nelts >= fields->nelts);
    MUST(after->nelts <= fields->nelts + twins);
    MUST(cors_cookie_rules_apply(pool, after, rules, NOW) == after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *at = (const char *)data + 1;
    const char *end = (const char *)data + size;
    cors_cookie_rule rule;
    const char *tail;
    const char *names[5];
    apr_array_header_t *fields;

    if (size == 0) {
        return 0;
    }
    empty_pool();
    choose(data[0], &rule, &tail, names);
    fields = apr_array_make(pool, 4, sizeof(cors_cookie_field));
    for (;;) {
        const char *line = memchr(at, '\n', end - at);
        size_t length = (line ? line : end) - at;
        cors_cookie_field *field = apr_array_push(fields);
        /* of exactly this size, for the sanitizer */
        char *exact = malloc(length ? length : 1);

        memcpy(exact, at, length);
        check_rewrite(exact, length, &rule, tail, names);
        check_unpartition(exact, length);
        free(exact);
        field->value = apr_pstrmemdup(pool, at, length);
        field->where = 0;
        if (!line) {
            break;
        }
        at = line + 1;
    }
    check_apply(fields, &rule);
    return 0;
}
