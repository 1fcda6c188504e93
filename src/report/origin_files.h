/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_ORIGIN_FILES_H
#define CORS_ORIGIN_FILES_H

#include "policy/origins.h"

/* A file of origins, for the pages. The path is as it was resolved. */
typedef struct cors_origin_file {
    const char *path;
    size_t origins;             /* exclusions among them */
    apr_time_t read;
} cors_origin_file;

/*
 * The files that these origins name, or, where they are NULL, those of the
 * whole configuration, each once. An array of cors_origin_file, from the
 * pool.
 */
apr_array_header_t *cors_origin_files(apr_pool_t *pool,
                                      const cors_origins *origins);

/*
 * "/etc/origins, 3 origins, read Sat, 28 Nov 2026 09:00:00 GMT", with what is
 * no printable byte escaped.
 */
const char *cors_origin_file_text(apr_pool_t *pool,
                                  const cors_origin_file *file);

#endif
