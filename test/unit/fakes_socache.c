/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes_store.h"

#include <ap_provider.h>

#include "policy/server.h"
#include "request/origin_cache.h"

#define ID sizeof(cors_question_id)

/* mod_socache_shmcb, with room for everything. */
struct ap_socache_instance_t {
    apr_hash_t *entries;
};

typedef struct entry {
    apr_time_t until;
    unsigned int length;
    unsigned char bytes[1];
} entry;

fake_cache cache;

static const char *create(ap_socache_instance_t **instance,
                          const char *argument, apr_pool_t *temp_pool,
                          apr_pool_t *pool)
{
    (void)temp_pool;
    assert_true(cache.created < 2);
    cache.arguments[cache.created++] = argument;
    *instance = apr_pcalloc(pool, sizeof(**instance));
    (*instance)->entries = apr_hash_make(pool);
    return argument && !*argument ? "no path" : NULL;
}

static apr_status_t init(ap_socache_instance_t *instance, const char *name,
                         const struct ap_socache_hints *hints,
                         server_rec *server, apr_pool_t *pool)
{
    (void)instance, (void)hints, (void)server, (void)pool;
    assert_true(strlen(name) > 0);
    return ++cache.inits == cache.rejected ? APR_ENOSPC : APR_SUCCESS;
}

static void put(ap_socache_instance_t *instance, const void *id,
                apr_time_t until, const void *bytes, size_t length)
{
    entry *made = apr_pcalloc(fake.pool, sizeof(*made) + length);

    made->until = until;
    made->length = (unsigned int)length;
    memcpy(made->bytes, bytes, length);
    apr_hash_set(instance->entries, apr_pmemdup(fake.pool, id, ID), ID,
                 made);
}

static apr_status_t store(ap_socache_instance_t *instance, server_rec *server,
                          const unsigned char *id, unsigned int id_length,
                          apr_time_t until, unsigned char *bytes,
                          unsigned int length, apr_pool_t *pool)
{
    (void)pool;
    assert_ptr_equal(server, fake.server);
    assert_int_equal(id_length, ID);
    put(instance, id, until, bytes, length);
    return APR_SUCCESS;
}

static apr_status_t retrieve(ap_socache_instance_t *instance,
                             server_rec *server, const unsigned char *id,
                             unsigned int id_length, unsigned char *bytes,
                             unsigned int *length, apr_pool_t *pool)
{
    const entry *found = apr_hash_get(instance->entries, id, id_length);

    (void)pool;
    assert_ptr_equal(server, fake.server);
    if (!found || found->until < apr_time_now()) {
        return APR_NOTFOUND;
    }
    if (found->length > *length) {
        return APR_ENOSPC;
    }
    memcpy(bytes, found->bytes, found->length);
    *length = found->length;
    return APR_SUCCESS;
}

static apr_status_t drop(ap_socache_instance_t *instance, server_rec *server,
                         const unsigned char *id, unsigned int id_length,
                         apr_pool_t *pool)
{
    (void)pool;
    assert_ptr_equal(server, fake.server);
    apr_hash_set(instance->entries, id, id_length, NULL);
    return APR_SUCCESS;
}

static const ap_socache_provider_t shmcb = {
    "shmcb", 0, create, init, NULL, store, retrieve, drop, NULL, NULL
};

void *ap_lookup_provider(const char *group, const char *name,
                         const char *version)
{
    int is_asked_for = strcmp(group, AP_SOCACHE_PROVIDER_GROUP) == 0
                       && strcmp(name, "shmcb") == 0
                       && strcmp(version, AP_SOCACHE_PROVIDER_VERSION) == 0;

    return cache.loaded && is_asked_for ? (void *)&shmcb : NULL;
}

void fake_cache_create(server_rec *server)
{
    cors_server *own = cors_server_of(server);

    cache.created = 0;
    create(&own->known, NULL, fake.pool, fake.pool);
    create(&own->unlisted, NULL, fake.pool, fake.pool);
}

void fake_cache_put(ap_socache_instance_t *instance, const void *id,
                    const void *bytes, size_t length)
{
    put(instance, id, APR_INT64_MAX, bytes, length);
}

int fake_cache_count(ap_socache_instance_t *instance)
{
    apr_hash_index_t *at = apr_hash_first(NULL, instance->entries);
    int count = 0;

    for (; at; at = apr_hash_next(at)) {
        const entry *found = apr_hash_this_val(at);

        count += found->until >= apr_time_now();
    }
    return count;
}
