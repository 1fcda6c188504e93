/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/cure.h"

#include <apr_strings.h>
#include <string.h>

#include "syntax/ascii.h"
#include "syntax/host.h"
#include "syntax/origin.h"
#include "syntax/pattern.h"

/* Longer texts are no origin that somebody mistyped. */
#define TEXT_LENGTH_MAX 4096

/* A pattern between its two forms; length 0: a part is not there. */
typedef struct draft {
    apr_pool_t *pool;
    cors_text rest;                 /* of the text, not yet read */
    cors_text scheme;               /* length 0: to be guessed */
    cors_text written_host;
    cors_text port;                 /* digits, or a star */
    const char *host;
    int subdomains;
} draft;

static void skip(cors_text *p, size_t length)
{
    p->text += length;
    p->length -= length;
}

static int starts_with(cors_text p, const char *prefix)
{
    return cors_ascii_starts_any_case(p.text, p.length, prefix);
}

/* How many bytes at its start are of a set. */
static size_t span(cors_text p, const char *set)
{
    size_t length = 0;

    while (length < p.length && cors_ascii_has(set, p.text[length])) {
        length++;
    }
    return length;
}

static int has_any(cors_text p, const char *set)
{
    while (p.length > 0 && !cors_ascii_has(set, p.text[0])) {
        skip(&p, 1);
    }
    return p.length > 0;
}

/* Quotes, typographic ones too (in UTF-8), and what separates a list. */
static size_t find_wrapping(cors_text p, int at_end)
{
    static const char *const quotes[] = {
        "'", "\"", "`", "<", ">", ",", ";", " ", "\t", "\xc2\xab",
        "\xc2\xbb", "\xe2\x80\x98", "\xe2\x80\x99", "\xe2\x80\x9c",
        "\xe2\x80\x9d", "\xe2\x80\x9e", "\xef\xbb\xbf", NULL
    };
    int i;

    for (i = 0; quotes[i]; i++) {
        size_t length = strlen(quotes[i]);

        if (p.length >= length
            && memcmp(at_end ? p.text + p.length - length : p.text,
                      quotes[i], length) == 0) {
            return length;
        }
    }
    return 0;
}

static cors_text unwrap(cors_text p)
{
    size_t length;

    while ((length = find_wrapping(p, 0)) > 0) {
        skip(&p, length);
    }
    while ((length = find_wrapping(p, 1)) > 0) {
        p.length -= length;
    }
    return p;
}

static const char *copy_lower(apr_pool_t *pool, cors_text p)
{
    char *copy = apr_pstrmemdup(pool, p.text, p.length), *at;

    for (at = copy; *at; at++) {
        *at = cors_ascii_lower(*at);
    }
    return copy;
}

/*
 * http or https, its colon and slashes mistyped or not: "https:/", "http//".
 * Of "https://http://" the last one counts. Returns 0 if there is none.
 */
static int take_web_scheme(draft *d)
{
    for (;;) {
        cors_text behind = d->rest;
        size_t length = starts_with(behind, "https") ? 5
                        : starts_with(behind, "http") ? 4 : 0;
        size_t slashes;

        skip(&behind, length);
        slashes = span(behind, ":/\\");
        if (length == 0 || slashes == 0) {
            return d->scheme.length > 0;
        }
        d->scheme = (cors_text){ length == 5 ? "https" : "http", length };
        skip(&behind, slashes);
        d->rest = behind;
    }
}

/*
 * Any scheme, or what stands for http and https: "*", "http*", "http(s)".
 * Returns 0 for what is neither.
 */
