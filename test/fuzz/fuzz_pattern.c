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
    char text[600], label[100] = "", port[20] = "";

    if (pattern->any_port) {
        strcpy(port, ":*");
    }
    else if (origin->port != CORS_PORT_DEFAULT) {
        snprintf(port, sizeof(port), ":%u", origin->port);
    }
    if (pattern->label) {
        MUST(!pattern->subdomains);
        MUST(pattern->before_star.length + pattern->behind_star.length > 0);
        snprintf(label, sizeof(label), "%.*s*%.*s.",
                 (int)pattern->before_star.length, pattern->before_star.text,
                 (int)pattern->behind_star.length, pattern->behind_star.text);
    }
    snprintf(text, sizeof(text), "%.*s://%s%.*s%s",
             (int)origin->scheme_length, origin->text,
             pattern->subdomains ? "*." : label, (int)origin->host_length,
             origin->host, port);
    MUST(strlen(text) == origin->length);
    MUST(memcmp(text, origin->text, origin->length) == 0);
}

/* With a letter in the place of the star it is an origin, or nearly one. */
static void put_a_letter(const cors_pattern *pattern)
{
    const char *start = pattern->origin.text;
    char text[600];
    cors_origin origin;
    size_t length = pattern->origin.length - (pattern->any_port ? 2 : 0);

    memcpy(text, start, length);
    if (pattern->label) {
        text[pattern->before_star.text + pattern->before_star.length
             - start] = 'a';
    }
    else if (pattern->subdomains) {
        text[pattern->origin.host - 2 - start] = 'a';
    }
    if (cors_origin_parse(text, length, &origin) != CORS_FLAW_NONE) {
        MUST(pattern->subdomains && pattern->origin.host_length > 251);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data, *cure, *expression;
    cors_pattern pattern;
    cors_flaw flaw = cors_pattern_parse(text, size, &pattern);

    MUST(flaw < CORS_FLAW_COUNT);
    empty_pool();
    cure = cors_cure_pattern(pool, text, size, flaw);
    if (flaw == CORS_FLAW_NONE) {
        put_together(&pattern);
        put_a_letter(&pattern);
        MUST(!cure);
    }
    expression = cors_cure_expression(pool, text, size, flaw);
    for (; expression && *expression; expression++) {
        MUST(*expression > ' ' && *expression < 0x7f);
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
