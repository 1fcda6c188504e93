/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <apr_strings.h>

#include "page_end.h"
#include "pool.h"
#include "syntax/setcookie.h"

#define NOW 1700000000          /* 14 November 2023 */
#define PAST "Expires=Thu, 01 Jan 1970 00:00:00 GMT"
#define FUTURE "Expires=Fri, 31 Dec 2100 00:00:00 GMT"

/* Parse a copy that stands at the end of the readable memory. */
static int parse(cors_setcookie *cookie, const char *text)
{
    size_t length = strlen(text);

    return cors_setcookie_parse(pool, cookie, page_end_copy(text, length),
                                length);
}

static void assert_part(cors_text part, const char *expected)
{
    assert_int_equal(part.length, strlen(expected));
    assert_memory_equal(part.text, expected, part.length);
}

static void the_name_stands_before_the_first_equals_sign(void **state)
{
    static const struct {
        const char *text;
        const char *name;
    } rows[] = {
        { "sid=1", "sid" },
        { "sid=", "sid" },
        { "sid=a=b", "sid" },
        { "sid==", "sid" },
        { " \tsid\t =1", "sid" },
        { "my name=1", "my name" },
        { "\"sid\"=1", "\"sid\"" },
        { "sid=\"a b\"", "sid" },
        { "sid=a,b=c", "sid" },
        { "s\xC3\xAF" "d=1", "s\xC3\xAF" "d" },
        { "__Host-sid=1; Secure; Path=/", "__Host-sid" },
        /* a tab is the one control character that browsers let pass */
        { "s\tid=1", "s\tid" },
        /* quotes do not protect a semicolon: the value is "a */
        { "sid=\"a;b=c\"", "sid" },
        { "sid=1;", "sid" },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cors_setcookie cookie;

        assert_true(parse(&cookie, rows[i].text));
        assert_part(cookie.name, rows[i].name);
    }
}

static void what_is_no_cookie_is_told_apart(void **state)
{
    static const char *const rows[] = {
        "", " ", "\t", ";", ";;", "=", "=1", " =1", "\t=1", "==", "=a=b",
        "sid", " sid ", "sid; Path=/", "sid; a=b", "; a=b", ";sid=1",
        "=; Secure", "sid\n=1", "sid=1\n", "sid=\r1", "sid=1; Path=/\x01",
        "sid=\x7F", "sid=1; x=\x1F", "sid=1;\x0B", "sid=1\x08",
    };
    cors_setcookie cookie;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (parse(&cookie, rows[i])) {
            fail_msg("taken for a cookie: row %d", (int)i);
        }
    }
    /* NUL, which no C string shows */
    assert_false(cors_setcookie_parse(pool, &cookie, "sid=a\0b", 7));
    assert_false(cors_setcookie_parse(pool, &cookie, "\0sid=a", 6));
    assert_false(cors_setcookie_parse(pool, &cookie, "sid=a\0", 6));
}