static int take_scheme(draft *d)
{
    cors_text name = d->rest, wild = d->rest;

    name.length = span(name, "abcdefghijklmnopqrstuvwxyz"
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
    skip(&wild, name.length);
    wild.length = span(wild, "*?()[]|s");
    if (!starts_with((cors_text){ wild.text + wild.length,
                              d->rest.length - name.length - wild.length },
                     "://")) {
        return 1;
    }
    skip(&d->rest, name.length + wild.length + 3);
    if (wild.length == 0) {
        d->scheme = (cors_text){ copy_lower(d->pool, name), name.length };
        return 1;
    }
    return name.length == 0 || starts_with(name, "http");
}

/*
 * Whether what follows the authority is a path, a query or a fragment that
 * may be dropped, and no regular expression ("app\.example"), wildcard
 * ("app?.example") or further origin.
 */
static int is_url_tail(cors_text tail)
{
    cors_text at = tail;

    for (; at.length > 0; skip(&at, 1)) {
        if (starts_with(at, "://")) {
            return 0;
        }
    }
    if (tail.length > 1 && tail.text[0] == '\\') {
        return 0;
    }
    return tail.length <= 1 || tail.text[0] != '?'
           || memchr(tail.text, '=', tail.length);
}

static int take_authority(draft *d)
{
    cors_text tail = d->rest, *rest = &d->rest;
    size_t i;

    while (tail.length > 0 && !cors_ascii_has("/\\?#", tail.text[0])) {
        skip(&tail, 1);
    }
    rest->length -= tail.length;
    for (i = rest->length; i > 0; i--) {
        if (rest->text[i - 1] == '@') {
            skip(rest, i);
            break;
        }
    }
    return rest->length > 0 && is_url_tail(tail);
}

/* The host ends at its bracket or at the only colon. */
static int split_host(draft *d)
{
    cors_text rest = d->rest;
    const char *bracket = memchr(rest.text, ']', rest.length);
    size_t from = bracket ? (size_t)(bracket - rest.text) : 0;
    const char *colon = memchr(rest.text + from, ':', rest.length - from);

    d->written_host = rest;
    if (!colon) {
        return 1;
    }
    d->written_host.length = (size_t)(colon - rest.text);
    d->port.text = colon + 1;
    d->port.length = rest.length - d->written_host.length - 1;
    return !memchr(d->port.text, ':', d->port.length);
}

/* Without leading zeros; a star, where there is one between digits. */
static int tidy_port(draft *d)
{
    cors_text *port = &d->port;

    if (span(*port, "0123456789*") < port->length) {
        return 0;
    }
    if (port->length > 0 && memchr(port->text, '*', port->length)) {
        port->text = "*";
        port->length = 1;
        return 1;
    }
    while (port->length > 1 && port->text[0] == '0') {
        skip(port, 1);
    }
    return 1;
}

static int has_port(const draft *d, const char *port)
{
    return cors_ascii_same(d->port.text, d->port.length, port);
}

/*
 * The scheme that was left out: https, but http for this machine, where
 * nobody has a certificate. One word alone is no host, and port 80 is no
 * port of https: there is nothing to be guessed.
 */
static int guess_scheme(draft *d)
{
    int loopback = cors_host_is_loopback(d->host, strlen(d->host));

    d->scheme.text = loopback && !has_port(d, "443") ? "http" : "https";
    d->scheme.length = strlen(d->scheme.text);
    if (loopback) {
        return 1;
    }
    return !has_port(d, "80")
           && (d->port.length > 0 || strpbrk(d->host, ".:"));
}

static void drop_default_port(draft *d)
{
    unsigned port = cors_origin_default_port(d->scheme.text,
                                             d->scheme.length);

    if (port > 0 && has_port(d, apr_itoa(d->pool, (int)port))) {
        d->port.length = 0;
    }
    if (has_port(d, "*") && !starts_with(d->scheme, "http")) {
        d->port.length = 0;
    }
}

static const char *write_pattern(const draft *d)
{
    return apr_psprintf(d->pool, "%.*s://%s%s%s%.*s",
                        (int)d->scheme.length, d->scheme.text,
                        d->subdomains ? "*." : "", d->host,
                        d->port.length > 0 ? ":" : "",
                        (int)d->port.length, d->port.text);
}

/* Behind a scheme that browsers do not know, a host stands as it stands. */
static int is_opaque(const draft *d)
{
    return d->scheme.length > 0 && d->written_host.length > 0
           && d->written_host.text[0] != '['
           && !cors_origin_default_port(d->scheme.text, d->scheme.length);
}

static const char *cure_host(draft *d)
{
    return is_opaque(d)
           ? apr_pstrmemdup(d->pool, d->written_host.text,
                            d->written_host.length)
           : cors_cure_host(d->pool, d->written_host.text,
                            d->written_host.length, &d->subdomains);
}

static const char *cure_draft(draft *d)
{
    if (starts_with(d->rest, "//")) {
        skip(&d->rest, 2);
    }
    else if (!take_web_scheme(d) && !take_scheme(d)) {
        return NULL;
    }
    if (!take_authority(d) || !split_host(d) || !tidy_port(d)) {
        return NULL;
    }
    d->host = cure_host(d);
    if (!d->host || (d->scheme.length == 0 && !guess_scheme(d))) {
        return NULL;
    }
    drop_default_port(d);
    return write_pattern(d);
}

const char *cors_cure_pattern(apr_pool_t *pool, const char *text,
                              size_t length, cors_flaw flaw)
{
    draft d = { pool, { text, length }, { "", 0 }, { "", 0 }, { "", 0 },
                NULL, 0 };
    cors_pattern checked;
    const char *pattern;

    if (flaw == CORS_FLAW_NONE || flaw == CORS_FLAW_NULL
        || flaw == CORS_FLAW_FILE || length > TEXT_LENGTH_MAX
        || memchr(text, '\0', length)) {
        return NULL;
    }
    d.rest = unwrap(d.rest);
    pattern = has_any(d.rest, ", \t'\"`") ? NULL : cure_draft(&d);
    if (!pattern
        || cors_pattern_parse(pattern, strlen(pattern), &checked)
           != CORS_FLAW_NONE) {
        return NULL;
    }
    return pattern;
}
