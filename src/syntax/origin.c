/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/origin.h"

#include <string.h>

#include "syntax/ascii.h"

/* How many bytes at the start a scheme can have. Nearly all are https. */
static size_t span_scheme(const char *text, size_t length)
{
    static const char scheme_bytes[256] = {
        CORS_ASCII_DIGITS, CORS_ASCII_LOWER,
        ['+'] = 1, ['-'] = 1, ['.'] = 1
    };

    if (cors_ascii_starts_with(text, length, "https://")) {
        return 5;
    }
    return length > 0 && text[0] >= 'a' && text[0] <= 'z'
           ? cors_ascii_span(text, length, scheme_bytes) : 0;
}

static cors_flaw explain_scheme_byte(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return CORS_FLAW_UPPER_CASE;
    }
    if (c == '*' || c == '?' || c == '{' || c == '}') {
        return CORS_FLAW_WILDCARD;
    }
    return CORS_FLAW_SCHEME;
}

static int has_separator(const char *text, size_t length)
{
    return cors_ascii_starts_with(text, length, "://");
}

/*
 * A byte that no scheme has: is one meant, or is there none at all and a ://
 * comes later, in a path or a query?
 */
static cors_flaw explain_scheme(const char *text, size_t length,
                                size_t at)
{
    size_t i;

    for (i = at; i < length && text[i] != '/' && text[i] != '#'; i++) {
        if (has_separator(text + i, length - i)) {
            return explain_scheme_byte(text[at]);
        }
        if (text[i] == '?' && !has_separator(text + i + 1, length - i - 1)) {
            break;
        }
    }
    return CORS_FLAW_NO_SCHEME;
}

cors_flaw cors_origin_parse_scheme(const char *text, size_t length,
                                   size_t *scheme_length)
{
    size_t at = span_scheme(text, length);

    if (at == 0 && has_separator(text, length)) {
        return CORS_FLAW_NO_SCHEME;
    }
    if (at == 0 || !has_separator(text + at, length - at)) {
        return explain_scheme(text, length, at);
    }
    if (at > CORS_SCHEME_LENGTH_MAX) {
        return CORS_FLAW_SCHEME_LONG;
    }
    if (cors_ascii_same(text, at, "file")) {
        return CORS_FLAW_FILE;
    }
    *scheme_length = at;
    return CORS_FLAW_NONE;
}

unsigned cors_origin_default_port(const char *scheme, size_t length)
{
    if (cors_ascii_same(scheme, length, "https")
        || cors_ascii_same(scheme, length, "wss")) {
        return 443;
    }
    if (cors_ascii_same(scheme, length, "http")
        || cors_ascii_same(scheme, length, "ws")) {
        return 80;
    }
    return cors_ascii_same(scheme, length, "ftp") ? 21 : 0;
}

/* What the byte behind a host or inside a port says is wrong. */
static cors_flaw check_delimiter(char delimiter)
{
    switch (delimiter) {
    case ':':
        return CORS_FLAW_NONE;
    case '/':
    case '\\':
        return CORS_FLAW_PATH;
    case '?':
        return CORS_FLAW_QUERY;
    case '#':
        return CORS_FLAW_FRAGMENT;
    case '@':
        return CORS_FLAW_USERINFO;
    case '*':
        return CORS_FLAW_WILDCARD;
    default:
        return CORS_FLAW_CHARACTER;
    }
}

/*
 * What follows a port's digits: :3000/path, :3000x, :::1 (an IPv6 address
 * without brackets), :password@ (no port at all).
 */
static cors_flaw explain_port(const char *text, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++) {
        cors_flaw flaw = check_delimiter(text[i]);

        if (flaw != CORS_FLAW_CHARACTER && flaw != CORS_FLAW_NONE) {
            return flaw;
        }
    }
    return memchr(text, ':', length) ? CORS_FLAW_IPV6_BRACKETS
                                     : CORS_FLAW_PORT;
}

static cors_flaw parse_port(const char *digits, size_t length,
                            cors_origin *origin)
{
    unsigned value = 0;
    size_t i;

    if (length == 0) {
        return CORS_FLAW_PORT;
    }
    for (i = 0; i < length; i++) {
        if (!cors_ascii_is_digit(digits[i])) {
            return explain_port(digits + i, length - i);
        }
        if (value <= 65535) {
            value = value * 10 + (unsigned)(digits[i] - '0');
        }
    }
    if (value == 0 || value > 65535) {
        return CORS_FLAW_PORT_RANGE;
    }
    if (digits[0] == '0') {
        return CORS_FLAW_PORT_PADDED;
    }
    if (value == cors_origin_default_port(origin->text,
                                          origin->scheme_length)) {
        return CORS_FLAW_PORT_DEFAULT;
    }
    origin->port = value;
    return CORS_FLAW_NONE;
}

