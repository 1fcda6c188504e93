/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATUS_PAGE_H
#define STATUS_PAGE_H

#include "fakes.h"

#include "shared/counters.h"
#include "report/record.h"
#include "report/status.h"
#include "request/decision.h"

/* The pages of the status handler, asked for as httpd does. */
#define APP "CORSAllowOrigin https://app.example.com\n"

static inline int status_setup(void **state)
{
    fakes_setup(state);
    return cors_counters_open(fake.pool);
}

#define STATUS_TEST(function) \
    cmocka_unit_test_setup_teardown(function, status_setup, fakes_teardown)

static inline request_rec *ask(const char *method, const char *handler,
                               const char *arguments)
{
    request_rec *r = fake_request(fake_policy(""), method, NULL);

    fake.body = "";
    r->handler = handler;
    r->args = apr_pstrdup(fake.pool, arguments);
    return r;
}

static inline const char *page(const char *arguments)
{
    request_rec *r = ask("GET", "cors-status", arguments);

    assert_int_equal(cors_status_handler(r), OK);
    return fake.body;
}

static inline void count_request(const char *origin, const char *uri)
{
    const cors_policy *policy = fake_policy(APP);
    request_rec *r = fake_request(policy, "GET", NULL);

    apr_table_setn(r->headers_in, "Origin", origin);
    r->unparsed_uri = apr_pstrdup(fake.pool, uri);
    cors_record_judgement(r, cors_decision_make(r, policy));
}

#endif
