/* SPDX-License-Identifier: Apache-2.0 */

/* Two hosts of any bytes, with a line feed between them. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "syntax/site.h"
#include "policy/origin_set.h"
#include "pool.h"

#define MUST(condition) do { if (!(condition)) abort(); } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Of a wildcard over a host: which option it needs, if it is a pattern. */
static void wildcard_add(const char *host, size_t length)
{
    const char *name = apr_pstrmemdup(pool, host, length);
    cors_place place = { NULL, 0 };
    int is_suffix = cors_site_is_public_suffix(host, length)
                    && !cors_host_is_loopback(host, length);
    int i;

    for (i = 0; i < 4; i++) {
        cors_origin_set *set = cors_origin_set_create(pool, NULL, 0);
        const char *text = apr_pstrcat(pool, i & 1 ? "!" : "", i & 2
                                       ? "https://x-*." : "https://*.", name,
                                       NULL);

        if (cors_origin_set_add(set, text, strlen(text), place)
            != CORS_FLAW_NONE) {
            continue;
        }
        MUST(cors_origin_set_has_open_label(set, NULL)
             == (i == 2 && (is_suffix || !cors_site_has_list())));
        MUST(cors_origin_set_unmet_option(set, 0, NULL)
             == (i == 0 && is_suffix ? CORS_OPTION_PUBLIC_SUFFIX : 0));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *a = (const char *)data;
    const char *between = size ? memchr(a, '\n', size) : NULL;
    size_t a_length = between ? (size_t)(between - a) : size;
    const char *b = between ? between + 1 : a;
    size_t b_length = between ? size - a_length - 1 : size;
    int same = cors_site_same(a, a_length, b, b_length);

    if (!memchr(a, '\0', a_length) && !memchr(a, ':', a_length)) {
        empty_pool();
        wildcard_add(a, a_length);
    }
    MUST(same == cors_site_same(b, b_length, a, a_length));
    MUST(cors_site_same(a, a_length, a, a_length));
    MUST(cors_site_same(b, b_length, b, b_length));
    if (same && cors_site_has_list() && a_length != b_length) {
        MUST(!cors_site_is_public_suffix(a, a_length));
        MUST(!cors_site_is_public_suffix(b, b_length));
    }
    return 0;
}
