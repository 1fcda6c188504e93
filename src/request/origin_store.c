/* SPDX-License-Identifier: Apache-2.0 */
#include "request/origin_store.h"

#include <apr_strings.h>
#include <unistd.h>

#include "policy/server.h"
#include "shared/store.h"
#include "request/origin_cache.h"
#include "request/origin_question.h"
#include "request/query_values.h"
#include "request/store_log.h"

/* How often somebody who waits for a seat looks at it. */
#define LOOK apr_time_from_msec(10)

/* How long one asks for all, who are lent the answer before. */
#define ASKING apr_time_from_sec(5)

static int rate, longest;

apr_status_t cors_origin_store_open(server_rec *server, apr_pool_t *pconf)
{
    const cors_server *own = cors_server_of(server);
    apr_status_t rv;

    if (!own->has_query) {
        return APR_SUCCESS;
    }
    rate = own->query_rate ? own->query_rate : CORS_QUERY_RATE;
    longest = own->query_longest;
    rv = cors_origin_cache_open(server, pconf);
    return rv == APR_SUCCESS
           ? cors_store_open(server, rate, apr_time_now()) : rv;
}

/* One query being asked for one request. */
typedef struct asking {
    request_rec *r;
    const cors_policy *policy;
    const cors_query *query;
    const char *values[CORS_QUERY_PARAMETERS];
    cors_question_id id;
    cors_kept_answer kept;
    unsigned known : 1;         /* the cache has an answer, however old */
    unsigned closed : 1;        /* the gate, by looking at it right now */
    int seat;
    int chair;                  /* to wait for a seat; -1: none */
    cors_store_seen *seen;
} asking;

/* What to do next. */
typedef enum {
    TAKE,                       /* the answer kept */
    LEND,                       /* the same, though it is old */
    ASK,                        /* there is a seat */
    WAIT_FOR_SEAT,
    OVER_RATE,
    GIVE_UP
} step;

/* An answer of the future is worth nothing: the clock was set back. */
static apr_interval_time_t age_of(const asking *a, apr_time_t now)
{
    return a->known && now >= a->kept.asked ? now - a->kept.asked
                                            : APR_INT64_MAX;
}

static apr_interval_time_t limit_of(const asking *a)
{
    const cors_query_times *times = cors_query_times_of(a->policy);

    return apr_time_from_sec(a->kept.rows.length > 0 ? times->fresh
                                                     : times->unlisted);
}

/* Whether an old answer may be given in place of none. */
static int may_lend(const asking *a, apr_time_t now, int closed)
{
    const cors_query_times *times = cors_query_times_of(a->policy);
    apr_interval_time_t most = apr_time_from_sec(times->stale);

    if (!closed && most > ASKING) {
        most = ASKING;
    }
    return a->known && a->kept.rows.length > 0
           && age_of(a, now) < apr_time_from_sec(times->fresh) + most;
}

static int is_asked_by_another(const asking *a, apr_time_t now)
{
    return a->known && a->kept.asking != 0 && now >= a->kept.asking
           && now - a->kept.asking < ASKING;
}

static void keep(const asking *a, const cors_kept_answer *answer)
{
    int seconds = answer->rows.length > 0
                  ? longest : cors_query_times_of(a->policy)->unlisted;

    cors_origin_cache_keep(&a->id, answer,
                           answer->asked + apr_time_from_sec(seconds),
                           a->r->pool);
}

static int find_gate(const asking *a, cors_store *store)
{
    apr_uint64_t key = a->query->key ^ cors_server_of(a->r->server)->key;

    return cors_gate_find(&store->gates, key ? key : 1);
}

/* A probe is free: without it no gate would open again. */
static int pay(const asking *a, cors_store *store, int gate, apr_time_t now)
{
    return a->known || store->gates.gates[gate].closed
           || cors_budget_take(&store->budget, rate, now);
}

