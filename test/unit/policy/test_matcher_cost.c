/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <apr_siphash.h>

#include "policy/hash.h"
#include "matchers.h"

/* The module's own, with a counter: what a look-up costs are these. */
static int hashed;

apr_uint64_t cors_hash(const void *bytes, size_t length)
{
    static const unsigned char key[APR_SIPHASH_KSIZE] = { 1, 2, 3 };

    hashed++;
    return apr_siphash24(bytes, length, key);
}

/* In the place of the whole of policy/hash, whose object is left out. */
void cors_hash_start(void)
{
}

unsigned int cors_hash_of_key(const char *key, apr_ssize_t *length)
{
    return (unsigned int)cors_hash(key, (size_t)*length);
}

static void a_hundred_thousand_origins_are_told_apart(void **state)
{
    cors_matcher *matcher = cors_matcher_create(pool);
    int i;

    (void)state;
    for (i = 0; i < 100000; i++) {
        add(matcher, numbered("https://tenant-%d.example.com", i));
    }
    assert_int_equal(cors_matcher_count(matcher), 100000);
    for (i = 0; i < 100000; i++) {
        assert_true(admits(matcher,
                           numbered("https://tenant-%d.example.com", i)));
        assert_false(admits(matcher,
                            numbered("http://tenant-%d.example.com", i)));
        assert_false(admits(matcher,
                            numbered("https://tenant-%dx.example.com", i)));
    }
}

static void ten_thousand_wildcards_are_told_apart(void **state)
{
    cors_matcher *matcher = cors_matcher_create(pool);
    int i;

    (void)state;
    for (i = 0; i < 10000; i++) {
        add(matcher, numbered(i % 2 ? "https://*.t%d.example"
                                    : "https://*.t%d.example:*", i));
    }
    assert_int_equal(cors_matcher_count(matcher), 10000);
    for (i = 0; i < 10000; i++) {
        assert_true(admits(matcher, numbered("https://a.b.t%d.example", i)));
        assert_int_equal(admits(matcher,
                                numbered("https://a.t%d.example:1", i)),
                         i % 2 == 0);
        assert_false(admits(matcher, numbered("https://t%d.example", i)));
        assert_false(admits(matcher, numbered("https://at%d.example", i)));
    }
}

/* How many look-ups the module's question takes. */
static int lookups(const cors_matcher *matcher, const char *text)
{
    cors_origin origin;

    hashed = 0;
    if (!cors_matcher_has(matcher, text, strlen(text))) {
        assert_int_equal(cors_origin_parse(text, strlen(text), &origin),
                         CORS_FLAW_NONE);
        cors_matcher_admits_by_wildcard(matcher, &origin);
    }
    return hashed;
}

/* No port is a scheme's default one. */
#define FIRST 1000

/* Neither to read nor to look up one costs more where there are many. */
static void many_wildcards_of_one_host_cost_what_one_does(void **state)
{
    static const struct {
        const char *format;
        const char *hit;
        const char *miss;
        int count;
        int most;               /* what the longest of them may take */
    } rows[] = {
        { "https://*.example.com:%d", "https://a.example.com:%d",
          "http://a.example.com:%d", 40000, 2 },
        { "https://a.example.com:%d", "https://a.example.com:%d",
          "https://b.example.com:%d", 40000, 1 },
        { "https://pr-*.example.com:%d", "https://pr-a.example.com:%d",
          "https://pr-a.example.net:%d", 40000, 2 },
        { "https://t%d-*.example.com", "https://t%d-x.example.com",
          "https://u%d-x.example.com", 10000, 2 },
        { "https://*-t%d.example.com", "https://x-t%d.example.com",
          "https://x-u%d.example.com", 10000, 2 },
        { "https://a%d-*-b.example.com", "https://a%d-x-b.example.com",
          "https://a%d-x-c.example.com", 10000, 3 },
        { "https://t%d-*.example.com:*", "https://t%d-x.example.com:1",
          "https://t%d.example.com:1", 10000, 3 },
        { "https://pr-*.t%d.example.com", "https://pr-x.t%d.example.com",
          "https://pr-x.u%d.example.com", 10000, 2 },
        { "https://*.t%d.example.com", "https://a.b.t%d.example.com",
          "https://t%d.example.com", 10000, 1 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cors_matcher *matcher = cors_matcher_create(pool);
        int number, asked;

        hashed = 0;
        for (number = FIRST; number < FIRST + rows[i].count; number++) {
            add(matcher, numbered(rows[i].format, number));
        }
        assert_int_equal(cors_matcher_count(matcher), rows[i].count);
        assert_true(hashed >= rows[i].count && hashed <= 3 * rows[i].count);
        for (number = FIRST; number < FIRST + rows[i].count; number++) {
            const char *hit = numbered(rows[i].hit, number);

            assert_true(admits(matcher, hit));
            asked = lookups(matcher, hit);
            assert_true(asked >= 1 && asked <= rows[i].most);
            assert_false(admits(matcher, numbered(rows[i].miss, number)));
            assert_true(lookups(matcher, numbered(rows[i].miss, number))
                        <= rows[i].most);
        }
    }
}

/* Whatever a stranger writes: no more than two look-ups for each '-'. */
static void a_label_of_hyphens_is_not_searched_for_long(void **state)
{
    cors_matcher *matcher = cors_matcher_create(pool);
    char origin[100] = "https://", pattern[100];
    int before, behind, asked;

    (void)state;
    memset(origin + 8, '-', 63);
    strcpy(origin + 8 + 63, ".example.com");
    for (before = 1; before < 61; before++) {
        for (behind = 1; before + behind < 62; behind += 7) {
            strcpy(pattern, "https://a");
            memset(pattern + 9, 'b', (size_t)before);
            strcpy(pattern + 8 + before, "-*-");
            memset(pattern + 8 + before + 3, 'c', (size_t)behind);
            strcpy(pattern + 8 + before + 2 + behind, ".example.com");
            add(matcher, pattern);
        }
    }
    assert_true(cors_matcher_count(matcher) >= 250);
    asked = lookups(matcher, origin);
    assert_true(asked >= 10 && asked <= 2 * 63);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hundred_thousand_origins_are_told_apart),
        cmocka_unit_test(ten_thousand_wildcards_are_told_apart),
        cmocka_unit_test(many_wildcards_of_one_host_cost_what_one_does),
        cmocka_unit_test(a_label_of_hyphens_is_not_searched_for_long),
    };

    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
