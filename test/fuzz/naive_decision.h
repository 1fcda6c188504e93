/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAIVE_DECISION_H
#define NAIVE_DECISION_H

#include <regex.h>
#include <string.h>
#include <strings.h>

#include <apr_strings.h>
#include <apr_tables.h>

#include "naive_matcher.h"
#include "naive_origin.h"

/*
 * The documented table of decisions once more: from the words of the
 * configuration and the fields of the request, without any of the module's
 * types, and without a thought for speed.
 */

typedef enum {
    ORIGINS, MATCH, CREDENTIALS, ANONYMOUS, ALLOW_METHODS, ALLOW_HEADERS,
    EXPOSED, MAX_AGE, PREFLIGHT, STATUS, DISALLOWED, REPORT, OPTIONS,
    COOKIES, LETTERS, METADATA = LETTERS, SETTINGS
} naive_setting;

typedef struct naive_request {
    apr_pool_t *pool;
    const char *values[SETTINGS];   /* of the directives; NULL: not given */
    const char *scheme;
    const char *method;
    const apr_table_t *headers;     /* fields of one name joined */
    int digest;                     /* AuthType Digest */
    int status;                     /* what the handler would answer */
} naive_request;

typedef struct naive_answer {
    int touched;                /* there is a policy */
    const char *result;         /* NULL: not a CORS request */
    const char *reason;
    const char *allowed;        /* CORS_ORIGIN; NULL: unset */
    int status;
    int handled;                /* the handler is reached, */
    int stripped;               /* without Cookie and Authorization */
    int cookies_removed;
    int cookies_kept;           /* as they were */
    int forwarded;              /* the handler's own preflight fields stay */
    const char *allow_origin;   /* each NULL: not sent */
    const char *allow_credentials;
    const char *allow_methods;
    const char *allow_headers;
    const char *max_age;
    const char *expose;         /* "own": the names of the response's own; */
                                /* "app": what the handler says of it */
    const char *vary[10];
} naive_answer;

static inline int naive_is(const naive_request *q, naive_setting setting,
                           const char *word)
{
    return q->values[setting] && strcmp(q->values[setting], word) == 0;
}

static inline const char *naive_field(const naive_request *q,
                                      const char *name)
{
    return apr_table_get(q->headers, name);
}

/* Whether a word stands among words; in any case, or as it is. */
static inline int naive_among(const naive_request *q, const char *words,
                              const char *word, int any_case)
{
    char *state, *copy = words ? apr_pstrdup(q->pool, words) : NULL;
    char *next = copy ? apr_strtok(copy, " ", &state) : NULL;

    for (; next; next = apr_strtok(NULL, " ", &state)) {
        if ((any_case ? strcasecmp : strcmp)(next, word) == 0) {
            return 1;
        }
    }
    return 0;
}

