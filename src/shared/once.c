/* SPDX-License-Identifier: Apache-2.0 */
#include "shared/once.h"

#include <apr_atomic.h>

#define PLACES_MAX 256

int cors_once(cors_place place)
{
    static volatile apr_uint32_t said[PLACES_MAX];
    apr_uint32_t hash = 2166136261u + (apr_uint32_t)place.line, i;
    const char *c;

    for (c = place.file ? place.file : ""; *c; c++) {
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    }
    hash |= 1;                  /* 0 is a free slot */
    for (i = 0; i < PLACES_MAX; i++) {
        apr_uint32_t there =
            apr_atomic_cas32(&said[(hash + i) % PLACES_MAX], hash, 0);

        if (there == 0 || there == hash) {
            return there == 0;
        }
    }
    return 0;
}
