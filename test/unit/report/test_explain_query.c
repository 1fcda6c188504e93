/* SPDX-License-Identifier: Apache-2.0 */
#include "store_case.h"

#include "report/status.h"

static cors_policy *place;

static int explain_start(void **state)
{
    store_start(state);
    place = fake_policy("CORSAllowOriginQuery \"SELECT o FROM t WHERE "
                        "o = %s\" Origin");
    fake.looked_up = place;
    return 0;
}

#define EXPLAIN_TEST(function) \
    cmocka_unit_test_setup_teardown(function, explain_start, fakes_teardown)

static const char *explain(const char *origin, const char *more)
{
    request_rec *r = fake_request(fake_policy(""), "GET", NULL);

    fake.body = "";
    database.opened = 0;
    r->hostname = "api.example.com";
    r->handler = "cors-status";
    r->args = apr_pstrcat(fake.pool, "explain&url=/a&origin=", origin, more,
                          NULL);
    assert_int_equal(cors_status_handler(r), OK);
    return fake.body;
}

static void it_says_where_the_answer_is_from(void **state)
{
    const char *query_line = "Query: conf/httpd.conf:1\n";

    (void)state;
    EXPECT_PART("asked", explain(APP, ""), query_line);
    EXPECT_PART("asked before", explain(OTHER, ""), "Store: asked\n");
    clock_now += 12 * SECOND;
    EXPECT_PART("fresh", explain(APP, ""), "\nStore: fresh 48 s\n");
    fail_from_now_on(FAKE_NO_CONNECTION);
    clock_now += 128 * SECOND;
    EXPECT_PART("stale", explain(APP, ""), "\nStore: stale 80 s\n");
    EXPECT_PART("stale", fake.body, "\nResult: allowed\n");
    EXPECT_PART("unavailable", explain("https://third.example", ""),
                "\nStore: unavailable\n");
    EXPECT_PART("unavailable", fake.body,
                "\nReason: origin-store-unavailable\n");
}

static void it_says_what_would_be_sent(void **state)
{
    (void)state;
    fail_from_now_on(FAKE_NO_CONNECTION);
    EXPECT_PART("preflight", explain(APP, "&method=PUT"), "\nStatus: 503\n");
    place->settings[CORS_DISALLOWED] = CORS_DENY;
    EXPECT_PART("denied", explain(APP, ""), "\nEnforced: Deny\n");
    EXPECT_PART("denied", fake.body, "\nStatus: 503\n");
}

static void without_a_question_nothing_is_said(void **state)
{
    (void)state;
    assert_null(strstr(explain("null", ""), "Store:"));
    assert_null(strstr(explain("https://app.example.com/", ""), "Query:"));
    assert_int_equal(database.opened, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXPLAIN_TEST(it_says_where_the_answer_is_from),
        EXPLAIN_TEST(it_says_what_would_be_sent),
        EXPLAIN_TEST(without_a_question_nothing_is_said)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
