/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_REJECTION_H
#define CORS_REJECTION_H

#include <apr_pools.h>

/*
 * The one frame of all messages that reject a value of the configuration.
 *
 * subject: the directive, or "file:line:"; value: as it was written (httpd
 * escapes what it logs); reason: what is wrong with it; cure: what to write
 * instead, or NULL where nobody knows. From the pool.
 *
 * example: "CORSAllowOrigin 'https://a.example/': an origin has no path;
 * write https://a.example"
 */
const char *cors_rejection_text(apr_pool_t *pool, const char *subject,
                                const char *value, const char *reason,
                                const char *cure);

#endif
