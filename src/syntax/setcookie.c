/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/setcookie.h"

#include <stdio.h>
#include <string.h>

#include "syntax/cookie_date.h"

/* RFC 6265bis, 5.6: longer values are passed over, with their attribute. */
#define ATTRIBUTE_VALUE_MAX 1024

/* The longest is "; SameSite=Strict; Secure; HttpOnly; Partitioned". */
#define TAIL_SIZE 64

typedef enum {
    ATTRIBUTE_SAMESITE,
    ATTRIBUTE_SECURE,
    ATTRIBUTE_HTTPONLY,
    ATTRIBUTE_PARTITIONED,
    ATTRIBUTE_MAX_AGE,
    ATTRIBUTE_EXPIRES,
    ATTRIBUTE_DOMAIN,
    ATTRIBUTE_PATH,
    ATTRIBUTE_UNKNOWN
} attribute_kind;

typedef struct {
    const char *start;              /* its semicolon */
    const char *end;                /* the next one, or the field's end */
    attribute_kind kind;
    cors_text value;
} attribute;

static int has_control(const char *text, const char *end)
{
    for (; text < end; text++) {
        unsigned char c = *text;

        if ((c < 0x20 && c != '\t') || c == 0x7F) {
            return 1;
        }
    }
    return 0;
}

/* The first c, or the end. */
static const char *find(const char *from, const char *end, char c)
{
    const char *found = from < end ? memchr(from, c, end - from) : NULL;

    return found ? found : end;
}

static cors_text trimmed(const char *start, const char *end)
{
    return cors_ascii_trim(start, end - start);
}

static int is_word(const cors_text *part, const char *word)
{
    return cors_ascii_same_any_case(part->text, part->length, word);
}

static attribute_kind kind_of(const cors_text *name)
{
    static const char *const names[] = {
        [ATTRIBUTE_SAMESITE] = "SameSite",
        [ATTRIBUTE_SECURE] = "Secure",
        [ATTRIBUTE_HTTPONLY] = "HttpOnly",
        [ATTRIBUTE_PARTITIONED] = "Partitioned",
        [ATTRIBUTE_MAX_AGE] = "Max-Age",
        [ATTRIBUTE_EXPIRES] = "Expires",
        [ATTRIBUTE_DOMAIN] = "Domain",
        [ATTRIBUTE_PATH] = "Path"
    };
    int kind;

    for (kind = 0; kind < ATTRIBUTE_UNKNOWN; kind++) {
        if (is_word(name, names[kind])) {
            return kind;
        }
    }
    return ATTRIBUTE_UNKNOWN;
}

/* cursor: at a semicolon, or at the end; moves to the next. 0: no more. */
static int next_attribute(const char **cursor, const char *end,
                          attribute *found)
{
    const char *equals;
    cors_text name;

    if (*cursor == end) {
        return 0;
    }
    found->start = *cursor;
    found->end = find(found->start + 1, end, ';');
    equals = find(found->start + 1, found->end, '=');
    name = trimmed(found->start + 1, equals);
    found->kind = kind_of(&name);
    found->value = trimmed(equals < found->end ? equals + 1 : equals,
                           found->end);
    *cursor = found->end;
    return 1;
}

static cors_samesite samesite_of(const cors_text *value)
{
    if (is_word(value, "None")) {
        return CORS_SAMESITE_NONE;
    }
    if (is_word(value, "Lax")) {
        return CORS_SAMESITE_LAX;
    }
    if (is_word(value, "Strict")) {
        return CORS_SAMESITE_STRICT;
    }
    return CORS_SAMESITE_UNSET;
}

/* RFC 6265bis, 5.6.2: digits, with or without '-'; else as if not there. */
static void take_max_age(cors_setcookie *cookie,
                         const cors_text *value)
{
    const char *at = value->text;
    const char *end = at + value->length;
    int negative = at < end && *at == '-';
    int zero = 1;

    at += negative;
    if (at == end) {
        return;
    }
    for (; at < end; at++) {
        if (!cors_ascii_is_digit(*at)) {
            return;
        }
        zero = zero && *at == '0';
    }
    cookie->has_max_age = 1;
    cookie->max_age_over = negative || zero;
}

static void take_path(cors_setcookie *cookie,
                      const cors_text *value)
{
    cookie->path = *value;
    if (value->length && value->text[0] != '/') {
        cookie->path.length = 0;
    }
}

static void take_attribute(cors_setcookie *cookie, const attribute *found)
{
    const cors_text *value = &found->value;

    if (value->length > ATTRIBUTE_VALUE_MAX) {
        return;
    }
    switch (found->kind) {
    case ATTRIBUTE_SAMESITE:
        cookie->samesite = samesite_of(value);
        break;
    case ATTRIBUTE_SECURE:
        cookie->secure = 1;
        break;
    case ATTRIBUTE_HTTPONLY:
        cookie->httponly = 1;
        break;
    case ATTRIBUTE_PARTITIONED:
        cookie->partitioned = 1;
        break;
    case ATTRIBUTE_MAX_AGE:
        take_max_age(cookie, value);
        break;
    case ATTRIBUTE_EXPIRES:
        if (cors_cookie_date_parse(value->text, value->length,
                                   &cookie->expires)) {
            cookie->has_expires = 1;
        }
        break;
    case ATTRIBUTE_DOMAIN:
        cookie->domain = *value;
        break;
    case ATTRIBUTE_PATH:
        take_path(cookie, value);
        break;
    case ATTRIBUTE_UNKNOWN:
        break;
    }
}

