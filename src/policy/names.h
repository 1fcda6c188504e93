/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_NAMES_H
#define CORS_NAMES_H

#include <apr_pools.h>
#include <apr_skiplist.h>
#include <apr_tables.h>
#include <stddef.h>

#include "syntax/ascii.h"

/*
 * A list of method or header names as the configuration gives it: the names,
 * and the line a response sends for them, made once.
 *
 * Filled while the configuration is read, constant afterwards.
 */
typedef cors_text cors_name;    /* ends in NUL */

typedef struct cors_names {
    apr_pool_t *pool;
    apr_array_header_t *entries;    /* of const cors_name *, as added */
    apr_skiplist *sorted;       /* of cors_name; NULL: a few are compared */
    char *line;                 /* "PUT, DELETE"; NULL while empty */
    size_t line_length;
    size_t line_capacity;
    unsigned any_case : 1;      /* header names; methods are exact */
    unsigned any : 1;           /* "*" */
    unsigned none : 1;          /* "none": empty, whatever was inherited */
} cors_names;

/* any_case: header names (1) are the same in any case, methods (0) not. */
cors_names *cors_names_create(apr_pool_t *pool, int any_case);

/* Add a name, which lives as long; one that is there is left out. */
void cors_names_add(cors_names *names, const char *text);

/*
 * Whether the list has this name.
 *
 * yes: "x-total" of the headers X-Total   no: "put" of the methods PUT
 */
int cors_names_has(const cors_names *names, const char *text, size_t length);

#endif
