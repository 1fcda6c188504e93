/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_COOKIES_H
#define CORS_COOKIES_H

#include "request/decision.h"

/*
 * The Set-Cookie fields of a response, in both of httpd's header tables.
 */

/*
 * The place whose CORSCookieAttributes a request's cookies get: that of the
 * first request in its chain of internal redirects that has some,
 * ErrorDocuments excepted. NULL: there is none.
 */
const cors_policy *cors_cookies_place(const request_rec *r);

/*
 * Take them out of an answered preflight and of a stripped request; give
 * all others that no stranger gets their attributes. request: judged; NULL
 * where no policy holds.
 */
void cors_cookies_write(request_rec *r, const cors_request *request);

#endif
