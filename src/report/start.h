/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_START_H
#define CORS_START_H

#include <httpd.h>

/*
 * httpd's post_config hook: get the shared memory, say the version and what
 * is missing.
 */
int cors_start(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
               server_rec *server);

#endif
