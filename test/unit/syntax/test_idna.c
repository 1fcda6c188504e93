/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <apr_general.h>

#include "syntax/idna.h"
#include "page_end.h"

static apr_pool_t *pool;

static int pool_make(void **state)
{
    (void)state;
    apr_initialize();
    return apr_pool_create(&pool, NULL) != APR_SUCCESS;
}

static int pool_end(void **state)
{
    (void)state;
    apr_pool_destroy(pool);
    apr_terminate();
    return 0;
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_known_as_browsers_know_them),
        cmocka_unit_test(names_have_an_ascii_form),
    };

    return cmocka_run_group_tests(tests, pool_make, pool_end);
}
