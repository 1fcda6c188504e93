/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <apr_strings.h>

#include "page_end.h"
#include "policy/named_sites.h"
#include "pool.h"

static cors_named_sites named;

static int add(const char *host, size_t most, int touched)
{
    size_t length = strlen(host);

    return cors_named_sites_add(pool, &named, page_end_copy(host, length),
                                length, most, touched);
}

static void hosts_add_their_site(void **state)
{
    static const struct {
        const char *host;
        const char *site;           /* NULL: it is on none */
    } rows[] = {
        { "example.com", "example.com" },
        { "a.b.example.com", "example.com" },
        { "example.com.", "example.com." },
        { "my_app.example.com", "example.com" },
        { "-a.example.com", "example.com" },
        { "my_app.com", "my_app.com" },
        { "localhost", "localhost" },
        { "app.localhost", "localhost" },
        { "localhost.", "localhost." },
        { "127.0.0.1", "127.0.0.1" },
        { "[::1]", "[::1]" },
        { "com", NULL }, { "intranet", NULL }, { "com.", NULL },
        { "192.0.2.7", NULL }, { "[::2]", NULL }, { "127.0.0", NULL },
        { "-a.com", NULL }, { "a-.com", NULL }, { "_a.com", NULL },
        { "a_.com.", NULL }, { "a.-b.com", NULL },
        { "", NULL }, { ".", NULL }, { ".example.com", NULL },
        { "a..com", NULL }, { "Example.com", NULL }, { "a b.com", NULL },
        { "xn--a-ecp9999999999.com", NULL }
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int expected = rows[i].site != NULL;

        cors_named_sites_init(pool, &named);
        if (add(rows[i].host, 0, 0) != expected
            || named.count != (size_t)expected
            || (expected && strcmp(named.sites[0].text, rows[i].site) != 0)) {
            fail_msg("%s", rows[i].host);
        }
    }
}

static void each_site_is_there_once(void **state)
{
    char host[20];
    int i;

    (void)state;
    cors_named_sites_init(pool, &named);
    assert_true(add("a.example.com", 0, 0));
    assert_true(add("b.example.com", 0, 0));
    assert_int_equal(named.count, 1);
    for (i = 1; i < CORS_NAMED_SITES_MAX; i++) {
        apr_snprintf(host, sizeof(host), "s%d.com", i);
        assert_true(add(host, 0, 0));
    }
    assert_int_equal(named.count, CORS_NAMED_SITES_MAX);
    assert_true(add("c.example.com", 0, 0));
    assert_int_equal(named.too_many, 0);
    assert_true(add("one.more.com", 0, 0));
    assert_int_equal(named.too_many, 1);
    assert_int_equal(named.count, CORS_NAMED_SITES_MAX);
}

static void what_is_said_of_them_is_noted(void **state)
{
    (void)state;
    cors_named_sites_init(pool, &named);
    add("a.example.com", 0, 1);
    assert_null(named.touched);         /* its own label is not */
    add("example.com", 0, 1);
    assert_string_equal(named.touched, "example.com");
    assert_null(named.suffix);
    assert_false(add("-a.com", 0, 1));
    assert_string_equal(named.suffix, "com");
#ifdef HAVE_LIBPSL
    assert_false(add("s3.amazonaws.com", 0, 0));
    assert_string_equal(named.suffix, "s3.amazonaws.com");
    assert_false(add("--site.netlify.app", 0, 0));
    assert_string_equal(named.suffix, "netlify.app");
#endif
    /* a site that reaches too far in front */
    assert_false(add("www.sample.com", 3, 0));
    assert_false(add("www.sample.com", 9, 0));
    assert_false(add("127.0.0.1", 5, 0));
    assert_int_equal(named.count, 1);
    assert_true(add("www.sample.com", 10, 0));
    assert_true(add("127.0.0.1", 9, 0));
    assert_int_equal(named.count, 3);
}

static void hosts_are_covered_at_a_dot(void **state)
{
    static const struct {
        const char *host;
        int covered;
    } rows[] = {
        { "example.com", 1 }, { "a.example.com", 1 },
        { "a.b.example.com", 1 }, { "b.org", 1 },
        { "anexample.com", 0 }, { "an-example.com", 0 }, { "com", 0 },
        { "example.com.", 0 }, { "example.org", 0 }, { "xample.com", 0 },
        { "example.com.evil.net", 0 }, { "Example.com", 0 }, { "", 0 },
        { "localhost", 0 }
    };
    size_t i;

    (void)state;
    cors_named_sites_init(pool, &named);
    add("example.com", 0, 0);
    add("b.org", 0, 0);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t length = strlen(rows[i].host);

        if (cors_named_sites_cover(named.sites, named.count,
                                   page_end_copy(rows[i].host, length),
                                   length) != rows[i].covered) {
            fail_msg("%s", rows[i].host);
        }
        assert_false(cors_named_sites_cover(named.sites, 0, rows[i].host,
                                            length));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_add_their_site),
        cmocka_unit_test(each_site_is_there_once),
        cmocka_unit_test(what_is_said_of_them_is_noted),
        cmocka_unit_test(hosts_are_covered_at_a_dot)
    };

    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
