/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_ORIGIN_FILE_H
#define CORS_ORIGIN_FILE_H

#include <apr_file_io.h>

#include "policy/origin_lists.h"

/*
 * A file of origin patterns: one a line, # comments and blank lines ignored;
 * or the word none alone, for a list of nobody.
 */

/* Larger ones are not read, in bytes: it is some mistake. */
#define CORS_ORIGIN_FILE_MAX (64 * 1024 * 1024)

/* One that is open, and which version it is. */
typedef struct cors_open_file {
    const char *path;
    apr_file_t *file;           /* closed by who opened it, or the pool */
    apr_finfo_t info;
    cors_file_version version;
    apr_status_t status;        /* of opening and reading it */
} cors_open_file;

/* Open one; its path must live as long as what is read of it. */
apr_status_t cors_origin_file_open(cors_open_file *file,
                                   apr_pool_t *temp_pool, const char *path);

/* The message for one that cannot be opened or read. From the pool. */
const char *cors_origin_file_unreadable(apr_pool_t *pool, const char *path,
                                        apr_status_t status);

/*
 * Read it. whole: whether its last line must have an end, for it may be
 * written just now. *list: what was read, for the caller, where NULL is
 * returned; else the reason, with path:line in front for a bad line.
 */
const char *cors_origin_file_read(cors_open_file *file,
                                  apr_pool_t *temp_pool, int whole,
                                  cors_origin_list **list);

/* Whether nobody has written into it since it was opened. */
int cors_origin_file_stands(const cors_open_file *file);

int cors_file_version_same(const cors_file_version *a,
                           const cors_file_version *b);

/*
 * For the reading of the configuration, once for each file: sections that
 * name it share the list.
 *
 * pool: the configuration's; path: absolute, in that pool. *list and what is
 * returned: as above, but that the list belongs to the pool.
 */
const char *cors_origin_file_take(apr_pool_t *pool, apr_pool_t *temp_pool,
                                  const char *path,
                                  const cors_origin_list **list);

/*
 * What to write instead of a row that was rejected, the ! of an exclusion
 * included; NULL where nobody knows. From the pool.
 */
const char *cors_origin_file_cure(apr_pool_t *pool, const char *row,
                                  cors_flaw flaw);

#endif
