/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/originset.h"

#include <apr_strings.h>
#include <string.h>

#include "syntax/cure.h"
#include "syntax/site.h"

static void offence_note(apr_pool_t *pool, cors_offence *offence,
                         const cors_pattern *pattern, cors_place place)
{
    if (!offence->pattern) {
        offence->pattern = apr_pstrmemdup(pool, pattern->text,
                                          pattern->length);
        offence->place = place;
    }
}

/*
 * A wildcard over loopback's own names opens no door: they are this machine.
 */
static int is_over_public_suffix(const cors_pattern *pattern)
{
    const cors_origin *origin = &pattern->origin;

    return pattern->subdomains
           && !cors_host_is_loopback(origin->host, origin->host_length)
           && cors_site_is_public_suffix(origin->host, origin->host_length);
}

cors_flaw cors_originset_add(apr_pool_t *pool, cors_origin_set *set,
                             const char *text, size_t length,
                             cors_place place)
{
    int excluded = length > 0 && text[0] == '!';
    cors_matcher **matcher = excluded ? &set->excluded : &set->admitted;
    cors_pattern pattern;
    cors_flaw flaw = cors_pattern_parse(text + excluded, length - excluded,
                                        &pattern);

    if (flaw != CORS_FLAW_NONE) {
        return flaw;
    }
    if (!*matcher) {
        *matcher = cors_matcher_create(pool);
    }
    cors_matcher_add(*matcher, &pattern);
    if (excluded) {
        return CORS_FLAW_NONE;
    }
    set->wildcards |= pattern.subdomains || pattern.any_port;
    if (cors_origin_is_insecure(&pattern.origin)) {
        offence_note(pool, &set->insecure, &pattern, place);
    }
    if (is_over_public_suffix(&pattern)) {
        offence_note(pool, &set->suffix, &pattern, place);
    }
    return CORS_FLAW_NONE;
}

const char *cors_originset_cure(apr_pool_t *pool, const char *text,
                                cors_flaw flaw)
{
    int excluded = text[0] == '!';
    const char *cure = cors_cure_pattern(pool, text + excluded,
                                         strlen(text + excluded), flaw);

    return cure && excluded ? apr_pstrcat(pool, "!", cure, NULL) : cure;
}
