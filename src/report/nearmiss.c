/* SPDX-License-Identifier: Apache-2.0 */
#include "report/nearmiss.h"

#include <apr_strings.h>
#include <string.h>

#include "syntax/cure.h"
#include "syntax/pattern.h"
#include "syntax/token.h"
#include "policy/origins.h"

#define PATTERNS_MAX 1000

static int same(const char *a, size_t a_length, const char *b,
                size_t b_length)
{
    return a_length == b_length && memcmp(a, b, a_length) == 0;
}

static int same_scheme(const cors_origin *a, const cors_origin *b)
{
    return same(a->text, a->scheme_length, b->text, b->scheme_length);
}

/* Whether a host is prefix and then the other host. */
static int has_prefix(const cors_origin *origin, const char *prefix,
                      const cors_origin *other)
{
    size_t length = strlen(prefix);

    return origin->host_length > length
           && memcmp(origin->host, prefix, length) == 0
           && same(origin->host + length, origin->host_length - length,
                   other->host, other->host_length);
}

static int has_trailing_dot(const cors_origin *origin,
                            const cors_origin *other)
{
    return origin->host_length == other->host_length + 1
           && origin->host[other->host_length] == '.'
           && memcmp(origin->host, other->host, other->host_length) == 0;
}

/* Whether *. of the pattern covers the host. */
static int is_under(const cors_origin *origin, const cors_pattern *pattern)
{
    size_t length = pattern->origin.host_length;
    size_t host = origin->host_length;

    return pattern->subdomains && host > length + 1
           && origin->host[host - length - 1] == '.'
           && memcmp(origin->host + host - length, pattern->origin.host,
                     length) == 0;
}

static const char *compare_endpoints(const cors_origin *origin,
                                     const cors_pattern *pattern)
{
    int ports = !pattern->any_port && origin->port != pattern->origin.port;

    if (same_scheme(origin, &pattern->origin)) {
        return ports ? "the port differs" : NULL;
    }
    return ports ? "the scheme and the port differ" : "the scheme differs";
}

/* What differs between an origin and a pattern; NULL: too much. */
static const char *find_difference(const cors_origin *origin,
                                   const cors_pattern *pattern)
{
    const cors_origin *other = &pattern->origin;
    int same_host = same(origin->host, origin->host_length,
                         other->host, other->host_length);

    if (is_under(origin, pattern) || (same_host && !pattern->subdomains)) {
        return compare_endpoints(origin, pattern);
    }
    if (compare_endpoints(origin, pattern)) {
        return NULL;
    }
    if (same_host) {
        return "'*.' stands for subdomains, not for the domain itself";
    }
    if (pattern->subdomains) {
        return NULL;
    }
    if (has_trailing_dot(origin, other) || has_trailing_dot(other, origin)) {
        return "a trailing dot makes another host";
    }
    if (has_prefix(origin, "www.", other)
        || has_prefix(other, "www.", origin)) {
        return "'www.' makes another host";
    }
    return NULL;
}

typedef struct search {
    apr_pool_t *pool;
    const cors_origin *origin;
    const char *hint;           /* NULL: nothing near so far */
} search;

static int compare_pattern(void *data, cors_origin_seen seen,
                           const char *text, size_t number)
{
    search *s = data;
    cors_pattern pattern;
    const char *what;

    if ((seen != CORS_SEEN_ADMITTED && seen != CORS_SEEN_FILE_ADMITTED)
        || number >= PATTERNS_MAX
        || cors_pattern_parse(text, strlen(text), &pattern)
           != CORS_FLAW_NONE) {
        return 0;
    }
    what = find_difference(s->origin, &pattern);
    if (what) {
        s->hint = apr_pstrcat(s->pool, text, " is allowed: ", what, NULL);
    }
    return what != NULL;
}

static const char *search_origins(apr_pool_t *pool,
                                  const cors_policy *policy,
                                  const cors_origin *origin)
{
    search s = { pool, origin, NULL };

    cors_origins_each(policy->origins, compare_pattern, &s);
    return s.hint;
}

/* A flawed origin: would it be allowed as a browser writes it? */
static const char *search_cured(apr_pool_t *pool, const cors_policy *policy,
                                const cors_sent_origin *origin)
{
    const char *text = cors_cure_pattern(pool, origin->text, origin->length,
                                         origin->flaw);
    cors_sent_origin cured = { 0 };

    if (!text) {
        return NULL;
    }
    cured.text = text;
    cured.length = strlen(text);
    if (cors_origins_judge(policy, &cured) != CORS_REASON_OK) {
        return NULL;
    }
    return apr_pstrcat(pool, text, " is allowed: ",
                       cors_flaw_text(origin->flaw), NULL);
}

static const char *search_methods(apr_pool_t *pool,
                                  const cors_request *request)
{
    const cors_names *methods = request->decision->policy->names[CORS_METHODS];
    const char *asked = request->method;
    int i;

    for (i = 0; methods && asked && i < methods->entries->nelts; i++) {
        const cors_name *name = APR_ARRAY_IDX(methods->entries, i,
                                              const cors_name *);

        if (cors_token_same(name->text, name->length, asked,
                            strlen(asked))) {
            return apr_pstrcat(pool, name->text,
                               " is allowed: the case differs", NULL);
        }
    }
    return NULL;
}

const char *cors_nearmiss_find(apr_pool_t *pool, const cors_request *request)
{
    const cors_decision *decision = request->decision;
    const cors_sent_origin *origin = &request->origin;

    if (decision->reason == CORS_REASON_METHOD_NOT_LISTED) {
        return search_methods(pool, request);
    }
    if (!cors_policy_allows_origins(decision->policy)) {
        return NULL;
    }
    switch (decision->reason) {
    case CORS_REASON_ORIGIN_NOT_LISTED:
        return search_origins(pool, decision->policy, &origin->parts);
    case CORS_REASON_ORIGIN_MALFORMED:
        return origin->flaw == CORS_FLAW_LONG
               ? NULL : search_cured(pool, decision->policy, origin);
    default:
        return NULL;
    }
}
