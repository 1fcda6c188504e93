/* SPDX-License-Identifier: Apache-2.0 */
#include "report/status_html.h"

#include "policy/server.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_main.h>
#include <http_protocol.h>
#include <string.h>

#include "version.h"
#include "shared/counters.h"
#include "report/describe.h"
#include "report/origin_files.h"
#include "report/store_report.h"

/* How many origins of a section the page writes out. */
#define ORIGINS_SHOWN 20

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<title>CORS status</title>\n<style>\n"
    ":root { color-scheme: light dark; --line: #8884; --soft: #8882;\n"
    "  --quiet: #777; --good: #1a7f37; --bad: #cf222e; }\n"
    "@media (prefers-color-scheme: dark) { :root {\n"
    "  --good: #57ab5a; --bad: #f47067; } }\n"
    "body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto;\n"
    "  max-width: 70rem; padding: 0 1rem; }\n"
    "h1 { font-size: 1.6rem; margin: 0; }\n"
    "h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; }\n"
    "p { margin: .3rem 0; }\n"
    ".quiet { color: var(--quiet); }\n"
    "table { border-collapse: collapse; width: 100%; }\n"
    "th, td { border-bottom: 1px solid var(--line); padding: .3rem .8rem\n"
    "  .3rem 0; text-align: left; vertical-align: top; }\n"
    "th { font-weight: 600; }\n"
    "td { overflow-wrap: anywhere; }\n"
    "td.count { text-align: right; width: 6rem;\n"
    "  font-variant-numeric: tabular-nums; }\n"
    "td.name { width: 14rem; }\n"
    "meter { width: 100%; }\n"
    "code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }\n"
    "details, .answer { background: var(--soft); border-radius: .5rem;\n"
    "  margin: .5rem 0; padding: .5rem 1rem; }\n"
    "summary { cursor: pointer; overflow-wrap: anywhere; }\n"
    ".good { color: var(--good); } .bad { color: var(--bad); }\n"
    "dl { display: grid; gap: .1rem 1rem; margin: .6rem 0 0;\n"
    "  grid-template-columns: 14rem 1fr; }\n"
    "dd { margin: 0; }\n"
    "form { display: grid; gap: .6rem; grid-template-columns:\n"
    "  repeat(auto-fit, minmax(13rem, 1fr)); align-items: end; }\n"
    "label { display: grid; gap: .2rem; }\n"
    "input, button { font: inherit; padding: .35rem .5rem; }\n"
    ".time, .reason { white-space: nowrap; }\n"
    ".place code { overflow-wrap: break-word; }\n"
    "td.place { min-width: 9rem; overflow-wrap: break-word; }\n"
    "@media (max-width: 40rem) { dl { grid-template-columns: 1fr; }\n"
    "  dt { margin-top: .4rem; } td.name { width: auto; }\n"
    "  td.bar, th.bar, .refusals th { display: none; }\n"
    "  .refusals td { border: 0; display: block; padding: .1rem 0; }\n"
    "  .refusals tr { border-bottom: 1px solid var(--line);\n"
    "    display: block; padding: .5rem 0; } }\n"
    "</style>\n</head>\n<body>\n";

/* The fields of the form, and what stands in them before. */
static const struct {
    const char *label;
    const char *name;
    const char *example;
} form[] = {
    { "URL", "url", "/api or https://api.example.com/api" },
    { "Origin", "origin", "https://app.example.com" },
    { "Method", "method", "PUT" },
    { "Headers", "headers", "content-type" }
};

#define FIELDS ((int)(sizeof(form) / sizeof(form[0])))

static void write_bar(request_rec *r, const char *style, const char *name,
                      apr_uint64_t count, apr_uint64_t all)
{
    ap_rprintf(r, "<tr><td class=\"name %s\"><code>%s</code></td>"
               "<td class=\"count\">%" APR_UINT64_T_FMT "</td>"
               "<td class=\"bar\"><meter max=\"%" APR_UINT64_T_FMT
               "\" value=\"%" APR_UINT64_T_FMT "\"%s></meter></td></tr>\n",
               style, name, count, all > 0 ? all : 1, count,
               strcmp(style, "bad") == 0
               ? " low=\"0\" high=\"0\" optimum=\"0\"" : "");
}

