/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "syntax/origin.h"
#include "page_end.h"

static cors_flaw parse(const char *text, cors_origin *origin)
{
    size_t length = strlen(text);

    return cors_origin_parse(page_end_copy(text, length), length, origin);
}

static void origins_have_parts(void **state)
{
    static const struct {
        const char *text;
        const char *scheme;
        const char *host;
        cors_host_kind kind;
        unsigned port;
    } rows[] = {
        { "https://app.example.com", "https", "app.example.com",
          CORS_HOST_NAME, CORS_PORT_DEFAULT },
        { "https://app.example.com:8443", "https", "app.example.com",
          CORS_HOST_NAME, 8443 },
        { "https://foo:80", "https", "foo", CORS_HOST_NAME, 80 },
        { "http://foo:443", "http", "foo", CORS_HOST_NAME, 443 },
        { "http://localhost.:65535", "http", "localhost.", CORS_HOST_NAME,
          65535 },
        { "https://192.0.2.7:1", "https", "192.0.2.7", CORS_HOST_IPV4, 1 },
        { "https://[2001:db8::1]:8443", "https", "[2001:db8::1]",
          CORS_HOST_IPV6, 8443 },
        { "http://[::1]", "http", "[::1]", CORS_HOST_IPV6,
          CORS_PORT_DEFAULT },
        { "capacitor://localhost", "capacitor", "localhost", CORS_HOST_OPAQUE,
          CORS_PORT_DEFAULT },
        /* a scheme without default port keeps every one */
        { "capacitor://localhost:443", "capacitor", "localhost",
          CORS_HOST_OPAQUE, 443 },
        { "web+x.y-0189://a", "web+x.y-0189", "a", CORS_HOST_OPAQUE,
          CORS_PORT_DEFAULT },
        { "az://a", "az", "a", CORS_HOST_OPAQUE, CORS_PORT_DEFAULT },
        { "https://az09-_", "https", "az09-_", CORS_HOST_NAME,
          CORS_PORT_DEFAULT },
        { "filesystem://a", "filesystem", "a", CORS_HOST_OPAQUE,
          CORS_PORT_DEFAULT },
        /* opaque: every byte stands for itself */
        { "app://.", "app", ".", CORS_HOST_OPAQUE, CORS_PORT_DEFAULT },
        { "app://..", "app", "..", CORS_HOST_OPAQUE, CORS_PORT_DEFAULT },
        { "safari-web-extension://6B4F1A6E-0b6b", "safari-web-extension",
          "6B4F1A6E-0b6b", CORS_HOST_OPAQUE, CORS_PORT_DEFAULT },
        { "a://azAZ09-._~%+", "a", "azAZ09-._~%+", CORS_HOST_OPAQUE,
          CORS_PORT_DEFAULT },
        { "a://127.1:80", "a", "127.1", CORS_HOST_OPAQUE, 80 },
        { "a://xn--", "a", "xn--", CORS_HOST_OPAQUE, CORS_PORT_DEFAULT },
        { "a://[::1]:1", "a", "[::1]", CORS_HOST_IPV6, 1 },
        { "ws://a.example", "ws", "a.example", CORS_HOST_NAME,
          CORS_PORT_DEFAULT },
        { "ftp://a.example:22", "ftp", "a.example", CORS_HOST_NAME, 22 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cors_origin origin;

        assert_int_equal(parse(rows[i].text, &origin), CORS_FLAW_NONE);
        assert_int_equal(origin.length, strlen(rows[i].text));
        assert_memory_equal(origin.text, rows[i].text, origin.length);
        assert_int_equal(origin.scheme_length, strlen(rows[i].scheme));
        assert_memory_equal(origin.text, rows[i].scheme,
                            origin.scheme_length);
        assert_int_equal(origin.host_length, strlen(rows[i].host));
        assert_memory_equal(origin.host, rows[i].host, origin.host_length);
        assert_int_equal(origin.host_kind, rows[i].kind);
        assert_int_equal(origin.port, rows[i].port);
    }
}

static void what_is_no_origin_is_told_apart(void **state)
{
    static const struct {
        const char *text;
        cors_flaw flaw;
    } rows[] = {
        { "", CORS_FLAW_EMPTY },
        { "null", CORS_FLAW_NULL },
        /* no browser sends these; the configuration is told more */
        { "NULL", CORS_FLAW_NO_SCHEME },
        { "null ", CORS_FLAW_LIST },
        { "https://a.example https://b.example", CORS_FLAW_LIST },
        { "https://a.example, https://b.example", CORS_FLAW_LIST },
        { "https://a.example,", CORS_FLAW_LIST },
        { " https://a.example", CORS_FLAW_LIST },
        { "https://a.example\t", CORS_FLAW_LIST },
        { "null,null", CORS_FLAW_LIST },
        { "h", CORS_FLAW_NO_SCHEME },
        { "https", CORS_FLAW_NO_SCHEME },
        { "https:", CORS_FLAW_NO_SCHEME },
        { "https:/", CORS_FLAW_NO_SCHEME },
        { "https:/a", CORS_FLAW_NO_SCHEME },
        { "://a", CORS_FLAW_NO_SCHEME },
        { "a.example", CORS_FLAW_NO_SCHEME },
        { "a.example/https://b.example", CORS_FLAW_NO_SCHEME },
        { "HTTPS://a.example", CORS_FLAW_UPPER_CASE },
        { "aA://b", CORS_FLAW_UPPER_CASE },
        { "aZ://b", CORS_FLAW_UPPER_CASE },
        { "a@://b", CORS_FLAW_SCHEME },
        { "a[://b", CORS_FLAW_SCHEME },
        { "1a://b", CORS_FLAW_SCHEME },
        { "a?://b", CORS_FLAW_WILDCARD },
        { "a{://b", CORS_FLAW_WILDCARD },
        { "a}://b", CORS_FLAW_WILDCARD },
        { "a_b://c", CORS_FLAW_SCHEME },
        { "*://a", CORS_FLAW_WILDCARD },
        { "file://", CORS_FLAW_FILE },
        { "file:///etc", CORS_FLAW_FILE },
        { "https://", CORS_FLAW_NO_HOST },
        { "https:///", CORS_FLAW_NO_HOST },
        { "https://:1", CORS_FLAW_NO_HOST },
        { "https://a.example/", CORS_FLAW_PATH },
        { "https://a.example\\", CORS_FLAW_PATH },
        { "https://a.example:1/", CORS_FLAW_PATH },
        { "https://a.example?", CORS_FLAW_QUERY },
        { "https://a.example#", CORS_FLAW_FRAGMENT },
        { "https://u@a.example", CORS_FLAW_USERINFO },
        { "https://u:p@a.example", CORS_FLAW_USERINFO },
        { "https://a.example:", CORS_FLAW_PORT },
        { "https://a.example:x", CORS_FLAW_PORT },
        { "https://a.example:8x", CORS_FLAW_PORT },
        { "https://a.example:0", CORS_FLAW_PORT_RANGE },
        { "https://a.example:000000", CORS_FLAW_PORT_RANGE },
        { "https://a.example:65536", CORS_FLAW_PORT_RANGE },
        { "https://a.example:655350", CORS_FLAW_PORT_RANGE },
        { "https://a.example:99999999999999999999", CORS_FLAW_PORT_RANGE },
        { "https://a.example:01", CORS_FLAW_PORT_PADDED },
        { "https://a.example:443", CORS_FLAW_PORT_DEFAULT },
        { "http://a.example:80", CORS_FLAW_PORT_DEFAULT },
        { "ws://a.example:80", CORS_FLAW_PORT_DEFAULT },
        { "wss://a.example:443", CORS_FLAW_PORT_DEFAULT },
        { "ftp://a.example:21", CORS_FLAW_PORT_DEFAULT },
        { "https://evil.com/.example.com", CORS_FLAW_PATH },
        /* five schemes have names, which are not opaque */
        { "https://A.example", CORS_FLAW_UPPER_CASE },
        { "http://.", CORS_FLAW_LABEL_EMPTY },
        { "ws://A.example", CORS_FLAW_UPPER_CASE },
        { "wss://127.1", CORS_FLAW_IPV4 },
        { "ftp://a~b", CORS_FLAW_CHARACTER },
        { "app://", CORS_FLAW_NO_HOST },
        { "app://:80", CORS_FLAW_NO_HOST },
        { "app://a!b", CORS_FLAW_CHARACTER_OPAQUE },
        { "app://*", CORS_FLAW_CHARACTER_OPAQUE },
        { "app://b\xc3\xbc", CORS_FLAW_CHARACTER_OPAQUE },
        { "app://a/", CORS_FLAW_PATH },
        { "app://./", CORS_FLAW_PATH },
        { "app://u@a", CORS_FLAW_USERINFO },
        { "app://a:0", CORS_FLAW_PORT_RANGE },
        { "app://[::1", CORS_FLAW_IPV6 },
        { "app://[0::1]", CORS_FLAW_IPV6_FORM },
        { "App://a", CORS_FLAW_UPPER_CASE },
        { "https://*.example.com", CORS_FLAW_WILDCARD },
        { "https://a.example:*", CORS_FLAW_WILDCARD },
    };
    cors_origin origin;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cors_flaw flaw = parse(rows[i].text, &origin);

        if (flaw != rows[i].flaw) {
            fail_msg("%s: %s", rows[i].text, cors_flaw_text(flaw));
        }
    }
    assert_int_equal(cors_origin_parse("https://a\0b", 11, &origin),
                     CORS_FLAW_CHARACTER);
    assert_int_equal(cors_origin_parse("https://a:1\0", 12, &origin),
                     CORS_FLAW_PORT);
    assert_int_equal(cors_origin_parse("\0", 1, &origin),
                     CORS_FLAW_NO_SCHEME);
}

