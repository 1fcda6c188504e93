/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_REDIRECT_H
#define CORS_REDIRECT_H

#include <httpd.h>

/*
 * A server-level Redirect or RewriteRule [R], [F], [G] takes a request away
 * before its directory is known; a preflight must be answered all the same.
 *
 * httpd's translate_name hook, in front of all others: for a preflight to a
 * place whose server configuration and <Location> sections have a policy, it
 * runs the other translators itself and looks at what they return.
 *
 * Returns DECLINED for all other requests, what they returned where they let
 * the preflight pass, or DONE where they did not and it is answered here.
 * *taken: set to 1 where the preflight is to be answered by the caller.
 */
int cors_redirect_translate(request_rec *r, int *taken);

#endif
