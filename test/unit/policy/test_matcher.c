/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "policy/matcher.h"
#include "matchers.h"
#include "naive_matcher.h"

static void patterns_admit_what_they_say(void **state)
{
    static const struct {
        const char *pattern;
        const char *origin;
        int admitted;
    } rows[] = {
        { "https://a.example", "https://a.example", 1 },
        { "https://a.example", "http://a.example", 0 },
        { "https://a.example", "https://a.example:8443", 0 },
        { "https://a.example", "https://a.example.", 0 },
        { "https://a.example", "https://b.a.example", 0 },
        { "https://a.example", "https://a.exampl", 0 },
        { "https://a.example", "https://a.example.com", 0 },
        { "https://a.example:8443", "https://a.example:8443", 1 },
        { "https://a.example:8443", "https://a.example:844", 0 },
        { "https://a.example:8443", "https://a.example", 0 },
        { "https://a.example:*", "https://a.example", 1 },
        { "https://a.example:*", "https://a.example:1", 1 },
        { "https://a.example:*", "https://a.example:65535", 1 },
        { "https://a.example:*", "http://a.example:1", 0 },
        { "https://a.example:*", "https://b.a.example:1", 0 },
        { "https://a.example:*", "https://a.example.:1", 0 },
        { "https://*.a.example", "https://b.a.example", 1 },
        { "https://*.a.example", "https://c.b.a.example", 1 },
        { "https://*.a.example", "https://a.example", 0 },
        { "https://*.a.example", "https://ba.example", 0 },
        { "https://*.a.example", "https://b.a.example:8443", 0 },
        { "https://*.a.example", "https://b.a.example.", 0 },
        { "https://*.a.example", "http://b.a.example", 0 },
        { "https://*.a.example", "https://a.example.b", 0 },
        { "https://*.a.example:8443", "https://b.a.example:8443", 1 },
        { "https://*.a.example:8443", "https://b.a.example", 0 },
        { "https://*.a.example:*", "https://b.a.example:1", 1 },
        { "https://*.a.example:*", "https://b.a.example", 1 },
        { "https://*.a.example:*", "https://a.example:1", 0 },
        { "http://*.localhost", "http://app.localhost", 1 },
        { "http://*.localhost", "https://app.localhost", 0 },
        { "https://*.a.example.", "https://b.a.example.", 1 },
        { "http://[::1]:*", "http://[::1]:90", 1 },
        { "https://192.0.2.7", "https://192.0.2.7", 1 },
        /* a star inside the first label: its one or more bytes */
        { "https://pr-*.a.example", "https://pr-7.a.example", 1 },
        { "https://pr-*.a.example", "https://pr-a_0-b.a.example", 1 },
        { "https://pr-*.a.example", "https://pr--.a.example", 1 },
        { "https://pr-*.a.example", "https://pr-.a.example", 0 },
        { "https://pr-*.a.example", "https://pr.a.example", 0 },
        { "https://pr-*.a.example", "https://pr7.a.example", 0 },
        { "https://pr-*.a.example", "https://xpr-7.a.example", 0 },
        { "https://pr-*.a.example", "https://p-7.a.example", 0 },
        { "https://pr-*.a.example", "https://a.example", 0 },
        /* never a dot, and never another label */
        { "https://pr-*.a.example", "https://pr-7.b.a.example", 0 },
        { "https://pr-*.a.example", "https://b.pr-7.a.example", 0 },
        { "https://pr-*.a.example", "https://pr-7.example", 0 },
        { "https://pr-*.a.example", "https://pr-7.aa.example", 0 },
        { "https://pr-*.a.example", "https://pr-7a.example", 0 },
        /* the rest is as with any other */
        { "https://pr-*.a.example", "http://pr-7.a.example", 0 },
        { "https://pr-*.a.example", "https://pr-7.a.example:1", 0 },
        { "https://pr-*.a.example", "https://pr-7.a.example.", 0 },
        { "https://pr-*.a.example.", "https://pr-7.a.example.", 1 },
        { "https://pr-*.a.example:1", "https://pr-7.a.example:1", 1 },
        { "https://pr-*.a.example:1", "https://pr-7.a.example:11", 0 },
        { "https://pr-*.a.example:1", "https://pr-7.a.example", 0 },
        { "https://pr-*.a.example:*", "https://pr-7.a.example", 1 },
        { "https://pr-*.a.example:*", "https://pr-7.a.example:1", 1 },
        { "https://pr-*.a.example:*", "https://pr-.a.example:1", 0 },
        { "http://pr-*.localhost:*", "http://pr-7.localhost:3000", 1 },
        /* behind the star, and on both sides of it */
        { "https://*-dev.a.example", "https://x-dev.a.example", 1 },
        { "https://*-dev.a.example", "https://x-y-dev.a.example", 1 },
        { "https://*-dev.a.example", "https://--dev.a.example", 1 },
        { "https://*-dev.a.example", "https://-dev.a.example", 0 },
        { "https://*-dev.a.example", "https://dev.a.example", 0 },
        { "https://*-dev.a.example", "https://xdev.a.example", 0 },
        { "https://*-dev.a.example", "https://x-devel.a.example", 0 },
        { "https://a-*-b.c", "https://a-x-b.c", 1 },
        { "https://a-*-b.c", "https://a--b-b.c", 1 },
        { "https://a-*-b.c", "https://a-b.c", 0 },
        { "https://a-*-b.c", "https://a--b.c", 0 },
        { "https://a-*-b.c", "https://a-x-c.c", 0 },
        { "https://a-*-b.c", "https://b-x-b.c", 0 },
        /* browsers show another name than one that starts with xn-- */
        { "https://*-kva.a.example", "https://xn--bcher-kva.a.example", 0 },
        { "https://xn-*.a.example", "https://xn--bcher-kva.a.example", 0 },
        { "https://xn-*.a.example", "https://xn-b.a.example", 1 },
        /* five letters are no https: */
        { "https://*.a.example", "httpx://b.a.example", 0 },
        { "https://*.a.example", "abcde://b.a.example", 0 },
        { "capacitor://localhost", "capacitor://localhost", 1 },
        { "capacitor://localhost", "ionic://localhost", 0 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cors_matcher *matcher = cors_matcher_create(pool);

        add(matcher, rows[i].pattern);
        if (admits(matcher, rows[i].origin) != rows[i].admitted) {
            fail_msg("%s, %s", rows[i].pattern, rows[i].origin);
        }
    }
}

static void an_empty_set_admits_nobody(void **state)
{
    cors_matcher *matcher = cors_matcher_create(pool);

    (void)state;
    assert_int_equal(cors_matcher_count(matcher), 0);
    assert_false(admits(matcher, "https://a.example"));
    assert_false(cors_matcher_has(matcher, "", 0));
}

static void a_pattern_is_listed_once_and_in_order(void **state)
{
    static const char *const texts[] = {
        "https://a.example", "https://*.a.example", "https://a.example:*",
        "https://*.a.example:*", "https://a.example:8443",
        "https://*.a.example:8443", "http://*.a.example",
        "https://a-*.example", "https://*-a.example", "https://a-*-a.example",
        "https://a-*.example:*", "https://a-*.example:8443",
    };
    const size_t count = sizeof(texts) / sizeof(texts[0]);
    cors_matcher *matcher = cors_matcher_create(pool);
    size_t i;

    (void)state;
    for (i = 0; i < 3 * count; i++) {
        add(matcher, texts[i % count]);
    }
    assert_int_equal(cors_matcher_count(matcher), count);
    for (i = 0; i < count; i++) {
        assert_string_equal(cors_matcher_text(matcher, i), texts[i]);
    }
}

/* Room for fewer than there are changes nothing. */
static void room_may_be_made_at_any_time(void **state)
{
    cors_matcher *matcher = cors_matcher_create(pool);

    (void)state;
    add(matcher, "https://a.example");
    add(matcher, "https://b.example");
    cors_matcher_reserve(matcher, 1);
    add(matcher, "https://c.example");
    cors_matcher_reserve(matcher, 100);
    add(matcher, "https://d.example");
    assert_int_equal(cors_matcher_count(matcher), 4);
    assert_string_equal(cors_matcher_text(matcher, 0), "https://a.example");
    assert_string_equal(cors_matcher_text(matcher, 3), "https://d.example");
    assert_true(cors_matcher_has(matcher, "https://b.example", 17));
    assert_true(cors_matcher_has(matcher, "https://c.example", 17));
}

/* What is no wildcard is found without a parser; what is one is not. */
static void bytes_are_found_as_they_stand(void **state)
{
    cors_matcher *matcher = cors_matcher_create(pool);

    (void)state;
    add(matcher, "https://a.example");
    add(matcher, "https://b.example:*");
    add(matcher, "https://*.c.example");
    add(matcher, "https://d-*.example");
    assert_true(cors_matcher_has(matcher,
        page_end_copy("https://a.example", 17), 17));
    assert_false(cors_matcher_has(matcher, "https://a.exampl", 16));
    assert_false(cors_matcher_has(matcher, "https://a.example\0", 18));
    assert_false(cors_matcher_has(matcher, "https://b.example", 17));
    assert_false(cors_matcher_has(matcher, "https://b.example:*", 19));
    assert_false(cors_matcher_has(matcher, "https://*.c.example", 19));
    assert_false(cors_matcher_has(matcher, "https://d-*.example", 19));
}

static const char *generated(int is_pattern)
{
    static const char *const schemes[] = {
        "https", "https", "http", "capacitor"
    };
    static const char *const labels[] = {
        "a", "b", "ab", "example", "a-b", "a-b-c", "-", "--", "b-a"
    };
    static const char *const stars[] = { "*.", "a-*.", "*-b.", "a-*-c.",
                                         "-*.", "*--.", "a-b-*." };
    static const char *const ports[] = { "", "", ":1", ":8443", ":12" };
    static char text[600];
    int scheme = rand() % 4, web = scheme < 3, i, first = 1;

    sprintf(text, "%s://%s", schemes[scheme],
            is_pattern && web && rand() % 2 ? stars[rand() % 7] : "");
    for (i = 1 + rand() % 2; i >= 0; i--) {
        sprintf(text + strlen(text), "%s%s", labels[rand() % (first ? 9 : 2)],
                i > 0 ? "." : rand() % 4 ? "" : ".");
        first = 0;
    }
    strcat(text, is_pattern && web && rand() % 4 == 0
                 ? ":*" : ports[rand() % 5]);
    return text;
}

static void it_answers_as_a_naive_search_does(void **state)
{
    int round, admitted = 0;

    (void)state;
    srand(3);
    for (round = 0; round < 300; round++) {
        cors_matcher *matcher = cors_matcher_create(pool);
        int count = 1 + rand() % 60, i;
        size_t known;

        for (i = 0; i < count; i++) {
            add(matcher, generated(1));
        }
        for (i = 0; i < 300; i++) {
            const char *origin = generated(0);
            int expected = 0;

            for (known = 0; known < cors_matcher_count(matcher); known++) {
                expected |= naive_admits(cors_matcher_text(matcher, known),
                                         origin);
            }
            admitted += expected;
            if (admits(matcher, origin) != expected) {
                fail_msg("%s: not %d", origin, expected);
            }
        }
    }
    assert_true(admitted >= 3000 && admitted <= 80000);
}

/* A host of nothing but dots and single letters, the longest there is. */
static void the_longest_host_is_searched(void **state)
{
    cors_matcher *matcher = cors_matcher_create(pool);
    char text[600] = "https://";
    int i;

    (void)state;
    for (i = 0; i < 126; i++) {
        strcat(text, "a.");
    }
    strcat(text, "b");
    add(matcher, "https://*.b");
    add(matcher, "https://*.a.c");
    assert_true(admits(matcher, text));
    text[strlen(text) - 1] = 'c';
    assert_true(admits(matcher, text));
    text[strlen(text) - 1] = 'd';
    assert_false(admits(matcher, text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_admit_what_they_say),
        cmocka_unit_test(an_empty_set_admits_nobody),
        cmocka_unit_test(a_pattern_is_listed_once_and_in_order),
        cmocka_unit_test(room_may_be_made_at_any_time),
        cmocka_unit_test(bytes_are_found_as_they_stand),
        cmocka_unit_test(it_answers_as_a_naive_search_does),
        cmocka_unit_test(the_longest_host_is_searched),
    };

    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
