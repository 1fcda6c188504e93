/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_FIELD_H
#define CORS_FIELD_H

#include <stddef.h>

/*
 * A field value that is a list: elements between commas, blanks and tabs
 * around them left out, empty elements included (RFC 9110, 5.6.1).
 */
typedef struct cors_field {
    const char *at;             /* NULL: no element left */
    const char *end;
} cors_field;

/* Stand in front of the first element. An empty value has none. */
void cors_field_start(cors_field *field, const char *text, size_t length);

/*
 * Step to the next element. Returns 1 and sets *element and *length (0 for
 * an empty one), or 0 where there is none left.
 *
 * example: "a, ,b" has the elements "a", "" and "b"
 */
int cors_field_next(cors_field *field, const char **element,
                    size_t *length);

/* Whether a list has this element, ASCII case aside. */
int cors_field_has(const char *text, size_t length, const char *name,
                   size_t name_length);

#endif