static inline int naive_token(const char *text)
{
    return *text && text[strspn(text,
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0';
}

static inline int naive_credentials(const naive_request *q)
{
    return !naive_is(q, CREDENTIALS, "Off");
}

static inline int naive_allows(const naive_request *q)
{
    return (q->values[ORIGINS] && !naive_is(q, ORIGINS, "none"))
           || q->values[MATCH];
}

static inline int naive_any(const naive_request *q)
{
    return naive_is(q, ORIGINS, "*");
}

/* What must not be served with credentials, and comes by merging only. */
static inline int naive_invalid(const naive_request *q)
{
#ifndef HAVE_LIBPSL
    if (q->values[ORIGINS] && strstr(q->values[ORIGINS], "https://pr-*")) {
        return 1;       /* whatever the credentials: no list tells */
    }
#endif
    return naive_credentials(q)
           && (naive_any(q)
               || (q->values[ORIGINS]
                   && strstr(q->values[ORIGINS], "http://plain")
                   && !naive_is(q, OPTIONS, "UnsafeInsecureOrigin")));
}

/* The reason why an origin is not allowed, or ok. */
static inline const char *naive_listed(const naive_request *q,
                                       const char *origin)
{
    char *state, *words = apr_pstrdup(q->pool, q->values[ORIGINS]
                                      ? q->values[ORIGINS] : "");
    char *pattern = apr_strtok(words, " ", &state);
    int admitted = 0, matched;
    regex_t regex;

    for (; pattern; pattern = apr_strtok(NULL, " ", &state)) {
        if (*pattern == '!' && naive_admits(pattern + 1, origin)) {
            return "origin-excluded";
        }
        admitted |= *pattern != '!' && naive_admits(pattern, origin);
    }
    if (admitted || !q->values[MATCH]) {
        return admitted ? "ok" : "origin-not-listed";
    }
    regcomp(&regex, apr_pstrcat(q->pool, "^(", q->values[MATCH], ")$", NULL),
            REG_EXTENDED | REG_NOSUB);
    matched = regexec(&regex, origin, 0, NULL, 0) == 0;
    regfree(&regex);
    if (!matched) {
        return "origin-not-listed";
    }
    return strncmp(origin, "http:", 5) == 0 && naive_credentials(q)
           && !naive_is(q, OPTIONS, "UnsafeInsecureOrigin")
           ? "origin-insecure" : "ok";
}

static inline const char *naive_judge(const naive_request *q,
                                      const char *origin)
{
    if (naive_allows(q) && naive_invalid(q)) {
        return "policy-invalid";
    }
    if (naive_any(q)) {
        return "ok";
    }
    if (strcmp(origin, "null") == 0) {
        return "origin-null";
    }
    if (strpbrk(origin, ", \t")) {
        return "origin-multiple";
    }
    if (!naive_origin(q->pool, origin)) {
        return "origin-malformed";
    }
    return naive_allows(q) ? naive_listed(q, origin) : "origin-not-listed";
}

static inline int naive_is_site(const char *origin, const char *scheme,
                                const char *host, size_t length)
{
    size_t before = strlen(scheme);

    return strncmp(origin, scheme, before) == 0
           && strncmp(origin + before, "://", 3) == 0
           && strlen(origin) == before + 3 + length
           && strncasecmp(origin + before + 3, host, length) == 0;
}

static inline int naive_own_origin(const naive_request *q,
                                   const char *origin)
{
    const char *host = naive_field(q, "Host");
    const char *port = strcmp(q->scheme, "https") == 0 ? ":443" : ":80";
    size_t length;

    if (!host || !*host) {
        return 0;
    }
    length = strlen(host);
    if (*host != '[' ? !strchr(host, ':') : host[length - 1] == ']') {
        return naive_is_site(origin, "https", host, length)
               || naive_is_site(origin, q->scheme, host, length);
    }
    if (length > strlen(port)
        && strcmp(host + length - strlen(port), port) == 0) {
        length -= strlen(port);
    }
    return naive_is_site(origin, q->scheme, host, length);
}

static inline int naive_same_origin(const naive_request *q,
                                    const char *origin)
{
    const char *site = naive_field(q, "Sec-Fetch-Site");

    return site ? naive_among(q, "same-origin none", site, 0)
                : naive_own_origin(q, origin);
}

static inline int naive_sends_credentials(const naive_request *q)
{
    const char *authorization = naive_field(q, "Authorization");

    return naive_field(q, "Cookie")
           || (authorization
               && (strncasecmp(authorization, "Bearer ", 7) != 0
                   || strchr(authorization, ',')));
}

#include "naive_preflight.h"
#include "naive_metadata.h"

/* What a request whose origin is refused has to expect. */
static inline void naive_refuse(const naive_request *q, int preflight,
                                int ahead, naive_answer *a)
{
    a->cookies_kept = 1;
    if (naive_is(q, DISALLOWED, "Deny")) {
        a->status = 403;
        a->handled = 0;
        a->cookies_removed = preflight;
    }
    if (naive_is(q, DISALLOWED, "StripCredentials")) {
        a->cookies_removed = 1;
        a->stripped = 1;
        if (ahead || q->digest || naive_field(q, "Upgrade")) {
            a->status = 403;
            a->handled = 0;
            a->stripped = 0;
        }
    }
}

static inline void naive_readable(const naive_request *q, naive_answer *a,
                                  const char *origin, int preflight)
{
    a->allow_origin = origin;
    if (strcmp(origin, "*") != 0) {
        a->allow_credentials = naive_credentials(q) ? "true" : NULL;
    }
    if (!preflight && !q->values[EXPOSED]) {
        a->expose = "app";
    }
    else if (!preflight && !naive_is(q, EXPOSED, "none")) {
        a->expose = naive_comma(q, q->values[EXPOSED]);
        if (naive_is(q, EXPOSED, "*") && a->allow_credentials) {
            a->expose = a->status == 304 ? NULL : "own";
        }
    }
}

/* Whose request it is; sets result, reason and allowed. */
static inline void naive_classify(const naive_request *q, naive_answer *a,
                                  const char *origin, int preflight,
                                  int embedded)
{
    int open = naive_is(q, ANONYMOUS, "On");

    a->reason = origin ? naive_judge(q, origin)
                : naive_allows(q) && naive_invalid(q) ? "policy-invalid"
                : "origin-missing";
    if (strcmp(a->reason, "ok") == 0) {
        a->result = embedded ? "embedded" : "allowed";
        a->allowed = origin;
    }
    else if (!preflight && !embedded && naive_same_origin(q, origin)) {
        a->result = "same-origin";
        a->reason = "ok";
    }
    else if (strcmp(a->reason, "policy-invalid") == 0 || !open) {
        a->result = "disallowed";
    }
    else if (naive_sends_credentials(q)) {
        a->result = "disallowed";
        a->reason = "credentials-sent";
    }
    else {
        a->result = "anonymous";
    }
}

static inline int naive_touches(const naive_request *q)
{
    return naive_allows(q) || naive_is(q, ANONYMOUS, "On")
           || naive_is(q, METADATA, "On") || naive_is(q, DISALLOWED, "Deny")
           || naive_is(q, DISALLOWED, "StripCredentials");
}

/* The whole table: one request, one answer. */
static inline void naive_answer_make(const naive_request *q, naive_answer *a)
{
    const char *origin = naive_field(q, "Origin");
    int star = naive_any(q) && !naive_credentials(q);
    int preflight = origin && strcmp(q->method, "OPTIONS") == 0
                    && naive_field(q, "Access-Control-Request-Method");
    int metadata = naive_is(q, METADATA, "On"), embedded = 0;
    int same, anonymous, fits;
    const char **vary = a->vary;

    memset(a, 0, sizeof(*a));
    a->status = q->status;
    a->handled = 1;
    a->touched = naive_touches(q);
    if (!a->touched) {
        return;
    }
    if (!star) {
        *vary++ = "Origin";
    }
    if (preflight) {
        *vary++ = "Access-Control-Request-Method";
        *vary++ = "Access-Control-Request-Headers";
    }
    else if (metadata) {
        *vary++ = "Sec-Fetch-Site";
    }
    if (!origin && metadata && !star) {
        embedded = naive_metadata(q, &origin, &vary);
    }
    else if (!origin && star) {
        naive_readable(q, a, "*", 0);
    }
    if (!embedded && !naive_field(q, "Origin")) {
        return;
    }
    naive_classify(q, a, origin, preflight, embedded);
    anonymous = strcmp(a->result, "anonymous") == 0;
    same = strcmp(a->result, "same-origin") == 0;
    if (strcmp(a->reason, "credentials-sent") == 0) {
        *vary++ = "Cookie";
        *vary++ = "Authorization";
    }
    if (!embedded && (a->allowed || anonymous)) {
        naive_readable(q, a, star || anonymous ? "*" : origin, preflight);
    }
    if (preflight) {
        fits = naive_preflight(q, a);
        a->result = !a->allow_origin || !fits ? "preflight-disallowed"
                    : anonymous ? "anonymous" : "preflight-allowed";
    }
    if (embedded ? strcmp(a->result, "disallowed") == 0
                 : !a->allow_origin && !same && a->handled) {
        naive_refuse(q, preflight, embedded && naive_field(q, "Sec-Purpose"),
                     a);
    }
    if (star && strcmp(origin, "null") != 0
        && !naive_origin(q->pool, origin)) {
        a->allowed = NULL;
    }
}

#endif
