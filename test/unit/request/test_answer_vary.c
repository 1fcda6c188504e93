/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include "request/answer.h"

#define METHOD "Access-Control-Request-Method"
#define HEADERS "Access-Control-Request-Headers"
#define BOTH METHOD ", " HEADERS

/* The answer to a request of another origin is that, and nothing else. */
static const char origin[] = "Origin: https://other.example";
static const char preflight[] = "Origin: https://other.example\n"
    METHOD ": PUT";

/* Judge a request and write its answer behind what is there. */
static request_rec *answer(const char *lines, request_rec *r)
{
    cors_answer_write(r, cors_decision_make(r, fake_policy(lines)));
    return r;
}

static void vary_is_merged_and_never_doubled(void **state)
{
    static const struct {
        const char *before;         /* of headers_out */
        const char *others;         /* of err_headers_out */
        const char *request;
        const char *after;
        const char *others_after;
    } rows[] = {
        { "", "", origin, "Vary: Origin", "" },
        { "", "", preflight, "Vary: Origin, " BOTH, "" },
        { "Vary: Accept-Encoding", "", origin,
          "Vary: Accept-Encoding, Origin", "" },
        { "Vary: Origin", "", origin, "Vary: Origin", "" },
        { "Vary: origin", "", origin, "Vary: origin", "" },
        { "Vary: Accept-Encoding,ORIGIN , Cookie", "", origin,
          "Vary: Accept-Encoding,ORIGIN , Cookie", "" },
        { "Vary: Origin", "", preflight, "Vary: Origin, " BOTH, "" },
        /* Another field's name with ours inside of it. */
        { "Vary: X-Origin", "", origin, "Vary: X-Origin, Origin", "" },
        { "Vary: Original", "", origin, "Vary: Original, Origin", "" },
        /* "*" says all there is to say. */
        { "Vary: *", "", origin, "Vary: *", "" },
        { "Vary: *", "", preflight, "Vary: *", "" },
        { "Vary: Accept, *", "", origin, "Vary: Accept, *", "" },
        { "", "Vary: *", origin, "", "Vary: *" },
        /* In whichever table it stands. */
        { "", "Vary: Cookie", origin, "", "Vary: Cookie, Origin" },
        { "", "Vary: Origin", origin, "", "Vary: Origin" },
        { "Vary: Accept", "Vary: Origin", origin, "Vary: Accept",
          "Vary: Origin" },
        { "Vary: Accept", "Vary: Cookie", origin, "Vary: Accept, Origin",
          "Vary: Cookie" },
        /* Several lines of one name. */
        { "Vary: Accept\nVary: Origin", "", origin,
          "Vary: Accept\nVary: Origin", "" }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        request_rec *r = fake_request(NULL, rows[i].request == preflight
                                            ? "OPTIONS" : "GET",
                                      rows[i].request);

        fake_headers_add(r->headers_out, rows[i].before);
        fake_headers_add(r->err_headers_out, rows[i].others);
        answer("CORSAllowOrigin https://app.example.com", r);
        EXPECT_TEXT(rows[i].before, fake_headers_text(r->headers_out),
                    rows[i].after);
        EXPECT_TEXT(rows[i].others, fake_headers_text(r->err_headers_out),
                    rows[i].others_after);
    }
}

#define APP "Origin: https://app.example.com"
#define ALLOW "CORSAllowOrigin https://app.example.com\n"
#define EXPOSED "Access-Control-Expose-Headers"

/* What of these headers a script of a credentialed origin is told. */
static const char *exposed_of(const char *headers, const char *others,
                              const char *encoding, int status)
{
    request_rec *r = fake_request(NULL, "GET", APP);

    r->status = status;
    r->content_encoding = encoding;
    fake_headers_add(r->headers_out, headers);
    fake_headers_add(r->err_headers_out, others);
    answer(ALLOW "CORSExposeHeaders *", r);
    return apr_table_get(r->headers_out, EXPOSED);
}

static void star_with_credentials_is_spelled_out(void **state)
{
    static const struct {
        const char *headers;
        const char *others;
        const char *encoding;
        const char *exposed;
    } rows[] = {
        { "ETag: \"1\"\nX-Total: 5", "", NULL, "ETag, X-Total, Vary" },
        { "", "X-Error: 5", NULL, "Vary, X-Error" },
        { "ETag: 1", "X-Error: 5", NULL, "ETag, Vary, X-Error" },
        { "X-A: 1\nx-a: 2", "X-A: 3", NULL, "X-A, Vary" },
        /* What no script reads is not named. */
        { "Set-Cookie: a=b\nX-A: 1\nSet-Cookie2: c", "set-cookie: d", NULL,
          "X-A, Vary" },
        { "Access-Control-Allow-Origin: https://a.example\nX-A: 1", "",
          NULL, "X-A, Vary" },
        { "X-A: 1", "", "gzip", "X-A, Vary, Content-Encoding" },
        { "content-encoding: br", "", "br", "content-encoding, Vary" },
        { "", "", NULL, "Vary" },
        { "Set-Cookie: a=b", "", NULL, "Vary" }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        EXPECT_TEXT(rows[i].headers,
                    exposed_of(rows[i].headers, rows[i].others,
                               rows[i].encoding, HTTP_OK),
                    rows[i].exposed);
    }
}

/* Or the browser would forget the stored answer's. */
static void nothing_is_exposed_on_a_304(void **state)
{
    (void)state;
    assert_null(exposed_of("ETag: 1", "", NULL, HTTP_NOT_MODIFIED));
    assert_string_equal(exposed_of("ETag: 1", "", NULL, HTTP_NOT_FOUND),
                        "ETag, Vary");
}

/* A list is the same on every status. */
static void a_list_is_written_as_it_is(void **state)
{
    request_rec *r = fake_request(NULL, "GET", APP);

    (void)state;
    r->status = HTTP_NOT_MODIFIED;
    answer(ALLOW "CORSExposeHeaders X-A ETag", r);
    assert_string_equal(apr_table_get(r->headers_out, EXPOSED),
                        "X-A, ETag");
}

static void star_without_credentials_is_a_star(void **state)
{
    request_rec *r = fake_request(NULL, "GET", APP);

    (void)state;
    fake_headers_add(r->headers_out, "ETag: 1");
    answer(ALLOW "CORSExposeHeaders *\nCORSAllowCredentials Off", r);
    assert_string_equal(apr_table_get(r->headers_out, EXPOSED), "*");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(vary_is_merged_and_never_doubled),
        FAKES_TEST(star_with_credentials_is_spelled_out),
        FAKES_TEST(nothing_is_exposed_on_a_304),
        FAKES_TEST(a_list_is_written_as_it_is),
        FAKES_TEST(star_without_credentials_is_a_star)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
