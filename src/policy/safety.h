/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_SAFETY_H
#define CORS_SAFETY_H

#include "policy/policy.h"

/*
 * What origins, credentials and options say together. Asked after reading,
 * for each section as its server completes it, and again of what merging
 * brings together for a request.
 */
typedef enum {
    CORS_CHECK_SAFE = 0,
    CORS_CHECK_ANY,             /* * */
    CORS_CHECK_INSECURE,        /* http:, not loopback */
    CORS_CHECK_SUFFIX,          /* *. over a public suffix */
    CORS_CHECK_ONLY_EXCLUDED,   /* nothing but ! */
    CORS_CHECK_COUNT
} cors_check_result;

/*
 * Whether a policy can be meant. *offence, if not NULL: set to the pattern
 * at fault and its place, where one is.
 *
 * yes: * with CORSAllowCredentials Off   no: * with it On
 */
cors_check_result cors_check_policy(const cors_policy *policy,
                                    cors_offence *offence);

/*
 * Whether it is SAFE, for a policy that has origins. Asked for every CORS
 * request: no call where nothing dangerous stands among them.
 */
static inline int cors_check_is_safe(const cors_policy *policy)
{
    const cors_origins *origins = policy->origins;

    return (origins->admits && !origins->any && !origins->offends)
           || cors_check_policy(policy, NULL) == CORS_CHECK_SAFE;
}

/*
 * The message for a result other than SAFE: "CORSAllowOrigin '*': why; what
 * to write". From the pool.
 */
const char *cors_check_message(apr_pool_t *pool, cors_check_result result,
                               const cors_offence *offence);

/* httpd's check_config hook: every section of every server. */
int cors_check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                      server_rec *server);

/*
 * Whether a request's policy is refused for what its own .htaccess says, and
 * not for what merging brought together. *offence and *result: what it says.
 */
int cors_check_blames_htaccess(request_rec *r, const cors_policy *policy,
                               cors_offence *offence,
                               cors_check_result *result);

/* The same, logged: httpd's 500 is the answer, as for any bad line there. */
int cors_check_htaccess_fails(request_rec *r, const cors_policy *policy);

#endif
