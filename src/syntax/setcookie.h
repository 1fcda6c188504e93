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

/*
 * The attributes of a cookie; setcookie.c has a row for each. Those that can
 * be given are appended in this order.
 */
typedef enum {
    CORS_ATTRIBUTE_SAMESITE,
    CORS_ATTRIBUTE_SECURE,
    CORS_ATTRIBUTE_HTTPONLY,
    CORS_ATTRIBUTE_PARTITIONED,
    CORS_ATTRIBUTE_MAX_AGE,
    CORS_ATTRIBUTE_EXPIRES,
    CORS_ATTRIBUTE_DOMAIN,
    CORS_ATTRIBUTE_PATH,
    CORS_ATTRIBUTES                 /* how many there are */
} cors_attribute;

/* The values of SameSite. A flag has one, 1; 0 is none of them. */
enum {
    CORS_SAMESITE_NONE = 1,
    CORS_SAMESITE_LAX,
    CORS_SAMESITE_STRICT
};

/*
 * What a browser takes from the field. Of an attribute that is repeated the
 * last one counts.
 */
typedef struct {
    cors_text field;                /* all of it */
    cors_text name;
    cors_text domain;               /* as written; empty: host-only */
    cors_text path;                 /* empty: none, or one without '/' */
    unsigned has_max_age:1;
    unsigned max_age_over:1;        /* Max-Age of 0 or less */
    unsigned char has[CORS_ATTRIBUTES]; /* values of those to be given */
    apr_array_header_t *pieces;     /* all that are known; NULL: none */
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
int cors_setcookie_parse(apr_pool_t *pool, cors_setcookie *cookie,
                         const char *text, size_t length);

/*
 * Whether the field has an Expires that can be read; *seconds is set to the
 * last one, since 1970.
 *
 * yes: "sid=; Expires=Fri, 31 Dec 2100 00:00:00 GMT; Expires=soon"
 * no:  "sid=", "sid=; Expires=soon"
 */
int cors_setcookie_expires(const cors_setcookie *cookie, int64_t *seconds);

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
 * How an attribute is written with a value, from pool; NULL where it cannot
 * be given that.
 *
 * yes: SAMESITE, 1 is "SameSite=None", SECURE, 1 is "Secure"
 * no:  SECURE, 2 and whatever of Max-Age
 */
const char *cors_setcookie_word(apr_pool_t *pool, int attribute, int value);

/*
 * Several of them, each behind the same text, from pool; "": there is none.
 * gives: by cors_attribute the value, 0 for those that are not given.
 *
 * example: "; SameSite=None; Secure"
 */
const char *cors_setcookie_words(apr_pool_t *pool, const char *before,
                                 const unsigned char *gives);

/*
 * The field with other attributes: those removed (by cors_attribute, other
 * than 0) go wherever they stood, in any case, with any value, and the tail
 * follows. All other bytes stay as they are, in their order.
 *
 * Returns the field itself where nothing changes; otherwise a new value from
 * pool, ended by NUL.
 *
 * Secure and SameSite removed, tail "; SameSite=None; Secure":
 * yes: "a=1;secure ; Path=/" becomes "a=1; Path=/; SameSite=None; Secure"
 * no:  "a=1; SameSite=None; Secure" is returned as it came
 */
cors_text cors_setcookie_rewrite(apr_pool_t *pool,
                                 const cors_setcookie *cookie,
                                 const unsigned char *removed,
                                 cors_text tail);

#endif
