/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>

#include "syntax/host.h"
#include "page_end.h"

static cors_flaw check(const char *text, cors_host_kind *kind)
{
    size_t length = strlen(text);

    return cors_host_check(page_end_copy(text, length), length, kind);
}

static void hosts_have_a_kind(void **state)
{
    static const struct {
        const char *host;
        cors_host_kind kind;
    } rows[] = {
        { "a", CORS_HOST_NAME },
        { "localhost", CORS_HOST_NAME },
        { "app.example.com", CORS_HOST_NAME },
        { "app.example.com.", CORS_HOST_NAME },
        { "a_b.example.com", CORS_HOST_NAME },
        { "-a-.example.com", CORS_HOST_NAME },
        { "xn--bcher-kva.example", CORS_HOST_NAME },
        { "192.0.2.7.example", CORS_HOST_NAME },
        { "192.0.2.x7", CORS_HOST_NAME },
        /* begins like a number, ends like a name */
        { "192.0.2.0xg", CORS_HOST_NAME },
        { "192.0.2.7a", CORS_HOST_NAME },
        { "192.0.2.7", CORS_HOST_IPV4 },
        { "0.0.0.0", CORS_HOST_IPV4 },
        { "255.255.255.255", CORS_HOST_IPV4 },
        { "[::]", CORS_HOST_IPV6 },
        { "[::1]", CORS_HOST_IPV6 },
        { "[2001:db8::1]", CORS_HOST_IPV6 },
        { "[1:2:3:4:5:6:7:8]", CORS_HOST_IPV6 },
        { "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]", CORS_HOST_IPV6 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cors_host_kind kind = (cors_host_kind)-1;

        assert_int_equal(check(rows[i].host, &kind), CORS_FLAW_NONE);
        assert_int_equal(kind, rows[i].kind);
    }
}

static void what_is_no_host_is_told_apart(void **state)
{
    static const struct {
        const char *host;
        cors_flaw flaw;
    } rows[] = {
        { "", CORS_FLAW_NO_HOST },
        { ".", CORS_FLAW_LABEL_EMPTY },
        { "..", CORS_FLAW_LABEL_EMPTY },
        { ".example.com", CORS_FLAW_LABEL_EMPTY },
        { "app..example.com", CORS_FLAW_LABEL_EMPTY },
        { "app.example.com..", CORS_FLAW_LABEL_EMPTY },
        { "App.example.com", CORS_FLAW_UPPER_CASE },
        { "aZ", CORS_FLAW_UPPER_CASE },
        { "a@", CORS_FLAW_CHARACTER },
        { "a[", CORS_FLAW_CHARACTER },
        { "b\xc3\xbc" "cher.example", CORS_FLAW_NOT_ASCII },
        { "\x80", CORS_FLAW_NOT_ASCII },
        { "\xff", CORS_FLAW_NOT_ASCII },
        { "*.example.com", CORS_FLAW_WILDCARD },
        { "app.example.com ", CORS_FLAW_CHARACTER },
        { "app\texample", CORS_FLAW_CHARACTER },
        { "app%2eexample", CORS_FLAW_CHARACTER },
        { "app]", CORS_FLAW_CHARACTER },
        { "app\x7f", CORS_FLAW_CHARACTER },
        { "xn--", CORS_FLAW_LABEL_XN },
        { "a.xn--abc-.b", CORS_FLAW_LABEL_XN },
        { "7", CORS_FLAW_IPV4 },
        { "0x7f.1", CORS_FLAW_IPV4 },
        { "0x", CORS_FLAW_IPV4 },
        { "192.0.2.7.", CORS_FLAW_IPV4 },
        { "192.0.2.07", CORS_FLAW_IPV4 },
        { "192.0.2.256", CORS_FLAW_IPV4 },
        { "1.2.3.4.5", CORS_FLAW_IPV4 },
        { "example.7", CORS_FLAW_NUMBER },
        { "example.0x7f", CORS_FLAW_NUMBER },
        { "example.0xa", CORS_FLAW_NUMBER },
        { "[", CORS_FLAW_IPV6 },
        { "[]", CORS_FLAW_IPV6 },
        { "[:]", CORS_FLAW_IPV6 },
        { "[::1", CORS_FLAW_IPV6 },
        { "[::1]]", CORS_FLAW_IPV6 },
        { "[::g]", CORS_FLAW_IPV6 },
        { "[192.0.2.7]", CORS_FLAW_IPV6 },
        { "[ ::1]", CORS_FLAW_IPV6 },
        { "[1:2:3:4:5:6:7]", CORS_FLAW_IPV6 },
        { "[00000:0000:0000:0000:0000:0000:0000:0000:0000:0000]",
          CORS_FLAW_IPV6 },
        { "[::1%eth0]", CORS_FLAW_IPV6_FORM },
        { "[%]", CORS_FLAW_IPV6_FORM },
        { "[0:0:0:0:0:0:0:1]", CORS_FLAW_IPV6_FORM },
        { "[2001:DB8::1]", CORS_FLAW_IPV6_FORM },
        { "[::192.0.2.7]", CORS_FLAW_IPV6_FORM },
        { "[::ffff:192.0.2.7]", CORS_FLAW_IPV6_MAPPED },
        { "[::ffff:c000:207]", CORS_FLAW_IPV6_MAPPED },
        /* the longest that there is */
        { "[0000:0000:0000:0000:0000:ffff:255.255.255.255]",
          CORS_FLAW_IPV6_MAPPED },
    };
    cors_host_kind kind;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cors_flaw flaw = check(rows[i].host, &kind);

        if (flaw != rows[i].flaw) {
            fail_msg("%s: %d", rows[i].host, flaw);
        }
    }
    /* NUL, which no C string shows */
    assert_int_equal(cors_host_check("app\0.example", 12, &kind),
                     CORS_FLAW_CHARACTER);
    assert_int_equal(cors_host_check("[::1\0]", 6, &kind), CORS_FLAW_IPV6);
}

