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
 * redirects that comes back. Then the request's origin is that of its
 * Referer; text NULL: it has none that can be told. What was looked at is
 * kept in the request, for Vary.
 *
 * yes: Sec-Fetch-Site: cross-site, Sec-Fetch-Dest: image
 * no:  Sec-Fetch-Site: none; a click on a link (navigate, document)
 */
int cors_fetch_metadata_asks(request_rec *r, cors_request *request);

/*
 * The names that the answer varies by beside Sec-Fetch-Site, as a line; NULL:
 * none. Static.
 */
const char *cors_fetch_metadata_vary(const cors_request *request);

#endif
