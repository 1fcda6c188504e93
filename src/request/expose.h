/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_EXPOSE_H
#define CORS_EXPOSE_H

#include <httpd.h>

#include "policy/names.h"

/*
 * Write Access-Control-Expose-Headers. exposed: as configured, or NULL.
 * With credentials "*" means nothing to a browser (Fetch, "CORS-exposed
 * header-name list"), so the names of the response's own headers are
 * written in its place, but for Set-Cookie and Access-Control-*; none on a
 * 304, or the browser would forget the stored response's.
 */
void cors_expose_write(request_rec *r, const cors_names *exposed,
                       int credentials);

#endif
