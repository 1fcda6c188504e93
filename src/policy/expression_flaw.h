/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_EXPRESSION_FLAW_H
#define CORS_EXPRESSION_FLAW_H

#include "syntax/flaw.h"
#include "policy/expression_tree.h"

/* What no origin starts with, but expressions of other languages do. */
#define CORS_EXPRESSION_DELIMITERS "/#~!@%"

/*
 * Why an expression can match no origin that a browser sends, as far as its
 * text tells for certain.
 *
 * LIST: a comma, UPPER_CASE: a capital letter, both as text. NO_SCHEME:
 * nothing in it can match ://. PATH: a slash that cannot be left out behind
 * a byte of the host, or a third one, in each alternative of the whole.
 */
cors_flaw cors_expression_flaw(const cors_expression_tree *tree);

/*
 * The same for an alternative of the whole that stands beside others; of
 * NO_SCHEME only what is certain without those: not even a slash.
 */
cors_flaw cors_expression_flaw_of(const cors_expression_alternative *one);

#endif
