/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include "request/query_values.h"

#define APP "https://app.example.com"

/* Of the request: the value of each kind of parameter. */
static void test_values(void **state)
{
    static const struct {
        const char *why;
        int kind;
        const char *expression;
        const char *host;
        const char *value;      /* NULL: the query cannot be asked */
        const char *vary;       /* NULL: there is none */
    } values[] = {
        { "the origin as it was sent", CORS_PARAMETER_ORIGIN, NULL, NULL,
          APP, NULL },
        { "a host in lower case", CORS_PARAMETER_HOST, NULL,
          "API.Example.COM", "api.example.com", NULL },
        { "no Host: HTTP/1.0", CORS_PARAMETER_HOST, NULL, NULL, "", NULL },
        { "an expression", CORS_PARAMETER_EXPRESSION, "%{reqenv:TENANT}",
          NULL, "%{reqenv:TENANT}", NULL },
        { "that reads a header", CORS_PARAMETER_EXPRESSION,
          "%{HTTP:X-Tenant}", NULL, "seven", "X-Tenant" },
        { "which is not there", CORS_PARAMETER_EXPRESSION, "%{HTTP:X-No}",
          NULL, "", "X-No" },
        { "that says nothing", CORS_PARAMETER_EXPRESSION, "%{none}", NULL,
          "", NULL },
        { "that fails", CORS_PARAMETER_EXPRESSION, "%{fail}", NULL, NULL,
          NULL },
        { "that says why it fails", CORS_PARAMETER_EXPRESSION, "%{wrong}",
          NULL, NULL, NULL }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(values); i++) {
        cors_sent_origin origin = { .text = APP, .length = strlen(APP) };
        ap_expr_info_t info = { .filename = values[i].expression };
        cors_query query = { .count = 1 };
        const char *found[CORS_QUERY_PARAMETERS] = { NULL };
        const char *vary = NULL;
        request_rec *r = fake_request(NULL, "GET", "X-Tenant: seven");

        query.parameters[0].kind = values[i].kind;
        query.parameters[0].expression = &info;
        r->hostname = values[i].host;
        EXPECT_NUMBER(values[i].why,
                      cors_query_read(r, &query, &origin, found,
                                      &vary),
                      values[i].value != NULL);
        EXPECT_TEXT(values[i].why, found[0], values[i].value);
        EXPECT_TEXT(values[i].why, vary, values[i].vary);
        EXPECT_TEXT("the request's own", r->hostname, values[i].host);
    }
}

static void test_they_stand_in_order(void **state)
{
    static const ap_expr_info_t one = { .filename = "%{HTTP:A}" },
                                two = { .filename = "%{HTTP:B}" };
    static const cors_query query = { .count = 4, .parameters = {
        { CORS_PARAMETER_HOST, "Host", NULL },
        { CORS_PARAMETER_EXPRESSION, "%{HTTP:A}", &one },
        { CORS_PARAMETER_ORIGIN, "Origin", NULL },
        { CORS_PARAMETER_EXPRESSION, "%{HTTP:B}", &two }
    } };
    cors_sent_origin origin = { .text = APP, .length = strlen(APP) };
    const char *found[CORS_QUERY_PARAMETERS], *vary = "Accept";
    request_rec *r = fake_request(NULL, "GET", "A: 1\nB: 2");

    (void)state;
    r->hostname = "h";
    assert_true(cors_query_read(r, &query, &origin, found, &vary));
    assert_string_equal(found[0], "h");
    assert_string_equal(found[1], "1");
    assert_string_equal(found[2], APP);
    assert_string_equal(found[3], "2");
    assert_string_equal(vary, "Accept, A, B");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(test_values),
        FAKES_TEST(test_they_stand_in_order)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
