/* SPDX-License-Identifier: Apache-2.0 */

/* Two hosts of any bytes, with a line feed between them. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "syntax/site.h"

#define MUST(condition) do { if (!(condition)) abort(); } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *a = (const char *)data;
    const char *between = size ? memchr(a, '\n', size) : NULL;
    size_t a_length = between ? (size_t)(between - a) : size;
    const char *b = between ? between + 1 : a;
    size_t b_length = between ? size - a_length - 1 : size;
    int same = cors_site_same(a, a_length, b, b_length);

    MUST(same == cors_site_same(b, b_length, a, a_length));
    MUST(cors_site_same(a, a_length, a, a_length));
    MUST(cors_site_same(b, b_length, b, b_length));
    if (same && cors_site_has_list() && a_length != b_length) {
        MUST(!cors_site_is_public_suffix(a, a_length));
        MUST(!cors_site_is_public_suffix(b, b_length));
    }
    return 0;
}