static void flags_count_whatever_their_value(void **state)
{
    static const struct {
        const char *text;
        int secure;
        int httponly;
        int partitioned;
    } rows[] = {
        { "a=1", 0, 0, 0 },
        { "a=1; Secure", 1, 0, 0 },
        { "a=1;secure;HTTPONLY;pArTiTiOnEd", 1, 1, 1 },
        { "a=1; Secure=foo; HttpOnly=false", 1, 1, 0 },
        { "a=1;;; ;\tSecure\t;", 1, 0, 0 },
        { "a=1; Secure =", 1, 0, 0 },
        { "a=1; Secure; Secure=0", 1, 0, 0 },
        { "a=1; Partitioned=", 0, 0, 1 },
        { "a=1; Secur e", 0, 0, 0 },
        { "a=1; Secured; HttpOnl; XPartitioned", 0, 0, 0 },
        { "a=1; =Secure", 0, 0, 0 },
        { "a=1; x=Secure", 0, 0, 0 },
        { "a=Secure", 0, 0, 0 },
        { "Secure=1", 0, 0, 0 },
        { "a=1, Secure", 0, 0, 0 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cors_setcookie cookie;

        assert_true(parse(&cookie, rows[i].text));
        assert_int_equal(cookie.has[CORS_ATTRIBUTE_SECURE], rows[i].secure);
        assert_int_equal(cookie.has[CORS_ATTRIBUTE_HTTPONLY],
                         rows[i].httponly);
        assert_int_equal(cookie.has[CORS_ATTRIBUTE_PARTITIONED],
                         rows[i].partitioned);
    }
}

static void the_last_samesite_counts(void **state)
{
    static const struct {
        const char *text;
        int samesite;
    } rows[] = {
        { "a=1", 0 },
        { "a=1; SameSite=None", CORS_SAMESITE_NONE },
        { "a=1; samesite = nOnE ", CORS_SAMESITE_NONE },
        { "a=1;SAMESITE=LAX", CORS_SAMESITE_LAX },
        { "a=1; SameSite=Strict; SameSite=None", CORS_SAMESITE_NONE },
        { "a=1; SameSite=None; SameSite=Strict", CORS_SAMESITE_STRICT },
        { "a=1; SameSite", 0 },
        { "a=1; SameSite=", 0 },
        { "a=1; SameSite=\"None\"", 0 },
        { "a=1; SameSite=None=None", 0 },
        /* an unknown value is the default, which is Lax in effect */
        { "a=1; SameSite=None; SameSite=No", 0 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cors_setcookie cookie;

        assert_true(parse(&cookie, rows[i].text));
        assert_int_equal(cookie.has[CORS_ATTRIBUTE_SAMESITE],
                         rows[i].samesite);
    }
}

static void the_last_domain_and_path_count(void **state)
{
    static const struct {
        const char *text;
        const char *domain;
        const char *path;
    } rows[] = {
        { "a=1", "", "" },
        { "a=1; Domain=example.com; Path=/x", "example.com", "/x" },
        { "a=1; domain= .Example.com ;path=\t/\t", ".Example.com", "/" },
        { "a=1; Domain=a.test; Domain=b.test", "b.test", "" },
        { "a=1; Domain=a.test; Domain", "", "" },
        { "a=1; Path=/a; Path=/b", "", "/b" },
        { "a=1; Path=/a=b c", "", "/a=b c" },
        /* a path without slash means the request's own folder */
        { "a=1; Path=/a; Path=b", "", "" },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cors_setcookie cookie;

        assert_true(parse(&cookie, rows[i].text));
        assert_part(cookie.domain, rows[i].domain);
        assert_part(cookie.path, rows[i].path);
    }
}

static void over_long_attribute_values_are_passed_over(void **state)
{
    char path[1025 + 1] = "/";
    cors_setcookie cookie;

    (void)state;
    memset(path + 1, 'x', 1024);
    path[1024] = '\0';
    assert_true(parse(&cookie, apr_pstrcat(pool, "a=1; Path=/; Path=", path,
                                           NULL)));
    assert_part(cookie.path, path);
    assert_true(parse(&cookie, apr_pstrcat(pool, "a=1; Path=/; Path=", path,
                                           "x", NULL)));
    assert_part(cookie.path, "/");
    assert_true(parse(&cookie, apr_pstrcat(pool, "a=1; Secure=", path, "x",
                                           NULL)));
    assert_false(cookie.has[CORS_ATTRIBUTE_SECURE]);
    assert_true(parse(&cookie, apr_pstrcat(pool, "a=1; " PAST " ", path + 40,
                                           NULL)));
    assert_true(cors_setcookie_is_deletion(&cookie, NOW));
    assert_true(parse(&cookie, apr_pstrcat(pool, "a=1; " PAST " ", path,
                                           NULL)));
    assert_false(cors_setcookie_is_deletion(&cookie, NOW));
}

static void deletions_are_known(void **state)
{
    static const struct {
        const char *attributes;
        int deletes;
    } rows[] = {
        { "", 0 },
        { "; Max-Age=0", 1 },
        { "; max-age = 000 ", 1 },
        { "; Max-Age=-1", 1 },
        { "; Max-Age=-0", 1 },
        { "; Max-Age=-99999999999999999999999999", 1 },
        { "; Max-Age=1", 0 },
        { "; Max-Age=0001", 0 },
        { "; Max-Age=99999999999999999999999999", 0 },
        { "; Max-Age=", 0 },
        { "; Max-Age", 0 },
        { "; Max-Age=-", 0 },
        { "; Max-Age=+0", 0 },
        { "; Max-Age=0.5", 0 },
        { "; Max-Age=0x0", 0 },
        { "; Max-Age=\"0\"", 0 },
        { "; Max-Age=--1", 0 },
        { "; " PAST, 1 },
        { "; " FUTURE, 0 },
        { "; expires = thu, 01-jan-70 00:00:01 gmt", 1 },
        { "; Expires=Tue, 14 Nov 2023 22:13:20 GMT", 1 },
        { "; Expires=Tue, 14 Nov 2023 22:13:21 GMT", 0 },
        { "; Expires=Mon, 01 Jan 1601 00:00:00 GMT", 1 },
        { "; Expires=0", 0 },
        { "; Expires=", 0 },
        /* Max-Age wins, whatever the order */
        { "; Max-Age=0; " FUTURE, 1 },
        { "; " FUTURE "; Max-Age=0", 1 },
        { "; Max-Age=60; " PAST, 0 },
        { "; " PAST "; Max-Age=60", 0 },
        /* of several the last one that can be read */
        { "; Max-Age=0; Max-Age=60", 0 },
        { "; Max-Age=60; Max-Age=0", 1 },
        { "; Max-Age=0; Max-Age=soon", 1 },
        { "; " PAST "; " FUTURE, 0 },
        { "; " FUTURE "; " PAST, 1 },
        { "; " PAST "; Expires=never", 1 },
        { "; Max-Age=soon; " PAST, 1 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cors_setcookie cookie;

        assert_true(parse(&cookie, apr_pstrcat(pool, "a=x",
                                               rows[i].attributes, NULL)));
        if (cors_setcookie_is_deletion(&cookie, NOW) != rows[i].deletes) {
            fail_msg("a=x%s", rows[i].attributes);
        }
    }
}

static void keys_tell_cookies_apart(void **state)
{
    static const struct {
        const char *one;
        const char *other;
        int same;
    } rows[] = {
        { "a=1", "a=2; Secure; Partitioned; Max-Age=0", 1 },
        { "a=1", " a =1", 1 },
        { "a=1; Domain=.Example.com", "a=; domain=example.com", 1 },
        { "a=1; Domain=AZ.test", "a=; domain=az.test", 1 },
        { "a=1; Domain=", "a=1", 1 },
        { "a=1; Path=x", "a=1", 1 },
        { "a=1", "A=1", 0 },
        { "a=1", "ab=1", 0 },
        { "a=1; Path=/", "a=1", 0 },
        { "a=1; Path=/x", "a=1; Path=/X", 0 },
        { "a=1; Domain=a.test", "a=1", 0 },
        { "a=1; Domain=a.test", "a=1; Domain=b.test", 0 },
        { "a=1; Domain=/x", "a=1; Path=/x", 0 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cors_setcookie one, other;
        size_t length, other_length;
        const char *key, *other_key;

        assert_true(cors_setcookie_parse(pool, &one, rows[i].one,
                                         strlen(rows[i].one)));
        assert_true(cors_setcookie_parse(pool, &other, rows[i].other,
                                         strlen(rows[i].other)));
        key = cors_setcookie_key(pool, &one, &length);
        other_key = cors_setcookie_key(pool, &other, &other_length);
        assert_int_equal(length == other_length
                         && !memcmp(key, other_key, length), rows[i].same);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_name_stands_before_the_first_equals_sign),
        cmocka_unit_test(what_is_no_cookie_is_told_apart),
        cmocka_unit_test(flags_count_whatever_their_value),
        cmocka_unit_test(the_last_samesite_counts),
        cmocka_unit_test(the_last_domain_and_path_count),
        cmocka_unit_test(over_long_attribute_values_are_passed_over),
        cmocka_unit_test(deletions_are_known),
        cmocka_unit_test(keys_tell_cookies_apart),
    };

    return cmocka_run_group_tests_name("setcookie", tests, open_pool,
                                       close_pool);
}
