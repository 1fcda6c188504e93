/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/pattern.h"

#include <string.h>

#include "syntax/ascii.h"
#include "syntax/idna.h"

/*
 * Where the star inside the first label stands: the only one there, with a -
 * to each side or the label's end. 0: there is none.
 */
static size_t find_label_star(const char *text, size_t length, size_t host)
{
    static const char ends[256] = {
        ['.'] = 1, [':'] = 1, ['/'] = 1, ['\\'] = 1, ['?'] = 1, ['#'] = 1,
        ['@'] = 1, ['['] = 1
    };
    size_t end = host, star = 0;

    for (; end < length && !ends[(unsigned char)text[end]]; end++) {
        if (text[end] == '*') {
            if (star > 0) {
                return 0;
            }
            star = end;
        }
    }
    return star > 0 && end < length && text[end] == '.' && end - host > 1
           && (star == host || text[star - 1] == '-')
           && (star + 1 == end || text[star + 1] == '-') ? star : 0;
}

/* A star that is none of the wildcards, anywhere in the pattern. */
static int has_stray_wildcard(const char *text, size_t length, size_t host,
                              size_t label_star)
{
    const char *end = text + length, *star = text;

    if (memchr(text, '{', length) || memchr(text, '}', length)) {
        return 1;
    }
    for (; (star = memchr(star, '*', (size_t)(end - star))) != NULL; star++) {
        size_t at = (size_t)(star - text);

        if (at != label_star
            && !(at == host && at + 1 < length && star[1] == '.')
            && !(at + 1 == length && at > host && star[-1] == ':')) {
            return 1;
        }
    }
    return 0;
}

static cors_flaw take_wildcards(cors_pattern *pattern, size_t *start,
                                size_t *end)
{
    const char *text = pattern->origin.text;
    size_t length = pattern->origin.length;
    size_t star = find_label_star(text, length, *start);

    if (has_stray_wildcard(text, length, *start, star)) {
        return CORS_FLAW_WILDCARD;
    }
    if (star > 0) {
        const char *dot = memchr(text + star, '.', length - star);

        pattern->label = 1;
        pattern->before_star = (cors_text){ text + *start, star - *start };
        pattern->behind_star.text = text + star + 1;
        pattern->behind_star.length = (size_t)(dot - text) - star - 1;
        *start = (size_t)(dot - text) + 1;
    }
    if (cors_ascii_starts_with(text + *start, *end - *start, "*.")) {
        pattern->subdomains = 1;
        *start += 2;
    }
    if (*end - *start >= 2 && memcmp(text + *end - 2, ":*", 2) == 0) {
        pattern->any_port = 1;
        *end -= 2;
    }
    return CORS_FLAW_NONE;
}

/* The label with the star, as if that stood for one letter. */
static cors_flaw check_label(const cors_pattern *pattern)
{
    cors_text before = pattern->before_star, behind = pattern->behind_star;
    size_t length = before.length + 1 + behind.length;
    size_t host = length + 1 + pattern->origin.host_length;
    char label[CORS_LABEL_LENGTH_MAX];
    cors_host_kind kind;

    if (length > sizeof(label)) {
        return CORS_FLAW_LABEL_LONG;
    }
    memcpy(label, before.text, before.length);
    label[before.length] = 'x';
    memcpy(label + before.length + 1, behind.text, behind.length);
    if (cors_ascii_starts_any_case(label, before.length, "xn--")) {
        return CORS_FLAW_WILDCARD_XN;
    }
    host -= pattern->origin.host[pattern->origin.host_length - 1] == '.';
    return host > CORS_HOST_LENGTH_MAX
           ? CORS_FLAW_HOST_LONG : cors_host_check(label, length, &kind);
}

/* There is one: a text without was an origin, or is known to be none. */
static cors_flaw check_wildcards(const cors_pattern *pattern)
{
    const cors_origin *origin = &pattern->origin;

    if (pattern->any_port && origin->port != CORS_PORT_DEFAULT) {
        return CORS_FLAW_WILDCARD;
    }
    if ((pattern->subdomains || pattern->label)
        && origin->host_kind != CORS_HOST_NAME) {
        return CORS_FLAW_WILDCARD_ADDRESS;
    }
    return pattern->label ? check_label(pattern) : CORS_FLAW_NONE;
}

