/* SPDX-License-Identifier: Apache-2.0 */
#include "request/answer.h"

#include <apr_strings.h>
#include <http_log.h>
#include <string.h>

#include "syntax/token.h"
#include "request/fetch_metadata.h"

APLOG_USE_MODULE(cors_cookies);

#define ALLOW_ORIGIN      "Access-Control-Allow-Origin"
#define ALLOW_CREDENTIALS "Access-Control-Allow-Credentials"
#define EXPOSE_HEADERS    "Access-Control-Expose-Headers"
#define ALLOW_METHODS     "Access-Control-Allow-Methods"
#define ALLOW_HEADERS     "Access-Control-Allow-Headers"
#define MAX_AGE           "Access-Control-Max-Age"

/* Those of a preflight's answer alone come last. */
static const char *const owned[] = {
    ALLOW_ORIGIN, ALLOW_CREDENTIALS, EXPOSE_HEADERS, ALLOW_METHODS,
    ALLOW_HEADERS, MAX_AGE, NULL
};

enum { OF_PREFLIGHT = 3 };

static int remove_field(request_rec *r, const char *name)
{
    int found = apr_table_get(r->headers_out, name)
                || apr_table_get(r->err_headers_out, name);

    if (found) {
        apr_table_unset(r->headers_out, name);
        apr_table_unset(r->err_headers_out, name);
    }
    return found;
}

