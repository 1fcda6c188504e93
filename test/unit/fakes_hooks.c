/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include <apr_hooks.h>

/* The hooks themselves, as httpd itself makes them. */
APR_HOOK_STRUCT(
    APR_HOOK_LINK(pre_config)
    APR_HOOK_LINK(check_config)
    APR_HOOK_LINK(test_config)
    APR_HOOK_LINK(post_config)
    APR_HOOK_LINK(child_init)
    APR_HOOK_LINK(handler)
    APR_HOOK_LINK(optional_fn_retrieve)
    APR_HOOK_LINK(http_scheme)
    APR_HOOK_LINK(translate_name)
    APR_HOOK_LINK(header_parser)
    APR_HOOK_LINK(fixups)
    APR_HOOK_LINK(insert_filter)
    APR_HOOK_LINK(insert_error_filter)
)

AP_IMPLEMENT_HOOK_RUN_ALL(int, pre_config,
    (apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp),
    (pconf, plog, ptemp), OK, DECLINED)
AP_IMPLEMENT_HOOK_RUN_ALL(int, check_config,
    (apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s),
    (pconf, plog, ptemp, s), OK, DECLINED)
AP_IMPLEMENT_HOOK_VOID(test_config, (apr_pool_t *pconf, server_rec *s),
    (pconf, s))
AP_IMPLEMENT_HOOK_RUN_ALL(int, post_config,
    (apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s),
    (pconf, plog, ptemp, s), OK, DECLINED)
AP_IMPLEMENT_HOOK_VOID(child_init, (apr_pool_t *child, server_rec *s),
    (child, s))
AP_IMPLEMENT_HOOK_RUN_FIRST(int, handler, (request_rec *r), (r), DECLINED)
AP_IMPLEMENT_HOOK_VOID(optional_fn_retrieve, (void), ())
AP_IMPLEMENT_HOOK_RUN_FIRST(int, translate_name, (request_rec *r), (r),
                            DECLINED)
AP_IMPLEMENT_HOOK_RUN_ALL(int, header_parser, (request_rec *r), (r), OK,
                          DECLINED)
AP_IMPLEMENT_HOOK_RUN_ALL(int, fixups, (request_rec *r), (r), OK, DECLINED)
AP_IMPLEMENT_HOOK_VOID(insert_filter, (request_rec *r), (r))
APR_IMPLEMENT_EXTERNAL_HOOK_BASE(ap, AP, insert_error_filter)

/* As AP_IMPLEMENT_HOOK_VOID has it, but counted. */
void ap_run_insert_error_filter(request_rec *r)
{
    apr_array_header_t *hooks = _hooks.link_insert_error_filter;
    int i;

    fake.error_filters_run++;
    for (i = 0; hooks && i < hooks->nelts; i++) {
        APR_ARRAY_IDX(hooks, i, ap_LINK_insert_error_filter_t).pFunc(r);
    }
}

const char *ap_run_http_scheme(const request_rec *r)
{
    (void)r;
    return fake.scheme;
}

void fake_hooks_start(void)
{
    static int started;

    if (started++) {
        apr_hook_deregister_all();
    }
    apr_hook_debug_current = "mod_cors_cookies.c";
    cors_cookies_module.register_hooks(fake.pool);
    apr_hook_debug_current = NULL;
    apr_hook_sort_all();
}

ap_filter_rec_t *ap_register_output_filter(const char *name,
                                           ap_out_filter_func function,
                                           ap_init_filter_func init,
                                           ap_filter_type type)
{
    ap_filter_rec_t *record = apr_pcalloc(apr_hook_global_pool,
                                          sizeof(*record));

    assert_null(init);
    record->name = name;
    record->filter_func.out_func = function;
    record->ftype = type;
    return record;
}

ap_filter_t *ap_add_output_filter_handle(ap_filter_rec_t *record,
                                         void *context, request_rec *r,
                                         conn_rec *connection)
{
    ap_filter_t *filter = apr_pcalloc(r->pool, sizeof(*filter));

    filter->frec = record;
    filter->ctx = context;
    filter->r = r;
    filter->c = connection;
    filter->next = r->output_filters;
    r->output_filters = filter;
    fake.filters_added++;
    return filter;
}

void ap_remove_output_filter(ap_filter_t *filter)
{
    ap_filter_t **link = &filter->r->output_filters;

    while (*link != filter) {
        assert_non_null(*link);
        link = &(*link)->next;
    }
    *link = filter->next;
}

/* NULL is the network. */
apr_status_t ap_pass_brigade(ap_filter_t *filter,
                             apr_bucket_brigade *brigade)
{
    if (!filter) {
        fake.brigades_passed++;
        return APR_SUCCESS;
    }
    return filter->frec->filter_func.out_func(filter, brigade);
}

int fake_process(request_rec *r)
{
    int status = ap_run_translate_name(r);

    if (status == DECLINED || status == OK) {
        status = ap_run_header_parser(r);
    }
    if (status == OK) {
        status = ap_run_fixups(r);
    }
    return status;
}

const char *fake_respond(request_rec *r, const char *headers)
{
    ap_run_insert_filter(r);
    fake_headers_add(r->headers_out, headers);
    fake_send(r);
    return fake_response(r);
}
