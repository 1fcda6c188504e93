/* SPDX-License-Identifier: Apache-2.0 */
#include "status_page.h"

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
