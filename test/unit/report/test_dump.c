/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include <apr_file_io.h>
#include <unistd.h>

#include "policy/server.h"
#include "report/dump.h"

/* What cors_dump prints. */
static const char *dumped(void)
{
    char path[] = "/tmp/cors-dump-XXXXXX", text[16384];
    int file = mkstemp(path), output = dup(1);
    ssize_t length;

    assert_true(file >= 0 && output >= 0);
    fflush(stdout);
    dup2(file, 1);
    cors_dump(fake.pool, fake.server);
    dup2(output, 1);
    close(output);
    length = pread(file, text, sizeof(text), 0);
    close(file);
    unlink(path);
    assert_true(length >= 0);
    return apr_pstrmemdup(fake.pool, text, (apr_size_t)length);
}

static void the_dump_prints_every_policy(void **state)
{
    const char *text;

    (void)state;
    fake_policy("CORSAllowOrigin https://a.example");
    fake_policy("CORSAllowMethods PUT");
    assert_string_equal(dumped(), "");
    fake.defined = "DUMP_CORS";
    text = dumped();
    EXPECT_PART("dump", text, "CORS policies:\n"
                "main server, <Location \"/api\">, conf/httpd.conf:1\n"
                "    CORSAllowOrigin https://a.example\n");
    EXPECT_PART("dump", text, "    CORSAllowOriginMatch none, "
                "CORSAllowOriginFile none, ");
    EXPECT_PART("dump", text, ", CORSMaxAge 600, ");
    EXPECT_PART("dump", text, ", CORSOptions none (default)\n");
    EXPECT_PART("dump", text, "conf/httpd.conf:1\n"
                "    CORSAllowMethods PUT (with <Location "
                "\"/api\">, conf/httpd.conf:1)\n"
                "    CORSAllowOrigin none, ");
}

static void other_defines_are_others(void **state)
{
    (void)state;
    fake_policy("CORSAllowOrigin https://a.example");
    fake.defined = "DUMP_VHOSTS";
    assert_string_equal(dumped(), "");
}

/* Of files: how often they are looked at, and each of them once. */
static void files_are_listed_once(void **state)
{
    const char *folder, *path, *text;
    apr_file_t *file;

    (void)state;
    assert_int_equal(apr_temp_dir_get(&folder, fake.pool), APR_SUCCESS);
    path = apr_psprintf(fake.pool, "%s/cors-dump-%d", folder, (int)getpid());
    assert_int_equal(apr_file_open(&file, path, APR_FOPEN_CREATE
                                   | APR_FOPEN_WRITE
                                   | APR_FOPEN_DELONCLOSE,
                                   APR_FPROT_OS_DEFAULT, fake.pool),
                     APR_SUCCESS);
    apr_file_puts("https://a.example\n!https://b.example\n", file);
    fake.defined = "DUMP_CORS";
    fake_policy(apr_pstrcat(fake.pool, "CORSAllowOriginFile ", path, NULL));
    fake_policy(apr_pstrcat(fake.pool, "CORSAllowOriginFile ", path, NULL));
    EXPECT_PART("off", dumped(), "\nCORSFileRefresh Off (default)\n");
    cors_server_of(fake.server)->file_refresh = apr_time_from_sec(90);
    text = dumped();
    EXPECT_PART("interval", text, "\nCORSFileRefresh 90\n");
    path = apr_pstrcat(fake.pool, path, ", 2 origins, read ", NULL);
    EXPECT_PART("file", text, path);
    text = strstr(text, path) + 1;
    assert_null(strstr(text, path));
    apr_file_close(file);
}

#define QUERY "\"SELECT o FROM t WHERE o = %s AND h = %s\" Origin " \
    "\"%{reqenv:TENANT}\""

static void queries_are_printed_with_their_limits(void **state)
{
    cors_policy *server;
    const char *text;

    (void)state;
    server = fake_server_policy(fake.server);
    assert_null(fake_read(FAKE_SERVER, server, "CORSAllowOriginQuery " QUERY
                          "\nCORSQueryCacheTime 5min 10 0\n"
                          "CORSQueryCache shmcb:logs/cors(65536)\n"
                          "CORSQueryRate 7"));
    fake_policy("CORSMaxAge 5");
    fake.defined = "DUMP_CORS";
    text = dumped();
    EXPECT_PART("query", text, "    CORSAllowOriginQuery " QUERY "\n");
    EXPECT_PART("times", text, "    CORSQueryCacheTime 300 10 0\n");
    EXPECT_PART("cache", text, "    CORSQueryCache shmcb:logs/cors(65536)\n");
    EXPECT_PART("rate", text, "    CORSQueryRate 7\n");
}

/* What the whole server says is no default anywhere in it. */
static void sections_and_hosts_have_the_server_s_limits(void **state)
{
    server_rec *main_server = fake.server, *host;
    const char *text;

    (void)state;
    assert_null(fake_read(FAKE_SERVER, fake_server_policy(main_server),
                          "CORSQueryCache none\nCORSQueryRate 7"));
    host = fake_server_create();
    host->is_virtual = 1;
    main_server->next = host;
    fake.server = host;
    fake_policy("CORSAllowOriginQuery " QUERY);
    fake.server = main_server;
    fake.defined = "DUMP_CORS";
    text = strstr(dumped(), "CORSAllowOriginQuery " QUERY);
    assert_non_null(text);
    EXPECT_PART("cache", text, "    CORSQueryCache none (inherited)\n");
    EXPECT_PART("rate", text, "    CORSQueryRate 7 (inherited)\n");
}

static void limits_of_queries_have_defaults(void **state)
{
    (void)state;
    fake_policy("CORSAllowOriginQuery " QUERY);
    fake.defined = "DUMP_CORS";
    EXPECT_PART("defaults", dumped(), "CORSQueryCacheTime 60 10 600, "
                "CORSQueryCache shmcb, CORSQueryRate 100, ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(the_dump_prints_every_policy),
        FAKES_TEST(other_defines_are_others),
        FAKES_TEST(files_are_listed_once),
        FAKES_TEST(queries_are_printed_with_their_limits),
        FAKES_TEST(sections_and_hosts_have_the_server_s_limits),
        FAKES_TEST(limits_of_queries_have_defaults)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
