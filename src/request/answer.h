/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_ANSWER_H
#define CORS_ANSWER_H

#include <util_filter.h>

#include "request/decision.h"

/*
 * What a judged request's response carries. The module owns
 * Access-Control-Allow-*, Access-Control-Expose-Headers and
 * Access-Control-Max-Age: whatever a handler, backend or other module put
 * there, in either of httpd's header tables, is taken out, and each header
 * is sent once.
 */

/* Write the headers of the judgement into the response, as it stands. */
void cors_answer_write(request_rec *r, const cors_decision *decision);

/*
 * Whether the response goes to an origin whose scripts may read it with
 * credentials.
 */
int cors_answer_allows_credentials(const cors_decision *decision);

#endif
