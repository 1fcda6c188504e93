/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_ANSWER_H
#define CORS_ANSWER_H

#include "request/decision.h"

/*
 * What a judged request's response carries: Allow-*, Expose-Headers, Max-Age
 * and Vary. The module owns Access-Control-Allow-*, Access-Control-Expose-
 * Headers and Access-Control-Max-Age: whatever a handler, backend or other
 * module put there, in either of httpd's header tables, is taken out, and
 * each header is sent once.
 */

/* Write the headers of the judgement into the response, as it stands. */
void cors_answer_write(request_rec *r, const cors_request *request);

#endif
