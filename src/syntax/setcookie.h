/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_SETCOOKIE_H
#define CORS_SETCOOKIE_H

#include <stddef.h>
#include <stdint.h>

#include <apr_pools.h>
#include <apr_tables.h>

#include "syntax/ascii.h"

/*
 * One Set-Cookie field as a browser reads it (RFC 6265bis, 5.6 and 5.7), and
 * the same field with other attributes.
 *
 * A field is given as text (its bytes) and length (how many); it need not
 * end in NUL. Everything runs in time linear in the length, whatever the
 * bytes. Where a pool is taken, the result lives in it; nothing else is
 * allocated.
 */

typedef enum {
    CORS_SAMESITE_UNSET = 0,
    CORS_SAMESITE_NONE,
    CORS_SAMESITE_LAX,
    CORS_SAMESITE_STRICT
} cors_samesite;

/*
 * What a browser takes from the field. Of an attribute that is repeated the
 * last one counts.
 */
typedef struct {
    cors_text name;
    cors_text domain;     /* as written; empty: host-only */
    cors_text path;       /* empty: none, or one without '/' */
    int64_t expires;                /* seconds since 1970, if has_expires */
    cors_samesite samesite;         /* UNSET: none, or an unknown value */
    unsigned secure:1;
    unsigned httponly:1;
    unsigned partitioned:1;
    unsigned has_max_age:1;
    unsigned max_age_over:1;        /* Max-Age of 0 or less */
    unsigned has_expires:1;
} cors_setcookie;

/*
 * Read a field. Answers 1 and fills cookie, whose parts point into text; or
 * 0 where the field is no cookie: it has no name, or a control character
 * other than a tab. (Browsers store "=value" and "value" as cookies without
 * a name; nobody can mean those.) cookie is then undefined.
 *
 * yes: "sid=1; Path=/", " my name = a=b ;;SECURE=no", "__Host-a="
 * no:  "sid", "=1", "; Path=/", "sid=a\rb"
 */
int cors_setcookie_parse(cors_setcookie *cookie, const char *text,
                         size_t length);

/*
 * Whether the field makes the browser forget the cookie: Max-Age of 0 or
 * less or, without a valid Max-Age, Expires not after now (seconds since
 * 1970).
 *
 * yes: "sid=; Max-Age=0; Expires=Fri, 31 Dec 2100 00:00:00 GMT"
 * no:  "sid=", "sid=; Max-Age=; Expires=soon"
 */
int cors_setcookie_is_deletion(const cors_setcookie *cookie, int64_t now);

/*
 * What one line of CORSCookieAttributes gives, and to which cookies. Zeroed
 * it gives nothing to all of them. cors_setcookie_rule_add() fills it.
 */
typedef struct {
    cors_samesite samesite;         /* UNSET: not given */
    unsigned secure:1;
    unsigned httponly:1;
    unsigned partitioned:1;
    unsigned none:1;                /* the word none was written */
    apr_array_header_t *only;       /* cors_text; NULL: all */
} cors_setcookie_rule;

/*
 * Give a field the rule's attributes: each of them is removed wherever it
 * stood, in any case, with any value, and appended once, in the order
 * SameSite, Secure, HttpOnly, Partitioned. All other bytes stay as they are,
 * in their order. Whom the rule is for is not asked.
 *
 * Returns text itself where nothing changes, no cookie included; otherwise a
 * new value from pool, ended by NUL. new_length: the length of what is
 * returned.
 *
 * Secure and SameSite=None given:
 * yes: "a=1;secure ; Path=/" becomes "a=1; Path=/; SameSite=None; Secure"
 * no:  "a=1; SameSite=None; Secure" is returned as it came
 */
const char *cors_setcookie_rewrite(apr_pool_t *pool, const char *text,
                                   size_t length,
                                   const cors_setcookie_rule *rule,
                                   size_t *new_length);

/*
 * The same field without Partitioned, for the deletion that also ends a
 * session from before the cookie was partitioned. Returns as
 * cors_setcookie_rewrite() does.
 *
 * yes: "a=; Max-Age=0; Secure; Partitioned" -> "a=; Max-Age=0; Secure"
 * no:  "a=Partitioned; Max-Age=0" is returned as it came
 */
