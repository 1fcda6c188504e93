/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_TEST_STORE_CASE_H
#define CORS_TEST_STORE_CASE_H

#include "fakes_store.h"

#include "clock.h"
#include "policy/query.h"
#include "policy/server.h"
#include "shared/once.h"
#include "shared/store.h"
#include "request/origin_cache.h"
#include "request/origin_store.h"

/*
 * Origins that are judged by queries: what its tests share. Times are
 * microseconds; START is when each test begins.
 */
#define SECOND APR_USEC_PER_SEC
#define START (APR_TIME_C(1700000000) * SECOND)
#define APP "https://app.example.com"
#define OTHER "https://other.example"

#define OK_ CORS_REASON_OK
#define NOT_LISTED CORS_REASON_ORIGIN_NOT_LISTED
#define UNAVAILABLE CORS_REASON_ORIGIN_STORE_UNAVAILABLE

static const cors_query_parameter by_origin = {
    CORS_PARAMETER_ORIGIN, "Origin", NULL
};

static cors_query query, second;        /* lines 3 and 4 */
static cors_query_times times;          /* 60 10 600 */
static cors_policy *policy;             /* which asks the first one */
static cors_store_seen seen;

static cors_policy *asking_policy(const cors_query *asked)
{
    cors_policy *made = cors_policy_create(fake.pool, NULL);

    made->query_times = &times;
    made->origins = cors_origins_create(fake.pool, asked->place);
    cors_origins_add_query(made->origins, asked);
    return made;
}

static void make_query(cors_query *made, const char *sql, int line)
{
    memset(made, 0, sizeof(*made));
    made->sql = sql;
    made->parameters[0] = by_origin;
    made->count = 1;
    made->place.file = "conf/httpd.conf";
    made->place.line = line;
    made->key = (apr_uint64_t)line;
    made->statement = (apr_uint64_t)line;
}

static int store_start(void **state)
{
    fakes_setup(state);
    clock_now = START;
    clock_slept = NULL;
    times = cors_query_times_default;
    make_query(&query, "SELECT o FROM t WHERE o = %s", 3);
    make_query(&second, "SELECT p FROM u WHERE p = %s", 4);
    fake_store_start(0);
    cors_once_open(fake.pool);
    policy = asking_policy(&query);
    database.rows = APP;
    return 0;
}

static cors_reason judge_by(const cors_policy *judging, const char *text)
{
    cors_sent_origin origin = { .text = text, .length = strlen(text) };

    assert_int_equal(cors_sent_origin_parse(&origin), CORS_FLAW_NONE);
    database.opened = 0;
    memset(&seen, 0, sizeof(seen));
    return cors_origin_store_judge(fake_request(judging, "GET", NULL),
                                   judging, &origin, &seen);
}

static inline cors_reason judge(const char *text)
{
    return judge_by(policy, text);
}

/* Of the first query about an origin. */
static inline cors_question_id id_of(const char *text)
{
    const char *values[] = { text };

    return cors_question_id_of(fake.pool, fake.server, &query, values);
}

static inline void fail_from_now_on(fake_fault fault)
{
    database.fault = database.again = fault;
}

static inline int count(cors_store_count which)
{
    return (int)cors_store_read(which);
}

#define STORE_TEST(function) \
    cmocka_unit_test_setup_teardown(function, store_start, fakes_teardown)

#endif
