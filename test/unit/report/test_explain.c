/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include <http_main.h>

#include "policy/server.h"
#include "report/status.h"

#define APP "CORSAllowOrigin https://app.example.com\n"
#define FROM_APP "&origin=https://app.example.com"
#define FROM_OTHER "&origin=https://other.example"

static const char *explain(const char *arguments)
{
    request_rec *r = fake_request(fake_policy(""), "GET", NULL);

    fake.body = "";
    r->hostname = "api.example.com";
    r->handler = "cors-status";
    r->args = apr_pstrcat(fake.pool, "explain&", arguments, NULL);
    assert_int_equal(cors_status_handler(r), OK);
    EXPECT_NUMBER(arguments, r->status,
                  strncmp(fake.body, "Error: ", 7) == 0 ? HTTP_BAD_REQUEST
                                                        : HTTP_OK);
    return fake.body;
}

typedef struct row {
    const char *lines;
    const char *arguments;
    const char *parts[4];
} row;

static void expect_rows(const row *rows, size_t count)
{
    size_t i;
    int j;

    for (i = 0; i < count; i++) {
        const char *text;

        fake.looked_up = fake_policy(rows[i].lines);
        text = explain(rows[i].arguments);
        for (j = 0; j < 4 && rows[i].parts[j]; j++) {
            EXPECT_PART(rows[i].lines, text, rows[i].parts[j]);
        }
    }
}

#define EXPECT_ROWS(rows) expect_rows(rows, sizeof(rows) / sizeof(rows[0]))

static void it_says_what_would_be_sent_and_enforced(void **state)
{
    static const row rows[] = {
        { APP, "url=/a" FROM_APP,
          { "Status: the handler's\n", "Enforced: Serve\n" } },
        { APP, "url=/a" FROM_OTHER,
          { "Status: the handler's\n", "Enforced: Serve\n" } },
        { APP "CORSDisallowedOrigin Deny", "url=/a" FROM_OTHER,
          { "Status: 403\n", "Enforced: Deny\n" } },
        { APP "CORSDisallowedOrigin StripCredentials", "url=/a" FROM_OTHER,
          { "Status: the handler's\n", "Enforced: StripCredentials\n" } },
        { APP "CORSDisallowedOrigin Deny\nCORSReportOnly On",
          "url=/a" FROM_OTHER,
          { "Status: the handler's\n", "Enforced: no (CORSReportOnly)\n" } },
        { APP, "url=/a&method=GET" FROM_APP, { "Status: 204\n" } },
        { APP "CORSPreflightStatus 200", "url=/a&method=GET" FROM_APP,
          { "Status: 200\n" } },
        { APP, "url=/a&method=GET" FROM_OTHER, { "Status: 403\n" } },
        { APP "CORSPreflight Forward", "url=/a&method=GET" FROM_APP,
          { "Status: the handler's\n", "Result: preflight-allowed\n" } }
    };

    (void)state;
    EXPECT_ROWS(rows);
}

static void it_names_all_that_is_missing(void **state)
{
    static const row rows[] = {
        { APP, "url=/a&method=PUT&headers=x-a,x-b" FROM_APP,
          { "Missing: PUT, x-a, x-b\n" } },
        { APP "CORSAllowMethods PUT",
          "url=/a&method=PUT&headers=x-a,x-b" FROM_APP,
          { "Missing: x-a, x-b\n" } },
        { APP "CORSAllowHeaders X-A X-B",
          "url=/a&method=PUT&headers=x-a,x-b" FROM_APP,
          { "Missing: PUT\n" } }
    };

    (void)state;
    EXPECT_ROWS(rows);
    fake.looked_up = fake_policy(APP);
    assert_null(strstr(explain("url=/a" FROM_APP), "Missing"));
}

