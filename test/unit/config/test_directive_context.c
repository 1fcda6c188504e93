/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include "policy/server.h"

/* One good line of every directive: the table must have no other. */
static const struct line {
    const char *text;
    int htaccess;               /* AllowOverride that it needs; 0: none, */
                                /* RSRC_CONF: the main server alone */
} lines[] = {
    { "CORSAllowOrigin https://app.example.com", OR_FILEINFO },
    { "CORSAllowOriginMatch https://[ab]\\.example\\.com", OR_FILEINFO },
    { "CORSAllowOriginFile " __FILE__, 0 },
    { "CORSFileRefresh 10s", RSRC_CONF },
    { "CORSAllowOriginQuery %s Origin", 0 },
    { "CORSQueryCacheTime 60 10 600", 0 },
    { "CORSQueryCache shmcb", RSRC_CONF },
    { "CORSQueryRate 100", RSRC_CONF },
    { "CORSAllowCredentials On", OR_FILEINFO },
    { "CORSAllowAnonymous On", OR_FILEINFO },
    { "CORSAllowMethods PUT", OR_FILEINFO },
    { "CORSAllowHeaders X-A", OR_FILEINFO },
    { "CORSExposeHeaders ETag", OR_FILEINFO },
    { "CORSMaxAge 5", OR_FILEINFO },
    { "CORSPreflight Answer", OR_FILEINFO },
    { "CORSPreflightStatus 200", OR_FILEINFO },
    { "CORSDisallowedOrigin Deny", OR_AUTHCFG },
    { "CORSFetchMetadata On", OR_AUTHCFG },
    { "CORSCookieAttributes Secure", OR_FILEINFO },
    { "CORSReportOnly On", OR_AUTHCFG },
    { "CORSOptions UnsafePublicSuffix", OR_FILEINFO }
};

static const char not_allowed[] = " not allowed here";

static const char *read_line(fake_where where, const char *line)
{
    const char *refused = fake_read(where,
                                    cors_policy_create(fake.pool, NULL),
                                    line);

    /* The file is this one: that it was looked at is what counts here. */
    return refused && strstr(refused, __FILE__) && !strstr(refused, "<Limit>")
           && !strstr(refused, not_allowed) ? NULL : refused;
}

static void the_table_has_these_directives(void **state)
{
    const command_rec *command = cors_cookies_module.cmds;
    size_t i;

    (void)state;
    for (i = 0; command->name; i++, command++) {
        assert_true(i < LENGTH(lines));
        EXPECT_PART(command->name, lines[i].text, command->name);
        assert_non_null(command->errmsg);
    }
    assert_int_equal(i, LENGTH(lines));
}

static void servers_and_sections_take_them_all(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(lines); i++) {
        EXPECT_TEXT(lines[i].text, read_line(FAKE_SERVER, lines[i].text),
                    NULL);
        if (lines[i].htaccess == RSRC_CONF) {
            EXPECT_PART(lines[i].text,
                        read_line(FAKE_VIRTUAL_HOST, lines[i].text),
                        "cannot occur within <VirtualHost>");
            EXPECT_PART(lines[i].text,
                        read_line(FAKE_LOCATION, lines[i].text), not_allowed);
            continue;
        }
        EXPECT_TEXT(lines[i].text,
                    read_line(FAKE_VIRTUAL_HOST, lines[i].text), NULL);
        EXPECT_TEXT(lines[i].text, read_line(FAKE_LOCATION, lines[i].text),
                    NULL);
    }
}

static void limit_takes_none(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(lines); i++) {
        EXPECT_PART(lines[i].text, read_line(FAKE_LIMIT, lines[i].text),
                    lines[i].htaccess == RSRC_CONF
                    ? not_allowed : "cannot occur within <Limit>");
    }
}

static void htaccess_takes_what_its_override_says(void **state)
{
    static const int overrides[] = {
        OR_NONE, OR_FILEINFO, OR_AUTHCFG, OR_LIMIT | OR_OPTIONS | OR_INDEXES,
        OR_ALL
    };
    size_t i, j;

    (void)state;
    for (i = 0; i < LENGTH(lines); i++) {
        for (j = 0; j < LENGTH(overrides); j++) {
            const char *refused;

            fake.htaccess_override = overrides[j];
            refused = read_line(FAKE_HTACCESS, lines[i].text);
            if (overrides[j] & lines[i].htaccess) {
                EXPECT_TEXT(lines[i].text, refused, NULL);
            }
            else {
                EXPECT_PART(lines[i].text, refused, not_allowed);
            }
        }
    }
}

static void count_section(void *data, server_rec *server,
                          cors_policy *section)
{
    (void)server;
    (void)section;
    (*(int *)data)++;
}

static int sections_known(void)
{
    int count = 0;

    cors_sections_each(fake.pool, fake.server, count_section, &count);
    return count;
}

static void a_section_is_entered_with_its_first_directive(void **state)
{
    const cors_policy *policy;

    (void)state;
    policy = fake_policy("\n\nCORSMaxAge 5\nCORSAllowMethods PUT");
    assert_int_equal(sections_known(), 1);
    assert_ptr_equal(policy->server, fake.server);
    assert_string_equal(policy->section, "<Location \"/api\">");
    assert_string_equal(policy->place.file, "conf/httpd.conf");
    assert_int_equal(policy->place.line, 3);
    assert_false(policy->htaccess);
}

static void outside_of_sections_there_is_no_name(void **state)
{
    cors_policy *policy = cors_policy_create(fake.pool, NULL);
    cors_policy *host = cors_policy_create(fake.pool, NULL);

    (void)state;
    assert_null(fake_read(FAKE_SERVER, policy, "CORSMaxAge 5"));
    assert_int_equal(sections_known(), 1);
    assert_null(policy->section);
    assert_null(fake_read(FAKE_VIRTUAL_HOST, host, "CORSMaxAge 5"));
    assert_int_equal(sections_known(), 2);
    assert_null(host->section);
}

/* Its policy ends with the request, the server's list does not. */
static void htaccess_is_not_entered(void **state)
{
    cors_policy *policy = cors_policy_create(fake.pool, NULL);

    (void)state;
    assert_null(fake_read(FAKE_HTACCESS, policy,
                          "CORSAllowOrigin https://app.example.com"));
    assert_int_equal(sections_known(), 0);
    assert_true(policy->htaccess);
    assert_string_equal(policy->place.file, "/srv/www/.htaccess");
}

/* A refused line must not leave a section that is checked later. */
static void limit_enters_nothing(void **state)
{
    cors_policy *policy = cors_policy_create(fake.pool, NULL);

    (void)state;
    assert_non_null(fake_read(FAKE_LIMIT, policy, "CORSMaxAge 5"));
    assert_int_equal(sections_known(), 0);
    assert_null(policy->place.file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(the_table_has_these_directives),
        FAKES_TEST(servers_and_sections_take_them_all),
        FAKES_TEST(limit_takes_none),
        FAKES_TEST(htaccess_takes_what_its_override_says),
        FAKES_TEST(a_section_is_entered_with_its_first_directive),
        FAKES_TEST(outside_of_sections_there_is_no_name),
        FAKES_TEST(htaccess_is_not_entered),
        FAKES_TEST(limit_enters_nothing)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
