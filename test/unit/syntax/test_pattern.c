/* SPDX-License-Identifier: Apache-2.0 */
/* What is refused stands in test/refusals.txt; here is what is understood. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "page_end.h"
#include "syntax/pattern.h"

static void patterns_have_parts(void **state)
{
    static const struct {
        const char *text;
        const char *host;
        unsigned port;
        int subdomains;
        int any_port;
    } rows[] = {
        { "https://app.example.com", "app.example.com", CORS_PORT_DEFAULT,
          0, 0 },
        { "https://app.example.com:8443", "app.example.com", 8443, 0, 0 },
        { "https://app.example.com:*", "app.example.com", CORS_PORT_DEFAULT,
          0, 1 },
        { "https://*.example.com", "example.com", CORS_PORT_DEFAULT, 1, 0 },
        { "https://*.example.com:8443", "example.com", 8443, 1, 0 },
        { "http://*.localhost.:*", "localhost.", CORS_PORT_DEFAULT, 1, 1 },
        { "http://[::1]:*", "[::1]", CORS_PORT_DEFAULT, 0, 1 },
        { "capacitor://localhost:443", "localhost", 443, 0, 0 },
        { "https://xn--bcher-kva.example", "xn--bcher-kva.example",
          CORS_PORT_DEFAULT, 0, 0 },
        { "https://a", "a", CORS_PORT_DEFAULT, 0, 0 },
        { "https://*.a", "a", CORS_PORT_DEFAULT, 1, 0 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t length = strlen(rows[i].text);
        cors_pattern pattern;

        assert_int_equal(
            cors_pattern_parse(page_end_copy(rows[i].text, length), length,
                               &pattern), CORS_FLAW_NONE);
        assert_int_equal(pattern.origin.length, length);
        assert_memory_equal(pattern.origin.text, rows[i].text, length);
        assert_int_equal(pattern.origin.host_length, strlen(rows[i].host));
        assert_memory_equal(pattern.origin.host, rows[i].host,
                            pattern.origin.host_length);
        assert_int_equal(pattern.origin.port, rows[i].port);
        assert_int_equal(pattern.subdomains, rows[i].subdomains);
        assert_int_equal(pattern.any_port, rows[i].any_port);
    }
}

static void a_star_stands_inside_the_first_label(void **state)
{
    static const struct {
        const char *text;
        const char *before;
        const char *behind;
        const char *host;
        unsigned port;
        int any_port;
    } rows[] = {
        { "https://pr-*.preview.example.com", "pr-", "",
          "preview.example.com", CORS_PORT_DEFAULT, 0 },
        { "https://*-dev.example.com", "", "-dev", "example.com",
          CORS_PORT_DEFAULT, 0 },
        { "http://a-*-b.example.com:8443", "a-", "-b", "example.com", 8443,
          0 },
        { "https://a--*--b.c:*", "a--", "--b", "c", CORS_PORT_DEFAULT, 1 },
        { "https://-*.c.", "-", "", "c.", CORS_PORT_DEFAULT, 0 },
        { "https://1_x-*.c", "1_x-", "", "c", CORS_PORT_DEFAULT, 0 },
        { "https://*-xn--a.c", "", "-xn--a", "c", CORS_PORT_DEFAULT, 0 },
        { "https://xn-*.c", "xn-", "", "c", CORS_PORT_DEFAULT, 0 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t length = strlen(rows[i].text);
        cors_pattern pattern;

        assert_int_equal(
            cors_pattern_parse(page_end_copy(rows[i].text, length), length,
                               &pattern), CORS_FLAW_NONE);
        assert_true(pattern.label && !pattern.subdomains);
        assert_int_equal(pattern.before_star.length, strlen(rows[i].before));
        assert_memory_equal(pattern.before_star.text, rows[i].before,
                            pattern.before_star.length);
        assert_int_equal(pattern.behind_star.length, strlen(rows[i].behind));
        assert_memory_equal(pattern.behind_star.text, rows[i].behind,
                            pattern.behind_star.length);
        assert_int_equal(pattern.origin.host_length, strlen(rows[i].host));
        assert_memory_equal(pattern.origin.host, rows[i].host,
                            pattern.origin.host_length);
        assert_int_equal(pattern.origin.port, rows[i].port);
        assert_int_equal(pattern.any_port, rows[i].any_port);
    }
}

/* As many labels as there are patterns: what is beside a star decides. */
static void a_star_elsewhere_is_told_apart(void **state)
{
    static const struct {
        const char *text;
        cors_flaw flaw;
    } rows[] = {
        /* nothing sets it off */
        { "https://*a.example.com", CORS_FLAW_WILDCARD },
        { "https://a*.example.com", CORS_FLAW_WILDCARD },
        { "https://a*b.example.com", CORS_FLAW_WILDCARD },
        { "https://a-*b.example.com", CORS_FLAW_WILDCARD },
        { "https://a*-b.example.com", CORS_FLAW_WILDCARD },
        { "https://a_*.example.com", CORS_FLAW_WILDCARD },
        { "https://a.*.example.com", CORS_FLAW_WILDCARD },
        /* it stands in another label */
        { "https://a.b-*.example.com", CORS_FLAW_WILDCARD },
        { "https://a-*.b-*.example.com", CORS_FLAW_WILDCARD },
        { "https://*.b-*.example.com", CORS_FLAW_WILDCARD },
        { "https://a.example-*", CORS_FLAW_WILDCARD },
        /* twice */
        { "https://a-*-*.example.com", CORS_FLAW_WILDCARD },
        { "https://a-**.example.com", CORS_FLAW_WILDCARD },
        { "https://a*b*.example.com", CORS_FLAW_WILDCARD },
        /* nothing stands behind the label, or nothing but a port */
        { "https://a-*", CORS_FLAW_WILDCARD },
        { "https://a-*:8443", CORS_FLAW_WILDCARD },
        { "https://a-*.", CORS_FLAW_NO_HOST },
        { "https://a-*.:8443", CORS_FLAW_NO_HOST },
        { "https://a-*..example.com", CORS_FLAW_LABEL_EMPTY },
        /* it is no part of the host */
        { "https://u-*@a.example.com", CORS_FLAW_WILDCARD },
        { "https://a/b-*.example.com", CORS_FLAW_WILDCARD },
        { "https-*://a.example.com", CORS_FLAW_WILDCARD },
        { "https://a-*.example.com:8-*", CORS_FLAW_WILDCARD },
        { "https://a-*.example.com/", CORS_FLAW_PATH },
        { "https://u@a-*.example.com", CORS_FLAW_WILDCARD },
        /* of a name only, and of http and https */
        { "https://a-*.192.0.2.7", CORS_FLAW_WILDCARD_ADDRESS },
        { "https://a-*.[::1]", CORS_FLAW_WILDCARD_ADDRESS },
        { "https://a-*.0.2.7", CORS_FLAW_IPV4 },
        { "ws://a-*.example.com", CORS_FLAW_WILDCARD_SCHEME },
        { "app://a-*.example.com", CORS_FLAW_WILDCARD_SCHEME },
        { "app://*", CORS_FLAW_WILDCARD_SCHEME },
        /* in no encoded label */
        { "https://xn--*.example.com", CORS_FLAW_WILDCARD_XN },
        { "https://xn--a-*.example.com", CORS_FLAW_WILDCARD_XN },
        { "https://XN--a-*.example.com", CORS_FLAW_WILDCARD_XN },
        /* and what is wrong with any label */
        { "https://A-*.example.com", CORS_FLAW_UPPER_CASE },
        { "https://a-*-B.example.com", CORS_FLAW_UPPER_CASE },
        { "https://a-*.Example.com", CORS_FLAW_UPPER_CASE },
        { "https://a~-*.example.com", CORS_FLAW_CHARACTER },
        { "https://b\xc3\xbc-*.example.com", CORS_FLAW_NOT_ASCII },
        { "https://a-*.xn--.com", CORS_FLAW_LABEL_XN },
        { "https://a-*.example.com:443", CORS_FLAW_PORT_DEFAULT },
        { "https://a-*.example.com:1:*", CORS_FLAW_WILDCARD },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t length = strlen(rows[i].text);
        cors_pattern pattern;
        cors_flaw flaw = cors_pattern_parse(
            page_end_copy(rows[i].text, length), length, &pattern);

        if (flaw != rows[i].flaw) {
            fail_msg("%s: %s", rows[i].text, cors_flaw_text(flaw));
        }
    }
}

