/* SPDX-License-Identifier: Apache-2.0 */
#include "variables.h"

void cors_variables_set(request_rec *r, const cors_decision *decision)
{
    if (decision->result == CORS_RESULT_NONE) {
        return;
    }
    apr_table_setn(r->subprocess_env, "CORS_RESULT",
                   cors_result_name(decision->result));
    apr_table_setn(r->subprocess_env, "CORS_REASON",
                   cors_reason_name(decision->reason));
    if (decision->origin_allowed) {
        apr_table_setn(r->subprocess_env, "CORS_ORIGIN", decision->origin);
    }
}
