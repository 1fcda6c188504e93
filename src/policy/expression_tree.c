/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/expression_tree.h"

#include <apr_strings.h>
#include <string.h>

#include "syntax/ascii.h"
#include "policy/byte_set.h"

/* Groups inside groups; deeper ones are not understood. */
#define DEPTH_MAX 50

typedef struct reader {
    apr_pool_t *pool;
    const char *text;
    const char *at;
    char *out;                  /* where the next byte of a TEXT goes */
    char *cured;
    cors_expression_tree *tree;
    int depth;
    int gaps;                   /* so far, and what is like one */
} reader;

/* The alternative that is being read. */
typedef cors_expression_node *sequence;

static const cors_expression_alternative *read_alternatives(reader *in);

static cors_expression_node *push(reader *in, sequence *to,
                                  cors_expression_kind kind)
{
    cors_expression_node *node = apr_pcalloc(in->pool, sizeof(*node));

    node->kind = kind;
    node->left = *to;
    *to = node;
    return node;
}

static void push_gap(reader *in, sequence *to, int edge, int slash)
{
    cors_expression_node *gap = push(in, to, CORS_NODE_GAP);

    gap->edge = edge != 0;
    gap->slash = slash != 0;
    in->tree->separator |= slash != 0;
    in->tree->finite = 0;
    in->gaps++;
}

static void push_unknown(reader *in, sequence *to)
{
    push_gap(in, to, 0, 1);
    (*to)->unknown = 1;
}

/* What stands here is not understood: no more is read. */
static void stop(reader *in, sequence *to)
{
    push_unknown(in, to);
    in->tree->complete = 0;
    in->at += strlen(in->at);
}

static void push_byte(reader *in, sequence *to, char c)
{
    cors_expression_node *last = *to;

    if (c == '/' && in->out[-1] == '/' && in->out[-2] == ':') {
        in->tree->separator = 1;
    }
    *in->out = c;
    if (!last || last->kind != CORS_NODE_TEXT
        || last->bytes + last->length != in->out) {
        last = push(in, to, CORS_NODE_TEXT);
        last->bytes = in->out;
    }
    last->length++;
    in->out++;
}

/* What no origin has is mended in the copy that a message shows. */
static void push_plain(reader *in, sequence *to, char c)
{
    size_t position = (size_t)(in->at - in->text);
    int upper = c >= 'A' && c <= 'Z';

    if (upper || c == ',' || c == ' ') {
        if (!in->cured) {
            in->cured = apr_pstrdup(in->pool, in->text);
            in->tree->cured = in->cured;
        }
        in->cured[position] = upper ? c + ('a' - 'A')
                                    : in->depth > 0 ? '|' : ' ';
        in->tree->upper_case |= upper;
        in->tree->comma |= !upper;
    }
    push_byte(in, to, c);
    in->at++;
}

static void read_set(reader *in, sequence *to)
{
    cors_byte_set set;
    size_t length = cors_byte_set_read(in->at, &set);

    if (length == 0) {
        stop(in, to);
        return;
    }
    if (set.single) {
        push_byte(in, to, set.byte);
    }
    else {
        push_gap(in, to, set.edge, set.slash);
    }
    if (*in->at == '.' && in->at > in->text
        && cors_ascii_is_word(in->at[-1])) {
        in->tree->loose_dot |= cors_ascii_is_word(in->at[1]);
    }
    in->at += length;
}

/*
 * What stands behind "(?" of a group that can be understood: its length up
 * to where the alternatives begin; 0: it is something else.
 */
static size_t group_head_length(const char *at)
{
    size_t length = strspn(at, "ims-");

    if (at[length] == ':' || (at[0] == '>' && length == 0)) {
        return length + 1;
    }
    if (at[0] == 'P' && at[1] == '<') {
        length = 2;
    }
    else if (at[0] == '<') {
        length = 1;
    }
    else {
        return 0;
    }
    if (cors_ascii_is_digit(at[length]) || at[length] == '>') {
        return 0;
    }
    while (cors_ascii_is_word(at[length])) {
        length++;
    }
    return at[length] == '>' ? length + 1 : 0;
}

/* The alternatives of a group and its bracket. Answers 0 without one. */
static int read_inside(reader *in,
                       const cors_expression_alternative **alternatives)
{
    *alternatives = NULL;
    if (in->depth == DEPTH_MAX) {
        return 0;
    }
    in->depth++;
    *alternatives = read_alternatives(in);
    in->depth--;
    if (*in->at != ')') {
        return 0;
    }
    in->at++;
    return 1;
}

/* Of look-arounds what they say is not text of the origin. */
static void read_group(reader *in, sequence *to, cors_expression_kind kind,
                       size_t head)
{
    int before = in->gaps;
    cors_expression_node *group = push(in, to, kind);

    in->at += head;
    if (!read_inside(in, &group->last)) {
        group->repeated = 1;
        stop(in, to);
    }
    group->literal = in->gaps == before;
}

/* (?#…): a quantifier behind it belongs to what stands in front. */
static void read_comment(reader *in, sequence *to)
{
    const char *end = strchr(in->at, ')');

    if (!end) {
        stop(in, to);
        return;
    }
    push_unknown(in, to);
    in->at = end + 1;
}

