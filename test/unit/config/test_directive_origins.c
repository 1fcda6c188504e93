/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include "request/decision.h"

/* What an origin is told by these lines. */
static cors_reason reason_of(const char *lines, const char *origin)
{
    return fake_judge(fake_policy(lines), origin, strlen(origin));
}

static void good_values_admit_what_they_say(void **state)
{
    static const struct {
        const char *lines;
        const char *origin;
        cors_reason reason;
    } rows[] = {
        { "CORSAllowOrigin https://app.example.com",
          "https://app.example.com", CORS_REASON_OK },
        { "CORSAllowOrigin https://app.example.com",
          "https://api.example.com", CORS_REASON_ORIGIN_NOT_LISTED },
        /* Several in a line, and lines add up. */
        { "CORSAllowOrigin https://a.example https://b.example",
          "https://b.example", CORS_REASON_OK },
        { "CORSAllowOrigin https://a.example\n"
          "CORSAllowOrigin https://b.example",
          "https://a.example", CORS_REASON_OK },
        { "CORSAllowOrigin https://*.example.com",
          "https://a.b.example.com", CORS_REASON_OK },
        { "CORSAllowOrigin https://*.example.com",
          "https://example.com", CORS_REASON_ORIGIN_NOT_LISTED },
        { "CORSAllowOrigin http://localhost:*",
          "http://localhost:3000", CORS_REASON_OK },
        { "CORSAllowOrigin http://localhost:*",
          "http://localhost", CORS_REASON_OK },
        { "CORSAllowOrigin capacitor://localhost",
          "capacitor://localhost", CORS_REASON_OK },
        { "CORSAllowOrigin https://[2001:db8::1]:8443",
          "https://[2001:db8::1]:8443", CORS_REASON_OK },
        /* An exclusion wins, whatever the order. */
        { "CORSAllowOrigin https://*.example.com !https://old.example.com",
          "https://old.example.com", CORS_REASON_ORIGIN_EXCLUDED },
        { "CORSAllowOrigin !https://old.example.com https://*.example.com",
          "https://old.example.com", CORS_REASON_ORIGIN_EXCLUDED },
        { "CORSAllowOrigin !https://a.example https://a.example",
          "https://a.example", CORS_REASON_ORIGIN_EXCLUDED },
        /* It excludes exactly its pattern. */
        { "CORSAllowOrigin https://*.example.com:* !https://old.example.com",
          "https://old.example.com:8443", CORS_REASON_OK },
        { "CORSAllowOrigin https://*.example.com "
          "!https://*.old.example.com:*",
          "https://old.example.com", CORS_REASON_OK },
        /* It excludes what an expression admits too. */
        { "CORSAllowOriginMatch https://[a-z]+\\.example\\.com\n"
          "CORSAllowOrigin !https://old.example.com",
          "https://old.example.com", CORS_REASON_ORIGIN_EXCLUDED },
        { "CORSAllowOriginMatch https://[a-z]+\\.example\\.com\n"
          "CORSAllowOrigin !https://old.example.com",
          "https://new.example.com", CORS_REASON_OK },
        /* Expressions are for whole origins, and add up too. */
        { "CORSAllowOriginMatch https://a[0-9]\\.example\\.com",
          "https://a1.example.com.evil.net", CORS_REASON_ORIGIN_NOT_LISTED },
        { "CORSAllowOriginMatch https://a[0-9]\\.example\\.com "
          "https://b[0-9]\\.example\\.com",
          "https://b7.example.com", CORS_REASON_OK },
        { "CORSAllowOriginMatch https://a\\.example|https://b\\.example",
          "https://b.example", CORS_REASON_OK },
        { "CORSAllowOriginMatch https://a\\.example|https://b\\.example",
          "https://b.example.net", CORS_REASON_ORIGIN_NOT_LISTED },
        { "CORSAllowOrigin none",
          "https://app.example.com", CORS_REASON_ORIGIN_NOT_LISTED },
        { "CORSAllowOrigin NONE",
          "https://app.example.com", CORS_REASON_ORIGIN_NOT_LISTED },
        { "CORSAllowOrigin *\nCORSAllowCredentials Off",
          "https://app.example.com", CORS_REASON_OK }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        EXPECT_NUMBER(apr_pstrcat(fake.pool, rows[i].lines, "\n",
                                  rows[i].origin, NULL),
                      reason_of(rows[i].lines, rows[i].origin),
                      rows[i].reason);
    }
}

