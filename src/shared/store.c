/* SPDX-License-Identifier: Apache-2.0 */
#include "shared/store.h"

#include <ap_mpm.h>
#include <apr_global_mutex.h>
#include <apr_strings.h>
#include <http_config.h>
#include <unistd.h>
#include <util_mutex.h>

#include "shared/memory.h"

static const char mutex_type[] = "cors-store";

static cors_store *store;
static apr_global_mutex_t *mutex;

/* What httpd keeps for us over restarts: old children use the same lock. */
typedef struct retained {
    apr_global_mutex_t *mutex;
    char name[APR_PATH_MAX];    /* of its file; "": none */
} retained;

static const char *lock_file;

int cors_store_register(apr_pool_t *pconf, apr_pool_t *plog,
                        apr_pool_t *ptemp)
{
    (void)plog;
    (void)ptemp;
    store = NULL;
    mutex = NULL;
    return ap_mutex_register(pconf, mutex_type, NULL, APR_LOCK_DEFAULT, 0)
           == APR_SUCCESS ? OK : HTTP_INTERNAL_SERVER_ERROR;
}

static apr_status_t open_mutex(server_rec *server)
{
    static const char key[] = "mod_cors_cookies store mutex";
    retained *kept = ap_retained_data_get(key);
    const char *name = NULL;
    apr_status_t rv;

    if (!kept) {
        kept = ap_retained_data_create(key, sizeof(*kept));
    }
    if (!kept->mutex) {
        rv = ap_global_mutex_create(&kept->mutex, &name, mutex_type, NULL,
                                    server, server->process->pool, 0);
        if (rv != APR_SUCCESS) {
            kept->mutex = NULL;
            return rv;
        }
        apr_cpystrn(kept->name, name ? name : "", sizeof(kept->name));
    }
    mutex = kept->mutex;
    lock_file = kept->name[0] != '\0' ? kept->name : NULL;
    return APR_SUCCESS;
}

/*
 * A quarter of all threads neither sits nor waits: a database that is slow,
 * while strangers ask for more and more, leaves it to all others. A server of
 * less than 21 threads has none to spare: as many wait as sit.
 */
static int count_chairs(void)
{
    int threads = 1, children = 1, chairs;

    ap_mpm_query(AP_MPMQ_MAX_THREADS, &threads);
    ap_mpm_query(AP_MPMQ_MAX_DAEMONS, &children);
    threads = children * (threads > 1 ? threads : 1);
    chairs = threads - threads / 4 - CORS_SEATS;
    return chairs < CORS_SEATS ? CORS_SEATS
           : chairs > CORS_CHAIRS ? CORS_CHAIRS : chairs;
}

apr_status_t cors_store_open(server_rec *server, int rate, apr_time_t now)
{
    void *memory;
    apr_status_t rv = open_mutex(server);

    if (rv == APR_SUCCESS) {
        rv = cors_memory_open(server->process->pool,
                              "mod_cors_cookies store", sizeof(cors_store),
                              &memory);
    }
    if (rv != APR_SUCCESS) {
        return rv;
    }
    store = memory;
    if (!cors_store_lock()) {
        store = NULL;
        return APR_EGENERAL;
    }
    cors_gate_renew(&store->gates);
    store->gates.chairs_count = count_chairs();
    cors_budget_fill(&store->budget, rate, now);
    cors_store_unlock();
    return APR_SUCCESS;
}

apr_status_t cors_store_start_child(apr_pool_t *pool)
{
    apr_status_t rv;

    if (!store) {
        return APR_SUCCESS;
    }
    rv = apr_global_mutex_child_init(&mutex, lock_file, pool);
    if (rv != APR_SUCCESS) {
        store = NULL;
        return rv;
    }
    if (cors_store_lock()) {
        cors_gate_forget(&store->gates, getpid());
        cors_store_unlock();
    }
    return APR_SUCCESS;
}

cors_store *cors_store_lock(void)
{
    return store && apr_global_mutex_lock(mutex) == APR_SUCCESS ? store
                                                                : NULL;
}

void cors_store_unlock(void)
{
    apr_global_mutex_unlock(mutex);
}

void cors_store_add(cors_store_count count)
{
    if (store) {
        __atomic_fetch_add(&store->counts[count], 1, __ATOMIC_RELAXED);
    }
}

apr_uint64_t cors_store_read(cors_store_count count)
{
    return store ? __atomic_load_n(&store->counts[count], __ATOMIC_RELAXED)
                 : 0;
}

int cors_store_is_there(void)
{
    return store != NULL;
}

int cors_store_is_open(void)
{
    int closed;

    if (!cors_store_lock()) {
        return 0;
    }
    closed = cors_gate_is_any_closed(&store->gates);
    cors_store_unlock();
    return !closed;
}
