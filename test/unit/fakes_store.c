/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include <ap_expr.h>
#include <ap_provider.h>
#include <ap_socache.h>
#include <apr_global_mutex.h>
#include <apr_lib.h>
#include <util_mutex.h>

/* What queries ask of httpd. */

ap_directive_t *ap_conftree;

void *ap_lookup_provider(const char *group, const char *name,
                         const char *version)
{
    assert_string_equal(group, AP_SOCACHE_PROVIDER_GROUP);
    assert_string_equal(name, "shmcb");
    assert_string_equal(version, AP_SOCACHE_PROVIDER_VERSION);
    return (void *)fake.cache;
}

apr_status_t ap_mutex_register(apr_pool_t *pool, const char *type,
                               const char *folder, apr_lockmech_e mechanism,
                               apr_int32_t options)
{
    (void)pool;
    (void)type;
    (void)folder;
    (void)mechanism;
    (void)options;
    return APR_SUCCESS;
}

apr_status_t ap_global_mutex_create(apr_global_mutex_t **mutex,
                                    const char **name, const char *type,
                                    const char *instance, server_rec *server,
                                    apr_pool_t *pool, apr_int32_t options)
{
    (void)type;
    (void)instance;
    (void)server;
    (void)options;
    *name = NULL;
    return apr_global_mutex_create(mutex, NULL, APR_LOCK_DEFAULT, pool);
}

/* As an expression: its text, but for one that does not end. */
ap_expr_info_t *ap_expr_parse_cmd_mi(const cmd_parms *cmd, const char *text,
                                     unsigned int flags, const char **wrong,
                                     ap_expr_lookup_fn_t *lookup, int module)
{
    ap_expr_info_t *info = apr_pcalloc(cmd->pool, sizeof(*info));

    (void)lookup;
    (void)module;
    info->filename = text;
    info->flags = flags;
    *wrong = strchr(text, '}') ? NULL : "syntax error";
    return info;
}

int ap_expr_exec_ctx(ap_expr_eval_ctx_t *context)
{
    *context->result_string = context->info->filename;
    return 1;
}

void ap_str_tolower(char *text)
{
    for (; *text; text++) {
        *text = (char)apr_tolower(*text);
    }
}