void cors_status_html_counters(request_rec *r)
{
    apr_uint64_t all = 0;
    int i;

    if (!cors_counters_available()) {
        ap_rputs("<p>No shared memory: nothing is counted. The error log "
                 "says why.</p>\n", r);
        return;
    }
    for (i = CORS_RESULT_NONE + 1; i < CORS_RESULT_COUNT; i++) {
        all += cors_counters_result(CORS_ALL_HOSTS, (cors_result)i);
    }
    ap_rputs("<table>\n<tr><th>Result</th><th>Requests</th>"
             "<th class=\"bar\"></th></tr>\n", r);
    for (i = CORS_RESULT_NONE + 1; i < CORS_RESULT_COUNT; i++) {
        write_bar(r, i == CORS_RESULT_DISALLOWED
                     || i == CORS_RESULT_PREFLIGHT_DISALLOWED ? "bad"
                                                              : "good",
                  cors_result_name((cors_result)i),
                  cors_counters_result(CORS_ALL_HOSTS, (cors_result)i), all);
    }
    ap_rputs("<tr><th>Reason</th><th></th><th class=\"bar\"></th></tr>\n",
             r);
    for (i = 0; i < CORS_REASON_COUNT; i++) {
        write_bar(r, i == CORS_REASON_OK ? "good" : "bad",
                  cors_reason_name((cors_reason)i),
                  cors_counters_reason(CORS_ALL_HOSTS, (cors_reason)i), all);
    }
    ap_rputs("<tr><th>Cookie</th><th></th><th class=\"bar\"></th></tr>\n",
             r);
    write_bar(r, "good", "with-cookie",
              cors_counters_cookie(CORS_ALL_HOSTS, 1), all);
    write_bar(r, "", "without-cookie",
              cors_counters_cookie(CORS_ALL_HOSTS, 0), all);
    ap_rputs("</table>\n", r);
}

typedef struct policies {
    request_rec *r;
    int count;
} policies;

/* A value of a policy; of files, how many origins they have as well. */
static void write_value(request_rec *r, const cors_description *line)
{
    const apr_array_header_t *files;
    int i;

    if (!line->files) {
        ap_rprintf(r, "<code>%s</code>", ap_escape_html(r->pool,
                                                        line->value));
        return;
    }
    files = cors_origin_files(r->pool, line->files);
    for (i = 0; i < files->nelts; i++) {
        ap_rprintf(r, "%s<code>%s</code>", i > 0 ? "<br>" : "",
                   ap_escape_html(r->pool, cors_origin_file_text(
                       r->pool, &APR_ARRAY_IDX(files, i,
                                               cors_origin_file))));
    }
}

static void write_policy(void *data, server_rec *server,
                         cors_policy *section)
{
    policies *written = data;
    request_rec *r = written->r;
    const apr_array_header_t *lines =
        cors_describe_policy(r->pool, section, ORIGINS_SHOWN);
    int i;

    (void)server;
    written->count++;
    ap_rprintf(r, "<details>\n<summary>%s <span class=\"quiet\">%s, "
               "<code>%s</code></span></summary>\n<dl>\n",
               ap_escape_html(r->pool, cors_describe_section(section)),
               ap_escape_html(r->pool,
                              cors_describe_server(r->pool, section)),
               ap_escape_html(r->pool,
                              cors_place_text(r->pool, section->place)));
    for (i = 0; i < lines->nelts; i++) {
        const cors_description *line =
            &APR_ARRAY_IDX(lines, i, cors_description);

        if (!line->remark || strcmp(line->remark, "default") != 0) {
            ap_rprintf(r, "<dt>%s</dt><dd>", line->directive);
            write_value(r, line);
            ap_rprintf(r, " <span class=\"quiet\">%s %s</span></dd>\n",
                       line->remark ? line->remark : "",
                       line->effect ? ap_escape_html(r->pool, line->effect)
                                    : "");
        }
    }
    ap_rputs("</dl>\n</details>\n", r);
}

static void write_policies(request_rec *r)
{
    policies written = { r, 0 };

    ap_rputs("<h2>Policies</h2>\n", r);
    cors_sections_each(r->pool, ap_server_conf, write_policy, &written);
    if (written.count == 0) {
        ap_rputs("<p>None in this configuration; those of "
                 "<code>.htaccess</code> files are not shown.</p>\n", r);
    }
}

/* Bytes from 0x80 and control bytes as \x.., the rest for HTML. */
static const char *show(apr_pool_t *pool, const char *text)
{
    return ap_escape_html2(pool, ap_escape_logitem(pool, text), 1);
}

/* asked: what was explained, to be changed and asked again; NULL: nothing. */
static void write_form(request_rec *r, const apr_table_t *asked)
{
    int i;

    ap_rputs("<h2>Explain a request</h2>\n<p class=\"quiet\">What would this "
             "server answer, and why? With a method or headers the preflight "
             "is judged.</p>\n<form method=\"get\">\n"
             "<input type=\"hidden\" name=\"explain\">"
             "<input type=\"hidden\" name=\"html\">\n", r);
    for (i = 0; i < FIELDS; i++) {
        const char *given = asked ? apr_table_get(asked, form[i].name)
                                  : NULL;

        ap_rprintf(r, "<label>%s <input name=\"%s\" placeholder=\"%s\" "
                   "value=\"%s\"%s></label>\n", form[i].label,
                   form[i].name, form[i].example,
                   given ? ap_escape_html2(r->pool, given, 1)
                         : i == 0 ? "/" : "", i == 0 ? " required" : "");
    }
    ap_rputs("<button>Explain</button>\n</form>\n", r);
}

