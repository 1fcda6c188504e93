/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/matcher.h"

#include <string.h>

#include "policy/pattern_table.h"
#include "policy/stem.h"
#include "policy/wild_labels.h"

struct cors_matcher {
    cors_pattern_table table;
    size_t plain;               /* how many have no wildcard */
    apr_uint64_t dots;          /* bit n: *. with n dots behind the star */
    apr_uint64_t label_dots;    /* the same of a star inside a label */
    cors_wild_labels *labels;   /* NULL: none */
    cors_text schemes[CORS_MATCHER_SCHEMES];
    size_t scheme_count;
    unsigned any_port : 1;      /* some have :* and no other wildcard, */
    unsigned wild_any_port : 1; /* some both */
};

cors_matcher *cors_matcher_create(apr_pool_t *pool)
{
    cors_matcher *matcher = apr_pcalloc(pool, sizeof(*matcher));

    matcher->table.pool = pool;
    return matcher;
}

void cors_matcher_reserve(cors_matcher *matcher, size_t patterns)
{
    cors_pattern_table_reserve(&matcher->table, patterns);
}

/* How many dots there are. */
static unsigned count_dots(const char *text, const char *end)
{
    unsigned dots = 0;

    while ((text = memchr(text, '.', (size_t)(end - text))) != NULL) {
        text++;
        dots++;
    }
    return dots;
}

/* The last bit stands for more. */
static apr_uint64_t dots_bit(unsigned dots)
{
    return (apr_uint64_t)1 << (dots < 63 ? dots : 63);
}

static void note_scheme(cors_matcher *m, const cors_origin *origin)
{
    cors_text scheme = { origin->text, origin->scheme_length };
    size_t i;

    for (i = 0; i < m->scheme_count; i++) {
        if (cors_text_same(m->schemes[i], scheme)) {
            return;
        }
    }
    if (i < CORS_MATCHER_SCHEMES) {
        m->schemes[m->scheme_count++] = scheme;
    }
}

static void note_wildcards(cors_matcher *m, const cors_pattern *pattern)
{
    const cors_origin *origin = &pattern->origin;
    unsigned dots = 1 + count_dots(origin->host,
                                   origin->host + origin->host_length);

    if (pattern->subdomains) {
        m->dots |= dots_bit(dots);
    }
    if (pattern->label) {
        m->label_dots |= dots_bit(dots);
        if (!m->labels) {
            m->labels = cors_wild_labels_create(m->table.pool);
        }
        cors_wild_labels_add(m->labels, pattern);
    }
    if (pattern->any_port && (pattern->subdomains || pattern->label)) {
        m->wild_any_port = 1;
    }
    else if (pattern->any_port) {
        m->any_port = 1;
    }
}

void cors_matcher_add(cors_matcher *matcher, const cors_pattern *pattern)
{
    if (!cors_pattern_table_add(&matcher->table, pattern)) {
        return;
    }
    note_scheme(matcher, &pattern->origin);
    if (pattern->subdomains || pattern->label || pattern->any_port) {
        note_wildcards(matcher, pattern);
    }
    else {
        matcher->plain++;
    }
}

int cors_matcher_has(const cors_matcher *matcher, const char *text,
                     size_t length)
{
    const cors_pattern_entry *e;

    if (matcher->plain == 0 || length > CORS_ORIGIN_LENGTH_MAX) {
        return 0;
    }
    e = cors_pattern_table_find(&matcher->table, text, length);
    return e && e->is_plain;
}

static const char *text_of(const cors_pattern_entry *e)
{
    return e ? e->text : NULL;
}

const char *cors_matcher_find(const cors_matcher *matcher, const char *text,
                              size_t length)
{
    return text_of(cors_pattern_table_find(&matcher->table, text, length));
}

/* What a search for stems passes on. */
typedef struct search {
    const cors_matcher *matcher;
    cors_text port;             /* of the origin, with its colon, or "" */
} search;

static search begin_search(const cors_matcher *m, const cors_origin *origin)
{
    const char *end = origin->host + origin->host_length;

    return (search){ m, { end, (size_t)(origin->text + origin->length
                                        - end) } };
}

static const char *find_with_port(const cors_matcher *m, cors_stem *stem,
                                  const char *port, size_t length)
{
    size_t end = stem->length;
    const char *text;

    cors_stem_add(stem, port, length);
    text = cors_matcher_find(m, stem->text, stem->length);
    stem->length = end;
    return text;
}

/* A pattern with this stem that admits the port. */
static const char *find_port(const void *data, cors_stem *stem)
{
    const search *s = data;
    const char *text = find_with_port(s->matcher, stem, s->port.text,
                                      s->port.length);

    return text || !s->matcher->wild_any_port
           ? text : find_with_port(s->matcher, stem, ":*", 2);
}

