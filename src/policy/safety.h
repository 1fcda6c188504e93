/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_SAFETY_H
#define CORS_SAFETY_H

#include "policy/origin_set.h"
#include "policy/policy.h"

/*
 * What origins, credentials and options say together. Asked after reading,
 * for each section as its server completes it, and again of what merging
 * brings together for a request.
 */
typedef enum {
    CORS_SAFE = 0,
    CORS_UNSAFE_ANY,            /* * */
    CORS_UNSAFE_INSECURE,       /* http:, not loopback */
    CORS_UNSAFE_SUFFIX,         /* *. over a public suffix */
    CORS_UNSAFE_LABEL,          /* a star in a label in front of one, */
    CORS_UNSAFE_UNLISTED,       /* or where no list tells */
    CORS_UNSAFE_EXCLUDING,      /* nothing but ! */
    CORS_UNSAFE_UNNAMED,        /* an expression that names no site */
    CORS_UNSAFE_MATCH_UNLISTED, /* one, and no list of public suffixes */
    CORS_SAFETY_COUNT
} cors_safety;

/*
 * Whether a policy can be meant. *offence, if not NULL: set to the pattern
 * at fault and its place, where one is.
 *
 * yes: * with CORSAllowCredentials Off   no: * with it On
 */
cors_safety cors_safety_check(const cors_policy *policy,
                              cors_offence *offence);

/*
 * The same for a request's policy whose origins stand in a .htaccess, which
 * nobody has checked before: of what this file says, completed by its server
 * alone. SAFE too where the fault is what merging brought together.
 */
cors_safety cors_safety_check_htaccess(apr_pool_t *pool,
                                       const server_rec *server,
                                       const cors_policy *policy,
                                       cors_offence *offence);

/*
 * The message for a result other than SAFE: "CORSAllowOrigin '*': why; what
 * to write". From the pool.
 */
const char *cors_safety_text(apr_pool_t *pool, cors_safety safety,
                             const cors_offence *offence);

#endif
