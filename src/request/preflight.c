/* SPDX-License-Identifier: Apache-2.0 */
#include "request/preflight.h"

#include <string.h>

#include "syntax/field.h"
#include "syntax/token.h"

/* What is listed is a token: only "*" has to look at the bytes. */
static int method_allowed(const cors_policy *policy, const char *method)
{
    const cors_names *methods = policy->methods;
    size_t length = strlen(method);

    return cors_method_is_safelisted(method, length)
           || (methods && (cors_names_has(methods, method, length, 0)
                           || (methods->any
                               && cors_token_is(method, length))));
}

/* "*" is every header but Authorization (Fetch, "CORS non-wildcard"). */
static int header_allowed(const cors_names *headers, const char *name,
                          size_t length)
{
    if (!headers) {
        return 0;
    }
    return cors_names_has(headers, name, length, 1)
           || (headers->any && cors_token_is(name, length)
               && !cors_token_same(name, length, "authorization", 13));
}

static char *echo_append(char *out, const char *start, const char *name,
                         size_t length)
{
    if (out > start) {
        *out++ = ',';
        *out++ = ' ';
    }
    memcpy(out, name, length);
    return out + length;
}

/*
 * Each name asked for: the first that is not allowed is kept for the log,
 * under "*" the others for the answer.
 */
static cors_reason names_judge(request_rec *r, cors_decision *decision,
                               const char *value, size_t length)
{
    const cors_names *headers = decision->policy->headers;
    char *echo = headers && headers->any
                 ? apr_palloc(r->pool, 2 * length + 1) : NULL;
    char *out = echo;
    const char *name, *failed = NULL;
    size_t name_length, count = 0;
    cors_field field;

    cors_field_start(&field, value, length);
    while (cors_field_next(&field, &name, &name_length)) {
        if (++count > CORS_PREFLIGHT_HEADERS_MAX) {
            return CORS_REASON_HEADERS_MALFORMED;
        }
        if (name_length > 0 && !header_allowed(headers, name, name_length)) {
            if (!cors_token_is(name, name_length)) {
                return CORS_REASON_HEADERS_MALFORMED;
            }
            if (!failed) {
                failed = name;
                decision->failed_header_length = name_length;
            }
        }
        else if (name_length > 0 && echo) {
            out = echo_append(out, echo, name, name_length);
        }
    }
    if (out > echo) {
        *out = '\0';
        decision->headers = echo;
    }
    decision->failed_header = failed;
    return failed ? CORS_REASON_HEADER_NOT_LISTED : CORS_REASON_OK;
}

/* Often one name is asked for: taking the list apart costs 180 more. */
static int is_one_listed(const cors_names *headers, const char *value,
                         size_t length)
{
    return headers && !headers->any
           && cors_names_has(headers, value, length, 1);
}

static cors_reason headers_judge(request_rec *r, cors_decision *decision)
{
    const char *value = decision->asked_headers;
    size_t length = value ? strlen(value) : 0;

    if (length == 0
        || is_one_listed(decision->policy->headers, value, length)) {
        return CORS_REASON_OK;
    }
    return length > CORS_PREFLIGHT_LENGTH_MAX
           ? CORS_REASON_HEADERS_MALFORMED
           : names_judge(r, decision, value, length);
}

cors_reason cors_preflight_judge(request_rec *r, cors_decision *decision)
{
    cors_reason headers = headers_judge(r, decision);

    return method_allowed(decision->policy, decision->method)
           ? headers : CORS_REASON_METHOD_NOT_LISTED;
}
