/* SPDX-License-Identifier: Apache-2.0 */
#include "report/status_html.h"

#include "policy/server.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_main.h>
#include <http_protocol.h>

#include "version.h"
#include "shared/counters.h"
#include "report/describe.h"

/* How many origins of a section the page writes out. */
#define ORIGINS_SHOWN 20

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<title>CORS status</title>\n<style>\n"
    ":root { color-scheme: light dark; --line: #8884; --soft: #8882;\n"
    "  --bar: #3a7bd5; --quiet: #777; }\n"
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
    "section { background: var(--soft); border-radius: .5rem;\n"
    "  margin: .8rem 0; padding: .8rem 1rem; }\n"
    "section h3 { font-size: 1rem; margin: 0; }\n"
    "dl { display: grid; gap: .1rem 1rem; margin: .6rem 0 0;\n"
    "  grid-template-columns: 14rem 1fr; }\n"
    "dd { margin: 0; }\n"
    "form { display: grid; gap: .6rem; grid-template-columns:\n"
    "  repeat(auto-fit, minmax(13rem, 1fr)); align-items: end; }\n"
    "label { display: grid; gap: .2rem; }\n"
    "input, button { font: inherit; padding: .35rem .5rem; }\n"
    ".scroll { overflow-x: auto; }\n"
    "@media (max-width: 40rem) { dl { grid-template-columns: 1fr; }\n"
    "  dt { margin-top: .4rem; } td.name { width: auto; }\n"
    "  td.bar, th.bar { display: none; } }\n"
    "</style>\n</head>\n<body>\n";

static const char explain_form[] =
    "<h2>Explain a request</h2>\n"
    "<p class=\"quiet\">What would this server answer, and why? With a "
    "method or headers the preflight is judged.</p>\n"
    "<form method=\"get\">\n<input type=\"hidden\" name=\"explain\">\n"
    "<label>URL path <input name=\"url\" value=\"/\" required></label>\n"
    "<label>Origin <input name=\"origin\" "
    "placeholder=\"https://app.example.com\"></label>\n"
    "<label>Method <input name=\"method\" placeholder=\"PUT\"></label>\n"
    "<label>Headers <input name=\"headers\" "
    "placeholder=\"Content-Type\"></label>\n"
    "<button>Explain</button>\n</form>\n";

static void write_bar(request_rec *r, const char *name, apr_uint64_t count,
                      apr_uint64_t all)
{
    ap_rprintf(r, "<tr><td class=\"name\"><code>%s</code></td>"
               "<td class=\"count\">%" APR_UINT64_T_FMT "</td>"
               "<td class=\"bar\"><meter max=\"%" APR_UINT64_T_FMT
               "\" value=\"%" APR_UINT64_T_FMT "\"></meter></td></tr>\n",
               name, count, all > 0 ? all : 1, count);
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
        write_bar(r, cors_result_name((cors_result)i),
                  cors_counters_result(CORS_ALL_HOSTS, (cors_result)i), all);
    }
    ap_rputs("<tr><th>Reason</th><th></th><th class=\"bar\"></th></tr>\n",
             r);
    for (i = 0; i < CORS_REASON_COUNT; i++) {
        write_bar(r, cors_reason_name((cors_reason)i),
                  cors_counters_reason(CORS_ALL_HOSTS, (cors_reason)i), all);
    }
    ap_rputs("</table>\n", r);
}

typedef struct policies {
    request_rec *r;
    int count;
} policies;

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
    ap_rprintf(r, "<section>\n<h3>%s</h3>\n<p class=\"quiet\">%s, "
               "<code>%s</code></p>\n<dl>\n",
               ap_escape_html(r->pool, cors_describe_section(section)),
               ap_escape_html(r->pool,
                              cors_describe_server(r->pool, section)),
               ap_escape_html(r->pool,
                              cors_place_text(r->pool, section->place)));
    for (i = 0; i < lines->nelts; i++) {
        const cors_description *line =
            &APR_ARRAY_IDX(lines, i, cors_description);

        ap_rprintf(r, "<dt>%s</dt><dd%s><code>%s</code> %s%s</dd>\n",
                   line->directive,
                   line->remark ? " class=\"quiet\"" : "",
                   ap_escape_html(r->pool, line->value),
                   line->remark ? line->remark : "",
                   line->effect ? ap_escape_html(r->pool, line->effect) : "");
    }
    ap_rputs("</dl>\n</section>\n", r);
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

static void write_refusals(request_rec *r)
{
    cors_refusal refusals[CORS_REFUSALS];
    int count = cors_counters_refusals(refusals), i;

    ap_rputs("<h2>Last refusals</h2>\n", r);
    if (count == 0) {
        ap_rputs("<p>None since the start.</p>\n", r);
        return;
    }
    ap_rputs("<div class=\"scroll\"><table>\n<tr><th>Time</th><th>Reason"
             "</th><th>Origin</th><th>Request</th></tr>\n", r);
    for (i = 0; i < count; i++) {
        char time[APR_RFC822_DATE_LEN];

        apr_rfc822_date(time, refusals[i].time);
        ap_rprintf(r, "<tr><td>%s</td><td><code>%s</code></td>"
                   "<td><code>%s</code></td><td><code>%s %s</code></td>"
                   "</tr>\n", time, cors_reason_name(refusals[i].reason),
                   show(r->pool, refusals[i].origin),
                   show(r->pool, refusals[i].method),
                   show(r->pool, refusals[i].path));
    }
    ap_rputs("</table></div>\n", r);
}

void cors_status_html_write(request_rec *r)
{
    ap_rputs(head, r);
    ap_rprintf(r, "<h1>CORS status</h1>\n<p class=\"quiet\">"
               "mod_cors_cookies/" CORS_VERSION " at %s</p>\n"
               "<h2>Requests since the start</h2>\n",
               ap_escape_html(r->pool, ap_get_server_name(r)));
    cors_status_html_counters(r);
    ap_rputs(explain_form, r);
    write_refusals(r);
    write_policies(r);
    ap_rputs("</body>\n</html>\n", r);
}