static step enter(asking *a, cors_store *store, apr_time_t now)
{
    int gate = find_gate(a, store), closed;
    cors_gate_entry entry = cors_gate_enter(&store->gates, gate, now,
                                            getpid(), &a->seat, &closed);

    a->closed = closed != 0;
    if (entry != CORS_GATE_ENTERED) {
        if (may_lend(a, now, entry == CORS_GATE_CLOSED)) {
            return LEND;
        }
        return entry == CORS_GATE_FULL
               && cors_gate_may_wait(&store->gates, &a->chair, now)
               ? WAIT_FOR_SEAT : GIVE_UP;
    }
    if (!pay(a, store, gate, now)) {
        cors_gate_cancel(&store->gates, a->seat);
        return OVER_RATE;
    }
    if (a->known) {
        a->kept.asking = now;
        keep(a, &a->kept);
    }
    return ASK;
}

/* Under the lock. */
static step choose(asking *a, cors_store *store, apr_time_t now)
{
    a->known = cors_origin_cache_find(&a->id, &a->kept, a->r->pool) != 0;
    if (age_of(a, now) < limit_of(a)) {
        return TAKE;
    }
    if (is_asked_by_another(a, now) && may_lend(a, now, 0)) {
        return LEND;
    }
    return enter(a, store, now);
}

static step look_once(asking *a, apr_time_t now)
{
    cors_store *store = cors_store_lock();
    step next;

    if (!store) {
        return GIVE_UP;
    }
    next = choose(a, store, now);
    if (next != WAIT_FOR_SEAT) {
        cors_gate_stop_waiting(&store->gates, &a->chair);
    }
    cors_store_unlock();
    if (a->closed) {
        cors_store_log_closed(a->r, a->query, "no answer for a second");
    }
    return next;
}

/* Until there is an answer or a seat; a second at most. */
static step look(asking *a)
{
    apr_time_t start = apr_time_now(), now = start;
    step next = look_once(a, now);

    while (next == WAIT_FOR_SEAT && now >= start
           && now - start < CORS_GATE_WAIT) {
        apr_sleep(LOOK);
        now = apr_time_now();
        next = look_once(a, now);
    }
    return next;
}

static void note_kept(asking *a, step next)
{
    apr_time_t now = apr_time_now();
    apr_interval_time_t over = age_of(a, now) - limit_of(a);

    if (next == LEND) {
        cors_store_add(CORS_STORE_STALE);
    }
    a->seen->source = next == TAKE ? CORS_STORE_FRESH : CORS_STORE_LENT;
    a->seen->time = over < 0 ? -over : over;
}

/* A younger answer, which somebody else was given meanwhile, stays. */
static void keep_answer(asking *a, apr_time_t asked, cors_rows rows)
{
    cors_kept_answer answer = { asked, 0, rows }, other;

    if (!cors_origin_cache_find(&a->id, &other, a->r->pool)
        || other.asked < asked || other.asked > apr_time_now()) {
        keep(a, &answer);
    }
}

/* There is no answer: nobody is lent the old one for waiting for it. */
static void end_asking(const asking *a)
{
    cors_kept_answer other;

    if (a->known && cors_origin_cache_find(&a->id, &other, a->r->pool)
        && other.asking == a->kept.asking) {
        other.asking = 0;
        keep(a, &other);
    }
}

/* Returns whether the gate is closed now. */
static int leave(asking *a, cors_question_outcome outcome, apr_time_t asked,
                 cors_rows rows, const char *message)
{
    cors_store *store = cors_store_lock();
    apr_time_t now = apr_time_now(), since = 0;
    cors_gate_change change;
    int closed;

    if (!store) {
        return 1;
    }
    change = cors_gate_leave(&store->gates, a->seat,
                             outcome == CORS_QUESTION_FAILED
                             ? CORS_GATE_FAILED : CORS_GATE_ANSWERED, now,
                             &since);
    closed = store->gates.gates[find_gate(a, store)].closed != 0;
    if (outcome == CORS_QUESTION_ANSWERED) {
        keep_answer(a, asked, rows);
    }
    else {
        end_asking(a);
    }
    cors_store_unlock();
    if (change == CORS_GATE_CLOSES) {
        cors_store_log_closed(a->r, a->query, message);
    }
    else if (change == CORS_GATE_OPENS) {
        cors_store_log_opened(a->r, a->query, now - since);
    }
    return closed;
}

