/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_EXPRESSION_REASON_H
#define CORS_EXPRESSION_REASON_H

#include "policy/expression_sites.h"

/*
 * What is said of an expression: what is wrong with it, and what to write
 * instead. From the pool or static, to stand behind "CORSAllowOriginMatch
 * 'text': ".
 */

/*
 * Why an expression is rejected that can match no origin: its flaw, or
 * delimiters. NULL: it can.
 *
 * "https://App\.example\.com": "a browser sends origins in lower case; write
 * CORSAllowOrigin https://app.example.com"
 */
const char *cors_expression_rejection(apr_pool_t *pool, const char *text,
                                      const cors_expression_tree *tree);

/* Why it needs CORSOptions UnsafeMatch; found->unnamed is not NULL. */
const char *cors_expression_unnamed(apr_pool_t *pool, const char *text,
                                    const cors_expression_sites *found);

/*
 * What is dubious about an expression that may stand: an alternative that
 * matches no origin, or names no site of its own; a dot that stands for any
 * character where a real one would be; a site whose first label a gap
 * touches. What sites have to do with only if it is not unnamed. NULL:
 * nothing is.
 *
 * "https://a\.com|b\.com", "https://(a\.com|.*)", "https://app.example\.com",
 * "https://.*corp\.com"
 */
const char *cors_expression_warning(apr_pool_t *pool,
                                    const cors_expression_tree *tree,
                                    const cors_expression_sites *found);

#endif
