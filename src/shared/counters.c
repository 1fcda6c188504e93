/* SPDX-License-Identifier: Apache-2.0 */
#include "shared/counters.h"

#include <string.h>

#include "shared/memory.h"

/* A slot is written and read under its lock; who finds it held moves on. */
typedef struct slot {
    apr_uint32_t locked;        /* since when, in seconds; 0: free */
    apr_uint32_t turn;          /* 0: never written */
    cors_refusal refusal;
} slot;

typedef struct shared {
    apr_uint64_t counts[CORS_RESULT_COUNT][CORS_REASON_COUNT];
    apr_uint32_t turn;
    slot slots[CORS_REFUSALS];
} shared;

static shared *counters;

apr_status_t cors_counters_open(apr_pool_t *process_pool)
{
    void *memory;
    apr_status_t rv = cors_memory_open(process_pool, "mod_cors_cookies",
                                       sizeof(shared), &memory);

    counters = memory;
    return rv;
}

int cors_counters_available(void)
{
    return counters != NULL;
}

/* A child that was killed in a slot holds it no longer than this. */
#define HELD_MAX 5

static int lock_slot(slot *s)
{
    apr_uint32_t now = (apr_uint32_t)apr_time_sec(apr_time_now());
    apr_uint32_t held = __atomic_load_n(&s->locked, __ATOMIC_RELAXED);

    if (held != 0 && now - held <= HELD_MAX) {
        return 0;
    }
    return __atomic_compare_exchange_n(&s->locked, &held, now, 0,
                                       __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static void unlock_slot(slot *s)
{
    __atomic_store_n(&s->locked, 0, __ATOMIC_RELEASE);
}

/* As much as has room, up to the byte end. */
static void cut_text(char *to, apr_size_t size, const char *from, char end)
{
    apr_size_t length = 0;

    for (; from && length + 1 < size && from[length] && from[length] != end;
         length++) {
        to[length] = from[length];
    }
    to[length] = '\0';
}

void cors_counters_refuse(const request_rec *r, cors_result result,
                          cors_reason reason, const char *origin)
{
    apr_uint32_t turn;
    slot *s;

    if (!counters) {
        return;
    }
    turn = __atomic_fetch_add(&counters->turn, 1, __ATOMIC_RELAXED);
    s = &counters->slots[turn % CORS_REFUSALS];
    if (!lock_slot(s)) {
        return;
    }
    s->turn = turn + 1;
    s->refusal.time = r->request_time;
    s->refusal.result = result;
    s->refusal.reason = reason;
    cut_text(s->refusal.method, sizeof(s->refusal.method), r->method, 0);
    cut_text(s->refusal.origin, sizeof(s->refusal.origin), origin, 0);
    cut_text(s->refusal.path, sizeof(s->refusal.path), r->unparsed_uri, '?');
    unlock_slot(s);
}

void cors_counters_add(cors_result result, cors_reason reason)
{
    if (counters) {
        __atomic_fetch_add(&counters->counts[result][reason], 1,
                           __ATOMIC_RELAXED);
    }
}

static apr_uint64_t read_count(cors_result result, cors_reason reason)
{
    return __atomic_load_n(&counters->counts[result][reason],
                           __ATOMIC_RELAXED);
}

apr_uint64_t cors_counters_result(cors_result result)
{
    apr_uint64_t sum = 0;
    int reason;

    for (reason = 0; counters && reason < CORS_REASON_COUNT; reason++) {
        sum += read_count(result, (cors_reason)reason);
    }
    return sum;
}

apr_uint64_t cors_counters_reason(cors_reason reason)
{
    apr_uint64_t sum = 0;
    int result;

    for (result = 0; counters && result < CORS_RESULT_COUNT; result++) {
        sum += read_count((cors_result)result, reason);
    }
    return sum;
}

int cors_counters_refusals(cors_refusal *refusals)
{
    apr_uint32_t newest, i;
    int found = 0;

    if (!counters) {
        return 0;
    }
    newest = __atomic_load_n(&counters->turn, __ATOMIC_RELAXED);
    for (i = 1; i <= CORS_REFUSALS && i <= newest; i++) {
        apr_uint32_t turn = newest - i;
        slot *s = &counters->slots[turn % CORS_REFUSALS];

        if (!lock_slot(s)) {
            continue;
        }
        if (s->turn == turn + 1) {
            refusals[found++] = s->refusal;
        }
        unlock_slot(s);
    }
    return found;
}
