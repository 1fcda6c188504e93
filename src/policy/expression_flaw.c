/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/expression_flaw.h"

#include <string.h>

/* Slashes that each match of the alternatives has. */
static int least_slashes(const cors_expression_alternative *one)
{
    int least = -1;

    for (; one; one = one->left) {
        const cors_expression_node *node;
        int count = 0;
        size_t i;

        for (node = one->last; node; node = node->left) {
            for (i = 0; i < node->length && !node->empty; i++) {
                count += node->bytes[i] == '/';
            }
            if (node->kind == CORS_NODE_GROUP && !node->empty) {
                count += least_slashes(node->last);
            }
        }
        if (least < 0 || count < least) {
            least = count;
        }
    }
    return least < 0 ? 0 : least;
}

/* A slash behind a byte of a host: the slashes of an origin are behind :. */
static int has_path_text(const cors_expression_node *node)
{
    size_t i;

    for (i = 1; i < node->length; i++) {
        if (node->bytes[i] == '/' && node->bytes[i - 1] != ':'
            && node->bytes[i - 1] != '/') {
            return 1;
        }
    }
    return 0;
}

static int may_have_slash(const cors_expression_alternative *one)
{
    const cors_expression_node *node;

    for (; one; one = one->left) {
        for (node = one->last; node; node = node->left) {
            if (node->slash || memchr(node->length ? node->bytes : "", '/',
                                      node->length)
                || (node->kind == CORS_NODE_GROUP
                    && may_have_slash(node->last))) {
                return 1;
            }
        }
    }
    return 0;
}

cors_flaw cors_expression_flaw_of(const cors_expression_alternative *one)
{
    const cors_expression_node *node;
    cors_expression_alternative alone = *one;

    alone.left = NULL;
    for (node = one->last; node; node = node->left) {
        if (node->kind == CORS_NODE_TEXT && has_path_text(node)) {
            return CORS_FLAW_PATH;
        }
    }
    if (least_slashes(&alone) > 2) {
        return CORS_FLAW_PATH;
    }
    return may_have_slash(&alone) ? CORS_FLAW_NONE : CORS_FLAW_NO_SCHEME;
}

cors_flaw cors_expression_flaw(const cors_expression_tree *tree)
{
    const cors_expression_alternative *one = tree->last;
    cors_flaw flaw;

    if (tree->comma) {
        return CORS_FLAW_LIST;
    }
    if (tree->upper_case) {
        return CORS_FLAW_UPPER_CASE;
    }
    if (!tree->separator) {
        return CORS_FLAW_NO_SCHEME;
    }
    do {
        flaw = cors_expression_flaw_of(one);
        one = one->left;
    } while (flaw != CORS_FLAW_NONE && one);
    return flaw;
}
