/* SPDX-License-Identifier: Apache-2.0 */
#include "config/directives.h"

#include <apr_strings.h>
#include <string.h>

#include "syntax/cure.h"
#include "policy/origins.h"
#include "config/origin_file.h"

const char *cors_directive_begin_origins(cmd_parms *cmd, cors_policy *policy,
                                         const char *value,
                                         cors_origins_kind kind)
{
    const char *rejected = cors_directive_begin(cmd, policy, value);
    cors_origins_kind before;

    if (rejected) {
        return rejected;
    }
    if (!policy->origins) {
        policy->origins = cors_origins_create(cmd->pool,
                                              cors_directive_place(cmd));
        policy->origins_section = policy;
    }
    before = cors_origins_kind_of(policy->origins);
    if (before == CORS_ORIGINS_NONE
        || (kind == CORS_ORIGINS_NONE && before != CORS_ORIGINS_EMPTY)) {
        return cors_directive_reject(cmd, value,
                                     "'none' stands alone in its section, "
                                     "for no origins at all; leave out "
                                     "'none' or the others", NULL);
    }
    if (before == CORS_ORIGINS_ANY
        || (kind == CORS_ORIGINS_ANY && before != CORS_ORIGINS_EMPTY)) {
        return cors_directive_reject(cmd, value,
                                     "'*' stands alone in its section: it "
                                     "is every origin; leave out '*' or the "
                                     "others", NULL);
    }
    return NULL;
}

static const char *reject_pattern(cmd_parms *cmd, const char *value,
                                  cors_flaw flaw)
{
    const char *cure = cors_origin_file_cure(cmd->pool, value, flaw);

    if (!cure && flaw == CORS_FLAW_LIST) {
        cure = cors_cure_origins(cmd->pool, value, strlen(value));
    }
    if (!cure) {
        cure = cors_cure_expression(cmd->pool, value, strlen(value), flaw);
        cure = cure ? apr_pstrcat(cmd->pool, "CORSAllowOriginMatch ", cure,
                                  NULL) : NULL;
    }
    return cors_directive_reject(cmd, value, cors_flaw_text(flaw), cure);
}

/* httpd's words live as long as the pool: no need to copy the value. */
const char *cors_directive_allow_origin(cmd_parms *cmd, void *config,
                                        const char *value)
{
    cors_policy *policy = config;
    cors_origins_kind kind =
        ap_cstr_casecmp(value, "none") == 0 ? CORS_ORIGINS_NONE
        : strcmp(value, "*") == 0 ? CORS_ORIGINS_ANY : CORS_ORIGINS_EMPTY;
    const char *rejected = cors_directive_begin_origins(cmd, policy, value,
                                                        kind);
    cors_flaw flaw;

    if (rejected) {
        return rejected;
    }
    if (kind != CORS_ORIGINS_EMPTY) {
        cors_origins_set_kind(policy->origins, kind);
        return NULL;
    }
    flaw = cors_origins_add(policy->origins, value, strlen(value),
                            cors_directive_place(cmd));
    return flaw == CORS_FLAW_NONE ? NULL : reject_pattern(cmd, value, flaw);
}

const char *cors_directive_allow_origin_match(cmd_parms *cmd, void *config,
                                              const char *value)
{
    cors_policy *policy = config;
    const char *rejected = cors_directive_begin_origins(cmd, policy, value,
                                                        CORS_ORIGINS_EMPTY);
    const char *warning;

    if (rejected) {
        return rejected;
    }
    rejected = cors_origins_add_expression(policy->origins, value,
                                           cors_directive_place(cmd),
                                           cors_directive_in_htaccess(cmd),
                                           &warning);
    if (rejected) {
        return cors_directive_reject(cmd, value, rejected, NULL);
    }
    if (warning) {
        cors_directive_warn(cmd, value, warning);
    }
    return NULL;
}

const char *cors_directive_allow_origin_file(cmd_parms *cmd, void *config,
                                             const char *value)
{
    cors_policy *policy = config;
    const cors_origin_list *list;
    const char *rejected = cors_directive_begin_origins(cmd, policy, value,
                                                        CORS_ORIGINS_EMPTY);
    const char *path;

    if (rejected) {
        return rejected;
    }
    path = ap_server_root_relative(cmd->pool, value);
    if (!path) {
        return cors_directive_reject(cmd, value, "this is no path", NULL);
    }
    rejected = cors_origin_file_take(cmd->pool, cmd->temp_pool, path, &list);
    if (rejected) {
        return cors_directive_reject(cmd, value, rejected, NULL);
    }
    cors_origins_add_file(policy->origins, list);
    return NULL;
}
