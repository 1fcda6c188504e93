/* SPDX-License-Identifier: Apache-2.0 */
#include "redirect.h"

#include <http_request.h>

#include "decision.h"

static int concerns(request_rec *r)
{
    const cors_policy *policy = cors_policy_of(r);
    const cors_decision *decision;

    if (r->main || !cors_policy_exists(policy)
        || cors_policy_get(policy, CORS_REPORT_ONLY) == CORS_ON
        || cors_policy_get(policy, CORS_PREFLIGHT)
           == CORS_PREFLIGHT_FORWARD) {
        return 0;
    }
    decision = cors_decision_read(r);
    return decision->preflight && !decision->translating;
}

int cors_redirect_translate(request_rec *r, int *taken)
{
    cors_decision *decision;
    int status;

    *taken = 0;
    if (!concerns(r)) {
        return DECLINED;
    }
    decision = cors_decision_read(r);
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
