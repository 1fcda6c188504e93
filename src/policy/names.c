/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/names.h"

#include <apr_strings.h>
#include <string.h>

#include "syntax/token.h"

/* Up to so many names are compared one after the other. */
#define FEW 16

cors_names *cors_names_create(apr_pool_t *pool)
{
    cors_names *names = apr_pcalloc(pool, sizeof(*names));

    names->pool = pool;
    return names;
}

/* Room that doubles: a list of any length costs its length, not its square. */
static void *grown(apr_pool_t *pool, const void *old, size_t used,
                   size_t capacity)
{
    void *room = apr_palloc(pool, capacity);

    if (used > 0) {
        memcpy(room, old, used);
    }
    return room;
}

static void line_append(cors_names *names, const char *text, size_t length)
{
    size_t comma = names->line_length > 0 ? 2 : 0;
    size_t needed = names->line_length + comma + length + 1;

    if (needed > names->line_capacity) {
        names->line_capacity = needed * 2 < 32 ? 32 : needed * 2;
        names->line = grown(names->pool, names->line, names->line_length,
                            names->line_capacity);
    }
    memcpy(names->line + names->line_length, ", ", comma);
    memcpy(names->line + names->line_length + comma, text, length);
    names->line_length = needed - 1;
    names->line[names->line_length] = '\0';
}

static int is_name(const cors_name *name, const char *text, size_t length,
                   int any_case)
{
    if (name->length != length) {
        return 0;
    }
    return memcmp(name->text, text, length) == 0
           || (any_case
               && cors_token_same(name->text, length, text, length));
}

/* FNV-1a of the bytes, whatever their case. */
static apr_uint32_t hash_of(const char *text, size_t length)
{
    apr_uint32_t hash = 2166136261u;
    size_t i;

    for (i = 0; i < length; i++) {
        hash = (hash ^ ((unsigned char)text[i] | 0x20)) * 16777619u;
    }
    return hash;
}

/* The slot of this name, or the free one where it would be. */
static size_t slot_find(const cors_names *names, const char *text,
                        size_t length, int any_case)
{
    size_t mask = names->slot_count - 1;
    size_t at = hash_of(text, length) & mask;

    while (names->slots[at]
           && !is_name(&names->entries[names->slots[at] - 1], text, length,
                       any_case)) {
        at = (at + 1) & mask;
    }
    return at;
}

/* Room for twice as many names as there are. */
static void slots_make(cors_names *names)
{
    size_t i;

    names->slot_count = 4 * FEW;
    while (names->slot_count < 4 * names->count) {
        names->slot_count *= 2;
    }
    names->slots = apr_pcalloc(names->pool,
                               names->slot_count * sizeof(*names->slots));
    for (i = 0; i < names->count; i++) {
        const cors_name *name = &names->entries[i];

        names->slots[slot_find(names, name->text, name->length, 0)] =
            (apr_uint32_t)i + 1;
    }
}

static void entry_append(cors_names *names, const char *text, size_t length)
{
    if (names->count == names->capacity) {
        names->capacity = names->capacity ? names->capacity * 2 : 4;
        names->entries = grown(names->pool, names->entries,
                               names->count * sizeof(cors_name),
                               names->capacity * sizeof(cors_name));
    }
    names->entries[names->count].text =
        apr_pstrmemdup(names->pool, text, length);
    names->entries[names->count++].length = length;
}

void cors_names_add(cors_names *names, const char *text, int any_case)
{
    size_t length = strlen(text);

    if (cors_names_has(names, text, length, any_case)) {
        return;
    }
    entry_append(names, text, length);
    line_append(names, text, length);
    if (names->count > FEW && 2 * names->count > names->slot_count) {
        slots_make(names);
    }
    else if (names->slots) {
        names->slots[slot_find(names, text, length, any_case)] =
            (apr_uint32_t)names->count;
    }
}

int cors_names_has(const cors_names *names, const char *text, size_t length,
                   int any_case)
{
    size_t i;

    if (names->slots) {
        return names->slots[slot_find(names, text, length, any_case)] != 0;
    }
    for (i = 0; i < names->count; i++) {
        if (is_name(&names->entries[i], text, length, any_case)) {
            return 1;
        }
    }
    return 0;
}
