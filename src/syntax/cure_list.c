/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/cure.h"

#include <apr_strings.h>
#include <apr_tables.h>
#include <string.h>

#include "syntax/ascii.h"
#include "syntax/pattern.h"

/* What people write between the elements of a list, where blanks belong. */
#define SEPARATORS ", ;\t\""

/* Longer texts are no list that somebody mistyped. */
#define TEXT_LENGTH_MAX 4096

/* The elements of a list, copied; none where the text is no such list. */
static apr_array_header_t *split_list(apr_pool_t *pool, const char *text,
                                      size_t length)
{
    apr_array_header_t *elements = apr_array_make(pool, 8, sizeof(char *));
    const char *at;

    if (length > TEXT_LENGTH_MAX || memchr(text, '\0', length)) {
        return elements;
    }
    at = apr_pstrmemdup(pool, text, length);
    for (at += strspn(at, SEPARATORS); *at; at += strspn(at, SEPARATORS)) {
        size_t used = strcspn(at, SEPARATORS);

        APR_ARRAY_PUSH(elements, const char *) =
            apr_pstrmemdup(pool, at, used);
        at += used;
    }
    return elements;
}

/*
 * Whether all elements have a scheme, or none: "https://app,example.com" may
 * be one origin with a slip in it.
 */
static int are_alike(const apr_array_header_t *elements)
{
    int schemes = 0, i;

    for (i = 0; i < elements->nelts; i++) {
        const char *element = APR_ARRAY_IDX(elements, i, const char *);

        schemes += strstr(element, "://") != NULL;
        if (element[0] == '.') {
            return 0;
        }
    }
    return schemes == 0 || schemes == elements->nelts;
}

/* One origin of a list, cured if it must be; NULL where nobody knows how. */
static const char *cure_origin(apr_pool_t *pool, const char *text)
{
    cors_pattern pattern;
    size_t length = strlen(text);
    cors_flaw flaw = cors_pattern_parse(text, length, &pattern);

    return flaw == CORS_FLAW_NONE
           ? text : cors_cure_pattern(pool, text, length, flaw);
}

const char *cors_cure_origins(apr_pool_t *pool, const char *text,
                              size_t length)
{
    apr_array_header_t *elements = split_list(pool, text, length);
    int i;

    if (elements->nelts < 2 || !are_alike(elements)) {
        return NULL;
    }
    for (i = 0; i < elements->nelts; i++) {
        const char **element = &APR_ARRAY_IDX(elements, i, const char *);

        *element = cure_origin(pool, *element);
        if (!*element) {
            return NULL;
        }
    }
    return apr_array_pstrcat(pool, elements, ' ');
}
