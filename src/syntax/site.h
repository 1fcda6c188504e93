/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_SITE_H
#define CORS_SITE_H

#include <stddef.h>

/*
 * What belongs to one site (URL standard, "public suffix", "registrable
 * domain" and "same site", schemes aside), by the Public Suffix List that
 * libpsl was built with, its private section included. The list is constant
 * data: nothing is loaded, and any thread may ask at any time; none waits for
 * another.
 *
 * A host is given as text and length, without port, an IPv6 address in
 * brackets; case does not matter; it need not end in NUL.
 */

/* Whether there is a list: libpsl, with one inside. */
int cors_site_has_list(void);

/*
 * Whether strangers can register names under the host: a suffix of the list,
 * any single label that it does not know (localhost excepted), what is no
 * host at all. With or without trailing dot. Without a list single labels
 * only. What was asked lately costs a comparison.
 *
 * yes: "com", "co.uk", "github.io", "kawasaki.jp" (for *.kawasaki.jp)
 * no:  "example.com", "app.github.io", "localhost", "192.0.2.7"
 */
int cors_site_is_public_suffix(const char *host, size_t length);

/*
 * The registrable domain of a host (URL standard): the length of the tail of
 * it that is one, a trailing dot included; 0: it has none, for it is an
 * address, a public suffix or no host. That of localhost and what lies under
 * it is localhost. Without a list it is the last two labels.
 *
 * yes: "www.example.co.uk" (13: "example.co.uk"), "a.localhost." (10)
 * no:  "co.uk", "github.io", "192.0.2.7", "example..com"
 */
size_t cors_site_registrable(const char *host, size_t length);

/*
 * Whether two hosts have the same registrable domain, or are the same host.
 * Addresses, public suffixes and what is no host are on one site with
 * themselves only; so is a name with a trailing dot and the one without.
 * Without a list a host of two labels or more is on one site with the hosts
 * under it, and no others: rather two sites too many than one too few.
 *
 * yes: "www.example.com" and "api.example.com"
 * no:  "a.github.io" and "b.github.io", "a.co.uk" and "b.co.uk",
 *      "example.com" and "example.com."
 */
int cors_site_same(const char *a, size_t a_length,
                   const char *b, size_t b_length);

#endif
