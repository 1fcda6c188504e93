/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_EXPRESSION_SITES_H
#define CORS_EXPRESSION_SITES_H

#include "policy/expression_tree.h"
#include "policy/named_sites.h"

typedef struct cors_expression_sites {
    cors_named_sites named;
    size_t alternatives;        /* of the whole */
    /* the first alternative of the whole that names none; NULL: all do */
    const cors_expression_alternative *unnamed;
    /* one inside of it with which no site can be named; NULL: there is none */
    const cors_expression_alternative *idle;
} cors_expression_sites;

/*
 * Find the sites that an expression names in full: runs of text, in every
 * combination of the alternatives around them, that are a host to its end
 * and hold its registrable domain. An origin beyond them must not be
 * admitted, whatever the expression matches.
 *
 * The alternatives of a group that is the whole are those of the whole.
 *
 * Behind a run the host must end, whatever follows: at the end of the
 * expression, at $, : or /, or in a group that begins with one of these and
 * what may be left out, at what stands behind it. In front of a run there
 * may be a gap. If that can be empty or ends at a dot or slash, the run's
 * first label is one in full, else it is not counted.
 *
 * "https://(.*\.)?example\.(com|org)(:\d+)?" names example.com, example.org;
 * ".*example\.com" example.com, which it touches; "[a-z]+example\.com",
 * "example\.com.*", "[a-z]+\.github\.io" (the suffix github.io): none
 */
void cors_expression_sites_find(apr_pool_t *pool,
                                const cors_expression_tree *tree,
                                cors_expression_sites *found);

#endif
