/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

/* A list of names as directives give it: NULL where they are refused. */
static const cors_names *names_read(const char *lines, const char **refused)
{
    cors_policy *policy = cors_policy_create(fake.pool, NULL);
    int i;

    *refused = fake_read(FAKE_LOCATION, policy, lines);
    for (i = 0; !*refused && i < CORS_NAME_LISTS; i++) {
        if (policy->names[i]) {
            return policy->names[i];
        }
    }
    return NULL;
}

typedef struct good_row {
    const char *lines;
    const char *line;           /* what a response sends; NULL: nothing */
    int any;
} good_row;

static void expect_good(const good_row *rows, size_t count)
{
    const char *refused;
    size_t i;

    for (i = 0; i < count; i++) {
        const cors_names *names = names_read(rows[i].lines, &refused);

        EXPECT_TEXT(rows[i].lines, refused, NULL);
        EXPECT_TEXT(rows[i].lines, names->line, rows[i].line);
        EXPECT_NUMBER(rows[i].lines, names->any, rows[i].any);
    }
}

typedef struct bad_row {
    const char *lines;
    const char *message;        /* how it starts */
} bad_row;

static void expect_bad(const bad_row *rows, size_t count)
{
    const char *refused;
    size_t i;

    for (i = 0; i < count; i++) {
        assert_null(names_read(rows[i].lines, &refused));
        EXPECT_PART(rows[i].lines, refused, rows[i].message);
        assert_ptr_equal(refused, strstr(refused, rows[i].message));
    }
}

static void methods_are_normalised_as_fetch_does(void **state)
{
    static const good_row rows[] = {
        { "CORSAllowMethods PUT", "PUT", 0 },
        { "CORSAllowMethods PUT DELETE", "PUT, DELETE", 0 },
        { "CORSAllowMethods PUT\nCORSAllowMethods DELETE", "PUT, DELETE",
          0 },
        { "CORSAllowMethods put Delete gEt head post options",
          "PUT, DELETE, GET, HEAD, POST, OPTIONS", 0 },
        { "CORSAllowMethods PUT put", "PUT", 0 },
        /* Every other method keeps its case, and cases differ. */
        { "CORSAllowMethods PROPFIND propfind", "PROPFIND, propfind", 0 },
        { "CORSAllowMethods PATCH", "PATCH", 0 },
        { "CORSAllowMethods M!#$%&'+-.^_`|~9", "M!#$%&'+-.^_`|~9", 0 },
        { "CORSAllowMethods *", NULL, 1 },
        { "CORSAllowMethods none", NULL, 0 },
        { "CORSAllowMethods None", NULL, 0 },
        /* Not the forbidden ones, but longer. */
        { "CORSAllowMethods TRACES XCONNECT", "TRACES, XCONNECT", 0 }
    };

    (void)state;
    expect_good(rows, LENGTH(rows));
    assert_string_equal(fake_log_text(APLOG_WARNING), "");
}

static void patch_in_lower_case_is_warned_of(void **state)
{
    static const good_row rows[] = {
        { "CORSAllowMethods patch", "patch", 0 }
    };

    (void)state;
    expect_good(rows, LENGTH(rows));
    EXPECT_PART("warning", fake_log_text(APLOG_WARNING),
                "CORSAllowMethods 'patch' on line 1 of conf/httpd.conf: ");
    EXPECT_PART("warning", fake_log_text(APLOG_WARNING), "write PATCH");
}

