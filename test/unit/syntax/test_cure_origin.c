/* SPDX-License-Identifier: Apache-2.0 */
/* The cures themselves stand in test/refusals.txt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "syntax/cure.h"
#include "page_end.h"
#include "pool.h"
#include "syntax/pattern.h"

static cors_flaw flaw_of(const char *text, size_t length)
{
    cors_pattern pattern;

    return cors_pattern_parse(text, length, &pattern);
}

/* A cure is a pattern, and one that the parser knows is left alone. */
static const char *checked_cure(const char *text, size_t length)
{
    const char *copy = page_end_copy(text, length), *cure;
    cors_flaw flaw = flaw_of(copy, length);

    cure = cors_cure_pattern(pool, copy, length, flaw);
    if (flaw == CORS_FLAW_NONE) {
        assert_null(cure);
    }
    if (cure && flaw_of(cure, strlen(cure)) != CORS_FLAW_NONE) {
        fail_msg("%s", cure);
    }
    return cure;
}

static void hosts_are_cured(void **state)
{
    static const struct {
        const char *host;
        const char *cured;
        int subdomains;
    } rows[] = {
        { "App.Example.com", "app.example.com", 0 },
        { "AZaz09-_", "azaz09-_", 0 },
        { "a@[`{", "a@[`{", 0 },            /* for the parser to refuse */
        { "a..", "a", 0 },
        { "app.example.com.", "app.example.com.", 0 },
        { "app...example.com..", "app.example.com", 0 },
        { ".Example.com", "example.com", 1 },
        { "*.example.com", "example.com", 1 },
        { "*example.com", "example.com", 1 },
        { "*.*.example.com", "example.com", 1 },
        { "*.localhost", "localhost", 1 },
        { "*localhost", "localhost", 1 },
        { "*.com", "com", 1 },
        { "*.a", "a", 1 },
        { "*com", NULL, 1 },
        { "*-App.example.com", "*-app.example.com", 0 },
        { "**-app.example.com", "*-app.example.com", 0 },
        { "Pr-**-x.example.com", "pr-*-x.example.com", 0 },
        { "*.-app.example.com", NULL, 1 },
        { "*_app.example.com", NULL, 1 },
        { "*", NULL, 1 },
        { ".", NULL, 1 },
        { "", NULL, 0 },
        { "127.1", "127.0.0.1", 0 },
        { "0X7F.0.0.1", "127.0.0.1", 0 },
        { "0x.0.0.0", "0.0.0.0", 0 },
        { "16777216", "1.0.0.0", 0 },
        { "16777215", NULL, 0 },            /* 0.255.255.255 */
        { "4294967295", "255.255.255.255", 0 },
        { "4294967296", NULL, 0 },
        { "1.16777215", "1.255.255.255", 0 },
        { "1.16777216", NULL, 0 },
        { "1.2.65535", "1.2.255.255", 0 },
        { "1.2.65536", NULL, 0 },
        { "1.2.3.4.", "1.2.3.4", 0 },
        { "1.2.3.4.5", NULL, 0 },
        { "1..2", "1.0.0.2", 0 },
        { "1.256.3.4", NULL, 0 },
        { "1.2.3.09", NULL, 0 },
        { "a.7", NULL, 0 },
        { "18446744073709551617", NULL, 0 },    /* 1 and 2 to the 64 */
        { "*.1.2.3.4", "1.2.3.4", 0 },
        { "[2001:DB8:0:0::1%eth0]", "[2001:db8::1]", 0 },
        { "[::ffff:1.2.3.4]", "1.2.3.4", 0 },
        { "*.[::1]", "[::1]", 0 },
        { "[::1", NULL, 0 },
        { "[", NULL, 0 },
        { "[%", NULL, 0 },
        { "[%]", NULL, 0 },
        { "[]", NULL, 0 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t length = strlen(rows[i].host);
        int subdomains = -1;
        const char *cured = cors_cure_host(
            pool, page_end_copy(rows[i].host, length), length, &subdomains);

        if (rows[i].cured ? !cured || strcmp(cured, rows[i].cured) != 0
                          : cured != NULL) {
            fail_msg("%s: %s", rows[i].host, cured ? cured : "none");
        }
        assert_int_equal(subdomains, rows[i].subdomains);
    }
}

static void what_is_right_has_no_cure(void **state)
{
    (void)state;
    assert_null(checked_cure("https://app.example.com", 23));
    assert_null(checked_cure("http://*.localhost:*", 20));
    assert_null(checked_cure("https://pr-*.example.com", 24));
    assert_null(checked_cure("app://App.", 10));
}

/* A path or a port is no host whose scheme was left out. */
static void what_has_no_host_has_no_cure(void **state)
{
    (void)state;
    assert_null(cors_cure_pattern(pool, "/app.example.com", 16,
                                  CORS_FLAW_SCHEME));
    assert_null(cors_cure_pattern(pool, ":app.example.com", 16,
                                  CORS_FLAW_SCHEME));
}

static void what_is_very_long_has_no_cure(void **state)
{
    static char text[5000] = "https://app.example.com/";

    (void)state;
    memset(text + strlen(text), 'a', sizeof(text) - strlen(text));
    assert_string_equal(checked_cure(text, 4096), "https://app.example.com");
    assert_null(checked_cure(text, 4097));
}

/* Schemes without end are taken off one by one, not one inside the other. */
static void many_schemes_are_one(void **state)
{
    static char text[4097];
    int i;

    (void)state;
    for (i = 0; i < 500; i++) {
        strcat(text, "https://");
    }
    strcat(text, "app.example.com");
    assert_string_equal(checked_cure(text, strlen(text)),
                        "https://app.example.com");
}

static const char *const pieces[] = {
    "https", "http", "HTTPS", "file", "capacitor", "null", "*", "://", ":",
    "//", "/", "\\", "?", "#", "@", ".", "..", "*.", "**", "localhost",
    "app", "Example", "com", "co.uk", "xn--", "xn--bcher-kva", "127", "1",
    "0x7f", "010", "256", "4294967296", "[", "]", "::", "[::1]", "%eth0",
    "ffff", ":443", ":80", ":0", ":08443", ":*", ":80*", "-", "_", ",", ";",
    "'", "\"", " ", "\t", "\xc3\xbc", "\xe2\x80\x9c", "\xff", "\x01", "{",
    "}", "(s)", "|", "^", "$", "\\.", "=", "a b", "\x7f"
};

/* Whatever is put together: the cure is accepted, and in printable ASCII. */
static void no_cure_is_worse_than_the_disease(void **state)
{
    const int count = sizeof(pieces) / sizeof(pieces[0]);
    int round, cured = 0;

    (void)state;
    srand(4);
    for (round = 0; round < 100000; round++) {
        char text[300] = "";
        const char *cure;
        int i;

        if (rand() % 2) {
            strcat(text, "https://");
        }
        for (i = rand() % 8; i >= 0; i--) {
            strcat(text, pieces[rand() % count]);
        }
        cure = checked_cure(text, strlen(text));
        cured += cure != NULL;
        for (; cure && *cure; cure++) {
            assert_true(*cure >= '!' && *cure <= '~');
        }
        apr_pool_clear(pool);
    }
    assert_true(cured >= 2000 && cured <= 98000);
}

/* NUL, which no C string shows */
static void nul_bytes_have_no_cure(void **state)
{
    (void)state;
    assert_null(checked_cure("https://app\0.example.com", 24));
    assert_null(checked_cure("https://b\xc3\xbc\0.example", 20));
    assert_null(checked_cure("app.example.com\0", 16));
    assert_null(checked_cure("https://app.example.com/\0", 25));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_are_cured),
        cmocka_unit_test(what_is_right_has_no_cure),
        cmocka_unit_test(what_has_no_host_has_no_cure),
        cmocka_unit_test(what_is_very_long_has_no_cure),
        cmocka_unit_test(many_schemes_are_one),
        cmocka_unit_test(no_cure_is_worse_than_the_disease),
        cmocka_unit_test(nul_bytes_have_no_cure),
    };

    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
