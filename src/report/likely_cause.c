/* SPDX-License-Identifier: Apache-2.0 */
#include "report/likely_cause.h"

#include <apr_strings.h>
#include <http_config.h>
#include <http_main.h>
#include <string.h>

#include "policy/server.h"

/* So many sections are named. */
#define NAMED_MAX 3

typedef struct cause_search {
    const cors_lookup *lookup;
    const request_rec *found;
    const char *cause;
    const char *elsewhere;      /* sections of the same virtual host */
    int named;
} cause_search;

static void note_section(cause_search *search, const cors_policy *section)
{
    apr_pool_t *pool = search->lookup->r->pool;

    if (section->section && search->named++ < NAMED_MAX) {
        search->elsewhere = apr_pstrcat(
            pool, search->elsewhere ? search->elsewhere : "",
            search->elsewhere ? ", " : "", section->section, " (",
            cors_place_text(pool, section->place), ")", NULL);
    }
}

static void look_for_policy(void *data, server_rec *server,
                            cors_policy *section)
{
    cause_search *search = data;
    apr_pool_t *pool = search->lookup->r->pool;
    const char *name = search->lookup->server->server_hostname;
    int proxied = search->found->filename
                  && strncmp(search->found->filename, "proxy:", 6) == 0;

    if (search->cause || !cors_policy_exists(section)) {
        return;
    }
    if (server == search->lookup->server) {
        note_section(search, section);
    }
    if (server == search->lookup->server && proxied && section->section
        && ap_cstr_casecmpn(section->section, "<Directory", 10) == 0) {
        search->cause = apr_psprintf(
            pool, "the URL is proxied, and %s (%s) does not hold for it; "
            "write <Location>", section->section,
            cors_place_text(pool, section->place));
    }
    else if (server != search->lookup->server && server->server_hostname
             && name && ap_cstr_casecmp(server->server_hostname, name) == 0) {
        search->cause = apr_psprintf(
            pool, "the virtual host %s of this name has a policy (%s)",
            cors_server_name(pool, server),
            cors_place_text(pool, section->place));
    }
}

/* Whether a .htaccess on the way to the file has directives of ours. */
static const char *find_htaccess(const request_rec *found)
{
    apr_pool_t *pool = found->pool;
    char *folder = apr_pstrdup(pool, found->filename ? found->filename : "");
    char *slash, line[HUGE_STRING_LEN];

    while ((slash = strrchr(folder, '/')) != NULL && slash > folder) {
        const char *path;
        ap_configfile_t *file;

        *slash = '\0';
        path = apr_pstrcat(pool, folder, "/.htaccess", NULL);
        if (ap_pcfg_openfile(&file, pool, path) != APR_SUCCESS) {
            continue;
        }
        while (ap_cfg_getline(line, sizeof(line), file) == APR_SUCCESS) {
            if (ap_cstr_casecmpn(line, "CORS", 4) == 0) {
                ap_cfg_closefile(file);
                return path;
            }
        }
        ap_cfg_closefile(file);
    }
    return NULL;
}

const char *cors_likely_cause_find(const cors_lookup *lookup,
                                   const request_rec *found)
{
    cause_search search = { lookup, found, NULL, NULL, 0 };
    const char *htaccess = find_htaccess(found);

    if (htaccess) {
        return apr_pstrcat(lookup->r->pool, htaccess, " is not read for these "
                           "directives: AllowOverride FileInfo (AuthConfig "
                           "for some) is missing", NULL);
    }
    cors_sections_each(lookup->r->pool, ap_server_conf, look_for_policy,
                       &search);
    if (search.cause || !search.elsewhere) {
        return search.cause;
    }
    return apr_pstrcat(lookup->r->pool, "the policies of this virtual host "
                       "hold elsewhere: ", search.elsewhere,
                       search.named > NAMED_MAX ? " and others" : "", NULL);
}