/* Each beginning of an origin, at the end of the readable memory. */
static void no_beginning_is_read_beyond(void **state)
{
    static const char *const rows[] = {
        "https://app.xn--bcher-kva.example:8443", "http://[2001:db8::1]:80",
        "chrome-extension://a", "https://192.0.2.7:1", "null", "file:///",
        "https?://a", "https://u:p@a", "https://::1", "*://a",
    };
    cors_origin origin;
    size_t i, length;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (length = 0; length <= strlen(rows[i]); length++) {
            cors_origin_parse(page_end_copy(rows[i], length), length,
                              &origin);
        }
    }
}

static void origins_and_schemes_have_a_longest_form(void **state)
{
    char text[600];
    cors_origin origin;

    (void)state;
    memset(text, 'a', sizeof(text));
    memcpy(text + 64, "://x", 4);
    assert_int_equal(cors_origin_parse(text, 68, &origin), CORS_FLAW_NONE);
    memcpy(text + 64, "a://x", 5);
    assert_int_equal(cors_origin_parse(text, 69, &origin),
                     CORS_FLAW_SCHEME_LONG);
    memset(text, 'a', sizeof(text));
    memcpy(text, "https://", 8);
    assert_int_equal(cors_origin_parse(text, 512, &origin),
                     CORS_FLAW_LABEL_LONG);
    assert_int_equal(cors_origin_parse(text, 513, &origin), CORS_FLAW_LONG);
    /* a list stays a list, however long */
    text[300] = ' ';
    assert_int_equal(cors_origin_parse(text, sizeof(text), &origin),
                     CORS_FLAW_LIST);
}

