/* SPDX-License-Identifier: Apache-2.0 */
/* Groups as a system has them; by owner and mode: test_file_refresh.c. */
#include "fakes.h"

#include <grp.h>
#include <unistd.h>
#include <unixd.h>

#include "config/readable.h"

/* In the C library's stead: httpd has been started by root, */
uid_t geteuid(void)
{
    return 0;
}

static int groups_known = 1;

/* and its User is of two further groups. */
int getgrouplist(const char *user, gid_t group, gid_t *groups, int *count)
{
    assert_string_equal(user, "www-data");
    groups[0] = group;
    groups[1] = 21;
    groups[2] = 22;
    *count = 3;
    return groups_known ? 3 : -1;
}

static int can_read_of_group(gid_t group)
{
    apr_finfo_t info = { 0 };

    info.user = 1;
    info.group = group;
    info.protection = APR_FPROT_GREAD;
    return cors_readable_by_children(&info);
}

static void children_read_by_every_group_of_theirs(void **state)
{
    (void)state;
    ap_unixd_config.user_id = 4711;
    ap_unixd_config.group_id = 4712;
    ap_unixd_config.user_name = "www-data";
    cors_readable_start();
    assert_true(can_read_of_group(4712));
    assert_true(can_read_of_group(21));
    assert_true(can_read_of_group(22));
    assert_false(can_read_of_group(23));
    groups_known = 0;
    cors_readable_start();
    assert_true(can_read_of_group(4712));
    assert_false(can_read_of_group(21));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(children_read_by_every_group_of_theirs)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
