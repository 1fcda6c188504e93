/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/matcher.h"

#include <string.h>

#define ANY_PORT 65536u

/* 24 bytes an origin: there may be a hundred thousand. */
typedef struct entry {
    const char *text;
    apr_uint32_t hash;
    apr_uint32_t port;          /* as in cors_origin, or ANY_PORT */
    apr_uint16_t key_start;     /* what is compared: the whole text, or   */
    apr_uint16_t key_length;    /* the host behind *. , without the port  */
    apr_uint16_t scheme_length;
} entry;

/* Open addressing; a slot is an index into the entries plus 1, 0: free. */
typedef struct table {
    apr_uint32_t *slots;
    apr_uint32_t mask;
    apr_uint32_t used;
} table;

struct cors_matcher {
    apr_pool_t *pool;
    entry *entries;
    apr_uint32_t count;
    apr_uint32_t capacity;
    table whole;                /* patterns without *. */
    table suffixes;             /* patterns with *. */
    int any_port;               /* some of whole have :* */
};

/* Eight bytes of an origin at a time: 130 instructions less than bytewise. */
#define WORD sizeof(apr_uint64_t)

static apr_uint64_t hash_word(apr_uint64_t hash, const char *text,
                              size_t length)
{
    apr_uint64_t word = 0;

    memcpy(&word, text, length);
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    return hash ^ (hash >> 32);
}

static apr_uint32_t hash_forward(const char *text, size_t length)
{
    apr_uint64_t hash = length;
    size_t at;

    if (length < WORD) {
        return (apr_uint32_t)hash_word(hash, text, length);
    }
    for (at = 0; at + WORD < length; at += WORD) {
        hash = hash_word(hash, text + at, WORD);
    }
    /* the last word: some bytes of it a second time */
    return (apr_uint32_t)hash_word(hash, text + length - WORD, WORD);
}

/* FNV-1a: two operations a byte, and a suffix's hash is a step of it. */
#define HASH_START 2166136261u
#define HASH_STEP(hash, c) (((hash) ^ (unsigned char)(c)) * 16777619u)

/* From the last byte to the first, so that each suffix is on the way. */
static apr_uint32_t hash_backward(const char *host, size_t length,
                                  size_t scheme_length)
{
    apr_uint32_t hash = HASH_STEP(HASH_START, scheme_length);

    while (length > 0) {
        hash = HASH_STEP(hash, host[--length]);
    }
    return hash;
}

static void slot_take(table *t, apr_uint32_t hash, apr_uint32_t index)
{
    apr_uint32_t at = hash & t->mask;

    while (t->slots[at] != 0) {
        at = (at + 1) & t->mask;
    }
    t->slots[at] = index + 1;
    t->used++;
}

/*
 * Four times the slots once half are used, so that runs stay short: to
 * double them costs a list of a hundred 2,800 instructions more.
 */
static void table_make_room(cors_matcher *m, table *t)
{
    apr_uint32_t size = t->slots ? t->mask + 1 : 0, at;
    apr_uint32_t *old = t->slots;

    if (t->used * 2 < size) {
        return;
    }
    t->mask = size ? size * 4 - 1 : 15;
    t->slots = apr_pcalloc(m->pool, (t->mask + 1) * sizeof(*t->slots));
    t->used = 0;
    for (at = 0; at < size; at++) {
        if (old[at] != 0) {
            slot_take(t, m->entries[old[at] - 1].hash, old[at] - 1);
        }
    }
}

void cors_matcher_reserve(cors_matcher *matcher, size_t patterns)
{
    entry *entries;

    if (patterns <= matcher->capacity) {
        return;
    }
    entries = apr_palloc(matcher->pool, patterns * sizeof(entry));
    if (matcher->count > 0) {
        memcpy(entries, matcher->entries, matcher->count * sizeof(entry));
    }
    matcher->entries = entries;
    matcher->capacity = (apr_uint32_t)patterns;
}

static entry *entry_append(cors_matcher *m)
{
    if (m->count == m->capacity) {
        cors_matcher_reserve(m, m->capacity ? (size_t)m->capacity * 2 : 8);
    }
    return &m->entries[m->count++];
}

cors_matcher *cors_matcher_create(apr_pool_t *pool)
{
    cors_matcher *matcher = apr_pcalloc(pool, sizeof(*matcher));

    matcher->pool = pool;
    return matcher;
}

static int entry_is(const entry *e, apr_uint32_t hash, const char *key,
                    size_t length)
{
    return e->hash == hash && e->key_length == length
           && memcmp(e->text + e->key_start, key, length) == 0;
}

