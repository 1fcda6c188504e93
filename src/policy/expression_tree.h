/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_EXPRESSION_TREE_H
#define CORS_EXPRESSION_TREE_H

#include <apr_pools.h>
#include <stddef.h>

/*
 * A regular expression, read as far as it can be understood without running
 * it (pcre2pattern(3)): which bytes stand there as they are, and where a gap
 * is, of which only its edges are known. The reader is made to know too
 * little rather than too much: at whatever it does not understand (\Q, \E,
 * back references, recursion, conditions, verbs, callouts, options but i, m
 * and s) it stops, and all that stands behind is one gap.
 */
typedef enum {
    CORS_NODE_TEXT,             /* bytes that stand for themselves */
    CORS_NODE_GAP,              /* bytes that may be these or those */
    CORS_NODE_NOTHING,          /* no bytes: ^, \b, look-arounds, (?i) */
    CORS_NODE_END,              /* $, \z */
    CORS_NODE_GROUP
} cors_expression_kind;

typedef struct cors_expression_node cors_expression_node;
typedef struct cors_expression_alternative cors_expression_alternative;

/* An expression is read from its end: each node knows what is in front. */
struct cors_expression_node {
    const cors_expression_node *left;   /* NULL: it is the first */
    const cors_expression_alternative *last;    /* of a group */
    const char *bytes;          /* of TEXT; of a GAP that is one byte, */
    size_t length;              /* quantified; length 0: another gap */
    cors_expression_kind kind;
    unsigned empty : 1;         /* GAP, GROUP: may be left out */
    unsigned repeated : 1;      /* GROUP: may be there several times */
    unsigned literal : 1;       /* GROUP: without gaps, at most once */
    unsigned edge : 1;          /* GAP: may end in a dot or a slash */
    unsigned slash : 1;         /* GAP: a slash may be in it */
    unsigned unknown : 1;       /* GAP: nothing is known of it */
};

struct cors_expression_alternative {
    const cors_expression_alternative *left;
    const cors_expression_node *last;   /* NULL: it is empty */
    const char *text;           /* as it was written */
    size_t length;
};

typedef struct cors_expression_tree {
    const cors_expression_alternative *last;    /* of the whole */
    const char *cured;          /* small letters, blanks or bars for commas;
                                   NULL: as it is */
    unsigned complete : 1;      /* read to its end: brackets are balanced */
    unsigned finite : 1;        /* nothing but text, groups and ? */
    unsigned separator : 1;     /* has ://, or something that can match it */
    unsigned upper_case : 1;    /* a capital letter as text */
    unsigned comma : 1;         /* a comma or a blank as text */
    unsigned loose_dot : 1;     /* a bare dot in the middle of a word */
} cors_expression_tree;

/*
 * Read an expression. text: ends in NUL, must live as long as the tree. The
 * tree is from the pool, and never NULL.
 *
 * "a[.]b|(c)?" is the text "a.b", or a group that may be left out of the
 * text "c"; "a.b+" the text "a", a gap with an edge, a gap without
 */
const cors_expression_tree *cors_expression_tree_read(apr_pool_t *pool,
                                                      const char *text);

#endif
