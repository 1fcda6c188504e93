/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/names.h"

#include <apr_cstr.h>
#include <apr_strings.h>
#include <string.h>

/* Up to so many names are compared one after the other. */
#define FEW 16

/* As long as most lines are. */
#define LINE_LENGTH 120

cors_names *cors_names_create(apr_pool_t *pool, int any_case)
{
    cors_names *names = apr_pcalloc(pool, sizeof(*names));

    names->pool = pool;
    names->any_case = any_case != 0;
    names->entries = apr_array_make(pool, 8, sizeof(cors_name *));
    return names;
}

/* Room that doubles: a list of any length costs its length, not its square. */
static void append_line(cors_names *names, const cors_name *name)
{
    size_t comma = names->line_length > 0 ? 2 : 0;
    size_t needed = names->line_length + comma + name->length + 1;

    if (needed > names->line_capacity) {
        size_t capacity = needed > LINE_LENGTH ? needed * 2 : LINE_LENGTH;
        char *room = apr_palloc(names->pool, capacity);

        memcpy(room, names->line ? names->line : "", names->line_length);
        names->line = room;
        names->line_capacity = capacity;
    }
    memcpy(names->line + names->line_length, ", ", comma);
    memcpy(names->line + names->line_length + comma, name->text,
           name->length + 1);
    names->line_length = needed - 1;
}

/* By length first, in which most names differ. */
static int compare_exact(void *first, void *second)
{
    const cors_name *a = first, *b = second;

    if (a->length != b->length) {
        return a->length < b->length ? -1 : 1;
    }
    return memcmp(a->text, b->text, a->length);
}

static int compare_any_case(void *first, void *second)
{
    const cors_name *a = first, *b = second;

    if (a->length != b->length) {
        return a->length < b->length ? -1 : 1;
    }
    return apr_cstr_casecmpn(a->text, b->text, a->length);
}

static apr_skiplist_compare comparison_of(const cors_names *names)
{
    return names->any_case ? compare_any_case : compare_exact;
}

static cors_name *name_at(const cors_names *names, int i)
{
    return APR_ARRAY_IDX(names->entries, i, cors_name *);
}

/* Of more than a few names a look-up costs their number's logarithm. */
static void sort(cors_names *names)
{
    int i;

    apr_skiplist_init(&names->sorted, names->pool);
    apr_skiplist_set_compare(names->sorted, comparison_of(names),
                             comparison_of(names));
    for (i = 0; i < names->entries->nelts; i++) {
        apr_skiplist_insert(names->sorted, name_at(names, i));
    }
}

void cors_names_add(cors_names *names, const char *text)
{
    size_t length = strlen(text);
    cors_name *name;

    if (cors_names_has(names, text, length)) {
        return;
    }
    name = apr_palloc(names->pool, sizeof(*name));
    name->text = text;
    name->length = length;
    APR_ARRAY_PUSH(names->entries, cors_name *) = name;
    append_line(names, name);
    if (names->sorted) {
        apr_skiplist_insert(names->sorted, name);
    }
    else if (names->entries->nelts > FEW) {
        sort(names);
    }
}

int cors_names_has(const cors_names *names, const char *text, size_t length)
{
    apr_skiplist_compare compare = comparison_of(names);
    cors_name name = { text, length };
    int i;

    if (names->sorted) {
        return apr_skiplist_find(names->sorted, &name, NULL) != NULL;
    }
    for (i = 0; i < names->entries->nelts; i++) {
        if (compare(name_at(names, i), &name) == 0) {
            return 1;
        }
    }
    return 0;
}
