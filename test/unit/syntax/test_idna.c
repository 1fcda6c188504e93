/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "syntax/idna.h"
#include "page_end.h"
#include "pool.h"

/* test_idna_without_library.c runs these tests too. */
#ifdef HAVE_LIBIDN2
#define LIBRARY 1
#else
#define LIBRARY 0
#endif

static void names_are_known_as_browsers_know_them(void **state)
{
    static const struct {
        const char *host;
        int accepted;
    } rows[] = {
        { "app.example.com", 1 },
        { "xn--bcher-kva.example", 1 },
        { "a_b.xn--bcher-kva.example.", 1 },
        { "xn--strae-oqa.example", 1 },         /* with sz, not ss */
        { "xn--i-7iq.ws", 1 },                  /* an emoji */
        { "xn--ls8h.la", 1 },
        { "xn----eha.com", 1 },                 /* starts with a hyphen */
        { "-a.ab--cd.com", 1 },
        { "axn--a.example", 1 },
        { "xn-.example", 1 },
        { "", 1 },
        { "xn--a", !LIBRARY },                  /* U+0080 */
        { "xn--a-ecp.ru", !LIBRARY },           /* a compatibility digit */
        { "xn--u-ccb", !LIBRARY },              /* not composed */
        { "xn--pokxncvks", !LIBRARY },
        { "example.xn--zn7c", !LIBRARY },       /* U+FFFD */
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t length = strlen(rows[i].host);

        if (cors_idna_accepts(page_end_copy(rows[i].host, length), length)
            != rows[i].accepted) {
            fail_msg("%s", rows[i].host);
        }
    }
}

static void names_have_an_ascii_form(void **state)
{
    static const char *const rows[][2] = {
        { "b\xc3\xbc" "cher.example", "xn--bcher-kva.example" },
        { "App.B\xc3\x9c" "CHER.example", "app.xn--bcher-kva.example" },
        { "stra\xc3\x9f" "e.example", "xn--strae-oqa.example" },
        { "u\xcc\x88.example", "xn--tda.example" },     /* is composed */
        { "a\xe3\x80\x82" "example", "a.example" },
        { "app\xe2\x80\x8b.example", "app.example" },
        { "\xff", NULL },
        { "b\xfc" "cher.example", NULL },               /* Latin-1 */
        { "\xc3", NULL },                               /* breaks off */
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t length = strlen(rows[i][0]);
        const char *form = cors_idna_to_ascii(
            pool, page_end_copy(rows[i][0], length), length);

        if (rows[i][1] && LIBRARY) {
            assert_non_null(form);
            assert_string_equal(form, rows[i][1]);
        }
        else if (form) {
            fail_msg("%s: %s", rows[i][0], form);
        }
    }
    assert_null(cors_idna_to_ascii(pool, "\xc3\xbc\0.example", 11));
}

static int decodes(const char *text)
{
    size_t length = strlen(text);

    return cors_idna_decodes(page_end_copy(text, length), length);
}

static void what_the_standard_gives_as_examples_decodes(void **state)
{
    /* RFC 3492, 7.1, in lower case */
    static const char *const rows[] = {
        "egbpdaj6bu4bxfgehfvwxn", "ihqwcrb4cv8a8dqg056pqjye",
        "ihqwctvzc91f659drss3x8bo0yb", "proprostnemluvesky-uyb24dma41a",
        "4dbcagdahymbxekheh6e0a7fei0b",
        "i1baa7eci9glrd9b2ae1bj0hfcgg6iyaf8o0a1dig0cd",
        "n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa",
        "b1abfaaepdrnnbgefbadotcwatmq2g4l",
        "porqunopuedensimplementehablarenespaol-fmd56a",
        "tisaohkhngthchnitingvit-kjcr8268qyxafd2f1b9g",
        "3b-ww4c5e180e575a65lsy2b",
        "-with-super-monkeys-pc58ag80a8qai00g7n9n",
        "hello-another-way--fc4qua05auwb3674vfr0b",
        "2-u9tlzr9756bt3uc0v", "maji5-783gue6qz075azm5e",
        "d9juau41awczczp", "de-jg4avhby1noc0d",
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_true(decodes(rows[i]));
    }
    assert_true(decodes("bcher-kva"));
    assert_true(decodes("fiqs8s"));
}

