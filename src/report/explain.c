/* SPDX-License-Identifier: Apache-2.0 */
#include "report/explain.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <http_request.h>
#include <string.h>

#include "request/answer.h"
#include "report/nearmiss.h"
#include "report/record.h"

/* A form sends its empty fields too: they are not given. */
static const char *find_given(const apr_table_t *arguments, const char *name)
{
    const char *value = apr_table_get(arguments, name);

    return value && *value ? value : NULL;
}

/*
 * The headers of the request that is asked about. Those of the
 * administrator's own that would be taken for its (cookies, log-in, what the
 * browser says of the site) are left out.
 */
static apr_table_t *make_headers(request_rec *r,
                                 const apr_table_t *arguments)
{
    static const char *const own[] = {
        "Cookie", "Authorization", "Sec-Purpose", "Upgrade",
        "Access-Control-Request-Method", "Access-Control-Request-Headers",
        NULL
    };
    static const struct {
        const char *argument;
        const char *field;
    } fields[] = {
        { "origin", "Origin" }, { "site", "Sec-Fetch-Site" },
        { "mode", "Sec-Fetch-Mode" }, { "dest", "Sec-Fetch-Dest" },
        { "referer", "Referer" }, { NULL, NULL }
    };
    apr_table_t *headers = apr_table_copy(r->pool, r->headers_in);
    const char *method = find_given(arguments, "method");
    const char *names = find_given(arguments, "headers");
    int i;

    for (i = 0; own[i]; i++) {
        apr_table_unset(headers, own[i]);
    }
    for (i = 0; fields[i].argument; i++) {
        const char *value = find_given(arguments, fields[i].argument);

        apr_table_unset(headers, fields[i].field);
        if (value) {
            apr_table_setn(headers, fields[i].field, value);
        }
    }
    if (method || names) {
        apr_table_setn(headers, "Access-Control-Request-Method",
                       method ? method : "GET");
    }
    if (names) {
        apr_table_setn(headers, "Access-Control-Request-Headers", names);
    }
    return headers;
}

/* httpd's own look-up, as if the request had come with these headers. */
static request_rec *look_up(request_rec *r, const char *url,
                            const apr_table_t *arguments)
{
    apr_table_t *headers = r->headers_in;
    int preflight = find_given(arguments, "method")
                    || find_given(arguments, "headers");
    request_rec *found;

    r->headers_in = make_headers(r, arguments);
    found = ap_sub_req_method_uri(preflight ? "OPTIONS" : "GET", url, r,
                                  NULL);
    r->headers_in = headers;
    return found;
}

static int write_header(void *data, const char *name, const char *value)
{
    request_rec *r = data;

    if (ap_cstr_casecmpn(name, "Access-Control-", 15) == 0
        || ap_cstr_casecmp(name, "Vary") == 0) {
        ap_rprintf(r, "%s: %s\n", name, value);
    }
    return 1;
}

static void write_judgement(request_rec *r, request_rec *found,
                            const cors_request *request)
{
    const cors_decision *decision = request->decision;
    const char *hint = cors_nearmiss_find(r->pool, request);
    const char *result = cors_result_name(decision->result);

    ap_rprintf(r, "Result: %s\n", *result ? result : "none");
    ap_rprintf(r, "Reason: %s\n", cors_reason_name(decision->reason));
    ap_rprintf(r, "Policy: %s\n",
               cors_place_text(r->pool, cors_record_place(decision->policy)));
    if (hint) {
        ap_rprintf(r, "Hint: %s\n", hint);
    }
    ap_rprintf(r, "Meaning: %s; %s\n",
               decision->result == CORS_RESULT_NONE
               ? "not a CORS request, for it has no Origin"
               : cors_reason_sentence(decision->reason),
               cors_reason_cure(decision->reason));
    apr_table_clear(found->headers_out);
    apr_table_clear(found->err_headers_out);
    if (!cors_policy_is_on(decision->policy, CORS_REPORT_ONLY)) {
        cors_answer_write(found, request);
    }
    apr_table_do(write_header, r, found->headers_out, NULL);
}

void cors_explain(request_rec *r, const apr_table_t *arguments)
{
    const char *url = find_given(arguments, "url");
    const cors_policy *policy;
    request_rec *found;

    if (!url || url[0] != '/' || url[1] == '/' || url[1] == '\\') {
        r->status = HTTP_BAD_REQUEST;
        ap_rputs("Error: url must start with one /\n", r);
        return;
    }
    found = look_up(r, url, arguments);
    policy = cors_policy_of(found);
    if (cors_policy_exists(policy)) {
        write_judgement(r, found, cors_decision_make(found, policy));
    }
    else {
        ap_rputs("Result: none\nReason: none\nPolicy: none\n"
                 "Meaning: no policy holds there: the module touches "
                 "nothing\n", r);
    }
    ap_destroy_sub_req(found);
}
