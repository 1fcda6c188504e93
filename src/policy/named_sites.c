/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/named_sites.h"

#include <apr_strings.h>
#include <string.h>

#include "syntax/host.h"
#include "syntax/site.h"

void cors_named_sites_init(apr_pool_t *pool, cors_named_sites *named)
{
    memset(named, 0, sizeof(*named));
    named->sites = apr_palloc(pool,
                              CORS_NAMED_SITES_MAX * sizeof(*named->sites));
}

static void add_site(apr_pool_t *pool, cors_named_sites *named,
                     const char *text, size_t length, int touched)
{
    cors_named_site *site = named->sites, *end = site + named->count;

    while (site < end
           && !cors_text_same(*site, (cors_text){ text, length })) {
        site++;
    }
    if (site == named->sites + CORS_NAMED_SITES_MAX) {
        named->too_many = 1;
        return;
    }
    if (site == end) {
        site->text = apr_pstrmemdup(pool, text, length);
        site->length = length;
        named->count++;
    }
    if (touched) {
        named->touched = site->text;
    }
}

/* Whether the first label is none that can be registered: "-a", "a-". */
static int is_cut_label(const char *host, size_t length)
{
    const char *dot = memchr(host, '.', length);
    const char *last = (dot ? dot : host + length) - 1;

    return *host == '-' || *host == '_' || *last == '-' || *last == '_';
}

/* How long the tail of a checked name is that is its site; 0: it has none. */
static size_t site_length(apr_pool_t *pool, cors_named_sites *named,
                          const char *host, size_t length)
{
    size_t tail = cors_site_registrable(host, length);
    const char *suffix;

    if (tail > 0 && !is_cut_label(host + length - tail, tail)) {
        return tail;
    }
    while (tail > 0 && host[length - tail] != '.') {
        tail--;                 /* the label in question */
    }
    suffix = tail > 0 ? host + length - tail + 1 : host;
    named->suffix = apr_pstrmemdup(pool, suffix,
                                   (size_t)(host + length - suffix));
    return 0;
}

int cors_named_sites_add(apr_pool_t *pool, cors_named_sites *named,
                         const char *host, size_t length, size_t most,
                         int touched)
{
    cors_host_kind kind;
    size_t tail = length;

    if (cors_host_check(host, length, &kind) != CORS_FLAW_NONE) {
        return 0;
    }
    if (kind == CORS_HOST_NAME && memchr(host, '.', length)) {
        tail = site_length(pool, named, host, length);
    }
    else if (!cors_host_is_loopback(host, length)) {
        return 0;               /* all other single labels are suffixes */
    }
    if (tail == 0 || (most > 0 && tail > most)) {
        return 0;
    }
    add_site(pool, named, host + length - tail, tail,
             touched && tail == length);
    return 1;
}

int cors_named_sites_cover(const cors_named_site *sites, size_t count,
                           const char *host, size_t length)
{
    size_t i;

    for (i = 0; i < count; i++) {
        size_t tail = sites[i].length;

        if (length >= tail
            && memcmp(host + length - tail, sites[i].text, tail) == 0
            && (length == tail || host[length - tail - 1] == '.')) {
            return 1;
        }
    }
    return 0;
}
