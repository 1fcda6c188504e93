/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include <apr_file_io.h>
#include <apr_optional.h>
#include <mod_watchdog.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include "policy/origin_lists.h"
#include "policy/server.h"
#include "shared/once.h"
#include "config/file_refresh.h"
#include "config/file_watch.h"

#define A "https://a.example.com"
#define B "https://b.example.com"
#define SECONDS apr_time_from_sec(5)

/* What the sanitizer counts; 0 where there is none. */
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

/* mod_watchdog, as far as it is asked. */
static struct {
    apr_status_t get, add;      /* what it answers */
    int asked;
    apr_interval_time_t interval;
    const void *data;
    ap_watchdog_callback_fn_t *callback;
} dog;

static apr_status_t ap_watchdog_get_instance(ap_watchdog_t **watchdog,
                                             const char *name, int parent,
                                             int singleton, apr_pool_t *pool)
{
    (void)pool;
    *watchdog = NULL;
    dog.asked++;
    assert_string_equal(name, "cors_cookies");
    assert_true(!parent && !singleton);
    return dog.get;
}

static apr_status_t
ap_watchdog_register_callback(ap_watchdog_t *watchdog,
                              apr_interval_time_t interval, const void *data,
                              ap_watchdog_callback_fn_t *callback)
{
    (void)watchdog;
    dog.interval = interval;
    dog.data = data;
    dog.callback = callback;
    return dog.add;
}

static char path[] = "/tmp/cors-watch-XXXXXX";
static const cors_policy *policy;

/* Written in place: its size or its times differ. */
static void put(const char *text)
{
    apr_file_t *file;

    assert_int_equal(apr_file_open(&file, path, APR_FOPEN_WRITE
                                   | APR_FOPEN_CREATE | APR_FOPEN_TRUNCATE,
                                   APR_FPROT_OS_DEFAULT, fake.pool),
                     APR_SUCCESS);
    apr_file_write_full(file, text, strlen(text), NULL);
    apr_file_close(file);
}

static int watch_setup(void **state)
{
    int file;

    fakes_setup(state);
    fake.server->process = apr_pcalloc(fake.pool, sizeof(process_rec));
    fake.server->process->pool = fake.pool;
    strcpy(path + sizeof(path) - 7, "XXXXXX");
    file = mkstemp(path);
    fchmod(file, 0644);         /* or the parent leaves it out */
    close(file);
    memset(&dog, 0, sizeof(dog));
    cors_once_open(fake.pool);
    put(A "\n");
    policy = fake_policy(apr_pstrcat(fake.pool, "CORSAllowOriginFile ", path,
                                     NULL));
    cors_server_of(fake.server)->file_refresh = SECONDS;
    return file < 0;
}

static int watch_teardown(void **state)
{
    unlink(path);
    return fakes_teardown(state);
}

#define WATCH_TEST(function) \
    cmocka_unit_test_setup_teardown(function, watch_setup, watch_teardown)

static int admits(const char *origin)
{
    return fake_judge(policy, origin, strlen(origin)) == CORS_REASON_OK;
}

static apr_status_t start(apr_pool_t **pconf)
{
    apr_pool_create(pconf, fake.pool);
    return cors_file_watch_start(*pconf, fake.server);
}

static void the_interval_is_read(void **state)
{
    static const struct {
        const char *value;
        long seconds;               /* -1: refused */
    } rows[] = {
        { "Off", 0 }, { "off", 0 }, { "1", 1 }, { "1s", 1 }, { "10", 10 },
        { "2min", 120 }, { "1h", 3600 }, { "3600", 3600 },
        { "1000ms", 1 }, { "0", -1 }, { "999ms", -1 }, { "3601", -1 },
        { "2h", -1 }, { "On", -1 }, { "-1", -1 }, { "1.5", -1 },
        { "10sec", -1 }, { "99999999999", -1 }
    };
    cors_policy *policy = cors_policy_create(fake.pool, NULL);
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        const char *line = apr_pstrcat(fake.pool, "CORSFileRefresh ",
                                       rows[i].value, NULL);
        const char *refused = fake_read(FAKE_SERVER, policy, line);

        if (rows[i].seconds < 0) {
            EXPECT_PART(rows[i].value, refused, "no such value; write Off, "
                        "or a time from 1s to 3600s");
            continue;
        }
        EXPECT_TEXT(rows[i].value, refused, NULL);
        EXPECT_NUMBER(rows[i].value,
                      apr_time_sec(cors_server_of(fake.server)
                                       ->file_refresh), rows[i].seconds);
    }
    EXPECT_PART("host", fake_read(FAKE_VIRTUAL_HOST, policy,
                                  "CORSFileRefresh 1s"),
                "cannot occur within <VirtualHost> section");
    assert_null(policy->place.file);
}

/* First, for what is registered stays for the whole program. */
static void without_mod_watchdog_it_says_so(void **state)
{
    apr_pool_t *pconf;

    (void)state;
    EXPECT_PART("on", cors_file_watch_unmet(fake.server),
                "CORSFileRefresh: mod_watchdog is not loaded; write "
                "'LoadModule watchdog_module");
    assert_int_equal(start(&pconf), APR_SUCCESS);
    cors_server_of(fake.server)->file_refresh = 0;
    assert_null(cors_file_watch_unmet(fake.server));
    APR_REGISTER_OPTIONAL_FN(ap_watchdog_get_instance);
    APR_REGISTER_OPTIONAL_FN(ap_watchdog_register_callback);
}

