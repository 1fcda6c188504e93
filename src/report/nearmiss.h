/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_NEARMISS_H
#define CORS_NEARMISS_H

#include "request/decision.h"

/*
 * What the administrator most likely meant: the pattern that would have
 * admitted the origin, and what differs; or the method in another case; or,
 * where a page hides its origin, how it is to name it.
 * For messages only. Its cost does not grow with the number of patterns: it
 * looks up origins that are near this one.
 *
 * Returns a sentence from the pool, or NULL where nothing is near. What it
 * quotes comes from the configuration, not from the request.
 *
 * yes: "https://app.example.com is allowed: the port differs"
 * no:  NULL for https://stranger.test
 */
const char *cors_nearmiss_find(apr_pool_t *pool,
                               const cors_request *request);

#endif
