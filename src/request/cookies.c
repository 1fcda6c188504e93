/* SPDX-License-Identifier: Apache-2.0 */
#include "request/cookies.h"

#include <apr_time.h>

#include "policy/cookie_rules.h"
#include "request/request.h"

enum { IN_HEADERS, IN_ERR_HEADERS };

typedef struct collection {
    apr_array_header_t *fields;     /* of cors_cookie_field */
    int where;
} collection;

static int collect(void *data, const char *key, const char *value)
{
    collection *into = data;
    cors_cookie_field *field = apr_array_push(into->fields);

    (void)key;
    field->value = value;
    field->where = into->where;
    return 1;
}

void cors_cookies_remove(request_rec *r)
{
    apr_table_unset(r->headers_out, "Set-Cookie");
    apr_table_unset(r->err_headers_out, "Set-Cookie");
}

static void replace(request_rec *r, const apr_array_header_t *fields)
{
    int i;

    cors_cookies_remove(r);
    for (i = 0; i < fields->nelts; i++) {
        const cors_cookie_field *field =
            &APR_ARRAY_IDX(fields, i, cors_cookie_field);

        apr_table_addn(field->where == IN_HEADERS ? r->headers_out
                                                  : r->err_headers_out,
                       "Set-Cookie", field->value);
    }
}

void cors_cookies_rewrite(request_rec *r, const apr_array_header_t *rules)
{
    const apr_array_header_t *changed;
    collection found = { NULL, IN_HEADERS };

    if (!apr_table_get(r->headers_out, "Set-Cookie")
        && !apr_table_get(r->err_headers_out, "Set-Cookie")) {
        return;
    }
    found.fields = apr_array_make(r->pool, 4, sizeof(cors_cookie_field));
    apr_table_do(collect, &found, r->headers_out, "Set-Cookie", NULL);
    found.where = IN_ERR_HEADERS;
    apr_table_do(collect, &found, r->err_headers_out, "Set-Cookie", NULL);
    changed = cors_cookie_rules_apply(r->pool, found.fields, rules,
                                      apr_time_sec(r->request_time));
    if (changed != found.fields) {
        replace(r, changed);
    }
}

const apr_array_header_t *cors_cookies_rules(const request_rec *r)
{
    const apr_array_header_t *rules = NULL;

    if (r->prev) {
        rules = cors_cookies_rules(r->prev);
    }
    if (!rules && !cors_request_is_error_document(r)) {
        rules = cors_policy_of(r)->cookies;
    }
    return rules && rules->nelts > 0 ? rules : NULL;
}
