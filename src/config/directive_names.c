/* SPDX-License-Identifier: Apache-2.0 */
#include "config/directives.h"

#include <apr_strings.h>
#include <string.h>

#include "syntax/cure.h"
#include "syntax/token.h"

/*
 * One value of a list: "none" stands alone, and so does "*" where any_alone
 * says so. *added is set where the value is a name to add.
 */
static const char *take_value(cmd_parms *cmd, cors_names **list,
                              const char *value, int any_case, int any_alone,
                              int *added)
{
    int any = strcmp(value, "*") == 0;
    int none = ap_cstr_casecmp(value, "none") == 0;
    cors_names *names = *list;

    if (!names) {
        names = *list = cors_names_create(cmd->pool, any_case);
    }
    *added = !any && !none;
    if (names->none || (none && (names->any || names->entries->nelts > 0))) {
        return cors_directive_reject(cmd, value, "'none' stands alone: it "
                                     "empties the list; leave out 'none' or "
                                     "the others", NULL);
    }
    if (any_alone && ((any && names->entries->nelts > 0)
                      || (names->any && *added))) {
        return cors_directive_reject(cmd, value, "'*' stands alone: it is "
                                     "every name; leave out '*' or the "
                                     "others", NULL);
    }
    names->any |= any;
    names->none |= none;
    return NULL;
}

/* NULL for a name that passes the check, else what is wrong with it. */
static const char *check_name(cmd_parms *cmd, const char *value,
                              cors_name_check *check)
{
    size_t length = strlen(value);
    cors_name_flaw flaw = check(value, length);
    const char *cure;

    if (flaw == CORS_NAME_OK) {
        return NULL;
    }
    cure = cors_cure_names(cmd->pool, value, length, check);
    return cors_directive_reject(cmd, value, cors_name_flaw_text(flaw), cure);
}

const char *cors_directive_allow_methods(cmd_parms *cmd, void *config,
                                         const char *value)
{
    cors_policy *policy = config;
    const char *normalized, *rejected = cors_directive_begin(cmd, policy);
    size_t length = strlen(value);
    int added;

    if (rejected
        || (rejected = take_value(cmd, &policy->methods, value, 0, 1,
                                  &added)) != NULL || !added
        || (rejected = check_name(cmd, value, cors_method_check)) != NULL) {
        return rejected;
    }
    normalized = cors_method_normalized(value, length);
    if (!normalized && cors_token_same(value, length, "PATCH", 5)
        && strcmp(value, "PATCH") != 0) {
        cors_directive_warn(cmd, value, "scripts send this method exactly "
                            "as written, and PATCH is meant most often; "
                            "write PATCH");
    }
    cors_names_add(policy->methods, normalized ? normalized : value);
    return NULL;
}

/* "*" does not cover Authorization: that stands beside it, or not at all. */
static const char *check_beside_any(cmd_parms *cmd, const cors_names *names,
                                    const char *value)
{
    int others = names->entries->nelts
                 - cors_names_has(names, "authorization", 13);

    return names->any && others > 0
           ? cors_directive_reject(cmd, value, "'*' is every header but "
                                   "Authorization; write * alone or * "
                                   "Authorization", NULL) : NULL;
}

const char *cors_directive_allow_headers(cmd_parms *cmd, void *config,
                                         const char *value)
{
    cors_policy *policy = config;
    const char *rejected = cors_directive_begin(cmd, policy);
    int added;

    if (rejected
        || (rejected = take_value(cmd, &policy->headers, value, 1, 0,
                                  &added)) != NULL) {
        return rejected;
    }
    if (added) {
        rejected = check_name(cmd, value, cors_request_header_check);
        if (rejected) {
            return rejected;
        }
        cors_names_add(policy->headers, value);
    }
    return check_beside_any(cmd, policy->headers, value);
}

const char *cors_directive_expose_headers(cmd_parms *cmd, void *config,
                                          const char *value)
{
    cors_policy *policy = config;
    const char *rejected = cors_directive_begin(cmd, policy);
    int added;

    if (rejected
        || (rejected = take_value(cmd, &policy->exposed, value, 1, 1,
                                  &added)) != NULL || !added
        || (rejected = check_name(cmd, value, cors_exposed_header_check))
           != NULL) {
        return rejected;
    }
    cors_names_add(policy->exposed, value);
    return NULL;
}
