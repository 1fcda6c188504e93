/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_ORIGIN_H
#define CORS_ORIGIN_H

#include <stddef.h>

#include "syntax/ascii.h"
#include "syntax/flaw.h"
#include "syntax/host.h"

#define CORS_ORIGIN_LENGTH_MAX 512
#define CORS_SCHEME_LENGTH_MAX 64

/* No port is written: it is the scheme's default one. */
#define CORS_PORT_DEFAULT 0

/*
 * A serialized origin, taken apart (HTML standard, "serialization of an
 * origin"; Fetch, "Origin header"). Points into the text it was made from.
 */
typedef struct cors_origin {
    const char *text;
    size_t length;
    size_t scheme_length;       /* without :// */
    const char *host;
    size_t host_length;
    cors_host_kind host_kind;
    unsigned port;              /* CORS_PORT_DEFAULT or 1 to 65535 */
} cors_origin;

/*
 * Take an origin apart. text: its bytes, length: how many; need not end in
 * NUL; must live as long as *origin, which is complete only where the answer
 * is CORS_FLAW_NONE. Strict: whatever a browser would have written in
 * another way is a flaw.
 *
 * yes: "https://app.example.com", "http://localhost:3000",
 *      "capacitor://localhost", "app://."
 * no:  "https://app.example.com/" (PATH), "https://app.example.com:443"
 *      (PORT_DEFAULT), "null" (NULL)
 */
cors_flaw cors_origin_parse(const char *text, size_t length,
                            cors_origin *origin);

/*
 * The steps of it, for the pattern parser. In their order:
 *
 * cors_origin_whole_flaw: what the text as a whole says: EMPTY, NULL, LIST
 * or LONG.
 * cors_origin_parse_scheme: sets *scheme_length where text starts with a
 * scheme and ://.
 * cors_origin_parse_authority: host[:port]; takes origin->text and
 * origin->scheme_length as they are, sets the fields behind them.
 */
cors_flaw cors_origin_whole_flaw(const char *text, size_t length);
cors_flaw cors_origin_parse_scheme(const char *text, size_t length,
                                   size_t *scheme_length);
cors_flaw cors_origin_parse_authority(const char *text, size_t length,
                                      cors_origin *origin);

/* http or https: what a browser shows pages of. */
static inline int cors_origin_is_web(const cors_origin *origin)
{
    return cors_ascii_same(origin->text, origin->scheme_length, "https")
           || cors_ascii_same(origin->text, origin->scheme_length, "http");
}

/* The default port of a scheme (URL standard, special schemes); 0: none. */
unsigned cors_origin_default_port(const char *scheme, size_t length);

/*
 * Whether credentials to this origin travel unprotected: http to a host that
 * is not loopback.
 *
 * yes: "http://app.example.com"   no: "http://localhost:3000", https:
 */
int cors_origin_is_insecure(const cors_origin *origin);

/*
 * An origin as a request sends it: taken apart once, and only where somebody
 * asks for its parts. Set text and length, and the rest to 0.
 */
typedef struct cors_sent_origin {
    const char *text;
    size_t length;
    cors_origin parts;          /* complete where flaw is NONE */
    cors_flaw flaw;
    unsigned is_parsed : 1;
    unsigned was_too_much : 1;  /* an expression gave up on it */
} cors_sent_origin;

/* Its parts, by cors_origin_parse(), whose answer this is. */
cors_flaw cors_sent_origin_parse(cors_sent_origin *origin);

#endif
