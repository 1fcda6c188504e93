/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_COOKIE_LOG_H
#define CORS_COOKIE_LOG_H

#include "request/decision.h"

/*
 * Say at info, a line a cookie, why a browser will refuse or withhold a
 * cookie of this response: one that goes to an allowed, credentialed origin
 * of another site. Nothing is computed where LogLevel hides it.
 */
void cors_cookie_log_write(request_rec *r, cors_request *request);

#endif
