/* SPDX-License-Identifier: Apache-2.0 */
#include "shared/counters.h"

#include <apr_strings.h>
#include <string.h>

#include "shared/memory.h"

/* A slot is written and read under its lock; who finds it held moves on. */
typedef struct slot {
    apr_uint32_t locked;        /* since when, in seconds; 0: free */
    apr_uint32_t turn;          /* 0: never written */
    cors_refusal refusal;
} slot;

typedef struct host {
    char name[CORS_REFUSAL_TEXT];       /* "": free */
    apr_uint64_t counts[CORS_RESULT_COUNT][CORS_REASON_COUNT];
    apr_uint64_t cookies[2];            /* without, with */
} host;

typedef struct shared {
    apr_time_t start;
    host hosts[CORS_HOSTS + 1];         /* the last: of all others */
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
    if (counters && counters->start == 0) {
        counters->start = apr_time_now();
        apr_cpystrn(counters->hosts[CORS_HOSTS].name, "other",
                    sizeof(counters->hosts[CORS_HOSTS].name));
    }
    return rv;
}

int cors_counters_available(void)
{
    return counters != NULL;
}

apr_time_t cors_counters_start(void)
{
    return counters ? counters->start : 0;
}

unsigned cors_counters_host(const char *name)
{
    unsigned i;

    for (i = 0; counters && i < CORS_HOSTS; i++) {
        host *h = &counters->hosts[i];

        if (h->name[0] == '\0') {
            apr_cpystrn(h->name, name, sizeof(h->name));
        }
        if (strncmp(h->name, name, sizeof(h->name) - 1) == 0) {
            return i;
        }
    }
    return CORS_HOSTS;
}

const char *cors_counters_host_name(unsigned host)
{
    return counters && counters->hosts[host].name[0] != '\0'
           ? counters->hosts[host].name : NULL;
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
    apr_size_t length = from ? strnlen(from, size - 1) : 0;
    const char *at = length > 0 ? memchr(from, end, length) : NULL;

    if (at) {
        length = (apr_size_t)(at - from);
    }
    if (length > 0) {
        memcpy(to, from, length);
    }
    to[length] = '\0';
}

/* Of a file's name the end says more. */
static void cut_file(char *to, apr_size_t size, const char *file)
{
    apr_size_t length = file ? strlen(file) : 0;

    cut_text(to, size, length >= size ? file + length - size + 1 : file, 0);
}

/*
 * What was asked for: a whole URL, as proxies are sent, may hold a password;
 * NULL: httpd did not get as far.
 */
static const char *path_of(const request_rec *r)
{
    return r->unparsed_uri && r->unparsed_uri[0] == '/'
           ? r->unparsed_uri : r->parsed_uri.path;
}

void cors_counters_refuse(const request_rec *r, cors_result result,
                          cors_reason reason, const char *origin,
                          const char *asked, const char *missing,
                          cors_place place)
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
#define CUT(field, text, end) \
    cut_text(s->refusal.field, sizeof(s->refusal.field), text, end)
    CUT(method, r->method, 0);
    CUT(origin, origin, 0);
    CUT(host, r->hostname, 0);
    CUT(path, path_of(r), '?');
    CUT(asked, asked, 0);
    CUT(missing, missing, 0);
#undef CUT
    cut_file(s->refusal.file, sizeof(s->refusal.file), place.file);
    s->refusal.line = place.line;
    unlock_slot(s);
}

static void add_one(apr_uint64_t *count)
{
    __atomic_fetch_add(count, 1, __ATOMIC_RELAXED);
}

void cors_counters_add(unsigned host, cors_result result, cors_reason reason)
{
    if (counters) {
        add_one(&counters->hosts[host].counts[result][reason]);
    }
}

void cors_counters_add_cookie(unsigned host, int has_cookie)
{
    if (counters) {
        add_one(&counters->hosts[host].cookies[has_cookie != 0]);
    }
}

/* A count of one host, or of all of them: where it stands in the first. */
static apr_uint64_t read_count(unsigned host, const apr_uint64_t *first)
{
    apr_size_t offset = (apr_size_t)((const char *)first
                                     - (const char *)&counters->hosts[0]);
    unsigned i = host == CORS_ALL_HOSTS ? 0 : host;
    unsigned end = host == CORS_ALL_HOSTS ? CORS_HOSTS : host;
    apr_uint64_t sum = 0;

    for (; i <= end; i++) {
        const char *start = (const char *)&counters->hosts[i];

        sum += __atomic_load_n((const apr_uint64_t *)(start + offset),
                               __ATOMIC_RELAXED);
    }
    return sum;
}

apr_uint64_t cors_counters_result(unsigned host, cors_result result)
{
    apr_uint64_t sum = 0;
    int i;

    for (i = 0; counters && i < CORS_REASON_COUNT; i++) {
        sum += read_count(host, &counters->hosts[0].counts[result][i]);
    }
    return sum;
}

apr_uint64_t cors_counters_reason(unsigned host, cors_reason reason)
{
    apr_uint64_t sum = 0;
    int i;

    for (i = 0; counters && i < CORS_RESULT_COUNT; i++) {
        sum += read_count(host, &counters->hosts[0].counts[i][reason]);
    }
    return sum;
}

apr_uint64_t cors_counters_cookie(unsigned host, int has_cookie)
{
    return counters ? read_count(host, &counters->hosts[0]
                                        .cookies[has_cookie != 0]) : 0;
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
