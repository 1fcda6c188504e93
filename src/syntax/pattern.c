/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/pattern.h"

#include <string.h>

#include "syntax/ascii.h"
#include "syntax/idna.h"

/* A star that is neither of the two wildcards, anywhere in the pattern. */
static int has_stray_wildcard(const char *text, size_t length, size_t host)
{
    size_t i;

    for (i = 0; i < length; i++) {
        if (text[i] == '{' || text[i] == '}') {
            return 1;
        }
        if (text[i] == '*'
            && !(i == host && i + 1 < length && text[i + 1] == '.')
            && !(i + 1 == length && i > host && text[i - 1] == ':')) {
            return 1;
        }
    }
    return 0;
}

static cors_flaw take_wildcards(cors_pattern *pattern, size_t *start,
                                size_t *end)
{
    const char *text = pattern->text;

    if (has_stray_wildcard(text, pattern->length, *start)) {
        return CORS_FLAW_WILDCARD;
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

/* There is one: a text without was an origin, or is known to be none. */
static cors_flaw check_wildcards(const cors_pattern *pattern)
{
    const cors_origin *origin = &pattern->origin;

    if (!cors_origin_is_web(origin)) {
        return CORS_FLAW_WILDCARD_SCHEME;
    }
    if (pattern->any_port && origin->port != CORS_PORT_DEFAULT) {
        return CORS_FLAW_WILDCARD;
    }
    if (pattern->subdomains && origin->host_kind != CORS_HOST_NAME) {
        return CORS_FLAW_WILDCARD_ADDRESS;
    }
    return CORS_FLAW_NONE;
}

/* What people write where an origin is to stand, and no browser sends. */
static cors_flaw check_whole(const char *text, size_t length)
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
    const char *text = pattern->text;
    size_t start, end = pattern->length;
    cors_flaw flaw;

    if ((flaw = check_whole(text, end)) != CORS_FLAW_NONE
        || (flaw = cors_origin_parse_scheme(text, end,
                                            &origin->scheme_length))
           != CORS_FLAW_NONE) {
        return flaw;
    }
    start = origin->scheme_length + 3;
    if ((flaw = take_wildcards(pattern, &start, &end)) != CORS_FLAW_NONE
        || (flaw = cors_origin_parse_authority(text + start, end - start,
                                               origin)) != CORS_FLAW_NONE) {
        return flaw;
    }
    return check_wildcards(pattern);
}

/* An origin first, which most lines of a .htaccess are. */
cors_flaw cors_pattern_parse(const char *text, size_t length,
                             cors_pattern *pattern)
{
    cors_origin *origin = &pattern->origin;
    cors_flaw flaw;

    memset(pattern, 0, sizeof(*pattern));
    pattern->text = text;
    pattern->length = length;
    if (cors_origin_parse(text, length, origin) != CORS_FLAW_NONE
        && (flaw = parse_wildcards(pattern)) != CORS_FLAW_NONE) {
        return flaw;
    }
    return cors_idna_accepts(origin->host, origin->host_length)
           ? CORS_FLAW_NONE : CORS_FLAW_LABEL_XN;
}
