/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_ANSWER_H
#define CORS_ANSWER_H

#include "request/decision.h"

/*
 * Write the headers of the judgement into the response, as it stands:
 * Allow-Origin, -Credentials, -Methods, -Headers, Expose-Headers, Max-Age,
 * and Vary. The first six are the module's own: whatever a handler, backend
 * or other module put there, in either of httpd's header tables, is taken
 * out, and each is sent once. Where CORSExposeHeaders is unset, what the
 * application says of it reaches an origin that may read.
 *
 * Under CORSReportOnly nothing is written, but Vary where another place has
 * denied or stripped the request.
 */
void cors_answer_write(request_rec *r, const cors_request *request);

#endif
