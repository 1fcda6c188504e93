/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PAGE_END_H
#define PAGE_END_H

#include <assert.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * A copy of bytes that ends where the readable memory ends, so that a read
 * behind the last one, or of a NUL that the caller never promised, ends the
 * program. Good until the next call. Takes up to PAGE_END_MAX bytes.
 */
#define PAGE_END_MAX (128 * 1024)

static inline const char *page_end_copy(const char *bytes, size_t length)
{
    static char *fence;

    assert(length <= PAGE_END_MAX);
    if (!fence) {
        size_t page = sysconf(_SC_PAGESIZE);
        size_t room = (PAGE_END_MAX + page - 1) / page * page;
        char *memory = mmap(NULL, room + page, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        assert(memory != MAP_FAILED);
        fence = memory + room;
        mprotect(fence, page, PROT_NONE);
    }
    memcpy(fence - length, bytes, length);
    return fence - length;
}

#endif
