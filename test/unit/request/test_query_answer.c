/* SPDX-License-Identifier: Apache-2.0 */
#include "store_case.h"

#include "request/answer.h"
#include "request/enforce.h"

/* What becomes of requests whose origins a database lists. */

#define ORIGIN "Origin: " APP
#define OWN "Origin: http://api.example.com\nHost: api.example.com"
#define PREFLIGHT "\nAccess-Control-Request-Method: GET"
#define SECRETS "\nCookie: sid=1\nAuthorization: Basic dTpw"
#define DENY "CORSDisallowedOrigin Deny\n"
#define STRIP "CORSDisallowedOrigin StripCredentials\n"
#define ANONYMOUS "CORSAllowAnonymous On\n"
#define METADATA "CORSFetchMetadata On\n"
#define IMAGE "Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: no-cors\n" \
    "Sec-Fetch-Dest: image\n"

#define NO_STORE "Cache-Control: no-store"
#define RETRY "\nRetry-After: 5"

/* Read a policy, and add the query. */
static cors_policy *policy_of(const char *lines)
{
    cors_policy *made = fake_policy(lines);

    made->query_times = &times;
    if (!made->origins) {
        made->origins = cors_origins_create(fake.pool, query.place);
    }
    cors_origins_add_query(made->origins, &query);
    return made;
}

static request_rec *judged(const char *lines, const char *method,
                           const char *headers)
{
    const cors_policy *judging = policy_of(lines);
    request_rec *r = fake_request(judging, method, headers);

    database.opened = 0;
    cors_decision_make(r, judging);
    return r;
}

static void test_who_is_asked_for(void **state)
{
    static const struct {
        const char *why, *lines, *method, *headers;
        int asked;
        cors_result result;
        cors_reason reason;
    } requests[] = {
        { "the database lists it", "", "GET", ORIGIN, 1,
          CORS_RESULT_ALLOWED, OK_ },
        { "it does not", "", "GET", "Origin: " OTHER, 1,
          CORS_RESULT_DISALLOWED, NOT_LISTED },
        { "so it is with a preflight", "", "OPTIONS", ORIGIN PREFLIGHT, 1,
          CORS_RESULT_PREFLIGHT_ALLOWED, OK_ },
        { "no Origin", "", "GET", NULL, 0, CORS_RESULT_NONE, OK_ },
        { "it is listed", "CORSAllowOrigin " APP, "GET", ORIGIN, 0,
          CORS_RESULT_ALLOWED, OK_ },
        { "it is excluded",
          "CORSAllowOrigin https://*.example.com !" APP, "GET", ORIGIN, 0,
          CORS_RESULT_DISALLOWED, CORS_REASON_ORIGIN_EXCLUDED },
        { "it is none", "", "GET", "Origin: " APP "/", 0,
          CORS_RESULT_DISALLOWED, CORS_REASON_ORIGIN_MALFORMED },
        { "the site's own", "", "GET", OWN, 0, CORS_RESULT_SAME_ORIGIN,
          OK_ },
        { "a preflight is never the site's own", "", "OPTIONS",
          OWN PREFLIGHT, 1, CORS_RESULT_PREFLIGHT_DISALLOWED, NOT_LISTED },
        { "a picture of a listed page", METADATA DENY, "GET",
          IMAGE "Referer: " APP "/", 1, CORS_RESULT_EMBEDDED, OK_ },
        { "what is fetched ahead is not, whatever its site",
          METADATA DENY, "GET", "Sec-Purpose: prefetch\n"
          "Sec-Fetch-Site: none\nReferer: " APP "/", 1,
          CORS_RESULT_EMBEDDED, OK_ },
        { "a picture of the site itself", METADATA DENY, "GET",
          IMAGE "Host: api.example.com\n"
          "Referer: http://api.example.com/", 0, CORS_RESULT_NONE, OK_ }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(requests); i++) {
        request_rec *r = judged(requests[i].lines, requests[i].method,
                                requests[i].headers);
        const cors_decision *decision = cors_request_judged(r)->decision;

        clock_now += 1000 * SECOND;
        EXPECT_TEXT(requests[i].why, cors_result_name(decision->result),
                    cors_result_name(requests[i].result));
        EXPECT_TEXT(requests[i].why, cors_reason_name(decision->reason),
                    cors_reason_name(requests[i].reason));
        EXPECT_NUMBER(requests[i].why, database.opened, requests[i].asked);
        EXPECT_NUMBER(requests[i].why, decision->store.source,
                      requests[i].asked ? CORS_STORE_ASKED
                                        : CORS_STORE_NOTHING);
    }
}

static void test_a_policy_without_query_asks_nothing(void **state)
{
    static const char *const lines[] = {
        "", "CORSAllowOrigin none", "CORSAllowOrigin " OTHER
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(lines); i++) {
        const cors_policy *judging = fake_policy(lines[i]);
        request_rec *r = fake_request(judging, "GET", ORIGIN);

        assert_int_equal(cors_decision_make(r, judging)->decision->reason,
                         NOT_LISTED);
        assert_int_equal(database.opened, 0);
    }
}

typedef struct answer {
    const char *lines, *method, *headers;
    int enforced;               /* what cors_enforce() returns */
    int status;
    const char *response;
} answer;

