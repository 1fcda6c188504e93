/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/setcookie.h"

#include <string.h>

#include <apr_strings.h>
#include <apr_tables.h>

#include "syntax/cookie_date.h"

/* RFC 6265bis, 5.6: longer values are passed over, with their attribute. */
#define ATTRIBUTE_VALUE_MAX 1024

#define TEXT(word) { word, sizeof(word) - 1 }
#define FLAG { NULL, "" }

/*
 * What each attribute is called, and the values, from 1 on, that it can be
 * given.
 */
static const struct {
    cors_text name;
    const char *values[5];          /* ends in NULL */
} attributes[CORS_ATTRIBUTES] = {
    [CORS_ATTRIBUTE_SAMESITE] = { TEXT("SameSite"), {
        [CORS_SAMESITE_NONE] = "None",
        [CORS_SAMESITE_LAX] = "Lax",
        [CORS_SAMESITE_STRICT] = "Strict"
    } },
    [CORS_ATTRIBUTE_SECURE] = { TEXT("Secure"), FLAG },
    [CORS_ATTRIBUTE_HTTPONLY] = { TEXT("HttpOnly"), FLAG },
    [CORS_ATTRIBUTE_PARTITIONED] = { TEXT("Partitioned"), FLAG },
    [CORS_ATTRIBUTE_MAX_AGE] = { TEXT("Max-Age"), { NULL } },
    [CORS_ATTRIBUTE_EXPIRES] = { TEXT("Expires"), { NULL } },
    [CORS_ATTRIBUTE_DOMAIN] = { TEXT("Domain"), { NULL } },
    [CORS_ATTRIBUTE_PATH] = { TEXT("Path"), { NULL } }
};

/* What stands between two semicolons of a field. */
typedef struct {
    const char *start;              /* behind the first one */
    const char *equals;             /* the first '='; NULL: none */
    const char *end;                /* the next one, or the field's end */
    int attribute;                  /* CORS_ATTRIBUTES: none of them */
} piece;

static cors_text trim(const char *start, const char *end)
{
    return cors_ascii_trim(start, end - start);
}

/* Answers 0 at a control character, which no cookie has. */
static int read_piece(piece *found, const char *start, const char *end)
{
    static const char special[256] = {
        CORS_ASCII_CONTROLS, [';'] = 1, ['='] = 1
    };
    const char *at;
    int has_equals = 0;     /* gcc 14's analyzer loses found->equals */

    found->start = start;
    found->equals = NULL;
    for (at = start; at < end; at++) {
        if (!special[(unsigned char)*at]) {
            continue;
        }
        if (*at == ';') {
            break;
        }
        if (*at != '=') {
            return 0;
        }
        if (!has_equals) {
            found->equals = at;
            has_equals = 1;
        }
    }
    found->end = at;
    return 1;
}

static int find_attribute(cors_text name)
{
    int i = 0;

    while (i < CORS_ATTRIBUTES
           && !(name.length == attributes[i].name.length
                && cors_ascii_alike(name.text, attributes[i].name.text,
                                    name.length))) {
        i++;
    }
    return i;
}

/* The number of a value; a flag is set whatever its value. */
static int find_value(int attribute, cors_text value)
{
    const char *const *values = attributes[attribute].values;
    int i;

    for (i = 1; values[i]; i++) {
        if (!*values[i] || cors_ascii_same_any_case(value.text, value.length,
                                                    values[i])) {
            return i;
        }
    }
    return 0;
}

