/* SPDX-License-Identifier: Apache-2.0 */
#include "request/query_values.h"

#include <apr_strings.h>
#include <string.h>

/*
 * As ap_expr_str_exec(), which keeps to itself what request headers it has
 * read: they belong into Vary. NULL: it failed.
 */
static const char *evaluate(request_rec *r, const ap_expr_info_t *expression,
                            const char **read)
{
    ap_regmatch_t matches[AP_MAX_REG_MATCH];
    const char *wrong = NULL, *source = NULL, *vary = NULL, *text = NULL;
    ap_expr_eval_ctx_t context = {
        .r = r, .c = r->connection, .s = r->server, .p = r->pool,
        .err = &wrong, .info = expression, .re_nmatch = AP_MAX_REG_MATCH,
        .re_pmatch = matches, .re_source = &source, .vary_this = &vary,
        .result_string = &text
    };

    memset(matches, 0, sizeof(matches));
    if (ap_expr_exec_ctx(&context) < 0 || wrong) {
        return NULL;
    }
    if (vary) {
        *read = *read ? apr_pstrcat(r->pool, *read, ", ", vary, NULL) : vary;
    }
    return text ? text : "";
}

static const char *read_host(request_rec *r)
{
    char *host = apr_pstrdup(r->pool, r->hostname ? r->hostname : "");

    ap_str_tolower(host);
    return host;
}

int cors_query_read(request_rec *r, const cors_query *query,
                    const cors_sent_origin *origin,
                    const char *values[CORS_QUERY_PARAMETERS],
                    const char **vary)
{
    int i;

    for (i = 0; i < query->count; i++) {
        const cors_query_parameter *parameter = &query->parameters[i];

        switch (parameter->kind) {
        case CORS_PARAMETER_ORIGIN:
            values[i] = origin->text;
            break;
        case CORS_PARAMETER_HOST:
            values[i] = read_host(r);
            break;
        default:
            values[i] = evaluate(r, parameter->expression, vary);
        }
        if (!values[i]) {
            return 0;
        }
    }
    return 1;
}
