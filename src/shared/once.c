/* SPDX-License-Identifier: Apache-2.0 */
#include "shared/once.h"

#include <apr_time.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "policy/hash.h"
#include "shared/memory.h"

#define SETS 128
#define WAYS 8
#define HOUR 3600
#define MINUTE 60

/*
 * A thing has its place in one set: half of its hash, and when it was said
 * in seconds; 0 is free.
 */
typedef struct said {
    apr_uint64_t entries[SETS][WAYS];
} said;

#define SAID(hash, time) ((hash) << 32 | (apr_uint32_t)(time))
#define HASH_OF(entry) ((apr_uint32_t)((entry) >> 32))
#define TIME_OF(entry) ((apr_uint32_t)(entry))

static said own;
static said *shared = &own;

void cors_once_open(apr_pool_t *process_pool)
{
    void *memory;

    cors_memory_open(process_pool, "mod_cors_cookies once", sizeof(said),
                     &memory);
    shared = memory ? memory : &own;
}

static apr_uint64_t hash_line(unsigned what, pid_t child, cors_place line)
{
    struct key {
        unsigned what;
        int line;
        pid_t child;
        char file[256];
    } key;
    const char *file = line.file ? line.file : "";
    size_t length = strlen(file);

    if (length > sizeof(key.file)) {
        file += length - sizeof(key.file);
        length = sizeof(key.file);
    }
    key.what = what;
    key.line = line.line;
    key.child = child;
    memcpy(key.file, file, length);
    return cors_hash(&key, offsetof(struct key, file) + length);
}

static apr_uint64_t hash_thing(unsigned what, pid_t child,
                               const cors_policy *policy)
{
    static const cors_place any = { NULL, 0 };

    return hash_line(what, child, policy->htaccess ? any : policy->place);
}

static apr_uint64_t load(apr_uint64_t *entry)
{
    return __atomic_load_n(entry, __ATOMIC_RELAXED);
}

/* Whoever writes the entry first has the word. */
static int take(apr_uint64_t *entry, apr_uint64_t before, apr_uint64_t fresh)
{
    return __atomic_compare_exchange_n(entry, &before, fresh, 0,
                                       __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

/* period: in seconds; 0: it is never said again. */
static int is_first(apr_uint64_t hash, apr_uint32_t period)
{
    apr_uint64_t *set = shared->entries[(hash >> 32) % SETS], *oldest = set;
    apr_uint64_t fresh = SAID(hash, apr_time_sec(apr_time_now()));
    int i;

    for (i = 0; i < WAYS; i++) {
        apr_uint64_t there = load(&set[i]);

        if (there != 0 && HASH_OF(there) == HASH_OF(fresh)) {
            return period != 0
                   && TIME_OF(fresh) - TIME_OF(there) >= period
                   && take(&set[i], there, fresh);
        }
        if (TIME_OF(there) < TIME_OF(load(oldest))) {
            oldest = &set[i];
        }
    }
    return take(oldest, load(oldest), fresh);
}

int cors_once_an_hour(unsigned what, const cors_policy *policy)
{
    return is_first(hash_thing(what, 0, policy), HOUR);
}

int cors_once_ever(unsigned what, const void *thing, size_t length)
{
    return is_first(cors_hash(thing, length) ^ ((apr_uint64_t)what << 32), 0);
}

int cors_once_a_child(unsigned what, const cors_policy *policy)
{
    return is_first(hash_thing(what, getpid(), policy), 0);
}

int cors_once_a_minute(unsigned what, cors_place line)
{
    return is_first(hash_line(what, 0, line), MINUTE);
}
