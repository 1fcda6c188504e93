/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <pthread.h>

#include <cmocka.h>

#include "page_end.h"
#include "syntax/site.h"

/* test_site_without_list.c runs these tests too, with the other column. */
#ifdef HAVE_LIBPSL
#define LIST(with, without) (with)
#else
#define LIST(with, without) (without)
#endif

static void suffixes_are_known(void **state)
{
    static const struct {
        const char *host;
        int suffix;
    } rows[] = {
        { "com", 1 },
        { "COM", 1 },
        { "com.", 1 },
        { "co.uk", LIST(1, 0) },
        { "co.uk.", LIST(1, 0) },
        { "Co.Uk", LIST(1, 0) },
        { "Co.ZA", LIST(1, 0) },
        { "github.io", LIST(1, 0) },
        { "xn--p1ai", 1 },
        { "xn--55qx5d.cn", LIST(1, 0) },
        /* the list has *.kawasaki.jp and !city.kawasaki.jp */
        { "kawasaki.jp", LIST(1, 0) },
        { "any.kawasaki.jp", LIST(1, 0) },
        { "city.kawasaki.jp", 0 },
        { "www.ck", 0 },
        /* single labels of the local network */
        { "intranet", 1 },
        { "intranet.", 1 },
        { "test", 1 },
        { "localhost", 0 },
        { "localhost.", 0 },
        { "LOCALHOST", 0 },
        { "app.localhost", 0 },
        { "example.com", 0 },
        { "a.b.example.co.uk", 0 },
        { "app.github.io", 0 },
        { "app.github.io.", 0 },
        { "my_host.example.com", 0 },
        { "intranet.example", 0 },
        /* under an address there is nothing */
        { "192.0.2.7", 0 },
        { "[2001:db8::1]", 0 },
        /* no hosts */
        { "", 1 },
        { ".", 1 },
        { "..", 1 },
        { ".com", 1 },
        { "a..com", 1 },
        { "com..", 1 },
        { "b\xC3\xBC" "cher.example", 1 },
        { "a b.example", 1 },
        { "192.0.2", 1 },
        { "[::1", 1 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t length = strlen(rows[i].host);

        if (cors_site_is_public_suffix(page_end_copy(rows[i].host, length),
                                       length) != rows[i].suffix) {
            fail_msg("%s", rows[i].host);
        }
    }
}

static void registrable_domains_are_found(void **state)
{
    static const struct {
        const char *host;
        const char *domain;         /* "": it has none */
    } rows[] = {
        { "example.com", "example.com" },
        { "a.b.example.com", "example.com" },
        { "A.Example.Com", "Example.Com" },
        { "www.example.com.", "example.com." },
        { "www.example.co.uk", LIST("example.co.uk", "co.uk") },
        { "a.app.github.io", LIST("app.github.io", "github.io") },
        { "a.b.s3.amazonaws.com", LIST("b.s3.amazonaws.com",
                                       "amazonaws.com") },
        { "a.b.any.kawasaki.jp", LIST("b.any.kawasaki.jp",
                                      "kawasaki.jp") },
        { "a.city.kawasaki.jp", LIST("city.kawasaki.jp", "kawasaki.jp") },
        { "www.app.test", "app.test" },
        { "localhost", "localhost" },
        { "a.b.localhost", "localhost" },
        { "a.localhost.", "localhost." },
        { "notlocalhost", "" },
        { "a.notlocalhost", "a.notlocalhost" },
        /* suffixes, single labels, addresses, no hosts */
        { "com", "" },
        { "com.", "" },
        { "intranet", "" },
        { "co.uk", LIST("", "co.uk") },
        { "github.io", LIST("", "github.io") },
        { "s3.amazonaws.com", LIST("", "amazonaws.com") },
        { "any.kawasaki.jp", LIST("", "kawasaki.jp") },
        { "192.0.2.7", "" },
        { "127.0.0.1", "" },
        { "[::1]", "" },
        { "", "" },
        { ".", "" },
        { ".example.com", "" },
        { "a..example.com", "" },
        { "b\xC3\xBC" "cher.example", "" },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t length = strlen(rows[i].host);
        const char *host = page_end_copy(rows[i].host, length);
        size_t tail = cors_site_registrable(host, length);

        if (tail != strlen(rows[i].domain)
            || memcmp(host + length - tail, rows[i].domain, tail) != 0) {
            fail_msg("%s", rows[i].host);
        }
    }
}

static const struct {
    const char *a;
    const char *b;
    int same;
} pairs[] = {
    { "example.com", "example.com", 1 },
    { "example.com", "EXAMPLE.com", 1 },
    { "www.example.com", "example.com", 1 },
    { "a.b.example.com", "b.example.com", 1 },
    { "www.example.com", "api.example.com", LIST(1, 0) },
    { "Www.Example.Com", "api.example.com", LIST(1, 0) },
    { "www.example.com.", "api.example.com.", LIST(1, 0) },
    { "a.example.co.uk", "b.example.co.uk", LIST(1, 0) },
    { "a.app.github.io", "app.github.io", 1 },
    { "www.app.test", "app.test", 1 },
    { "www.app.test", "api.other.test", 0 },
    { "example.com", "example.net", 0 },
    { "example.com", "badexample.com", 0 },
    { "example.com", "example.com.evil.net", 0 },
    { "com", "example.com", 0 },
    { "a.co.uk", "b.co.uk", 0 },
    { "a.github.io", "b.github.io", 0 },
    { "github.io", "a.github.io", LIST(0, 1) },
    { "x.kawasaki.jp", "y.kawasaki.jp", 0 },
    { "a.city.kawasaki.jp", "city.kawasaki.jp", 1 },
    /* the dot makes another host, and a site of its own */
    { "example.com", "example.com.", 0 },
    { "www.example.com", "example.com.", 0 },
    /* single labels, and what is under them */
    { "localhost", "localhost", 1 },
    { "localhost", "intranet", 0 },
    { "localhost", "app.localhost", 0 },
    { "a.localhost", "b.localhost", 0 },
    { "intranet", "intranet", 1 },
    { "www.intranet", "intranet", 0 },
    /* addresses */
    { "192.0.2.7", "192.0.2.7", 1 },
    { "192.0.2.7", "192.0.2.8", 0 },
    { "192.0.2.7", "1.192.0.2.7", 0 },
    { "10.0.2.7", "192.0.2.7", 0 },
    { "localhost", "127.0.0.1", 0 },
    { "[::1]", "[::1]", 1 },
    { "[::1]", "[::2]", 0 },
    { "[2001:DB8::1]", "[2001:db8::1]", 1 },
    /* what is no host is on one site with itself only */
    { "", "", 1 },
    { "", "example.com", 0 },
    { ".example.com", "example.com", 0 },
    { "a..example.com", "example.com", 0 },
    { "\xFF.example.com", "example.com", 0 },
};

static void sites_are_told_apart(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        size_t a_length = strlen(pairs[i].a);
        size_t b_length = strlen(pairs[i].b);
        const char *b = page_end_copy(pairs[i].b, b_length);

        if (cors_site_same(pairs[i].a, a_length, b, b_length)
                != pairs[i].same
            || cors_site_same(b, b_length, pairs[i].a, a_length)
                != pairs[i].same) {
            fail_msg("%s and %s", pairs[i].a, pairs[i].b);
        }
    }
}

