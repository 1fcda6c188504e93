/* SPDX-License-Identifier: Apache-2.0 */
#include "report/nearmiss.h"

#include <apr_strings.h>
#include <string.h>

#include "syntax/cure.h"
#include "syntax/pattern.h"
#include "syntax/token.h"
#include "policy/origins.h"
#include "policy/stem.h"

/* A host of more labels is not tried with each of them left out. */
#define LABELS_MAX 8

/* As many sites of an expression are named. */
#define SITES_MAX 3

/* One origin, and the patterns that may have been meant for it. */
typedef struct search {
    apr_pool_t *pool;
    const cors_origin *origin;
    const cors_matcher *patterns;
} search;

/* An origin that is not the request's, but near it. */
typedef struct neighbour {
    cors_stem text;
    cors_origin origin;
} neighbour;

/* That of a scheme and a host, with the port of the request's. */
static const cors_origin *make_neighbour(neighbour *n, const search *s,
                                         cors_text scheme, cors_text host)
{
    const cors_origin *origin = s->origin;
    const char *end = origin->host + origin->host_length;

    n->text.length = 0;
    cors_stem_add(&n->text, scheme.text, scheme.length);
    cors_stem_add(&n->text, "://", 3);
    cors_stem_add(&n->text, host.text, host.length);
    n->origin = *origin;
    n->origin.text = n->text.text;
    n->origin.scheme_length = scheme.length;
    n->origin.host = n->text.text + scheme.length + 3;
    n->origin.host_length = host.length;
    cors_stem_add(&n->text, end,
                  (size_t)(origin->text + origin->length - end));
    n->origin.length = n->text.length;
    return &n->origin;
}

static cors_text scheme_of(const search *s)
{
    return (cors_text){ s->origin->text, s->origin->scheme_length };
}

/* A pattern that admits the same over another host: "a" and then "b". */
static const char *find_host(const search *s, cors_text a, cors_text b)
{
    cors_stem host;
    neighbour n;

    host.length = 0;
    cors_stem_add(&host, a.text, a.length);
    cors_stem_add(&host, b.text, b.length);
    return cors_matcher_find_admitting(
        s->patterns, make_neighbour(&n, s, scheme_of(s),
                                    (cors_text){ host.text, host.length }));
}

static cors_text host_of(const search *s)
{
    return (cors_text){ s->origin->host, s->origin->host_length };
}

static const cors_text nothing = { "", 0 };

static const char *say(const search *s, const char *pattern,
                       const char *difference)
{
    return pattern ? apr_pstrcat(s->pool, pattern, " is allowed: ",
                                 difference, NULL) : NULL;
}

static const char *compare_endpoints(const search *s, const char *text)
{
    cors_pattern pattern;
    cors_text scheme = { text, 0 };
    int ports;

    if (cors_pattern_parse(text, strlen(text), &pattern)
        != CORS_FLAW_NONE) {
        return NULL;
    }
    ports = !pattern.any_port && s->origin->port != pattern.origin.port;
    scheme.length = pattern.origin.scheme_length;
    return cors_text_same(scheme_of(s), scheme) ? "the port differs"
           : ports ? "the scheme and the port differ" : "the scheme differs";
}

/* The same host behind another port, or over another scheme. */
static const char *search_endpoints(const search *s)
{
    const char *found = cors_matcher_find_at_any_port(s->patterns,
                                                      s->origin);
    const cors_text *schemes;
    size_t count = cors_matcher_schemes(s->patterns, &schemes), i;
    neighbour n;

    for (i = 0; !found && i < count; i++) {
        if (!cors_text_same(schemes[i], scheme_of(s))) {
            found = cors_matcher_find_at_any_port(
                s->patterns, make_neighbour(&n, s, schemes[i], host_of(s)));
        }
    }
    return found ? say(s, found, compare_endpoints(s, found)) : NULL;
}

static const char *search_domain(const search *s)
{
    static const cors_text star = { "*.", 2 };

    return say(s, find_host(s, star, host_of(s)),
               "'*.' stands for subdomains, not for the domain itself");
}

static const char *search_trailing_dot(const search *s)
{
    static const cors_text dot = { ".", 1 };
    cors_text host = host_of(s);

    if (host.text[host.length - 1] == '.') {
        host.length--;
        return say(s, find_host(s, host, nothing),
                   "a trailing dot makes another host");
    }
    return say(s, find_host(s, host, dot),
               "a trailing dot makes another host");
}

static const char *search_www(const search *s)
{
    static const cors_text www = { "www.", 4 };
    cors_text host = host_of(s);

    if (cors_ascii_starts_with(host.text, host.length, www.text)) {
        host.text += www.length;
        host.length -= www.length;
        return say(s, find_host(s, host, nothing),
                   "'www.' makes another host");
    }
    return say(s, find_host(s, www, host), "'www.' makes another host");
}

