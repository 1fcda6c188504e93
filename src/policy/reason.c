/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/reason.h"

static const char *const results[CORS_RESULT_COUNT] = {
    [CORS_RESULT_NONE] = "",
    [CORS_RESULT_ALLOWED] = "allowed",
    [CORS_RESULT_ANONYMOUS] = "anonymous",
    [CORS_RESULT_DISALLOWED] = "disallowed",
    [CORS_RESULT_SAME_ORIGIN] = "same-origin",
    [CORS_RESULT_PREFLIGHT_ALLOWED] = "preflight-allowed",
    [CORS_RESULT_PREFLIGHT_DISALLOWED] = "preflight-disallowed",
    [CORS_RESULT_EMBEDDED] = "embedded"
};

static const struct {
    const char *name;
    const char *sentence;
    const char *cure;
} reasons[CORS_REASON_COUNT] = {
    [CORS_REASON_OK] = {
        "ok", "the policy allows it", "nothing is to be done"
    },
    [CORS_REASON_ORIGIN_NOT_LISTED] = {
        "origin-not-listed", "no pattern of the policy admits this origin",
        "add the origin to CORSAllowOrigin if it is yours"
    },
    [CORS_REASON_ORIGIN_EXCLUDED] = {
        "origin-excluded", "a !pattern of the policy excludes this origin",
        "take the exclusion out if the origin may read again"
    },
    [CORS_REASON_ORIGIN_NULL] = {
        "origin-null",
        "the page has no origin: a sandboxed frame, a file, a redirect "
        "across sites",
        "serve the page from an origin of its own and list that"
    },
    [CORS_REASON_ORIGIN_MALFORMED] = {
        "origin-malformed", "no browser writes an origin like this",
        "look who sends it: it is no browser"
    },
    [CORS_REASON_ORIGIN_MULTIPLE] = {
        "origin-multiple", "the request names more than one origin",
        "look for a proxy that adds an Origin of its own"
    },
    [CORS_REASON_ORIGIN_INSECURE] = {
        "origin-insecure",
        "an expression admits this origin, but it is http: and credentials "
        "would be read by everybody on the way",
        "serve the page over https:, or set CORSOptions UnsafeInsecureOrigin"
    },
    [CORS_REASON_CREDENTIALS_SENT] = {
        "credentials-sent",
        "an origin that is not listed may read without credentials only, "
        "and this request carries some",
        "list the origin, or call with credentials: 'omit'"
    },
    [CORS_REASON_METHOD_NOT_LISTED] = {
        "method-not-listed", "the preflight asks for a method that is not "
        "listed",
        "add the method to CORSAllowMethods"
    },
    [CORS_REASON_HEADER_NOT_LISTED] = {
        "header-not-listed", "the preflight asks for a request header that "
        "is not listed",
        "add the header to CORSAllowHeaders"
    },
    [CORS_REASON_HEADERS_MALFORMED] = {
        "headers-malformed",
        "Access-Control-Request-Headers is no list of header names, or too "
        "long",
        "send at most 64 names in at most 4096 bytes"
    },
    [CORS_REASON_POLICY_INVALID] = {
        "policy-invalid",
        "the sections that hold here make an unsafe policy together, which "
        "allows nobody",
        "read the error log: it names the sections' lines"
    },
    [CORS_REASON_ORIGIN_MISSING] = {
        "origin-missing",
        "another site's page, or a browser that fetches ahead, loads this "
        "without Origin and Referer",
        "let the element of a listed page name the page's origin"
    },
    [CORS_REASON_ORIGIN_STORE_UNAVAILABLE] = {
        "origin-store-unavailable",
        "the database that may list this origin gives no answer",
        "read the error log: it names the query's line and the fault"
    }
};

const char *cors_result_name(cors_result result)
{
    return results[result];
}

const char *cors_reason_name(cors_reason reason)
{
    return reasons[reason].name;
}

const char *cors_reason_sentence(cors_reason reason)
{
    return reasons[reason].sentence;
}

const char *cors_reason_cure(cors_reason reason)
{
    return reasons[reason].cure;
}
