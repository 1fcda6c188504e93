/* SPDX-License-Identifier: Apache-2.0 */
#include "request/vary.h"

#include <apr_strings.h>
#include <string.h>

#include "syntax/field.h"

typedef struct vary_search {
    const char *name;
    int found;
} vary_search;

static int search_line(void *data, const char *key, const char *value)
{
    vary_search *search = data;
    size_t length = strlen(value);

    (void)key;
    search->found = cors_field_has(value, length, "*", 1)
                    || cors_field_has(value, length, search->name,
                                      strlen(search->name));
    return !search->found;
}

static int has_name(request_rec *r, const char *name)
{
    vary_search search = { name, 0 };

    apr_table_do(search_line, &search, r->headers_out, "Vary", NULL);
    if (!search.found) {
        apr_table_do(search_line, &search, r->err_headers_out, "Vary", NULL);
    }
    return search.found;
}

void cors_vary_add(request_rec *r, const cors_vary *vary)
{
    apr_table_t *table = r->headers_out;
    const char *const *names;

    if (!apr_table_get(table, "Vary")
        && apr_table_get(r->err_headers_out, "Vary")) {
        table = r->err_headers_out;
    }
    for (names = vary->names; *names; names++) {
        if (!has_name(r, *names)) {
            apr_table_mergen(table, "Vary", *names);
        }
    }
}
