/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include "policy/server.h"

#include "config/config_check.h"

/* httpd's check of a configuration: the server's own lines, a <Location>. */
static int check_configuration(const char *server, const char *location)
{
    const char *refused = fake_read(FAKE_SERVER,
                                    fake_server_policy(fake.server), server);

    EXPECT_TEXT(server, refused, NULL);
    fake_policy(location);
    return cors_config_check(fake.pool, fake.pool, fake.pool, fake.server);
}

typedef struct row {
    const char *server;
    const char *location;
    const char *refused;        /* in the message; NULL: it starts */
} row;

static void expect_rows(const row *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        const char *name = apr_pstrcat(fake.pool, rows[i].server, "\n<Loc>\n",
                                       rows[i].location, NULL);

        fake.log->nelts = 0;
        fake.server->lookup_defaults =
            fake_vector(cors_policy_create(fake.pool, NULL));
        fake.server->module_config =
            fake_vector(cors_server_create(fake.pool, fake.server));
        EXPECT_NUMBER(name,
                      check_configuration(rows[i].server, rows[i].location),
                      rows[i].refused ? HTTP_INTERNAL_SERVER_ERROR : OK);
        EXPECT_PART(name, fake_log_text(APLOG_CRIT),
                    rows[i].refused ? rows[i].refused : "");
        if (!rows[i].refused) {
            EXPECT_TEXT(name, fake_log_text(APLOG_CRIT), "");
        }
    }
}

static void star_needs_credentials_off(void **state)
{
    static const row rows[] = {
        { "", "CORSAllowOrigin *", "CORSAllowOrigin '*': with credentials "
          "every site of the world" },
        { "", "CORSAllowOrigin *\nCORSAllowCredentials On", "'*'" },
        { "", "CORSAllowCredentials On\nCORSAllowOrigin *", "'*'" },
        { "", "CORSAllowOrigin *\nCORSAllowCredentials Off", NULL },
        { "", "CORSAllowCredentials Off\nCORSAllowOrigin *", NULL },
        /* What the section leaves unset it has from its server. */
        { "CORSAllowCredentials Off", "CORSAllowOrigin *", NULL },
        { "CORSAllowCredentials On", "CORSAllowOrigin *", "'*'" },
        { "CORSAllowOrigin *\nCORSAllowCredentials Off",
          "CORSAllowCredentials On", "'*'" },
        { "CORSAllowOrigin *\nCORSAllowCredentials Off",
          "CORSAllowCredentials On\nCORSAllowOrigin https://a.example",
          NULL },
        { "CORSAllowOrigin *\nCORSAllowCredentials Off",
          "CORSAllowCredentials On\nCORSAllowOrigin none", NULL },
        { "CORSAllowOrigin *\nCORSAllowCredentials Off", "CORSMaxAge 5",
          NULL },
        /* Anonymous is another thing. */
        { "", "CORSAllowAnonymous On", NULL },
        { "", "CORSAllowOrigin *\nCORSAllowAnonymous On", "'*'" }
    };

    (void)state;
    expect_rows(rows, LENGTH(rows));
}

static void cleartext_origins_need_their_option(void **state)
{
    static const row rows[] = {
        { "", "CORSAllowOrigin http://app.example.com",
          "CORSAllowOrigin 'http://app.example.com': with credentials "
          "everybody on the way" },
        { "", "CORSAllowOrigin https://a.example http://b.example:8080",
          "'http://b.example:8080'" },
        { "", "CORSAllowOrigin http://*.example.com",
          "'http://*.example.com'" },
        { "", "CORSAllowOrigin http://192.0.2.7", "'http://192.0.2.7'" },
        { "", "CORSAllowOrigin http://localhost.example.com",
          "'http://localhost.example.com'" },
        { "", "CORSAllowOrigin http://128.0.0.1", "'http://128.0.0.1'" },
        { "", "CORSAllowOrigin http://[::2]", "'http://[::2]'" },
        { "", "CORSAllowOrigin http://a.example\n"
          "CORSOptions UnsafeInsecureOrigin", NULL },
        { "", "CORSOptions +UnsafeInsecureOrigin\n"
          "CORSAllowOrigin http://a.example", NULL },
        { "CORSOptions UnsafeInsecureOrigin",
          "CORSAllowOrigin http://a.example", NULL },
        { "CORSOptions UnsafeInsecureOrigin",
          "CORSAllowOrigin http://a.example\n"
          "CORSOptions +UnsafePublicSuffix", NULL },
        { "CORSOptions UnsafeInsecureOrigin",
          "CORSAllowOrigin http://a.example\n"
          "CORSOptions UnsafePublicSuffix", "'http://a.example'" },
        { "", "CORSAllowOrigin http://a.example\n"
          "CORSOptions UnsafePublicSuffix", "'http://a.example'" },
        { "CORSAllowOrigin http://a.example\n"
          "CORSOptions UnsafeInsecureOrigin", "CORSOptions none",
          "'http://a.example'" },
        { "", "CORSAllowOrigin http://a.example\nCORSAllowCredentials Off",
          NULL },
        /* This machine, and schemes that are not on the way of anybody. */
        { "", "CORSAllowOrigin http://localhost http://localhost:3000 "
          "http://localhost. http://app.localhost http://*.localhost "
          "http://127.0.0.1 http://127.255.0.9:8080 http://[::1]", NULL },
        { "", "CORSAllowOrigin ionic://localhost app://b.example", NULL },
        /* To exclude one is safe. */
        { "", "CORSAllowOrigin https://*.example.com !http://a.example",
          NULL }
    };

    (void)state;
    expect_rows(rows, LENGTH(rows));
}

