/* SPDX-License-Identifier: Apache-2.0 */
#include "report/dump.h"

#include <apr_file_io.h>
#include <http_core.h>

#include "report/describe.h"

static void dump_policy(apr_pool_t *pool, apr_file_t *out,
                        const cors_policy *section)
{
    const apr_array_header_t *lines = cors_describe_policy(pool, section, 0);
    int i;

    apr_file_printf(out, "%s, %s, %s\n", cors_describe_server(pool, section),
                    cors_describe_section(section),
                    cors_describe_place(pool, section));
    for (i = 0; i < lines->nelts; i++) {
        const cors_description *line =
            &APR_ARRAY_IDX(lines, i, cors_description);

        apr_file_printf(out, "    %s %s%s%s%s%s\n", line->directive,
                        line->value, line->remark ? " (" : "",
                        line->remark ? line->remark : "",
                        line->remark ? ")" : "",
                        line->effect ? "" : " (no effect here)");
    }
}

void cors_dump(apr_pool_t *pconf, server_rec *server)
{
    apr_file_t *out = NULL;
    int i;

    if (!ap_exists_config_define("DUMP_CORS")) {
        return;
    }
    apr_file_open_stdout(&out, pconf);
    apr_file_printf(out, "CORS policies:\n");
    for (; server; server = server->next) {
        const apr_array_header_t *policies =
            cors_sections_of(server)->policies;

        for (i = 0; i < policies->nelts; i++) {
            dump_policy(pconf, out, APR_ARRAY_IDX(policies, i,
                                                  cors_policy *));
        }
    }
}
