/* SPDX-License-Identifier: Apache-2.0 */
#include "config/directives.h"

#include <apr_strings.h>
#include <string.h>

#include "syntax/cure.h"
#include "policy/expression.h"
#include "policy/originset.h"
#include "config/origin_file.h"

static cors_origins *origins_of(cmd_parms *cmd, cors_policy *policy)
{
    cors_origins *origins = policy->origins;

    if (!origins) {
        origins = apr_pcalloc(cmd->pool, sizeof(*origins));
        origins->sets = apr_array_make(cmd->pool, 1,
                                       sizeof(const cors_origin_set *));
        origins->place = cors_directive_place(cmd);
        origins->section = policy;
        policy->origins = origins;
    }
    return origins;
}

static cors_origin_set *own_set_of(cmd_parms *cmd, cors_origins *origins)
{
    if (!origins->own) {
        origins->own = apr_pcalloc(cmd->pool, sizeof(*origins->own));
        APR_ARRAY_PUSH(origins->sets, const cors_origin_set *) =
            origins->own;
    }
    return origins->own;
}

/* What a set has got, its section has. */
static void set_note(cors_origins *origins, const cors_origin_set *set)
{
    origins->admits |= set->admitted != NULL;
    origins->excludes |= set->excluded != NULL;
    origins->wildcards |= set->wildcards;
    origins->offends |= set->insecure.pattern || set->suffix.pattern;
}

/* "none" and "*" stand alone in their section. */
static const char *alone_refuse(cmd_parms *cmd, const cors_origins *origins,
                                const char *value, int alone)
{
    int empty = origins->sets->nelts == 0 && !origins->expressions;

    if (origins->none || (alone && !empty && strcmp(value, "*") != 0)) {
        return cors_directive_refuse(cmd, value,
                                     "'none' stands alone in its section, "
                                     "for no origins at all; leave out "
                                     "'none' or the others", NULL);
    }
    if (origins->any || (alone && !empty)) {
        return cors_directive_refuse(cmd, value,
                                     "'*' stands alone in its section: it "
                                     "is every origin; leave out '*' or the "
                                     "others", NULL);
    }
    return NULL;
}

static const char *pattern_refuse(cmd_parms *cmd, const char *value,
                                  cors_flaw flaw)
{
    const char *cure = cors_originset_cure(cmd->pool, value, flaw);

    if (!cure && flaw == CORS_FLAW_LIST) {
        cure = cors_cure_origins(cmd->pool, value, strlen(value));
    }
    return cors_directive_refuse(cmd, value, cors_flaw_text(flaw), cure);
}

/* httpd's words live as long as the pool: no need to copy the value. */
const char *cors_directive_allow_origin(cmd_parms *cmd, void *config,
                                        const char *value)
{
    cors_policy *policy = config;
    cors_origins *origins;
    int none = ap_cstr_casecmp(value, "none") == 0;
    int any = strcmp(value, "*") == 0;
    const char *refused = cors_directive_begin(cmd, policy);
    cors_origin_set *own;
    cors_flaw flaw;

    if (refused) {
        return refused;
    }
    origins = origins_of(cmd, policy);
    refused = alone_refuse(cmd, origins, value, none || any);
    if (refused || none || any) {
        origins->none |= none;
        origins->any |= any;
        return refused;
    }
    own = own_set_of(cmd, origins);
    flaw = cors_originset_add(cmd->pool, own, value, strlen(value),
                              cors_directive_place(cmd));
    if (flaw != CORS_FLAW_NONE) {
        return pattern_refuse(cmd, value, flaw);
    }
    set_note(origins, own);
    return NULL;
}

const char *cors_directive_allow_origin_match(cmd_parms *cmd, void *config,
                                              const char *value)
{
    cors_policy *policy = config;
    cors_origins *origins;
    cors_expression *expression;
    const char *refused = cors_directive_begin(cmd, policy);

    if (refused) {
        return refused;
    }
    origins = origins_of(cmd, policy);
    if ((refused = alone_refuse(cmd, origins, value, 0)) != NULL) {
        return refused;
    }
    if (!origins->expressions) {
        origins->expressions = apr_array_make(cmd->pool, 1,
                                              sizeof(cors_expression));
    }
    expression = apr_array_push(origins->expressions);
    refused = cors_expression_compile(cmd->pool, value, expression);
    if (refused) {
        return cors_directive_refuse(cmd, value, refused, NULL);
    }
    origins->admits = 1;
    if (cors_expression_has_loose_dot(value)) {
        cors_directive_warn(cmd, value, "a dot stands for any character; "
                            "write [.] for a dot");
    }
    return NULL;
}

const char *cors_directive_allow_origin_file(cmd_parms *cmd, void *config,
                                             const char *value)
{
    cors_policy *policy = config;
    cors_origins *origins;
    const cors_origin_set *set;
    const char *path, *refused = cors_directive_begin(cmd, policy);

    if (refused) {
        return refused;
    }
    origins = origins_of(cmd, policy);
    if ((refused = alone_refuse(cmd, origins, value, 0)) != NULL) {
        return refused;
    }
    path = ap_server_root_relative(cmd->pool, value);
    if (!path) {
        return cors_directive_refuse(cmd, value, "this is no path", NULL);
    }
    refused = cors_originfile_read(cmd->pool, cmd->temp_pool, path, &set);
    if (refused) {
        return cors_directive_refuse(cmd, value, refused, NULL);
    }
    APR_ARRAY_PUSH(origins->sets, const cors_origin_set *) = set;
    set_note(origins, set);
    if (!origins->files) {
        origins->files = apr_array_make(cmd->pool, 1, sizeof(char *));
    }
    APR_ARRAY_PUSH(origins->files, const char *) = path;
    return NULL;
}
