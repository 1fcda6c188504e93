/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_DUMP_H
#define CORS_DUMP_H

#include <httpd.h>

/*
 * httpd's test_config hook: under -t -D DUMP_CORS, print every policy of the
 * configuration (not of .htaccess): what is set or inherited there, and which
 * directives are left at their default.
 */
void cors_dump(apr_pool_t *pconf, server_rec *server);

#endif
