/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include <mod_status.h>
#include <unistd.h>

#include "shared/counters.h"
#include "policy/server.h"
#include "report/record.h"
#include "report/status.h"
#include "request/decision.h"

#define APP "CORSAllowOrigin https://app.example.com\n"

static int status_setup(void **state)
{
    fakes_setup(state);
    return cors_counters_open(fake.pool);
}

#define STATUS_TEST(function) \
    cmocka_unit_test_setup_teardown(function, status_setup, fakes_teardown)

static request_rec *ask(const char *method, const char *handler,
                        const char *arguments)
{
    request_rec *r = fake_request(fake_policy(""), method, NULL);

    fake.body = "";
    r->handler = handler;
    r->args = apr_pstrdup(fake.pool, arguments);
    return r;
}

static const char *page(const char *arguments)
{
    request_rec *r = ask("GET", "cors-status", arguments);

    assert_int_equal(cors_status_handler(r), OK);
    return fake.body;
}

static void count_refusal(const char *origin, const char *uri)
{
    const cors_policy *policy = fake_policy(APP);
    request_rec *r = fake_request(policy, "GET", NULL);

    apr_table_setn(r->headers_in, "Origin", origin);
    r->unparsed_uri = apr_pstrdup(fake.pool, uri);
    cors_record_judgement(r, cors_decision_make(r, policy));
}

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
    count_refusal("https://other.example", "/");
    text = page("metrics");
    EXPECT_PART("type", text, "# TYPE cors_requests counter\n");
    EXPECT_PART("result", text, "\ncors_requests_total{vhost=\"a\\\"b"
                "\\\\c:80\",result=\"disallowed\"} 1\n");
    EXPECT_PART("reason", text, "\ncors_refusals_total{vhost=\"a\\\"b"
                "\\\\c:80\",reason=\"origin-not-listed\"} 1\n");
    assert_null(strstr(text, "reason=\"ok\""));
    EXPECT_PART("cookie", text, "cookie=\"with\"} 0\n");
    EXPECT_PART("other", text, "{vhost=\"other\",result=\"allowed\"} 0\n");
    EXPECT_PART("start", text, "\ncors_start_time_seconds ");
    assert_string_equal(text + strlen(text) - 6, "# EOF\n");
}

