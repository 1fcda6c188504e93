/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include <apr_file_io.h>
#include <unistd.h>

#include "policy/server.h"
#include "report/describe.h"

/* "CORSMaxAge: 5 (default) no effect" of a section; fails without one. */
static const char *described(const cors_policy *section,
                             const char *directive, int most)
{
    const apr_array_header_t *lines =
        cors_describe_policy(fake.pool, section, most);
    int i;

    for (i = 0; i < lines->nelts; i++) {
        const cors_description *line =
            &APR_ARRAY_IDX(lines, i, cors_description);

        if (strcmp(line->directive, directive) == 0) {
            return apr_pstrcat(fake.pool, line->value,
                               line->remark ? " " : "",
                               line->remark ? line->remark : "",
                               line->effect ? " " : "",
                               line->effect ? line->effect : "", NULL);
        }
    }
    fail_msg("no line for %s", directive);
    return NULL;
}

static void every_directive_has_its_line(void **state)
{
    const cors_policy *section = fake_policy("CORSMaxAge 5");
    const command_rec *command = cors_cookies_module.cmds;

    (void)state;
    for (; command->name; command++) {
        if (command->req_override == RSRC_CONF) {
            continue;           /* no section's: the dump has it */
        }
        assert_non_null(described(section, command->name, 0));
    }
}

static void values_are_written_as_one_writes_them(void **state)
{
    static const struct {
        const char *lines;
        const char *directive;
        const char *value;
    } rows[] = {
        { "CORSAllowOrigin https://a.example https://*.b.example:* "
          "!https://c.example\nCORSAllowOrigin https://d.example",
          "CORSAllowOrigin", "https://a.example https://*.b.example:* "
          "https://d.example !https://c.example" },
        { "CORSAllowOrigin none", "CORSAllowOrigin", "none" },
        { "CORSAllowOrigin *\nCORSAllowCredentials Off", "CORSAllowOrigin",
          "*" },
        { "CORSAllowOriginMatch https://[ab]\\.example https://[cd]\\.x",
          "CORSAllowOriginMatch", "https://[ab]\\.example https://[cd]\\.x" },
        { "CORSAllowOriginMatch https://[ab]\\.example", "CORSAllowOrigin",
          "none default" },
        { "CORSAllowAnonymous On", "CORSAllowAnonymous", "On" },
        { "CORSAllowOrigin https://a.example\nCORSAllowCredentials Off",
          "CORSAllowCredentials", "Off" },
        { "CORSAllowAnonymous On\nCORSAllowMethods put DELETE",
          "CORSAllowMethods", "PUT DELETE" },
        { "CORSAllowAnonymous On\nCORSAllowMethods *", "CORSAllowMethods",
          "*" },
        { "CORSAllowAnonymous On\nCORSAllowHeaders * Authorization",
          "CORSAllowHeaders", "* Authorization" },
        { "CORSAllowAnonymous On\nCORSExposeHeaders none",
          "CORSExposeHeaders", "none" },
        { "CORSAllowAnonymous On", "CORSExposeHeaders", "unset default" },
        { "CORSAllowAnonymous On\nCORSMaxAge 10min", "CORSMaxAge", "600" },
        { "CORSAllowAnonymous On\nCORSPreflight Forward", "CORSPreflight",
          "Forward" },
        { "CORSAllowAnonymous On\nCORSPreflightStatus 200",
          "CORSPreflightStatus", "200" },
        { "CORSDisallowedOrigin StripCredentials", "CORSDisallowedOrigin",
          "StripCredentials" },
        { "CORSAllowAnonymous On\nCORSReportOnly On", "CORSReportOnly",
          "On" },
        { "CORSCookieAttributes samesite=none secure only=a,b",
          "CORSCookieAttributes", "SameSite=None Secure only=a,b" },
        { "CORSCookieAttributes Secure only=a\n"
          "CORSCookieAttributes HttpOnly", "CORSCookieAttributes",
          "Secure only=a; HttpOnly" },
        { "CORSAllowOrigin https://a.example\n"
          "CORSOptions UnsafeInsecureOrigin UnsafePublicSuffix",
          "CORSOptions", "UnsafeInsecureOrigin UnsafePublicSuffix" },
        { "CORSAllowOrigin https://a.example\nCORSOptions none", "CORSOptions",
          "none" },
        { "CORSAllowOrigin https://a.example\n"
          "CORSOptions +UnsafePublicSuffix -UnsafeInsecureOrigin",
          "CORSOptions", "+UnsafePublicSuffix -UnsafeInsecureOrigin" },
        { "CORSAllowOrigin https://a.example\nCORSOptions UnsafeMatch",
          "CORSOptions", "UnsafeMatch" },
        { "CORSAllowOrigin https://a.example\nCORSOptions -UnsafeMatch",
          "CORSOptions", "-UnsafeMatch" },
        { "CORSAllowOrigin https://a.example\n"
          "CORSOptions +UnsafeInsecureOrigin -UnsafePublicSuffix",
          "CORSOptions", "+UnsafeInsecureOrigin -UnsafePublicSuffix" }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        EXPECT_TEXT(rows[i].lines,
                    described(fake_policy(rows[i].lines), rows[i].directive,
                              0), rows[i].value);
    }
}

