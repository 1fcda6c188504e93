/* SPDX-License-Identifier: Apache-2.0 */
#include <dlfcn.h>

#include "fakes.h"

#include <apr_shm.h>

#include "request/decision.h"
#include "shared/counters.h"
#include "report/record.h"
#include "report/status_html.h"

#define APP "CORSAllowOrigin https://app.example.com\n"
#define ORIGIN "Origin: https://app.example.com"
#define OTHER "Origin: https://other.example"

static int no_shared_memory;

/* APR's own, unless the test is about there being none. */
apr_status_t apr_shm_create(apr_shm_t **memory, apr_size_t size,
                            const char *file, apr_pool_t *pool)
{
    apr_status_t (*real)(apr_shm_t **, apr_size_t, const char *,
                         apr_pool_t *);

    if (no_shared_memory) {
        return APR_ENOSPC;
    }
    *(void **)&real = dlsym(RTLD_NEXT, "apr_shm_create");
    return real(memory, size, file, pool);
}

static int start(void)
{
    process_rec *process = apr_pcalloc(fake.pool, sizeof(*process));

    process->pool = fake.pool;
    fake.server->process = process;
    return ap_run_post_config(fake.pool, fake.pool, fake.pool, fake.server);
}

static int counters_setup(void **state)
{
    fakes_setup(state);
    fake_hooks_start();
    no_shared_memory = 0;
    return start();
}

#define COUNTERS_TEST(function) \
    cmocka_unit_test_setup_teardown(function, counters_setup, \
                                    fakes_teardown)

static void count_judgement(request_rec *r, const cors_policy *policy)
{
    cors_record_judgement(r, cors_decision_make(r, policy));
}

static void count(const char *headers)
{
    const cors_policy *policy = fake_policy(APP);
    request_rec *r = fake_request(policy, "GET", headers);

    count_judgement(r, policy);
}

static void judgements_are_counted_by_result_and_reason(void **state)
{
    (void)state;
    count(ORIGIN);
    count(ORIGIN);
    count(OTHER);
    count("Origin: null");
    count(NULL);                            /* no CORS request */
    assert_int_equal(cors_counters_result(CORS_ALL_HOSTS,
                                          CORS_RESULT_ALLOWED), 2);
    assert_int_equal(cors_counters_result(CORS_ALL_HOSTS,
                                          CORS_RESULT_DISALLOWED), 2);
    assert_int_equal(cors_counters_result(CORS_ALL_HOSTS,
                                          CORS_RESULT_NONE), 0);
    assert_int_equal(cors_counters_reason(CORS_ALL_HOSTS,
                                          CORS_REASON_OK), 2);
    assert_int_equal(cors_counters_reason(CORS_ALL_HOSTS,
                                          CORS_REASON_ORIGIN_NULL), 1);
    assert_int_equal(cors_counters_reason(CORS_ALL_HOSTS,
                                          CORS_REASON_ORIGIN_NOT_LISTED), 1);
}

static void each_host_counts_for_itself(void **state)
{
    unsigned one = cors_counters_host("one.example:80");
    unsigned two = cors_counters_host("two.example:80");

    (void)state;
    assert_int_not_equal(one, two);
    assert_int_equal(cors_counters_host("one.example:80"), one);
    cors_counters_add(one, CORS_RESULT_ALLOWED, CORS_REASON_OK);
    cors_counters_add(two, CORS_RESULT_ALLOWED, CORS_REASON_OK);
    cors_counters_add(two, CORS_RESULT_ALLOWED, CORS_REASON_OK);
    cors_counters_add(CORS_HOSTS, CORS_RESULT_ALLOWED, CORS_REASON_OK);
    assert_int_equal(cors_counters_result(one, CORS_RESULT_ALLOWED), 1);
    assert_int_equal(cors_counters_result(two, CORS_RESULT_ALLOWED), 2);
    assert_int_equal(cors_counters_result(CORS_HOSTS, CORS_RESULT_ALLOWED),
                     1);
    assert_int_equal(cors_counters_reason(CORS_ALL_HOSTS, CORS_REASON_OK),
                     4);
}

