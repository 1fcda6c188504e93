/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_ORIGIN_FILE_H
#define CORS_ORIGIN_FILE_H

#include "policy/origin_set.h"

/*
 * Read a file of origin patterns: one a line, # comments and blank lines
 * ignored. A file is read once for a reading of the configuration: sections
 * that name it share the set.
 *
 * pool: the configuration's, where the set lives; temp_pool: for the text.
 * path: absolute. *set: set where NULL is returned; else the reason, with
 * path:line in front for a bad line.
 */
const char *cors_origin_file_read(apr_pool_t *pool, apr_pool_t *temp_pool,
                                  const char *path,
                                  const cors_origin_set **set);

/*
 * What to write instead of a row that was rejected, the ! of an exclusion
 * included; NULL where nobody knows. From the pool.
 */
const char *cors_origin_file_cure(apr_pool_t *pool, const char *row,
                                  cors_flaw flaw);

#endif
