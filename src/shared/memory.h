/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_MEMORY_H
#define CORS_MEMORY_H

#include <apr_pools.h>

/*
 * Memory that all children share and a restart keeps: got once in the life
 * of the parent process, zero at first. It holds no pointers: a restart maps
 * the module anew.
 *
 * process_pool: of the parent; key: tells one piece from another; size: in
 * bytes, where it differs from the one before (another version of the
 * module) there is new memory. *memory: set to it, NULL where there is none.
 * Returns APR_SUCCESS, or why there is none.
 */
apr_status_t cors_memory_open(apr_pool_t *process_pool, const char *key,
                              apr_size_t size, void **memory);

#endif
