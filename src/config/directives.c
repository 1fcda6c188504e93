/* SPDX-License-Identifier: Apache-2.0 */
#include "config/directives.h"

#include <apr_strings.h>
#include <http_log.h>

APLOG_USE_MODULE(cors_cookies);

int cors_directive_in_htaccess(const cmd_parms *cmd)
{
    return cmd->pool == cmd->temp_pool;
}

cors_place cors_directive_place(const cmd_parms *cmd)
{
    cors_place place = { NULL, 0 };

    if (cmd->directive) {
        place.file = cmd->directive->filename;
        place.line = cmd->directive->line_num;
    }
    return place;
}

/* "<Location \"/api\">": the line that opened the section. */
static const char *section_line(cmd_parms *cmd)
{
    const ap_directive_t *parent =
        cmd->directive ? cmd->directive->parent : NULL;

    if (!parent || ap_cstr_casecmp(parent->directive, "<VirtualHost") == 0) {
        return NULL;
    }
    return apr_pstrcat(cmd->pool, parent->directive, " ", parent->args,
                       NULL);
}

const char *cors_directive_begin(cmd_parms *cmd, cors_policy *policy)
{
    if (cmd->limited != -1) {
        return ap_check_cmd_context(cmd, NOT_IN_LIMIT);
    }
    if (policy->place.file) {
        return NULL;
    }
    policy->place = cors_directive_place(cmd);
    policy->server = cmd->server;
    if (cors_directive_in_htaccess(cmd)) {
        policy->htaccess = 1;
        return NULL;
    }
    policy->section = section_line(cmd);
    APR_ARRAY_PUSH(cors_sections_of(cmd->server)->policies, cors_policy *) =
        policy;
    return NULL;
}

const char *cors_directive_refuse(cmd_parms *cmd, const char *value,
                                  const char *reason, const char *cure)
{
    return apr_pstrcat(cmd->pool, cmd->cmd->name, " '", value, "': ", reason,
                       cure ? "; write " : NULL, cure, NULL);
}

void cors_directive_warn(cmd_parms *cmd, const char *value,
                         const char *reason)
{
    cors_place place = cors_directive_place(cmd);

    if (cors_directive_in_htaccess(cmd)) {
        return;
    }
    ap_log_error(APLOG_MARK, APLOG_WARNING, 0, cmd->server,
                 "%s '%s' on line %d of %s: %s", cmd->cmd->name, value,
                 place.line, place.file ? place.file : "(nowhere)", reason);
}