static void where_it_is_off_nobody_looks(void **state)
{
    apr_pool_t *pconf;

    (void)state;
    assert_null(cors_file_watch_unmet(fake.server));
    cors_server_of(fake.server)->file_refresh = 0;
    assert_int_equal(start(&pconf), APR_SUCCESS);
    assert_int_equal(dog.asked, 0);
    put(B "\n# longer\n");
    cors_file_watch_child(fake.pool, fake.server);
    assert_true(admits(A));
    assert_false(admits(B));
}

static void a_watchdog_that_fails_is_the_start_s_fault(void **state)
{
    apr_pool_t *pconf;

    (void)state;
    dog.get = APR_EGENERAL;
    assert_int_equal(start(&pconf), APR_EGENERAL);
    dog.get = APR_SUCCESS;
    dog.add = APR_ENOMEM;
    assert_int_equal(start(&pconf), APR_ENOMEM);
    assert_false(cors_origin_lists_may_change());
}

static void each_child_looks_as_often_as_told(void **state)
{
    static const char *const flags[] = { "DEBUG", "ONE_PROCESS" };
    apr_pool_t *pconf;
    int i;

    (void)state;
    for (i = 0; i < 2; i++) {
        fake.defined = flags[i];
        assert_int_equal(start(&pconf), APR_SUCCESS);
        assert_true(dog.interval == SECONDS && dog.data == fake.server);
        put(i ? A "\n" : B "\n# longer\n");
        dog.callback(AP_WATCHDOG_STATE_STARTING, fake.server, fake.pool);
        dog.callback(AP_WATCHDOG_STATE_STOPPING, fake.server, fake.pool);
        assert_int_equal(admits(A), i == 0);
        dog.callback(AP_WATCHDOG_STATE_RUNNING, fake.server, fake.pool);
        assert_int_equal(admits(A), i != 0);
        assert_int_equal(admits(B), i == 0);
        apr_pool_destroy(pconf);
    }
}

/* Each second, until its configuration goes. */
static void the_parent_looks_too(void **state)
{
    apr_pool_t *pconf;
    int tries;

    (void)state;
    assert_int_equal(start(&pconf), APR_SUCCESS);
    put(B "\n# longer\n");
    for (tries = 0; tries < 2000 && !admits(B); tries++) {
        apr_sleep(10000);
    }
    apr_pool_destroy(pconf);
    assert_true(admits(B));
    assert_false(admits(A));
}

/* What it has of its parent is no leak; without a sanitizer, coverage is
 * written down. */
static void leave(int status)
{
    if (__sanitizer_get_current_allocated_bytes) {
        _exit(status);
    }
    exit(status);
}

/* A child that crashes or hangs ends, or it would go on with the tests. */
static pid_t bear(void)
{
    pid_t child = fork();

    if (child == 0) {
        signal(SIGSEGV, SIG_DFL);
        signal(SIGBUS, SIG_DFL);
        alarm(60);
    }
    return child;
}

static void a_child_looks_before_it_serves(void **state)
{
    apr_pool_t *pconf;
    pid_t child;
    int status;

    (void)state;
    fake.defined = "DEBUG";
    assert_int_equal(start(&pconf), APR_SUCCESS);
    put(B "\n# longer\n");
    fflush(NULL);               /* or the child prints it once more */
    child = bear();
    if (child == 0) {
        cors_file_watch_child(fake.pool, fake.server);
        leave(admits(A) * 2 + !admits(B));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_true(admits(A));     /* here nobody has looked */
}

/* Or one that is born later, while the file is bad, had an older list. */
static void a_child_has_nothing_that_its_parent_has_not(void **state)
{
    apr_pool_t *pconf;
    int i;

    (void)state;
    assert_int_equal(start(&pconf), APR_SUCCESS);
    for (i = 0; i < 4; i++) {
        const char *origin = i % 2 ? A : B;
        pid_t child;
        int status;

        put(i % 2 ? A "\n" : B "\n# longer\n");
        fflush(NULL);
        child = bear();
        if (child == 0) {
            cors_file_watch_child(fake.pool, fake.server);
            leave(!admits(origin));
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(admits(origin));
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    apr_pool_destroy(pconf);
}

/* What only the parent has read nobody has heard of. */
static void a_child_says_what_its_parent_read(void **state)
{
    apr_pool_t *pconf;
    pid_t child;
    int status;

    (void)state;
    fake.defined = "DEBUG";
    assert_int_equal(start(&pconf), APR_SUCCESS);
    put(B "\n# longer\n");
    cors_file_refresh_look(fake.pool, fake.server, 1);
    assert_int_equal(fake.log->nelts, 0);
    put("torn");
    fflush(NULL);
    child = bear();
    if (child == 0) {
        cors_file_watch_child(fake.pool, fake.server);
        leave(strstr(fake_log_text(APLOG_NOTICE), "was read again, 1 origin")
              == NULL || fake.log->nelts != 2 || !admits(B));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    cors_file_watch_child(fake.pool, fake.server);
    assert_int_equal(fake.log->nelts, 0);       /* once, all together */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WATCH_TEST(without_mod_watchdog_it_says_so),
        FAKES_TEST(the_interval_is_read),
        WATCH_TEST(where_it_is_off_nobody_looks),
        WATCH_TEST(a_watchdog_that_fails_is_the_start_s_fault),
        WATCH_TEST(each_child_looks_as_often_as_told),
        WATCH_TEST(the_parent_looks_too),
        WATCH_TEST(a_child_looks_before_it_serves),
        WATCH_TEST(a_child_has_nothing_that_its_parent_has_not),
        WATCH_TEST(a_child_says_what_its_parent_read)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