static void files_are_named(void **state)
{
    char path[] = "/tmp/cors-describe-XXXXXX";
    int file = mkstemp(path);
    const cors_policy *section;

    (void)state;
    assert_int_equal(write(file, "https://a.example\n", 18), 18);
    close(file);
    section = fake_policy(apr_pstrcat(fake.pool, "CORSAllowOriginFile ",
                                      path, " ", path, NULL));
    unlink(path);
    assert_string_equal(described(section, "CORSAllowOriginFile", 0),
                        apr_pstrcat(fake.pool, path, " ", path, NULL));
    assert_string_equal(described(section, "CORSAllowOrigin", 0),
                        "none default");
}

static void what_is_unset_is_inherited_or_default(void **state)
{
    const cors_policy *section =
        fake_policy("CORSAllowOrigin https://a.example");

    (void)state;
    assert_null(fake_read(FAKE_SERVER, fake_server_policy(fake.server),
                          "CORSMaxAge 5\nCORSAllowMethods PUT\n"
                          "CORSPreflightStatus 200\n"
                          "CORSAllowOrigin https://b.example"));
    assert_string_equal(described(section, "CORSAllowOrigin", 0),
                        "https://a.example");
    assert_string_equal(described(section, "CORSMaxAge", 0), "5 inherited");
    assert_string_equal(described(section, "CORSAllowMethods", 0),
                        "PUT inherited");
    assert_string_equal(described(section, "CORSPreflightStatus", 0),
                        "200 inherited");
    assert_string_equal(described(section, "CORSAllowHeaders", 0),
                        "none default");
    assert_string_equal(described(section, "CORSDisallowedOrigin", 0),
                        "Serve default");
    assert_string_equal(described(section, "CORSAllowCredentials", 0),
                        "On default");
}

static void what_has_no_effect_is_marked(void **state)
{
    static const struct {
        const char *lines;
        const char *directive;
        const char *value;
    } rows[] = {
        { "CORSAllowMethods PUT", "CORSAllowMethods",
          "PUT no effect here" },
        { "CORSAllowCredentials Off", "CORSAllowCredentials",
          "Off no effect here" },
        { "CORSExposeHeaders ETag", "CORSExposeHeaders",
          "ETag no effect here" },
        { "CORSReportOnly On", "CORSReportOnly", "On no effect here" },
        { "CORSOptions UnsafePublicSuffix", "CORSOptions",
          "UnsafePublicSuffix no effect here" },
        { "CORSCookieAttributes Secure", "CORSCookieAttributes", "Secure" },
        { "CORSDisallowedOrigin Serve", "CORSDisallowedOrigin", "Serve" },
        { "CORSAllowAnonymous On\nCORSAllowMethods PUT",
          "CORSAllowMethods", "PUT" },
        /* A policy, but nobody may read. */
        { "CORSDisallowedOrigin Deny\nCORSAllowMethods PUT",
          "CORSAllowMethods", "PUT no effect here" },
        { "CORSDisallowedOrigin Deny\nCORSExposeHeaders ETag",
          "CORSExposeHeaders", "ETag no effect here" },
        { "CORSDisallowedOrigin Deny\nCORSReportOnly On",
          "CORSReportOnly", "On" },
        { "CORSAllowAnonymous On\nCORSAllowCredentials Off",
          "CORSAllowCredentials", "Off no effect here" },
        /* It keeps cookies as they are, too. */
        { "CORSCookieAttributes Secure\nCORSReportOnly On",
          "CORSReportOnly", "On" },
        /* The backend answers for itself. */
        { "CORSAllowAnonymous On\nCORSPreflight Forward\n"
          "CORSAllowMethods PUT", "CORSAllowMethods",
          "PUT no effect here" },
        { "CORSAllowAnonymous On\nCORSPreflight Forward\nCORSMaxAge 5",
          "CORSMaxAge", "5 no effect here" },
        { "CORSAllowAnonymous On\nCORSPreflight Forward\n"
          "CORSExposeHeaders ETag", "CORSExposeHeaders", "ETag" }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        fake.server->module_config =
            fake_vector(cors_server_create(fake.pool, fake.server));
        EXPECT_TEXT(rows[i].lines,
                    described(fake_policy(rows[i].lines), rows[i].directive,
                              0), rows[i].value);
    }
}

