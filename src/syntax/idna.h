/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_IDNA_H
#define CORS_IDNA_H

#include <apr_pools.h>
#include <stddef.h>

/*
 * Internationalized host names (UTS #46 as the URL standard uses it, "domain
 * to ASCII"), by libidn2. For the configuration only, Punycode aside: requests
 * carry ASCII. A build without libidn2 knows Punycode alone.
 */

/*
 * Whether what stands behind xn-- in a label is Punycode (RFC 3492, 6.2) of
 * a name with at least one character that is not ASCII. text is ASCII in
 * lower case and need not end in NUL. Time is linear in the length: nothing
 * is built, only checked.
 *
 * yes: "bcher-kva" (bücher), "fiqs8s"
 * no:  "" (nothing), "abc-" (only ASCII), "99999999" (out of Unicode)
 */
int cors_idna_decodes(const char *text, size_t length);

/*
 * Whether a browser knows every xn-- label of a checked host name. Where
 * libidn2 and browsers differ (emoji, hyphens), browsers are right.
 *
 * yes: "xn--bcher-kva.example", "xn--i-7iq.ws" (emoji), "app.example.com"
 * no:  "xn--a-ecp.ru" (a character that no name may have)
 */
int cors_idna_accepts(const char *host, size_t length);

/*
 * The form that a browser sends of a name in UTF-8, from the pool; NULL
 * where there is none or where the build has no libidn2.
 *
 * yes: "Bücher.example" is "xn--bcher-kva.example"   no: bytes of Latin-1
 */
const char *cors_idna_to_ascii(apr_pool_t *pool, const char *host,
                               size_t length);

#endif
