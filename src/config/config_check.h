/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_CONFIG_CHECK_H
#define CORS_CONFIG_CHECK_H

#include <httpd.h>

/*
 * httpd's check_config hook: after reading, every section of every server is
 * held to what origins, credentials and options say together (safety.h).
 */
int cors_config_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                      server_rec *server);

#endif