/* Origins may come with another section that holds for the same request. */
static void what_has_its_effect_elsewhere_names_where(void **state)
{
    const cors_policy *methods = fake_policy("\nCORSAllowMethods PUT");
    cors_policy *server = fake_server_policy(fake.server);
    cors_policy *apart = fake_policy("CORSAllowMethods PUT");

    (void)state;
    assert_string_equal(described(methods, "CORSAllowMethods", 0),
                        "PUT no effect here");
    fake_policy("CORSDisallowedOrigin Deny");
    assert_string_equal(described(methods, "CORSAllowMethods", 0),
                        "PUT no effect here");
    fake_policy("\n\n\nCORSAllowOrigin https://a.example");
    assert_string_equal(described(methods, "CORSAllowMethods", 0),
                        "PUT with <Location \"/api\">, conf/httpd.conf:4");
    assert_null(fake_read(FAKE_SERVER, server, "CORSExposeHeaders ETag"));
    assert_string_equal(described(server, "CORSExposeHeaders", 0),
                        "ETag with <Location \"/api\">, conf/httpd.conf:4");
    apart->section = "<Location \"/other\">";
    assert_string_equal(described(apart, "CORSAllowMethods", 0),
                        "PUT no effect here");
}

static void sections_meet_where_one_lies_in_the_other(void **state)
{
    static const struct {
        const char *one;
        const char *other;
        int meet;
    } rows[] = {
        { "<Location \"/api\">", "<Location \"/api\">", 1 },
        { "<Location \"/api\">", "<Location /api/v1>", 1 },
        { "<Location \"/api/\">", "<Location /api/v1/>", 1 },
        { "<Location \"/\">", "<Location /api>", 1 },
        { "<Location \"/api\">", "<Location /apis>", 0 },
        { "<Location \"/api\">", "<Location />", 1 },
        { "<Location \"/a\">", "<Location /b>", 0 },
        { "<Directory /srv/a>", "<Directory /srv/b>", 0 },
        { "<Directory /srv/*>", "<Directory /srv/b>", 1 },
        { "<Directory ~ x>", "<Directory /srv/b>", 1 },
        { "<Location \"/a\">", "<Directory /srv/b>", 1 },
        { "<Location \"/a\">", "<If \"true\">", 1 },
        { "<LocationMatch \"/a\">", "<Location /b>", 1 },
        { "<Files a>", "<Files b>", 1 },
        { NULL, "<Location /b>", 1 }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        cors_policy *one = cors_policy_create(fake.pool, NULL);
        cors_policy *other = cors_policy_create(fake.pool, NULL);

        one->section = rows[i].one;
        other->section = rows[i].other;
        EXPECT_NUMBER(rows[i].other, cors_sections_meet(one, other),
                      rows[i].meet);
        EXPECT_NUMBER(rows[i].other, cors_sections_meet(other, one),
                      rows[i].meet);
    }
}

static void many_origins_are_counted(void **state)
{
    const cors_policy *section = fake_policy(
        "CORSAllowOrigin https://a.example https://b.example "
        "https://c.example https://d.example !https://e.example");

    (void)state;
    assert_string_equal(described(section, "CORSAllowOrigin", 2),
                        "https://a.example https://b.example (and 2 more) "
                        "!https://e.example");
    assert_string_equal(described(section, "CORSAllowOrigin", 4),
                        "https://a.example https://b.example "
                        "https://c.example https://d.example "
                        "!https://e.example");
}

static void places_are_named(void **state)
{
    cors_policy *server = fake_server_policy(fake.server);
    const cors_policy *section = fake_policy("\nCORSMaxAge 5");

    (void)state;
    assert_null(fake_read(FAKE_SERVER, server, "CORSMaxAge 5"));
    assert_string_equal(cors_describe_section(section),
                        "<Location \"/api\">");
    assert_string_equal(cors_describe_section(server), "server config");
    assert_string_equal(cors_place_text(fake.pool, section->place),
                        "conf/httpd.conf:2");
    assert_string_equal(cors_describe_server(fake.pool, section),
                        "main server");
}

static void virtual_hosts_are_named(void **state)
{
    server_addr_rec address = { .host_port = 443 };
    const cors_policy *section;

    (void)state;
    fake.server->is_virtual = 1;
    fake.server->addrs = &address;
    fake.server->defn_name = "conf/sites.conf";
    fake.server->defn_line_number = 7;
    section = fake_policy("CORSMaxAge 5");
    assert_string_equal(cors_describe_server(fake.pool, section),
                        "api.example.com:443 (conf/sites.conf:7)");
    fake.server->server_hostname = NULL;
    fake.server->addrs = NULL;
    fake.server->defn_name = NULL;
    EXPECT_PART("unnamed", cors_describe_server(fake.pool, section), "-:80");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(every_directive_has_its_line),
        FAKES_TEST(values_are_written_as_one_writes_them),
        FAKES_TEST(files_are_named),
        FAKES_TEST(what_is_unset_is_inherited_or_default),
        FAKES_TEST(what_has_no_effect_is_marked),
        FAKES_TEST(what_has_its_effect_elsewhere_names_where),
        FAKES_TEST(sections_meet_where_one_lies_in_the_other),
        FAKES_TEST(many_origins_are_counted),
        FAKES_TEST(places_are_named),
        FAKES_TEST(virtual_hosts_are_named)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