static void long_names_are_no_hosts(void **state)
{
    char name[1024];
    size_t i, length;

    (void)state;
    for (i = 0; i < sizeof(name); i++) {
        name[i] = i % 64 == 63 ? '.' : 'a';
    }
    /* 253 and a dot: the longest there is */
    name[253] = '.';
    assert_false(cors_site_is_public_suffix(name, 253));
    assert_false(cors_site_is_public_suffix(name, 254));
    for (length = 255; length < sizeof(name); length++) {
        assert_true(cors_site_is_public_suffix(name, length));
        assert_false(cors_site_same(name, length, name, length - 1));
        assert_true(cors_site_same(name, length, name, length));
    }
}

static void the_list_is_there_or_is_not(void **state)
{
    (void)state;
    assert_int_equal(cors_site_has_list(), LIST(1, 0));
}

/* More hosts than a process remembers, of each kind and length. */
#define HOSTS 20000

static int is_known(unsigned number)
{
    static const char *const ends[] = {
        ".com", ".example.com", ".github.io", ".test"
    };
    char host[128];
    size_t length;

    memset(host, 'x', 40);
    length = number % 40 + (size_t)snprintf(host + number % 40, 80, "h%u%s",
                                            number, ends[number % 4]);
    return !cors_site_is_public_suffix(host, length)
           && cors_site_is_public_suffix("com", 3)
           && cors_site_is_public_suffix("Com", 3)
           && cors_site_is_public_suffix("test", 4)
           && !cors_site_is_public_suffix("localhost", 9);
}

static void what_was_asked_is_answered_alike(void **state)
{
    unsigned i;

    (void)state;
    for (i = 0; i < 2 * HOSTS; i++) {
        assert_true(is_known(i % HOSTS));
        assert_true(is_known(i % 7));
    }
}

static void *ask(void *first)
{
    unsigned i, wrong = 0;

    for (i = 0; i < HOSTS; i++) {
        wrong += !is_known(*(const unsigned *)first + i % 3000);
    }
    return wrong ? first : NULL;
}

static void threads_are_answered_alike(void **state)
{
    static unsigned firsts[] = { 0, 0, 1000, 2000 };
    pthread_t threads[4];
    void *wrong;
    int i;

    (void)state;
    for (i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, ask, &firsts[i]),
                         0);
    }
    for (i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(suffixes_are_known),
        cmocka_unit_test(registrable_domains_are_found),
        cmocka_unit_test(sites_are_told_apart),
        cmocka_unit_test(long_names_are_no_hosts),
        cmocka_unit_test(what_was_asked_is_answered_alike),
        cmocka_unit_test(threads_are_answered_alike),
        cmocka_unit_test(the_list_is_there_or_is_not),
    };

    return cmocka_run_group_tests_name("site", tests, NULL, NULL);
}
