/* SPDX-License-Identifier: Apache-2.0 */

/*
 * An expression of any bytes, a line feed, and an origin. Whatever the
 * expression: an origin that it admits is, or lies under, a registrable
 * domain that its text spells.
 */
#define PCRE2_CODE_UNIT_WIDTH 8

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pcre2.h>

#include "naive_expression.h"
#include "pool.h"
#include "syntax/pattern.h"
#include "policy/expression.h"

#define MUST(condition) do { if (!(condition)) abort(); } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a message says to write instead must be right. */
static void hold_cure(const char *said)
{
    const char *pattern = said ? strstr(said, "; write CORSAllowOrigin ")
                               : NULL;
    const char *match = said ? strstr(said, "; write CORSAllowOriginMatch ")
                             : NULL;
    char *word, *last;

    if (pattern) {
        word = apr_strtok(apr_pstrdup(pool, pattern + 24), " ", &last);
        MUST(word);
        for (; word; word = apr_strtok(NULL, " ", &last)) {
            cors_pattern parsed;

            MUST(cors_pattern_parse(word, strlen(word), &parsed)
                 == CORS_FLAW_NONE);
        }
    }
    else if (match && !strpbrk(match + 29, " ")) {
        cors_expression expression;
        const char *warning;

        said = cors_expression_compile(pool, match + 29, &expression,
                                       &warning);
        /* PCRE knows more that does not compile than our reader */
        MUST(!said || strstr(said, "does not compile"));
        MUST(said || !expression.unnamed);
    }
}

static void hold_sites(const char *text, const cors_expression *expression)
{
    size_t i;

    MUST(expression->count <= CORS_NAMED_SITES_MAX);
    MUST(expression->count > 0 || expression->unnamed);
    for (i = 0; i < expression->count; i++) {
        const cors_named_site *site = &expression->sites[i];

        MUST(strlen(site->text) == site->length);
        MUST(naive_is_site(site->text));
        MUST(naive_spells(text, site->text));
    }
}

/* PCRE itself, asked for a match of the whole in its own way. */
static int matches(const char *text, const char *origin, int *known)
{
    PCRE2_SIZE offset;
    int error, found;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
                                     PCRE2_ANCHORED | PCRE2_ENDANCHORED
                                     | PCRE2_DUPNAMES | PCRE2_DOTALL
                                     | PCRE2_DOLLAR_ENDONLY,
                                     &error, &offset, NULL);
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    pcre2_match_data *data;

    /* it would be another pattern between our brackets */
    *known = code && !strstr(text, "(*") && !strstr(text, "\\K")
             && !strstr(text, "(?R") && !strstr(text, "(?0");
    if (!*known) {
        pcre2_code_free(code);
        pcre2_match_context_free(context);
        return 0;
    }
    data = pcre2_match_data_create_from_pattern(code, NULL);
    pcre2_set_match_limit(context, 20000);
    found = pcre2_match(code, (PCRE2_SPTR)origin, strlen(origin), 0, 0, data,
                        context);
    *known = found > 0 || found == PCRE2_ERROR_NOMATCH;
    pcre2_match_data_free(data);
    pcre2_code_free(code);
    pcre2_match_context_free(context);
    return found > 0;
}

static int is_under(const cors_expression *expression,
                    const cors_origin *origin)
{
    char *host = strndup(origin->host, origin->host_length);
    const char *at = NULL;
    size_t i;

    for (i = 0; i < expression->count && !at; i++) {
        for (at = host; at && strcmp(at, expression->sites[i].text) != 0;) {
            at = strchr(at, '.') ? strchr(at, '.') + 1 : NULL;
        }
    }
    free(host);
    return at != NULL;
}

static void hold_match(const char *text, const cors_expression *expression,
                       const char *name)
{
    cors_origin origin;
    cors_expression_match found;
    int whole, known, under;

    if (cors_origin_parse(name, strlen(name), &origin) != CORS_FLAW_NONE) {
        return;
    }
    found = cors_expression_match_origin(expression, &origin, 0);
    under = is_under(expression, &origin);
    MUST(under || found == CORS_EXPRESSION_NO);
    whole = matches(text, name, &known);
    if (known) {
        MUST(found != CORS_EXPRESSION_YES || whole);
        MUST(found != CORS_EXPRESSION_NO || !whole || !under);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *line = size ? memchr(data, '\n', size) : NULL;
    size_t length = line ? (size_t)(line - (const char *)data) : size;
    char *text, *origin;
    cors_expression expression;
    const char *said, *warning;

    if (size > 2000 || memchr(data, '\0', size)) {
        return 0;
    }
    empty_pool();
    text = strndup((const char *)data, length);
    if (strstr(text, "; write")) {      /* what messages are known by */
        free(text);
        return 0;
    }
    origin = strndup(line ? line + 1 : "", line ? size - length - 1 : 0);
    said = cors_expression_compile(pool, text, &expression, &warning);
    if (said) {
        hold_cure(said);
    }
    else {
        hold_sites(text, &expression);
        if (expression.unnamed) {
            hold_cure(cors_expression_unnamed_reason(pool, text));
        }
        hold_match(text, &expression, origin);
    }
    free(text);
    free(origin);
    return 0;
}