static void it_says_what_cookies_travel(void **state)
{
    static const row rows[] = {
        { APP, "url=/a" FROM_APP, { "Site: same-site\n" } },
        { APP, "url=/a" FROM_OTHER,
          { "Site: cross-site\n",
            "Cookies: only SameSite=None; Secure cookies travel\n" } },
        { APP, "url=https://api.example.com/a&origin=http://app.example.com",
          { "Site: same-site\nCookies: the page is http: and the server "
            "https:, Chromium sends SameSite=None; Secure cookies only\n" } },
        { APP "CORSAllowAnonymous On", "url=/a" FROM_OTHER,
          { "Without-Credentials: anonymous, "
            "Access-Control-Allow-Origin: *\n",
            "With-Credentials: disallowed, credentials-sent\n" } }
    };

    (void)state;
    EXPECT_ROWS(rows);
    assert_null(strstr(explain("url=/a" FROM_APP), "Cookies"));
    assert_null(strstr(explain("url=/a&origin=http://app.example.com"),
                       "Cookies"));
    assert_null(strstr(explain("url=/a" FROM_APP), "-Credentials: an"));
    assert_null(strstr(explain("url=/a&origin=null"), "Site"));
}

static void it_judges_what_browsers_say_of_the_page(void **state)
{
    static const row rows[] = {
        { APP "CORSFetchMetadata On",
          "url=/a&site=cross-site&mode=no-cors&dest=image"
          "&referer=https://app.example.com/page",
          { "Result: embedded\n", "Reason: ok\n" } },
        { APP "CORSFetchMetadata On\nCORSDisallowedOrigin Deny",
          "url=/a&site=cross-site&mode=no-cors&dest=image",
          { "Reason: origin-missing\n", "Status: 403\n" } },
        { APP "CORSFetchMetadata On", "url=/a&site=same-origin",
          { "Result: none\n" } }
    };

    (void)state;
    EXPECT_ROWS(rows);
}

static void of_an_allowed_request_it_says_how_cookies_come(void **state)
{
    static const char hint[] = "it; a script sends cookies if it asks";

    (void)state;
    fake.looked_up = fake_policy(APP);
    EXPECT_PART("allowed", explain("url=/a" FROM_APP), hint);
    assert_null(strstr(explain("url=/a&method=GET" FROM_APP), hint));
    assert_null(strstr(explain("url=/a" FROM_OTHER), hint));
    fake.looked_up = fake_policy(APP "CORSAllowCredentials Off");
    assert_null(strstr(explain("url=/a" FROM_APP), hint));
}

/* A front controller's place is looked up by another URL. */
static void it_follows_internal_redirects(void **state)
{
    (void)state;
    fake.looked_up = fake_policy("");
    fake.looked_up_file = "redirect:/index.php";
    fake.looked_up_behind = fake_policy(APP);
    EXPECT_PART("behind", explain("url=/pretty" FROM_APP),
                "Result: allowed\n");
    assert_int_equal(fake.lookups, 2);

    fake.looked_up = fake_policy(APP);
    fake.looked_up_behind = fake_policy(
        "CORSAllowOrigin https://b.example\nCORSDisallowedOrigin Deny");
    EXPECT_PART("both", explain("url=/pretty" FROM_APP), "Result: allowed\n");
    EXPECT_PART("both", explain("url=/pretty" FROM_OTHER), "Status: 403\n");

    fake.lookups = 0;
    fake.looked_up_behind = NULL;       /* round and round */
    EXPECT_PART("loop", explain("url=/pretty" FROM_APP), "Result: allowed\n");
    assert_int_equal(fake.lookups, 10);
}

/* Virtual hosts */

/* port 0: *, any */
static server_rec *add_host(const char *name, int port)
{
    server_rec *server = fake_server_create();

    server->is_virtual = 1;
    server->server_hostname = apr_pstrdup(fake.pool, name);
    server->names = apr_array_make(fake.pool, 1, sizeof(char *));
    server->wild_names = apr_array_make(fake.pool, 1, sizeof(char *));
    server->addrs = apr_pcalloc(fake.pool, sizeof(*server->addrs));
    server->addrs->host_port = (apr_port_t)port;
    server->next = fake.server->next;
    fake.server->next = server;         /* as httpd has them */
    return server;
}

