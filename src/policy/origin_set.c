/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/origin_set.h"

#include <apr_strings.h>
#include <string.h>

#include "syntax/site.h"

struct cors_origin_set {
    apr_pool_t *pool;
    const char *path;
    apr_time_t read;
    cors_matcher *admitted;     /* NULL: none */
    cors_matcher *excluded;     /* NULL: none */
    cors_offence insecure;      /* http:, and not loopback */
    cors_offence suffix;        /* *. over a public suffix */
    cors_offence label;         /* a star in a label in front of one */
    cors_text asked;            /* the last host asked about, and */
    unsigned is_suffix : 1;     /* whether it is a public suffix */
    unsigned wildcards : 1;     /* among what is admitted */
    unsigned nobody : 1;        /* it says that it admits none */
};

cors_origin_set *cors_origin_set_create(apr_pool_t *pool, const char *path,
                                        size_t patterns)
{
    cors_origin_set *set = apr_pcalloc(pool, sizeof(*set));

    set->pool = pool;
    set->path = path;
    set->read = path ? apr_time_now() : 0;
    if (patterns > 0) {
        set->admitted = cors_matcher_create(pool);
        cors_matcher_reserve(set->admitted, patterns);
    }
    return set;
}

static void note_offence(apr_pool_t *pool, cors_offence *offence,
                         const cors_pattern *pattern, cors_place place)
{
    if (!offence->pattern) {
        offence->pattern = apr_pstrmemdup(pool, pattern->origin.text,
                                          pattern->origin.length);
        offence->place = place;
    }
}

/*
 * Whether strangers can register names under the host of a wildcard; many
 * wildcards over one host ask once. Those over loopback's own names open no
 * door: they are this machine.
 */
static int is_over_public_suffix(cors_origin_set *set,
                                 const cors_origin *origin)
{
    cors_text host = { origin->host, origin->host_length };

    if (!cors_text_same(set->asked, host)) {
        set->asked = host;
        set->is_suffix = !cors_host_is_loopback(host.text, host.length)
                         && cors_site_is_public_suffix(host.text,
                                                       host.length);
    }
    return set->is_suffix;
}

static void note_admitted(cors_origin_set *set, const cors_pattern *pattern,
                          cors_place place)
{
    set->wildcards |= pattern->subdomains || pattern->label
                      || pattern->any_port;
    if (cors_origin_is_insecure(&pattern->origin)) {
        note_offence(set->pool, &set->insecure, pattern, place);
    }
    if (pattern->subdomains
        && is_over_public_suffix(set, &pattern->origin)) {
        note_offence(set->pool, &set->suffix, pattern, place);
    }
    if (pattern->label
        && (!cors_site_has_list()
            || is_over_public_suffix(set, &pattern->origin))) {
        note_offence(set->pool, &set->label, pattern, place);
    }
}

cors_flaw cors_origin_set_add(cors_origin_set *set, const char *text,
                              size_t length, cors_place place)
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
        *matcher = cors_matcher_create(set->pool);
    }
    cors_matcher_add(*matcher, &pattern);
    if (!excluded) {
        note_admitted(set, &pattern, place);
    }
    return CORS_FLAW_NONE;
}

int cors_origin_set_admits_some(const cors_origin_set *set)
{
    return set->admitted && cors_matcher_count(set->admitted) > 0;
}

void cors_origin_set_admit_nobody(cors_origin_set *set)
{
    set->nobody = 1;
}

int cors_origin_set_admits_nobody(const cors_origin_set *set)
{
    return set->nobody;
}

int cors_origin_set_excludes_some(const cors_origin_set *set)
{
    return set->excluded != NULL;
}

int cors_origin_set_is_harmless(const cors_origin_set *set)
{
    return cors_origin_set_admits_some(set) && !set->insecure.pattern
           && !set->suffix.pattern && !set->label.pattern;
}

const char *cors_origin_set_path(const cors_origin_set *set)
{
    return set->path;
}

apr_time_t cors_origin_set_read_at(const cors_origin_set *set)
{
    return set->read;
}

size_t cors_origin_set_count(const cors_origin_set *set)
{
    return (set->admitted ? cors_matcher_count(set->admitted) : 0)
           + (set->excluded ? cors_matcher_count(set->excluded) : 0);
}

const cors_matcher *cors_origin_set_patterns(const cors_origin_set *set)
{
    return set->admitted;
}

int cors_origin_set_has_open_label(const cors_origin_set *set,
                                   cors_offence *offence)
{
    if (set->label.pattern && offence) {
        *offence = set->label;
    }
    return set->label.pattern != NULL;
}

int cors_origin_set_has(const cors_origin_set *set, const char *text,
                        size_t length)
{
    return set->admitted && cors_matcher_has(set->admitted, text, length);
}

int cors_origin_set_admits(const cors_origin_set *set,
                           const cors_origin *origin)
{
    return set->wildcards
           && cors_matcher_admits_by_wildcard(set->admitted, origin);
}

int cors_origin_set_excludes(const cors_origin_set *set,
                             const cors_origin *origin)
{
    return set->excluded && cors_matcher_admits(set->excluded, origin);
}

int cors_origin_set_unmet_option(const cors_origin_set *set, int options,
                                 cors_offence *offence)
{
    const cors_offence *found = NULL;
    int option = 0;

    if (set->insecure.pattern && !(options & CORS_OPTION_INSECURE_ORIGIN)) {
        found = &set->insecure;
        option = CORS_OPTION_INSECURE_ORIGIN;
    }
    else if (set->suffix.pattern && !(options & CORS_OPTION_PUBLIC_SUFFIX)) {
        found = &set->suffix;
        option = CORS_OPTION_PUBLIC_SUFFIX;
    }
    if (found && offence) {
        *offence = *found;
    }
    return option;
}

static int visit_patterns(const cors_matcher *matcher, cors_origin_seen seen,
                          cors_origin_visit *visit, void *data)
{
    size_t count = matcher ? cors_matcher_count(matcher) : 0, i;
    int answer = 0;

    for (i = 0; !answer && i < count; i++) {
        answer = visit(data, seen, cors_matcher_text(matcher, i), i);
    }
    return answer;
}

int cors_origin_set_each(const cors_origin_set *set,
                         cors_origin_visit *visit, void *data)
{
    int answer = set->path ? visit(data, CORS_SEEN_FILE, set->path, 0) : 0;

    if (!answer) {
        answer = visit_patterns(set->admitted,
                                set->path ? CORS_SEEN_FILE_ADMITTED
                                          : CORS_SEEN_ADMITTED, visit, data);
    }
    return answer ? answer
                  : visit_patterns(set->excluded,
                                   set->path ? CORS_SEEN_FILE_EXCLUDED
                                             : CORS_SEEN_EXCLUDED,
                                   visit, data);
}
