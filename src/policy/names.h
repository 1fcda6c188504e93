/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_NAMES_H
#define CORS_NAMES_H

#include <apr_pools.h>
#include <stddef.h>

/*
 * A list of method or header names as the configuration gives it: the names,
 * and the line a response sends for them, made once.
 *
 * Filled while the configuration is read, constant afterwards.
 */
typedef struct cors_name {
    const char *text;
    size_t length;
} cors_name;

typedef struct cors_names {
    apr_pool_t *pool;
    cors_name *entries;
    size_t count;
    size_t capacity;
    apr_uint32_t *slots;        /* numbers of entries by hash, from 1; */
    size_t slot_count;          /* NULL and 0 for a few names */
    char *line;                 /* "PUT, DELETE"; NULL while empty */
    size_t line_length;
    size_t line_capacity;
    unsigned any : 1;           /* "*" */
    unsigned none : 1;          /* "none": empty, whatever was inherited */
} cors_names;

cors_names *cors_names_create(apr_pool_t *pool);

/* Add a name, copied; one that is there (case aside, if so) is left out. */
void cors_names_add(cors_names *names, const char *text, int any_case);

/*
 * Whether the list has this name. any_case: header names (1) are the same in
 * any case, methods (0) are not.
 *
 * yes: "x-total" of {"X-Total"}, any_case 1   no: "put" of {"PUT"}, 0
 */
int cors_names_has(const cors_names *names, const char *text, size_t length,
                   int any_case);

#endif
