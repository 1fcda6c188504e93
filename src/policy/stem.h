/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_STEM_H
#define CORS_STEM_H

#include <string.h>

#include "syntax/origin.h"

/*
 * The stem of an origin or of a pattern is what stands in front of its port:
 * scheme, :// and host. "app://a" is that of "app://a", "app://a:80" and
 * "app://a:*". Here one is put together that patterns may have.
 *
 * Room for all that an origin's can become: another scheme, "www." in front
 * of its host, a dot behind it, a star, a port.
 */
typedef struct cors_stem {
    size_t length;
    char text[CORS_ORIGIN_LENGTH_MAX + CORS_SCHEME_LENGTH_MAX + 16];
} cors_stem;

/* Append bytes; those that find no room are left out. */
static inline void cors_stem_add(cors_stem *stem, const char *text,
                                 size_t length)
{
    if (length <= sizeof(stem->text) - stem->length) {
        memcpy(stem->text + stem->length, text, length);
        stem->length += length;
    }
}

/* Begin anew with the scheme of an origin and its ://. */
static inline void cors_stem_begin(cors_stem *stem, const cors_origin *origin)
{
    stem->length = 0;
    cors_stem_add(stem, origin->text,
                  (size_t)(origin->host - origin->text));
}

#endif
