/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_ENFORCE_H
#define CORS_ENFORCE_H

#include "request/decision.h"

/*
 * What a judgement does to the request itself: a preflight is answered, a
 * request of an origin that is not allowed is denied or loses its
 * credentials. Under CORSReportOnly none of it happens.
 */

/*
 * Before authentication. Returns DECLINED, DONE for an answered preflight,
 * or 403. decision: the request's, not NULL. What happens to others is the
 * word of each place that the request passes, ErrorDocuments excepted.
 */
int cors_enforce_upon(request_rec *r, cors_decision *decision);

/* Most requests have nothing to bear: seen without a call. */
static inline int cors_enforce(request_rec *r, cors_decision *decision)
{
    if (decision->preflight
        || (cors_decision_refuses_origin(decision)
            && cors_policy_get(cors_policy_of(r), CORS_DISALLOWED)
               != CORS_SERVE)) {
        return cors_enforce_upon(r, decision);
    }
    return DECLINED;
}

/*
 * Answer the preflight: status and headers, no body, no handler. DONE, or
 * the status of a request body that cannot be read past.
 */
int cors_enforce_answer(request_rec *r, cors_decision *decision);

/* Whether Set-Cookie is to be taken out of the response. */
static inline int cors_enforce_strips_cookies(const cors_decision *decision)
{
    if (decision->answered) {
        return 1;
    }
    return cors_decision_refuses_origin(decision)
           && (decision->stripped
               || cors_policy_get(decision->policy, CORS_DISALLOWED)
                  == CORS_STRIP_CREDENTIALS);
}

#endif
