/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_PATTERN_TABLE_H
#define CORS_PATTERN_TABLE_H

#include <apr_pools.h>

#include "syntax/pattern.h"

/* 24 bytes a pattern: there may be a hundred thousand. */
typedef struct cors_pattern_entry {
    const char *text;
    apr_uint32_t hash;          /* of the text, */
    apr_uint32_t stem_hash;     /* of the stem, where there is a port */
    unsigned length : 10;       /* of an origin, at most 512 */
    unsigned port_length : 3;   /* of ":8443" or ":*", at its end */
    unsigned is_plain : 1;      /* there is no wildcard in it */
} cors_pattern_entry;

/* Open addressing: each the index of an entry, plus 1; 0: free. */
typedef struct cors_pattern_slots {
    apr_uint32_t *slots;
    apr_uint32_t mask;
    apr_uint32_t used;
} cors_pattern_slots;

/*
 * Patterns in the order in which they were added, found by their text or by
 * their stem: what stands in front of the port. A look-up costs the same
 * whatever their number; nobody who does not know the key can write patterns
 * of which that is not true.
 */
typedef struct cors_pattern_table {
    apr_pool_t *pool;
    cors_pattern_entry *entries;
    apr_uint32_t count;
    apr_uint32_t capacity;
    cors_pattern_slots by_text;
    cors_pattern_slots by_stem; /* of those with a port, the first of each */
} cors_pattern_table;

/* Make room for so many at once. */
void cors_pattern_table_reserve(cors_pattern_table *table, size_t patterns);

/*
 * Add a pattern, whose text must live as long and end in NUL. Returns 0 if
 * it is there already; then nothing was added.
 */
int cors_pattern_table_add(cors_pattern_table *table,
                           const cors_pattern *pattern);

/* The pattern that is written like this; NULL: there is none. */
const cors_pattern_entry *
cors_pattern_table_find(const cors_pattern_table *table, const char *text,
                        size_t length);

/* The first that has this stem, and a port, of those with a port. */
const cors_pattern_entry *
cors_pattern_table_find_stem(const cors_pattern_table *table,
                             const char *text, size_t length);

#endif
