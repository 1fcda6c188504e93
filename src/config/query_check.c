/* SPDX-License-Identifier: Apache-2.0 */
#include "config/query_check.h"

#include <ap_provider.h>
#include <ap_socache.h>
#include <apr_strings.h>
#include <http_config.h>
#include <http_log.h>
#include <string.h>

#include "policy/hash.h"
#include "policy/origins.h"
#include "policy/rejection.h"
#include "policy/server.h"

APLOG_USE_MODULE(cors_cookies);

typedef struct checking {
    apr_pool_t *pool;
    int found;
    cors_place place;           /* of the first query */
    int longest;                /* seconds that rows are of use to somebody */
    int status;
} checking;

static void reject(checking *c, server_rec *server, cors_place place,
                   const char *message)
{
    c->status = HTTP_INTERNAL_SERVER_ERROR;
    ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_CRIT, 0, server,
                 "Syntax error on line %d of %s:", place.line, place.file);
    ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_CRIT, 0, server, "%s",
                 message);
}

/* Whether the line stands among these, or in a section that is a condition. */
static int has_line(const ap_directive_t *node, const char *name)
{
    for (; node; node = node->next) {
        if (ap_cstr_casecmp(node->directive, name) == 0) {
            return 1;
        }
        if (node->first_child
            && ap_cstr_casecmp(node->directive, "<VirtualHost") != 0
            && has_line(node->first_child, name)) {
            return 1;
        }
    }
    return 0;
}

static int is_of(const ap_directive_t *node, const server_rec *server)
{
    return ap_cstr_casecmp(node->directive, "<VirtualHost") == 0
           && server->defn_name && node->filename
           && (unsigned)node->line_num == server->defn_line_number
           && strcmp(node->filename, server->defn_name) == 0;
}

/* mod_dbd's configuration is its own: what is written tells. */
static int has_driver(const server_rec *server)
{
    const ap_directive_t *node;

    if (has_line(ap_conftree, "DBDriver")) {
        return 1;
    }
    for (node = ap_conftree; node; node = node->next) {
        if (server->is_virtual && is_of(node, server)
            && has_line(node->first_child, "DBDriver")) {
            return 1;
        }
    }
    return 0;
}

static void note_times(checking *c, const cors_query_times *times)
{
    if (times->fresh + times->stale > c->longest) {
        c->longest = times->fresh + times->stale;
    }
}

static void check_section(void *data, server_rec *server,
                          cors_policy *section)
{
    checking *c = data;
    const apr_array_header_t *queries =
        section->origins ? cors_origins_queries(section->origins) : NULL;
    cors_place place;

    note_times(c, cors_query_times_of(section));
    if (!queries || queries->nelts == 0) {
        return;
    }
    place = APR_ARRAY_IDX(queries, 0, const cors_query *)->place;
    if (!c->found) {
        c->place = place;
        c->found = 1;
    }
    if (!ap_find_linked_module("mod_dbd.c")) {
        reject(c, server, place, "CORSAllowOriginQuery: mod_dbd is not "
               "loaded; write 'LoadModule dbd_module modules/mod_dbd.so'");
    }
    else if (!has_driver(server)) {
        reject(c, server, place, "CORSAllowOriginQuery: no DBDriver in this "
               "virtual host or the main server; write DBDriver and "
               "DBDParams");
    }
}

/* What stands behind shmcb: is mod_socache_shmcb's to judge. */
static void make_cache(checking *c, apr_pool_t *pconf, server_rec *server)
{
    cors_server *own = cors_server_of(server);
    const char *value = own->query_cache ? own->query_cache : "shmcb";
    const char *colon = strchr(value, ':'), *wrong;
    cors_place place = own->query_cache ? own->query_cache_place : c->place;
    const ap_socache_provider_t *provider;

    if (ap_cstr_casecmp(value, "none") == 0) {
        return;
    }
    provider = ap_lookup_provider(AP_SOCACHE_PROVIDER_GROUP, "shmcb",
                                  AP_SOCACHE_PROVIDER_VERSION);
    if (!provider) {
        reject(c, server, place, "CORSQueryCache: "
               "mod_socache_shmcb is not loaded; write 'LoadModule "
               "socache_shmcb_module modules/mod_socache_shmcb.so', or "
               "CORSQueryCache none");
        return;
    }
    wrong = provider->create(&own->known, colon ? colon + 1 : NULL, c->pool,
                             pconf);
    if (!wrong) {
        wrong = provider->create(&own->unlisted, NULL, c->pool, pconf);
    }
    if (wrong) {
        reject(c, server, place,
               cors_rejection_text(c->pool, "CORSQueryCache", value, wrong,
                                   NULL));
    }
}

static void name_servers(apr_pool_t *pool, server_rec *server)
{
    unsigned number = 0;

    for (; server; server = server->next) {
        const char *name = apr_psprintf(pool, "%u %s", number++,
                                        cors_server_name(pool, server));

        cors_server_of(server)->key = cors_hash(name, strlen(name));
    }
}

int cors_query_check(apr_pool_t *pconf, apr_pool_t *ptemp,
                     server_rec *server)
{
    checking c = { ptemp, 0, { NULL, 0 }, 0, OK };

    cors_sections_each(ptemp, server, check_section, &c);
    if (c.found && c.status == OK) {
        cors_server_of(server)->has_query = 1;
        cors_server_of(server)->query_longest = c.longest;
        name_servers(ptemp, server);
        make_cache(&c, pconf, server);
    }
    return c.status;
}
