/* SPDX-License-Identifier: Apache-2.0 */
#include "request/owned.h"

#include <apr_strings.h>
#include <http_log.h>
#include <string.h>

#include "compat.h"

APLOG_USE_MODULE(cors_cookies);

static int starts_with(const char *name, const char *prefix, size_t length)
{
    return ap_cstr_casecmpn(name, prefix, length) == 0;
}

static int is_owned(const char *name, int keep_preflight)
{
    if (keep_preflight
        && (ap_cstr_casecmp(name, "Access-Control-Allow-Methods") == 0
            || ap_cstr_casecmp(name, "Access-Control-Allow-Headers") == 0
            || ap_cstr_casecmp(name, "Access-Control-Max-Age") == 0)) {
        return 0;
    }
    return starts_with(name, "Access-Control-Allow-", 21)
           || ap_cstr_casecmp(name, "Access-Control-Expose-Headers") == 0
           || ap_cstr_casecmp(name, "Access-Control-Max-Age") == 0;
}

/* The first owned name of a table; NULL where there is none. */
static const char *first_owned(const apr_table_t *table, int keep_preflight)
{
    const apr_array_header_t *entries = apr_table_elts(table);
    int i;

    for (i = 0; i < entries->nelts; i++) {
        const char *name = APR_ARRAY_IDX(entries, i, apr_table_entry_t).key;

        if (is_owned(name, keep_preflight)) {
            return name;
        }
    }
    return NULL;
}

/* Returns the names that were removed so far, NULL: none. */
static const char *table_clean(request_rec *r, apr_table_t *table,
                               int keep_preflight, const char *removed)
{
    const char *name;

    while ((name = first_owned(table, keep_preflight)) != NULL) {
        apr_table_unset(table, name);
        if (!removed) {
            removed = name;
        }
        else if (APLOG_R_IS_LEVEL(r, APLOG_DEBUG)) {
            removed = apr_pstrcat(r->pool, removed, ", ", name, NULL);
        }
    }
    return removed;
}

void cors_owned_remove(request_rec *r, int keep_preflight)
{
    const char *removed = NULL;

    removed = table_clean(r, r->headers_out, keep_preflight, removed);
    removed = table_clean(r, r->err_headers_out, keep_preflight, removed);
    if (removed) {
        ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, r,
                      "replaced what the handler or another module said: %s",
                      removed);
    }
}
