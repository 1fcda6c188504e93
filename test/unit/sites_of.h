/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITES_OF_H
#define SITES_OF_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <apr_strings.h>

#include "policy/expression_sites.h"
#include "pool.h"

/* The sites that expressions name, as a row of a table has them. */
static cors_named_sites found;
static cors_expression_sites all;

static void read_text(const char *text)
{
    cors_expression_sites_find(pool, cors_expression_tree_read(pool, text),
                               &all);
    found = all.named;
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const cors_named_site *)a)->text,
                  ((const cors_named_site *)b)->text);
}

/* Its sites, in the order of the alphabet, blanks between them. */
static const char *sites_of(const char *text)
{
    cors_named_site sites[CORS_NAMED_SITES_MAX];
    const char *all = "";
    size_t i;

    read_text(text);
    memcpy(sites, found.sites, found.count * sizeof(*sites));
    qsort(sites, found.count, sizeof(*sites), compare);
    for (i = 0; i < found.count; i++) {
        assert_int_equal(strlen(sites[i].text), sites[i].length);
        all = apr_pstrcat(pool, all, i > 0 ? " " : "", sites[i].text, NULL);
    }
    return all;
}

typedef struct row {
    const char *text;
    const char *sites;
} row;

static void check(const row *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        const char *sites = sites_of(rows[i].text);

        if (strcmp(sites, rows[i].sites) != 0 || found.too_many) {
            fail_msg("%s names '%s', not '%s'", rows[i].text, sites,
                     rows[i].sites);
        }
    }
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof((rows)[0]))

#endif
