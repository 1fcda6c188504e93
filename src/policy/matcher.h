/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_MATCHER_H
#define CORS_MATCHER_H

#include <apr_pools.h>

#include "syntax/origin.h"
#include "syntax/pattern.h"

/*
 * A set of origin patterns that says whether it admits an origin, at one
 * cost whatever the number of patterns. A pattern is found by its own text:
 * those that would admit an origin are spelled out and looked up. These are
 * the origin itself, a *. at each dot of the host that some pattern has, a *
 * where the first label has a '-' and some pattern is cut, and each of them
 * with :*. So no two patterns share a key.
 *
 * Filled while the configuration is read, constant afterwards: any number of
 * threads may ask it.
 */
typedef struct cors_matcher cors_matcher;

/* An empty set. It lives in the pool and so does all that is added. */
cors_matcher *cors_matcher_create(apr_pool_t *pool);

/*
 * Make room for so many patterns at once: at 100,000 this saves 30 bytes a
 * pattern, which growing would leave behind in the pool.
 */
void cors_matcher_reserve(cors_matcher *matcher, size_t patterns);

/*
 * Add a pattern. Its text must live as long as the set, and end in NUL. One
 * that is there is not added twice.
 */
void cors_matcher_add(cors_matcher *matcher, const cors_pattern *pattern);

/*
 * Whether these bytes are, as they stand, a pattern without wildcards of the
 * set. What it admits is a valid origin: no need to parse it before.
 */
int cors_matcher_has(const cors_matcher *matcher, const char *text,
                     size_t length);

/*
 * Whether a pattern with a wildcard admits the origin: what is left to ask
 * where cors_matcher_has() has said no.
 */
int cors_matcher_admits_by_wildcard(const cors_matcher *matcher,
                                    const cors_origin *origin);

/*
 * Whether a pattern of the set admits the origin: either of the two above.
 *
 * yes: *.example.com, both over https, for https://a.b.example.com
 * no:  the same for https://example.com and https://a.example.com:8443
 */
int cors_matcher_admits(const cors_matcher *matcher,
                        const cors_origin *origin);

/* How many patterns there are, and the text of one, in the order added. */
size_t cors_matcher_count(const cors_matcher *matcher);
const char *cors_matcher_text(const cors_matcher *matcher, size_t index);

/*
 * What follows is for messages. Each costs a few look-ups, whatever the
 * number of patterns, and returns a pattern's text, or NULL.
 */

/* A pattern that admits the origin. */
const char *cors_matcher_find_admitting(const cors_matcher *matcher,
                                        const cors_origin *origin);

/* The pattern written like this, with its wildcards. */
const char *cors_matcher_find(const cors_matcher *matcher, const char *text,
                              size_t length);

/*
 * A pattern that would admit the origin if it had the pattern's port; one
 * that admits it as it is goes first.
 *
 * yes: *.example.com:8443 for a.example.com, both over https
 */
const char *cors_matcher_find_at_any_port(const cors_matcher *matcher,
                                          const cors_origin *origin);

/*
 * The same, of the patterns with a star inside the first label, if that
 * label were as many bytes long as is said here, dots among them.
 *
 * yes: https://pr-*.example.com for https://pr-1.2.example.com and 6
 */
const char *cors_matcher_find_label(const cors_matcher *matcher,
                                    const cors_origin *origin,
                                    size_t label_length);

/* The schemes of the patterns: a few of them, the first ones added. */
#define CORS_MATCHER_SCHEMES 8
size_t cors_matcher_schemes(const cors_matcher *matcher,
                            const cors_text **schemes);

#endif
