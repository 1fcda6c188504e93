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
    const char *effect;         /* what has to come together that it has */
                                /* one, or that it has none; NULL: it has */
    const struct cors_origins *files;   /* whose files the value names, or */
                                        /* NULL */
} cors_description;

/*
 * The values of a section's policy, as the sections around it and its server
 * complete it. most: how many origins are written out; the others are counted
 * ("and 3 more"); 0: all. Returns an array of cors_description, from the
 * pool.
 */
apr_array_header_t *cors_describe_policy(apr_pool_t *pool,
                                         const cors_policy *section,
                                         int most);

/* What is left at its default, in one line; NULL: nothing is. */
const char *cors_describe_defaults(apr_pool_t *pool,
                                   const apr_array_header_t *lines);

/* The section: "<Location \"/api\">", or "server config". */
const char *cors_describe_section(const cors_policy *section);

/* Its virtual host: "api.example.com:443", or "main server". */
const char *cors_describe_server(apr_pool_t *pool,
                                 const cors_policy *section);

#endif
