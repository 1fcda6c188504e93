/* SPDX-License-Identifier: Apache-2.0 */
#include "report/describe_query.h"

#include <apr_strings.h>
#include <http_main.h>

#include "policy/server.h"

const char *cors_describe_times(apr_pool_t *pool,
                                const cors_query_times *times)
{
    return times ? apr_psprintf(pool, "%d %d %d", times->fresh,
                                times->unlisted, times->stale) : NULL;
}

const cors_policy *cors_describe_whole(apr_pool_t *pool,
                                       const cors_policy *section)
{
    cors_policy *whole = apr_pmemdup(pool, cors_policy_complete(
        pool, section->server, section), sizeof(*whole));

    whole->server = ap_server_conf;
    whole->section = NULL;
    return whole;
}

static const cors_server *find_server(const cors_policy *policy)
{
    return policy->server && !policy->section
           && !policy->server->is_virtual ? cors_server_of(policy->server)
                                          : NULL;
}

const char *cors_describe_cache(const cors_policy *policy)
{
    const cors_server *server = find_server(policy);

    return server ? server->query_cache : NULL;
}

const char *cors_describe_rate(apr_pool_t *pool, const cors_policy *policy)
{
    const cors_server *server = find_server(policy);

    return server && server->query_rate ? apr_itoa(pool, server->query_rate)
                                        : NULL;
}
