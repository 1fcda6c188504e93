/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_VARIABLES_H
#define CORS_VARIABLES_H

#include "request/decision.h"

/*
 * Set CORS_RESULT, CORS_REASON and CORS_ORIGIN in the request's environment,
 * for LogFormat %{...}e, CGI, "Header ... env=" and expressions. Unset where
 * the request is no CORS request; CORS_ORIGIN is set whenever the origin is
 * allowed.
 */
void cors_variables_set(request_rec *r, const cors_decision *decision);

#endif
