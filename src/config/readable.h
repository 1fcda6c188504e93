/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_READABLE_H
#define CORS_READABLE_H

#include <apr_file_info.h>

/* Find out the groups of httpd's User. In post_config. */
void cors_readable_start(void);

/*
 * Whether children, as httpd's User and Group, may read a file of this owner,
 * group and mode, which the parent has open.
 */
int cors_readable_by_children(const apr_finfo_t *info);

#endif
