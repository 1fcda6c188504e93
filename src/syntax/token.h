/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_TOKEN_H
#define CORS_TOKEN_H

#include <stddef.h>

/*
 * Tokens (RFC 9110, 5.6.2), lists of them, and what Fetch says of the methods
 * and header names that are written with them. All take pointer and length.
 */

/* yes: "X-Requested-With"   no: "", "X Y", "X:Y", bytes from 0x80 */
int cors_token_is(const char *text, size_t length);

/* Whether two names are the same, ASCII case aside. */
int cors_token_same(const char *a, size_t a_length,
                    const char *b, size_t b_length);

/*
 * Whether a name, ended by NUL, may be one of Access-Control-*: a look at
 * single bytes, which tells nearly all others.
 *
 * yes: "access-control-max-age", "Access"   no: "Accept-Ranges", "ac"
 */
static inline int cors_token_may_be_access(const char *name)
{
    return (name[0] | 0x20) == 'a' && (name[1] | 0x20) == 'c' && name[2]
           && name[3] && name[4] && (name[5] | 0x20) == 's';
}

/*
 * A field value that is a list: elements between commas, blanks and tabs
 * around them left out, empty elements included (RFC 9110, 5.6.1).
 */
typedef struct cors_list {
    const char *at;             /* NULL: no element left */
    const char *end;
} cors_list;

/* Stand in front of the first element. An empty value has none. */
void cors_list_start(cors_list *list, const char *text, size_t length);

/*
 * Step to the next element. Returns 1 and sets *element and *length (0 for
 * an empty one), or 0 where there is none left.
 *
 * example: "a, ,b" has the elements "a", "" and "b"
 */
int cors_list_next(cors_list *list, const char **element, size_t *length);

/* Whether a list has this element, ASCII case aside. */
int cors_list_has(const char *text, size_t length, const char *name,
                  size_t name_length);

/* What makes a name of a list impossible; cors_name_flaw_text has words. */
typedef enum {
    CORS_NAME_OK = 0,
    CORS_NAME_NO_TOKEN,
    CORS_NAME_METHOD_FORBIDDEN,
    CORS_NAME_HEADER_FORBIDDEN,
    CORS_NAME_HEADER_ANSWER,
    CORS_NAME_EXPOSED_COOKIE,
    CORS_NAME_EXPOSED_SENSELESS,
    CORS_NAME_WILDCARD,
    CORS_NAME_ALL,
    CORS_NAME_COUNT
} cors_name_flaw;

typedef cors_name_flaw cors_name_check(const char *text, size_t length);

/*
 * What people write where a name is to stand, and mean "any".
 *
 * yes: "X-Custom-*" (WILDCARD), "ALL" (ALL)   no: "*", "PUT" (OK)
 */
cors_name_flaw cors_name_check_any(const char *text, size_t length);

/*
 * A method that a script can send (Fetch, "forbidden method").
 *
 * yes: "PUT", "patch", "PROPFIND"   no: "CONNECT", "trace", "P UT"
 */
cors_name_flaw cors_method_check(const char *text, size_t length);

/*
 * Fetch, "normalize a method": the upper-case form of delete, get, head,
 * options, post and put in any case, else NULL: the method keeps its case.
 */
const char *cors_method_normalized(const char *text, size_t length);

/* Fetch, "CORS-safelisted method": GET, HEAD, POST, in this case only. */
int cors_method_is_safelisted(const char *text, size_t length);

/*
 * A request header that a script can set (Fetch, "forbidden
 * request-header").
 *
 * yes: "Authorization", "X-Requested-With"   no: "Cookie", "Sec-Fetch-Site"
 */
cors_name_flaw cors_request_header_check(const char *text, size_t length);

/*
 * A response header that a script can be allowed to read.
 *
 * yes: "X-Total-Count"   no: "Set-Cookie", "Access-Control-Max-Age"
 */
cors_name_flaw cors_exposed_header_check(const char *text, size_t length);

/* The sentence for a flaw; static; NULL for CORS_NAME_OK. */
const char *cors_name_flaw_text(cors_name_flaw flaw);

#endif
