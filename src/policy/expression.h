/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_EXPRESSION_H
#define CORS_EXPRESSION_H

#include <httpd.h>
#include <ap_regex.h>

/* One regular expression: compiled, anchored, and as it was written. */
typedef struct cors_expression {
    const ap_regex_t *regex;
    const char *text;
} cors_expression;

/*
 * Compile a regular expression that admits origins. It is always matched
 * against the whole origin: both ends are anchored here.
 *
 * pool: where it lives (and its text, copied).
 * Returns NULL, or the reason why nobody can mean it: it does not compile,
 * matches the empty string, or matches origins that nobody lists.
 *
 * yes: https://app-[0-9]+\.example\.com   no: .*, https://.*\.com
 */
const char *cors_expression_compile(apr_pool_t *pool, const char *text,
                                    cors_expression *expression);

/* Whether the expression matches the whole of the text, from end to end. */
int cors_expression_matches(const cors_expression *expression,
                            const char *text, size_t length);

/*
 * Whether a dot that stands for any character is between word characters,
 * where a real dot is what one means.
 *
 * yes: app.example\.com   no: app\.example\.com, app[.]example\.com, a.*b
 */
int cors_expression_has_loose_dot(const char *text);

#endif
