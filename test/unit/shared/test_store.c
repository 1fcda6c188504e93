/* SPDX-License-Identifier: Apache-2.0 */
#include <dlfcn.h>

#include "fakes.h"

#include <apr_global_mutex.h>
#include <apr_shm.h>
#include <unistd.h>

#include "shared/store.h"

#define RATE 7

/* What APR has none of; NOTHING: all is there. */
static enum { NOTHING, MEMORY, MUTEX, CHILD, LOCK } missing;
static int locked;

#define REAL(function, name) *(void **)&(function) = dlsym(RTLD_NEXT, name)

apr_status_t apr_shm_create(apr_shm_t **memory, apr_size_t size,
                            const char *file, apr_pool_t *pool)
{
    apr_status_t (*real)(apr_shm_t **, apr_size_t, const char *,
                         apr_pool_t *);

    REAL(real, "apr_shm_create");
    return missing == MEMORY ? APR_ENOSPC : real(memory, size, file, pool);
}

apr_status_t apr_global_mutex_create(apr_global_mutex_t **mutex,
                                     const char *name,
                                     apr_lockmech_e mechanism,
                                     apr_pool_t *pool)
{
    apr_status_t (*real)(apr_global_mutex_t **, const char *, apr_lockmech_e,
                         apr_pool_t *);

    REAL(real, "apr_global_mutex_create");
    return missing == MUTEX ? APR_ENOLOCK : real(mutex, name, mechanism,
                                                 pool);
}

apr_status_t apr_global_mutex_child_init(apr_global_mutex_t **mutex,
                                         const char *name, apr_pool_t *pool)
{
    apr_status_t (*real)(apr_global_mutex_t **, const char *, apr_pool_t *);

    REAL(real, "apr_global_mutex_child_init");
    return missing == CHILD ? APR_EACCES : real(mutex, name, pool);
}

apr_status_t apr_global_mutex_lock(apr_global_mutex_t *mutex)
{
    apr_status_t (*real)(apr_global_mutex_t *);

    if (missing == LOCK) {
        return APR_EINVAL;
    }
    locked++;
    REAL(real, "apr_global_mutex_lock");
    return real(mutex);
}

apr_status_t apr_global_mutex_unlock(apr_global_mutex_t *mutex)
{
    apr_status_t (*real)(apr_global_mutex_t *);

    locked--;
    REAL(real, "apr_global_mutex_unlock");
    return real(mutex);
}

/* As httpd starts, and starts again: the module is loaded anew. */
static apr_status_t start(void)
{
    assert_int_equal(cors_store_register(fake.pool, fake.pool, fake.pool),
                     OK);
    assert_false(cors_store_is_there());
    return cors_store_open(fake.server, RATE, apr_time_from_sec(100));
}

static int store_setup(void **state)
{
    process_rec *process;

    fakes_setup(state);
    missing = NOTHING;
    locked = 0;
    process = apr_pcalloc(fake.pool, sizeof(*process));
    process->pool = fake.pool;
    fake.server->process = process;
    return 0;
}

static int store_teardown(void **state)
{
    assert_int_equal(locked, 0);
    return fakes_teardown(state);
}

#define STORE_TEST(function) \
    cmocka_unit_test_setup_teardown(function, store_setup, store_teardown)

/* Take all the budget; returns how much it was. */
static int spend(void)
{
    cors_store *store = cors_store_lock();
    int count = 0;

    assert_non_null(store);
    while (cors_budget_take(&store->budget, RATE, apr_time_from_sec(100))) {
        count++;
    }
    cors_store_unlock();
    return count;
}

/* Close a gate as a question that fails does; its seat is given back. */
static void close_gate(void)
{
    cors_store *store = cors_store_lock();
    apr_time_t since;
    int seat, closed;

    assert_non_null(store);
    assert_int_equal(cors_gate_enter(&store->gates, 3, 5, getpid(), &seat,
                                     &closed), CORS_GATE_ENTERED);
    assert_int_equal(cors_gate_leave(&store->gates, seat, CORS_GATE_FAILED,
                                     6, &since), CORS_GATE_CLOSES);
    cors_store_unlock();
}

static void without_a_query_nothing_is_there(void **state)
{
    (void)state;
    assert_int_equal(cors_store_register(fake.pool, fake.pool, fake.pool),
                     OK);
    assert_int_equal(cors_store_start_child(fake.pool), APR_SUCCESS);
    assert_false(cors_store_is_there());
    assert_false(cors_store_is_open());
    assert_null(cors_store_lock());
    cors_store_add(CORS_STORE_QUESTIONS);
    assert_int_equal(cors_store_read(CORS_STORE_QUESTIONS), 0);
}

