/* SPDX-License-Identifier: Apache-2.0 */

/* A pattern of any bytes, and its cure. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pool.h"
#include "syntax/cure.h"
#include "syntax/pattern.h"

#define MUST(condition) do { if (!(condition)) abort(); } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was taken apart gives the text again. */
static void put_together(const cors_pattern *pattern)
{
    const cors_origin *origin = &pattern->origin;
    char text[600], port[20] = "";

    if (pattern->any_port) {
        strcpy(port, ":*");
    }
    else if (origin->port != CORS_PORT_DEFAULT) {
        snprintf(port, sizeof(port), ":%u", origin->port);
    }
    snprintf(text, sizeof(text), "%.*s://%s%.*s%s",
             (int)origin->scheme_length, pattern->text,
             pattern->subdomains ? "*." : "", (int)origin->host_length,
             origin->host, port);
    MUST(strlen(text) == pattern->length);
    MUST(memcmp(text, pattern->text, pattern->length) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data, *cure;
    cors_pattern pattern;
    cors_flaw flaw = cors_pattern_parse(text, size, &pattern);

    MUST(flaw < CORS_FLAW_COUNT);
    empty_pool();
    cure = cors_cure_pattern(pool, text, size, flaw);
    if (flaw == CORS_FLAW_NONE) {
        put_together(&pattern);
        MUST(!cure);
    }
    if (cure) {
        MUST(cors_pattern_parse(cure, strlen(cure), &pattern)
             == CORS_FLAW_NONE);
        put_together(&pattern);
        MUST(strlen(cure) != size || memcmp(cure, text, size) != 0);
        for (; *cure; cure++) {
            MUST(*cure > ' ' && *cure < 0x7f);
        }
    }
    return 0;
}
