/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/cure.h"

#include <apr_strings.h>
#include <string.h>

#include "syntax/ascii.h"
#include "syntax/origin.h"
#include "syntax/site.h"

/* What a star inside a label stands for: one of its bytes or more. */
#define STAR "[a-z0-9_-]+"

/*
 * With a letter in the place of each star it has to be an origin of http or
 * https. Points into a copy, from the pool.
 */
static int parse_starred(apr_pool_t *pool, const char *text, size_t length,
                         cors_origin *origin)
{
    char *copy = apr_pstrmemdup(pool, text, length), *star;

    while ((star = memchr(copy, '*', length)) != NULL) {
        *star = 'x';
    }
    return cors_origin_parse(copy, length, origin) == CORS_FLAW_NONE
           && cors_origin_is_web(origin)
           && origin->host_kind == CORS_HOST_NAME;
}

/*
 * Whether what stands behind the label of the last star is a domain that
 * somebody owns: nobody else's names are to match.
 */
static int ends_in_domain(const char *host, size_t length)
{
    const char *end = host + length, *at = end, *dot;

    while (at > host && at[-1] != '*') {
        at--;
    }
    dot = memchr(at, '.', (size_t)(end - at));
    return dot && cors_site_has_list()
           && !cors_site_is_public_suffix(dot + 1, (size_t)(end - dot - 1));
}

static const char *write_host(apr_pool_t *pool, const char *host,
                              size_t length)
{
    char *out = apr_palloc(pool, length * (sizeof(STAR) + 3) + 1);
    char *at = out;
    size_t i;

    for (i = 0; i < length; i++) {
        const char *piece = host[i] == '*' ? STAR : "[.]";

        if (i == 0 && length > 1 && memcmp(host, "*.", 2) == 0) {
            at = apr_cpystrn(at, "(" STAR "[.])+", sizeof(STAR) + 8);
            i++;
        }
        else if (host[i] == '*' || host[i] == '.') {
            at = apr_cpystrn(at, piece, sizeof(STAR));
        }
        else {
            *at++ = host[i];
        }
    }
    *at = '\0';
    return out;
}

const char *cors_cure_expression(apr_pool_t *pool, const char *text,
                                 size_t length, cors_flaw flaw)
{
    cors_origin origin;
    const char *host, *port = "";

    if (flaw != CORS_FLAW_WILDCARD || length > CORS_ORIGIN_LENGTH_MAX
        || memchr(text, '\0', length)) {
        return NULL;
    }
    if (length > 2 && memcmp(text + length - 2, ":*", 2) == 0) {
        port = "(:[0-9]+)?";
        length -= 2;
    }
    if (!parse_starred(pool, text, length, &origin)) {
        return NULL;
    }
    host = text + origin.scheme_length + 3;
    if (!memchr(host, '*', origin.host_length)
        || !ends_in_domain(host, origin.host_length)) {
        return NULL;
    }
    if (origin.port != CORS_PORT_DEFAULT) {
        port = apr_psprintf(pool, ":%u", origin.port);
    }
    return apr_pstrcat(pool,
                       apr_pstrmemdup(pool, text, origin.scheme_length),
                       "://", write_host(pool, host, origin.host_length),
                       port, NULL);
}
