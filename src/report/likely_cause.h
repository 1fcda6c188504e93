/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_LIKELY_CAUSE_H
#define CORS_LIKELY_CAUSE_H

#include "report/lookup.h"

/*
 * Where no policy holds for what was looked up: which one was most likely
 * meant to, and why it does not. found: the place. NULL: nothing is near.
 *
 * yes: "the URL is proxied, and <Directory "/srv"> (conf/a.conf:3) does not
 * hold for it; write <Location>"
 * no: nothing of a policy of another virtual host's name
 */
const char *cors_likely_cause_find(const cors_lookup *lookup,
                                   const request_rec *found);

#endif
