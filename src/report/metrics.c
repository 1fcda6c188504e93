/* SPDX-License-Identifier: Apache-2.0 */
#include "report/metrics.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <string.h>

#include "shared/counters.h"
#include "report/origin_files.h"
#include "report/store_report.h"

/* As a label's value: backslash, quote and line feed are escaped. */
static const char *escape_label(apr_pool_t *pool, const char *text)
{
    char *escaped = apr_palloc(pool, 2 * strlen(text) + 1), *to = escaped;

    for (; *text; text++) {
        if (*text == '\\' || *text == '"' || *text == '\n') {
            *to++ = '\\';
        }
        *to++ = *text == '\n' ? 'n' : *text;
    }
    *to = '\0';
    return escaped;
}

static void write_head(request_rec *r, const char *name, const char *help)
{
    ap_rprintf(r, "# TYPE %s counter\n# HELP %s %s\n", name, name, help);
}

static void write_count(request_rec *r, const char *name, unsigned host,
                        const char *label, const char *value,
                        apr_uint64_t count)
{
    ap_rprintf(r, "%s_total{vhost=\"%s\",%s=\"%s\"} %" APR_UINT64_T_FMT "\n",
               name, escape_label(r->pool, cors_counters_host_name(host)),
               label, value, count);
}

static void write_results(request_rec *r, unsigned host)
{
    int i;

    for (i = CORS_RESULT_NONE + 1; i < CORS_RESULT_COUNT; i++) {
        write_count(r, "cors_requests", host, "result",
                    cors_result_name((cors_result)i),
                    cors_counters_result(host, (cors_result)i));
    }
}

static void write_reasons(request_rec *r, unsigned host)
{
    int i;

    for (i = CORS_REASON_OK + 1; i < CORS_REASON_COUNT; i++) {
        write_count(r, "cors_refusals", host, "reason",
                    cors_reason_name((cors_reason)i),
                    cors_counters_reason(host, (cors_reason)i));
    }
}

static void write_cookies(request_rec *r, unsigned host)
{
    write_count(r, "cors_cookies", host, "cookie", "with",
                cors_counters_cookie(host, 1));
    write_count(r, "cors_cookies", host, "cookie", "without",
                cors_counters_cookie(host, 0));
}

/* One family, of every virtual host that has counters. */
static void write_family(request_rec *r, const char *name, const char *help,
                         void (*write)(request_rec *, unsigned))
{
    unsigned host;

    write_head(r, name, help);
    for (host = 0; host <= CORS_HOSTS; host++) {
        if (cors_counters_host_name(host)) {
            write(r, host);
        }
    }
}

static void write_files(request_rec *r)
{
    const apr_array_header_t *files = cors_origin_files(r->pool, NULL);
    int i;

    if (apr_is_empty_array(files)) {
        return;
    }
    ap_rputs("# TYPE cors_origin_file_origins gauge\n"
             "# HELP cors_origin_file_origins Origins in a file, exclusions "
             "among them.\n", r);
    for (i = 0; i < files->nelts; i++) {
        const cors_origin_file *file = &APR_ARRAY_IDX(files, i,
                                                      cors_origin_file);

        ap_rprintf(r, "cors_origin_file_origins{path=\"%s\"} %"
                   APR_SIZE_T_FMT "\n", escape_label(r->pool, file->path),
                   file->origins);
    }
}

void cors_metrics_write(request_rec *r)
{
    write_family(r, "cors_requests", "CORS requests by result.",
                 write_results);
    write_family(r, "cors_refusals", "Requests that are not allowed, by "
                 "reason.", write_reasons);
    write_family(r, "cors_cookies", "Allowed requests under credentials, "
                 "with and without a cookie.", write_cookies);
    write_files(r);
    cors_store_report_metrics(r);
    ap_rprintf(r, "# TYPE cors_start_time_seconds gauge\n"
               "# HELP cors_start_time_seconds When counting began.\n"
               "cors_start_time_seconds %" APR_TIME_T_FMT ".%06d\n# EOF\n",
               apr_time_sec(cors_counters_start()),
               (int)apr_time_usec(cors_counters_start()));
}