/* The name in front of the field's first '=', empty where there is none. */
static cors_text name_of(const char *text, const char *pair_end)
{
    const char *equals = find(text, pair_end, '=');

    return trimmed(text, equals < pair_end ? equals : text);
}

static int is_cookie(const char *text, const char *end,
                     cors_text *name)
{
    *name = name_of(text, find(text, end, ';'));
    return name->length && !has_control(text, end);
}

int cors_setcookie_parse(cors_setcookie *cookie, const char *text,
                         size_t length)
{
    const char *end = text + length;
    const char *cursor = find(text, end, ';');
    attribute found;

    memset(cookie, 0, sizeof(*cookie));
    if (!is_cookie(text, end, &cookie->name)) {
        return 0;
    }
    while (next_attribute(&cursor, end, &found)) {
        take_attribute(cookie, &found);
    }
    return 1;
}

int cors_setcookie_is_deletion(const cors_setcookie *cookie, int64_t now)
{
    if (cookie->has_max_age) {
        return cookie->max_age_over;
    }
    return cookie->has_expires && cookie->expires <= now;
}

static int is_removed(const attribute *found, unsigned removed)
{
    return (removed >> found->kind) & 1;
}

/* How many bytes stay when these kinds of attribute go. */
static size_t kept_length(const char *text, const char *end,
                          unsigned removed)
{
    const char *cursor = find(text, end, ';');
    size_t kept = cursor - text;
    attribute found;

    while (next_attribute(&cursor, end, &found)) {
        if (!is_removed(&found, removed)) {
            kept += found.end - found.start;
        }
    }
    return kept;
}

static char *copy_kept(char *to, const char *text, const char *end,
                       unsigned removed)
{
    const char *cursor = find(text, end, ';');
    attribute found;

    memcpy(to, text, cursor - text);
    to += cursor - text;
    while (next_attribute(&cursor, end, &found)) {
        if (!is_removed(&found, removed)) {
            memcpy(to, found.start, found.end - found.start);
            to += found.end - found.start;
        }
    }
    return to;
}

/*
 * removed: a bit for each attribute_kind; tail: what is appended, made of
 * these kinds only. Where as many bytes go as the tail has, and the tail
 * stands at the end, these are its bytes, and nothing changes.
 */
static const char *replace(apr_pool_t *pool, const char *text,
                           size_t length, unsigned removed,
                           const char *tail, size_t *new_length)
{
    const char *end = text + length;
    size_t tail_length = strlen(tail);
    cors_text name;
    size_t kept;
    char *value;

    *new_length = length;
    if (!is_cookie(text, end, &name)) {
        return text;
    }
    kept = kept_length(text, end, removed);
    if (kept + tail_length == length
        && memcmp(text + kept, tail, tail_length) == 0) {
        return text;
    }
    *new_length = kept + tail_length;
    value = apr_palloc(pool, *new_length + 1);
    memcpy(copy_kept(value, text, end, removed), tail, tail_length + 1);
    return value;
}

static const char *samesite_tail(cors_samesite samesite)
{
    static const char *const tails[] = {
        [CORS_SAMESITE_UNSET] = "",
        [CORS_SAMESITE_NONE] = "; SameSite=None",
        [CORS_SAMESITE_LAX] = "; SameSite=Lax",
        [CORS_SAMESITE_STRICT] = "; SameSite=Strict"
    };

    return tails[samesite];
}

static unsigned kinds_of(const cors_setcookie_rule *rule)
{
    unsigned given = rule->samesite != CORS_SAMESITE_UNSET;

    return given << ATTRIBUTE_SAMESITE
         | (unsigned)rule->secure << ATTRIBUTE_SECURE
         | (unsigned)rule->httponly << ATTRIBUTE_HTTPONLY
         | (unsigned)rule->partitioned << ATTRIBUTE_PARTITIONED;
}

const char *cors_setcookie_rewrite(apr_pool_t *pool, const char *text,
                                   size_t length,
                                   const cors_setcookie_rule *rule,
                                   size_t *new_length)
{
    char tail[TAIL_SIZE];

    snprintf(tail, sizeof(tail), "%s%s%s%s",
             samesite_tail(rule->samesite),
             rule->secure ? "; Secure" : "",
             rule->httponly ? "; HttpOnly" : "",
             rule->partitioned ? "; Partitioned" : "");
    return replace(pool, text, length, kinds_of(rule), tail, new_length);
}

const char *cors_setcookie_unpartition(apr_pool_t *pool, const char *text,
                                       size_t length, size_t *new_length)
{
    return replace(pool, text, length, 1u << ATTRIBUTE_PARTITIONED, "",
                   new_length);
}
