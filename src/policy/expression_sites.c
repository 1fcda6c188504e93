/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/expression_sites.h"

#include <apr_strings.h>
#include <string.h>

#include "syntax/host.h"

/* Ways through an expression that are followed at a time. */
#define WAYS_MAX 256

#define IPV6_LOOPBACK "[::1]"

/* Bytes of a run, and what stands behind them. */
typedef struct piece {
    const struct piece *next;
    const char *bytes;
    size_t length;
} piece;

/* A run that reaches from here to the end of a host. */
typedef struct run {
    const struct run *next;
    const piece *pieces;
    size_t length;
    size_t once;                /* of it, behind what is repeated; 0: all */
    unsigned cut : 1;           /* a gap that can be empty is in front */
    unsigned touched : 1;       /* and may be there, too */
} run;

/* What stands behind a point of the expression, seen from there. */
typedef struct view {
    const run *runs;
    size_t count;
    int ends;                   /* a host that reaches here ends here */
    const cors_expression_alternative *idle;    /* it is no host's end */
} view;

typedef struct walk {
    apr_pool_t *pool;
    cors_expression_sites *found;
    int names;                  /* that were found so far */
} walk;

static view look_past_all(walk *w, const cors_expression_node *node,
                          view behind);

static int is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'
           || c == '_' || c == '.';
}

static void add_run(walk *w, view *to, run one)
{
    if (to->count == WAYS_MAX) {
        w->found->named.too_many = 1;
        return;
    }
    one.next = to->runs;
    to->runs = apr_pmemdup(w->pool, &one, sizeof(one));
    to->count++;
}

static void add_runs(walk *w, view *to, const run *runs)
{
    for (; runs; runs = runs->next) {
        add_run(w, to, *runs);
    }
}

/*
 * A run ends here. whole: its first label is one in full; else only what
 * stands behind that is looked at.
 */
static void close_run(walk *w, const run *one, int whole, int touched)
{
    char text[CORS_HOST_LENGTH_MAX + 1];
    const piece *at;
    size_t length = 0, start = 0;

    text[0] = '\0';
    for (at = one->pieces; at; at = at->next) {
        memcpy(text + length, at->bytes, at->length);
        length += at->length;
    }
    if (!whole || text[0] == '.') {
        while (start < length && text[start++] != '.') {
            continue;
        }
    }
    w->names += cors_named_sites_add(w->pool, &w->found->named,
                                     text + start, length - start, one->once,
                                     start == 0
                                     && (one->touched || touched));
}

static void close_runs(walk *w, view *v, int whole, int touched)
{
    const run *one;

    for (one = v->runs; one; one = one->next) {
        close_run(w, one, whole, touched);
    }
    v->runs = NULL;
    v->count = 0;
}

/* The start of a run, or what is longer than any host, is not kept. */
static void prepend_to(walk *w, view *here, const char *bytes, size_t length,
                       const run *behind)
{
    const piece front = { behind->pieces, bytes, length };
    run longer = *behind;

    if (behind->cut) {
        close_run(w, behind, bytes[length - 1] == '.', 0);
    }
    else if (behind->length + length <= CORS_HOST_LENGTH_MAX + 1) {
        longer.pieces = apr_pmemdup(w->pool, &front, sizeof(front));
        longer.length += length;
        add_run(w, here, longer);
    }
}

/* Bytes of a name in front of what stands behind them. */
static view prepend(walk *w, const char *bytes, size_t length, view behind)
{
    static const run end = { NULL, NULL, 0, 0, 0, 0 };
    view here = { NULL, 0, 0, behind.idle };
    const run *one;

    for (one = behind.runs; one; one = one->next) {
        prepend_to(w, &here, bytes, length, one);
    }
    if (behind.ends) {
        prepend_to(w, &here, bytes, length, &end);
    }
    return here;
}

static view look_past_text(walk *w, const char *bytes, size_t length,
                           view behind)
{
    const size_t loopback = sizeof(IPV6_LOOPBACK) - 1;

    while (length > 0) {
        size_t at = length;

        while (at > 0 && is_name_byte(bytes[at - 1])) {
            at--;
        }
        if (at == length && behind.ends && at >= loopback
            && memcmp(bytes + at - loopback, IPV6_LOOPBACK, loopback) == 0) {
            at -= loopback;
        }
        if (at < length) {
            behind = prepend(w, bytes + at, length - at, behind);
            length = at;
            continue;
        }
        if (length >= 3 && memcmp(bytes + length - 3, "://", 3) == 0
            && behind.idle) {
            w->found->idle = behind.idle;
        }
        length--;
        close_runs(w, &behind, bytes[length] == '/', 0);
        behind.ends = bytes[length] == ':' || bytes[length] == '/';
        behind.idle = NULL;
    }
    return behind;
}

/* CUT: what stands in front may be next to them, or not. */
enum { CUT = 1, TOUCHED = 2, ONCE = 4 };