/* Those of a preflight that a backend answers stay where it is allowed. */
static void remove_owned(request_rec *r, int keep_preflight)
{
    const char *removed = NULL;
    int i;

    for (i = 0; owned[i] && !(keep_preflight && i == OF_PREFLIGHT); i++) {
        if (remove_field(r, owned[i])) {
            removed = removed ? apr_pstrcat(r->pool, removed, ", ", owned[i],
                                            NULL) : owned[i];
        }
    }
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

static void merge_name(request_rec *r, const char *name)
{
    apr_table_t *table = r->headers_out;

    if (!apr_table_get(table, "Vary")
        && apr_table_get(r->err_headers_out, "Vary")) {
        table = r->err_headers_out;
    }
    if (!has_name(r, name)) {
        apr_table_mergen(table, "Vary", name);
    }
}

/* What is there stays, no name comes twice, "Vary: *" stays alone. */
static void merge_vary(request_rec *r, const char *line)
{
    cors_list list;
    const char *name;
    size_t length;

    cors_list_start(&list, line, strlen(line));
    while (cors_list_next(&list, &name, &length)) {
        if (length > 0) {
            merge_name(r, apr_pstrmemdup(r->pool, name, length));
        }
    }
}

#define ASKED \
    "Access-Control-Request-Method, Access-Control-Request-Headers"

/* What the answer depends on; NULL: nothing. */
static const char *choose_vary(const cors_request *request)
{
    int any = request->decision->any_origin;

    if (request->preflight) {
        return any ? ASKED : "Origin, " ASKED;
    }
    if (!cors_policy_is_on(request->decision->policy, CORS_FETCH_METADATA)) {
        return any ? NULL : "Origin";
    }
    if (any) {
        return "Sec-Fetch-Site";
    }
    return request->metadata_read ? cors_fetch_metadata_vary(request)
                                  : CORS_FETCH_METADATA_VARY;
}

/*
 * An answer that credentials have made is no other reader's: a cache would
 * give it to those without.
 */
static void write_vary(request_rec *r, const cors_request *request,
                       int is_first)
{
    const char *line = choose_vary(request);

    if (line && is_first) {
        apr_table_addn(r->headers_out, "Vary", line);
    }
    else if (line) {
        merge_vary(r, line);
    }
    if (request->decision->reason == CORS_REASON_CREDENTIALS_SENT) {
        merge_vary(r, "Cookie, Authorization");
    }
    if (request->decision->store.vary) {
        merge_vary(r, request->decision->store.vary);
    }
    if (request->vary) {
        merge_vary(r, request->vary);
    }
}

/*
 * No Vary can name the connection or its certificate; and what was said for
 * want of an answer is not to be said again.
 */
static void forbid_storing(request_rec *r)
{
    remove_field(r, "Cache-Control");
    remove_field(r, "CDN-Cache-Control");
    remove_field(r, "Surrogate-Control");
    apr_table_setn(r->headers_out, "Cache-Control", "no-store");
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

/*
 * The names of the response's own headers: with credentials "*" means
 * nothing to a browser (Fetch, "CORS-exposed header-name list"). None on a
 * 304, or the browser would forget the stored response's. httpd writes
 * Content-Range later. NULL: a script could read none.
 */
static const char *spell_names(request_rec *r)
{
    cors_names *names;

    if (r->status == HTTP_NOT_MODIFIED) {
        return NULL;
    }
    names = cors_names_create(r->pool, 1);
    collect_names(names, r->headers_out);
    collect_names(names, r->err_headers_out);
    if (r->content_encoding) {
        cors_names_add(names, "Content-Encoding");
    }
    if (apr_table_get(r->headers_in, "Range")) {
        cors_names_add(names, "Content-Range");
    }
    return names->line;
}

static const char *choose_exposed(request_rec *r, const cors_names *exposed,
                                  int credentials)
{
    if (!exposed->any) {
        return exposed->line;
    }
    return credentials ? spell_names(r) : "*";
}

/* What the application says of it, in one field; NULL: nothing. */
static const char *find_exposed(request_rec *r)
{
    return apr_table_getm(r->pool,
                          apr_table_overlay(r->pool, r->headers_out,
                                            r->err_headers_out),
                          EXPOSE_HEADERS);
}

/* All that is configured, so that one preflight serves later requests. */
static void write_preflight(request_rec *r, const cors_request *request)
{
    const cors_decision *decision = request->decision;
    const cors_policy *policy = decision->policy;
    const char *methods = NULL, *headers = NULL;

    if (policy->names[CORS_METHODS]) {
        methods = policy->names[CORS_METHODS]->line;
        if (policy->names[CORS_METHODS]->any
            && decision->reason != CORS_REASON_METHOD_NOT_LISTED) {
            methods = request->method;
        }
    }
    if (policy->names[CORS_HEADERS]) {
        headers = policy->names[CORS_HEADERS]->any ? decision->headers
                                       : policy->names[CORS_HEADERS]->line;
    }
    if (methods) {
        apr_table_addn(r->headers_out, ALLOW_METHODS, methods);
    }
    if (headers) {
        apr_table_addn(r->headers_out, ALLOW_HEADERS, headers);
    }
    apr_table_addn(r->headers_out, MAX_AGE, cors_policy_max_age(policy));
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

    if (decision->any_origin) {
        return "*";
    }
    if (request->metadata_judged) {
        return NULL;            /* it has sent no Origin */
    }
    if (decision->anonymous) {
        return "*";
    }
    return decision->origin_allowed ? request->origin.text : NULL;
}

static void write_allowed(request_rec *r, const cors_request *request,
                          const char *origin, const char *exposed)
{
    const cors_policy *policy = request->decision->policy;
    int credentials = cors_decision_allows_credentials(request->decision);

    apr_table_addn(r->headers_out, ALLOW_ORIGIN, origin);
    if (credentials) {
        apr_table_addn(r->headers_out, ALLOW_CREDENTIALS, "true");
    }
    if (request->preflight) {
        if (!cors_policy_forwards(policy)) {
            write_preflight(r, request);
        }
        return;
    }
    if (policy->names[CORS_EXPOSED]) {
        exposed = choose_exposed(r, policy->names[CORS_EXPOSED], credentials);
    }
    if (exposed) {
        apr_table_addn(r->headers_out, EXPOSE_HEADERS, exposed);
    }
}

static void write_answer(request_rec *r, const cors_request *request)
{
    const cors_policy *policy = request->decision->policy;
    const char *origin = choose_origin(request), *exposed = NULL;
    unsigned present = look_for(r->headers_out)
                       | look_for(r->err_headers_out);

    if (present & SOME_ACCESS) {
        exposed = find_exposed(r);
        remove_owned(r, request->preflight && origin
                        && cors_policy_forwards(policy));
    }
    write_vary(r, request, !(present & SOME_VARY));
    if (request->decision->by_connection
        || request->decision->reason
           == CORS_REASON_ORIGIN_STORE_UNAVAILABLE) {
        forbid_storing(r);
    }
    if (origin) {
        write_allowed(r, request, origin, exposed);
    }
}

/* What a place did behind one that only reports is told to caches. */
void cors_answer_write(request_rec *r, const cors_request *request)
{
    if (!cors_policy_is_on(request->decision->policy, CORS_REPORT_ONLY)) {
        write_answer(r, request);
    }
    else if (request->denied || request->stripped) {
        write_vary(r, request, 0);
    }
}
