/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include <apr_atomic.h>
#include <pthread.h>

#include "request/answer.h"
#include "shared/counters.h"
#include "report/record.h"

/*
 * Many threads, one policy, as in a child of the event MPM. Under `make
 * tsan` a write to what they share ends the program.
 *
 * APR's atomic operations are built without the sanitizer, which would not
 * see what they order: these are the same.
 */
#ifdef __SANITIZE_THREAD__
apr_uint32_t apr_atomic_read32(volatile apr_uint32_t *at)
{
    return __atomic_load_n(at, __ATOMIC_SEQ_CST);
}

void apr_atomic_set32(volatile apr_uint32_t *at, apr_uint32_t value)
{
    __atomic_store_n(at, value, __ATOMIC_SEQ_CST);
}

apr_uint32_t apr_atomic_inc32(volatile apr_uint32_t *at)
{
    return __atomic_fetch_add(at, 1, __ATOMIC_SEQ_CST);
}

apr_uint32_t apr_atomic_xchg32(volatile apr_uint32_t *at, apr_uint32_t value)
{
    return __atomic_exchange_n(at, value, __ATOMIC_SEQ_CST);
}

apr_uint32_t apr_atomic_cas32(volatile apr_uint32_t *at, apr_uint32_t with,
                              apr_uint32_t compare)
{
    __atomic_compare_exchange_n(at, &compare, with, 0, __ATOMIC_SEQ_CST,
                                __ATOMIC_SEQ_CST);
    return compare;
}
#endif

enum { THREADS = 8, ROUNDS = 500 };

#define PREFLIGHT "\nAccess-Control-Request-Method: "

static const char lines[] =
    "CORSAllowOrigin https://app.example.com https://*.example.org:* "
    "!https://old.example.org\n"
    "CORSAllowOriginMatch https?://shop-[0-9]+\\.example\\.net\n"
    "CORSAllowMethods PUT DELETE\n"
    "CORSAllowHeaders *\n"
    "CORSExposeHeaders *\n"
    "CORSDisallowedOrigin Deny";

static const struct {
    const char *method;
    const char *headers;
    cors_result result;
    cors_reason reason;
} requests[] = {
    { "GET", "Origin: https://app.example.com", CORS_RESULT_ALLOWED,
      CORS_REASON_OK },
    { "GET", "Origin: https://a.b.example.org:8443", CORS_RESULT_ALLOWED,
      CORS_REASON_OK },
    { "GET", "Origin: https://shop-7.example.net", CORS_RESULT_ALLOWED,
      CORS_REASON_OK },
    { "GET", "Origin: http://shop-7.example.net", CORS_RESULT_DISALLOWED,
      CORS_REASON_ORIGIN_INSECURE },
    { "GET", "Origin: https://old.example.org", CORS_RESULT_DISALLOWED,
      CORS_REASON_ORIGIN_EXCLUDED },
    { "GET", "Origin: https://stranger.test", CORS_RESULT_DISALLOWED,
      CORS_REASON_ORIGIN_NOT_LISTED },
    { "POST", "Origin: https://stranger.test\nSec-Fetch-Site: same-origin",
      CORS_RESULT_SAME_ORIGIN, CORS_REASON_OK },
    { "OPTIONS", "Origin: https://app.example.com" PREFLIGHT "PUT\n"
      "Access-Control-Request-Headers: x-a,x-b",
      CORS_RESULT_PREFLIGHT_ALLOWED, CORS_REASON_OK },
    { "OPTIONS", "Origin: https://app.example.com" PREFLIGHT "PATCH",
      CORS_RESULT_PREFLIGHT_DISALLOWED, CORS_REASON_METHOD_NOT_LISTED }
};

typedef struct shared {
    const cors_policy *policy;
    const cors_policy *unsafe;      /* logs once */
    server_rec *server;
} shared;

/* One request, all the way; 1 where its judgement is what it should be. */
static int request_is_right(const cors_policy *policy, size_t i)
{
    request_rec *r = fake_request(policy, requests[i].method,
                                  requests[i].headers);
    cors_request *request = cors_decision_make(r, policy);

    cors_record_judgement(r, request);
    cors_answer_write(r, request);
    return request->decision->result == requests[i].result
           && request->decision->reason == requests[i].reason;
}

/* cmocka's assertions belong to the first thread: count instead. */
static void *serve(void *data)
{
    const shared *with = data;
    intptr_t wrong = 0;
    size_t round, i;

    fakes_thread_start(with->server);
    for (round = 0; round < ROUNDS; round++) {
        cors_refusal refusals[CORS_REFUSALS];
        request_rec *r;

        for (i = 0; i < LENGTH(requests); i++) {
            wrong += !request_is_right(with->policy, i);
        }
        r = fake_request(with->unsafe, "GET", "Origin: https://a.example");
        cors_record_change(r, cors_decision_make(r, with->unsafe));
        if (round % 50 == 0) {
            cors_counters_refusals(refusals);
        }
    }
    fakes_thread_end();
    return (void *)wrong;
}

static void threads_share_a_policy(void **state)
{
    pthread_t threads[THREADS];
    shared with = { fake_policy(lines), NULL, fake.server };
    void *wrong;
    int i;

    (void)state;
    with.unsafe = fake_merged(
        fake_policy("CORSAllowOrigin *\nCORSAllowCredentials Off"),
        fake_policy("CORSAllowCredentials On"));
    assert_int_equal(cors_counters_open(fake.pool), APR_SUCCESS);
    for (i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, serve, &with), 0);
    }
    for (i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_int_equal((intptr_t)wrong, 0);
    }
    assert_int_equal(cors_counters_result(CORS_ALL_HOSTS,
                                          CORS_RESULT_ALLOWED),
                     3 * ROUNDS * THREADS);
    assert_int_equal(cors_counters_result(CORS_ALL_HOSTS,
                                          CORS_RESULT_DISALLOWED),
                     3 * ROUNDS * THREADS);
    assert_int_equal(cors_counters_reason(CORS_ALL_HOSTS,
                                          CORS_REASON_METHOD_NOT_LISTED),
                     ROUNDS * THREADS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(threads_share_a_policy)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