static void public_suffixes_need_their_option(void **state)
{
    static const row rows[] = {
        { "", "CORSAllowOrigin https://*.com", "CORSAllowOrigin "
          "'https://*.com': everybody can register a name there" },
        { "", "CORSAllowOrigin https://*.intranet", "'https://*.intranet'" },
#ifdef HAVE_LIBPSL
        { "", "CORSAllowOrigin https://*.co.uk:*", "'https://*.co.uk:*'" },
        { "", "CORSAllowOrigin https://*.github.io",
          "'https://*.github.io'" },
#endif
        { "", "CORSAllowOrigin https://*.com\n"
          "CORSOptions UnsafePublicSuffix", NULL },
        { "", "CORSAllowOrigin https://*.com\n"
          "CORSOptions UnsafeInsecureOrigin", "'https://*.com'" },
        { "", "CORSAllowOrigin https://*.com\nCORSAllowCredentials Off",
          NULL },
        { "", "CORSAllowOrigin https://*.example.com https://*.localhost",
          NULL },
        { "", "CORSAllowOrigin https://*.example.com !https://*.com", NULL },
        /* Without a wildcard a suffix is a host like others. */
        { "", "CORSAllowOrigin https://github.io", NULL },
        /* Both at once: one at a time is named. */
        { "", "CORSAllowOrigin http://*.com\n"
          "CORSOptions UnsafeInsecureOrigin", "'http://*.com': everybody" }
    };

    (void)state;
    expect_rows(rows, LENGTH(rows));
}

/* What each expression needs that is not literal. */
#ifdef HAVE_LIBPSL
#define LISTLESS ""
#else
#define LISTLESS "UnsafePublicSuffix"
#endif

static void expressions_without_a_site_need_their_option(void **state)
{
    static const row rows[] = {
        { "", "CORSAllowOriginMatch https://.*", "CORSAllowOriginMatch "
          "'https://.*': it names no site in full" },
        { "", "CORSAllowOriginMatch https://a\\.com https://.*",
          "'https://.*'" },
        { "", "CORSAllowOriginMatch https://a\\.com|https://.*",
          "its alternative 'https://.*' names no site" },
        { "", "CORSAllowOriginMatch https://.*\nCORSAllowCredentials Off",
          "'https://.*'" },
        { "", "CORSAllowOriginMatch https://.*\nCORSOptions "
          "UnsafePublicSuffix", "'https://.*'" },
        { "", "CORSAllowOriginMatch https://.*\nCORSOptions UnsafeMatch "
          LISTLESS, NULL },
        { "", "CORSOptions UnsafeMatch " LISTLESS "\n"
          "CORSAllowOriginMatch https://.*", NULL },
        /* The option may come from the server, or be taken away. */
        { "CORSOptions UnsafeMatch " LISTLESS,
          "CORSAllowOriginMatch https://.*", NULL },
        { "CORSOptions UnsafeMatch", "CORSOptions -UnsafeMatch\n"
          "CORSAllowOriginMatch https://.*", "'https://.*'" },
        { "CORSOptions UnsafeMatch " LISTLESS "\n"
          "CORSAllowOriginMatch https://.*", "CORSOptions -UnsafeMatch",
          "'https://.*'" },
#ifdef HAVE_LIBPSL
        { "", "CORSAllowOriginMatch https://[a-z]+\\.a\\.com", NULL },
#else
        { "", "CORSAllowOriginMatch https://[a-z]+\\.a\\.com",
          "CORSAllowOriginMatch 'https://[a-z]+\\.a\\.com': this build has "
          "no list of public suffixes" },
        { "", "CORSAllowOriginMatch https://[a-z]+\\.a\\.com\n"
          "CORSOptions UnsafePublicSuffix", NULL },
        { "", "CORSAllowOriginMatch https://[a-z]+\\.a\\.com\n"
          "CORSAllowCredentials Off", NULL },
#endif
        { "", "CORSAllowOriginMatch https://(a|b)\\.a\\.com", NULL }
    };

    (void)state;
    expect_rows(rows, LENGTH(rows));
}

