/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The part of fuzz_decision.c that lets a request pass through the hooks, as
 * httpd does, and looks at what has become of it.
 */
#ifndef DECISION_RUN_H
#define DECISION_RUN_H

/* The hooks in front of the handler: OK, or what takes its place. */
static int hooks_run(request_rec *r)
{
    int status = ap_run_translate_name(r);

    if (status == OK || status == DECLINED) {
        status = ap_run_header_parser(r);
    }
    if (status == OK || status == DECLINED) {
        status = ap_run_fixups(r);
    }
    return status == DECLINED ? OK : status;
}

/* Returns whether the handler was reached. */
static int request_run(request_rec *r, int handler_status,
                       char *handler_fields)
{
    int status = hooks_run(r);

    if (status == OK) {
        fields_read(&handler_fields, r->headers_out, r->err_headers_out);
        r->status = handler_status;
        ap_run_insert_filter(r);
    }
    else if (status != DONE) {
        r->status = status;
        apr_table_clear(r->headers_out);
        ap_run_insert_error_filter(r);
    }
    return status == OK;
}

/* The only value of a field in both tables; NULL: none. */
static const char *only(const request_rec *r, const char *name)
{
    const apr_table_t *const tables[] = { r->headers_out,
                                          r->err_headers_out };
    const char *value = NULL;
    int i, j;

    for (i = 0; i < 2; i++) {
        const apr_array_header_t *entries = apr_table_elts(tables[i]);

        for (j = 0; j < entries->nelts; j++) {
            const apr_table_entry_t *entry =
                &APR_ARRAY_IDX(entries, j, apr_table_entry_t);

            if (strcasecmp(entry->key, name) == 0) {
                MUST(!value);
                value = entry->val;
            }
        }
    }
    return value;
}

static void same_text(const char *a, const char *b)
{
    MUST(a && b ? strcmp(a, b) == 0 : a == b);
}

/* How often a word stands in all fields of this name. */
static int word_count(request_rec *r, const apr_table_t *table,
                      const char *name, const char *word)
{
    const apr_array_header_t *entries = apr_table_elts(table);
    int i, count = 0;

    for (i = 0; i < entries->nelts; i++) {
        const apr_table_entry_t *entry =
            &APR_ARRAY_IDX(entries, i, apr_table_entry_t);
        char *copy = apr_pstrdup(r->pool, entry->val), *next;

        while (strcasecmp(entry->key, name) == 0
               && (next = strsep(&copy, ",")) != NULL) {
            next += strspn(next, " \t");
            while (*next && strchr(" \t", next[strlen(next) - 1])) {
                next[strlen(next) - 1] = '\0';
            }
            count += strcasecmp(next, word) == 0;
        }
    }
    return count;
}

static void vary_compare(request_rec *r, const naive_answer *expected,
                         const apr_table_t *before)
{
    const char *const names[] = {
        "Origin", "Access-Control-Request-Method",
        "Access-Control-Request-Headers", "*", "Accept-Encoding", "Cookie",
        "Authorization"
    };
    int star = word_count(r, before, "Vary", "*") > 0;
    int i, j;

    for (i = 0; i < 7; i++) {
        int was = word_count(r, before, "Vary", names[i]);
        int is = word_count(r, r->headers_out, "Vary", names[i])
                 + word_count(r, r->err_headers_out, "Vary", names[i]);
        int needed = 0;

        for (j = 0; expected->vary[j]; j++) {
            needed |= strcmp(expected->vary[j], names[i]) == 0;
        }
        MUST(is == (was > 0 || star ? was : needed));
    }
}

/* "own": exactly the names that a script could read. */
static void expose_compare(request_rec *r)
{
    const char *line = only(r, "Access-Control-Expose-Headers");
    const apr_array_header_t *entries;
    apr_table_t *all = apr_table_overlay(r->pool, r->headers_out,
                                         r->err_headers_out);
    char *copy = line ? apr_pstrdup(r->pool, line) : NULL, *name;
    int i;

    while ((name = strsep(&copy, ",")) != NULL) {
        name += strspn(name, " ");
        MUST(naive_token(name)
             && (apr_table_get(all, name)
                 || (strcmp(name, "Content-Range") == 0
                     && apr_table_get(r->headers_in, "Range"))));
        MUST(strcasecmp(name, "Set-Cookie") != 0
             && strcasecmp(name, "Set-Cookie2") != 0);
        MUST(strncasecmp(name, "Access-Control-", 15) != 0);
    }
    entries = apr_table_elts(all);
    for (i = 0; i < entries->nelts; i++) {
        const char *key = APR_ARRAY_IDX(entries, i, apr_table_entry_t).key;

        if (strcasecmp(key, "X-A") == 0 || strcasecmp(key, "ETag") == 0) {
            MUST(word_count(r, all, "Access-Control-Expose-Headers", key)
                 == 1);
        }
    }
}