static void cookies_are_counted_where_they_may_come(void **state)
{
    (void)state;
    count(ORIGIN "\nCookie: sid=1");
    count(ORIGIN "\nCookie: sid=1");
    count(ORIGIN);
    count(OTHER "\nCookie: sid=1");
    assert_int_equal(cors_counters_cookie(CORS_ALL_HOSTS, 1), 2);
    assert_int_equal(cors_counters_cookie(CORS_ALL_HOSTS, 0), 1);
}

static void the_last_refusals_come_newest_first(void **state)
{
    cors_refusal refusals[CORS_REFUSALS];

    (void)state;
    count(ORIGIN);
    count(OTHER);
    count("Origin: null");
    assert_int_equal(cors_counters_refusals(refusals), 2);
    assert_string_equal(refusals[0].origin, "null");
    assert_string_equal(refusals[1].origin, "https://other.example");
    assert_string_equal(refusals[1].method, "GET");
    assert_string_equal(refusals[1].path, "/api/items");
    assert_int_equal(refusals[1].result, CORS_RESULT_DISALLOWED);
    assert_int_equal(refusals[1].reason, CORS_REASON_ORIGIN_NOT_LISTED);
    assert_int_equal(apr_time_sec(refusals[1].time), 1700000000);
}

static void the_ring_keeps_the_last_of_them(void **state)
{
    cors_refusal refusals[CORS_REFUSALS];
    int i;

    (void)state;
    for (i = 0; i < 100; i++) {
        count(apr_psprintf(fake.pool, "Origin: https://h%d.example", i));
    }
    assert_int_equal(cors_counters_refusals(refusals), CORS_REFUSALS);
    assert_string_equal(refusals[0].origin, "https://h99.example");
    assert_string_equal(refusals[CORS_REFUSALS - 1].origin,
                        "https://h68.example");
}

/* Whoever reads leaves each slot to the next. */
static void the_ring_can_be_read_and_written_again(void **state)
{
    cors_refusal refusals[CORS_REFUSALS];
    int round;

    (void)state;
    for (round = 1; round < 2 * CORS_REFUSALS; round++) {
        count(OTHER);
        assert_int_equal(cors_counters_refusals(refusals),
                         round < CORS_REFUSALS ? round : CORS_REFUSALS);
        assert_int_equal(cors_counters_refusals(refusals),
                         round < CORS_REFUSALS ? round : CORS_REFUSALS);
    }
}

static void long_texts_are_cut(void **state)
{
    cors_refusal refusals[CORS_REFUSALS];
    char *origin = apr_palloc(fake.pool, 1001);

    (void)state;
    memset(origin, 'a', 1000);
    origin[1000] = '\0';
    count(apr_pstrcat(fake.pool, "Origin: ", origin, NULL));
    assert_int_equal(cors_counters_refusals(refusals), 1);
    assert_int_equal(strlen(refusals[0].origin), CORS_REFUSAL_TEXT - 1);
}

static void of_a_whole_url_the_path_is_kept(void **state)
{
    const cors_policy *policy = fake_policy(APP);
    request_rec *r = fake_request(policy, "GET", OTHER);
    cors_refusal refusals[CORS_REFUSALS];
    char url[] = "http://alice:secret@api.example.com/file?token=secret";

    (void)state;
    r->unparsed_uri = url;
    assert_int_equal(apr_uri_parse(r->pool, url, &r->parsed_uri),
                     APR_SUCCESS);
    count_judgement(r, policy);
    assert_int_equal(cors_counters_refusals(refusals), 1);
    assert_string_equal(refusals[0].path, "/file");
}

