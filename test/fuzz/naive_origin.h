/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAIVE_ORIGIN_H
#define NAIVE_ORIGIN_H

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

static inline int naive_ipv6(const char *host)
{
    char text[64], back[64], *dot;
    unsigned char bytes[16];
    size_t length = strlen(host);

    if (length < 4 || length > 50 || host[length - 1] != ']') {
        return 0;
    }
    memcpy(text, host + 1, length - 2);
    text[length - 2] = '\0';
    if (inet_pton(AF_INET6, text, bytes) != 1
        || strncmp(inet_ntop(AF_INET6, bytes, back, sizeof(back)),
                   "::ffff:", 7) == 0) {
        return 0;
    }
    /* glibc writes the last four bytes in decimal sometimes */
    dot = strchr(back, '.');
    if (dot) {
        snprintf(strrchr(back, ':') + 1, 20, "%x:%x",
                 bytes[12] * 256 + bytes[13], bytes[14] * 256 + bytes[15]);
    }
    return strcmp(text, back) == 0;
}

static inline int naive_host(apr_pool_t *pool, const char *host)
{
    char *copy = apr_pstrdup(pool, host), *label, *last = copy;
    struct in_addr address;
    size_t length = strlen(copy);

    if (length && copy[length - 1] == '.') {
        copy[--length] = '\0';
    }
    if (length == 0 || length > 253) {
        return 0;
    }
    while ((label = strsep(&copy, ".")) != NULL) {
        if (!*label || strlen(label) > 63
            || label[strspn(label, "abcdefghijklmnopqrstuvwxyz"
                                   "0123456789_-")]) {
            return 0;
        }
        last = label;
    }
    if (last[strspn(last, "0123456789")] == '\0'
        || (strncmp(last, "0x", 2) == 0
            && last[2 + strspn(last + 2, "0123456789abcdef")] == '\0')) {
        return inet_pton(AF_INET, host, &address) == 1
               && strcmp(inet_ntoa(address), host) == 0;
    }
    return 1;
}

/* Behind a scheme that browsers know nothing of. */
static inline int naive_opaque_host(const char *host)
{
    return *host && host[strspn(host, "abcdefghijklmnopqrstuvwxyz"
                                      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789-._~%+")] == '\0';
}

/* Whether a browser writes an origin like this. */
static inline int naive_origin(apr_pool_t *pool, const char *origin)
{
    static const char *const defaults[] = {
        "http:80", "https:443", "ws:80", "wss:443", "ftp:21", NULL
    };
    char *scheme = apr_pstrdup(pool, origin);
    char *host = strstr(scheme, "://"), *port, *c;
    int i, known = 0;

    if (!host || strlen(origin) > 512 || host - scheme > 64) {
        return 0;
    }
    *host = '\0';
    host += 3;
    c = scheme + strspn(scheme, "abcdefghijklmnopqrstuvwxyz"
                                "0123456789+-.");
    if (*c || *scheme < 'a' || strcmp(scheme, "file") == 0) {
        return 0;
    }
    for (i = 0; defaults[i]; i++) {
        known |= strncmp(defaults[i], scheme, strlen(scheme)) == 0
                 && defaults[i][strlen(scheme)] == ':';
    }
    port = strchr(*host == '[' && strchr(host, ']') ? strchr(host, ']')
                                                    : host, ':');
    if (port) {
        *port++ = '\0';
        if (!*port || strlen(port) > 5 || *port == '0'
            || port[strspn(port, "0123456789")] || atoi(port) > 65535) {
            return 0;
        }
        for (i = 0; defaults[i]; i++) {
            if (strcmp(apr_pstrcat(pool, scheme, ":", port, NULL),
                       defaults[i]) == 0) {
                return 0;
            }
        }
    }
    return *host == '[' ? naive_ipv6(host)
           : known ? naive_host(pool, host) : naive_opaque_host(host);
}

#endif