static void expect_answers(const answer *answers, size_t how_many)
{
    size_t i;

    for (i = 0; i < how_many; i++) {
        const answer *row = &answers[i];
        request_rec *r = judged(row->lines, row->method, row->headers);
        const char *name = apr_pstrcat(fake.pool, row->lines, row->method,
                                       "\n", row->headers, NULL);

        EXPECT_NUMBER(name, cors_enforce(r, cors_request_judged(r)),
                      row->enforced);
        EXPECT_NUMBER(name, r->status, row->status);
        cors_answer_write(r, cors_request_judged(r));
        EXPECT_TEXT(name, fake_response(r), row->response);
    }
}

/* No answer of the database is not "no": ask again, and keep nothing. */
static void test_without_an_answer_it_is_503(void **state)
{
    static const answer answers[] = {
#define VARY "Vary: Origin\n"
#define VARY_PREFLIGHT "Vary: Origin, Access-Control-Request-Method, " \
    "Access-Control-Request-Headers\n"
        { "", "GET", ORIGIN, DECLINED, 200, VARY NO_STORE },
        { "", "OPTIONS", ORIGIN PREFLIGHT, DONE, 503,
          VARY_PREFLIGHT NO_STORE RETRY },
        { "CORSPreflightStatus 200", "OPTIONS", ORIGIN PREFLIGHT, DONE, 503,
          VARY_PREFLIGHT NO_STORE RETRY },
        { DENY, "GET", ORIGIN, 503, 200, VARY NO_STORE RETRY },
        { DENY, "OPTIONS", ORIGIN PREFLIGHT, DONE, 503,
          VARY_PREFLIGHT NO_STORE RETRY },
        { STRIP, "GET", ORIGIN SECRETS, DECLINED, 200, VARY NO_STORE },
        { ANONYMOUS, "GET", ORIGIN, DECLINED, 200,
          VARY NO_STORE "\nAccess-Control-Allow-Origin: *" },
        { ANONYMOUS, "OPTIONS", ORIGIN PREFLIGHT, DONE, 204,
          VARY_PREFLIGHT NO_STORE "\nAccess-Control-Allow-Origin: *\n"
          "Access-Control-Max-Age: 600" },
        /* Credentials of an origin that may be listed are no reason. */
        { ANONYMOUS, "GET", ORIGIN SECRETS, DECLINED, 200, VARY NO_STORE },
        { ANONYMOUS DENY, "GET", ORIGIN SECRETS, 503, 200,
          VARY NO_STORE RETRY }
    };

    (void)state;
    fail_from_now_on(FAKE_NO_CONNECTION);
    expect_answers(answers, LENGTH(answers));
}

static void test_a_login_of_the_connection_is_no_reason_either(void **state)
{
    request_rec *r;
    cors_request *request;

    (void)state;
    fail_from_now_on(FAKE_NO_CONNECTION);
    r = judged(ANONYMOUS DENY, "GET", ORIGIN);
    request = cors_request_judged(r);
    r->user = apr_pstrdup(r->pool, "alice");
    assert_true(cors_decision_ends_anonymity(r, request));
    assert_string_equal(cors_result_name(request->decision->result),
                        "disallowed");
    assert_int_equal(request->decision->reason, UNAVAILABLE);
    assert_int_equal(cors_enforce(r, request), 503);
    cors_answer_write(r, request);
    assert_string_equal(fake_response(r), VARY NO_STORE RETRY);
}

static void test_no_is_403(void **state)
{
    static const answer answers[] = {
        { "", "GET", ORIGIN, DECLINED, 200, "Vary: Origin" },
        { ANONYMOUS, "GET", ORIGIN SECRETS, DECLINED, 200,
          "Vary: Origin, Cookie, Authorization" },
        { "", "OPTIONS", ORIGIN PREFLIGHT, DONE, 403,
          "Vary: Origin, Access-Control-Request-Method, "
          "Access-Control-Request-Headers" },
        { DENY, "GET", ORIGIN, 403, 200, "Vary: Origin" }
    };

    (void)state;
    database.rows = NULL;
    expect_answers(answers, LENGTH(answers));
}

/* What an expression of the query has read: httpd may drop headers_out. */
static void test_headers_that_a_query_reads_are_in_vary(void **state)
{
    static const ap_expr_info_t tenant = { .filename = "%{HTTP:X-Tenant}" };
    request_rec *r;

    (void)state;
    query.parameters[0].kind = CORS_PARAMETER_EXPRESSION;
    query.parameters[0].expression = &tenant;
    r = judged("", "GET", ORIGIN "\nX-Tenant: seven");
    assert_string_equal(database.values, "seven");
    cors_answer_write(r, cors_request_judged(r));
    assert_string_equal(fake_response(r),
                        "Vary: Origin, X-Tenant\n"
                        "Access-Control-Allow-Origin: " APP "\n"
                        "Access-Control-Allow-Credentials: true");
}

static void test_who_is_stripped_keeps_no_secrets(void **state)
{
    request_rec *r;

    (void)state;
    fail_from_now_on(FAKE_NO_CONNECTION);
    r = judged(STRIP, "GET", ORIGIN SECRETS);
    cors_enforce(r, cors_request_judged(r));
    assert_string_equal(fake_headers_text(r->headers_in), ORIGIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_who_is_asked_for),
        STORE_TEST(test_a_policy_without_query_asks_nothing),
        STORE_TEST(test_without_an_answer_it_is_503),
        STORE_TEST(test_a_login_of_the_connection_is_no_reason_either),
        STORE_TEST(test_no_is_403),
        STORE_TEST(test_headers_that_a_query_reads_are_in_vary),
        STORE_TEST(test_who_is_stripped_keeps_no_secrets)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
