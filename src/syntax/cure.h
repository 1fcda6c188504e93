/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_CURE_H
#define CORS_CURE_H

#include <apr_pools.h>
#include <stddef.h>

#include "syntax/flaw.h"

/*
 * What to write instead of an origin pattern that was refused.
 *
 * text, length: the pattern as it was written, without the ! of an
 * exclusion; flaw: what cors_pattern_parse said of it. Returns a pattern
 * that cors_pattern_parse accepts, in printable ASCII, from the pool; NULL
 * where nothing can be computed. Several flaws at once are cured together.
 * It may guess what was left out (https:), it never guesses a name, and it
 * never widens a pattern but to *. and :* where a star was written so badly
 * that nothing else can be meant.
 *
 * yes: "HTTPS://App.Example.com:443/" gives "https://app.example.com",
 *      "localhost:3000" gives "http://localhost:3000",
 *      "http://0x7f.1" gives "http://127.0.0.1",
 *      "pr-*.Example.com" gives "https://pr-*.example.com"
 * no:  "null", "file:///index.html", "app*.example.com" behind a scheme
 */
const char *cors_cure_pattern(apr_pool_t *pool, const char *text,
                              size_t length, cors_flaw flaw);

/*
 * The same for several origins that were written as one, cured one by one
 * and separated by blanks; NULL where one cannot be, and where there is only
 * one.
 *
 * yes: "a.example.com,b.example.com/" gives the two of them behind https:
 */
const char *cors_cure_origins(apr_pool_t *pool, const char *text,
                              size_t length);

/*
 * The regular expression, for the directive that takes one, that says what a
 * pattern was to say whose stars stand where none may: each as one or more
 * letters, digits, - or _. From the pool; NULL where it would match names
 * that anybody can register, or nothing can be computed.
 *
 * Behind https:, two slashes and
 * yes: "a.b-*.example.com" gives "a[.]b-[a-z0-9_-]+[.]example[.]com"
 * no:  "example.*", "app.*example.com"
 */
const char *cors_cure_expression(apr_pool_t *pool, const char *text,
                                 size_t length, cors_flaw flaw);

/*
 * The step of it for the host alone: text, length: what stands where the
 * host should, *. and the like in front included. *subdomains: set where a
 * *. belongs in front of the result. Returns the host as a browser sends it
 * (still to be checked), from the pool, or NULL.
 *
 * yes: ".Example.com" gives "example.com" with *. , "127.1" "127.0.0.1",
 *      "[2001:DB8:0:0::1%eth0]" "[2001:db8::1]"
 */
const char *cors_cure_host(apr_pool_t *pool, const char *text,
                           size_t length, int *subdomains);

#endif
