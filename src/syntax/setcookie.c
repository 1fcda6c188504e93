/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/setcookie.h"

#include <string.h>

#include <apr_strings.h>

#include "syntax/cookie_date.h"

/* RFC 6265bis, 5.6: longer values are passed over, with their attribute. */
#define ATTRIBUTE_VALUE_MAX 1024

#define FLAG { NULL, "" }

/*
 * What each attribute is called, and the values, from 1 on, that it can be
 * given.
 */
static const struct {
    const char *name;
    const char *values[5];          /* ends in NULL */
} attributes[CORS_ATTRIBUTES] = {
    [CORS_ATTRIBUTE_SAMESITE] = { "SameSite", {
        [CORS_SAMESITE_NONE] = "None",
        [CORS_SAMESITE_LAX] = "Lax",
        [CORS_SAMESITE_STRICT] = "Strict"
    } },
    [CORS_ATTRIBUTE_SECURE] = { "Secure", FLAG },
    [CORS_ATTRIBUTE_HTTPONLY] = { "HttpOnly", FLAG },
    [CORS_ATTRIBUTE_PARTITIONED] = { "Partitioned", FLAG },
    [CORS_ATTRIBUTE_MAX_AGE] = { "Max-Age", { NULL } },
    [CORS_ATTRIBUTE_EXPIRES] = { "Expires", { NULL } },
    [CORS_ATTRIBUTE_DOMAIN] = { "Domain", { NULL } },
    [CORS_ATTRIBUTE_PATH] = { "Path", { NULL } }
};

/* An attribute of a field. */
typedef struct {
    const char *start;              /* its semicolon */
    const char *end;                /* the next one, or the field's end */
    int attribute;                  /* CORS_ATTRIBUTES: none that is known */
    cors_text value;
} piece;

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
static const char *find_byte(const char *from, const char *end, char c)
{
    const char *found = from < end ? memchr(from, c, end - from) : NULL;

    return found ? found : end;
}

static cors_text trim(const char *start, const char *end)
{
    return cors_ascii_trim(start, end - start);
}

static int find_attribute(cors_text name)
{
    int i = 0;

    while (i < CORS_ATTRIBUTES
           && !cors_ascii_same_any_case(name.text, name.length,
                                        attributes[i].name)) {
        i++;
    }
    return i;
}

/* The number of a value; a flag is set whatever its value. */
static int find_value(int attribute, const cors_text *value)
{
    const char *const *values = attributes[attribute].values;
    int i;

    for (i = 1; values[i]; i++) {
        if (!*values[i] || cors_ascii_same_any_case(value->text,
                                                    value->length,
                                                    values[i])) {
            return i;
        }
    }
    return 0;
}

/* cursor: at a semicolon, or at the end; moves to the next. 0: no more. */
static int read_piece(const char **cursor, const char *end, piece *found)
{
    const char *equals;

    if (*cursor == end) {
        return 0;
    }
    found->start = *cursor;
    found->end = find_byte(found->start + 1, end, ';');
    equals = find_byte(found->start + 1, found->end, '=');
    found->attribute = find_attribute(trim(found->start + 1, equals));
    found->value = trim(equals < found->end ? equals + 1 : equals,
                        found->end);
    *cursor = found->end;
    return 1;
}

/* RFC 6265bis, 5.6.2: digits, with or without '-'; else as if not there. */
static void take_max_age(cors_setcookie *cookie, const cors_text *value)
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

static void take_path(cors_setcookie *cookie, const cors_text *value)
{
    cookie->path = *value;
    if (value->length && value->text[0] != '/') {
        cookie->path.length = 0;
    }
}

