/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_QUERY_CHECK_H
#define CORS_QUERY_CHECK_H

#include "policy/policy.h"

/*
 * What queries need of the rest of the configuration, once all is read:
 * mod_dbd, a DBDriver of their virtual host or the main server, and the
 * cache, which is made here. Logs what is missing, with what to write.
 * pconf: for the cache. Returns OK, or the status that stops the start.
 */
int cors_query_check(apr_pool_t *pconf, apr_pool_t *ptemp,
                     server_rec *server);

#endif
