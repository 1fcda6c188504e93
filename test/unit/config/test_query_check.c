/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes_store.h"

#include "config/query_check.h"
#include "policy/server.h"

#define QUERY "CORSAllowOriginQuery \"SELECT o FROM t WHERE o = %s\" Origin"

static int check_setup(void **state)
{
    fakes_setup(state);
    memset(&cache, 0, sizeof(cache));
    cache.loaded = 1;
    ap_conftree = NULL;
    fake.linked = "mod_dbd.c";
    return 0;
}

#define CHECK_TEST(function) \
    cmocka_unit_test_setup_teardown(function, check_setup, fakes_teardown)

static ap_directive_t *add_line(ap_directive_t *parent, const char *name)
{
    ap_directive_t *line = apr_pcalloc(fake.pool, sizeof(*line));
    ap_directive_t **end = parent ? &parent->first_child : &ap_conftree;

    line->directive = name;
    line->filename = "conf/httpd.conf";
    while (*end) {
        end = &(*end)->next;
    }
    *end = line;
    return line;
}

static server_rec *add_host(int line)
{
    server_rec *host = fake_server_create();

    host->is_virtual = 1;
    host->defn_name = "conf/httpd.conf";
    host->defn_line_number = (unsigned)line;
    host->next = fake.server->next;
    fake.server->next = host;
    return host;
}

/* A section of a server: what is read goes to fake.server's. */
static void read_section(server_rec *server, const char *lines)
{
    server_rec *main_server = fake.server;

    fake.server = server;
    fake_policy(lines);
    fake.server = main_server;
}

static int check(void)
{
    return cors_query_check(fake.pool, fake.pool, fake.server);
}

static void without_a_query_nothing_is_needed(void **state)
{
    (void)state;
    fake.linked = NULL;
    cache.loaded = 0;
    fake_policy("CORSAllowOrigin https://a.example");
    fake_policy("CORSMaxAge 5");
    assert_int_equal(check(), OK);
    assert_false(cors_server_of(fake.server)->has_query);
    assert_int_equal(cache.created, 0);
}

static void a_query_needs_mod_dbd(void **state)
{
    (void)state;
    fake.linked = NULL;
    add_line(NULL, "DBDriver");
    fake_policy("CORSMaxAge 5\n" QUERY);
    assert_int_equal(check(), HTTP_INTERNAL_SERVER_ERROR);
    assert_string_equal(fake_log_text(APLOG_CRIT),
        "Syntax error on line 2 of conf/httpd.conf:\n"
        "CORSAllowOriginQuery: mod_dbd is not loaded; write 'LoadModule "
        "dbd_module modules/mod_dbd.so'");
    assert_int_equal(cache.created, 0);
}

/* In the main server, or the virtual host; in <IfModule>, too. */
static void a_query_needs_a_driver(void **state)
{
    static const struct {
        const char *around;     /* the driver's section; NULL: none */
        unsigned line;          /* of <VirtualHost> */
        int of_host;            /* the query's */
        int starts;
    } rows[] = {
        { NULL, 0, 0, 1 },
        { NULL, 0, 1, 1 },
        { "<IfModule", 0, 0, 1 },
        { "<VirtualHost", 7, 1, 1 },
        { "<virtualhost", 7, 1, 1 },
        { "<VirtualHost", 7, 0, 0 },    /* a host's is not the server's, */
        { "<VirtualHost", 8, 1, 0 }     /* nor another host's */
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        ap_directive_t *parent = NULL;
        server_rec *host;
        const char *name = apr_itoa(fake.pool, (int)i);

        fake.log->nelts = 0;
        cache.created = 0;
        fake.server = fake_server_create();
        ap_conftree = NULL;
        host = add_host(7);
        add_line(NULL, "DBDParams");
        if (rows[i].around) {
            parent = add_line(NULL, rows[i].around);
            parent->line_num = (int)rows[i].line;
        }
        add_line(parent, "dbdriver");
        read_section(rows[i].of_host ? host : fake.server, QUERY);
        EXPECT_NUMBER(name, check(),
                      rows[i].starts ? OK : HTTP_INTERNAL_SERVER_ERROR);
        EXPECT_PART(name, fake_log_text(APLOG_CRIT), rows[i].starts ? ""
                    : "CORSAllowOriginQuery: no DBDriver in this virtual "
                      "host or the main server; write DBDriver and "
                      "DBDParams");
    }
}

/* As of httpd's own making: no section is its. */
static void a_host_without_a_place_has_no_driver(void **state)
{
    server_rec *host = add_host(7);

    (void)state;
    add_line(add_line(NULL, "<VirtualHost"), "DBDriver");
    ap_conftree->line_num = 7;
    ap_conftree->filename = NULL;
    read_section(host, QUERY);
    assert_int_equal(check(), HTTP_INTERNAL_SERVER_ERROR);
    ap_conftree->filename = "conf/httpd.conf";
    host->defn_name = "conf/other.conf";
    assert_int_equal(check(), HTTP_INTERNAL_SERVER_ERROR);
    host->defn_name = NULL;
    assert_int_equal(check(), HTTP_INTERNAL_SERVER_ERROR);
}

