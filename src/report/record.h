/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_RECORD_H
#define CORS_RECORD_H

#include "request/decision.h"

/*
 * Note a judgement, once: in the request's variables, in the counters, and,
 * where it is a refusal, in the error log.
 *
 * A refusal is one line at info: reason, origin, method and URI, for a
 * preflight what it asked for, the policy's file and line, and what was
 * nearly right. Nothing is computed where LogLevel hides it. Bytes of the
 * request are escaped and cut.
 *
 * A policy that merging makes unsafe is said at error level, once per child
 * and place.
 */
void cors_record_judgement(request_rec *r, cors_request *request);

/* The same for a judgement that was changed: it is not counted again. */
void cors_record_change(request_rec *r, cors_request *request);

/*
 * Say at info that the answer to an allowed request redirects to another
 * origin, which a script's request does not survive: a session that ran out
 * and leads to a log-in elsewhere. r: as its answer leaves.
 */
void cors_record_redirect(request_rec *r, const cors_request *request);

/*
 * Set CORS_RESULT, CORS_REASON and CORS_ORIGIN in the request's environment,
 * for LogFormat %{...}e, CGI, "Header ... env=" and expressions. Unset where
 * the request is no CORS request; CORS_ORIGIN is set whenever the origin is
 * allowed, under "*" where it is a serialized origin or null. For a request
 * that shares a judgement which was noted before.
 */
void cors_record_variables(request_rec *r, cors_request *request);

/*
 * Where the policy that judged stands: its first origin, or its first
 * directive.
 */
cors_place cors_record_place(const cors_policy *policy);

#endif
