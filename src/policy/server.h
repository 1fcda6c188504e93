/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_SERVER_H
#define CORS_SERVER_H

#include "policy/policy.h"

/*
 * What each server (the main one, and each virtual host) has of its own.
 */
typedef struct cors_server {
    apr_array_header_t *sections;   /* of cors_policy *, not of .htaccess */
    unsigned counter;               /* shared/counters: whose counters */
    apr_uint64_t key;               /* tells it from others; while it runs */

    apr_interval_time_t file_refresh;   /* of the main server; 0: Off */

    /* Of the main server: where answers of databases are kept. */
    const char *query_cache;        /* as written; NULL: the default */
    cors_place query_cache_place;
    struct ap_socache_instance_t *known;    /* rows; NULL: nowhere */
    struct ap_socache_instance_t *unlisted; /* answers without rows */
    int query_longest;              /* seconds that rows are of use */
    int query_rate;                 /* questions a second; 0: the default */
    unsigned has_query : 1;         /* of any server */
} cors_server;

/* Per-server configuration: httpd's create function. */
void *cors_server_create(apr_pool_t *pool, server_rec *server);

static inline cors_server *cors_server_of(const server_rec *server)
{
    return ap_get_module_config(server->module_config,
                                &cors_cookies_module);
}

/*
 * httpd lets virtual hosts without a directive of ours have what the main
 * server has: give each what is its own. server: the main one.
 */
void cors_servers_separate(apr_pool_t *pool, server_rec *server);

/* Its ServerName and port: "api.example.com:443". From the pool. */
const char *cors_server_name(apr_pool_t *pool, const server_rec *server);

/* Enter a section of the server, in the order of the configuration. */
void cors_sections_add(server_rec *server, cors_policy *section);

/*
 * Once all is read: tell each section of this server, and of those behind
 * it, which one stands around it (<If> inside <Location>).
 */
void cors_sections_nest(apr_pool_t *temp_pool, server_rec *server);

/*
 * Whether a request can have both sections: not those of two <Location> or
 * two <Directory> of which neither lies in the other.
 *
 * yes: <Location "/api"> and <Location "/api/v1">, <Files> and whatever
 * no:  <Location "/api"> and <Location "/apis">
 */
int cors_sections_meet(const cors_policy *a, const cors_policy *b);

/*
 * Call visit for the sections of this server, and then of those behind it, in
 * the order of the configuration (httpd's list has the last virtual host
 * first). temp_pool: for the call.
 */
typedef void cors_section_visit(void *data, server_rec *server,
                                cors_policy *section);
void cors_sections_each(apr_pool_t *temp_pool, server_rec *server,
                        cors_section_visit *visit, void *data);

#endif
