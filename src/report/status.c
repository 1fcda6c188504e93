/* SPDX-License-Identifier: Apache-2.0 */
#include "report/status.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <mod_status.h>
#include <string.h>
#include <util_script.h>

#include "shared/counters.h"
#include "report/explain.h"
#include "report/metrics.h"
#include "report/origin_files.h"
#include "report/status_html.h"
#include "report/store_report.h"

static void write_line(request_rec *r, const char *prefix, const char *name,
                       apr_uint64_t count)
{
    ap_rprintf(r, "%s%s: %" APR_UINT64_T_FMT "\n", prefix, name, count);
}

/* One line for each result and each reason, in the order of their table. */
static void write_counters(request_rec *r, const char *prefix)
{
    int i;

    for (i = CORS_RESULT_NONE + 1; i < CORS_RESULT_COUNT; i++) {
        write_line(r, prefix, cors_result_name((cors_result)i),
                   cors_counters_result(CORS_ALL_HOSTS, (cors_result)i));
    }
    for (i = 0; i < CORS_REASON_COUNT; i++) {
        write_line(r, prefix, cors_reason_name((cors_reason)i),
                   cors_counters_reason(CORS_ALL_HOSTS, (cors_reason)i));
    }
    write_line(r, prefix, "with-cookie",
               cors_counters_cookie(CORS_ALL_HOSTS, 1));
    write_line(r, prefix, "without-cookie",
               cors_counters_cookie(CORS_ALL_HOSTS, 0));
    cors_store_report_lines(r, prefix);
}

static void write_files(request_rec *r)
{
    const apr_array_header_t *files = cors_origin_files(r->pool, NULL);
    int i;

    for (i = 0; i < files->nelts; i++) {
        ap_rprintf(r, "OriginFile: %s\n", cors_origin_file_text(
            r->pool, &APR_ARRAY_IDX(files, i, cors_origin_file)));
    }
}

int cors_status_section(request_rec *r, int flags)
{
    if (flags & AP_STATUS_SHORT) {
        write_counters(r, "CORS-");
        return OK;
    }
    ap_rputs("<hr>\n<h2>CORS</h2>\n", r);
    cors_status_html_counters(r);
    return OK;
}

/* The query's arguments, decoded as a form encodes them: + is a blank. */
static apr_table_t *read_arguments(request_rec *r)
{
    apr_table_t *arguments;
    char *query = r->args ? apr_pstrdup(r->pool, r->args) : NULL, *c;

    for (c = query; c && *c; c++) {
        if (*c == '+') {
            *c = ' ';
        }
    }
    r->args = query;
    ap_args_to_table(r, &arguments);
    return arguments;
}

static int write_text(void *data, const char *name, const char *value)
{
    ap_rprintf(data, "%s: %s\n", name, value);
    return 1;
}

static int has_argument(const apr_table_t *arguments, const char *name)
{
    return apr_table_get(arguments, name) != NULL;
}

int cors_status_handler(request_rec *r)
{
    apr_table_t *arguments, *explained;
    int plain, metrics;

    if (!r->handler || strcmp(r->handler, "cors-status") != 0) {
        return DECLINED;
    }
    if (r->method_number != M_GET) {
        r->allowed = AP_METHOD_BIT << M_GET;
        return HTTP_METHOD_NOT_ALLOWED;
    }
    arguments = read_arguments(r);
    explained = has_argument(arguments, "explain")
                ? cors_explain(r, arguments) : NULL;
    plain = has_argument(arguments, "auto")
            || (explained && !has_argument(arguments, "html"));
    metrics = has_argument(arguments, "metrics");
    ap_set_content_type(r, metrics ? CORS_METRICS_TYPE
                           : plain ? "text/plain; charset=utf-8"
                                   : "text/html; charset=utf-8");
    apr_table_setn(r->headers_out, "X-Content-Type-Options", "nosniff");
    apr_table_setn(r->headers_out, "Cache-Control", "no-store");
    apr_table_setn(r->headers_out, "Content-Security-Policy",
                   "default-src 'none'; style-src 'unsafe-inline'; "
                   "form-action 'self'; frame-ancestors 'none'");
    if (metrics) {
        cors_metrics_write(r);
    }
    else if (explained && plain) {
        apr_table_do(write_text, r, explained, NULL);
    }
    else if (plain) {
        write_counters(r, "");
        write_files(r);
    }
    else {
        cors_status_html_write(r, arguments, explained);
    }
    return OK;
}
