/* SPDX-License-Identifier: Apache-2.0 */
#include "request/redirect.h"

#include <http_request.h>

#include "request/decision.h"

/* What a preflight says that is to be answered here; NULL: none such. */
static cors_decision *preflight_of(request_rec *r)
{
    const cors_policy *policy = cors_policy_of(r);
    cors_decision *decision = ap_get_module_config(r->request_config,
                                                   &cors_cookies_module);

    if ((decision && decision->translating) || r->main
        || !cors_policy_exists(policy)
        || cors_policy_get(policy, CORS_REPORT_ONLY) == CORS_ON
        || cors_policy_get(policy, CORS_PREFLIGHT)
           == CORS_PREFLIGHT_FORWARD) {
        return NULL;
    }
    decision = cors_decision_read(r);
    return decision->preflight ? decision : NULL;
}

int cors_redirect_translate(request_rec *r, int *taken)
{
    cors_decision *decision = preflight_of(r);
    int status;

    *taken = 0;
    if (!decision) {
        return DECLINED;
    }
    decision->translating = 1;
    status = ap_run_translate_name(r);
    decision->translating = 0;
    if (status == OK || status == DECLINED || status == DONE) {
        return status;
    }
    apr_table_unset(r->headers_out, "Location");
    apr_table_unset(r->err_headers_out, "Location");
    *taken = 1;
    return status;
}
