/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_HASH_H
#define CORS_HASH_H

#include <apr_hash.h>
#include <stddef.h>

/*
 * A hash of bytes that nobody can make collide who does not know its key
 * (SipHash-2-4): a .htaccess is written by somebody else, and read with
 * every request.
 */

/* Draw the key: at the module's start, before anything is read. */
void cors_hash_start(void);

/* From the start of the process to the next reading: the same for the same. */
apr_uint64_t cors_hash(const void *bytes, size_t length);

/*
 * The same for apr_hash_make_custom(), where strangers choose the keys; each
 * is given with its length.
 */
unsigned int cors_hash_of_key(const char *key, apr_ssize_t *length);

#endif