static void fields_compare(request_rec *r, const naive_answer *expected,
                           const apr_table_t *before)
{
    same_text(only(r, "Access-Control-Allow-Origin"),
              expected->allow_origin);
    same_text(only(r, "Access-Control-Allow-Credentials"),
              expected->allow_credentials);
    if (!expected->forwarded) {
        same_text(only(r, "Access-Control-Allow-Methods"),
                  expected->allow_methods);
        same_text(only(r, "Access-Control-Allow-Headers"),
                  expected->allow_headers);
        same_text(only(r, "Access-Control-Max-Age"), expected->max_age);
    }
    if (expected->expose && strcmp(expected->expose, "own") == 0) {
        expose_compare(r);
    }
    else if (expected->expose && strcmp(expected->expose, "app") == 0) {
        same_text(only(r, "Access-Control-Expose-Headers"),
                  apr_table_getm(r->pool, before,
                                 "Access-Control-Expose-Headers"));
    }
    else {
        same_text(only(r, "Access-Control-Expose-Headers"),
                  expected->expose);
    }
    vary_compare(r, expected, before);
}

static void cookies_compare(request_rec *r, const naive_request *q,
                            const naive_answer *expected,
                            const apr_table_t *before)
{
    const char *was = apr_table_get(before, "Set-Cookie");
    const char *is = apr_table_get(r->headers_out, "Set-Cookie");

    if (expected->touched && expected->cookies_removed) {
        MUST(!is && !apr_table_get(r->err_headers_out, "Set-Cookie"));
    }
    else if (was && expected->handled) {
        MUST(is && strncmp(is, was, strcspn(was, ";")) == 0);
        if (expected->cookies_kept || !q->values[COOKIES]) {
            same_text(is, was);
        }
    }
}

static void wire_compare(request_rec *r, const naive_request *q,
                         const naive_answer *expected, char *handler_fields)
{
    apr_table_t *before = apr_table_make(r->pool, 8);
    apr_table_t *errors = apr_table_make(r->pool, 8);
    int handled;

    fields_read(&(char *){ apr_pstrdup(r->pool, handler_fields) }, before,
                errors);
    handled = request_run(r, q->status, handler_fields);
    fake_send(r);
    if (!expected->touched || naive_is(q, REPORT, "On")) {
        MUST(handled && r->status == q->status);
        if (!q->values[COOKIES] || naive_is(q, REPORT, "On")) {
            same_text(fake_headers_text(r->headers_out),
                      fake_headers_text(before));
        }
        same_text(fake_headers_text(r->headers_in),
                  fake_headers_text(q->headers));
        return;
    }
    MUST(handled == expected->handled && r->status == expected->status);
    if (!handled) {
        apr_table_clear(before);
        apr_table_clear(errors);
    }
    cookies_compare(r, q, expected, before);
    fields_compare(r, expected, apr_table_overlay(r->pool, before, errors));
    if (expected->stripped) {
        MUST(!apr_table_get(r->headers_in, "Cookie")
             && !apr_table_get(r->headers_in, "Authorization"));
    }
    else if (handled) {
        same_text(fake_headers_text(r->headers_in),
                  fake_headers_text(q->headers));
    }
}

static void run_and_compare(request_rec *r, const naive_request *q,
                            char *handler_fields)
{
    naive_answer expected;

    naive_answer_make(q, &expected);
    wire_compare(r, q, &expected, handler_fields);
    same_text(apr_table_get(r->subprocess_env, "CORS_RESULT"),
              expected.result);
    same_text(apr_table_get(r->subprocess_env, "CORS_REASON"),
              expected.result ? expected.reason : NULL);
    same_text(apr_table_get(r->subprocess_env, "CORS_ORIGIN"),
              expected.allowed);
}

#endif