static void mark_runs(walk *w, view *v, int marks)
{
    view marked = { NULL, 0, v->ends, v->idle };
    const run *one;

    for (one = v->runs; one; one = one->next) {
        run copy = *one;

        copy.cut |= (marks & CUT) != 0;
        copy.touched |= (marks & TOUCHED) != 0;
        copy.once = (marks & ONCE) && !copy.once ? copy.length : copy.once;
        add_run(w, &marked, copy);
    }
    *v = marked;
}

static view look_past_gap(walk *w, const cors_expression_node *gap,
                          view behind)
{
    char c = gap->length > 0 ? *gap->bytes : '\0';

    if (gap->edge) {
        close_runs(w, &behind, 1, gap->empty || (c != '.' && c != '/'));
    }
    else if (!gap->empty) {
        close_runs(w, &behind, 0, 0);
    }
    else {
        mark_runs(w, &behind, CUT | TOUCHED);
    }
    if (c == ':' || c == '/') {
        behind.ends |= !gap->empty;
    }
    else {
        behind.ends = 0;
    }
    return behind;
}

/*
 * A group that may be there several times: what stands in front of a run in
 * it is not known, and neither is what stands behind. Its text is not next to
 * a run behind it but once, so that no site begins there.
 */
static view look_past_repeated(walk *w, const cors_expression_node *group,
                               view behind)
{
    const cors_expression_alternative *one = group->last;
    view inside = behind, here = { NULL, 0, 1, behind.idle };

    inside.ends = 0;
    mark_runs(w, &inside, ONCE);
    for (; one; one = one->left) {
        view way = look_past_all(w, one->last, inside);

        here.ends &= way.ends;
        close_runs(w, &way, 0, 0);
    }
    here.ends &= group->last != NULL && (!group->empty || behind.ends);
    if (group->empty) {
        add_runs(w, &here, behind.runs);
        mark_runs(w, &here, CUT);
    }
    return here;
}

static view look_past_group(walk *w, const cors_expression_node *group,
                            view behind)
{
    const cors_expression_alternative *one = group->last;
    view here = { NULL, 0, !group->literal, behind.idle };

    if (group->repeated) {
        return look_past_repeated(w, group, behind);
    }
    for (; one; one = one->left) {
        int before = w->names;
        view way = look_past_all(w, one->last, behind);

        if (behind.ends && !way.ends && !way.runs && w->names == before) {
            here.idle = one;
        }
        here.ends = group->literal ? here.ends | way.ends
                                   : here.ends & way.ends;
        add_runs(w, &here, way.runs);
    }
    if (group->empty) {
        here.ends = group->literal ? here.ends | behind.ends
                                   : here.ends & behind.ends;
        add_runs(w, &here, behind.runs);
    }
    return here;
}

static view look_past(walk *w, const cors_expression_node *node, view behind)
{
    switch (node->kind) {
    case CORS_NODE_TEXT:
        return look_past_text(w, node->bytes, node->length, behind);
    case CORS_NODE_GAP:
        return look_past_gap(w, node, behind);
    case CORS_NODE_GROUP:
        return look_past_group(w, node, behind);
    case CORS_NODE_END:
        close_runs(w, &behind, 0, 0);
        behind.ends = 1;
        return behind;
    case CORS_NODE_NOTHING:
        break;
    }
    mark_runs(w, &behind, CUT);
    return behind;
}

/* From a node to the first of its alternative. */
static view look_past_all(walk *w, const cors_expression_node *node,
                          view behind)
{
    for (; node && !w->found->named.too_many; node = node->left) {
        behind = look_past(w, node, behind);
    }
    return behind;
}

/* The group that an alternative is, anchors aside; NULL: it is none. */
static const cors_expression_node *
sole_group(const cors_expression_alternative *alternative)
{
    const cors_expression_node *node, *group = NULL;

    for (node = alternative->last; node; node = node->left) {
        if (node->kind == CORS_NODE_GROUP && !group) {
            group = node;
        }
        else if (node->kind == CORS_NODE_TEXT
                 || node->kind == CORS_NODE_GAP
                 || node->kind == CORS_NODE_GROUP) {
            return NULL;
        }
    }
    return group && !group->repeated ? group : NULL;
}

static void find_in(walk *w, const cors_expression_alternative *one)
{
    static const cors_expression_alternative nothing = {
        NULL, NULL, "", 0
    };

    for (; one; one = one->left) {
        const cors_expression_node *group = sole_group(one);
        view behind = { NULL, 0, 1, NULL };
        int before = w->names;

        if (group) {
            find_in(w, group->last);
            if (group->empty) {
                w->found->unnamed = &nothing;
                w->found->alternatives++;
            }
            continue;
        }
        behind = look_past_all(w, one->last, behind);
        close_runs(w, &behind, 1, 0);
        w->found->alternatives++;
        if (w->names == before) {
            w->found->unnamed = one;
        }
    }
}

void cors_expression_sites_find(apr_pool_t *pool,
                                const cors_expression_tree *tree,
                                cors_expression_sites *found)
{
    walk w = { pool, NULL, 0 };

    memset(found, 0, sizeof(*found));
    cors_named_sites_init(pool, &found->named);
    w.found = found;
    find_in(&w, tree->last);
}