static void a_start_opens_gates_and_fills_the_budget(void **state)
{
    (void)state;
    assert_int_equal(start(), APR_SUCCESS);
    assert_true(cors_store_is_there());
    assert_true(cors_store_is_open());
    assert_int_equal(spend(), 10 * RATE);
    close_gate();
    assert_false(cors_store_is_open());
}

static void a_restart_keeps_counts_and_begins_anew(void **state)
{
    (void)state;
    assert_int_equal(start(), APR_SUCCESS);
    cors_store_add(CORS_STORE_STALE);
    cors_store_add(CORS_STORE_STALE);
    cors_store_add(CORS_STORE_FAILURES);
    close_gate();
    spend();

    assert_int_equal(start(), APR_SUCCESS);
    assert_int_equal(cors_store_read(CORS_STORE_STALE), 2);
    assert_int_equal(cors_store_read(CORS_STORE_FAILURES), 1);
    assert_int_equal(cors_store_read(CORS_STORE_QUESTIONS), 0);
    assert_true(cors_store_is_open());
    assert_int_equal(spend(), 10 * RATE);
}

/* Of 64 threads eight sit, and sixteen are left to all others. */
static void as_many_wait_as_leave_a_quarter(void **state)
{
    (void)state;
    assert_int_equal(start(), APR_SUCCESS);
    assert_int_equal(cors_store_lock()->gates.chairs_count, 40);
    cors_store_unlock();
}

/* Old children ask on while new ones begin: with one lock. */
static void a_restart_keeps_the_lock(void **state)
{
    (void)state;
    assert_int_equal(start(), APR_SUCCESS);
    missing = MUTEX;
    assert_int_equal(start(), APR_SUCCESS);
}

static void what_is_missing_is_said(void **state)
{
    (void)state;
    missing = MUTEX;
    assert_int_equal(start(), APR_ENOLOCK);
    assert_false(cors_store_is_there());
    missing = MEMORY;
    assert_int_equal(start(), APR_ENOSPC);
    assert_false(cors_store_is_there());
    missing = LOCK;
    assert_int_equal(start(), APR_EGENERAL);
    assert_false(cors_store_is_there());
    missing = NOTHING;
    assert_int_equal(start(), APR_SUCCESS);
}

static void a_child_without_the_lock_asks_nobody(void **state)
{
    (void)state;
    assert_int_equal(start(), APR_SUCCESS);
    missing = CHILD;
    assert_int_equal(cors_store_start_child(fake.pool), APR_EACCES);
    assert_false(cors_store_is_there());
    assert_null(cors_store_lock());
}

/* A child may have the number of one that died with a question. */
static void a_child_frees_the_seats_of_its_number(void **state)
{
    cors_store *store;
    int seat, closed, i;

    (void)state;
    assert_int_equal(start(), APR_SUCCESS);
    store = cors_store_lock();
    for (i = 0; i < CORS_SEATS; i++) {
        cors_gate_enter(&store->gates, 0, 5, getpid(), &seat, &closed);
    }
    assert_int_equal(cors_gate_enter(&store->gates, 0, 5, getpid(), &seat,
                                     &closed), CORS_GATE_FULL);
    cors_store_unlock();
    assert_int_equal(cors_store_start_child(fake.pool), APR_SUCCESS);
    store = cors_store_lock();
    assert_int_equal(cors_gate_enter(&store->gates, 0, 5, getpid(), &seat,
                                     &closed), CORS_GATE_ENTERED);
    cors_store_unlock();
}

/* What cannot be locked is not known to be open. */
static void without_the_lock_it_is_not_open(void **state)
{
    (void)state;
    assert_int_equal(start(), APR_SUCCESS);
    missing = LOCK;
    assert_null(cors_store_lock());
    assert_false(cors_store_is_open());
    assert_int_equal(cors_store_start_child(fake.pool), APR_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(without_a_query_nothing_is_there),
        STORE_TEST(a_start_opens_gates_and_fills_the_budget),
        STORE_TEST(a_restart_keeps_counts_and_begins_anew),
        STORE_TEST(as_many_wait_as_leave_a_quarter),
        STORE_TEST(a_restart_keeps_the_lock),
        STORE_TEST(what_is_missing_is_said),
        STORE_TEST(a_child_without_the_lock_asks_nobody),
        STORE_TEST(a_child_frees_the_seats_of_its_number),
        STORE_TEST(without_the_lock_it_is_not_open)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
