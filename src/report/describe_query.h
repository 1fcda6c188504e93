/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_DESCRIBE_QUERY_H
#define CORS_DESCRIBE_QUERY_H

#include "policy/query.h"

/* Times as they are written: "60 10 600"; NULL of NULL. From the pool. */
const char *cors_describe_times(apr_pool_t *pool,
                                const cors_query_times *times);

/*
 * A section with all that it inherits, also what stands in the main server
 * for all servers alike. From the pool.
 */
const cors_policy *cors_describe_whole(apr_pool_t *pool,
                                       const cors_policy *section);

/*
 * CORSQueryCache and CORSQueryRate of the main server, for what it says
 * outside of sections; NULL: unset, or of another section.
 */
const char *cors_describe_cache(const cors_policy *policy);
const char *cors_describe_rate(apr_pool_t *pool, const cors_policy *policy);

#endif