/* Where the host of host[:port] ends. */
static size_t find_host_end(const char *text, size_t length)
{
    static const char delimiters[256] = {
        [':'] = 1, ['/'] = 1, ['\\'] = 1, ['?'] = 1, ['#'] = 1, ['@'] = 1
    };
    size_t at = 0;

    if (length > 0 && text[0] == '[') {
        const char *bracket = memchr(text, ']', length);

        return bracket ? (size_t)(bracket - text) + 1 : length;
    }
    while (at < length && !delimiters[(unsigned char)text[at]]) {
        at++;
    }
    return at;
}

cors_flaw cors_origin_whole_flaw(const char *text, size_t length)
{
    if (length == 0) {
        return CORS_FLAW_EMPTY;
    }
    if (cors_ascii_same(text, length, "null")) {
        return CORS_FLAW_NULL;
    }
    if (memchr(text, ',', length) || memchr(text, ' ', length)
        || memchr(text, '\t', length)) {
        return CORS_FLAW_LIST;
    }
    return length > CORS_ORIGIN_LENGTH_MAX ? CORS_FLAW_LONG : CORS_FLAW_NONE;
}

/* Only behind the schemes that have a default port a host is a name. */
static cors_flaw check_host(cors_origin *origin)
{
    return cors_origin_default_port(origin->text, origin->scheme_length) > 0
           ? cors_host_check(origin->host, origin->host_length,
                             &origin->host_kind)
           : cors_host_check_opaque(origin->host, origin->host_length,
                                    &origin->host_kind);
}

/* host[:port] that is not a name, a colon and anything: what is wrong? */
static cors_flaw check_odd_host(const char *text, size_t length,
                                cors_origin *origin)
{
    size_t end = origin->host_length;

    if (end < length && text[end] == '@') {
        return CORS_FLAW_USERINFO;
    }
    if (end == 0 && cors_ascii_starts_with(text, length, "::")) {
        return CORS_FLAW_IPV6_BRACKETS;
    }
    return check_host(origin);
}

/*
 * The host, first taken to end at the first colon or with the text, as
 * nearly all do: other delimiters are looked for where that is none.
 */
static cors_flaw take_host(const char *text, size_t length,
                           cors_origin *origin)
{
    const char *colon = memchr(text, ':', length);
    size_t end = colon ? (size_t)(colon - text) : length;

    origin->host = text;
    origin->host_length = end;
    if (end > 0 && text[0] != '[' && check_host(origin) == CORS_FLAW_NONE) {
        return CORS_FLAW_NONE;
    }
    origin->host_length = find_host_end(text, length);
    return check_odd_host(text, length, origin);
}

cors_flaw cors_origin_parse_authority(const char *text, size_t length,
                                      cors_origin *origin)
{
    cors_flaw flaw = take_host(text, length, origin);
    size_t end = origin->host_length;

    origin->port = CORS_PORT_DEFAULT;
    if (flaw != CORS_FLAW_NONE || end == length) {
        return flaw;
    }
    flaw = check_delimiter(text[end]);
    return flaw == CORS_FLAW_NONE
           ? parse_port(text + end + 1, length - end - 1, origin) : flaw;
}

cors_flaw cors_origin_parse(const char *text, size_t length,
                            cors_origin *origin)
{
    cors_flaw flaw = CORS_FLAW_LONG, whole;

    origin->text = text;
    origin->length = length;
    if (length <= CORS_ORIGIN_LENGTH_MAX) {
        flaw = cors_origin_parse_scheme(text, length,
                                        &origin->scheme_length);
    }
    if (flaw == CORS_FLAW_NONE) {
        size_t at = origin->scheme_length + 3;

        flaw = cors_origin_parse_authority(text + at, length - at, origin);
    }
    if (flaw == CORS_FLAW_NONE) {
        return CORS_FLAW_NONE;
    }
    whole = cors_origin_whole_flaw(text, length);
    return whole != CORS_FLAW_NONE ? whole : flaw;
}

int cors_origin_is_insecure(const cors_origin *origin)
{
    return cors_ascii_same(origin->text, origin->scheme_length, "http")
           && !cors_host_is_loopback(origin->host, origin->host_length);
}

cors_flaw cors_sent_origin_parse(cors_sent_origin *origin)
{
    if (!origin->is_parsed) {
        origin->flaw = cors_origin_parse(origin->text, origin->length,
                                         &origin->parts);
        origin->is_parsed = 1;
    }
    return origin->flaw;
}
