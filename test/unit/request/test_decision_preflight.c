/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include "request/decision.h"
#include "request/decision.h"

#define ORIGIN "https://app.example.com"

/* What a preflight that asks for this is told; headers: NULL for none. */
static const cors_decision *ask(const char *lines, const char *method,
                                const char *headers)
{
    const cors_policy *policy = fake_policy(
        apr_pstrcat(fake.pool, "CORSAllowOrigin " ORIGIN "\n", lines, NULL));
    request_rec *r = fake_request(policy, "OPTIONS", "Origin: " ORIGIN);

    apr_table_setn(r->headers_in, "Access-Control-Request-Method", method);
    if (headers) {
        apr_table_setn(r->headers_in, "Access-Control-Request-Headers",
                       headers);
    }
    return cors_decision_make(r, policy)->decision;
}

static void methods_are_compared_byte_by_byte(void **state)
{
    static const struct {
        const char *lines;
        const char *method;
        int allowed;
    } rows[] = {
        /* The safelisted ones need no listing. */
        { "", "GET", 1 },
        { "", "HEAD", 1 },
        { "", "POST", 1 },
        { "CORSAllowMethods none", "POST", 1 },
        { "CORSAllowMethods PUT", "GET", 1 },
        /* But in this case only: Fetch has normalised what it sends. */
        { "", "get", 0 },
        { "", "Post", 0 },
        { "", "PUT", 0 },
        { "CORSAllowMethods PUT", "PUT", 1 },
        { "CORSAllowMethods put", "PUT", 1 },
        { "CORSAllowMethods PUT", "put", 0 },
        { "CORSAllowMethods PUT", "PUTT", 0 },
        { "CORSAllowMethods PUT", "PU", 0 },
        { "CORSAllowMethods PUT", "DELETE", 0 },
        { "CORSAllowMethods patch", "patch", 1 },
        { "CORSAllowMethods patch", "PATCH", 0 },
        { "CORSAllowMethods *", "PATCH", 1 },
        { "CORSAllowMethods *", "X-ANYTHING", 1 },
        { "CORSAllowMethods none", "PUT", 0 },
        /* What is no token is no method, "*" or not. */
        { "CORSAllowMethods *", "", 0 },
        { "CORSAllowMethods *", "PUT, DELETE", 0 },
        { "CORSAllowMethods *", "P\303\234T", 0 },
        { "CORSAllowMethods *", "P UT", 0 },
        { "", "", 0 },
        { "CORSAllowMethods PUT DELETE", "PUT, DELETE", 0 }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        const cors_decision *decision = ask(rows[i].lines, rows[i].method,
                                            NULL);

        EXPECT_NUMBER(apr_pstrcat(fake.pool, rows[i].lines, ": ",
                                  rows[i].method, NULL), decision->reason,
                      rows[i].allowed ? CORS_REASON_OK
                                      : CORS_REASON_METHOD_NOT_LISTED);
    }
}

typedef struct headers_row {
    const char *lines;
    const char *headers;
    cors_reason reason;
    const char *missing;        /* those that are not allowed */
    const char *echo;           /* under "*" */
} headers_row;

static void expect_headers(const headers_row *row)
{
    const cors_decision *decision = ask(row->lines, "GET", row->headers);
    const char *name = apr_pstrcat(fake.pool, row->lines, ": ",
                                   row->headers, NULL);

    EXPECT_NUMBER(name, decision->reason, row->reason);
    EXPECT_TEXT(name, decision->headers, row->echo);
    EXPECT_TEXT(name, decision->missing, row->missing);
}

#define OK_   CORS_REASON_OK
#define NOT   CORS_REASON_HEADER_NOT_LISTED
#define BAD   CORS_REASON_HEADERS_MALFORMED

static void headers_are_compared_without_case(void **state)
{
    static const headers_row rows[] = {
        { "CORSAllowHeaders X-A X-B", "x-a", OK_, NULL, NULL },
        { "CORSAllowHeaders X-A X-B", "X-A", OK_, NULL, NULL },
        { "CORSAllowHeaders X-A X-B", "x-b,x-a", OK_, NULL, NULL },
        { "CORSAllowHeaders X-A X-B", "x-a,x-a,x-a", OK_, NULL, NULL },
        { "CORSAllowHeaders X-A X-B", " \tx-a \t,\t x-b ", OK_, NULL, NULL },
        { "CORSAllowHeaders X-A", "", OK_, NULL, NULL },
        { "CORSAllowHeaders X-A", ",,, ,x-a,,", OK_, NULL, NULL },
        { "CORSAllowHeaders X-A", "  ", OK_, NULL, NULL },
        { "", "", OK_, NULL, NULL },
        { "", ",", OK_, NULL, NULL },
        { "", "x-a", NOT, "x-a", NULL },
        { "CORSAllowHeaders none", "x-a", NOT, "x-a", NULL },
        { "CORSAllowHeaders X-A", "x-b", NOT, "x-b", NULL },
        { "CORSAllowHeaders X-A", "x-a, x-b, x-c", NOT, "x-b, x-c", NULL },
        { "CORSAllowHeaders X-A", "x-aa", NOT, "x-aa", NULL },
        { "CORSAllowHeaders X-A", "x-", NOT, "x-", NULL },
        /* A script may ask for what it cannot set: it is not listed. */
        { "CORSAllowHeaders X-A", "cookie", NOT, "cookie", NULL }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        expect_headers(&rows[i]);
    }
}

