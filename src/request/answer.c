/* SPDX-License-Identifier: Apache-2.0 */
#include "request/answer.h"

#include <apr_strings.h>
#include <http_log.h>
#include <string.h>

#include "syntax/token.h"

APLOG_USE_MODULE(cors_cookies);

static int is_owned(const char *name, int keep_preflight)
{
    if (keep_preflight
        && (ap_cstr_casecmp(name, "Access-Control-Allow-Methods") == 0
            || ap_cstr_casecmp(name, "Access-Control-Allow-Headers") == 0
            || ap_cstr_casecmp(name, "Access-Control-Max-Age") == 0)) {
        return 0;
    }
    return ap_cstr_casecmpn(name, "Access-Control-Allow-", 21) == 0
           || ap_cstr_casecmp(name, "Access-Control-Expose-Headers") == 0
           || ap_cstr_casecmp(name, "Access-Control-Max-Age") == 0;
}

/* The first owned name of a table; NULL where there is none. */
static const char *find_owned(const apr_table_t *table, int keep_preflight)
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
static const char *clean_table(request_rec *r, apr_table_t *table,
                               int keep_preflight, const char *removed)
{
    const char *name;

    while ((name = find_owned(table, keep_preflight)) != NULL) {
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

/* Those of a preflight that a backend answers stay where it is allowed. */
static void remove_owned(request_rec *r, int keep_preflight)
{
    const char *removed = NULL;

    removed = clean_table(r, r->headers_out, keep_preflight, removed);
    removed = clean_table(r, r->err_headers_out, keep_preflight, removed);
    if (removed) {
        ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, r,
                      "replaced what the handler or another module said: %s",
                      removed);
    }
}

typedef struct vary_search {
    const char *name;
    int found;
} vary_search;

static int search_line(void *data, const char *key, const char *value)
{
    vary_search *search = data;
    size_t length = strlen(value);

    (void)key;
    search->found = cors_list_has(value, length, "*", 1)
                    || cors_list_has(value, length, search->name,
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

/* Field names for a Vary: as a line, and one by one. */
typedef struct vary_names {
    const char *line;
    const char *names[4];       /* ends in NULL */
} vary_names;

/* What is there stays, no name comes twice, "Vary: *" stays alone. */
static void merge_vary(request_rec *r, const vary_names *vary)
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

#define ASKED "Access-Control-Request-Method", "Access-Control-Request-Headers"
#define ASKED_LINE \
    "Access-Control-Request-Method, Access-Control-Request-Headers"

/* What the answer depends on; NULL: nothing. */
static const vary_names *choose_vary(const cors_request *request)
{
    static const vary_names origin = { "Origin", { "Origin", NULL } };
    static const vary_names asked = { ASKED_LINE, { ASKED, NULL } };
    static const vary_names both = {
        "Origin, " ASKED_LINE, { "Origin", ASKED, NULL }
    };

    if (request->preflight) {
        return request->decision->any_origin ? &asked : &both;
    }
    return request->decision->any_origin ? NULL : &origin;
}

static void write_vary(request_rec *r, const vary_names *vary, int is_first)
{
    if (vary && is_first) {
        apr_table_addn(r->headers_out, "Vary", vary->line);
    }
    else if (vary) {
        merge_vary(r, vary);
    }
}

static void collect_names(cors_names *names, const apr_table_t *table)
{
    const apr_array_header_t *entries = apr_table_elts(table);
    int i;

    for (i = 0; i < entries->nelts; i++) {
        const char *name = APR_ARRAY_IDX(entries, i, apr_table_entry_t).key;

        if (name && cors_exposed_header_check(name, strlen(name))
                    == CORS_NAME_OK) {
            cors_names_add(names, name);
        }
    }
}

/* NULL where the response has no header that a script could read. */
static const char *write_own_names(request_rec *r)
{
    cors_names *names = cors_names_create(r->pool, 1);

    collect_names(names, r->headers_out);
    collect_names(names, r->err_headers_out);
    if (r->content_encoding) {
        cors_names_add(names, "Content-Encoding");
    }
    return names->line;
}

/*
 * With credentials "*" means nothing to a browser (Fetch, "CORS-exposed
 * header-name list"), so the names of the response's own headers are written
 * in its place; none on a 304, or the browser would forget the stored
 * response's.
 */
static void write_exposed(request_rec *r, const cors_names *exposed,
                          int credentials)
{
    const char *line;

    if (!exposed) {
        return;
    }
    line = exposed->line;
    if (exposed->any) {
        line = !credentials ? "*"
               : r->status == HTTP_NOT_MODIFIED ? NULL : write_own_names(r);
    }
    if (line) {
        apr_table_addn(r->headers_out, "Access-Control-Expose-Headers",
                       line);
    }
}

/* All that is configured, so that one preflight serves later requests. */
static void write_preflight(request_rec *r, const cors_request *request)
{
    const cors_decision *decision = request->decision;
    const cors_policy *policy = decision->policy;
    const char *methods = NULL, *headers = NULL;

    if (policy->methods) {
        methods = policy->methods->line;
        if (policy->methods->any
            && decision->reason != CORS_REASON_METHOD_NOT_LISTED) {
            methods = request->method;
        }
    }
    if (policy->headers) {
        headers = policy->headers->any ? decision->headers
                                       : policy->headers->line;
    }
    if (methods) {
        apr_table_addn(r->headers_out, "Access-Control-Allow-Methods",
                       methods);
    }
    if (headers) {
        apr_table_addn(r->headers_out, "Access-Control-Allow-Headers",
                       headers);
    }
    apr_table_addn(r->headers_out, "Access-Control-Max-Age",
                   cors_policy_max_age(policy));
}

/* What of the headers written here a response may have already. */
enum { SOME_ACCESS = 1, SOME_VARY = 2 };

/* Nearly always there is none: one walk, by single bytes, tells. */
static unsigned look_for(const apr_table_t *table)
{
    const apr_array_header_t *fields = apr_table_elts(table);
    const apr_table_entry_t *field = (const apr_table_entry_t *)fields->elts;
    const apr_table_entry_t *end = field + fields->nelts;
    unsigned present = 0;

    for (; field < end; field++) {
        if (cors_token_may_be_access(field->key)) {
            present |= SOME_ACCESS;
        }
        else if ((field->key[0] | 0x20) == 'v') {
            present |= SOME_VARY;
        }
    }
    return present;
}

/* The value of Allow-Origin; NULL: none is sent. */
static const char *choose_origin(const cors_request *request)
{
    const cors_decision *decision = request->decision;

    if (decision->any_origin || decision->anonymous) {
        return "*";
    }
    return decision->origin_allowed ? request->origin.text : NULL;
}

void cors_answer_write(request_rec *r, const cors_request *request)
{
    const cors_policy *policy = request->decision->policy;
    const char *origin = choose_origin(request);
    unsigned present = look_for(r->headers_out)
                       | look_for(r->err_headers_out);
    int forwarded = request->preflight && cors_policy_forwards(policy);
    int credentials = cors_decision_allows_credentials(request->decision);

    if (present & SOME_ACCESS) {
        remove_owned(r, forwarded && origin);
    }
    write_vary(r, choose_vary(request), !(present & SOME_VARY));
    if (!origin) {
        return;
    }
    apr_table_addn(r->headers_out, "Access-Control-Allow-Origin", origin);
    if (credentials) {
        apr_table_addn(r->headers_out, "Access-Control-Allow-Credentials",
                       "true");
    }
    if (!request->preflight) {
        write_exposed(r, policy->exposed, credentials);
    }
    else if (!forwarded) {
        write_preflight(r, request);
    }
}
