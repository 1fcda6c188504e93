/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_TEST_MATCHERS_H
#define CORS_TEST_MATCHERS_H

/* What the tests of the matcher share. Include it behind cmocka.h. */
#include <apr_strings.h>

#include "policy/matcher.h"
#include "page_end.h"
#include "pool.h"

static inline void add(cors_matcher *matcher, const char *text)
{
    cors_pattern pattern;

    text = apr_pstrdup(pool, text);     /* as long as the matcher lives */
    assert_int_equal(cors_pattern_parse(text, strlen(text), &pattern),
                     CORS_FLAW_NONE);
    cors_matcher_add(matcher, &pattern);
}

static inline int admits(const cors_matcher *matcher, const char *text)
{
    size_t length = strlen(text);
    const char *copy = page_end_copy(text, length);
    cors_origin origin;

    assert_int_equal(cors_origin_parse(copy, length, &origin),
                     CORS_FLAW_NONE);
    return cors_matcher_admits(matcher, &origin);
}

/* Good until the next call. */
static inline const char *numbered(const char *format, int number)
{
    static char text[100];

    snprintf(text, sizeof(text), format, number);
    return text;
}

#endif
