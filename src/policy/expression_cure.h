/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_EXPRESSION_CURE_H
#define CORS_EXPRESSION_CURE_H

#include "syntax/flaw.h"
#include "policy/expression_tree.h"

/*
 * What to write instead of an expression. Each returns a directive and its
 * value, from the pool; NULL where nothing can be computed. A value of
 * CORSAllowOrigin is a pattern without a flaw, one of CORSAllowOriginMatch
 * is an expression without one of which each alternative names a site.
 * Backslashes are left out where they can be: httpd doubles those it logs.
 */

/*
 * The origin that is meant by text which is plain but for dots, anchors, an
 * optional slash and the port.
 *
 * yes: "^https?://app.example\.com(:\d+)?$" is https://app.example.com:*
 */
const char *cors_expression_cure_origin(apr_pool_t *pool, const char *text);

/*
 * The same, or the expression without its flaw; NONE: as it is. tree: as the
 * text was read; may be NULL for NONE.
 *
 * yes: "(www\.)?a\.com" (NO_SCHEME) is https://(www[.])?a[.]com
 */
const char *cors_expression_cure_flaw(apr_pool_t *pool, const char *text,
                                      const cors_expression_tree *tree,
                                      cors_flaw flaw);

/* With real dots for those that stand for any character in a word. */
const char *cors_expression_cure_dots(apr_pool_t *pool, const char *text);

/* Ended, with a port at most, where the host goes on behind a name. */
const char *cors_expression_cure_end(apr_pool_t *pool, const char *text);

#endif
