/* SPDX-License-Identifier: Apache-2.0 */

/* A name of any bytes, and in the line behind it a list. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "syntax/token.h"

#define MUST(condition) do { if (!(condition)) abort(); } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* One more than there are commas; none where there is nothing but blanks. */
static size_t naive_count(const char *text, size_t length)
{
    size_t commas = 0, blanks = 0, i;

    for (i = 0; i < length; i++) {
        commas += text[i] == ',';
        blanks += is_blank(text[i]);
    }
    return blanks == length ? 0 : commas + 1;
}

static void token_check(const char *text, size_t length)
{
    int is_token = cors_token_is(text, length);
    const char *method = cors_method_normalized(text, length);

    MUST(is_token == (cors_method_check(text, length)
                      != CORS_NAME_NO_TOKEN));
    MUST(is_token == (cors_request_header_check(text, length)
                      != CORS_NAME_NO_TOKEN));
    MUST(is_token == (cors_exposed_header_check(text, length)
                      != CORS_NAME_NO_TOKEN));
    if (method) {
        MUST(cors_token_same(method, strlen(method), text, length));
    }
    if (cors_method_is_safelisted(text, length)) {
        MUST(method && memcmp(method, text, length) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *name = (const char *)data, *element, *last;
    const char *line = size ? memchr(name, '\n', size) : NULL;
    size_t name_length = line ? (size_t)(line - name) : size;
    const char *list = line ? line + 1 : name;
    size_t list_length = line ? size - name_length - 1 : size;
    size_t length, count = 0;
    int found = 0;
    cors_list elements;

    last = list;
    cors_list_start(&elements, list, list_length);
    while (cors_list_next(&elements, &element, &length)) {
        MUST(element >= last && element + length <= list + list_length);
        MUST(!memchr(element, ',', length));
        MUST(length == 0 || !is_blank(element[0]));
        MUST(length == 0 || !is_blank(element[length - 1]));
        found |= cors_token_same(element, length, name, name_length);
        token_check(element, length);
        last = element + length;
        count++;
    }
    MUST(count == naive_count(list, list_length));
    MUST(found == cors_list_has(list, list_length, name, name_length));
    token_check(name, name_length);
    return 0;
}
