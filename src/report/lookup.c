/* SPDX-License-Identifier: Apache-2.0 */
#include "report/lookup.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <http_config.h>
#include <http_main.h>
#include <http_protocol.h>
#include <http_request.h>
#include <string.h>

#include "compat.h"
#include "policy/server.h"

static int is_name_of(const server_rec *server, const char *host)
{
    const apr_array_header_t *lists[2];
    int list, i;

    if (server->server_hostname
        && ap_cstr_casecmp(server->server_hostname, host) == 0) {
        return 1;
    }
    lists[0] = server->names;
    lists[1] = server->wild_names;
    for (list = 0; list < 2; list++) {
        for (i = 0; lists[list] && i < lists[list]->nelts; i++) {
            if (ap_strcasecmp_match(host, APR_ARRAY_IDX(lists[list], i,
                                                        const char *)) == 0) {
                return 1;
            }
        }
    }
    return 0;
}

static int listens_on(const server_rec *server, int port)
{
    const server_addr_rec *address = server->addrs;

    if (!server->is_virtual || port == 0) {
        return 1;
    }
    for (; address; address = address->next) {
        if (address->host_port == 0 || address->host_port == port) {
            return 1;
        }
    }
    return 0;
}

/*
 * As httpd chooses: the first virtual host of the port that has the name,
 * else the first of the port. Where there is none, as behind a gateway that
 * has another port, the first that has the name; else the main server.
 * port 0: any, the page's own virtual host before others. (httpd's list has
 * the later ones in front.)
 */
static server_rec *find_server(const request_rec *r, const char *host,
                               int port)
{
    server_rec *server, *named = NULL, *first = NULL, *elsewhere = NULL;
    int own_port = port == 0 && r->connection->local_addr
                   ? r->connection->local_addr->port : port;

    if (is_name_of(r->server, host)
        && (port == 0 || (r->server->is_virtual
                          && listens_on(r->server, port)))) {
        return r->server;
    }
    for (server = ap_server_conf->next; server; server = server->next) {
        int is_named = is_name_of(server, host);

        named = is_named && listens_on(server, port) ? server : named;
        first = listens_on(server, own_port) ? server : first;
        elsewhere = is_named ? server : elsewhere;
    }
    return named ? named : first ? first
           : elsewhere && !is_name_of(ap_server_conf, host)
             ? elsewhere : ap_server_conf;
}

/* Take host[:port] apart; NULL where that is no number. */
static char *split_host(apr_pool_t *pool, const char *text, int *port)
{
    char *host = apr_pstrdup(pool, text), *colon = strrchr(host, ':');

    if (colon && !strchr(colon, ']')) {
        if (colon[1 + strspn(colon + 1, "0123456789")] != '\0'
            || strlen(colon + 1) > 5) {
            return NULL;
        }
        *port = (int)apr_strtoi64(colon + 1, NULL, 10);
        *colon = '\0';
    }
    return host;
}

static const char *split_url(cors_lookup *lookup, const char *url,
                             const char **host)
{
    apr_pool_t *pool = lookup->r->pool;
    size_t scheme = strcspn(url, ":/");
    size_t authority;

    if (strncmp(url + scheme, "://", 3) != 0
        || (ap_cstr_casecmpn(url, "http://", 7) != 0
            && ap_cstr_casecmpn(url, "https://", 8) != 0)) {
        return "url must start with one /, or be a whole http URL";
    }
    lookup->scheme = apr_pstrmemdup(pool, url, scheme);
    url += scheme + 3;
    authority = strcspn(url, "/?#\\@");
    if (url[authority] == '@' || url[authority] == '\\' || authority == 0) {
        return "url has no host, or more than a host and a port";
    }
    *host = apr_pstrmemdup(pool, url, authority);
    lookup->path = url[authority] == '/' ? url + authority : "/";
    return NULL;
}

const char *cors_lookup_start(cors_lookup *lookup, request_rec *r,
                              const char *url, const char *host)
{
    const char *wrong, *named = NULL;
    int port = 0;

    memset(lookup, 0, sizeof(*lookup));
    lookup->r = r;
    lookup->path = url;
    lookup->server = r->server;
    lookup->host = r->hostname;
    if (url && url[0] != '/') {
        wrong = split_url(lookup, url, &named);
        if (wrong) {
            return wrong;
        }
        port = lookup->scheme[4] == 's' ? 443 : 80;
    }
    if (!lookup->path || lookup->path[1] == '/' || lookup->path[1] == '\\') {
        return "url must start with one /";
    }
    if (!host && !named) {
        return NULL;
    }
    lookup->host = split_host(r->pool, host ? host : named, &port);
    if (!lookup->host) {
        return "host has a port that is no number";
    }
    lookup->server = find_server(r, lookup->host, port);
    if (lookup->server == r->server || !r->server->is_virtual) {
        return NULL;
    }
    return apr_psprintf(r->pool, "only the main server's page explains other "
                        "virtual hosts; ask that of %s",
                        cors_server_name(r->pool, lookup->server));
}

request_rec *cors_lookup_find(const cors_lookup *lookup, const char *method,
                              apr_table_t *headers, const char *path)
{
    request_rec *as = apr_pmemdup(lookup->r->pool, lookup->r,
                                  sizeof(*lookup->r));

    as->server = lookup->server;
    as->hostname = lookup->host;
    as->headers_in = headers;
    as->the_request = apr_psprintf(as->pool, "%s %s HTTP/1.1", method, path);
    return ap_sub_req_method_uri(method, path, as, NULL);
}

/* mod_rewrite's handler has another name in trunk. */
static int is_rewritten(const request_rec *found)
{
    return found->handler
           && (strcmp(found->handler, "redirect-handler") == 0
               || strcmp(found->handler, "rewrite-redirect-handler") == 0);
}

const char *cors_lookup_next(const request_rec *found)
{
    static const char prefix[] = "redirect:";

    return found->filename && is_rewritten(found)
           && strncmp(found->filename, prefix, sizeof(prefix) - 1) == 0
           ? found->filename + sizeof(prefix) - 1 : NULL;
}