static void take_piece(cors_setcookie *cookie, const piece *found)
{
    const cors_text *value = &found->value;

    if (found->attribute == CORS_ATTRIBUTES
        || value->length > ATTRIBUTE_VALUE_MAX) {
        return;
    }
    switch (found->attribute) {
    case CORS_ATTRIBUTE_MAX_AGE:
        take_max_age(cookie, value);
        break;
    case CORS_ATTRIBUTE_EXPIRES:
        if (cors_cookie_date_parse(value->text, value->length,
                                   &cookie->expires)) {
            cookie->has_expires = 1;
        }
        break;
    case CORS_ATTRIBUTE_DOMAIN:
        cookie->domain = *value;
        break;
    case CORS_ATTRIBUTE_PATH:
        take_path(cookie, value);
        break;
    default:
        cookie->has[found->attribute] =
            (unsigned char)find_value(found->attribute, value);
    }
}

/* The name in front of the field's first '=', empty where there is none. */
static cors_text find_name(const char *text, const char *pair_end)
{
    const char *equals = find_byte(text, pair_end, '=');

    return trim(text, equals < pair_end ? equals : text);
}

static int is_cookie(const char *text, const char *end, cors_text *name)
{
    *name = find_name(text, find_byte(text, end, ';'));
    return name->length && !has_control(text, end);
}

int cors_setcookie_parse(cors_setcookie *cookie, const char *text,
                         size_t length)
{
    const char *end = text + length;
    const char *cursor = find_byte(text, end, ';');
    piece found;

    memset(cookie, 0, sizeof(*cookie));
    if (!is_cookie(text, end, &cookie->name)) {
        return 0;
    }
    while (read_piece(&cursor, end, &found)) {
        take_piece(cookie, &found);
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

/*
 * What stays of a field without these attributes: its bytes into to, which
 * may be NULL, and how many they are.
 */
static size_t keep_others(char *to, const char *text, const char *end,
                          const unsigned char *removed)
{
    const char *cursor = find_byte(text, end, ';');
    size_t kept = cursor - text;
    piece found;

    if (to) {
        memcpy(to, text, kept);
    }
    while (read_piece(&cursor, end, &found)) {
        size_t size = found.end - found.start;

        if (found.attribute < CORS_ATTRIBUTES && removed[found.attribute]) {
            continue;
        }
        if (to) {
            memcpy(to + kept, found.start, size);
        }
        kept += size;
    }
    return kept;
}

/*
 * tail: what is appended, made of the removed attributes only. Where as many
 * bytes go as the tail has, and the tail stands at the end, these are its
 * bytes, and nothing changes.
 */
static const char *replace_pieces(apr_pool_t *pool, const char *text,
                                  size_t length,
                                  const unsigned char *removed,
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
    kept = keep_others(NULL, text, end, removed);
    if (kept + tail_length == length
        && memcmp(text + kept, tail, tail_length) == 0) {
        return text;
    }
    *new_length = kept + tail_length;
    value = apr_palloc(pool, *new_length + 1);
    keep_others(value, text, end, removed);
    memcpy(value + kept, tail, tail_length + 1);
    return value;
}

const char *cors_setcookie_word(apr_pool_t *pool, int attribute, int value)
{
    const char *name = attributes[attribute].name;
    const char *text = attributes[attribute].values[value];

    if (!text || !*text) {
        return text ? name : NULL;
    }
    return apr_pstrcat(pool, name, "=", text, NULL);
}

const char *cors_setcookie_words(apr_pool_t *pool, const char *before,
                                 const unsigned char *gives)
{
    const char *words = "";
    int i;

    for (i = 0; i < CORS_ATTRIBUTES; i++) {
        if (gives[i]) {
            words = apr_pstrcat(pool, words, before,
                                cors_setcookie_word(pool, i, gives[i]), NULL);
        }
    }
    return words;
}

const char *cors_setcookie_rewrite(apr_pool_t *pool, const char *text,
                                   size_t length, const unsigned char *gives,
                                   size_t *new_length)
{
    return replace_pieces(pool, text, length, gives,
                          cors_setcookie_words(pool, "; ", gives),
                          new_length);
}

const char *cors_setcookie_unpartition(apr_pool_t *pool, const char *text,
                                       size_t length, size_t *new_length)
{
    static const unsigned char removed[CORS_ATTRIBUTES] = {
        [CORS_ATTRIBUTE_PARTITIONED] = 1
    };

    return replace_pieces(pool, text, length, removed, "", new_length);
}
