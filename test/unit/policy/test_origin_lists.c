/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include <pthread.h>

#include "policy/origin_lists.h"

/*
 * Lists that take each other's place while threads judge by them. Every piece
 * of a list's memory is freed with it (fakes_pool.c), so that the sanitizers
 * see who reads what is no longer there.
 */

static cors_origin_list *make_list(const char *text)
{
    cors_place place = { "origins.txt", 1 };
    cors_origin_list *list = cors_origin_list_create(NULL, "origins.txt");

    list->set = cors_origin_set_create(list->pool, list->path, 2);
    for (; text; text = strchr(text, ' ')) {
        char *word;

        text += *text == ' ';
        word = apr_pstrmemdup(list->pool, text, strcspn(text, " "));
        if (cors_origin_set_add(list->set, word, strlen(word), place)
            != CORS_FLAW_NONE) {
            return NULL;
        }
    }
    return list;
}

static const cors_policy *policy_of(const char *text)
{
    cors_policy *policy = fake_policy("CORSAllowCredentials On");
    cors_origin_list *list = make_list(text);

    cors_origin_lists_add(fake.pool, list);
    policy->origins = cors_origins_create(fake.pool, policy->place);
    policy->origins_section = policy;
    cors_origins_add_file(policy->origins, list);
    cors_origin_lists_begin();
    return policy;
}

static void publish(const char *text)
{
    cors_origin_lists *lists = cors_origin_lists_prepare();

    lists->lists[0] = make_list(text);
    cors_origin_lists_publish(lists);
}

#define A "https://a.example.com"
#define B "https://b.example.com"

static cors_reason judge(const cors_policy *policy, const char *origin)
{
    return fake_judge(policy, origin, strlen(origin));
}

static void what_a_file_brings_holds_at_once(void **state)
{
    const cors_policy *policy = policy_of(A " " B);

    (void)state;
    assert_int_equal(judge(policy, A), CORS_REASON_OK);
    publish(A " " B " !" B);
    assert_int_equal(judge(policy, A), CORS_REASON_OK);
    assert_int_equal(judge(policy, B), CORS_REASON_ORIGIN_EXCLUDED);
    publish("https://*.example.com");
    assert_int_equal(judge(policy, B), CORS_REASON_OK);
    publish(A);
    assert_int_equal(judge(policy, B), CORS_REASON_ORIGIN_NOT_LISTED);
    /* What no section was checked with allows nobody all the same. */
    publish(A " http://c.example.com");
    assert_int_equal(judge(policy, A), CORS_REASON_POLICY_INVALID);
}

static int has(const cors_origin_lists *lists, const char *origin)
{
    return cors_origin_set_has(lists->lists[0]->set, origin, strlen(origin));
}

static void who_stays_reads_what_he_entered(void **state)
{
    const cors_origin_lists *first, *third;

    (void)state;
    policy_of(A);
    first = cors_origin_lists_enter();
    publish(B);
    publish(A " " B);
    third = cors_origin_lists_enter();
    publish(B);
    assert_true(has(first, A));
    assert_false(has(first, B));
    assert_true(has(third, A));
    assert_true(has(third, B));
    cors_origin_lists_leave(first);
    publish(A);
    assert_true(has(third, B));
    cors_origin_lists_leave(third);
    cors_origin_lists_sweep();
}

/* Nobody waits, and what was prepared in vain leaves nothing behind. */
static void what_is_not_published_is_nobodys(void **state)
{
    cors_origin_lists *lists;
    cors_origin_list *list;

    (void)state;
    assert_null(cors_origin_lists_prepare());
    assert_null(cors_origin_lists_enter());
    cors_origin_lists_leave(NULL);
    policy_of(A);
    lists = cors_origin_lists_prepare();
    list = make_list(B);
    lists->lists[0] = list;
    cors_origin_list_destroy(list);
    lists = cors_origin_lists_prepare();
    assert_true(has(lists, A));
    cors_origin_lists_publish(lists);
    lists = (cors_origin_lists *)cors_origin_lists_enter();
    assert_true(has(lists, A));
    cors_origin_lists_leave(lists);
}

