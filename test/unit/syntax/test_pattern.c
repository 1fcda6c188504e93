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
        assert_int_equal(pattern.length, length);
        assert_memory_equal(pattern.text, rows[i].text, length);
        assert_ptr_equal(pattern.origin.text, pattern.text);
        assert_int_equal(pattern.origin.host_length, strlen(rows[i].host));
        assert_memory_equal(pattern.origin.host, rows[i].host,
                            pattern.origin.host_length);
        assert_int_equal(pattern.origin.port, rows[i].port);
        assert_int_equal(pattern.subdomains, rows[i].subdomains);
        assert_int_equal(pattern.any_port, rows[i].any_port);
    }
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
        cmocka_unit_test(an_origin_is_a_pattern),
        cmocka_unit_test(no_beginning_is_read_beyond),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