static void exclusions_alone_are_refused(void **state)
{
    static const row rows[] = {
        { "", "CORSAllowOrigin !https://a.example", "CORSAllowOrigin "
          "'!https://a.example': a section of exclusions only" },
        /* Whatever the credentials. */
        { "", "CORSAllowOrigin !https://a.example !https://b.example\n"
          "CORSAllowCredentials Off", "'!https://a.example'" },
        /* Inherited origins are replaced: they do not help. */
        { "CORSAllowOrigin https://*.example.com",
          "CORSAllowOrigin !https://a.example.com",
          "'!https://a.example.com'" },
        { "", "CORSAllowOriginMatch https://(a|b)\\.example\n"
          "CORSAllowOrigin !https://a.example", NULL }
    };

    (void)state;
    expect_rows(rows, LENGTH(rows));
}

static const char *blamed(const char *server, const char *location)
{
    assert_int_not_equal(check_configuration(server, location), OK);
    return fake_log_text(APLOG_CRIT);
}

/* Names the line of the pattern, not the one that completed the section. */
static void the_message_names_the_pattern_s_line(void **state)
{
    (void)state;
    blamed("", "CORSMaxAge 5\nCORSAllowOrigin https://a.example\n"
           "CORSAllowOrigin http://b.example\nCORSAllowMethods PUT");
    EXPECT_PART("line", fake_log_text(APLOG_CRIT),
                "line 3 of conf/httpd.conf");
}

static void every_fault_is_told_at_once(void **state)
{
    (void)state;
    fake_policy("CORSAllowOrigin http://a.example");
    fake_policy("CORSAllowOrigin *");
    assert_int_not_equal(cors_config_check(fake.pool, fake.pool, fake.pool,
                                           fake.server), OK);
    EXPECT_PART("first", fake_log_text(APLOG_CRIT), "'http://a.example'");
    EXPECT_PART("second", fake_log_text(APLOG_CRIT), "'*'");
}

/* The offence of origins that are inherited is the heir's line. */
static void an_heir_that_turns_credentials_on_is_blamed(void **state)
{
    (void)state;
    assert_int_not_equal(
        check_configuration("CORSAllowOrigin *\nCORSAllowCredentials Off",
                            "\n\nCORSMaxAge 5\nCORSAllowCredentials On"),
        OK);
    EXPECT_PART("line", fake_log_text(APLOG_CRIT),
                "line 4 of conf/httpd.conf");
}

static void every_server_is_checked(void **state)
{
    server_rec *main_server = fake.server;

    (void)state;
    fake.server = main_server->next = fake_server_create();
    fake_policy("CORSAllowOrigin *");
    fake.server = main_server;
    assert_int_not_equal(cors_config_check(fake.pool, fake.pool, fake.pool,
                                           main_server), OK);
}

static void a_section_is_checked_with_those_around_it(void **state)
{
    ap_directive_t outside = { 0 }, inside = { .parent = &outside };

    (void)state;
    fake_policy("CORSAllowCredentials Off")->node = &outside;
    fake_policy("CORSAllowOrigin *")->node = &inside;
    EXPECT_NUMBER("nested", cors_config_check(fake.pool, fake.pool,
                                              fake.pool, fake.server), OK);
}

static void fetch_metadata_beside_serve_is_warned_of(void **state)
{
    (void)state;
    check_configuration("", "\nCORSFetchMetadata On");
    EXPECT_PART("its own", fake_log_text(APLOG_WARNING),
                "CORSFetchMetadata 'On' in the section of line 2 of ");
}