/* What quotes, punctuation alone, and expressions are known by. */
static cors_flaw check_bytes(const char *text, size_t length)
{
    size_t i, stars = 0;

    for (i = 0; i < length; i++) {
        stars += text[i] == '*' || text[i] == '.' || text[i] == ':';
        if (text[i] == '\'' || text[i] == '"' || text[i] == '`') {
            return CORS_FLAW_LIST;
        }
        if (text[i] == '\\' && i + 1 < length && text[i + 1] == '.') {
            return CORS_FLAW_REGEX;
        }
    }
    if (stars == length && memchr(text, '*', length)) {
        return CORS_FLAW_WILDCARD;
    }
    if (length > 1 && (text[0] == '^' || text[length - 1] == '$')) {
        return CORS_FLAW_REGEX;
    }
    return CORS_FLAW_NONE;
}

/* A text that begins so and has these bytes only is none of what follows. */
static int is_usual(const char *text, size_t length)
{
    static const char usual[256] = {
        CORS_ASCII_DIGITS, CORS_ASCII_LOWER, ['*'] = 1, ['-'] = 1,
        ['.'] = 1, ['/'] = 1, [':'] = 1
    };

    return cors_ascii_starts_with(text, length, "http")
           && length <= CORS_ORIGIN_LENGTH_MAX
           && cors_ascii_span(text, length, usual) == length;
}

/* What people write where an origin is to stand, and no browser sends. */
static cors_flaw check_whole(const char *text, size_t length)
{
    cors_flaw flaw = check_bytes(text, length);

    if (flaw != CORS_FLAW_NONE) {
        return flaw;
    }
    if (cors_ascii_same_any_case(text, length, "null")) {
        return CORS_FLAW_NULL;
    }
    if (cors_ascii_starts_any_case(text, length, "file:")) {
        return CORS_FLAW_FILE;
    }
    return cors_origin_whole_flaw(text, length);
}

/* What is no origin as it stands: a pattern with wildcards, or a mistake. */
static cors_flaw parse_wildcards(cors_pattern *pattern)
{
    cors_origin *origin = &pattern->origin;
    const char *text = origin->text;
    size_t start, end = origin->length;
    cors_flaw flaw;

    if ((!is_usual(text, end)
         && (flaw = check_whole(text, end)) != CORS_FLAW_NONE)
        || (flaw = cors_origin_parse_scheme(text, end,
                                            &origin->scheme_length))
           != CORS_FLAW_NONE) {
        return flaw;
    }
    if (!cors_origin_is_web(origin) && memchr(text, '*', end)) {
        return CORS_FLAW_WILDCARD_SCHEME;
    }
    start = origin->scheme_length + 3;
    if ((flaw = take_wildcards(pattern, &start, &end)) != CORS_FLAW_NONE
        || (flaw = cors_origin_parse_authority(text + start, end - start,
                                               origin)) != CORS_FLAW_NONE) {
        return flaw;
    }
    return check_wildcards(pattern);
}

/* Without a star an origin first, which most lines of a .htaccess are. */
cors_flaw cors_pattern_parse(const char *text, size_t length,
                             cors_pattern *pattern)
{
    cors_origin *origin = &pattern->origin;
    cors_flaw flaw;

    memset(pattern, 0, sizeof(*pattern));
    origin->text = text;
    origin->length = length;
    if ((memchr(text, '*', length)
         || cors_origin_parse(text, length, origin) != CORS_FLAW_NONE)
        && (flaw = parse_wildcards(pattern)) != CORS_FLAW_NONE) {
        return flaw;
    }
    return origin->host_kind == CORS_HOST_OPAQUE
           || cors_idna_accepts(origin->host, origin->host_length)
           ? CORS_FLAW_NONE : CORS_FLAW_LABEL_XN;
}
