/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_ENFORCE_H
#define CORS_ENFORCE_H

#include "request/decision.h"

/*
 * What a judgement does to the request itself: a preflight is answered, a
 * request of an origin that is not allowed is denied or loses its
 * credentials. Under CORSReportOnly none of it happens.
 */

/* What a place does with a judged request. */
typedef enum {
    CORS_ACTION_NONE,
    CORS_ACTION_ANSWER,         /* a preflight, by the module itself */
    CORS_ACTION_DENY,
    CORS_ACTION_STRIP
} cors_action;

cors_action cors_enforce_choose(const cors_policy *place,
                                const cors_request *request);

/*
 * The status of a request that is denied: 403, or 503 where a database may
 * list its origin but did not answer.
 */
int cors_enforce_refusal(const cors_decision *decision);

/* The status of an answered preflight. */
int cors_enforce_status(const cors_decision *decision);

/*
 * Before authentication. Returns DECLINED, DONE for an answered preflight,
 * 403, or 500 for the policy of a .htaccess that cannot be meant. request:
 * judged. What happens to others is the word of each place that the request
 * passes, ErrorDocuments excepted.
 */
int cors_enforce(request_rec *r, cors_request *request);

/*
 * Where the policy stands in a .htaccess and cannot be meant, log so and
 * return 500, as httpd does for any bad line there; else DECLINED.
 */
int cors_enforce_safety(request_rec *r, const cors_policy *policy);

/*
 * Answer the preflight: status and headers, no body, no handler. DONE, or
 * the status of a request body that cannot be read past.
 */
int cors_enforce_answer(request_rec *r, cors_request *request);

/*
 * A server-level Redirect or RewriteRule [R], [F], [G] takes a request away
 * before its directory is known; a preflight must be answered all the same.
 *
 * In front of all other translate_name hooks: for a preflight to a place
 * whose server configuration and <Location> sections have a policy, run the
 * others and look at what they return.
 *
 * Returns DECLINED for all other requests, else what they returned. *taken:
 * set to 1 where that would take the preflight away, so that the caller is
 * to judge and answer it.
 */
int cors_enforce_translate(request_rec *r, int *taken);

#endif
