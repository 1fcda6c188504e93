/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/wild_labels.h"

#include "policy/hash.h"

/* Bit n of a set of lengths. A label is at most 63 bytes long. */
typedef apr_uint64_t lengths;

#define LENGTH(n) ((lengths)1 << (n))

static int has_length(lengths set, size_t length)
{
    return length <= CORS_LABEL_LENGTH_MAX && (set & LENGTH(length));
}

/*
 * What is known of a stem that ends its first label in a star: of a parent's,
 * *.example.com, which lengths stand alone in front of a star under it, which
 * alone behind it, and which in front of one that has something behind it
 * too; of such a front's, a-*.example.com, which stand behind the star.
 */
typedef enum {
    BEFORE,
    BEHIND,
    BEFORE_OTHERS
} side;

/*
 * One of these sets, found by the hash of the stem with the side in it, and
 * by that alone: should two have the same, a pattern too many is looked for,
 * and none is missed.
 */
typedef struct node {
    apr_uint64_t key;
    lengths set;                /* 0: free */
} node;

struct cors_wild_labels {
    apr_pool_t *pool;
    node *nodes;                /* open addressing */
    size_t mask;
    size_t used;
};

cors_wild_labels *cors_wild_labels_create(apr_pool_t *pool)
{
    cors_wild_labels *labels = apr_pcalloc(pool, sizeof(*labels));

    labels->pool = pool;
    labels->mask = 7;
    labels->nodes = apr_pcalloc(pool, (labels->mask + 1) * sizeof(node));
    return labels;
}

/* The node of a key, or the free one where it belongs. */
static node *find_place(const cors_wild_labels *labels, apr_uint64_t key)
{
    size_t at = key & labels->mask;

    while (labels->nodes[at].set && labels->nodes[at].key != key) {
        at = (at + 1) & labels->mask;
    }
    return &labels->nodes[at];
}

static lengths find_set(const cors_wild_labels *labels, apr_uint64_t hash,
                        side which)
{
    return find_place(labels, hash ^ which)->set;
}

/* Twice as many once four fifths are used: they are the most of it. */
static void make_room(cors_wild_labels *labels)
{
    node *old = labels->nodes;
    size_t size = labels->mask + 1, at;

    if (labels->used * 5 < size * 4) {
        return;
    }
    labels->mask = size * 2 - 1;
    labels->nodes = apr_pcalloc(labels->pool, size * 2 * sizeof(node));
    for (at = 0; at < size; at++) {
        if (old[at].set) {
            *find_place(labels, old[at].key) = old[at];
        }
    }
}

static void add_length(cors_wild_labels *labels, apr_uint64_t hash,
                       side which, size_t length)
{
    node *n;

    make_room(labels);
    n = find_place(labels, hash ^ which);
    labels->used += !n->set;
    n->key = hash ^ which;
    n->set |= LENGTH(length);
}

/* Of the stem that has nothing behind the star. front: "a-" of "a-*". */
static apr_uint64_t hash_stem(const cors_origin *origin, cors_text front,
                              cors_text parent)
{
    cors_stem stem;

    stem.length = 0;
    cors_stem_add(&stem, origin->text, origin->scheme_length + 3);
    cors_stem_add(&stem, front.text, front.length);
    cors_stem_add(&stem, "*.", 2);
    cors_stem_add(&stem, parent.text, parent.length);
    return cors_hash(stem.text, stem.length);
}

static const cors_text nothing = { "", 0 };

void cors_wild_labels_add(cors_wild_labels *labels,
                          const cors_pattern *pattern)
{
    const cors_origin *origin = &pattern->origin;
    cors_text host = { origin->host, origin->host_length };
    cors_text front = pattern->before_star;
    size_t behind = pattern->behind_star.length;
    apr_uint64_t parent = hash_stem(origin, nothing, host);

    if (behind == 0) {
        add_length(labels, parent, BEFORE, front.length);
    }
    else if (front.length == 0) {
        add_length(labels, parent, BEHIND, behind);
    }
    else {
        add_length(labels, parent, BEFORE_OTHERS, front.length);
        add_length(labels, hash_stem(origin, front, host), BEHIND, behind);
    }
}

/* What one search passes on. */
typedef struct search {
    const cors_wild_labels *labels;
    const cors_origin *origin;
    cors_text label;
    cors_text parent;
    cors_stem_visit *visit;
    const void *data;
    cors_stem stem;             /* what is visited */
} search;

/* The label with a star: that many bytes are left of it at its two ends. */
static const char *visit_cut(search *s, size_t before, size_t behind)
{
    const char *end = s->label.text + s->label.length - behind;
    cors_stem *stem = &s->stem;

    stem->length = 0;
    cors_stem_add(stem, s->origin->text, s->origin->scheme_length + 3);
    cors_stem_add(stem, s->label.text, before);
    cors_stem_add(stem, "*", 1);
    cors_stem_add(stem, end,
                  (size_t)(s->parent.text + s->parent.length - end));
    return s->visit(s->data, stem);
}

/* Cut behind the star, where a length of the set has its '-'. */
static const char *cut_behind(search *s, size_t before, lengths set)
{
    const char *found = NULL;
    size_t behind;

    for (behind = 1; !found && before + behind < s->label.length; behind++) {
        if (has_length(set, behind)
            && s->label.text[s->label.length - behind] == '-') {
            found = visit_cut(s, before, behind);
        }
    }
    return found;
}

static const char *cut_label(search *s, apr_uint64_t parent)
{
    lengths alone = find_set(s->labels, parent, BEFORE);
    lengths others = find_set(s->labels, parent, BEFORE_OTHERS);
    const char *found = cut_behind(s, 0, find_set(s->labels, parent, BEHIND));
    cors_text front = { s->label.text, 1 };

    for (; !found && front.length < s->label.length; front.length++) {
        if (front.text[front.length - 1] != '-') {
            continue;
        }
        if (has_length(alone, front.length)) {
            found = visit_cut(s, front.length, 0);
        }
        if (!found && has_length(others, front.length)) {
            found = cut_behind(s, front.length,
                               find_set(s->labels,
                                        hash_stem(s->origin, front,
                                                  s->parent), BEHIND));
        }
    }
    return found;
}

const char *cors_wild_labels_each(const cors_wild_labels *labels,
                                  const cors_origin *origin,
                                  size_t label_length,
                                  cors_stem_visit *visit, const void *data)
{
    search s;

    s.labels = labels;
    s.origin = origin;
    s.label = (cors_text){ origin->host, label_length };
    s.parent = (cors_text){ origin->host + label_length + 1,
                            origin->host_length - label_length - 1 };
    s.visit = visit;
    s.data = data;
    return cors_ascii_starts_with(origin->host, label_length, "xn--")
           ? NULL : cut_label(&s, hash_stem(origin, nothing, s.parent));
}