/* One of each flaw is enough here: the table of them is the text layer's. */
static void bad_values_are_refused_with_their_cure(void **state)
{
    static const struct {
        const char *line;
        const char *message;
    } rows[] = {
        { "CORSAllowOrigin https://app.example.com/",
          "CORSAllowOrigin 'https://app.example.com/': an origin has no "
          "path; write https://app.example.com" },
        { "CORSAllowOrigin HTTPS://App.Example.com",
          "CORSAllowOrigin 'HTTPS://App.Example.com': a browser sends "
          "origins in lower case; write https://app.example.com" },
        { "CORSAllowOrigin app.example.com",
          "CORSAllowOrigin 'app.example.com': an origin starts with a "
          "scheme and '://'; write https://app.example.com" },
        { "CORSAllowOrigin https://a.example,https://b.example/",
          "CORSAllowOrigin 'https://a.example,https://b.example/': one origin "
          "holds no comma, no blank and no quote; separate origins with "
          "blanks, outside of quotes; write https://a.example "
          "https://b.example" },
        /* The exclamation mark belongs to value and cure. */
        { "CORSAllowOrigin https://a.example !https://b.example:443",
          "CORSAllowOrigin '!https://b.example:443': a browser leaves out "
          "the scheme's default port; write !https://b.example" },
        { "CORSAllowOrigin null",
          "CORSAllowOrigin 'null': every sandboxed frame sends the origin "
          "'null', an attacker's too, and pages of files may; give the page "
          "an origin of its own and list that" },
        { "CORSAllowOrigin !", "CORSAllowOrigin '!': an origin is not "
          "empty" },
        { "CORSAllowOrigin !*", "CORSAllowOrigin '!*': " },
        { "CORSAllowOrigin !none", "CORSAllowOrigin '!none': " },
        { "CORSAllowOriginMatch (", "CORSAllowOriginMatch '(': this regular "
          "expression does not compile" },
        { "CORSAllowOriginMatch (www\\.)?example\\.com$",
          "CORSAllowOriginMatch '(www\\.)?example\\.com$': an origin starts "
          "with a scheme and '://'; write CORSAllowOriginMatch "
          "https://(www[.])?example[.]com$" },
        { "CORSAllowOriginMatch /https:\\/\\/example\\.com/i",
          "CORSAllowOriginMatch '/https:\\/\\/example\\.com/i': an "
          "expression stands here without delimiters; write CORSAllowOrigin "
          "https://example.com" },
        { "CORSAllowOriginFile /nowhere/origins.txt",
          "CORSAllowOriginFile '/nowhere/origins.txt': cannot read "
          "/nowhere/origins.txt: No such file or directory" },
        /* httpd's own words. */
        { "CORSAllowOrigin", "CORSAllowOrigin requires at least one "
          "argument, origins whose scripts may read responses" }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        cors_policy *policy = cors_policy_create(fake.pool, NULL);
        const char *refused = fake_read(FAKE_LOCATION, policy,
                                        rows[i].line);

        EXPECT_PART(rows[i].line, refused, rows[i].message);
        assert_ptr_equal(refused, strstr(refused, rows[i].message));
    }
}

static void a_path_that_cannot_be_is_refused(void **state)
{
    char *line = apr_palloc(fake.pool, 6000);

    (void)state;
    strcpy(line, "CORSAllowOriginFile ");
    memset(line + 20, 'x', 5979);
    line[5999] = '\0';
    EXPECT_PART("path", fake_read(FAKE_LOCATION,
                                  cors_policy_create(fake.pool, NULL), line),
                "this is no path");
}

