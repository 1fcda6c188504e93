/* SPDX-License-Identifier: Apache-2.0 */
#include "report/nearmiss.h"

#include <apr_strings.h>
#include <string.h>

#include "syntax/cure.h"
#include "syntax/token.h"

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

static const char *endpoint_difference(const cors_origin *origin,
                                       const cors_pattern *pattern)
{
    int ports = !pattern->any_port && origin->port != pattern->origin.port;

    if (same_scheme(origin, &pattern->origin)) {
        return ports ? "the port differs" : NULL;
    }
    return ports ? "the scheme and the port differ" : "the scheme differs";
}

/* What differs between an origin and a pattern; NULL: too much. */
static const char *difference(const cors_origin *origin,
                              const cors_pattern *pattern)
{
    const cors_origin *other = &pattern->origin;
    int same_host = same(origin->host, origin->host_length,
                         other->host, other->host_length);

    if (is_under(origin, pattern) || (same_host && !pattern->subdomains)) {
        return endpoint_difference(origin, pattern);
    }
    if (endpoint_difference(origin, pattern)) {
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

static const char *set_search(apr_pool_t *pool, const cors_matcher *matcher,
                              const cors_origin *origin)
{
    size_t count = cors_matcher_count(matcher), i;

    for (i = 0; i < count && i < PATTERNS_MAX; i++) {
        const char *text = cors_matcher_text(matcher, i), *what;
        cors_pattern pattern;

        if (cors_pattern_parse(text, strlen(text), &pattern)
                == CORS_FLAW_NONE
            && (what = difference(origin, &pattern)) != NULL) {
            return apr_pstrcat(pool, text, " is allowed: ", what, NULL);
        }
    }
    return NULL;
}

static const char *origin_search(apr_pool_t *pool,
                                 const cors_policy *policy,
                                 const cors_origin *origin)
{
    const apr_array_header_t *sets = policy->origins->sets;
    int i;

    for (i = 0; i < sets->nelts; i++) {
        const cors_origin_set *set =
            APR_ARRAY_IDX(sets, i, const cors_origin_set *);
        const char *hint = set->admitted
            ? set_search(pool, set->admitted, origin) : NULL;

        if (hint) {
            return hint;
        }
    }
    return NULL;
}

/* A flawed origin: would it be allowed as a browser writes it? */
static const char *malformed_search(apr_pool_t *pool,
                                    const cors_policy *policy,
                                    const char *text, cors_flaw flaw)
{
    const char *cured = cors_cure_pattern(pool, text, strlen(text), flaw);

    if (!cured || cors_decision_origin(policy, cured, strlen(cured))
                  != CORS_REASON_OK) {
        return NULL;
    }
    return apr_pstrcat(pool, cured, " is allowed: ", cors_flaw_text(flaw),
                       NULL);
}

static const char *method_search(apr_pool_t *pool,
                                 const cors_decision *decision)
{
    const cors_names *methods = decision->policy->methods;
    const char *asked = decision->method;
    size_t i;

    for (i = 0; methods && asked && i < methods->count; i++) {
        const cors_name *name = &methods->entries[i];

        if (cors_token_same(name->text, name->length, asked,
                            strlen(asked))) {
            return apr_pstrcat(pool, name->text,
                               " is allowed: the case differs", NULL);
        }
    }
    return NULL;
}

const char *cors_nearmiss_find(apr_pool_t *pool,
                               const cors_decision *decision)
{
    const cors_policy *policy = decision->policy;
    cors_origin origin;
    cors_flaw flaw;

    if (decision->reason == CORS_REASON_METHOD_NOT_LISTED) {
        return method_search(pool, decision);
    }
    if (!cors_policy_allows_origins(policy)
        || (decision->reason != CORS_REASON_ORIGIN_NOT_LISTED
            && decision->reason != CORS_REASON_ORIGIN_MALFORMED)) {
        return NULL;
    }
    flaw = cors_origin_parse(decision->origin, strlen(decision->origin),
                             &origin);
    if (flaw != CORS_FLAW_NONE) {
        return flaw == CORS_FLAW_LONG
               ? NULL : malformed_search(pool, policy, decision->origin,
                                         flaw);
    }
    return origin_search(pool, policy, &origin);
}
