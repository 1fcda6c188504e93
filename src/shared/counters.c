/* SPDX-License-Identifier: Apache-2.0 */
#include "shared/counters.h"

#include <apr_shm.h>
#include <apr_strings.h>
#include <http_config.h>
#include <string.h>


/* A slot is written and read under its lock; who finds it held moves on. */
typedef struct slot {
    apr_uint32_t locked;
    apr_uint32_t turn;          /* 0: never written */
    cors_refusal refusal;
} slot;

/* No pointers: a restart maps it anew for another generation. */
typedef struct shared {
    apr_uint64_t counts[CORS_RESULT_COUNT][CORS_REASON_COUNT];
    apr_uint32_t turn;
    slot slots[CORS_REFUSALS];
} shared;

/* What httpd keeps for us over restarts, when it unloads the module. */
typedef struct retained {
    apr_shm_t *memory;
    apr_size_t size;            /* another one: made by another version */
} retained;

static shared *counters;

apr_status_t cors_counters_open(apr_pool_t *process_pool)
{
    static const char key[] = "mod_cors_cookies";
    retained *kept = ap_retained_data_get(key);
    apr_status_t rv;

    if (!kept) {
        kept = ap_retained_data_create(key, sizeof(*kept));
    }
    if (!kept->memory || kept->size != sizeof(shared)) {
        rv = apr_shm_create(&kept->memory, sizeof(shared), NULL,
                            process_pool);
        if (rv != APR_SUCCESS) {
            kept->memory = NULL;
            counters = NULL;
            return rv;
        }
        kept->size = sizeof(shared);
        memset(apr_shm_baseaddr_get(kept->memory), 0, sizeof(shared));
    }
    counters = apr_shm_baseaddr_get(kept->memory);
    return APR_SUCCESS;
}

int cors_counters_available(void)
{
    return counters != NULL;
}

static int lock_slot(slot *s)
{
    return __atomic_exchange_n(&s->locked, 1, __ATOMIC_ACQUIRE) == 0;
}

static void unlock_slot(slot *s)
{
    __atomic_store_n(&s->locked, 0, __ATOMIC_RELEASE);
}

static void copy_text(char *to, const char *from, size_t length)
{
    if (length > 0) {
        memcpy(to, from, length);
    }
    to[length] = '\0';
}

static void cut_text(char *to, apr_size_t size, const char *from)
{
    copy_text(to, from, from ? strnlen(from, size - 1) : 0);
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
    cut_text(s->refusal.method, sizeof(s->refusal.method), r->method);
    cut_text(s->refusal.origin, sizeof(s->refusal.origin), origin);
    cut_text(s->refusal.uri, sizeof(s->refusal.uri), r->unparsed_uri);
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
