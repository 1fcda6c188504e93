/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_WILD_LABELS_H
#define CORS_WILD_LABELS_H

#include <apr_pools.h>

#include "syntax/pattern.h"
#include "policy/stem.h"

/*
 * Which labels with a star there may be under which parent: not the labels,
 * which a set of patterns has, but how long they are in front of the star and
 * behind it. A label has few places where it can be cut so, next to a '-',
 * and so few stems are left to look for, however many patterns there are.
 *
 * Filled while the configuration is read, constant afterwards.
 */
typedef struct cors_wild_labels cors_wild_labels;

/* None yet; they live in the pool. */
cors_wild_labels *cors_wild_labels_create(apr_pool_t *pool);

/* Note a pattern with a star inside the first label. */
void cors_wild_labels_add(cors_wild_labels *labels,
                          const cors_pattern *pattern);

/*
 * Call visit with each stem that a pattern may have whose star stands for
 * part of the first bytes of the host, label_length of them, a dot behind
 * them; until it answers other than NULL, which is returned. Patterns noted
 * before are never left out; others may come too.
 *
 * With pr-*.example.com noted
 * yes: that, over the origin's scheme, for pr-7.example.com
 * no:  for pr-.example.com, pr7.example.com, pr-7.example.net, and
 *      for xn--pr-7.example.com whatever was noted
 */
typedef const char *cors_stem_visit(const void *data, cors_stem *stem);
const char *cors_wild_labels_each(const cors_wild_labels *labels,
                                  const cors_origin *origin,
                                  size_t label_length,
                                  cors_stem_visit *visit, const void *data);

#endif