/* As many versions as somebody reads, and one to be prepared. */
static void versions_are_used_again(void **state)
{
    const void *seen[4] = { NULL };
    int i, k, count = 0;

    (void)state;
    policy_of(A);
    for (i = 0; i < 1000; i++) {
        const void *version;

        publish(i % 2 ? A : B);
        version = cors_origin_lists_enter();
        cors_origin_lists_leave(version);
        for (k = 0; k < count && seen[k] != version; k++) {
        }
        if (k == count) {
            assert_true(count < 3);
            seen[count++] = version;
        }
    }
}

static void the_configuration_takes_all_with_it(void **state)
{
    apr_pool_t *pool;

    (void)state;
    apr_pool_create(&pool, fake.pool);
    cors_origin_lists_add(pool, make_list(A));
    assert_non_null(cors_origin_lists_find("origins.txt"));
    assert_null(cors_origin_lists_find("others.txt"));
    cors_origin_lists_begin();
    apr_pool_destroy(pool);
    assert_null(cors_origin_lists_find("origins.txt"));
    assert_false(cors_origin_lists_may_change());
    assert_null(cors_origin_lists_enter());
}

/* Threads that judge while lists change. */
typedef struct shared {
    const cors_policy *policy;
    server_rec *server;
    pthread_barrier_t barrier;
    int stop;
} shared;

enum { READERS = 4, CHANGES = 300 };

/* In every list either A stands or B excludes it: never both, never none. */
static void *judge_on(void *data)
{
    shared *with = data;
    intptr_t wrong = 0;

    fakes_thread_start(with->server);
    while (!__atomic_load_n(&with->stop, __ATOMIC_RELAXED)) {
        cors_reason reason = judge(with->policy, A);

        wrong += reason != CORS_REASON_OK
                 && reason != CORS_REASON_ORIGIN_EXCLUDED;
        wrong += judge(with->policy, B) != CORS_REASON_OK;
    }
    fakes_thread_end();
    return (void *)wrong;
}

/* It stands still over three changes, and then reads on. */
static void *pause_over_changes(void *data)
{
    shared *with = data;
    const cors_origin_lists *lists = cors_origin_lists_enter();
    intptr_t wrong;

    pthread_barrier_wait(&with->barrier);
    pthread_barrier_wait(&with->barrier);
    wrong = !has(lists, A) || has(lists, B);
    cors_origin_lists_leave(lists);
    return (void *)wrong;
}

static void a_thread_is_paused_over_three_changes(void **state)
{
    shared with = { policy_of(A), fake.server, { { 0 } }, 0 };
    pthread_t thread;
    void *wrong;

    (void)state;
    pthread_barrier_init(&with.barrier, NULL, 2);
    assert_int_equal(pthread_create(&thread, NULL, pause_over_changes, &with),
                     0);
    pthread_barrier_wait(&with.barrier);
    publish(B);
    publish(A " " B);
    publish(B);
    pthread_barrier_wait(&with.barrier);
    assert_int_equal(pthread_join(thread, &wrong), 0);
    assert_int_equal((intptr_t)wrong, 0);
    pthread_barrier_destroy(&with.barrier);
    cors_origin_lists_sweep();
}

static void threads_judge_while_lists_change(void **state)
{
    shared with = { policy_of(A " " B), fake.server, { { 0 } }, 0 };
    pthread_t threads[READERS];
    void *wrong;
    int i;

    (void)state;
    for (i = 0; i < READERS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, judge_on, &with),
                         0);
    }
    for (i = 0; i < CHANGES; i++) {
        publish(i % 2 ? A " " B : "https://*.example.com !" A);
    }
    __atomic_store_n(&with.stop, 1, __ATOMIC_RELAXED);
    for (i = 0; i < READERS; i++) {
        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_int_equal((intptr_t)wrong, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(what_a_file_brings_holds_at_once),
        FAKES_TEST(who_stays_reads_what_he_entered),
        FAKES_TEST(what_is_not_published_is_nobodys),
        FAKES_TEST(versions_are_used_again),
        FAKES_TEST(the_configuration_takes_all_with_it),
        FAKES_TEST(a_thread_is_paused_over_three_changes),
        FAKES_TEST(threads_judge_while_lists_change)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
