/* SPDX-License-Identifier: Apache-2.0 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <stdlib.h>

#include <apr_pools.h>

/*
 * APR's pools hand out pieces of blocks, where no sanitizer sees who writes
 * into his neighbour's or into what has been cleared. Here each piece comes
 * from malloc, and is freed as its pool is cleared.
 */

/* Where they are: the leak sanitizer does not find what APR points to. */
void __lsan_disable(void) __attribute__((weak));
void __lsan_enable(void) __attribute__((weak));

static apr_status_t piece_free(void *piece)
{
    free(piece);
    return APR_SUCCESS;
}

static void *piece_make(apr_size_t size)
{
    void *piece;

    if (__lsan_disable) {
        __lsan_disable();
    }
    piece = malloc(size ? size : 1);
    if (__lsan_enable) {
        __lsan_enable();
    }
    return piece;
}

/* APR's own, for what a cleanup needs itself. */
static void *block_piece(apr_pool_t *pool, apr_size_t size)
{
    static void *(*real)(apr_pool_t *, apr_size_t);

    if (!real) {
        *(void **)&real = dlsym(RTLD_NEXT, "apr_palloc");
    }
    return real(pool, size);
}

void *apr_palloc(apr_pool_t *pool, apr_size_t size)
{
    static __thread int registering;
    void *piece;

    if (registering) {
        return block_piece(pool, size);
    }
    piece = piece_make(size);
    registering = 1;
    apr_pool_cleanup_register(pool, piece, piece_free,
                              apr_pool_cleanup_null);
    registering = 0;
    return piece;
}
