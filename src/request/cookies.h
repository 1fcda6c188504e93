/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_COOKIES_H
#define CORS_COOKIES_H

#include <apr_tables.h>
#include <httpd.h>

#include "policy/policy.h"

/*
 * The Set-Cookie fields of a response, in both of httpd's header tables.
 */

/* Take them all out: of an answered preflight, of a stripped request. */
void cors_cookies_remove(request_rec *r);

/* Give them the attributes of CORSCookieAttributes. rules: not NULL. */
void cors_cookies_rewrite(request_rec *r, const apr_array_header_t *rules);

/*
 * The rules for a request's cookies: those of the first request in its chain
 * of internal redirects whose place has some. NULL: there are none.
 */
const apr_array_header_t *cors_cookies_rules(const request_rec *r);

#endif
