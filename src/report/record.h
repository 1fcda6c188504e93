/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_RECORD_H
#define CORS_RECORD_H

#include "request/decision.h"

/*
 * What the error log says of a judgement.
 *
 * A refusal is one line at info: reason, origin, method and URI, for a
 * preflight what it asked for, the policy's file and line, and what was
 * nearly right. Nothing is computed where LogLevel hides it. Bytes of the
 * request are escaped and cut.
 *
 * A policy that merging makes unsafe is said at error level, once per child
 * and place.
 */
void cors_log_decision(request_rec *r, const cors_decision *decision);

/*
 * Where the policy that judged stands: "file:line" of its first origin, or
 * of its first directive. From the pool.
 */
const char *cors_log_place(apr_pool_t *pool, const cors_policy *policy);

#endif