static void what_is_broken_does_not(void **state)
{
    static const char *const rows[] = {
        "",
        "-",
        "abc-",             /* ASCII only */
        "--",
        "f",                /* breaks off */
        "z",
        "99999999",         /* beyond Unicode */
        "99999999999999999999999999999999999999999999999999999999999",
        "a_b",              /* no digit of Punycode */
        "a.b",
        "bcher-kv\xe1",
        "0000",
        "ABC",
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (decodes(rows[i])) {
            fail_msg("%s", rows[i]);
        }
    }
    assert_false(cors_idna_decodes("bcher-kv\0", 9));
}

/* RFC 3492, 6.3; the numbers are section 5's. */
static size_t encode(const unsigned *points, size_t count, char *out)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    unsigned n = 128, delta = 0, bias = 72;
    size_t handled = 0, basic, used = 0, i;

    for (i = 0; i < count; i++) {
        if (points[i] < 128) {
            out[used++] = (char)points[i];
        }
    }
    basic = handled = used;
    if (basic > 0) {
        out[used++] = '-';
    }
    while (handled < count) {
        unsigned next = 0x7fffffff;

        for (i = 0; i < count; i++) {
            next = points[i] >= n && points[i] < next ? points[i] : next;
        }
        delta += (next - n) * (unsigned)(handled + 1);
        n = next;
        for (i = 0; i < count; i++) {
            unsigned q = delta, k, d;

            delta += points[i] < n;
            if (points[i] != n) {
                continue;
            }
            for (k = 36, q = delta;; k += 36) {
                unsigned t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;

                if (q < t) {
                    break;
                }
                out[used++] = digits[t + (q - t) % (36 - t)];
                q = (q - t) / (36 - t);
            }
            out[used++] = digits[q];
            d = handled == basic ? delta / 700 : delta / 2;
            d += d / (unsigned)(handled + 1);
            for (k = 0; d > 455; k += 36) {
                d /= 35;
            }
            bias = k + 36 * d / (d + 38);
            delta = 0;
            handled++;
        }
        delta++;
        n++;
    }
    return used;
}

static int decodes_encoded(const unsigned *points, size_t count)
{
    char text[200];
    size_t length = encode(points, count, text);

    return cors_idna_decodes(page_end_copy(text, length), length);
}

/* Any characters, of them one that is or is not the last of Unicode. */
static void what_was_encoded_decodes(void **state)
{
    int round;

    (void)state;
    srand(2);
    for (round = 0; round < 50000; round++) {
        unsigned points[8];
        size_t count = 1 + (size_t)rand() % 8, i;
        unsigned range = round % 2 ? 0x500 : 0xd700;

        for (i = 0; i < count; i++) {
            points[i] = rand() % 3 ? 'a' + (unsigned)rand() % 26
                                   : 0xa1 + (unsigned)rand() % range;
        }
        i = (size_t)rand() % count;
        points[i] = 0xd7ff;
        assert_true(decodes_encoded(points, count));
        points[i] = 0xe000;
        assert_true(decodes_encoded(points, count));
        points[i] = 0x10ffff;
        assert_true(decodes_encoded(points, count));
        points[i] = 0x110000;
        assert_false(decodes_encoded(points, count));
        /* half of a surrogate pair is no character */
        points[i] = 0xd800 + (unsigned)rand() % 0x800;
        assert_false(decodes_encoded(points, count));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_known_as_browsers_know_them),
        cmocka_unit_test(names_have_an_ascii_form),
        cmocka_unit_test(what_the_standard_gives_as_examples_decodes),
        cmocka_unit_test(what_is_broken_does_not),
        cmocka_unit_test(what_was_encoded_decodes),
    };

    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