static void labels_and_names_have_a_longest_form(void **state)
{
    char name[300];
    cors_host_kind kind;
    size_t i;

    (void)state;
    memset(name, 'a', sizeof(name));
    assert_int_equal(cors_host_check(name, 63, &kind), CORS_FLAW_NONE);
    assert_int_equal(cors_host_check(name, 64, &kind), CORS_FLAW_LABEL_LONG);
    for (i = 1; i < sizeof(name); i += 2) {
        name[i] = '.';
    }
    assert_int_equal(cors_host_check(name, 253, &kind), CORS_FLAW_NONE);
    /* the trailing dot does not count */
    assert_int_equal(cors_host_check(name, 254, &kind), CORS_FLAW_NONE);
    assert_int_equal(cors_host_check(name, 255, &kind),
                     CORS_FLAW_HOST_LONG);
}

/* Every byte, alone and inside of a name, against a list of those allowed. */
static void a_name_has_the_bytes_that_browsers_write(void **state)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
    char name[] = "a?a";
    cors_host_kind kind;
    int byte;

    (void)state;
    for (byte = 0; byte < 256; byte++) {
        int is_allowed = byte != 0 && strchr(allowed, byte) != NULL;

        name[1] = (char)byte;
        assert_int_equal(cors_host_check(name, 3, &kind) == CORS_FLAW_NONE,
                         is_allowed);
    }
}

