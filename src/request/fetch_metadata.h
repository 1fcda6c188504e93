/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_FETCH_METADATA_H
#define CORS_FETCH_METADATA_H

#include "request/request.h"

/*
 * What browsers say of a request without Origin (Fetch Metadata): images,
 * scripts, frames and prefetches carry the site's cookies, and no Origin.
 */

/*
 * Whether a place with CORSFetchMetadata judges the request: another site's
 * page loads it, not as a page that the user goes to, and not by a chain of
 * redirects that comes back. Then the request's origin is what its Referer
 * has in an origin's place, not checked yet; text NULL: nothing. What was
 * looked at is kept in the request, for Vary.
 *
 * yes: Sec-Fetch-Site: cross-site, Sec-Fetch-Dest: image
 * no:  Sec-Fetch-Site: none; a click on a link (navigate, document)
 */
int cors_fetch_metadata_asks(request_rec *r, cors_request *request);

/* What every answer varies by where it is judged, */
#define CORS_FETCH_METADATA_VARY "Origin, Sec-Fetch-Site"

/*
 * and with it what one without Origin varies by, for what was looked at: a
 * line, static.
 */
const char *cors_fetch_metadata_vary(const cors_request *request);

#endif
