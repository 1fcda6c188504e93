/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_DESCRIBE_H
#define CORS_DESCRIBE_H

#include "policy/policy.h"

/*
 * A policy in the words of the configuration, for the dump and the status
 * page.
 */
typedef struct cors_description {
    const char *directive;
    const char *value;          /* as one would write it */
    const char *remark;         /* "default", "inherited" or NULL: set here */
    int effect;                 /* 0: set here, and changes nothing here */
} cors_description;

/*
 * The values of a section's policy, as its server completes it. most: how
 * many origins are written out; the others are counted ("and 3 more"); 0:
 * all. Returns an array of cors_description, from the pool.
 */
apr_array_header_t *cors_describe_policy(apr_pool_t *pool,
                                         const cors_policy *section,
                                         int most);

/* The section: "<Location \"/api\">", or "server config". */
const char *cors_describe_section(const cors_policy *section);

/* Its virtual host: "api.example.com:443", or "main server". */
const char *cors_describe_server(apr_pool_t *pool,
                                 const cors_policy *section);

/*
 * httpd's test_config hook: under -t -D DUMP_CORS, print every policy of the
 * configuration (not of .htaccess) with the values that hold there.
 */
void cors_describe_dump(apr_pool_t *pconf, server_rec *server);

#endif