static inline int whole_has(const cors_matcher *m, const char *text,
                            size_t length, apr_uint32_t hash, int any_port)
{
    const table *t = &m->whole;
    apr_uint32_t at;

    for (at = hash & t->mask; t->slots[at] != 0; at = (at + 1) & t->mask) {
        const entry *e = &m->entries[t->slots[at] - 1];

        if (entry_is(e, hash, text, length)
            && (e->port == ANY_PORT) == any_port) {
            return 1;
        }
    }
    return 0;
}

static int suffix_has(const cors_matcher *m, const char *host,
                      size_t length, apr_uint32_t hash,
                      const cors_origin *origin)
{
    const table *t = &m->suffixes;
    apr_uint32_t at;

    for (at = hash & t->mask; t->slots[at] != 0; at = (at + 1) & t->mask) {
        const entry *e = &m->entries[t->slots[at] - 1];

        if (entry_is(e, hash, host, length)
            && e->scheme_length == origin->scheme_length
            && (e->port == ANY_PORT || e->port == origin->port)) {
            return 1;
        }
    }
    return 0;
}

/*
 * At each dot: is what stands behind it a suffix of the set? Only http and
 * https have wildcards, so the scheme's length tells the scheme.
 */
static int some_suffix_has(const cors_matcher *m, const cors_origin *origin)
{
    apr_uint32_t hash = HASH_STEP(HASH_START, origin->scheme_length);
    size_t at = origin->host_length;

    while (at-- > 0) {
        if (origin->host[at] == '.'
            && suffix_has(m, origin->host + at + 1,
                          origin->host_length - at - 1, hash, origin)) {
            return 1;
        }
        hash = HASH_STEP(hash, origin->host[at]);
    }
    return 0;
}

static int is_known(const cors_matcher *m, const table *t, const entry *e,
                    size_t length)
{
    apr_uint32_t at;

    for (at = e->hash & t->mask; t->slots[at] != 0; at = (at + 1) & t->mask) {
        const entry *other = &m->entries[t->slots[at] - 1];

        if (other->hash == e->hash && strlen(other->text) == length
            && memcmp(other->text, e->text, length) == 0) {
            return 1;
        }
    }
    return 0;
}

void cors_matcher_add(cors_matcher *matcher, const cors_pattern *pattern)
{
    const cors_origin *origin = &pattern->origin;
    table *t = pattern->subdomains ? &matcher->suffixes : &matcher->whole;
    entry e;

    e.text = pattern->text;
    e.port = pattern->any_port ? ANY_PORT : origin->port;
    e.scheme_length = (apr_uint16_t)origin->scheme_length;
    if (pattern->subdomains) {
        e.key_start = (apr_uint16_t)(origin->host - pattern->text);
        e.key_length = (apr_uint16_t)origin->host_length;
        e.hash = hash_backward(origin->host, origin->host_length,
                               origin->scheme_length);
    }
    else {
        e.key_start = 0;
        e.key_length = (apr_uint16_t)(pattern->length
                                      - (pattern->any_port ? 2 : 0));
        e.hash = hash_forward(pattern->text, e.key_length);
        matcher->any_port |= pattern->any_port;
    }
    table_make_room(matcher, t);
    if (is_known(matcher, t, &e, pattern->length)) {
        return;
    }
    *entry_append(matcher) = e;
    slot_take(t, e.hash, matcher->count - 1);
}

int cors_matcher_has(const cors_matcher *matcher, const char *text,
                     size_t length)
{
    return matcher->whole.used > 0 && length <= CORS_ORIGIN_LENGTH_MAX
           && whole_has(matcher, text, length, hash_forward(text, length),
                        0);
}

int cors_matcher_admits_by_wildcard(const cors_matcher *matcher,
                                    const cors_origin *origin)
{
    if (matcher->any_port) {
        size_t end = (size_t)(origin->host + origin->host_length
                              - origin->text);

        if (whole_has(matcher, origin->text, end,
                      hash_forward(origin->text, end), 1)) {
            return 1;
        }
    }
    return matcher->suffixes.used > 0 && cors_origin_is_web(origin)
           && some_suffix_has(matcher, origin);
}

int cors_matcher_admits(const cors_matcher *matcher,
                        const cors_origin *origin)
{
    return cors_matcher_has(matcher, origin->text, origin->length)
           || cors_matcher_admits_by_wildcard(matcher, origin);
}

size_t cors_matcher_count(const cors_matcher *matcher)
{
    return matcher->count;
}

const char *cors_matcher_text(const cors_matcher *matcher, size_t index)
{
    return matcher->entries[index].text;
}
