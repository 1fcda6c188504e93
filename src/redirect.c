/* SPDX-License-Identifier: Apache-2.0 */
#include "redirect.h"

#include <http_request.h>

#include "decision.h"

/* Marks a request whose other translators are being run. */
static const char translating[] = "mod_cors_cookies-translating";

static int concerns(const request_rec *r)
{
    const cors_policy *policy;

    if (r->main || r->method_number != M_OPTIONS
        || !cors_decision_is_preflight(r)
        || apr_table_get(r->notes, translating)) {
        return 0;
    }
    policy = cors_policy_of(r);
    return cors_policy_exists(policy)
           && cors_policy_get(policy, CORS_REPORT_ONLY) == CORS_OFF
           && cors_policy_get(policy, CORS_PREFLIGHT)
              == CORS_PREFLIGHT_ANSWER;
}

int cors_redirect_translate(request_rec *r, int *taken)
{
    int status;

    *taken = 0;
    if (!concerns(r)) {
        return DECLINED;
    }
    apr_table_setn(r->notes, translating, "1");
    status = ap_run_translate_name(r);
    apr_table_unset(r->notes, translating);
    if (status == OK || status == DECLINED || status == DONE) {
        return status;
    }
    apr_table_unset(r->headers_out, "Location");
    apr_table_unset(r->err_headers_out, "Location");
    *taken = 1;
    return status;
}
