/* SPDX-License-Identifier: Apache-2.0 */
#include "config/file_watch.h"

#include <apr_optional.h>
#include <apr_thread_cond.h>
#include <apr_thread_mutex.h>
#include <apr_thread_proc.h>
#include <http_core.h>
#include <http_log.h>
#include <mod_watchdog.h>
#include <unistd.h>

#include "policy/origin_lists.h"
#include "policy/server.h"
#include "shared/parent_look.h"
#include "config/file_refresh.h"
#include "config/readable.h"

APLOG_USE_MODULE(cors_cookies);

/*
 * The parent's thread. mod_watchdog has none there for an MPM that forks. Its
 * pool is its own: nothing is shared with the thread that forks.
 */
typedef struct parent_thread {
    apr_pool_t *pool;
    server_rec *server;
    pid_t process;
    apr_thread_t *thread;
    apr_thread_mutex_t *mutex;
    apr_thread_cond_t *wake;
    int ends;                   /* under the mutex */
} parent_thread;

/* However seldom children look: what they found it has mostly found before. */
#define PARENT_INTERVAL apr_time_from_sec(1)

static apr_interval_time_t interval_of(const server_rec *server)
{
    return cors_server_of(server)->file_refresh;
}

const char *cors_file_watch_unmet(const server_rec *server)
{
    if (interval_of(server) == 0
        || APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_get_instance)) {
        return NULL;
    }
    return "CORSFileRefresh: mod_watchdog is not loaded; write 'LoadModule "
           "watchdog_module modules/mod_watchdog.so', or Off";
}

static void look(server_rec *server, apr_pool_t *pool, int in_parent)
{
    apr_pool_t *temp_pool;

    apr_pool_create(&temp_pool, pool);
    cors_file_refresh_look(temp_pool, server, in_parent);
    apr_pool_destroy(temp_pool);
}

static apr_status_t watch(int state, void *data, apr_pool_t *pool)
{
    if (state == AP_WATCHDOG_STATE_RUNNING) {
        look(data, pool, 0);
    }
    return APR_SUCCESS;
}

static void *APR_THREAD_FUNC watch_in_parent(apr_thread_t *thread, void *data)
{
    parent_thread *own = data;

    (void)thread;
    apr_setup_signal_thread();
    apr_thread_mutex_lock(own->mutex);
    while (!own->ends) {
        apr_thread_cond_timedwait(own->wake, own->mutex, PARENT_INTERVAL);
        apr_thread_mutex_unlock(own->mutex);
        cors_parent_look_begin();
        look(own->server, own->pool, 1);
        cors_parent_look_end();
        apr_thread_mutex_lock(own->mutex);
    }
    apr_thread_mutex_unlock(own->mutex);
    return NULL;
}

/* Before anything that the thread looks at goes with the configuration. */
static apr_status_t end_parent_thread(void *data)
{
    parent_thread *own = data;
    apr_status_t rv;

    if (own->process != getpid()) {
        return APR_SUCCESS;
    }
    apr_thread_mutex_lock(own->mutex);
    own->ends = 1;
    apr_thread_cond_signal(own->wake);
    apr_thread_mutex_unlock(own->mutex);
    apr_thread_join(&rv, own->thread);
    cors_parent_look_close();
    apr_pool_destroy(own->pool);
    return APR_SUCCESS;
}

static apr_status_t start_parent_thread(apr_pool_t *pconf,
                                        server_rec *server)
{
    apr_pool_t *pool;
    apr_status_t rv = apr_pool_create_unmanaged_ex(
        &pool, apr_pool_abort_get(pconf), NULL);
    parent_thread *own;

    if (rv != APR_SUCCESS) {
        return rv;
    }
    own = apr_pcalloc(pool, sizeof(*own));
    own->pool = pool;
    own->server = server;
    own->process = getpid();
    if ((rv = apr_thread_mutex_create(&own->mutex, APR_THREAD_MUTEX_DEFAULT,
                                      pool)) != APR_SUCCESS
        || (rv = apr_thread_cond_create(&own->wake, pool)) != APR_SUCCESS
        || (rv = apr_thread_create(&own->thread, NULL, watch_in_parent, own,
                                   pool)) != APR_SUCCESS) {
        apr_pool_destroy(pool);
        return rv;
    }
    apr_pool_pre_cleanup_register(pconf, own, end_parent_thread);
    return APR_SUCCESS;
}

/* As under -X, where the only child is this process and looks for itself. */
static int is_one_process(void)
{
    return ap_exists_config_define("DEBUG")
           || ap_exists_config_define("ONE_PROCESS");
}

apr_status_t cors_file_watch_start(apr_pool_t *pconf, server_rec *server)
{
    APR_OPTIONAL_FN_TYPE(ap_watchdog_get_instance) *get =
        APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_get_instance);
    APR_OPTIONAL_FN_TYPE(ap_watchdog_register_callback) *add =
        APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_register_callback);
    ap_watchdog_t *watchdog;
    apr_status_t rv;

    if (interval_of(server) == 0 || !get || !add) {
        return APR_SUCCESS;
    }
    rv = get(&watchdog, "cors_cookies", 0, 0, pconf);
    if (rv == APR_SUCCESS) {
        rv = add(watchdog, interval_of(server), server, watch);
    }
    if (rv == APR_SUCCESS) {
        cors_origin_lists_begin();
    }
    if (rv == APR_SUCCESS && !is_one_process()) {
        cors_readable_start();
        cors_parent_look_open(server->process->pool);
        rv = start_parent_thread(pconf, server);
    }
    return rv;
}

void cors_file_watch_child(apr_pool_t *pchild, server_rec *server)
{
    if (cors_origin_lists_may_change()) {
        cors_origin_lists_adopt();
        look(server, pchild, 0);
    }
}
