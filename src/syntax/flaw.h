/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_FLAW_H
#define CORS_FLAW_H

/*
 * What can be wrong with an origin, or with an origin pattern.
 *
 * The parsers of host.h, origin.h and pattern.h answer with one of these.
 * cors_flaw_text() has the sentence for each, written so that it can stand
 * behind "CORSAllowOrigin 'value': ".
 *
 * yes: cors_flaw_text(CORS_FLAW_PATH)  "an origin has no path"
 * no:  CORS_FLAW_NONE has no sentence: it is no flaw (NULL)
 */
typedef enum {
    CORS_FLAW_NONE = 0,
    CORS_FLAW_EMPTY,
    CORS_FLAW_NULL,
    CORS_FLAW_LIST,
    CORS_FLAW_REGEX,
    CORS_FLAW_LONG,
    CORS_FLAW_CHARACTER,
    CORS_FLAW_CHARACTER_OPAQUE,
    CORS_FLAW_NOT_ASCII,
    CORS_FLAW_UPPER_CASE,
    CORS_FLAW_NO_SCHEME,
    CORS_FLAW_SCHEME,
    CORS_FLAW_SCHEME_LONG,
    CORS_FLAW_FILE,
    CORS_FLAW_USERINFO,
    CORS_FLAW_PATH,
    CORS_FLAW_QUERY,
    CORS_FLAW_FRAGMENT,
    CORS_FLAW_NO_HOST,
    CORS_FLAW_HOST_LONG,
    CORS_FLAW_LABEL_EMPTY,
    CORS_FLAW_LABEL_LONG,
    CORS_FLAW_LABEL_XN,
    CORS_FLAW_NUMBER,
    CORS_FLAW_IPV4,
    CORS_FLAW_IPV6,
    CORS_FLAW_IPV6_FORM,
    CORS_FLAW_IPV6_MAPPED,
    CORS_FLAW_IPV6_BRACKETS,
    CORS_FLAW_PORT,
    CORS_FLAW_PORT_RANGE,
    CORS_FLAW_PORT_PADDED,
    CORS_FLAW_PORT_DEFAULT,
    CORS_FLAW_WILDCARD,
    CORS_FLAW_WILDCARD_SCHEME,
    CORS_FLAW_WILDCARD_ADDRESS,
    CORS_FLAW_WILDCARD_XN,
    CORS_FLAW_COUNT
} cors_flaw;

/* The sentence for a flaw; static; NULL for CORS_FLAW_NONE. */
const char *cors_flaw_text(cors_flaw flaw);

#endif
