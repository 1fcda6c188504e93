/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/expression_cache.h"

#include <apr_strings.h>
#include <apr_thread_mutex.h>
#include <string.h>

typedef struct entry {
    size_t length;              /* of its text */
    cors_expression expression;
} entry;

/* Entries are written before they are counted, and never changed. */
static struct {
    apr_pool_t *pool;           /* NULL: there is no cache */
    apr_thread_mutex_t *mutex;  /* for those who write */
    entry entries[CORS_EXPRESSION_CACHE_MAX];
    int count;
} cache;

static apr_status_t end_cache(void *unused)
{
    (void)unused;
    cache.pool = NULL;
    cache.mutex = NULL;
    cache.count = 0;
    return APR_SUCCESS;
}

/* The pool has an allocator of its own, for the mutex guards but this. */
void cors_expression_cache_start(apr_pool_t *child, server_rec *server)
{
    apr_allocator_t *allocator;
    apr_pool_t *pool;

    (void)server;
    if (apr_allocator_create(&allocator) != APR_SUCCESS) {
        return;
    }
    if (apr_pool_create_ex(&pool, child, NULL, allocator) != APR_SUCCESS) {
        apr_allocator_destroy(allocator);
        return;
    }
    apr_allocator_owner_set(allocator, pool);
#if APR_HAS_THREADS
    if (apr_thread_mutex_create(&cache.mutex, APR_THREAD_MUTEX_DEFAULT,
                                pool) != APR_SUCCESS) {
        return;
    }
#endif
    cache.pool = pool;
    apr_pool_cleanup_register(pool, NULL, end_cache, apr_pool_cleanup_null);
}

static int find_entry(const char *text, size_t length,
                      cors_expression *expression)
{
    int count = __atomic_load_n(&cache.count, __ATOMIC_ACQUIRE), i;

    for (i = 0; i < count; i++) {
        const entry *one = &cache.entries[i];

        if (one->length == length
            && memcmp(one->expression.text, text, length) == 0) {
            *expression = one->expression;
            return 1;
        }
    }
    return 0;
}

/* Under the mutex. What does not compile leaves nothing behind. */
static const char *add_entry(apr_pool_t *pool, const char *text,
                             size_t length, cors_expression *expression)
{
    apr_pool_t *own;
    entry *one = &cache.entries[cache.count];
    const char *warning, *rejected;

    if (apr_pool_create(&own, cache.pool) != APR_SUCCESS) {
        return cors_expression_compile(pool, text, expression, &warning);
    }
    rejected = cors_expression_compile(own, text, &one->expression,
                                       &warning);
    if (rejected) {
        rejected = apr_pstrdup(pool, rejected);
        apr_pool_destroy(own);
        return rejected;
    }
    one->length = length;
    *expression = one->expression;
    __atomic_store_n(&cache.count, cache.count + 1, __ATOMIC_RELEASE);
    return NULL;
}

const char *cors_expression_cache_compile(apr_pool_t *pool, const char *text,
                                          cors_expression *expression)
{
    size_t length = strlen(text);
    const char *rejected = NULL, *warning;

    if (find_entry(text, length, expression)) {
        return NULL;
    }
    if (!cache.pool || length > CORS_EXPRESSION_CACHE_LENGTH
        || __atomic_load_n(&cache.count, __ATOMIC_RELAXED)
           == CORS_EXPRESSION_CACHE_MAX) {
        return cors_expression_compile(pool, text, expression, &warning);
    }
#if APR_HAS_THREADS
    apr_thread_mutex_lock(cache.mutex);
#endif
    if (!find_entry(text, length, expression)) {
        rejected = cache.count < CORS_EXPRESSION_CACHE_MAX
            ? add_entry(pool, text, length, expression)
            : cors_expression_compile(pool, text, expression, &warning);
    }
#if APR_HAS_THREADS
    apr_thread_mutex_unlock(cache.mutex);
#endif
    return rejected;
}