static void loopback_is_this_machine(void **state)
{
    static const struct {
        const char *host;
        int loopback;
    } rows[] = {
        { "localhost", 1 }, { "localhost.", 1 },
        { "app.localhost", 1 }, { "a.b.localhost.", 1 },
        { "127.0.0.1", 1 }, { "127.0.0.42", 1 }, { "127.255.255.255", 1 },
        { "[::1]", 1 },
        { "localhost..", 0 },
        { "alocalhost", 0 }, { "localhosta", 0 },
        { "localhost.example.com", 0 }, { "localhost.localdomain", 0 },
        { "ocalhost", 0 }, { "", 0 }, { ".", 0 },
        { "ninebytes", 0 }, { "app.ninebytes", 0 },
        { "126.255.255.255", 0 }, { "128.0.0.0", 0 }, { "0.0.0.0", 0 },
        { "127.0.0.1.example.com", 0 },
        { "127.1", 0 },     /* no browser writes it */
        { "[::]", 0 }, { "[::2]", 0 }, { "[::1", 0 }, { "[1::1]", 0 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t length = strlen(rows[i].host);

        if (cors_host_is_loopback(page_end_copy(rows[i].host, length), length)
            != rows[i].loopback) {
            fail_msg("%s", rows[i].host);
        }
    }
}

static void ipv6_addresses_have_a_shortest_form(void **state)
{
    static const char *const rows[][2] = {
        { "::", "[::]" },
        { "0:0:0:0:0:0:0:1", "[::1]" },
        { "1:0:0:0:0:0:0:0", "[1::]" },
        { "1:0:0:2:0:0:0:3", "[1:0:0:2::3]" },      /* the longer run */
        { "1:0:0:2:3:0:0:4", "[1::2:3:0:0:4]" },    /* the first of two */
        { "1:0:2:3:4:5:6:7", "[1:0:2:3:4:5:6:7]" }, /* one is no run */
        { "0:1:2:3:4:5:6:7", "[0:1:2:3:4:5:6:7]" },
        { "1:2:3:4:5:6:7:0", "[1:2:3:4:5:6:7:0]" },
        { "0:0:1:2:3:4:5:6", "[::1:2:3:4:5:6]" },
        { "1:2:3:4:5:6:0:0", "[1:2:3:4:5:6::]" },
        { "2001:0db8:000a:00b0::0c0d", "[2001:db8:a:b0::c0d]" },
        /* where inet_ntop writes an IPv4 address */
        { "::ffff:192.0.2.7", "[::ffff:c000:207]" },
        { "::ffff:0.0.0.7", "[::ffff:0:7]" },
        { "::192.0.2.7", "[::c000:207]" },
        { "::1:0", "[::1:0]" },
        { "::255.255.255.255", "[::ffff:ffff]" },
        { "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
          "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]" },
    };
    unsigned char bytes[16];
    char out[CORS_HOST_IPV6_SIZE];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(inet_pton(AF_INET6, rows[i][0], bytes), 1);
        assert_int_equal(cors_host_write_ipv6(bytes, out),
                         strlen(rows[i][1]));
        assert_string_equal(out, rows[i][1]);
    }
}

/* Any address is read back from its shortest form, which is then accepted. */
static void ipv6_addresses_survive_writing(void **state)
{
    int round;

    (void)state;
    srand(1);
    for (round = 0; round < 50000; round++) {
        unsigned char bytes[16], again[16];
        char out[CORS_HOST_IPV6_SIZE];
        cors_host_kind kind;
        cors_flaw flaw;
        size_t length;
        int i;

        for (i = 0; i < 16; i++) {
            bytes[i] = rand() % 3 ? 0 : (unsigned char)rand();
        }
        length = cors_host_write_ipv6(bytes, out);
        flaw = check(out, &kind);
        assert_true(flaw == CORS_FLAW_NONE || flaw == CORS_FLAW_IPV6_MAPPED);
        out[length - 1] = '\0';
        assert_int_equal(inet_pton(AF_INET6, out + 1, again), 1);
        assert_memory_equal(bytes, again, 16);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_have_a_kind),
        cmocka_unit_test(what_is_no_host_is_told_apart),
        cmocka_unit_test(labels_and_names_have_a_longest_form),
        cmocka_unit_test(a_name_has_the_bytes_that_browsers_write),
        cmocka_unit_test(loopback_is_this_machine),
        cmocka_unit_test(ipv6_addresses_have_a_shortest_form),
        cmocka_unit_test(ipv6_addresses_survive_writing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