static void it_looks_where_the_host_is(void **state)
{
    static const char *const rows[][2] = {
        { "url=/a", "Host: api.example.com:80\n" },
        { "url=/a&host=API.example.com", "Host: api.example.com:80\n" },
        { "url=/a&host=one.example", "Host: one.example:80\n" },
        { "url=/a&host=one.example:443", "Host: one.example:443\n" },
        { "url=https://one.example/a", "Host: one.example:443\n" },
        { "url=HTTP://one.example/a", "Host: one.example:80\n" },
        { "url=https://one.example:444/a", "Host: two.example:" },
        { "url=https://one.example/a&host=two.example",
          "Host: two.example:" },
        { "url=https://alias.example/a", "Host: two.example:" },
        { "url=https://any.two.example", "Host: two.example:" },
        { "url=https://three.example/a", "Host: one.example:443" },
        { "url=http://192.0.2.7/a", "Host: one.example:80" },
        { "url=/a&host=[::1]:80", "Host: one.example:80" },
        { "url=/a&host=one.example:x", "Error: host has a port" },
        { "url=/a&host=one.example:123456", "Error: host has a port" },
        { "url=https://a@one.example/", "Error: url has no host" },
        { "url=https://one.example\\a", "Error: url has no host" },
        { "url=https:///a", "Error: url has no host" },
        { "url=https://one.example//a", "Error: url must start" },
        { "url=https://one.example/\\a", "Error: url must start" },
        { "url=ftp://one.example/a", "Error: url must start" },
        { "url=https:one.example/a", "Error: url must start" },
        { "host=one.example", "Error: url must start" }
    };
    server_rec *two;
    size_t i;

    (void)state;
    add_host("one.example", 80);
    add_host("one.example", 443);
    two = add_host("two.example", 0);
    APR_ARRAY_PUSH(two->names, const char *) = "alias.example";
    APR_ARRAY_PUSH(two->wild_names, const char *) = "*.two.example";
    fake.looked_up = fake_policy(APP);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        EXPECT_PART(rows[i][0], explain(rows[i][0]), rows[i][1]);
    }
}

/* TLS may end in front of httpd, whose own port is another then. */
static void it_looks_by_name_where_nobody_has_the_port(void **state)
{
    (void)state;
    fake.looked_up = fake_policy(APP);
    add_host("one.example", 8080);
    add_host("one.example", 8081);
    EXPECT_PART("by name", explain("url=https://one.example/a"),
                "Host: one.example:8080\n");
    EXPECT_PART("main", explain("url=https://three.example/a"),
                "Host: api.example.com:80\n");
    EXPECT_PART("main", explain("url=https://api.example.com/a"),
                "Host: api.example.com:80\n");
}

static void a_virtual_host_explains_its_own_urls(void **state)
{
    server_rec *main_server = fake.server;

    (void)state;
    add_host("two.example", 0);
    add_host("one.example", 0);
    fake.looked_up = fake_policy(APP);
    fake.server = main_server->next;
    EXPECT_PART("its own", explain("url=/a&host=one.example"),
                "Host: one.example:");
    EXPECT_PART("another", explain("url=/a&host=two.example"),
                "Error: only the main server's page explains other virtual "
                "hosts; ask that of two.example:");
    fake.server = main_server;
}

/* Where no policy holds */

static cors_policy *add_section(server_rec *server, const char *section,
                                const char *lines)
{
    cors_policy *policy = fake_policy(lines);

    policy->section = section;
    cors_sections_add(server, policy);
    return policy;
}

static void it_says_what_was_meant_to_hold(void **state)
{
    (void)state;
    fake.looked_up = fake_policy("");
    assert_null(strstr(explain("url=/a" FROM_APP), "Hint"));

    fake_policy(APP)->section = "<Directory \"/srv/www\">";
    fake.looked_up_file = "/srv/www/a";
    EXPECT_PART("elsewhere", explain("url=/a" FROM_APP), "Hint: the policies "
                "of this virtual host hold elsewhere: <Directory "
                "\"/srv/www\"> (conf/httpd.conf:1)\n");
    fake.looked_up_file = "proxy:http://127.0.0.1/a";
    EXPECT_PART("proxied", explain("url=/a" FROM_APP), "Hint: the URL is "
                "proxied, and <Directory \"/srv/www\"> (conf/httpd.conf:1) "
                "does not hold for it; write <Location>\n");
}

