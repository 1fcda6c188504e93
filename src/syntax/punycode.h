/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_PUNYCODE_H
#define CORS_PUNYCODE_H

#include <stddef.h>

/*
 * Whether what stands behind xn-- in a label is Punycode (RFC 3492, 6.2) of
 * a name with at least one character that is not ASCII. text is ASCII in
 * lower case and need not end in NUL. Time is linear in the length: nothing
 * is built, only checked.
 *
 * yes: "bcher-kva" (bücher), "fiqs8s"
 * no:  "" (nothing), "abc-" (only ASCII), "99999999" (out of Unicode)
 */
int cors_punycode_decodes(const char *text, size_t length);

#endif
