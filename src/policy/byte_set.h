/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_BYTE_SET_H
#define CORS_BYTE_SET_H

#include <stddef.h>

/*
 * What a regular expression (pcre2pattern(3)) has for one byte of its
 * subject: a dot, a class, an escape. Which bytes these are is known only as
 * far as the reading of origins needs it.
 */
typedef struct cors_byte_set {
    unsigned single : 1;        /* one byte only, */
    char byte;                  /* this one; else: */
    unsigned edge : 1;          /* it can be a dot or a slash */
    unsigned slash : 1;         /* it may be a slash */
} cors_byte_set;

/*
 * Read one, ended by NUL or by what stands behind it. Returns how many bytes
 * of the expression it takes; 0 where it is not understood: no claim is made
 * of bytes that only some versions of PCRE read so. A negated class that
 * excludes the dot has no edge, though a slash may be in it.
 *
 * yes: "\." and "[.]" and "\x2e" (the byte .), "[^/]" and "\S" (edge),
 *      "[a-z]", "[[:alnum:]-]", "\d" (no edge)
 * no:  "\1", "\Q", "\x2d", "[a", "[\Qa]", "[[.a.]]"
 */
size_t cors_byte_set_read(const char *at, cors_byte_set *set);

#endif