static void what_was_never_read_is_counted(void **state)
{
    const cors_policy *policy = fake_policy(APP);
    request_rec *r = fake_request(policy, NULL, OTHER);
    cors_refusal refusals[CORS_REFUSALS];

    (void)state;
    r->unparsed_uri = NULL;
    count_judgement(r, policy);
    assert_int_equal(cors_counters_refusals(refusals), 1);
    assert_string_equal(refusals[0].method, "");
    assert_string_equal(refusals[0].path, "");
}

static void a_restart_keeps_the_counters(void **state)
{
    (void)state;
    count(OTHER);
    assert_int_equal(start(), OK);
    count(OTHER);
    assert_int_equal(cors_counters_result(CORS_ALL_HOSTS,
                                          CORS_RESULT_DISALLOWED), 2);
}

static void a_start_says_that_the_module_is_there(void **state)
{
    (void)state;
    EXPECT_PART("start", fake_log_text(APLOG_NOTICE), "mod_cors_cookies/");
    assert_string_equal(fake_log_text(APLOG_WARNING), "");
    assert_true(cors_counters_available());
}

/* httpd reads its configuration twice: once is enough. */
static void the_first_reading_is_silent(void **state)
{
    (void)state;
    fake.first_reading = 1;
    fake.log->nelts = 0;
    assert_int_equal(start(), OK);
    assert_int_equal(fake.log->nelts, 0);
}

static void an_old_httpd_is_warned_of(void **state)
{
    (void)state;
    fake.patch_level = 47;
    assert_int_equal(start(), OK);
    EXPECT_PART("2.4.47", fake_log_text(APLOG_WARNING), "before 2.4.48");
    fake.log->nelts = 0;
    fake.patch_level = 48;
    assert_int_equal(start(), OK);
    assert_string_equal(fake_log_text(APLOG_WARNING), "");
}

/* Requests are judged all the same; one warning says what is missing. */
static void without_shared_memory_nothing_is_counted(void **state)
{
    cors_refusal refusals[CORS_REFUSALS];

    fakes_teardown(state);
    fakes_setup(state);
    fake_hooks_start();
    no_shared_memory = 1;
    assert_int_equal(start(), OK);
    EXPECT_PART("warning", fake_log_text(APLOG_WARNING),
                "no shared memory");
    assert_null(strchr(fake_log_text(APLOG_WARNING), '\n'));
    assert_false(cors_counters_available());
    count(OTHER);
    assert_int_equal(cors_counters_result(CORS_ALL_HOSTS,
                                          CORS_RESULT_DISALLOWED), 0);
    assert_int_equal(cors_counters_reason(CORS_ALL_HOSTS,
                                          CORS_REASON_OK), 0);
    assert_int_equal(cors_counters_refusals(refusals), 0);
    cors_status_html_counters(fake_request(fake_policy(""), "GET", NULL));
    EXPECT_PART("page", fake.body, "No shared memory");
    /* The next restart may have more luck. */
    no_shared_memory = 0;
    assert_int_equal(start(), OK);
    assert_true(cors_counters_available());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        COUNTERS_TEST(judgements_are_counted_by_result_and_reason),
        COUNTERS_TEST(each_host_counts_for_itself),
        COUNTERS_TEST(cookies_are_counted_where_they_may_come),
        COUNTERS_TEST(the_last_refusals_come_newest_first),
        COUNTERS_TEST(the_ring_keeps_the_last_of_them),
        COUNTERS_TEST(the_ring_can_be_read_and_written_again),
        COUNTERS_TEST(long_texts_are_cut),
        COUNTERS_TEST(of_a_whole_url_the_path_is_kept),
        COUNTERS_TEST(what_was_never_read_is_counted),
        COUNTERS_TEST(a_restart_keeps_the_counters),
        COUNTERS_TEST(a_start_says_that_the_module_is_there),
        COUNTERS_TEST(the_first_reading_is_silent),
        COUNTERS_TEST(an_old_httpd_is_warned_of),
        COUNTERS_TEST(without_shared_memory_nothing_is_counted)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
