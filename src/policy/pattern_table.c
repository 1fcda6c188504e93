/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/pattern_table.h"

#include <string.h>

#include "policy/hash.h"

typedef cors_pattern_slots slots;

/* In by_stem a pattern goes by its stem, in by_text by all of its text. */
static apr_uint32_t hash_in(const cors_pattern_table *table, const slots *t,
                            const cors_pattern_entry *e)
{
    return t == &table->by_stem ? e->stem_hash : e->hash;
}

static size_t length_in(const cors_pattern_table *table, const slots *t,
                        const cors_pattern_entry *e)
{
    return e->length - (t == &table->by_stem ? e->port_length : 0);
}

/* index: of the entry, plus 1. */
static void take_slot(const cors_pattern_table *table, slots *t,
                      apr_uint32_t index)
{
    apr_uint32_t at = hash_in(table, t, &table->entries[index - 1]) & t->mask;

    while (t->slots[at] != 0) {
        at = (at + 1) & t->mask;
    }
    t->slots[at] = index;
    t->used++;
}

/* That many slots, a power of two, into which those of before go. */
static void resize(const cors_pattern_table *table, slots *t,
                   apr_uint32_t size)
{
    apr_uint32_t *old = t->slots;
    apr_uint32_t old_size = old ? t->mask + 1 : 0, at;

    t->mask = size - 1;
    t->slots = apr_pcalloc(table->pool, size * sizeof(*t->slots));
    t->used = 0;
    for (at = 0; at < old_size; at++) {
        if (old[at] != 0) {
            take_slot(table, t, old[at]);
        }
    }
}

/* Four times the slots once half are used, so that runs stay short. */
static void make_room(const cors_pattern_table *table, slots *t)
{
    apr_uint32_t size = t->slots ? t->mask + 1 : 0;

    if (t->used * 2 >= size) {
        resize(table, t, size ? size * 4 : 16);
    }
}

static void grow_entries(cors_pattern_table *table, size_t capacity)
{
    cors_pattern_entry *entries =
        apr_palloc(table->pool, capacity * sizeof(*entries));

    if (table->count > 0) {
        memcpy(entries, table->entries, table->count * sizeof(*entries));
    }
    table->entries = entries;
    table->capacity = (apr_uint32_t)capacity;
}

void cors_pattern_table_reserve(cors_pattern_table *table, size_t patterns)
{
    apr_uint32_t size = 16;

    if (patterns <= table->capacity) {
        return;
    }
    grow_entries(table, patterns);
    while (size <= patterns * 2) {
        size *= 2;
    }
    if (!table->by_text.slots || size > table->by_text.mask + 1) {
        resize(table, &table->by_text, size);
    }
}

static apr_uint32_t hash_text(const char *text, size_t length)
{
    return (apr_uint32_t)cors_hash(text, length);
}

static const cors_pattern_entry *find(const cors_pattern_table *table,
                                      const slots *t, const char *text,
                                      size_t length, apr_uint32_t hash)
{
    apr_uint32_t at;

    if (t->used == 0) {
        return NULL;
    }
    for (at = hash & t->mask; t->slots[at] != 0; at = (at + 1) & t->mask) {
        const cors_pattern_entry *e = &table->entries[t->slots[at] - 1];

        if (hash_in(table, t, e) == hash && length_in(table, t, e) == length
            && memcmp(e->text, text, length) == 0) {
            return e;
        }
    }
    return NULL;
}

const cors_pattern_entry *
cors_pattern_table_find(const cors_pattern_table *table, const char *text,
                        size_t length)
{
    return find(table, &table->by_text, text, length,
                hash_text(text, length));
}

const cors_pattern_entry *
cors_pattern_table_find_stem(const cors_pattern_table *table,
                             const char *text, size_t length)
{
    return find(table, &table->by_stem, text, length,
                hash_text(text, length));
}

/* Of the entry added last, which has a port. */
static void add_stem(cors_pattern_table *table)
{
    cors_pattern_entry *e = &table->entries[table->count - 1];
    size_t length = length_in(table, &table->by_stem, e);

    e->stem_hash = hash_text(e->text, length);
    if (!find(table, &table->by_stem, e->text, length, e->stem_hash)) {
        make_room(table, &table->by_stem);
        take_slot(table, &table->by_stem, table->count);
    }
}

static cors_pattern_entry make_entry(const cors_pattern *pattern,
                                     apr_uint32_t hash)
{
    const cors_origin *origin = &pattern->origin;
    const char *port = origin->host + origin->host_length;
    cors_pattern_entry e = { origin->text, hash, 0, 0, 0, 0 };

    e.length = origin->length & 1023;
    e.port_length = (size_t)(origin->text + origin->length - port) & 7;
    e.is_plain = !pattern->subdomains && !pattern->label
                 && !pattern->any_port;
    return e;
}

int cors_pattern_table_add(cors_pattern_table *table,
                           const cors_pattern *pattern)
{
    const cors_origin *origin = &pattern->origin;
    apr_uint32_t hash = hash_text(origin->text, origin->length);

    if (find(table, &table->by_text, origin->text, origin->length, hash)) {
        return 0;
    }
    if (table->count == table->capacity) {
        grow_entries(table, table->capacity
                            ? (size_t)table->capacity * 2 : 8);
    }
    table->entries[table->count++] = make_entry(pattern, hash);
    make_room(table, &table->by_text);
    take_slot(table, &table->by_text, table->count);
    if (table->entries[table->count - 1].port_length > 0) {
        add_stem(table);
    }
    return 1;
}