static void read_bracket(reader *in, sequence *to)
{
    const char *head = in->at + 2;
    size_t options, length;

    if (in->at[1] == '*') {
        stop(in, to);
        return;
    }
    if (in->at[1] != '?') {
        read_group(in, to, CORS_NODE_GROUP, 1);
        return;
    }
    options = strspn(head, "ims-");
    if (head[0] == '#') {
        read_comment(in, to);
    }
    else if (cors_ascii_has("=!", head[head[0] == '<'])) {
        read_group(in, to, CORS_NODE_NOTHING, 3 + (head[0] == '<'));
    }
    else if (options > 0 && head[options] == ')') {
        push(in, to, CORS_NODE_NOTHING);
        in->at = head + options + 1;
    }
    else if ((length = group_head_length(head)) > 0) {
        read_group(in, to, CORS_NODE_GROUP, 2 + length);
    }
    else {
        stop(in, to);
    }
}

static void read_atom(reader *in, sequence *to)
{
    char next = in->at[1];

    switch (*in->at) {
    case '\\':
        if (cors_ascii_has("bBAGzZ", next)) {
            push(in, to, cors_ascii_has("zZ", next) ? CORS_NODE_END
                                               : CORS_NODE_NOTHING);
            in->at += 2;
            break;
        }                       /* fall through */
    case '[':
    case '.':
        read_set(in, to);
        break;
    case '(':
        read_bracket(in, to);
        break;
    case '^':
    case '$':
        push(in, to, *in->at == '$' ? CORS_NODE_END : CORS_NODE_NOTHING);
        in->at++;
        break;
    case '{':                   /* a byte, or a quantifier of newer PCREs */
    case '*':
    case '+':
    case '?':
        stop(in, to);
        break;
    default:
        push_plain(in, to, *in->at);
    }
}

typedef enum { ONCE, OPTIONAL, REPEATED } quantity;

/* *empty: set where none is enough. */
static quantity read_quantifier(reader *in, unsigned *empty)
{
    const char *at = in->at;
    quantity found = REPEATED;

    if (*at == '{') {
        size_t length = strspn(at + 1, "0123456789, ");

        if (at[1 + length] != '}' || strcspn(at, "0123456789") > length) {
            return ONCE;
        }
        *empty = at[1] == '0' && !cors_ascii_is_digit(at[2]);
        in->at += length + 2;
    }
    else if (cors_ascii_has("*+?", *at)) {
        found = *at == '?' ? OPTIONAL : REPEATED;
        *empty = *at != '+';
        in->at++;
    }
    else {
        return ONCE;
    }
    if (*in->at == '?' || *in->at == '+') {
        in->at++;
    }
    return found;
}

/* The last byte of a text becomes a gap. */
static void quantify_byte(reader *in, sequence *to, quantity found,
                          unsigned empty)
{
    cors_expression_node *gap;
    char c = in->out[-1], before = in->out[-2];

    (*to)->length--;
    gap = push(in, to, CORS_NODE_GAP);
    gap->bytes = in->out - 1;
    gap->length = 1;
    gap->empty = empty;
    gap->edge = c == '.' || c == '/';
    in->gaps++;
    in->tree->finite &= found == OPTIONAL;
    in->tree->separator |= found == REPEATED && c == '/'
                           && (before == ':' || before == '/');
}

static void read_quantified(reader *in, sequence *to)
{
    unsigned empty = 0;
    quantity found;
    cors_expression_node *last;

    read_atom(in, to);
    last = *to;
    found = read_quantifier(in, &empty);
    if (found == ONCE) {
        return;
    }
    switch (last->kind) {
    case CORS_NODE_TEXT:
        quantify_byte(in, to, found, empty);
        break;
    case CORS_NODE_GAP:
        last->empty = empty && !last->unknown;
        break;
    case CORS_NODE_END:
        last->kind = CORS_NODE_GAP;
        in->gaps++;
        break;
    case CORS_NODE_GROUP:
        last->empty = empty;
        last->repeated = found == REPEATED;
        last->literal &= found == OPTIONAL;
        in->gaps += found == REPEATED;
        in->tree->finite &= found == OPTIONAL;
        break;
    case CORS_NODE_NOTHING:
        break;
    }
}

static const cors_expression_alternative *read_alternatives(reader *in)
{
    cors_expression_alternative *last = NULL;

    for (;;) {
        cors_expression_alternative *one = apr_palloc(in->pool,
                                                      sizeof(*one));
        sequence nodes = NULL;

        one->text = in->at;
        while (*in->at != '\0' && *in->at != '|' && *in->at != ')') {
            read_quantified(in, &nodes);
        }
        one->length = (size_t)(in->at - one->text);
        one->last = nodes;
        one->left = last;
        last = one;
        if (*in->at != '|') {
            return last;
        }
        in->at++;
    }
}

const cors_expression_tree *cors_expression_tree_read(apr_pool_t *pool,
                                                      const char *text)
{
    cors_expression_tree *tree = apr_pcalloc(pool, sizeof(*tree));
    reader in = { pool, text, text, NULL, NULL, tree, 0, 0 };

    /* never more bytes than the text has; two in front to look back at */
    in.out = (char *)apr_pcalloc(pool, strlen(text) + 3) + 2;
    tree->complete = tree->finite = 1;
    tree->last = read_alternatives(&in);
    tree->complete &= *in.at == '\0';       /* and no ) of no group */
    return tree;
}
