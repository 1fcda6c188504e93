/* SPDX-License-Identifier: Apache-2.0 */
#include <dlfcn.h>

#include "fakes.h"

#include "shared/counters.h"
#include "request/decision.h"

/*
 * A child that runs out of memory ends where it stands: httpd's pools call
 * their abort function. Whatever it shares with others, or its threads with
 * each other, must be whole at each of these places.
 */
static jmp_buf ended;
static int left = -1;               /* allocations until there is none */

void *apr_palloc(apr_pool_t *pool, apr_size_t size)
{
    static void *(*real)(apr_pool_t *, apr_size_t);

    if (!real) {
        *(void **)&real = dlsym(RTLD_NEXT, "apr_palloc");
    }
    if (left == 0) {
        apr_pool_abort_get(pool)(APR_ENOMEM);
    }
    left -= left > 0;
    return real(pool, size);
}

static int end_here(int status)
{
    left = -1;
    longjmp(ended, status);
}

static int allocation_setup(void **state)
{
    fakes_setup(state);
    fake_hooks_start();
    apr_pool_abort_set(end_here, fake.pool);
    return cors_counters_open(fake.pool);
}

#define ALLOCATION_TEST(function) \
    cmocka_unit_test_setup_teardown(function, allocation_setup, \
                                    fakes_teardown)

#define PREFLIGHT "\nAccess-Control-Request-Method: "

static const char lines[] =
    "CORSAllowOrigin https://app.example.com https://*.example.org\n"
    "CORSAllowOriginMatch https://shop-[0-9]+\\.example\\.net\n"
    "CORSAllowMethods *\n"
    "CORSAllowHeaders *\n"
    "CORSExposeHeaders *\n"
    "CORSCookieAttributes SameSite=None Secure Partitioned\n"
    "CORSDisallowedOrigin StripCredentials";

static const struct {
    const char *method;
    const char *headers;
    const char *result;
} requests[] = {
    { "GET", "Origin: https://app.example.com\nCookie: a=b", "allowed" },
    { "GET", "Origin: https://shop-1.example.net", "allowed" },
    { "POST", "Origin: https://app.example.com:8443\nCookie: a=b",
      "disallowed" },
    { "POST", "Origin: HTTPS://app.example.com/", "disallowed" },
    { "GET", "Origin: https://a.example.org\nSec-Fetch-Site: cross-site",
      "allowed" },
    { "OPTIONS", "Origin: https://app.example.com" PREFLIGHT "PUT\n"
      "Access-Control-Request-Headers: x-a, x-b", "preflight-allowed" },
    { "OPTIONS", "Origin: https://stranger.test" PREFLIGHT "PUT",
      "preflight-disallowed" }
};

/* From the first hook to the bytes on the network. */
static void serve(request_rec *r)
{
    ap_run_translate_name(r);
    if (ap_run_header_parser(r) == OK) {
        ap_run_fixups(r);
        ap_run_insert_filter(r);
        fake_headers_add(r->headers_out, "X-A: 1\nSet-Cookie: a=b\n"
                         "Set-Cookie: c=; Max-Age=0");
    }
    fake_send(r);
}

/* Serve one with so many allocations; 1 where that was enough. */
static int is_enough(const cors_policy *policy, size_t i, int allocations)
{
    request_rec *r = fake_request(policy, requests[i].method,
                                  requests[i].headers);

    if (setjmp(ended)) {
        return 0;
    }
    left = allocations;
    serve(r);
    left = -1;
    return 1;
}

static void expect_whole(const cors_policy *policy, size_t i)
{
    request_rec *r = fake_request(policy, requests[i].method,
                                  requests[i].headers);

    serve(r);
    EXPECT_TEXT(requests[i].headers,
                apr_table_get(r->subprocess_env, "CORS_RESULT"),
                requests[i].result);
}

static void a_request_may_end_at_every_allocation(void **state)
{
    const cors_policy *policy = fake_policy(lines);
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(requests); i++) {
        int allocations = 0;

        while (!is_enough(policy, i, allocations)) {
            expect_whole(policy, i);
            allocations++;
        }
        assert_true(allocations > 3);
    }
}

/* Nothing is allocated while a slot of the ring is locked. */
static void no_counter_is_lost_to_it(void **state)
{
    const cors_policy *policy = fake_policy(lines);
    cors_refusal refusals[CORS_REFUSALS];
    int allocations = 0, i;

    (void)state;
    while (!is_enough(policy, 2, allocations)) {
        allocations++;
    }
    for (i = 0; i < CORS_REFUSALS; i++) {
        expect_whole(policy, 2);
    }
    assert_int_equal(cors_counters_refusals(refusals), CORS_REFUSALS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ALLOCATION_TEST(a_request_may_end_at_every_allocation),
        ALLOCATION_TEST(no_counter_is_lost_to_it)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
