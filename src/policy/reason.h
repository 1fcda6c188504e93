/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_REASON_H
#define CORS_REASON_H

/*
 * Every result a judgement can have, and every reason for it: the one table
 * that the variables, the log, the counters, the status page and the
 * documentation are made from.
 */
typedef enum {
    CORS_RESULT_NONE = 0,       /* not a CORS request: no variable is set */
    CORS_RESULT_ALLOWED,
    CORS_RESULT_ANONYMOUS,
    CORS_RESULT_DISALLOWED,
    CORS_RESULT_SAME_ORIGIN,
    CORS_RESULT_PREFLIGHT_ALLOWED,
    CORS_RESULT_PREFLIGHT_DISALLOWED,
    CORS_RESULT_EMBEDDED,       /* without Origin, by a listed page */
    CORS_RESULT_COUNT
} cors_result;

typedef enum {
    CORS_REASON_OK = 0,
    CORS_REASON_ORIGIN_NOT_LISTED,
    CORS_REASON_ORIGIN_EXCLUDED,
    CORS_REASON_ORIGIN_NULL,
    CORS_REASON_ORIGIN_MALFORMED,
    CORS_REASON_ORIGIN_MULTIPLE,
    CORS_REASON_ORIGIN_INSECURE,
    CORS_REASON_CREDENTIALS_SENT,
    CORS_REASON_METHOD_NOT_LISTED,
    CORS_REASON_HEADER_NOT_LISTED,
    CORS_REASON_HEADERS_MALFORMED,
    CORS_REASON_POLICY_INVALID,
    CORS_REASON_ORIGIN_MISSING,
    CORS_REASON_ORIGIN_STORE_UNAVAILABLE,
    CORS_REASON_COUNT
} cors_reason;

/* The value of CORS_RESULT; "" for CORS_RESULT_NONE. Static. */
const char *cors_result_name(cors_result result);

/* The value of CORS_REASON. Static. */
const char *cors_reason_name(cors_reason reason);

/* What it means, and what to do about it: sentences. Static. */
const char *cors_reason_sentence(cors_reason reason);
const char *cors_reason_cure(cors_reason reason);

#endif