static void each_bad_host_is_named(void **state)
{
    (void)state;
    read_section(add_host(7), QUERY);
    read_section(add_host(9), QUERY);
    assert_int_equal(check(), HTTP_INTERNAL_SERVER_ERROR);
    EXPECT_PART("two", strstr(fake_log_text(APLOG_CRIT), "DBDParams\n"),
                "write DBDriver and DBDParams");
}

static void the_cache_has_two_parts(void **state)
{
    const cors_server *own = cors_server_of(fake.server);

    (void)state;
    add_line(NULL, "DBDriver");
    fake_policy(QUERY);
    assert_int_equal(check(), OK);
    assert_int_equal(cache.created, 2);
    assert_null(cache.arguments[0]);
    assert_null(cache.arguments[1]);
    assert_non_null(own->known);
    assert_ptr_not_equal(own->known, own->unlisted);
    assert_true(own->has_query);
}

/* Its place and size are for the answers that are worth most. */
static void a_place_is_for_what_is_known(void **state)
{
    cors_server *own = cors_server_of(fake.server);

    (void)state;
    add_line(NULL, "DBDriver");
    fake_policy(QUERY);
    own->query_cache = "shmcb:run/cors(65536)";
    assert_int_equal(check(), OK);
    assert_string_equal(cache.arguments[0], "run/cors(65536)");
    assert_null(cache.arguments[1]);
}

static void none_needs_no_module(void **state)
{
    cors_server *own = cors_server_of(fake.server);

    (void)state;
    cache.loaded = 0;
    add_line(NULL, "DBDriver");
    fake_policy(QUERY);
    own->query_cache = "None";
    assert_int_equal(check(), OK);
    assert_null(own->known);
    own->query_cache = NULL;
    assert_int_equal(check(), HTTP_INTERNAL_SERVER_ERROR);
    assert_string_equal(fake_log_text(APLOG_CRIT),
        "Syntax error on line 1 of conf/httpd.conf:\n"
        "CORSQueryCache: mod_socache_shmcb is not loaded; write 'LoadModule "
        "socache_shmcb_module modules/mod_socache_shmcb.so', or "
        "CORSQueryCache none");
}

static void what_the_cache_refuses_is_said(void **state)
{
    cors_server *own = cors_server_of(fake.server);

    (void)state;
    add_line(NULL, "DBDriver");
    fake_policy(QUERY);
    own->query_cache = "shmcb:";
    own->query_cache_place.file = "conf/a.conf";
    own->query_cache_place.line = 4;
    assert_int_equal(check(), HTTP_INTERNAL_SERVER_ERROR);
    assert_string_equal(fake_log_text(APLOG_CRIT),
        "Syntax error on line 4 of conf/a.conf:\n"
        "CORSQueryCache 'shmcb:': no path");
}

/* Rows are kept for as long as the most patient section wants them. */
static void rows_are_kept_for_the_longest_time(void **state)
{
    (void)state;
    add_line(NULL, "DBDriver");
    fake_policy(QUERY);
    assert_int_equal(check(), OK);
    assert_int_equal(cors_server_of(fake.server)->query_longest, 660);
    fake_policy("CORSQueryCacheTime 300 10 3600\n" QUERY);
    fake_policy("CORSQueryCacheTime 5");
    cache.created = 0;
    assert_int_equal(check(), OK);
    assert_int_equal(cors_server_of(fake.server)->query_longest, 3900);
}

/* Or one tenant's answers would be another's. */
static void virtual_hosts_have_keys_of_their_own(void **state)
{
    server_rec *one = add_host(7), *two = add_host(7);

    (void)state;
    add_line(NULL, "DBDriver");
    fake_policy(QUERY);
    assert_int_equal(check(), OK);
    assert_true(cors_server_of(one)->key != cors_server_of(two)->key);
    assert_true(cors_server_of(one)->key
                != cors_server_of(fake.server)->key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CHECK_TEST(without_a_query_nothing_is_needed),
        CHECK_TEST(a_query_needs_mod_dbd),
        CHECK_TEST(a_query_needs_a_driver),
        CHECK_TEST(a_host_without_a_place_has_no_driver),
        CHECK_TEST(each_bad_host_is_named),
        CHECK_TEST(the_cache_has_two_parts),
        CHECK_TEST(a_place_is_for_what_is_known),
        CHECK_TEST(none_needs_no_module),
        CHECK_TEST(what_the_cache_refuses_is_said),
        CHECK_TEST(rows_are_kept_for_the_longest_time),
        CHECK_TEST(virtual_hosts_have_keys_of_their_own)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
