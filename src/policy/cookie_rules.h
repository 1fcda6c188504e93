/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_COOKIE_RULES_H
#define CORS_COOKIE_RULES_H

#include <apr_tables.h>
#include <stdint.h>

#include "syntax/setcookie.h"

/*
 * What one line of CORSCookieAttributes gives, and to which cookies.
 */
typedef struct cors_cookie_rule {
    unsigned char gives[CORS_ATTRIBUTES];   /* the value; 0: not given */
    unsigned none:1;                        /* the word none was written */
    apr_array_header_t *only;               /* const char *; NULL: all */
    cors_text tail;                 /* "; SameSite=None; Secure": what it */
    cors_text plain_tail;           /* appends, and without Partitioned */
} cors_cookie_rule;

/* Whether the rule gives any attribute. */
int cors_cookie_rule_gives(const cors_cookie_rule *rule);

/* Once all that it gives is known: write its tails, in the pool. */
void cors_cookie_rule_complete(apr_pool_t *pool, cors_cookie_rule *rule);

/*
 * The rule's arguments as one would write them, from pool: "none" or
 * "SameSite=None Secure only=sid".
 */
const char *cors_cookie_rule_text(apr_pool_t *pool,
                                  const cors_cookie_rule *rule);

/*
 * Whether the rule is for the cookie of this name (its bytes and length): it
 * names it exactly, or how it begins, or names none.
 *
 * yes: only=sid for "sid", only=s* for "s" and "sid"
 * no:  only=sid for "SID", only=s*d for "sid"
 */
int cors_cookie_rule_applies(const cors_cookie_rule *rule, const char *name,
                             size_t length);

/* One field of a response. where: the caller's own mark (which table). */
typedef struct cors_cookie_field {
    const char *value;
    int where;
} cors_cookie_field;

/*
 * All Set-Cookie fields of a response after a section's rules.
 *
 * fields: cors_cookie_field, in order, values ended by NUL; rules:
 * cors_cookie_rule, in order: the first that applies to a cookie's name
 * changes it. now: seconds since 1970.
 *
 * A deletion that gets Partitioned is followed by the same field without
 * it, under the same mark, unless the response deletes that cookie already;
 * such a deletion gets everything but Partitioned. So applying the rules to
 * the result changes nothing.
 *
 * Returns fields itself where nothing changes; otherwise a new array from
 * pool. Values that do not change are not copied.
 *
 * yes (Secure Partitioned): "a=; Max-Age=0" becomes
 *     "a=; Max-Age=0; Secure; Partitioned" and "a=; Max-Age=0; Secure"
 * no:  those two are returned as they came
 */
const apr_array_header_t *cors_cookie_rules_apply(
    apr_pool_t *pool, const apr_array_header_t *fields,
    const apr_array_header_t *rules, int64_t now);

#endif
