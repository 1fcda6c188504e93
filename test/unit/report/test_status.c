/* SPDX-License-Identifier: Apache-2.0 */
#include "status_page.h"

#include <mod_status.h>

#include "policy/server.h"

static void only_its_own_handler_is_served(void **state)
{
    (void)state;
    assert_int_equal(cors_status_handler(ask("GET", NULL, NULL)), DECLINED);
    assert_int_equal(cors_status_handler(ask("GET", "server-status", NULL)),
                     DECLINED);
    assert_int_equal(cors_status_handler(ask("GET", "cors-status", NULL)),
                     OK);
}

static void it_is_read_only(void **state)
{
    request_rec *r = ask("POST", "cors-status", NULL);

    (void)state;
    assert_int_equal(cors_status_handler(r), HTTP_METHOD_NOT_ALLOWED);
    assert_int_equal(r->allowed, AP_METHOD_BIT << M_GET);
}

static const char *line_of(const char *name, int count)
{
    return apr_psprintf(fake.pool, "%s: %d\n", name, count);
}

/* By virtual host; other programs read this. */
static void metrics_are_in_openmetrics_text(void **state)
{
    const char *text;

    (void)state;
    cors_server_of(fake.server)->counter =
        cors_counters_host("a\"b\\c:80");
    count_request("https://other.example", "/");
    count_request("https://app.example.com", "/");
    text = page("metrics");
    EXPECT_PART("type", text, "# TYPE cors_requests counter\n");
    EXPECT_PART("result", text, "\ncors_requests_total{vhost=\"a\\\"b"
                "\\\\c:80\",result=\"disallowed\"} 1\n");
    EXPECT_PART("reason", text, "\ncors_refusals_total{vhost=\"a\\\"b"
                "\\\\c:80\",reason=\"origin-not-listed\"} 1\n");
    assert_null(strstr(text, "reason=\"ok\""));
    EXPECT_PART("cookie", text, "cookie=\"with\"} 0\n");
    EXPECT_PART("cookie", text, "cookie=\"without\"} 1\n");
    EXPECT_PART("other", text, "{vhost=\"other\",result=\"allowed\"} 0\n");
    EXPECT_PART("start", text, "\ncors_start_time_seconds ");
    assert_string_equal(text + strlen(text) - 6, "# EOF\n");
}

static void auto_has_a_line_for_each_result_and_reason(void **state)
{
    const char *lines = "";
    int i;

    (void)state;
    count_request("https://other.example", "/");
    for (i = CORS_RESULT_NONE + 1; i < CORS_RESULT_COUNT; i++) {
        lines = apr_pstrcat(fake.pool, lines,
                            line_of(cors_result_name((cors_result)i),
                                    i == CORS_RESULT_DISALLOWED), NULL);
    }
    for (i = 0; i < CORS_REASON_COUNT; i++) {
        lines = apr_pstrcat(fake.pool, lines,
                            line_of(cors_reason_name((cors_reason)i),
                                    i == CORS_REASON_ORIGIN_NOT_LISTED),
                            NULL);
    }
    lines = apr_pstrcat(fake.pool, lines, line_of("with-cookie", 0),
                        line_of("without-cookie", 0), NULL);
    assert_string_equal(page("auto"), lines);
    EXPECT_PART("auto", lines, "\norigin-not-listed: 1\n");
}

static void texts_are_not_sniffed_nor_stored(void **state)
{
    static const struct {
        const char *arguments;
        const char *type;
    } rows[] = {
        { NULL, "text/html; charset=utf-8" },
        { "auto", "text/plain; charset=utf-8" },
        { "explain&url=/", "text/plain; charset=utf-8" }
    };
    size_t i;

    (void)state;
    fake.looked_up = fake_policy(APP);
    for (i = 0; i < LENGTH(rows); i++) {
        request_rec *r = ask("GET", "cors-status", rows[i].arguments);

        cors_status_handler(r);
        EXPECT_TEXT(rows[i].type, r->content_type, rows[i].type);
        EXPECT_TEXT(rows[i].type, apr_table_get(r->headers_out,
                                                "X-Content-Type-Options"),
                    "nosniff");
        EXPECT_TEXT(rows[i].type, apr_table_get(r->headers_out,
                                                "Cache-Control"),
                    "no-store");
    }
}

static void mod_status_gets_the_counters(void **state)
{
    request_rec *r = ask("GET", "server-status", NULL);

    (void)state;
    count_request("https://other.example", "/");
    assert_int_equal(cors_status_section(r, 0), OK);
    EXPECT_PART("page", fake.body, "<h2>CORS</h2>");
    fake.body = "";
    assert_int_equal(cors_status_section(r, AP_STATUS_SHORT), OK);
    EXPECT_PART("?auto", fake.body, "origin-not-listed: 1\n");
    assert_null(strchr(fake.body, '<'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STATUS_TEST(only_its_own_handler_is_served),
        STATUS_TEST(it_is_read_only),
        STATUS_TEST(metrics_are_in_openmetrics_text),
        STATUS_TEST(auto_has_a_line_for_each_result_and_reason),
        STATUS_TEST(texts_are_not_sniffed_nor_stored),
        STATUS_TEST(mod_status_gets_the_counters)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