/* RFC 6265bis, 5.6.2: digits, with or without '-'; else as if not there. */
static void take_max_age(cors_setcookie *cookie, cors_text value)
{
    const char *at = value.text;
    const char *end = at + value.length;
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

/* Expires is read when it is asked for: most cookies are no deletions. */
static void take_value(cors_setcookie *cookie, int attribute,
                       cors_text value)
{
    switch (attribute) {
    case CORS_ATTRIBUTE_MAX_AGE:
        take_max_age(cookie, value);
        break;
    case CORS_ATTRIBUTE_DOMAIN:
        cookie->domain = value;
        break;
    case CORS_ATTRIBUTE_PATH:
        cookie->path = value;
        if (value.length && value.text[0] != '/') {
            cookie->path.length = 0;
        }
        break;
    case CORS_ATTRIBUTE_EXPIRES:
        break;
    default:
        cookie->has[attribute] =
            (unsigned char)find_value(attribute, value);
    }
}

static cors_text value_of(const piece *known)
{
    return trim(known->equals ? known->equals + 1 : known->end, known->end);
}

static void take_piece(apr_pool_t *pool, cors_setcookie *cookie,
                       const piece *known)
{
    cors_text value = value_of(known);

    if (!cookie->pieces) {
        cookie->pieces = apr_array_make(pool, 8, sizeof(piece));
    }
    APR_ARRAY_PUSH(cookie->pieces, piece) = *known;
    if (value.length <= ATTRIBUTE_VALUE_MAX) {
        take_value(cookie, known->attribute, value);
    }
}

int cors_setcookie_parse(apr_pool_t *pool, cors_setcookie *cookie,
                         const char *text, size_t length)
{
    const char *end = text + length;
    piece found;

    memset(cookie, 0, sizeof(*cookie));
    cookie->field.text = text;
    cookie->field.length = length;
    if (!read_piece(&found, text, end) || !found.equals) {
        return 0;
    }
    cookie->name = trim(text, found.equals);
    while (found.end < end) {
        if (!read_piece(&found, found.end + 1, end)) {
            return 0;
        }
        found.attribute = find_attribute(
            trim(found.start, found.equals ? found.equals : found.end));
        if (found.attribute < CORS_ATTRIBUTES) {
            take_piece(pool, cookie, &found);
        }
    }
    return cookie->name.length > 0;
}

int cors_setcookie_expires(const cors_setcookie *cookie, int64_t *seconds)
{
    int i = cookie->pieces ? cookie->pieces->nelts : 0;

    while (i-- > 0) {
        const piece *known = &APR_ARRAY_IDX(cookie->pieces, i, piece);
        cors_text value = value_of(known);

        if (known->attribute == CORS_ATTRIBUTE_EXPIRES
            && value.length <= ATTRIBUTE_VALUE_MAX
            && cors_cookie_date_parse(value.text, value.length, seconds)) {
            return 1;
        }
    }
    return 0;
}

int cors_setcookie_is_deletion(const cors_setcookie *cookie, int64_t now)
{
    int64_t expires;

    if (cookie->has_max_age) {
        return cookie->max_age_over;
    }
    return cors_setcookie_expires(cookie, &expires) && expires <= now;
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

const char *cors_setcookie_word(apr_pool_t *pool, int attribute, int value)
{
    const char *name = attributes[attribute].name.text;
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

static char *append(char *to, const char *from, const char *end)
{
    memcpy(to, from, end - from);
    return to + (end - from);
}

/* The field without these attributes; answers the copy's end. */
static char *copy_others(char *to, const cors_setcookie *cookie,
                         const unsigned char *removed)
{
    const char *from = cookie->field.text;
    int i;

    for (i = 0; cookie->pieces && i < cookie->pieces->nelts; i++) {
        const piece *known = &APR_ARRAY_IDX(cookie->pieces, i, piece);

        if (removed[known->attribute]) {
            to = append(to, from, known->start - 1);
            from = known->end;
        }
    }
    return append(to, from, cookie->field.text + cookie->field.length);
}

cors_text cors_setcookie_rewrite(apr_pool_t *pool,
                                 const cors_setcookie *cookie,
                                 const unsigned char *removed,
                                 cors_text tail)
{
    char *copy = apr_palloc(pool, cookie->field.length + tail.length + 1);
    char *end = append(copy_others(copy, cookie, removed), tail.text,
                       tail.text + tail.length);
    cors_text value = { copy, end - copy };

    *end = '\0';
    return cors_text_same(value, cookie->field) ? cookie->field : value;
}
