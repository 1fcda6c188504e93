/* SPDX-License-Identifier: Apache-2.0 */
#include "report/dump.h"

#include <apr_file_io.h>
#include <http_core.h>
#include <string.h>

#include "policy/server.h"
#include "report/describe.h"
#include "report/origin_files.h"

typedef struct dumping {
    apr_pool_t *pool;
    apr_file_t *out;
} dumping;

static void dump_policy(void *data, server_rec *server, cors_policy *section)
{
    const dumping *to = data;
    const apr_array_header_t *lines = cors_describe_policy(to->pool, section,
                                                           0);
    const char *defaults = cors_describe_defaults(to->pool, lines);
    int i;

    (void)server;
    apr_file_printf(to->out, "%s, %s, %s\n",
                    cors_describe_server(to->pool, section),
                    cors_describe_section(section),
                    cors_place_text(to->pool, section->place));
    for (i = 0; i < lines->nelts; i++) {
        const cors_description *line =
            &APR_ARRAY_IDX(lines, i, cors_description);

        if (line->remark && strcmp(line->remark, "default") == 0) {
            continue;
        }
        apr_file_printf(to->out, "    %s %s%s%s%s%s%s%s\n", line->directive,
                        line->value, line->remark ? " (" : "",
                        line->remark ? line->remark : "",
                        line->remark ? ")" : "",
                        line->effect ? " (" : "",
                        line->effect ? line->effect : "",
                        line->effect ? ")" : "");
    }
    if (defaults) {
        apr_file_printf(to->out, "    %s (default)\n", defaults);
    }
}

/* And how often they are checked for changes, in seconds. */
static void dump_files(const dumping *to, const server_rec *server)
{
    const apr_array_header_t *files = cors_origin_files(to->pool, NULL);
    apr_interval_time_t interval = cors_server_of(server)->file_refresh;
    int i;

    if (interval == 0) {
        apr_file_printf(to->out, "CORSFileRefresh Off (default)\n");
    }
    else {
        apr_file_printf(to->out, "CORSFileRefresh %" APR_TIME_T_FMT "\n",
                        apr_time_sec(interval));
    }
    for (i = 0; i < files->nelts; i++) {
        apr_file_printf(to->out, "    %s\n", cors_origin_file_text(
            to->pool, &APR_ARRAY_IDX(files, i, cors_origin_file)));
    }
}

void cors_dump(apr_pool_t *pconf, server_rec *server)
{
    dumping to = { pconf, NULL };

    if (ap_exists_config_define("DUMP_CORS")) {
        apr_file_open_stdout(&to.out, pconf);
        apr_file_printf(to.out, "CORS policies:\n");
        cors_sections_each(pconf, server, dump_policy, &to);
        dump_files(&to, server);
    }
}
