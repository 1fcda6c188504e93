/* SPDX-License-Identifier: Apache-2.0 */
#include "report/dump.h"

#include <apr_file_io.h>
#include <http_core.h>
#include <string.h>

#include "policy/server.h"
#include "report/describe.h"

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

void cors_dump(apr_pool_t *pconf, server_rec *server)
{
    dumping to = { pconf, NULL };

    if (ap_exists_config_define("DUMP_CORS")) {
        apr_file_open_stdout(&to.out, pconf);
        apr_file_printf(to.out, "CORS policies:\n");
        cors_sections_each(pconf, server, dump_policy, &to);
    }
}
