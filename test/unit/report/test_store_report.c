/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include <unistd.h>

#include "shared/counters.h"
#include "shared/store.h"
#include "report/status.h"
#include "report/store_report.h"

static int report_setup(void **state)
{
    process_rec *process;

    fakes_setup(state);
    process = apr_pcalloc(fake.pool, sizeof(*process));
    process->pool = fake.pool;
    fake.server->process = process;
    return cors_counters_open(fake.pool)
           || cors_store_register(fake.pool, fake.pool, fake.pool);
}

#define REPORT_TEST(function) \
    cmocka_unit_test_setup_teardown(function, report_setup, fakes_teardown)

static void start_store(void)
{
    assert_int_equal(cors_store_open(fake.server, 1, apr_time_now()),
                     APR_SUCCESS);
}

/* Count n of the n-th kind, from 1. */
static void count_all(void)
{
    int i, n;

    for (i = 0; i < CORS_STORE_COUNTS; i++) {
        for (n = 0; n <= i; n++) {
            cors_store_add((cors_store_count)i);
        }
    }
}

static void close_gate(void)
{
    cors_store *store = cors_store_lock();
    int seat, closed;
    apr_time_t since;

    assert_non_null(store);
    cors_gate_enter(&store->gates, 0, apr_time_now(), getpid(), &seat,
                    &closed);
    cors_gate_leave(&store->gates, seat, CORS_GATE_FAILED, apr_time_now(),
                    &since);
    cors_store_unlock();
}

static const char *page(const char *arguments)
{
    request_rec *r = fake_request(fake_policy(""), "GET", NULL);

    fake.body = "";
    r->handler = "cors-status";
    r->args = apr_pstrdup(fake.pool, arguments);
    assert_int_equal(cors_status_handler(r), OK);
    return fake.body;
}

static void without_a_query_nothing_is_said(void **state)
{
    (void)state;
    assert_null(strstr(page("auto"), "Store"));
    assert_null(strstr(page("metrics"), "cors_store"));
    assert_null(strstr(page(""), "Databases"));
}

static void auto_has_a_line_each(void **state)
{
    (void)state;
    start_store();
    count_all();
    EXPECT_PART("open", page("auto"), "StoreQuestions: 1\n"
                "StoreFailures: 2\nStoreNotAsked: 3\nStoreOverRate: 4\n"
                "StoreCacheHits: 5\nStoreCacheMisses: 6\nStoreStale: 7\n"
                "StoreState: open\n");
    close_gate();
    EXPECT_PART("closed", page("auto"), "\nStoreState: closed\n");
}

static void lines_may_have_a_prefix(void **state)
{
    request_rec *r = fake_request(fake_policy(""), "GET", NULL);

    (void)state;
    start_store();
    fake.body = "";
    cors_store_report_lines(r, "CORS-");
    EXPECT_PART("first", fake.body, "CORS-StoreQuestions: 0\nCORS-");
    EXPECT_PART("last", fake.body, "\nCORS-StoreState: open\n");
}

static void metrics_are_counters_and_a_gauge(void **state)
{
    static const char *const names[] = {
        "questions", "failures", "not_asked", "over_rate", "cache_hits",
        "cache_misses", "stale"
    };
    const char *text;
    size_t i;

    (void)state;
    start_store();
    count_all();
    text = page("metrics");
    for (i = 0; i < LENGTH(names); i++) {
        EXPECT_PART(names[i], text,
                    apr_psprintf(fake.pool, "# TYPE cors_store_%s counter\n",
                                 names[i]));
        EXPECT_PART(names[i], text,
                    apr_psprintf(fake.pool, "\ncors_store_%s_total %d\n",
                                 names[i], (int)i + 1));
    }
    EXPECT_PART("open", text, "# TYPE cors_store_open gauge\n");
    EXPECT_PART("open", text, "\ncors_store_open 1\n");
    close_gate();
    EXPECT_PART("closed", page("metrics"), "\ncors_store_open 0\n");
}

static void the_page_has_them_in_words(void **state)
{
    const char *text;

    (void)state;
    start_store();
    count_all();
    text = page("");
    EXPECT_PART("open", text, "<p class=\"good\">They answer, as far as they "
                "were asked.</p>");
    EXPECT_PART("count", text, "<code>StoreStale</code></td>"
                "<td class=\"count\">7</td>");
    close_gate();
    EXPECT_PART("closed", page(""), "<p class=\"bad\">Closed: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        REPORT_TEST(without_a_query_nothing_is_said),
        REPORT_TEST(auto_has_a_line_each),
        REPORT_TEST(lines_may_have_a_prefix),
        REPORT_TEST(metrics_are_counters_and_a_gauge),
        REPORT_TEST(the_page_has_them_in_words)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
