/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_HOST_H
#define CORS_HOST_H

#include <stddef.h>

#include "syntax/flaw.h"

/*
 * The host of an origin, exactly as a browser writes it (URL standard,
 * host serializing): a DNS name in lower case, an IPv4 dotted quad, an IPv6
 * address in brackets in its shortest form, or an opaque one.
 */
typedef enum {
    CORS_HOST_NAME,
    CORS_HOST_IPV4,
    CORS_HOST_IPV6,
    CORS_HOST_OPAQUE
} cors_host_kind;

#define CORS_HOST_LENGTH_MAX   253
#define CORS_LABEL_LENGTH_MAX  63

/*
 * Check a host. text: its bytes, length: how many; need not end in NUL.
 * kind: set where the answer is CORS_FLAW_NONE.
 * A name has labels of 1 to 63 bytes, 253 in all; '_' is accepted, and so
 * is one trailing dot (another host than the one without). URL standard,
 * "ends in a number": a last label that is a number makes it an address.
 *
 * yes: "app.example.com", "localhost.", "192.0.2.7", "[2001:db8::1]"
 * no:  "App.example.com" (UPPER_CASE), "192.0.2" (IPV4), ".example.com"
 */
cors_flaw cors_host_check(const char *text, size_t length,
                          cors_host_kind *kind);

/*
 * The same behind a scheme that browsers know nothing of (URL standard,
 * opaque-host parser): one or more letters, digits and -._~%+ in any case,
 * or an IPv6 address in brackets.
 *
 * yes: ".", "6B4F1A6E-0B6B-4C37-9A3E-1F0A6B3F3A11", "127.1"
 * no:  "" (NO_HOST), "a!b" (CHARACTER_OPAQUE)
 */
cors_flaw cors_host_check_opaque(const char *text, size_t length,
                                 cors_host_kind *kind);

/*
 * Whether a checked host is this machine: localhost and its subdomains, with
 * or without trailing dot, 127.0.0.0/8, [::1] (Secure Contexts, 3.1).
 *
 * yes: "app.localhost", "127.0.0.42"    no: "localhost.example.com"
 */
int cors_host_is_loopback(const char *text, size_t length);

#define CORS_HOST_IPV6_SIZE 48

/*
 * Write the shortest form of an IPv6 address (URL standard, IPv6 serializer)
 * with its brackets. bytes: the 16 of the address; out: room for
 * CORS_HOST_IPV6_SIZE bytes, ends in NUL. Returns its length.
 *
 * yes: 2001:0db8:0:0:0:0:0:1 is written "[2001:db8::1]"
 */
size_t cors_host_write_ipv6(const unsigned char bytes[16], char *out);

#endif
