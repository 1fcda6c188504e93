/* SPDX-License-Identifier: Apache-2.0 */
#include "request/expose.h"

#include <string.h>

#include "syntax/token.h"

static void names_collect(cors_names *names, const apr_table_t *table)
{
    const apr_array_header_t *entries = apr_table_elts(table);
    int i;

    for (i = 0; i < entries->nelts; i++) {
        const char *name = APR_ARRAY_IDX(entries, i, apr_table_entry_t).key;

        if (name && cors_exposed_header_check(name, strlen(name))
                    == CORS_NAME_OK) {
            cors_names_add(names, name, 1);
        }
    }
}

/* NULL where the response has no header that a script could read. */
static const char *own_names(request_rec *r)
{
    cors_names *names = cors_names_create(r->pool);

    names_collect(names, r->headers_out);
    names_collect(names, r->err_headers_out);
    if (r->content_encoding) {
        cors_names_add(names, "Content-Encoding", 1);
    }
    return names->line;
}

void cors_expose_write(request_rec *r, const cors_names *exposed,
                       int credentials)
{
    const char *line;

    if (!exposed) {
        return;
    }
    line = exposed->line;
    if (exposed->any) {
        line = !credentials ? "*"
               : r->status == HTTP_NOT_MODIFIED ? NULL : own_names(r);
    }
    if (line) {
        apr_table_addn(r->headers_out, "Access-Control-Expose-Headers",
                       line);
    }
}
