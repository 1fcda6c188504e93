/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include "shared/once.h"

/* The clock of these tests, in place of APR's. */
static apr_time_t now = APR_TIME_C(1700000000) * APR_USEC_PER_SEC;

apr_time_t apr_time_now(void)
{
    return now;
}

static const cors_policy *section(const char *file, int line, int htaccess)
{
    cors_policy *policy = cors_policy_create(fake.pool, NULL);

    policy->place.file = file;
    policy->place.line = line;
    policy->htaccess = htaccess != 0;
    return policy;
}

static void each_thing_is_said_once_of_each_section(void **state)
{
    (void)state;
    cors_once_open(fake.pool);
    assert_true(cors_once_an_hour(1, section("a.conf", 1, 0)));
    assert_false(cors_once_an_hour(1, section("a.conf", 1, 0)));
    assert_true(cors_once_an_hour(2, section("a.conf", 1, 0)));
    assert_true(cors_once_an_hour(1, section("a.conf", 2, 0)));
    assert_true(cors_once_an_hour(1, section("b.conf", 1, 0)));
    assert_true(cors_once_an_hour(1, section(NULL, 0, 0)));
    assert_false(cors_once_an_hour(1, section(NULL, 0, 0)));
    /* Another memory: this child's own. */
    assert_true(cors_once_a_child(1, section("a.conf", 1, 0)));
    assert_false(cors_once_a_child(1, section("a.conf", 1, 0)));
}

static void all_htaccess_files_are_one(void **state)
{
    (void)state;
    cors_once_open(fake.pool);
    assert_true(cors_once_an_hour(1, section("/a/.htaccess", 1, 1)));
    assert_false(cors_once_an_hour(1, section("/b/.htaccess", 7, 1)));
    assert_true(cors_once_an_hour(2, section("/b/.htaccess", 7, 1)));
    assert_true(cors_once_an_hour(1, section("a.conf", 1, 0)));
}

/* Those that differ in their last part are told apart all the same. */
static void long_paths_are_told_apart(void **state)
{
    char *path = apr_palloc(fake.pool, 2001);

    (void)state;
    cors_once_open(fake.pool);
    memset(path, 'x', 2000);
    path[2000] = '\0';
    assert_true(cors_once_an_hour(1, section(path, 1, 0)));
    path[1999] = 'y';
    assert_true(cors_once_an_hour(1, section(path, 1, 0)));
}

static void after_an_hour_it_is_said_again(void **state)
{
    const cors_policy *policy = section("a.conf", 1, 0);

    (void)state;
    cors_once_open(fake.pool);
    assert_true(cors_once_an_hour(1, policy));
    assert_true(cors_once_a_child(2, policy));
    now += apr_time_from_sec(3599);
    assert_false(cors_once_an_hour(1, policy));
    now += apr_time_from_sec(1);
    assert_true(cors_once_an_hour(1, policy));
    assert_false(cors_once_an_hour(1, policy));
    now += apr_time_from_sec(100000);
    assert_false(cors_once_a_child(2, policy));
}

/* A full memory forgets; it keeps nobody from being heard. */
static void what_has_no_room_is_said_again(void **state)
{
    int i, said = 0;

    (void)state;
    cors_once_open(fake.pool);
    for (i = 0; i < 20000; i++) {
        said += cors_once_an_hour(1, section("a.conf", i, 0));
    }
    assert_int_equal(said, 20000);
    assert_false(cors_once_an_hour(1, section("a.conf", 19999, 0)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(each_thing_is_said_once_of_each_section),
        FAKES_TEST(all_htaccess_files_are_one),
        FAKES_TEST(long_paths_are_told_apart),
        FAKES_TEST(after_an_hour_it_is_said_again),
        FAKES_TEST(what_has_no_room_is_said_again)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
