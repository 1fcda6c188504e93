/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/field.h"

#include <string.h>

#include "syntax/ascii.h"
#include "syntax/token.h"

void cors_field_start(cors_field *field, const char *text, size_t length)
{
    cors_text list = cors_ascii_trim(text, length);

    field->at = list.length > 0 ? list.text : NULL;
    field->end = list.text + list.length;
}

int cors_field_next(cors_field *field, const char **element, size_t *length)
{
    const char *comma, *end;
    cors_text trimmed;

    if (!field->at) {
        return 0;
    }
    comma = memchr(field->at, ',', (size_t)(field->end - field->at));
    end = comma ? comma : field->end;
    trimmed = cors_ascii_trim(field->at, (size_t)(end - field->at));
    field->at = comma ? comma + 1 : NULL;
    *element = trimmed.text;
    *length = trimmed.length;
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