/* Of many policies the first ones show where they stand. */
static void it_names_three_places_at_most(void **state)
{
    (void)state;
    fake.looked_up = fake_policy("");
    fake_policy(APP)->section = "<Location \"/a\">";
    fake_policy("CORSMaxAge 5")->section = "<Location \"/b\">";
    fake_policy(APP)->section = "<Location \"/c\">";
    fake_policy(APP)->section = "<Location \"/d\">";
    EXPECT_PART("three", explain("url=/e" FROM_APP), "elsewhere: "
                "<Location \"/a\"> (conf/httpd.conf:1), "
                "<Location \"/c\"> (conf/httpd.conf:1), "
                "<Location \"/d\"> (conf/httpd.conf:1)\n");
    fake_policy(APP)->section = "<Location \"/f\">";
    EXPECT_PART("more", explain("url=/e" FROM_APP), "(conf/httpd.conf:1) "
                "and others\n");
}

static void it_names_the_other_host_of_this_name(void **state)
{
    (void)state;
    fake.looked_up = fake_policy("");
    add_host("one.example", 80);
    add_section(add_host("one.example", 443), NULL, APP);
    add_section(add_host("other.example", 443), NULL, APP);
    EXPECT_PART("of one name", explain("url=http://one.example/a" FROM_APP),
                "Hint: the virtual host one.example:443 of this name has a "
                "policy (conf/httpd.conf:1)\n");
    assert_null(strstr(explain("url=/a" FROM_APP), "Hint"));
}

static void it_names_a_htaccess_that_is_not_read(void **state)
{
    static const struct {
        const char *lines;
        int is_named;
    } rows[] = {
        { "corsAllowOrigin https://app.example.com\n", 1 },
        { "RewriteEngine On\nCORSMaxAge 5", 1 },
        { "RewriteEngine On\n# CORS\n", 0 }, { "", 0 }, { NULL, 0 }
    };
    size_t i;

    (void)state;
    fake.looked_up = fake_policy("");
    fake.looked_up_file = "/srv/www/deep/file";
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *text;

        fake.htaccess = rows[i].lines;
        text = explain("url=/a" FROM_APP);
        EXPECT_NUMBER(rows[i].lines, strstr(text, "Hint: /srv/www/.htaccess "
                                            "is not read") != NULL,
                      rows[i].is_named);
        assert_int_equal(fake.files_open, 0);
    }
}

static void it_says_where_it_cannot_know(void **state)
{
    static const char *const modules[] = { "mod_rewrite.c", "mod_setenvif.c" };
    int i;

    (void)state;
    fake.looked_up = fake_policy(APP);
    assert_null(strstr(explain("url=/a"), "Approximate"));
    for (i = 0; i < 2; i++) {
        fake.linked = modules[i];
        EXPECT_PART(modules[i], explain("url=/a"), "Approximate: rules ");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(it_says_what_would_be_sent_and_enforced),
        FAKES_TEST(it_names_all_that_is_missing),
        FAKES_TEST(it_says_what_cookies_travel),
        FAKES_TEST(it_judges_what_browsers_say_of_the_page),
        FAKES_TEST(of_an_allowed_request_it_says_how_cookies_come),
        FAKES_TEST(it_follows_internal_redirects),
        FAKES_TEST(it_looks_where_the_host_is),
        FAKES_TEST(it_looks_by_name_where_nobody_has_the_port),
        FAKES_TEST(a_virtual_host_explains_its_own_urls),
        FAKES_TEST(it_says_what_was_meant_to_hold),
        FAKES_TEST(it_names_three_places_at_most),
        FAKES_TEST(it_names_the_other_host_of_this_name),
        FAKES_TEST(it_names_a_htaccess_that_is_not_read),
        FAKES_TEST(it_says_where_it_cannot_know)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