static void star_is_any_header_but_authorization(void **state)
{
    static const headers_row rows[] = {
        { "CORSAllowHeaders *", "x-a", OK_, NULL, "x-a" },
        { "CORSAllowHeaders *", "x-a,x-b", OK_, NULL, "x-a, x-b" },
        { "CORSAllowHeaders *", " x-a , ,x-b,", OK_, NULL, "x-a, x-b" },
        { "CORSAllowHeaders *", "", OK_, NULL, NULL },
        { "CORSAllowHeaders *", ",", OK_, NULL, NULL },
        { "CORSAllowHeaders *", "authorization", NOT, "authorization",
          NULL },
        { "CORSAllowHeaders *", "Authorization,x-a", NOT, "Authorization",
          "x-a" },
        { "CORSAllowHeaders *", "x-a,AUTHORIZATION,x-b", NOT,
          "AUTHORIZATION", "x-a, x-b" },
        { "CORSAllowHeaders *", "x-authorization", OK_, NULL,
          "x-authorization" },
        { "CORSAllowHeaders * Authorization", "authorization,x-a", OK_,
          NULL, "authorization, x-a" },
        /* What is echoed was checked. */
        { "CORSAllowHeaders *", "x-a,x b", BAD, NULL, NULL },
        { "CORSAllowHeaders *", "x-a,x-\303\274", BAD, NULL, NULL },
        { "CORSAllowHeaders *", "x-a:1", BAD, NULL, NULL },
        { "CORSAllowHeaders *", "*", OK_, NULL, "*" }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        expect_headers(&rows[i]);
    }
}

/* "x,x,…": count elements; or one name of so many bytes. */
static const char *elements(int count, const char *element)
{
    char *text = apr_palloc(fake.pool, count * (strlen(element) + 1) + 1);
    char *end = text;
    int i;

    for (i = 0; i < count; i++) {
        end += sprintf(end, "%s%s", i > 0 ? "," : "", element);
    }
    return text;
}

static const char *bytes(size_t length)
{
    char *text = apr_palloc(fake.pool, length + 1);

    memset(text, 'x', length);
    text[length] = '\0';
    return text;
}

static cors_reason any_header(const char *headers)
{
    return ask("CORSAllowHeaders *", "GET", headers)->reason;
}

static void sixty_four_elements_are_as_many_as_there_may_be(void **state)
{
    (void)state;
    assert_int_equal(any_header(elements(64, "x")), OK_);
    assert_int_equal(any_header(elements(65, "x")), BAD);
    /* Empty ones count. */
    assert_int_equal(any_header(elements(64, "")), OK_);
    assert_int_equal(any_header(elements(65, "")), BAD);
    assert_int_equal(any_header(elements(4000, "")), BAD);
    /* Whether they are listed or not. */
    assert_int_equal(ask("", "GET", elements(65, "x"))->reason, BAD);
    assert_int_equal(ask("", "GET", elements(64, "x"))->reason, NOT);
    assert_int_equal(ask("", "GET", elements(64, ""))->reason, OK_);
}

static void four_kilobytes_are_as_long_as_they_may_be(void **state)
{
    (void)state;
    assert_int_equal(any_header(bytes(4096)), OK_);
    assert_int_equal(any_header(bytes(4097)), BAD);
    assert_int_equal(ask("", "GET", bytes(4096))->reason, NOT);
    assert_int_equal(ask("", "GET", bytes(4097))->reason, BAD);
    assert_int_equal(any_header(bytes(1000000)), BAD);
    /* 63 commas and 4033 bytes of names: both bounds at once. */
    assert_int_equal(any_header(apr_pstrcat(fake.pool, elements(63, "x"),
                                            ",", bytes(4096 - 126), NULL)),
                     OK_);
}

/* The echo has a blank behind each comma: it grows past what was asked. */
static void the_longest_echo_is_whole(void **state)
{
    const cors_decision *decision = ask("CORSAllowHeaders *", "GET",
                                        elements(64, "x"));

    (void)state;
    assert_int_equal(strlen(decision->headers), 64 + 63 * 2);
}

static void names_that_are_no_token_are_malformed(void **state)
{
    static const char *const values[] = {
        "x y", "x\"", "x:y", "x\001", "x\177", "x\200", "(x)", "x;y", "x/y",
        "x-a,x y", "x y,x-a", "x-a\tx-b"
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(values); i++) {
        EXPECT_NUMBER(values[i], any_header(values[i]), BAD);
        EXPECT_NUMBER(values[i], ask("CORSAllowHeaders X-A", "GET",
                                     values[i])->reason, BAD);
    }
}

static void the_method_is_judged_before_the_headers(void **state)
{
    const cors_decision *decision;

    (void)state;
    decision = ask("CORSAllowHeaders X-A", "PUT", "x-b");
    assert_int_equal(decision->reason, CORS_REASON_METHOD_NOT_LISTED);
    decision = ask("CORSAllowHeaders X-A", "PUT", "x b");
    assert_int_equal(decision->reason, CORS_REASON_METHOD_NOT_LISTED);
    decision = ask("CORSAllowMethods PUT\nCORSAllowHeaders X-A", "PUT",
                   "x-b");
    assert_int_equal(decision->reason, CORS_REASON_HEADER_NOT_LISTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(methods_are_compared_byte_by_byte),
        FAKES_TEST(headers_are_compared_without_case),
        FAKES_TEST(star_is_any_header_but_authorization),
        FAKES_TEST(sixty_four_elements_are_as_many_as_there_may_be),
        FAKES_TEST(four_kilobytes_are_as_long_as_they_may_be),
        FAKES_TEST(the_longest_echo_is_whole),
        FAKES_TEST(names_that_are_no_token_are_malformed),
        FAKES_TEST(the_method_is_judged_before_the_headers)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
