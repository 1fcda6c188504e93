/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_EXPRESSION_CACHE_H
#define CORS_EXPRESSION_CACHE_H

#include "policy/expression.h"

/*
 * The expressions of .htaccess files, which httpd reads with every request:
 * each is compiled once in a child and kept there. So many of so many bytes
 * at most; they stay until the child ends.
 */
#define CORS_EXPRESSION_CACHE_MAX    64
#define CORS_EXPRESSION_CACHE_LENGTH 512

/* httpd's child_init hook. Until it has run nothing is kept. */
void cors_expression_cache_start(apr_pool_t *child, server_rec *server);

/*
 * cors_expression_compile without a warning, for any number of threads at a
 * time. pool: where the expression lives if it cannot be kept, and the
 * reason why it is rejected.
 */
const char *cors_expression_cache_compile(apr_pool_t *pool, const char *text,
                                          cors_expression *expression);

#endif
