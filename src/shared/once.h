/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_ONCE_H
#define CORS_ONCE_H

#include "policy/policy.h"

/*
 * What was said already, so that it is said once. Any thread may ask. As
 * much is remembered as has room; what is forgotten for others is said
 * again. All .htaccess files share one entry: whoever writes them can fill
 * neither the memory nor the log.
 */

/*
 * Get the memory that all children share, once in the life of the parent.
 * Without it each child remembers for itself.
 */
void cors_once_open(apr_pool_t *process_pool);

/*
 * Whether this is the first time in an hour that somebody says it of this
 * section's policy; from now on it was said. what: tells one thing that is
 * said from another.
 */
int cors_once_an_hour(unsigned what, const cors_policy *policy);

/* The same of anything, by its bytes, for ever. */
int cors_once_ever(unsigned what, const void *thing, size_t length);

/* The same of this child alone, for as long as it lives. */
int cors_once_a_child(unsigned what, const cors_policy *policy);

/* Things that are said of a line, beside the reasons. */
enum { CORS_ONCE_ROW = 1000, CORS_ONCE_STATEMENT };

/* Whether this is the first time in a minute that somebody says it of it. */
int cors_once_a_minute(unsigned what, cors_place line);

#endif
