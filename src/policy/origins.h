/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_ORIGINSET_H
#define CORS_ORIGINSET_H

#include <stddef.h>

#include "policy/policy.h"

/*
 * Add what stands in a list of origins: a pattern, or ! and a pattern.
 *
 * pool: the set's; text: must live as long, and end in NUL; place: for
 * messages about what credentials make dangerous, which is only noted here
 * (check.h judges it).
 * Returns what is wrong with it; then nothing was added.
 *
 * Over https: and two slashes,
 * yes: "app.example.com", "!old.example.com"   no: "app.example.com/"
 */
cors_flaw cors_originset_add(apr_pool_t *pool, cors_origin_set *set,
                             const char *text, size_t length,
                             cors_place place);

/* What to write instead of text, ! included; NULL where nobody knows. */
const char *cors_originset_cure(apr_pool_t *pool, const char *text,
                                cors_flaw flaw);

#endif
