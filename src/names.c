/* SPDX-License-Identifier: Apache-2.0 */
#include "names.h"

#include <apr_strings.h>
#include <string.h>

#include "token.h"

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

void cors_names_add(cors_names *names, const char *text, int any_case)
{
    size_t length = strlen(text);

    if (cors_names_has(names, text, length, any_case)) {
        return;
    }
    if (names->count == names->capacity) {
        names->capacity = names->capacity ? names->capacity * 2 : 4;
        names->entries = grown(names->pool, names->entries,
                               names->count * sizeof(cors_name),
                               names->capacity * sizeof(cors_name));
    }
    names->entries[names->count].text =
        apr_pstrmemdup(names->pool, text, length);
    names->entries[names->count++].length = length;
    line_append(names, text, length);
}

int cors_names_has(const cors_names *names, const char *text, size_t length,
                   int any_case)
{
    size_t i;

    for (i = 0; i < names->count; i++) {
        const cors_name *name = &names->entries[i];

        if (name->length != length) {
            continue;
        }
        if (memcmp(name->text, text, length) == 0
            || (any_case
                && cors_token_same(name->text, length, text, length))) {
            return 1;
        }
    }
    return 0;
}
