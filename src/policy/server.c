/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/server.h"

#include <apr_hash.h>
#include <apr_strings.h>

void *cors_server_create(apr_pool_t *pool, server_rec *server)
{
    cors_server *own = apr_pcalloc(pool, sizeof(*own));

    (void)server;
    own->sections = apr_array_make(pool, 4, sizeof(cors_policy *));
    return own;
}

const char *cors_server_name(apr_pool_t *pool, const server_rec *server)
{
    return apr_psprintf(pool, "%s:%d",
                        server->server_hostname ? server->server_hostname
                                                : "-",
                        server->addrs ? (int)server->addrs->host_port
                                      : (int)server->port);
}

void cors_sections_add(server_rec *server, cors_policy *section)
{
    APR_ARRAY_PUSH(cors_server_of(server)->sections, cors_policy *) =
        section;
}

void cors_sections_each(server_rec *server, cors_section_visit *visit,
                        void *data)
{
    for (; server; server = server->next) {
        const apr_array_header_t *sections =
            cors_server_of(server)->sections;
        int i;

        for (i = 0; i < sections->nelts; i++) {
            visit(data, server, APR_ARRAY_IDX(sections, i, cors_policy *));
        }
    }
}

static void note_node(void *data, server_rec *server, cors_policy *section)
{
    (void)server;
    if (section->node) {
        apr_hash_set(data, &section->node, sizeof(section->node), section);
    }
}

static void find_around(void *data, server_rec *server, cors_policy *section)
{
    const ap_directive_t *node = section->node;

    (void)server;
    while (!section->around && node && (node = node->parent) != NULL) {
        section->around = apr_hash_get(data, &node, sizeof(node));
    }
}

void cors_sections_nest(apr_pool_t *temp_pool, server_rec *server)
{
    apr_hash_t *by_node = apr_hash_make(temp_pool);

    cors_sections_each(server, note_node, by_node);
    cors_sections_each(server, find_around, by_node);
}
