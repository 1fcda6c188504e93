/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/cure.h"

#include <apr_strings.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "syntax/ascii.h"
#include "syntax/host.h"
#include "syntax/idna.h"
#include "syntax/site.h"

static const char *write_ipv4(apr_pool_t *pool, apr_uint32_t address)
{
    return apr_psprintf(pool, "%u.%u.%u.%u", address >> 24,
                        (address >> 16) & 255, (address >> 8) & 255,
                        address & 255);
}

/* An address in brackets; a zone is dropped, a mapped IPv4 one unwrapped. */
static const char *cure_ipv6(apr_pool_t *pool, const char *text,
                             size_t length)
{
    struct in6_addr address;
    const unsigned char *bytes;
    const char *zone = memchr(text, '%', length);
    char *shortest = apr_palloc(pool, CORS_HOST_IPV6_SIZE);
    size_t end = zone ? (size_t)(zone - text) : length - 1;

    if (text[length - 1] != ']'
        || inet_pton(AF_INET6, apr_pstrmemdup(pool, text + 1, end - 1),
                     &address) != 1) {
        return NULL;
    }
    bytes = address.s6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&address)) {
        return apr_psprintf(pool, "%d.%d.%d.%d", bytes[12], bytes[13],
                            bytes[14], bytes[15]);
    }
    cors_host_write_ipv6(bytes, shortest);
    return shortest;
}

/*
 * URL standard, IPv4 number parser, in lower case. Returns 0 if it is no
 * number; one too large for an address is read as some other such one.
 */
static int read_number(const char *text, size_t length, apr_uint64_t *value)
{
    static const char digits[] = "0123456789abcdef";
    unsigned base = 10;
    size_t i = 0;

    if (length >= 2 && text[0] == '0') {
        base = text[1] == 'x' ? 16 : 8;
        i = base == 16 ? 2 : 1;
    }
    *value = 0;
    for (; i < length; i++) {
        const char *digit = memchr(digits, text[i], base);

        if (!digit) {
            return 0;
        }
        if (*value <= 0xffffffff) {
            *value = *value * base + (apr_uint64_t)(digit - digits);
        }
    }
    return length > 0;
}

/*
 * URL standard, IPv4 parser: one to four parts, the last one fills what is
 * left. A lone small number is no address that somebody meant.
 */
static const char *cure_ipv4(apr_pool_t *pool, const char *host)
{
    apr_uint64_t address = 0, value = 0;
    int part;

    for (part = 0; part < 4; part++) {
        size_t length = strcspn(host, ".");
        int last = host[length] == '\0' || host[length + 1] == '\0';
        apr_uint64_t limit = last ? 0xffffffff >> (8 * part) : 255;

        if (!read_number(host, length, &value) || value > limit) {
            return NULL;
        }
        if (last) {
            address |= value;
            return part > 0 || address > 0xffffff
                   ? write_ipv4(pool, (apr_uint32_t)address) : NULL;
        }
        address |= value << (24 - 8 * part);
        host += length + 1;
    }
    return NULL;
}

/* URL standard, "ends in a number", of a name in lower case. */
static int ends_in_number(const char *host)
{
    size_t end = strlen(host), start;
    apr_uint64_t value;

    if (end > 0 && host[end - 1] == '.') {
        end--;
    }
    start = end;
    while (start > 0 && host[start - 1] != '.') {
        start--;
    }
    return strspn(host + start, "0123456789") >= end - start
           || read_number(host + start, end - start, &value);
}

/* Lower case, of several dots or stars in a row one, at the end no dots. */
static const char *tidy_name(apr_pool_t *pool, const char *text,
                             size_t length)
{
    char *name = apr_palloc(pool, length + 1);
    size_t used = 0, i;

    for (i = 0; i < length; i++) {
        if ((text[i] == '.' || text[i] == '*')
            && used > 0 && name[used - 1] == text[i]) {
            continue;
        }
        name[used++] = cors_ascii_lower(text[i]);
    }
    if (length >= 2 && memcmp(text + length - 2, "..", 2) == 0) {
        used--;
    }
    name[used] = '\0';
    return name;
}

static int is_ascii(const char *text, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++) {
        if ((unsigned char)text[i] >= 0x80) {
            return 0;
        }
    }
    return 1;
}

/* Whether stars in front belong to the first label: "*-app.example.com". */
static int starts_with_label_star(const char *text, size_t length)
{
    size_t at = 0;

    while (at < length && text[at] == '*') {
        at++;
    }
    return at > 0 && at < length && text[at] == '-';
}

/*
 * Leave out the stars and dots in front. Returns 0 where what follows is no
 * label of its own: "*_app.example.com".
 */
static int take_prefix(const char **text, size_t *length, int *is_right)
{
    size_t at = 0;

    while (at < *length && ((*text)[at] == '*' || (*text)[at] == '.')) {
        at++;
    }
    *is_right = at == 2 && memcmp(*text, "*.", 2) == 0;
    *text += at;
    *length -= at;
    return *length > 0 && (*text)[0] != '-' && (*text)[0] != '_';
}

static const char *cure_name(apr_pool_t *pool, const char *text,
                             size_t length)
{
    const char *host = tidy_name(pool, text, length);

    return is_ascii(text, length)
           ? host : cors_idna_to_ascii(pool, host, strlen(host));
}

const char *cors_cure_host(apr_pool_t *pool, const char *text,
                           size_t length, int *subdomains)
{
    int is_right = 1;
    const char *host;

    *subdomains = length > 0 && (text[0] == '*' || text[0] == '.')
                  && !starts_with_label_star(text, length);
    if (length == 0
        || (*subdomains && !take_prefix(&text, &length, &is_right))) {
        return NULL;
    }
    if (text[0] == '[') {
        *subdomains = 0;
        return cure_ipv6(pool, text, length);
    }
    host = cure_name(pool, text, length);
    if (host && ends_in_number(host)) {
        *subdomains = 0;
        return cure_ipv4(pool, host);
    }
    /* "*.com" may have been meant, but "*com" is not made to it */
    return is_right || (host && !cors_site_is_public_suffix(host,
                                                            strlen(host)))
           ? host : NULL;
}
