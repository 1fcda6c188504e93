/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/field.h"

#include <string.h>

#include "syntax/token.h"

static int is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void trim(const char **text, size_t *length)
{
    while (*length > 0 && is_blank((*text)[0])) {
        (*text)++;
        (*length)--;
    }
    while (*length > 0 && is_blank((*text)[*length - 1])) {
        (*length)--;
    }
}

void cors_field_start(cors_field *field, const char *text, size_t length)
{
    trim(&text, &length);
    field->at = length > 0 ? text : NULL;
    field->end = text + length;
}

int cors_field_next(cors_field *field, const char **element, size_t *length)
{
    const char *comma;

    if (!field->at) {
        return 0;
    }
    comma = memchr(field->at, ',', (size_t)(field->end - field->at));
    *element = field->at;
    *length = (size_t)((comma ? comma : field->end) - field->at);
    field->at = comma ? comma + 1 : NULL;
    trim(element, length);
    return 1;
}

int cors_field_has(const char *text, size_t length, const char *name,
                   size_t name_length)
{
    cors_field field;
    const char *element;
    size_t element_length;

    cors_field_start(&field, text, length);
    while (cors_field_next(&field, &element, &element_length)) {
        if (cors_token_same(element, element_length, name, name_length)) {
            return 1;
        }
    }
    return 0;
}