static void http_is_insecure_but_on_this_machine(void **state)
{
    static const struct {
        const char *text;
        int insecure;
    } rows[] = {
        { "http://app.example.com", 1 },
        { "http://192.0.2.7", 1 },
        { "http://[2001:db8::1]", 1 },
        { "http://localhost.example", 1 },
        { "http://localhost", 0 },
        { "http://app.localhost.:3000", 0 },
        { "http://127.0.0.42", 0 },
        { "http://[::1]:3000", 0 },
        { "https://app.example.com", 0 },
        { "capacitor://app.example.com", 0 },
        { "httpx://app.example.com", 0 },
    };
    cors_origin origin;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(parse(rows[i].text, &origin), CORS_FLAW_NONE);
        assert_int_equal(cors_origin_is_insecure(&origin), rows[i].insecure);
    }
}

static void each_flaw_has_a_sentence_of_its_own(void **state)
{
    int a, b;

    (void)state;
    assert_null(cors_flaw_text(CORS_FLAW_NONE));
    for (a = 1; a < CORS_FLAW_COUNT; a++) {
        assert_non_null(cors_flaw_text((cors_flaw)a));
        for (b = 1; b < a; b++) {
            assert_string_not_equal(cors_flaw_text((cors_flaw)a),
                                    cors_flaw_text((cors_flaw)b));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(origins_have_parts),
        cmocka_unit_test(what_is_no_origin_is_told_apart),
        cmocka_unit_test(no_beginning_is_read_beyond),
        cmocka_unit_test(origins_and_schemes_have_a_longest_form),
        cmocka_unit_test(http_is_insecure_but_on_this_machine),
        cmocka_unit_test(each_flaw_has_a_sentence_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
