/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/hash.h"

#include <apr_general.h>
#include <apr_siphash.h>

static unsigned char hash_key[APR_SIPHASH_KSIZE];

void cors_hash_start(void)
{
    apr_generate_random_bytes(hash_key, sizeof(hash_key));
}

apr_uint64_t cors_hash(const void *bytes, size_t length)
{
    return apr_siphash24(bytes, length, hash_key);
}

unsigned int cors_hash_of_key(const char *key, apr_ssize_t *length)
{
    return (unsigned int)cors_hash(key, (size_t)*length);
}