/* A pattern with this stem, one that admits the port first. */
static const char *find_any_port(const void *data, cors_stem *stem)
{
    const search *s = data;
    const char *text = find_port(data, stem);

    if (!text) {
        text = find_with_port(s->matcher, stem, ":*", 2);
    }
    if (!text) {
        text = cors_matcher_find(s->matcher, stem->text, stem->length);
    }
    return text ? text
                : text_of(cors_pattern_table_find_stem(&s->matcher->table,
                                                       stem->text,
                                                       stem->length));
}

/*
 * Of each *. that some pattern may have, at a dot of the host. dots: how many
 * there are from the first one on.
 */
static const char *search_suffixes(const search *s,
                                   const cors_origin *origin,
                                   const char *dot, unsigned dots,
                                   cors_stem_visit *visit)
{
    const char *end = origin->host + origin->host_length;
    const char *found = NULL;
    cors_stem stem;

    for (; !found && dots > 0; dots--) {
        if (s->matcher->dots & dots_bit(dots)) {
            cors_stem_begin(&stem, origin);
            cors_stem_add(&stem, "*", 1);
            cors_stem_add(&stem, dot, (size_t)(end - dot));
            found = visit(s, &stem);
        }
        if (dots > 1) {
            dot = memchr(dot + 1, '.', (size_t)(end - dot - 1));
        }
    }
    return found;
}

/* Of each label with a star, in front of that dot. */
static const char *search_labels(const search *s, const cors_origin *origin,
                                 const char *dot, unsigned dots,
                                 cors_stem_visit *visit)
{
    return s->matcher->label_dots & dots_bit(dots)
           ? cors_wild_labels_each(s->matcher->labels, origin,
                                   (size_t)(dot - origin->host), visit, s)
           : NULL;
}

static const char *search_wildcards(const search *s,
                                    const cors_origin *origin,
                                    cors_stem_visit *visit)
{
    const char *dot = memchr(origin->host, '.', origin->host_length);
    const char *found;
    unsigned dots;

    if (!dot || !(s->matcher->dots | s->matcher->label_dots)) {
        return NULL;
    }
    dots = count_dots(dot, origin->host + origin->host_length);
    found = search_suffixes(s, origin, dot, dots, visit);
    return found ? found : search_labels(s, origin, dot, dots, visit);
}

static const char *find_by_wildcard(const cors_matcher *m,
                                    const cors_origin *origin)
{
    search s = begin_search(m, origin);
    const char *found = NULL;
    cors_stem stem;

    if (!cors_origin_is_web(origin)) {
        return NULL;
    }
    if (m->any_port) {
        cors_stem_begin(&stem, origin);
        cors_stem_add(&stem, origin->host, origin->host_length);
        found = find_with_port(m, &stem, ":*", 2);
    }
    return found ? found : search_wildcards(&s, origin, find_port);
}

int cors_matcher_admits_by_wildcard(const cors_matcher *matcher,
                                    const cors_origin *origin)
{
    return find_by_wildcard(matcher, origin) != NULL;
}

int cors_matcher_admits(const cors_matcher *matcher,
                        const cors_origin *origin)
{
    return cors_matcher_has(matcher, origin->text, origin->length)
           || cors_matcher_admits_by_wildcard(matcher, origin);
}

const char *cors_matcher_find_admitting(const cors_matcher *matcher,
                                        const cors_origin *origin)
{
    const char *found = cors_matcher_find(matcher, origin->text,
                                          origin->length);

    return found ? found : find_by_wildcard(matcher, origin);
}

const char *cors_matcher_find_at_any_port(const cors_matcher *matcher,
                                          const cors_origin *origin)
{
    search s = begin_search(matcher, origin);
    cors_stem stem;
    const char *found;

    cors_stem_begin(&stem, origin);
    cors_stem_add(&stem, origin->host, origin->host_length);
    found = find_any_port(&s, &stem);
    return found ? found : search_wildcards(&s, origin, find_any_port);
}

const char *cors_matcher_find_label(const cors_matcher *matcher,
                                    const cors_origin *origin,
                                    size_t label_length)
{
    search s = begin_search(matcher, origin);
    const char *dot = origin->host + label_length;

    return search_labels(&s, origin, dot,
                         count_dots(dot, origin->host + origin->host_length),
                         find_port);
}

size_t cors_matcher_count(const cors_matcher *matcher)
{
    return matcher->table.count;
}

const char *cors_matcher_text(const cors_matcher *matcher, size_t index)
{
    return matcher->table.entries[index].text;
}

size_t cors_matcher_schemes(const cors_matcher *matcher,
                            const cors_text **schemes)
{
    *schemes = matcher->schemes;
    return matcher->scheme_count;
}
