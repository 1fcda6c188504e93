/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_LOOKUP_H
#define CORS_LOOKUP_H

#include <httpd.h>

/* A URL that is asked about, and where it leads. */
typedef struct cors_lookup {
    request_rec *r;             /* that of the page */
    server_rec *server;         /* whose place is looked up */
    const char *host;           /* its name, without port */
    const char *path;           /* starts with one / */
    const char *scheme;         /* NULL: as the page was asked for */
} cors_lookup;

/*
 * Find the virtual host of a url (a path, or a whole URL) and a host (NULL:
 * that of the URL, or of the page itself). The page of a virtual host looks
 * up its own URLs only. Returns NULL, or what is wrong with them.
 */
const char *cors_lookup_start(cors_lookup *lookup, request_rec *r,
                              const char *url, const char *host);

/*
 * httpd's own look-up, as if a request with this method and these headers had
 * come. What it returns ends with the request of the page.
 */
request_rec *cors_lookup_find(const cors_lookup *lookup, const char *method,
                              apr_table_t *headers, const char *path);

/* Where a per-directory RewriteRule leads a looked-up request; NULL: no. */
const char *cors_lookup_next(const request_rec *found);

#endif
