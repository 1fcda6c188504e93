/* SPDX-License-Identifier: Apache-2.0 */

/* An origin of any bytes, and patterns in the lines behind it. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "policy/matcher.h"
#include "naive_matcher.h"
#include "naive_origin.h"
#include "pool.h"

#define MUST(condition) do { if (!(condition)) abort(); } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Adds what is a pattern. Returns whether it admits the origin, if any. */
static int line_add(cors_matcher *matcher, const char *line, size_t length,
                    const char *origin)
{
    cors_pattern pattern;

    if (cors_pattern_parse(line, length, &pattern) != CORS_FLAW_NONE) {
        return 0;
    }
    line = apr_pstrmemdup(pool, line, length);
    MUST(cors_pattern_parse(line, length, &pattern) == CORS_FLAW_NONE);
    cors_matcher_add(matcher, &pattern);
    return origin
           && naive_admits(cors_matcher_text(matcher,
                                             cors_matcher_count(matcher) - 1),
                           origin);
}

/* A pattern or an origin as if it said :* for its port. */
static const char *at_any_port(const char *text)
{
    const char *end = text + strlen(text), *at = end;

    while (at > text && strchr("0123456789*", at[-1])) {
        at--;
    }
    if (at > text && at < end && at[-1] == ':') {
        end = at - 1;
    }
    return apr_pstrcat(pool, apr_pstrmemdup(pool, text,
                                            (size_t)(end - text)), ":*",
                       NULL);
}

/* What messages ask is what a naive search finds. */
static void find_patterns(const cors_matcher *matcher,
                          const cors_origin *origin, const char *copy,
                          int admitted)
{
    const char *found = cors_matcher_find_admitting(matcher, origin);
    int near = 0;
    size_t i;

    MUST(admitted == (found != NULL));
    MUST(!found || naive_admits(found, copy));
    for (i = 0; i < cors_matcher_count(matcher); i++) {
        near |= naive_admits(at_any_port(cors_matcher_text(matcher, i)),
                             copy);
    }
    found = cors_matcher_find_at_any_port(matcher, origin);
    MUST(near == (found != NULL));
    MUST(!found || naive_admits(at_any_port(found), copy));
}

/* The two parsers agree on what has no wildcard. */
static void parsers_compare(const char *text, size_t length, cors_flaw flaw)
{
    cors_pattern pattern;
    cors_flaw other = cors_pattern_parse(text, length, &pattern);

    if (flaw == CORS_FLAW_NONE) {
        MUST(other == CORS_FLAW_NONE || other == CORS_FLAW_LABEL_XN);
        MUST(!pattern.subdomains && !pattern.label && !pattern.any_port);
    }
    else if (other == CORS_FLAW_NONE) {
        MUST(pattern.subdomains || pattern.label || pattern.any_port);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cors_matcher *matcher;
    const char *at = (const char *)data, *end = at + size;
    const char *line = memchr(at, '\n', size);
    size_t length = line ? (size_t)(line - at) : size;
    const char *copy = NULL;
    cors_origin origin;
    cors_flaw flaw = cors_origin_parse(at, length, &origin);
    int admitted = 0;

    empty_pool();
    matcher = cors_matcher_create(pool);
    if (flaw == CORS_FLAW_NONE) {
        copy = apr_pstrmemdup(pool, at, length);
    }
    if (!memchr(at, '\0', length)) {
        const char *text = apr_pstrmemdup(pool, at, length);

        MUST(strstr(text, "xn--")
             || naive_origin(pool, text) == (flaw == CORS_FLAW_NONE));
    }
    parsers_compare(at, length, flaw);
    while (line) {
        const char *start = line + 1;

        line = memchr(start, '\n', (size_t)(end - start));
        admitted |= line_add(matcher, start,
                             (size_t)((line ? line : end) - start), copy);
    }
    if (flaw == CORS_FLAW_NONE) {
        MUST(cors_matcher_admits(matcher, &origin) == admitted);
        find_patterns(matcher, &origin, copy, admitted);
    }
    if (cors_matcher_has(matcher, at, length)) {
        MUST(flaw == CORS_FLAW_NONE && admitted);
    }
    return 0;
}
