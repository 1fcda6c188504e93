/* SPDX-License-Identifier: Apache-2.0 */
#include "report/store_report.h"

#include <http_protocol.h>

#include "shared/store.h"

/* The one table of their names. */
static const struct {
    const char *line;
    const char *metric;
    const char *help;
} counts[CORS_STORE_COUNTS] = {
    [CORS_STORE_QUESTIONS] = {
        "StoreQuestions", "questions", "Questions to databases of origins"
    },
    [CORS_STORE_FAILURES] = {
        "StoreFailures", "failures", "Questions without an answer"
    },
    [CORS_STORE_NOT_ASKED] = {
        "StoreNotAsked", "not_asked", "Not asked, for the database hangs"
    },
    [CORS_STORE_OVER_RATE] = {
        "StoreOverRate", "over_rate", "Not asked, for CORSQueryRate"
    },
    [CORS_STORE_CACHE_HITS] = {
        "StoreCacheHits", "cache_hits", "Answers kept that hold"
    },
    [CORS_STORE_CACHE_MISSES] = {
        "StoreCacheMisses", "cache_misses", "No answer kept that holds"
    },
    [CORS_STORE_STALE] = {
        "StoreStale", "stale", "Old answers lent in place of none"
    }
};

void cors_store_report_lines(request_rec *r, const char *prefix)
{
    int i;

    if (!cors_store_is_there()) {
        return;
    }
    for (i = 0; i < CORS_STORE_COUNTS; i++) {
        ap_rprintf(r, "%s%s: %" APR_UINT64_T_FMT "\n", prefix, counts[i].line,
                   cors_store_read((cors_store_count)i));
    }
    ap_rprintf(r, "%sStoreState: %s\n", prefix,
               cors_store_is_open() ? "open" : "closed");
}

void cors_store_report_metrics(request_rec *r)
{
    int i;

    if (!cors_store_is_there()) {
        return;
    }
    for (i = 0; i < CORS_STORE_COUNTS; i++) {
        ap_rprintf(r, "# TYPE cors_store_%s counter\n"
                   "# HELP cors_store_%s %s.\n"
                   "cors_store_%s_total %" APR_UINT64_T_FMT "\n",
                   counts[i].metric, counts[i].metric, counts[i].help,
                   counts[i].metric, cors_store_read((cors_store_count)i));
    }
    ap_rprintf(r, "# TYPE cors_store_open gauge\n"
               "# HELP cors_store_open Whether all databases answer.\n"
               "cors_store_open %d\n", cors_store_is_open());
}

void cors_store_report_html(request_rec *r)
{
    int open, i;

    if (!cors_store_is_there()) {
        return;
    }
    open = cors_store_is_open();
    ap_rprintf(r, "<h2>Databases of origins</h2>\n<p class=\"%s\">%s</p>\n"
               "<table>\n", open ? "good" : "bad",
               open ? "They answer, as far as they were asked."
                    : "Closed: one does not answer, and the error log says "
                      "why.");
    for (i = 0; i < CORS_STORE_COUNTS; i++) {
        ap_rprintf(r, "<tr><td class=\"name\"><code>%s</code></td>"
                   "<td class=\"count\">%" APR_UINT64_T_FMT "</td>"
                   "<td>%s</td></tr>\n", counts[i].line,
                   cors_store_read((cors_store_count)i), counts[i].help);
    }
    ap_rputs("</table>\n", r);
}
