/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/server.h"

#include <apr_hash.h>
#include <apr_strings.h>
#include <string.h>

#include "syntax/ascii.h"

void *cors_server_create(apr_pool_t *pool, server_rec *server)
{
    cors_server *own = apr_pcalloc(pool, sizeof(*own));

    (void)server;
    own->sections = apr_array_make(pool, 4, sizeof(cors_policy *));
    return own;
}

void cors_servers_separate(apr_pool_t *pool, server_rec *server)
{
    const cors_server *main_server = cors_server_of(server);

    while ((server = server->next) != NULL) {
        if (cors_server_of(server) == main_server) {
            ap_set_module_config(server->module_config, &cors_cookies_module,
                                 cors_server_create(pool, server));
        }
    }
}

const char *cors_server_name(apr_pool_t *pool, const server_rec *server)
{
    int port = server->addrs ? server->addrs->host_port : 0;

    return apr_psprintf(pool, "%s:%d",
                        server->server_hostname ? server->server_hostname
                                                : "-",
                        port ? port : server->port ? server->port : 80);
}

void cors_sections_add(server_rec *server, cors_policy *section)
{
    APR_ARRAY_PUSH(cors_server_of(server)->sections, cors_policy *) =
        section;
}

static void visit_server(server_rec *server, cors_section_visit *visit,
                         void *data)
{
    const apr_array_header_t *sections = cors_server_of(server)->sections;
    int i;

    for (i = 0; i < sections->nelts; i++) {
        visit(data, server, APR_ARRAY_IDX(sections, i, cors_policy *));
    }
}

void cors_sections_each(apr_pool_t *temp_pool, server_rec *server,
                        cors_section_visit *visit, void *data)
{
    apr_array_header_t *others = apr_array_make(temp_pool, 8,
                                                sizeof(server_rec *));
    server_rec *other;

    visit_server(server, visit, data);
    for (other = server->next; other; other = other->next) {
        APR_ARRAY_PUSH(others, server_rec *) = other;
    }
    while (!apr_is_empty_array(others)) {
        visit_server(*(server_rec **)apr_array_pop(others), visit, data);
    }
}

static void note_node(void *data, server_rec *server, cors_policy *section)
{
    (void)server;
    if (section->node) {
        apr_hash_set(data, (const void *)&section->node,
                     sizeof(ap_directive_t *), section);
    }
}

static void find_around(void *data, server_rec *server, cors_policy *section)
{
    const ap_directive_t *node = section->node;

    (void)server;
    while (!section->around && node && (node = node->parent) != NULL) {
        section->around = apr_hash_get(data, (const void *)&node,
                                       sizeof(ap_directive_t *));
    }
}

void cors_sections_nest(apr_pool_t *temp_pool, server_rec *server)
{
    apr_hash_t *by_node = apr_hash_make(temp_pool);

    cors_sections_each(temp_pool, server, note_node, by_node);
    cors_sections_each(temp_pool, server, find_around, by_node);
}

/* The plain path of <Location> or <Directory>; length 0: it is no such. */
static cors_text find_path(const cors_policy *section, const char *kind)
{
    const char *line = section->section, *path;
    cors_text none = { "", 0 }, found;

    if (!line || !cors_ascii_starts_any_case(line, strlen(line), kind)) {
        return none;
    }
    path = line + strlen(kind);
    path += strspn(path, " \"");
    found.text = path;
    found.length = strcspn(path, "\">");
    while (found.length > 1 && path[found.length - 1] == '/') {
        found.length--;
    }
    return found.length == 0 || strpbrk(path, "*?[~") ? none : found;
}

static int lies_in(cors_text inner, cors_text outer)
{
    return inner.length >= outer.length
           && memcmp(inner.text, outer.text, outer.length) == 0
           && (inner.length == outer.length || outer.length == 1
               || inner.text[outer.length] == '/');
}

int cors_sections_meet(const cors_policy *a, const cors_policy *b)
{
    static const char *const kinds[] = { "<Location ", "<Directory " };
    int i;

    for (i = 0; i < 2; i++) {
        cors_text one = find_path(a, kinds[i]), other = find_path(b,
                                                                  kinds[i]);

        if (one.length > 0 && other.length > 0 && !lies_in(one, other)
            && !lies_in(other, one)) {
            return 0;
        }
    }
    return 1;
}
