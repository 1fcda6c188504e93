/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_ORIGINS_INSIDE_H
#define CORS_ORIGINS_INSIDE_H

#include <apr_tables.h>

#include "policy/expression.h"
#include "policy/origin_lists.h"
#include "policy/origins.h"

/*
 * What a section's origins are made of: for origins.c and origins_judge.c
 * alone.
 */

/* An expression, and where it stands. */
typedef struct placed_expression {
    cors_expression expression;
    cors_place place;
} placed_expression;

/* A set, and the number of the file it was read of; -1: a section's own. */
typedef struct origin_source {
    const cors_origin_set *set;
    int file;
} origin_source;

struct cors_origins {
    apr_pool_t *pool;
    cors_place place;
    cors_origins_kind kind;
    apr_array_header_t *sets;           /* of origin_source */
    cors_origin_set *own;               /* the one of sets to add to */
    apr_array_header_t *expressions;    /* of placed_expression */
    apr_array_header_t *queries;        /* of const cors_query * */
    const cors_origin_lists *lists;     /* what files say; NULL: sets does */
    unsigned has_files : 1;
};

static inline const cors_origin_set *set_at(const cors_origins *origins, int i)
{
    const origin_source *from = &APR_ARRAY_IDX(origins->sets, i,
                                               origin_source);

    return origins->lists && from->file >= 0
           ? origins->lists->lists[from->file]->set : from->set;
}

static inline const placed_expression *
expression_at(const cors_origins *origins, int i)
{
    return &APR_ARRAY_IDX(origins->expressions, i, placed_expression);
}

/* Whether what they say may be another thing in a moment. */
static inline int may_change(const cors_origins *origins)
{
    return origins && origins->has_files && !origins->lists
           && cors_origin_lists_may_change();
}

/* What they are under one version of the lists of files. */
static inline void fix_lists(cors_origins *fixed,
                             const cors_origins *origins,
                             const cors_origin_lists *lists)
{
    *fixed = *origins;
    fixed->lists = lists;
}

#endif
