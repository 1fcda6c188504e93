/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_OWNED_H
#define CORS_OWNED_H

#include <httpd.h>

/*
 * Take the headers that the module owns out of both header tables:
 * Access-Control-Allow-*, -Expose-Headers and -Max-Age. keep_preflight
 * leaves Allow-Methods, Allow-Headers and Max-Age: those of a preflight
 * that a backend answers. Says at debug what was replaced.
 */
void cors_owned_remove(request_rec *r, int keep_preflight);

#endif