const char *cors_setcookie_unpartition(apr_pool_t *pool, const char *text,
                                       size_t length, size_t *new_length);

/*
 * What tells this cookie from others in a browser's store (RFC 6265bis, 5.7:
 * name, domain and path), as a key for apr_hash_get(). Partitioned is not
 * part of it. From pool; key_length: its length in bytes.
 *
 * yes: "a=1; Domain=.Example.com" and "a=; domain=example.com": one key
 * no:  "a=1" and "A=1", "a=1; Path=/" and "a=1": two
 */
const char *cors_setcookie_key(apr_pool_t *pool,
                               const cors_setcookie *cookie,
                               size_t *key_length);

/*
 * Why a browser refuses or withholds a cookie in cross-site requests. Bits:
 * several can hold.
 */
typedef enum {
    CORS_WITHHELD_SAMESITE = 1 << 0,      /* no SameSite=None */
    CORS_WITHHELD_NOT_SECURE = 1 << 1,    /* no Secure */
    CORS_WITHHELD_CLEARTEXT = 1 << 2,     /* Secure over http, no loopback */
    CORS_WITHHELD_UNPARTITIONED = 1 << 3, /* no Partitioned: a hint */
    CORS_WITHHELD_END = 1 << 4
} cors_withheld;

/*
 * The reasons for a cookie as it is sent. cleartext: the connection is http,
 * not https; loopback: its host is loopback (cors_host_is_loopback()).
 * 0: nothing stands in its way.
 *
 * yes: "a=1; Secure", https: SAMESITE | UNPARTITIONED
 * no:  "a=1; SameSite=None; Secure; Partitioned", https: 0
 */
unsigned cors_setcookie_withheld(const cors_setcookie *cookie,
                                 int cleartext, int loopback);

/* The sentence for one reason, static; NULL for what is none. */
const char *cors_setcookie_withheld_text(unsigned reason);

/*
 * Take one argument of CORSCookieAttributes into a rule (zeroed before the
 * first): none, SameSite=None, SameSite=Lax, SameSite=Strict, Secure,
 * HttpOnly, Partitioned, or only=name[,name...]; all but the names of
 * cookies in any case. What the rule keeps is copied to pool.
 *
 * Returns NULL, or the message that refuses the line, from pool: it names
 * the directive, the argument, what is wrong and what to write.
 *
 * yes: "samesite=none", "only=sid,__Host-id"
 * no:  "SameSite", "SameSite=Off", "Secure=On", "only=", "only=a,,b"
 */
const char *cors_setcookie_rule_add(apr_pool_t *pool,
                                    cors_setcookie_rule *rule,
                                    const char *word);

/*
 * Check a rule after its last argument: none stands alone, Partitioned and
 * SameSite=None go with Secure, only= goes with an attribute. Returns as
 * cors_setcookie_rule_add() does; the message shows the whole line to write.
 *
 * yes: SameSite=None Secure        no: SameSite=None
 */
const char *cors_setcookie_rule_check(apr_pool_t *pool,
                                      const cors_setcookie_rule *rule);

/*
 * The rule's arguments as one would write them, from pool: "none" or
 * "SameSite=None Secure only=sid".
 */
const char *cors_setcookie_rule_text(apr_pool_t *pool,
                                     const cors_setcookie_rule *rule);

/*
 * Whether the rule is for the cookie of this name (its bytes and length):
 * it names it exactly, or names none.
 *
 * yes: only=sid for "sid"        no: only=sid for "SID"
 */
int cors_setcookie_rule_applies(const cors_setcookie_rule *rule,
                                const char *name, size_t length);

/* One field of a response. where: the caller's own mark (which table). */
typedef struct {
    const char *value;
    int where;
} cors_setcookie_field;

/*
 * All Set-Cookie fields of a response after a scope's rules.
 *
 * fields: cors_setcookie_field, in order, values ended by NUL; rules:
 * cors_setcookie_rule, in order: the first that applies to a cookie's name
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
const apr_array_header_t *cors_setcookie_apply(
    apr_pool_t *pool, const apr_array_header_t *fields,
    const apr_array_header_t *rules, int64_t now);

#endif