static void methods_that_cannot_be_are_refused(void **state)
{
    static const bad_row rows[] = {
        { "CORSAllowMethods PUT,DELETE", "CORSAllowMethods 'PUT,DELETE': " },
        { "CORSAllowMethods P(UT", "CORSAllowMethods 'P(UT': " },
        { "CORSAllowMethods P\303\234T", "CORSAllowMethods 'P\303\234T': " },
        { "CORSAllowMethods CONNECT", "CORSAllowMethods 'CONNECT': " },
        { "CORSAllowMethods TRACE", "CORSAllowMethods 'TRACE': " },
        { "CORSAllowMethods track", "CORSAllowMethods 'track': " },
        { "CORSAllowMethods * PUT", "CORSAllowMethods 'PUT': '*' stands "
          "alone" },
        { "CORSAllowMethods PUT *", "CORSAllowMethods '*': '*' stands "
          "alone" },
        { "CORSAllowMethods PUT none", "CORSAllowMethods 'none': 'none' "
          "stands alone" },
        { "CORSAllowMethods none PUT", "CORSAllowMethods 'PUT': 'none' "
          "stands alone" },
        { "CORSAllowMethods * none", "CORSAllowMethods 'none': 'none' "
          "stands alone" },
        { "CORSAllowMethods none\nCORSAllowMethods *",
          "CORSAllowMethods '*': 'none' stands alone" },
        { "CORSAllowMethods", "CORSAllowMethods requires at least one "
          "argument" }
    };

    (void)state;
    expect_bad(rows, LENGTH(rows));
}

static void headers_keep_their_case_and_come_once(void **state)
{
    static const good_row rows[] = {
        { "CORSAllowHeaders Content-Type X-Requested-With",
          "Content-Type, X-Requested-With", 0 },
        { "CORSAllowHeaders X-A\nCORSAllowHeaders X-B x-a", "X-A, X-B", 0 },
        { "CORSAllowHeaders Authorization", "Authorization", 0 },
        { "CORSAllowHeaders *", NULL, 1 },
        { "CORSAllowHeaders * Authorization", "Authorization", 1 },
        { "CORSAllowHeaders authorization *", "authorization", 1 },
        { "CORSAllowHeaders none", NULL, 0 },
        /* Near the forbidden ones. */
        { "CORSAllowHeaders X-Sec-A Secure Proxy Cookies",
          "X-Sec-A, Secure, Proxy, Cookies", 0 }
    };

    (void)state;
    expect_good(rows, LENGTH(rows));
}

static void headers_that_no_script_sets_are_refused(void **state)
{
    static const bad_row rows[] = {
        { "CORSAllowHeaders X-A:", "CORSAllowHeaders 'X-A:': " },
        { "CORSAllowHeaders X-A,X-B", "CORSAllowHeaders 'X-A,X-B': " },
        { "CORSAllowHeaders Cookie", "CORSAllowHeaders 'Cookie': " },
        { "CORSAllowHeaders host", "CORSAllowHeaders 'host': " },
        { "CORSAllowHeaders Sec-Fetch-Site", "CORSAllowHeaders "
          "'Sec-Fetch-Site': " },
        { "CORSAllowHeaders proxy-x", "CORSAllowHeaders 'proxy-x': " },
        { "CORSAllowHeaders Origin", "CORSAllowHeaders 'Origin': " },
        { "CORSAllowHeaders Access-Control-Allow-Origin",
          "CORSAllowHeaders 'Access-Control-Allow-Origin': " },
        { "CORSAllowHeaders * X-A", "CORSAllowHeaders 'X-A': '*' is every "
          "header but Authorization; write * alone or * Authorization" },
        { "CORSAllowHeaders X-A *", "CORSAllowHeaders '*': '*' is every "
          "header but Authorization; write * alone or * Authorization" },
        { "CORSAllowHeaders none X-A", "CORSAllowHeaders 'X-A': 'none' "
          "stands alone" },
        { "CORSAllowHeaders * none", "CORSAllowHeaders 'none': 'none' "
          "stands alone" }
    };

    (void)state;
    expect_bad(rows, LENGTH(rows));
}

