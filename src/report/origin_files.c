/* SPDX-License-Identifier: Apache-2.0 */
#include "report/origin_files.h"

#include <apr_hash.h>
#include <apr_strings.h>
#include <http_main.h>

#include "policy/server.h"

typedef struct listing {
    apr_array_header_t *files;
    apr_hash_t *seen;           /* by path */
} listing;

static void list_file(void *data, const cors_origin_set *set)
{
    listing *l = data;
    const char *path = cors_origin_set_path(set);
    cors_origin_file *file;

    if (apr_hash_get(l->seen, path, APR_HASH_KEY_STRING)) {
        return;
    }
    apr_hash_set(l->seen, path, APR_HASH_KEY_STRING, path);
    file = apr_array_push(l->files);
    file->path = path;
    file->origins = cors_origin_set_count(set);
    file->read = cors_origin_set_read_at(set);
}

static void list_section(void *data, server_rec *server,
                         cors_policy *section)
{
    (void)server;
    if (section->origins) {
        cors_origins_each_file(section->origins, list_file, data);
    }
}

apr_array_header_t *cors_origin_files(apr_pool_t *pool,
                                      const cors_origins *origins)
{
    listing l = { apr_array_make(pool, 4, sizeof(cors_origin_file)),
                  apr_hash_make(pool) };

    if (origins) {
        cors_origins_each_file(origins, list_file, &l);
    }
    else {
        cors_sections_each(pool, ap_server_conf, list_section, &l);
    }
    return l.files;
}

const char *cors_origin_file_text(apr_pool_t *pool,
                                  const cors_origin_file *file)
{
    char time[APR_RFC822_DATE_LEN];

    apr_rfc822_date(time, file->read);
    return apr_psprintf(pool, "%s, %" APR_SIZE_T_FMT " origin%s, read %s",
                        ap_escape_logitem(pool, file->path), file->origins,
                        file->origins == 1 ? "" : "s", time);
}
