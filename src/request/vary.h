/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_VARY_H
#define CORS_VARY_H

#include <httpd.h>

/* Field names for a Vary: as a line, and one by one. Static strings. */
typedef struct cors_vary {
    const char *line;
    const char *names[4];       /* ends in NULL */
} cors_vary;

/*
 * Add field names to the Vary of a response, in whichever of httpd's two
 * header tables it stands. What is there stays; no name comes twice;
 * "Vary: *" stays alone.
 *
 * example: "Accept-Encoding" and {"Origin"} give "Accept-Encoding, Origin"
 */
void cors_vary_add(request_rec *r, const cors_vary *vary);

#endif
