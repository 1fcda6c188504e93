/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include <ap_expr.h>
#include <ap_mpm.h>
#include <apr_global_mutex.h>
#include <apr_lib.h>
#include <util_mutex.h>

/* What queries ask of httpd, but for databases and caches. */

ap_directive_t *ap_conftree;

/* An MPM of 64 threads. */
apr_status_t ap_mpm_query(int code, int *result)
{
    *result = code == AP_MPMQ_MAX_DAEMONS ? 4 : 16;
    return APR_SUCCESS;
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

/*
 * Its value is its text; "%{none}" has none, "%{fail}" and "%{wrong}" cannot
 * be had, and "%{HTTP:Name}" is what the request's header says.
 */
int ap_expr_exec_ctx(ap_expr_eval_ctx_t *context)
{
    const char *text = context->info->filename;

    assert_non_null(context->r);
    assert_ptr_equal(context->c, context->r->connection);
    assert_ptr_equal(context->s, context->r->server);
    if (strcmp(text, "%{wrong}") == 0) {
        *context->err = "no such variable";
    }
    if (strncmp(text, "%{HTTP:", 7) == 0) {
        *context->vary_this = apr_pstrmemdup(context->p, text + 7,
                                             strcspn(text + 7, "}"));
        text = apr_table_get(context->r->headers_in, *context->vary_this);
    }
    if (strcmp(context->info->filename, "%{none}") != 0) {
        *context->result_string = text;
    }
    return strcmp(context->info->filename, "%{fail}") == 0 ? -1 : 1;
}

void ap_str_tolower(char *text)
{
    for (; *text; text++) {
        *text = (char)apr_tolower(*text);
    }
}