static void exposed_names_are_those_a_script_can_read(void **state)
{
    static const good_row good[] = {
        { "CORSExposeHeaders X-Total-Count ETag", "X-Total-Count, ETag", 0 },
        { "CORSExposeHeaders ETag etag", "ETag", 0 },
        { "CORSExposeHeaders *", NULL, 1 },
        { "CORSExposeHeaders none", NULL, 0 },
        { "CORSExposeHeaders Authorization", "Authorization", 0 }
    };
    static const bad_row bad[] = {
        { "CORSExposeHeaders Set-Cookie", "CORSExposeHeaders "
          "'Set-Cookie': " },
        { "CORSExposeHeaders set-cookie2", "CORSExposeHeaders "
          "'set-cookie2': " },
        { "CORSExposeHeaders Origin", "CORSExposeHeaders 'Origin': " },
        { "CORSExposeHeaders access-control-max-age", "CORSExposeHeaders "
          "'access-control-max-age': " },
        { "CORSExposeHeaders X/Y", "CORSExposeHeaders 'X/Y': " },
        { "CORSExposeHeaders * ETag", "CORSExposeHeaders 'ETag': '*' stands "
          "alone" },
        { "CORSExposeHeaders ETag *", "CORSExposeHeaders '*': '*' stands "
          "alone" },
        { "CORSExposeHeaders ETag none", "CORSExposeHeaders 'none': 'none' "
          "stands alone" }
    };

    (void)state;
    expect_good(good, LENGTH(good));
    expect_bad(bad, LENGTH(bad));
}

/* Commas belong to the field that is sent, blanks to the directive. */
static void lists_with_commas_are_taken_apart(void **state)
{
    static const bad_row rows[] = {
        { "CORSAllowMethods PUT,DELETE", "CORSAllowMethods 'PUT,DELETE': "
          "names stand between blanks, without comma or quote; write "
          "CORSAllowMethods PUT DELETE" },
        { "CORSAllowHeaders X-A, Cookie, all", "CORSAllowHeaders 'X-A, "
          "Cookie, all': names stand between blanks, without comma or "
          "quote; 'Cookie': no script can set this request header; leave it "
          "out; 'all': '*' stands for all of them; write CORSAllowHeaders "
          "X-A" }
    };
    const char *refused;

    (void)state;
    expect_bad(rows, LENGTH(rows));
    assert_null(names_read("CORSAllowMethods TRACE,*,X", &refused));
    assert_null(strstr(refused, "write"));
    assert_null(names_read(apr_psprintf(fake.pool, "CORSAllowMethods "
                                        "%05000d,", 0), &refused));
    assert_string_equal(refused, "CORSAllowMethods '...': names stand "
                        "between blanks, without comma or quote");
}

/* Growing by doubling: each size of the entries and of the line. */
static void long_lists_are_kept_whole(void **state)
{
    cors_policy *policy = cors_policy_create(fake.pool, NULL);
    const char *line = "", *written = "";
    const cors_names *names;
    int i;

    (void)state;
    for (i = 0; i < 100; i++) {
        const char *name = apr_psprintf(fake.pool, "X-Header-%d", i);

        line = apr_pstrcat(fake.pool, line, *line ? ", " : "", name, NULL);
        written = apr_pstrcat(fake.pool, written, " ", name, NULL);
    }
    written = apr_pstrcat(fake.pool, "CORSAllowHeaders", written, NULL);
    assert_null(fake_read(FAKE_LOCATION, policy, written));
    names = policy->names[CORS_HEADERS];
    assert_int_equal(names->entries->nelts, 100);
    assert_string_equal(names->line, line);
    assert_true(cors_names_has(names, "x-header-99", 11));
    assert_false(cors_names_has(names, "x-header-9", 9));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(methods_are_normalised_as_fetch_does),
        FAKES_TEST(patch_in_lower_case_is_warned_of),
        FAKES_TEST(methods_that_cannot_be_are_refused),
        FAKES_TEST(headers_keep_their_case_and_come_once),
        FAKES_TEST(headers_that_no_script_sets_are_refused),
        FAKES_TEST(exposed_names_are_those_a_script_can_read),
        FAKES_TEST(lists_with_commas_are_taken_apart),
        FAKES_TEST(long_lists_are_kept_whole)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
