/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_PREFLIGHT_H
#define CORS_PREFLIGHT_H

#include "request/decision.h"

#define CORS_PREFLIGHT_HEADERS_MAX 64
#define CORS_PREFLIGHT_LENGTH_MAX  4096

/*
 * Judge what a preflight of an allowed origin asks for: the method, then
 * the headers. Takes what it asks from the decision, sets failed_header and
 * headers.
 * Returns CORS_REASON_OK, METHOD_NOT_LISTED, HEADER_NOT_LISTED or
 * HEADERS_MALFORMED.
 *
 * Fetch, "CORS-preflight fetch", steps 7.5 to 7.7. GET, HEAD and POST need
 * no listing. Time is linear in the length of what is asked.
 */
cors_reason cors_preflight_judge(request_rec *r, cors_decision *decision);

#endif
