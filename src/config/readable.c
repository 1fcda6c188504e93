/* SPDX-License-Identifier: Apache-2.0 */
#include "config/readable.h"

#include <grp.h>
#include <httpd.h>
#include <unistd.h>
#include <unixd.h>

/* The User's, as at start. */
static gid_t groups[256];
static int group_count;

void cors_readable_start(void)
{
    const char *user = ap_unixd_config.user_name;

    group_count = (int)(sizeof(groups) / sizeof(groups[0]));
    if (!user || getgrouplist(user, ap_unixd_config.group_id, groups,
                              &group_count) < 0) {
        group_count = 0;
    }
}

static int is_of_group(gid_t group)
{
    int i;

    for (i = 0; i < group_count && groups[i] != group; i++) {
    }
    return i < group_count || group == ap_unixd_config.group_id;
}

int cors_readable_by_children(const apr_finfo_t *info)
{
    if (geteuid() != 0) {
        return 1;               /* children are who the parent is */
    }
    if (info->user == ap_unixd_config.user_id) {
        return (info->protection & APR_FPROT_UREAD) != 0;
    }
    if (is_of_group(info->group)) {
        return (info->protection & APR_FPROT_GREAD) != 0;
    }
    return (info->protection & APR_FPROT_WREAD) != 0;
}
