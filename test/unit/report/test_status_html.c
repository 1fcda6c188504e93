/* SPDX-License-Identifier: Apache-2.0 */
#include "status_page.h"

#include <unistd.h>

static void the_page_shows_counters_refusals_and_policies(void **state)
{
    const char *text;

    (void)state;
    fake_policy("CORSAllowOrigin https://shown.example");
    count_request("https://stranger.example", "/x");
    text = page(NULL);
    assert_memory_equal(text, "<!DOCTYPE html>", 15);
    EXPECT_PART("counters", text, "origin-not-listed");
    EXPECT_PART("refusals", text, "https://stranger.example");
    EXPECT_PART("refusals", text, "<code>conf/<wbr>httpd.conf:1</code>");
    EXPECT_PART("refusals", text, " low=\"0\" high=\"0\" optimum=\"0\">");
    EXPECT_PART("policies", text, "https://shown.example");
    EXPECT_PART("policies", text, "&lt;Location &quot;/api&quot;&gt;");
    EXPECT_PART("policies", text, "conf/httpd.conf:1");
    EXPECT_PART("end", text, "</html>");
}

static void a_bar_has_the_colour_of_what_it_counts(void **state)
{
    const char *text = page(NULL);
    int i;

    (void)state;
    for (i = CORS_RESULT_NONE + 1; i < CORS_RESULT_COUNT; i++) {
        const char *name = cors_result_name((cors_result)i);

        EXPECT_PART(name, text, apr_pstrcat(
            fake.pool, "<td class=\"name ",
            strstr(name, "disallowed") ? "bad" : "good", "\"><code>", name,
            "</code>", NULL));
    }
    EXPECT_PART("ok", text, "<td class=\"name good\"><code>ok</code>");
    EXPECT_PART("reason", text,
                "<td class=\"name bad\"><code>origin-null</code>");
}

/* What was asked of a preflight is asked again, and of no other request. */
static void a_refusal_can_be_explained(void **state)
{
    const cors_policy *policy = fake_policy(APP);
    request_rec *r = fake_request(
        policy, "OPTIONS", "Origin: https://app.example.com\n"
        "Access-Control-Request-Method: PUT\n"
        "Access-Control-Request-Headers: X-A");

    (void)state;
    count_request("https://stranger.example", "/x");
    assert_null(strstr(page(NULL), "&amp;method="));
    cors_record_judgement(r, cors_decision_make(r, policy));
    EXPECT_PART("preflight", page(NULL),
                "&amp;method=PUT&amp;headers=X-A\">explain</a>");
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
    count_request("<script>alert(1)</script>", "/<img src=x>\"&");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        STATUS_TEST(the_page_shows_counters_refusals_and_policies),
        STATUS_TEST(a_bar_has_the_colour_of_what_it_counts),
        STATUS_TEST(a_refusal_can_be_explained),
        STATUS_TEST(without_anything_it_says_so),
        STATUS_TEST(the_answer_has_the_colour_of_its_result),
        STATUS_TEST(strangers_write_no_markup),
        STATUS_TEST(files_of_origins_are_counted)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
