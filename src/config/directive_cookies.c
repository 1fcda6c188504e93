/* SPDX-License-Identifier: Apache-2.0 */
#include "config/directives.h"

#include "syntax/setcookie.h"

const char *cors_directive_cookie_attributes(cmd_parms *cmd, void *config,
                                             int count,
                                             char *const values[])
{
    cors_policy *policy = config;
    cors_setcookie_rule rule = { 0 };
    const char *rejected = cors_directive_begin(cmd, policy);
    int i;

    if (!rejected && count == 0) {
        return "CORSCookieAttributes takes one or more attributes; write "
               "SameSite=None Secure, or none";
    }
    for (i = 0; !rejected && i < count; i++) {
        rejected = cors_setcookie_rule_add(cmd->pool, &rule, values[i]);
    }
    if (!rejected) {
        rejected = cors_setcookie_rule_check(cmd->pool, &rule);
    }
    if (rejected) {
        return rejected;
    }
    if (!policy->cookies) {
        policy->cookies = apr_array_make(cmd->pool, 1,
                                         sizeof(cors_setcookie_rule));
    }
    APR_ARRAY_PUSH(policy->cookies, cors_setcookie_rule) = rule;
    return NULL;
}
