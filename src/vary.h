/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_VARY_H
#define CORS_VARY_H

#include <httpd.h>

/*
 * Add field names to the Vary of a response, in whichever of httpd's two
 * header tables it stands. What is there stays; no name comes twice;
 * "Vary: *" stays alone.
 *
 * names: a NULL-terminated list; static strings.
 *
 * example: "Accept-Encoding" and {"Origin"} give "Accept-Encoding, Origin"
 */
void cors_vary_add(request_rec *r, const char *const *names);

#endif