/* A slow answer is one of a database that hangs, whatever it says. */
static cors_question_outcome ask(asking *a, cors_rows *rows, int *closed,
                                 apr_time_t *asked)
{
    const char *message = NULL;
    cors_question_outcome outcome;

    *asked = apr_time_now();
    cors_store_add(CORS_STORE_QUESTIONS);
    outcome = cors_question_ask(a->r, a->query, a->values, rows, &message);
    if (outcome == CORS_QUESTION_WRONG
        && apr_time_now() - *asked > CORS_GATE_LATE) {
        outcome = CORS_QUESTION_FAILED;
    }
    if (outcome != CORS_QUESTION_ANSWERED) {
        cors_store_add(CORS_STORE_FAILURES);
    }
    *closed = leave(a, outcome, *asked, *rows, message);
    if (outcome == CORS_QUESTION_WRONG) {
        cors_store_log_wrong(a->r, a->query, message);
    }
    return outcome;
}

static int is_in_time(const asking *a, apr_time_t asked)
{
    return apr_time_now() - asked
           < apr_time_from_sec(cors_query_times_of(a->policy)->fresh)
             + ASKING;
}

/* Ask; returns whether *rows may be judged by. */
static int take_answer(asking *a, cors_rows *rows)
{
    apr_time_t asked;
    int closed;

    switch (ask(a, rows, &closed, &asked)) {
    case CORS_QUESTION_ANSWERED:
        a->seen->source = CORS_STORE_ASKED;
        return is_in_time(a, asked);
    case CORS_QUESTION_FAILED:
        if (may_lend(a, apr_time_now(), closed)) {
            *rows = a->kept.rows;
            note_kept(a, LEND);
            return 1;
        }
        return 0;
    default:
        return 0;
    }
}

static void count_step(step next)
{
    cors_store_add(next == TAKE ? CORS_STORE_CACHE_HITS
                                : CORS_STORE_CACHE_MISSES);
    if (next == OVER_RATE) {
        cors_store_add(CORS_STORE_OVER_RATE);
    }
    else if (next == WAIT_FOR_SEAT || next == GIVE_UP) {
        cors_store_add(CORS_STORE_NOT_ASKED);
    }
}

static cors_reason judge_query(asking *a, cors_sent_origin *origin)
{
    cors_rows rows = { NULL, 0 };
    step next = GIVE_UP;

    a->seen->query = a->query;
    a->seen->time = 0;
    if (cors_query_read(a->r, a->query, origin, a->values,
                        &a->seen->vary)) {
        a->id = cors_question_id_of(a->r->pool, a->r->server, a->query,
                                    a->values);
        next = look(a);
    }
    count_step(next);
    if (next == TAKE || next == LEND) {
        rows = a->kept.rows;
        note_kept(a, next);
    }
    else if (next != ASK || !take_answer(a, &rows)) {
        a->seen->source = CORS_STORE_UNAVAILABLE;
        return CORS_REASON_ORIGIN_STORE_UNAVAILABLE;
    }
    return cors_rows_judge(a->r, a->policy, a->query, rows, origin,
                           a->seen->source == CORS_STORE_ASKED);
}

cors_reason cors_origin_store_judge(request_rec *r, const cors_policy *policy,
                                    cors_sent_origin *origin,
                                    cors_store_seen *seen)
{
    const apr_array_header_t *queries = cors_origins_queries(policy->origins);
    cors_reason reason = CORS_REASON_ORIGIN_NOT_LISTED, answer;
    int i;

    for (i = 0; i < queries->nelts; i++) {
        asking a = {
            .r = r, .policy = policy, .seen = seen, .chair = -1
        };

        a.query = APR_ARRAY_IDX(queries, i, const cors_query *);
        answer = judge_query(&a, origin);
        if (answer == CORS_REASON_OK) {
            return answer;
        }
        if (answer != CORS_REASON_ORIGIN_NOT_LISTED) {
            reason = answer;
        }
    }
    return reason;
}