static void none_and_star_stand_alone(void **state)
{
    static const struct {
        const char *lines;
        const char *refused;        /* NULL: they may */
    } rows[] = {
        { "CORSAllowOrigin none https://a.example", "'none' stands alone" },
        { "CORSAllowOrigin https://a.example none", "'none' stands alone" },
        { "CORSAllowOrigin none\nCORSAllowOrigin https://a.example",
          "'none' stands alone" },
        { "CORSAllowOrigin none !https://a.example", "'none' stands alone" },
        { "CORSAllowOriginMatch https://a\\.example\nCORSAllowOrigin none",
          "'none' stands alone" },
        { "CORSAllowOrigin none\nCORSAllowOriginMatch https://a\\.example",
          "'none' stands alone" },
        { "CORSAllowOrigin none\nCORSAllowOriginFile /nowhere",
          "'none' stands alone" },
        { "CORSAllowOrigin * https://a.example", "'*' stands alone" },
        { "CORSAllowOrigin https://a.example *", "'*' stands alone" },
        { "CORSAllowOrigin * !https://a.example", "'*' stands alone" },
        { "CORSAllowOrigin *\nCORSAllowOriginMatch https://a\\.example",
          "'*' stands alone" },
        { "CORSAllowOriginMatch https://a\\.example\nCORSAllowOrigin *",
          "'*' stands alone" },
        { "CORSAllowOrigin *\nCORSAllowOriginFile /nowhere",
          "'*' stands alone" },
        { "CORSAllowOrigin none *", "'none' stands alone" },
        { "CORSAllowOrigin * none", "stands alone" },
        { "CORSAllowOrigin none", NULL },
        { "CORSAllowOrigin *", NULL }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        cors_policy *policy = cors_policy_create(fake.pool, NULL);
        const char *refused = fake_read(FAKE_LOCATION, policy,
                                        rows[i].lines);

        if (rows[i].refused) {
            EXPECT_PART(rows[i].lines, refused, rows[i].refused);
        }
        else {
            EXPECT_TEXT(rows[i].lines, refused, NULL);
        }
    }
}

static void a_loose_dot_is_warned_of(void **state)
{
    (void)state;
    fake_policy("\nCORSAllowOriginMatch https://app.example\\.com");
    assert_string_equal(
        fake_log_text(APLOG_WARNING),
        "CORSAllowOriginMatch 'https://app.example\\.com' on line 2 of "
        "conf/httpd.conf: a dot stands for any character; write [.] for a "
        "dot");
}

static void an_escaped_dot_is_not(void **state)
{
    (void)state;
    fake_policy("CORSAllowOriginMatch https://app\\.example\\.com");
    assert_string_equal(fake_log_text(APLOG_WARNING), "");
}

/* A .htaccess is read at every request: it must not fill the log. */
static void htaccess_warns_of_nothing(void **state)
{
    cors_policy *policy = cors_policy_create(fake.pool, NULL);

    (void)state;
    assert_null(fake_read(FAKE_HTACCESS, policy,
                          "CORSAllowOriginMatch https://app.example\\.com"));
    assert_string_equal(fake_log_text(APLOG_WARNING), "");
}

static void the_place_is_the_first_origin_line(void **state)
{
    const cors_policy *policy = fake_policy(
        "CORSMaxAge 5\n\n"
        "CORSAllowOriginMatch https://a\\.example\n"
        "CORSAllowOrigin https://b.example");

    (void)state;
    assert_string_equal(policy->place.file, "conf/httpd.conf");
    assert_int_equal(policy->place.line, 1);
    assert_string_equal(cors_place_text(fake.pool,
                                        cors_origins_place(policy->origins)),
                        "conf/httpd.conf:3");
    assert_ptr_equal(policy->origins_section, policy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(good_values_admit_what_they_say),
        FAKES_TEST(bad_values_are_refused_with_their_cure),
        FAKES_TEST(a_path_that_cannot_be_is_refused),
        FAKES_TEST(none_and_star_stand_alone),
        FAKES_TEST(a_loose_dot_is_warned_of),
        FAKES_TEST(an_escaped_dot_is_not),
        FAKES_TEST(htaccess_warns_of_nothing),
        FAKES_TEST(the_place_is_the_first_origin_line)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