static void same_site_none_beside_serve_is_warned_of(void **state)
{
    (void)state;
    check_configuration("", "\nCORSCookieAttributes SameSite=None Secure");
    EXPECT_PART("warning", fake_log_text(APLOG_WARNING), "SameSite=None");
    EXPECT_PART("warning", fake_log_text(APLOG_WARNING),
                "line 2 of conf/httpd.conf");
    EXPECT_PART("warning", fake_log_text(APLOG_WARNING),
                "CORSDisallowedOrigin StripCredentials or Deny");
}

static void an_heir_that_serves_is_warned_of(void **state)
{
    (void)state;
    check_configuration("CORSCookieAttributes SameSite=None Secure\n"
                        "CORSDisallowedOrigin Deny",
                        "\n\nCORSDisallowedOrigin Serve");
    EXPECT_PART("warning", fake_log_text(APLOG_WARNING),
                "line 3 of conf/httpd.conf");
}

static void an_heir_of_both_is_not(void **state)
{
    (void)state;
    check_configuration("CORSCookieAttributes SameSite=None Secure",
                        "\n\nCORSMaxAge 5");
    assert_null(strstr(fake_log_text(APLOG_WARNING), "line 3"));
}

static void same_site_none_beside_deny_is_not(void **state)
{
    (void)state;
    check_configuration("CORSDisallowedOrigin Deny",
                        "CORSCookieAttributes SameSite=None Secure");
    fake_policy("CORSCookieAttributes SameSite=Lax");
    assert_string_equal(fake_log_text(APLOG_WARNING), "");
}

/* In one section or another, or for readers without cookies: all the same. */
static void methods_without_any_origin_are_warned_of(void **state)
{
    static const struct {
        const char *server;
        const char *location;
        const char *warning;    /* NULL: none */
    } rows[] = {
        { "", "\nCORSAllowMethods PUT", "CORSAllowMethods in the section of "
          "line 2 of conf/httpd.conf has no effect" },
        { "CORSAllowHeaders X-A", "CORSMaxAge 5", "CORSAllowHeaders in the "
          "section of line 1" },
        { "CORSAllowHeaders X-A", "CORSAllowOrigin none",
          "CORSAllowHeaders" },
        { "CORSAllowMethods PUT", "CORSAllowOrigin https://a.example",
          NULL },
        { "CORSAllowMethods PUT", "CORSAllowAnonymous On", NULL },
        { "CORSAllowOrigin https://a.example",
          "CORSAllowOrigin none\nCORSAllowMethods PUT", NULL },
        { "", "CORSDisallowedOrigin Deny", NULL }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        fake.log->nelts = 0;
        fake.server->lookup_defaults =
            fake_vector(cors_policy_create(fake.pool, NULL));
        fake.server->module_config =
            fake_vector(cors_server_create(fake.pool, fake.server));
        assert_int_equal(check_configuration(rows[i].server,
                                             rows[i].location), OK);
        if (rows[i].warning) {
            EXPECT_PART(rows[i].server, fake_log_text(APLOG_WARNING),
                        rows[i].warning);
        }
        else {
            EXPECT_TEXT(rows[i].server, fake_log_text(APLOG_WARNING), "");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(star_needs_credentials_off),
        FAKES_TEST(cleartext_origins_need_their_option),
        FAKES_TEST(public_suffixes_need_their_option),
        FAKES_TEST(expressions_without_a_site_need_their_option),
        FAKES_TEST(exclusions_alone_are_refused),
        FAKES_TEST(the_message_names_the_pattern_s_line),
        FAKES_TEST(every_fault_is_told_at_once),
        FAKES_TEST(an_heir_that_turns_credentials_on_is_blamed),
        FAKES_TEST(every_server_is_checked),
        FAKES_TEST(a_section_is_checked_with_those_around_it),
        FAKES_TEST(fetch_metadata_beside_serve_is_warned_of),
        FAKES_TEST(same_site_none_beside_serve_is_warned_of),
        FAKES_TEST(an_heir_that_serves_is_warned_of),
        FAKES_TEST(an_heir_of_both_is_not),
        FAKES_TEST(same_site_none_beside_deny_is_not),
        FAKES_TEST(methods_without_any_origin_are_warned_of)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