/* The star counts as the one byte that it stands for at least. */
static void a_label_with_a_star_has_a_longest_form(void **state)
{
    char text[300];
    cors_pattern pattern;
    int i;

    (void)state;
    memset(text, 'a', sizeof(text));
    memcpy(text, "https://", 8);
    memcpy(text + 8 + 61, "-*.example", 10);
    assert_int_equal(cors_pattern_parse(text, 8 + 61 + 10, &pattern),
                     CORS_FLAW_NONE);
    memcpy(text + 8 + 61, "a-*.example", 11);
    assert_int_equal(cors_pattern_parse(text, 8 + 61 + 11, &pattern),
                     CORS_FLAW_LABEL_LONG);
    memcpy(text + 8, "a-*", 3);
    for (i = 3; i < 260; i++) {
        text[8 + i] = i % 2 ? '.' : 'b';
    }
    assert_int_equal(cors_pattern_parse(text, 8 + 253, &pattern),
                     CORS_FLAW_NONE);
    assert_int_equal(cors_pattern_parse(text, 8 + 254, &pattern),
                     CORS_FLAW_NONE);   /* and a trailing dot */
    assert_int_equal(cors_pattern_parse(text, 8 + 255, &pattern),
                     CORS_FLAW_HOST_LONG);
}

/* Whatever is no wildcard is judged as the origin parser judges it. */
static void an_origin_is_a_pattern(void **state)
{
    static const char *const rows[] = {
        "https://app.example.com", "http://[::1]:90", "a://b",
        "https://192.0.2.7:8443", "https://app.example.com.",
        "https://app.example.com/", "https://app.example.com:443",
        "https://App.example.com", "https://[::1", "app.example.com",
        "https://.a", "https://a.b.7", "https://u@a", "https://a:x",
        "app://.", "app://A:1", "app://a!", "app://xn--",
    };
    cors_pattern pattern;
    cors_origin origin;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t length = strlen(rows[i]);

        assert_int_equal(cors_pattern_parse(rows[i], length, &pattern),
                         cors_origin_parse(rows[i], length, &origin));
    }
}

static void no_beginning_is_read_beyond(void **state)
{
    static const char *const rows[] = {
        "https://*.xn--bcher-kva.example:*", "http://[2001:db8::1]:*",
        "*://a", "^https://a\\.b$", "file:///", "Null", "'self'",
        "https://a-*-b.example.com:*", "https://*-.a", "app://*",
    };
    cors_pattern pattern;
    size_t i, length;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (length = 0; length <= strlen(rows[i]); length++) {
            cors_pattern_parse(page_end_copy(rows[i], length), length,
                               &pattern);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_have_parts),
        cmocka_unit_test(a_star_stands_inside_the_first_label),
        cmocka_unit_test(a_star_elsewhere_is_told_apart),
        cmocka_unit_test(a_label_with_a_star_has_a_longest_form),
        cmocka_unit_test(an_origin_is_a_pattern),
        cmocka_unit_test(no_beginning_is_read_beyond),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
