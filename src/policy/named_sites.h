/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_NAMED_SITES_H
#define CORS_NAMED_SITES_H

#include <apr_pools.h>
#include <stddef.h>

#include "syntax/ascii.h"

/* Sites that one expression can name. */
#define CORS_NAMED_SITES_MAX 64

/* A registrable domain, localhost, or a loopback address; ends in NUL. */
typedef cors_text cors_named_site;

/* Those that are named, each once, and what else was seen. */
typedef struct cors_named_sites {
    cors_named_site *sites;
    size_t count;
    const char *touched;        /* the last site added as touched; or NULL */
    const char *suffix;         /* the last public suffix in a site's stead */
    unsigned too_many : 1;      /* more than these */
} cors_named_sites;

/* None so far. From the pool, as is all that is added. */
void cors_named_sites_init(apr_pool_t *pool, cors_named_sites *named);

/*
 * Add the site of a host in full, which may have a trailing dot: its
 * registrable domain, or a loopback address itself. What is no host, another
 * address, a public suffix or a name that nobody can register ("-a.com") is
 * on no site.
 *
 * most: how long the site may be, 0: as long as the host. touched: whether
 * other bytes may stand in front of the host, without a dot between; noted
 * if the host is the site.
 * Returns whether it is on a site.
 *
 * yes: "app.example.com" adds example.com   no: "github.io", "192.0.2.7"
 */
int cors_named_sites_add(apr_pool_t *pool, cors_named_sites *named,
                         const char *host, size_t length, size_t most,
                         int touched);

/*
 * Whether a host is one of so many sites, or lies under one, at a dot. Both
 * as browsers write them: bytes are compared.
 *
 * example.com: yes: "example.com", "a.example.com"   no: "anexample.com"
 */
int cors_named_sites_cover(const cors_named_site *sites, size_t count,
                           const char *host, size_t length);

#endif