static int write_line(void *data, const char *name, const char *value)
{
    request_rec *r = data;

    ap_rprintf(r, "<dt>%s</dt><dd class=\"%s\"><code>%s</code></dd>\n", name,
               strcmp(name, "Result") != 0 ? ""
               : strstr(value, "disallowed") ? "bad" : "good",
               show(r->pool, value));
    return 1;
}

/* A link that explains this very refusal. */
static const char *write_link(apr_pool_t *pool, const cors_refusal *refusal)
{
    const char *path = ap_escape_urlencoded(pool, refusal->path);
    const char *link = apr_pstrcat(
        pool, "?explain&html&url=", path, "&origin=",
        ap_escape_urlencoded(pool, refusal->origin), "&host=",
        ap_escape_urlencoded(pool, refusal->host), NULL);

    if (refusal->result == CORS_RESULT_PREFLIGHT_DISALLOWED) {
        link = apr_pstrcat(pool, link, "&method=",
                           ap_escape_urlencoded(pool, refusal->asked),
                           "&headers=",
                           ap_escape_urlencoded(pool, refusal->missing),
                           NULL);
    }
    return ap_escape_html(pool, link);
}

/* A path, which a narrow column breaks behind a slash. */
static const char *show_file(apr_pool_t *pool, const char *file)
{
    const char *text = show(pool, file), *c;
    char *shown = apr_palloc(pool, strlen(text) * 6 + 1), *to = shown;

    for (; *text; text++) {
        *to++ = *text;
        for (c = *text == '/' ? "<wbr>" : ""; *c; c++) {
            *to++ = *c;
        }
    }
    *to = '\0';
    return shown;
}

/* "Sat, 28 Nov 2026", and below it the time. */
#define DATE_LENGTH 16

static void write_refusal(request_rec *r, const cors_refusal *refusal)
{
    char time[APR_RFC822_DATE_LEN];

    apr_rfc822_date(time, refusal->time);
    ap_rprintf(r, "<tr><td class=\"time\">%.*s<br>%s</td>"
               "<td class=\"reason bad\"><code>%s</code></td>"
               "<td><code>%s</code></td><td><code>%s %s%s</code>",
               DATE_LENGTH, time, time + DATE_LENGTH + 1,
               cors_reason_name(refusal->reason),
               show(r->pool, refusal->origin),
               show(r->pool, refusal->method), show(r->pool, refusal->host),
               show(r->pool, refusal->path));
    if (refusal->asked[0] != '\0' || refusal->missing[0] != '\0') {
        ap_rprintf(r, " for <code>%s %s</code>",
                   show(r->pool, refusal->asked),
                   show(r->pool, refusal->missing));
    }
    ap_rprintf(r, "</td><td class=\"place\"><code>%s:%d</code> "
               "<a href=\"%s\">explain</a></td></tr>\n",
               show_file(r->pool, refusal->file), refusal->line,
               write_link(r->pool, refusal));
}

static void write_refusals(request_rec *r)
{
    cors_refusal *refusals = apr_palloc(r->pool, CORS_REFUSALS
                                                 * sizeof(*refusals));
    int count = cors_counters_refusals(refusals), i;

    ap_rputs("<h2>Last refusals</h2>\n", r);
    if (count == 0) {
        ap_rputs("<p>None since the start.</p>\n", r);
        return;
    }
    ap_rputs("<table class=\"refusals\">\n<tr><th>Time</th><th>Reason"
             "</th><th>Origin</th><th>Request</th><th>Policy</th></tr>\n",
             r);
    for (i = 0; i < count; i++) {
        write_refusal(r, &refusals[i]);
    }
    ap_rputs("</table>\n", r);
}

void cors_status_html_write(request_rec *r, const apr_table_t *arguments,
                            const apr_table_t *explained)
{
    ap_rputs(head, r);
    ap_rprintf(r, "<h1>CORS status</h1>\n<p class=\"quiet\">"
               "mod_cors_cookies/" CORS_VERSION " at %s</p>\n",
               ap_escape_html(r->pool, ap_get_server_name(r)));
    write_form(r, explained ? arguments : NULL);
    if (explained) {
        ap_rputs("<dl class=\"answer\">\n", r);
        apr_table_do(write_line, r, explained, NULL);
        ap_rputs("</dl>\n", r);
    }
    write_refusals(r);
    ap_rputs("<h2>Requests since the start</h2>\n", r);
    cors_status_html_counters(r);
    cors_store_report_html(r);
    write_policies(r);
    ap_rputs("</body>\n</html>\n", r);
}