/* A star inside a label, where it would have to stand for nothing. */
static const char *search_empty_star(const search *s)
{
    static const cors_text before = { "*-", 2 };
    cors_text host = host_of(s);
    const char *dot = memchr(host.text, '.', host.length);
    const char *found = find_host(s, before, host);
    cors_stem label;

    label.length = 0;
    if (!found && dot && dot > host.text) {
        cors_text rest = { dot, (size_t)(host.text + host.length - dot) };

        cors_stem_add(&label, host.text, (size_t)(dot - host.text));
        cors_stem_add(&label, dot[-1] == '-' ? "*" : "-*",
                      dot[-1] == '-' ? 1 : 2);
        found = find_host(s, (cors_text){ label.text, label.length }, rest);
    }
    return say(s, found, "the '*' stands for one letter or digit at least");
}

/* Or for a dot. */
static const char *search_dotted_star(const search *s)
{
    cors_text host = host_of(s);
    const char *end = host.text + host.length, *found = NULL;
    const char *dot = memchr(host.text, '.', host.length);
    int i;

    for (i = 1; !found && dot && i < LABELS_MAX; i++) {
        dot = memchr(dot + 1, '.', (size_t)(end - dot - 1));
        found = dot ? cors_matcher_find_label(s->patterns, s->origin,
                                              (size_t)(dot - host.text))
                    : NULL;
    }
    return say(s, found, "the '*' stands for no dot");
}

/* The parent, or the host without a label further behind. */
static const char *search_shorter(const search *s)
{
    cors_text host = host_of(s);
    const char *end = host.text + host.length, *found = NULL;
    const char *label = host.text, *dot;
    int i;

    for (i = 0; !found && i < LABELS_MAX
                && (dot = memchr(label, '.', (size_t)(end - label))) != NULL;
         i++) {
        found = find_host(s, (cors_text){ host.text,
                                          (size_t)(label - host.text) },
                          (cors_text){ dot + 1, (size_t)(end - dot - 1) });
        label = dot + 1;
    }
    return say(s, found, "one more label makes another host");
}

/* The nearest first. Each asks the patterns a few times, however many. */
static const char *search_patterns(void *data, const cors_matcher *patterns)
{
    static const char *(*const searches[])(const search *) = {
        search_endpoints, search_domain, search_trailing_dot, search_www,
        search_empty_star, search_dotted_star, search_shorter
    };
    search *s = data;
    const char *hint = NULL;
    size_t i;

    s->patterns = patterns;
    for (i = 0; !hint && i < sizeof(searches) / sizeof(searches[0]); i++) {
        hint = searches[i](s);
    }
    return hint;
}

/* "example.com, example.org and 3 more" */
static const char *write_sites(apr_pool_t *pool,
                               const cors_expression *expression)
{
    const char *text = "";
    size_t i;

    for (i = 0; i < expression->count && i < SITES_MAX; i++) {
        text = apr_pstrcat(pool, text, i > 0 ? ", " : "",
                           expression->sites[i].text, NULL);
    }
    return i == expression->count
           ? text : apr_psprintf(pool, "%s and %" APR_SIZE_T_FMT " more",
                                 text, expression->count - i);
}

/* One that matches more than it names, or less. */
static const char *search_expression(void *data,
                                     const cors_expression *expression)
{
    const search *s = data;
    const cors_origin *origin = s->origin;

    if (expression->count == 0) {
        return NULL;
    }
    if (cors_named_sites_cover(expression->sites, expression->count,
                               origin->host, origin->host_length)) {
        return apr_psprintf(s->pool, "CORSAllowOriginMatch '%s' names %s, but "
                            "does not match the whole origin, from scheme to "
                            "port", expression->text,
                            write_sites(s->pool, expression));
    }
    return cors_expression_match_text(expression, origin->text,
                                      origin->length) == CORS_EXPRESSION_YES
           ? apr_psprintf(s->pool, "CORSAllowOriginMatch '%s' matches it, but "
                          "names %s only", expression->text,
                          write_sites(s->pool, expression))
           : NULL;
}

static const char *search_origins(apr_pool_t *pool,
                                  const cors_policy *policy,
                                  const cors_origin *origin)
{
    search s = { pool, origin, NULL };
    const char *hint = cors_origins_find(policy->origins, search_patterns,
                                         &s);

    return hint ? hint : cors_origins_find_expression(policy->origins,
                                                      search_expression, &s);
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

/* Nobody can tell which of them it is. */
static const char who_hides[] =
    "an element of a listed page needs crossorigin=\"use-credentials\" or "
    "referrerpolicy=\"origin\"; a place that frames of an identity provider "
    "come back to, CORSFetchMetadata Off";

const char *cors_nearmiss_find(apr_pool_t *pool, const cors_request *request)
{
    const cors_decision *decision = request->decision;
    const cors_sent_origin *origin = &request->origin;

    if (decision->reason == CORS_REASON_METHOD_NOT_LISTED) {
        return search_methods(pool, request);
    }
    if (decision->reason == CORS_REASON_ORIGIN_MISSING) {
        return who_hides;
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
