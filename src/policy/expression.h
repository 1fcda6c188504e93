/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_EXPRESSION_H
#define CORS_EXPRESSION_H

#include <httpd.h>
#include <stddef.h>

#include "syntax/origin.h"
#include "policy/named_sites.h"

/*
 * A regular expression that admits origins of the sites it names. It is
 * always matched against the whole origin, whatever anchors it has.
 */
typedef struct cors_expression {
    const ap_regex_t *regex;    /* anchored at both ends, bounded in steps */
    const char *text;           /* as it was written */
    const cors_named_site *sites;
    size_t count;               /* of sites */
    unsigned unnamed : 1;       /* it, or an alternative of it, names none */
    unsigned finite : 1;        /* it matches a few origins and no others */
} cors_expression;

typedef enum {
    CORS_EXPRESSION_NO = 0,
    CORS_EXPRESSION_YES,
    CORS_EXPRESSION_STEPS       /* not found out within 20,000 steps */
} cors_expression_match;

/*
 * Compile an expression.
 *
 * pool: where it lives. text: what the administrator wrote, ends in NUL;
 * copied. *warning: set to what is dubious about it, or NULL.
 * Returns NULL, or why it can match no origin that a browser sends or does
 * not compile, with what to write instead. An expression that is unnamed is
 * none of these: whether it may stand is known after reading, when the
 * section's options are.
 *
 * yes: https://app-[0-9]+\.example\.com   no: /https:.../i, (www\.)?a\.com
 */
const char *cors_expression_compile(apr_pool_t *pool, const char *text,
                                    cors_expression *expression,
                                    const char **warning);

/*
 * Why the text of an expression that is unnamed needs CORSOptions
 * UnsafeMatch, and what to write instead, from the pool: which alternative
 * names no site, and what stands there in its stead.
 */
const char *cors_expression_unnamed_reason(apr_pool_t *pool,
                                           const char *text);

/*
 * Whether an expression admits an origin, which was parsed without a flaw:
 * it matches, and the host is one of the sites or lies under one, at a dot.
 * The sites are compared first. unsafe_match: whether CORSOptions
 * UnsafeMatch holds, under which the sites do not count.
 *
 * https://.*example\.com
 * yes: https://a.example.com   no: https://evilexample.com
 */
cors_expression_match
cors_expression_match_origin(const cors_expression *expression,
                             const cors_origin *origin, int unsafe_match);

/*
 * Whether it matches a text, sites aside: for those who say of an origin
 * that is not admitted what it lacked. Bounded like the other.
 */
cors_expression_match
cors_expression_match_text(const cors_expression *expression,
                           const char *text, size_t length);

#endif
