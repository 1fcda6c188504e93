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

static void remove_cookies(request_rec *r)
{
    apr_table_unset(r->headers_out, "Set-Cookie");
    apr_table_unset(r->err_headers_out, "Set-Cookie");
}

static void replace_cookies(request_rec *r, const apr_array_header_t *fields)
{
    int i;

    remove_cookies(r);
    for (i = 0; i < fields->nelts; i++) {
        const cors_cookie_field *field =
            &APR_ARRAY_IDX(fields, i, cors_cookie_field);

        apr_table_addn(field->where == IN_HEADERS ? r->headers_out
                                                  : r->err_headers_out,
                       "Set-Cookie", field->value);
    }
}

static void rewrite_cookies(request_rec *r, const apr_array_header_t *rules)
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
        replace_cookies(r, changed);
    }
}

const cors_policy *cors_cookies_place(const request_rec *r)
{
    const cors_policy *place = r->prev ? cors_cookies_place(r->prev) : NULL;

    if (!place && !cors_request_is_error_document(r)
        && cors_policy_of(r)->cookies) {
        place = cors_policy_of(r);
    }
    return place;
}

/* What some place has stripped stays stripped, whatever the others say. */
static int are_stripped(const cors_request *request)
{
    const cors_policy *policy = request->decision->policy;

    return request->answered || request->stripped
           || (cors_decision_refuses_origin(request)
               && !cors_policy_is_on(policy, CORS_REPORT_ONLY)
               && cors_policy_get(policy, CORS_DISALLOWED)
                  == CORS_STRIP_CREDENTIALS);
}

void cors_cookies_write(request_rec *r, const cors_request *request)
{
    const cors_policy *place = cors_cookies_place(r);
    const cors_policy *policy = request ? request->decision->policy : place;

    if (request && are_stripped(request)) {
        remove_cookies(r);
    }
    else if (place && !cors_policy_is_on(policy, CORS_REPORT_ONLY)
             && !(request && cors_decision_is_of_stranger(request))) {
        rewrite_cookies(r, place->cookies);
    }
}