static void auto_has_a_line_for_each_result_and_reason(void **state)
{
    const char *lines = "";
    int i;

    (void)state;
    count_refusal("https://other.example", "/");
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

static void the_page_shows_counters_refusals_and_policies(void **state)
{
    const char *text;

    (void)state;
    fake_policy("CORSAllowOrigin https://shown.example");
    count_refusal("https://stranger.example", "/x");
    text = page(NULL);
    EXPECT_PART("counters", text, "origin-not-listed");
    EXPECT_PART("refusals", text, "https://stranger.example");
    EXPECT_PART("refusals", text, "<code>conf/<wbr>httpd.conf:1</code>");
    EXPECT_PART("refusals", text, " low=\"0\" high=\"0\" optimum=\"0\">");
    EXPECT_PART("policies", text, "https://shown.example");
    EXPECT_PART("policies", text, "&lt;Location &quot;/api&quot;&gt;");
    EXPECT_PART("policies", text, "conf/httpd.conf:1");
    EXPECT_PART("end", text, "</html>");
}

static void without_anything_it_says_so(void **state)
{
    const char *text = page("");

    (void)state;
    EXPECT_PART("refusals", text, "None since the start");
    EXPECT_PART("policies", text, "None in this configuration");
}

static void the_answer_has_the_colour_of_its_result(void **state)
{
    (void)state;
    fake.looked_up = fake_policy(APP);
    EXPECT_PART("refused", page("explain&html&url=/&origin=https://b.example"),
                "<dt>Result</dt><dd class=\"bad\"><code>disallowed</code>");
    EXPECT_PART("allowed", page("explain&html&url=/"
                                "&origin=https://app.example.com"),
                "<dt>Result</dt><dd class=\"good\"><code>allowed</code>");
}

/* What strangers sent must not become markup of the administrator's. */
static void strangers_write_no_markup(void **state)
{
    const char *text;

    (void)state;
    count_refusal("<script>alert(1)</script>", "/<img src=x>\"&");
    text = page(NULL);
    assert_null(strstr(text, "<script>"));
    assert_null(strstr(text, "<img"));
    EXPECT_PART("escaped", text, "&lt;script&gt;alert(1)&lt;/script&gt;");
}

/* Two sections of one file: it is one, and says so once. */
static void files_of_origins_are_counted(void **state)
{
    char path[] = "/tmp/cors-status-XXXXXX";
    int file = mkstemp(path);
    const char *said;

    (void)state;
    assert_int_equal(write(file, "https://a.example\n!https://b.example\n",
                           37), 37);
    close(file);
    fake_policy(apr_pstrcat(fake.pool, "CORSAllowOriginFile ", path, NULL));
    fake_policy(apr_pstrcat(fake.pool, "CORSAllowOriginFile ", path, NULL));
    unlink(path);
    said = apr_pstrcat(fake.pool, path, ", 2 origins, read ", NULL);
    EXPECT_PART("page", page(NULL), said);
    EXPECT_PART("?auto", page("auto"), apr_pstrcat(
        fake.pool, "\nOriginFile: ", said, NULL));
    EXPECT_PART("?metrics", page("metrics"),
                "\n# TYPE cors_origin_file_origins gauge\n");
    EXPECT_PART("?metrics", page("metrics"), apr_pstrcat(
        fake.pool, "\ncors_origin_file_origins{path=\"", path, "\"} 2\n",
        NULL));
    assert_null(strstr(strstr(fake.body, path) + 1, path));
}

static void mod_status_gets_the_counters(void **state)
{
    request_rec *r = ask("GET", "server-status", NULL);

    (void)state;
    count_refusal("https://other.example", "/");
    assert_int_equal(cors_status_section(r, 0), OK);
    EXPECT_PART("page", fake.body, "<h2>CORS</h2>");
    fake.body = "";
    assert_int_equal(cors_status_section(r, AP_STATUS_SHORT), OK);
    EXPECT_PART("?auto", fake.body, "origin-not-listed: 1\n");
    assert_null(strchr(fake.body, '<'));
}

static void explain_says_what_would_be_answered(void **state)
{
    static const struct {
        const char *arguments;
        const char *parts[4];
    } rows[] = {
        { "explain&url=/api&origin=https://app.example.com",
          { "Result: allowed\n", "Reason: ok\n",
            "Policy: conf/httpd.conf:1\n",
            "Access-Control-Allow-Origin: https://app.example.com\n" } },
        { "explain&url=/api&origin=https://app.example.com:8443",
          { "Result: disallowed\n", "Reason: origin-not-listed\n",
            "Hint: https://app.example.com is allowed: the port differs\n",
            "Vary: Origin\n" } },
        { "explain&url=/api&origin=https://app.example.com&method=PUT",
          { "Result: preflight-disallowed\n",
            "Reason: method-not-listed\n",
            "Access-Control-Max-Age: 600\n", "Policy: " } },
        { "explain&url=/api&origin=https://app.example.com&headers=x-a",
          { "Result: preflight-allowed\n", "Reason: ok\n",
            "Access-Control-Allow-Headers: X-A\n", "Policy: " } },
        { "explain&url=/api&origin=https://app.example.com&method=GET"
          "&headers=x-b",
          { "Result: preflight-disallowed\n",
            "Reason: header-not-listed\n",
            "Access-Control-Allow-Headers: X-A\n",
            "Meaning: the preflight asks for a request header" } },
        /* A form sends its empty fields too. */
        { "explain&url=/api&origin=https://app.example.com&method=&headers=",
          { "Result: allowed\n", "Reason: ok\n", "Policy: ",
            "Meaning: the policy allows it" } }
    };
    size_t i;
    int j;

    (void)state;
    fake.looked_up = fake_policy(APP "CORSAllowHeaders X-A");
    for (i = 0; i < LENGTH(rows); i++) {
        const char *text = page(rows[i].arguments);

        for (j = 0; j < 4; j++) {
            EXPECT_PART(rows[i].arguments, text, rows[i].parts[j]);
        }
    }
}

/* A form writes blanks as +, and what is no name of a host as %41. */
static void explain_reads_what_a_form_sends(void **state)
{
    const char *text;

    (void)state;
    fake.looked_up = fake_policy(APP "CORSAllowHeaders X-A X-B");
    text = page("explain&url=/api&origin=https%3a//app.example.com"
                "&headers=x-a,+x-b");
    EXPECT_PART("form", text, "Result: preflight-allowed\n");
    EXPECT_PART("form", text,
                "Access-Control-Allow-Origin: https://app.example.com\n");
}

/* Whatever the look-up left there. */
static void explain_shows_the_module_s_headers_only(void **state)
{
    const char *text;

    (void)state;
    fake.looked_up = fake_policy(APP);
    fake.looked_up_headers = "Vary: Accept-Encoding\n"
                             "Access-Control-Allow-Origin: *";
    text = page("explain&url=/api&origin=https://other.example");
    EXPECT_PART("Vary", text, "\nVary: Origin\n");
    assert_null(strstr(text, "Access-Control-Allow-Origin"));
}

static void explain_counts_nothing(void **state)
{
    (void)state;
    fake.looked_up = fake_policy(APP);
    page("explain&url=/api&origin=https://other.example");
    assert_int_equal(cors_counters_result(CORS_ALL_HOSTS,
                                          CORS_RESULT_DISALLOWED), 0);
    assert_string_equal(fake_log_text(APLOG_INFO), "");
}

static void explain_knows_places_without_policy(void **state)
{
    (void)state;
    fake.looked_up = fake_policy("");
    EXPECT_PART("none", page("explain&url=/&origin=https://a.example"),
                "no policy");
    fake.looked_up = fake_policy(APP);
    EXPECT_PART("no Origin", page("explain&url=/"), "Result: none\n");
    EXPECT_PART("no Origin", fake.body, "Meaning: not a CORS request");
}

static void explain_takes_paths_of_this_server_only(void **state)
{
    static const char *const arguments[] = {
        "explain", "explain&url=", "explain&url=api",
        "explain&url=//evil.example/", "explain&url=/\\evil.example/",
        "explain&url=ftp://evil.example/"
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(arguments); i++) {
        request_rec *r = ask("GET", "cors-status", arguments[i]);

        assert_int_equal(cors_status_handler(r), OK);
        EXPECT_NUMBER(arguments[i], r->status, HTTP_BAD_REQUEST);
        EXPECT_PART(arguments[i], fake.body, "Error: ");
    }
    assert_int_equal(fake.lookups_ended, 0);
}

/* The administrator's own log-in is not the request's that is asked for. */
static void explain_leaves_own_credentials_out(void **state)
{
    request_rec *r = ask("GET", "cors-status",
                         "explain&url=/&origin=https://other.example");

    (void)state;
    fake.looked_up = fake_policy(APP "CORSAllowAnonymous On");
    fake_headers_add(r->headers_in, "Authorization: Basic x\nCookie: a=b\n"
                     "Sec-Fetch-Site: same-origin\nOrigin: https://own.test");
    cors_status_handler(r);
    EXPECT_PART("anonymous", fake.body, "Result: anonymous\n");
    r->args = apr_pstrdup(fake.pool, "explain&url=/");
    fake.body = "";
    cors_status_handler(r);
    EXPECT_PART("no Origin", fake.body, "Result: none\n");
    assert_string_equal(apr_table_get(r->headers_in, "Cookie"), "a=b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STATUS_TEST(only_its_own_handler_is_served),
        STATUS_TEST(it_is_read_only),
        STATUS_TEST(metrics_are_in_openmetrics_text),
        STATUS_TEST(auto_has_a_line_for_each_result_and_reason),
        STATUS_TEST(texts_are_not_sniffed_nor_stored),
        STATUS_TEST(the_page_shows_counters_refusals_and_policies),
        STATUS_TEST(without_anything_it_says_so),
        STATUS_TEST(the_answer_has_the_colour_of_its_result),
        STATUS_TEST(strangers_write_no_markup),
        STATUS_TEST(files_of_origins_are_counted),
        STATUS_TEST(mod_status_gets_the_counters),
        STATUS_TEST(explain_says_what_would_be_answered),
        STATUS_TEST(explain_reads_what_a_form_sends),
        STATUS_TEST(explain_shows_the_module_s_headers_only),
        STATUS_TEST(explain_counts_nothing),
        STATUS_TEST(explain_knows_places_without_policy),
        STATUS_TEST(explain_takes_paths_of_this_server_only),
        STATUS_TEST(explain_leaves_own_credentials_out)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
