/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "page_end.h"
#include "syntax/token.h"

static void tokens_have_the_bytes_of_the_standard(void **state)
{
    /* RFC 9110, 5.6.2, tchar */
    static const char allowed[] =
        "!#$%&'*+-.^_`|~0123456789"
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    int byte;

    (void)state;
    for (byte = 0; byte < 256; byte++) {
        char text[3] = { 'a', (char)byte, 'a' };
        int is_allowed = byte != 0 && strchr(allowed, byte) != NULL;

        assert_int_equal(cors_token_is(page_end_copy(text, 3), 3),
                         is_allowed);
        assert_int_equal(cors_token_is(text + 1, 1), is_allowed);
    }
    assert_false(cors_token_is("", 0));
}

/* Wherever it stands, and nothing behind the last byte is read. */
static void one_byte_makes_it_no_token(void **state)
{
    size_t length, at;

    (void)state;
    for (length = 1; length < 20; length++) {
        char text[] = "X-Requested-With-Any";

        assert_true(cors_token_is(page_end_copy(text, length), length));
        for (at = 0; at < length; at++) {
            char byte = text[at];

            text[at] = ':';
            assert_false(cors_token_is(page_end_copy(text, length), length));
            text[at] = byte;
        }
    }
}

/* Nothing behind the NUL is read, however short the name. */
static void names_that_may_be_access_control_are_seen(void **state)
{
    static const struct {
        const char *name;
        int may;
    } rows[] = {
        { "Access-Control-Allow-Origin", 1 },
        { "access-control-max-age", 1 },
        { "ACCESS-CONTROL-EXPOSE-HEADERS", 1 },
        { "Access", 1 },                    /* looked at more closely later */
        { "", 0 }, { "a", 0 }, { "ac", 0 }, { "acc", 0 }, { "acce", 0 },
        { "acces", 0 },
        { "Accept", 0 }, { "Accept-Ranges", 0 }, { "Age", 0 }, { "Allow", 0 },
        { "X-Access-Control-Allow-Origin", 0 }
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *name = page_end_copy(rows[i].name,
                                         strlen(rows[i].name) + 1);

        assert_int_equal(cors_token_may_be_access(name), rows[i].may);
    }
}

static void names_are_the_same_in_any_case(void **state)
{
    (void)state;
    assert_true(cors_token_same("X-A", 3, "x-a", 3));
    assert_true(cors_token_same("", 0, "", 0));
    assert_false(cors_token_same("X-A", 3, "X-AB", 4));
    assert_false(cors_token_same("X-A", 3, "X-B", 3));
    /* bytes that differ by the bit that makes letters small */
    assert_false(cors_token_same("@", 1, "`", 1));
    assert_false(cors_token_same("[", 1, "{", 1));
    assert_false(cors_token_same("^", 1, "~", 1));
    assert_false(cors_token_same("\xc4", 1, "\xe4", 1));
}

typedef struct row {
    const char *name;
    cors_name_flaw flaw;
} row;

static void assert_rows(cors_name_flaw (*check)(const char *, size_t),
                        const row *rows)
{
    for (; rows->name; rows++) {
        size_t length = strlen(rows->name);
        cors_name_flaw flaw = check(page_end_copy(rows->name, length),
                                    length);

        if (flaw != rows->flaw) {
            fail_msg("%s: %d", rows->name, flaw);
        }
    }
}

static void methods_are_judged(void **state)
{
    static const row rows[] = {
        { "GET", CORS_NAME_OK }, { "put", CORS_NAME_OK },
        { "patch", CORS_NAME_OK }, { "M-SEARCH", CORS_NAME_OK },
        { "TRACES", CORS_NAME_OK }, { "TRAC", CORS_NAME_OK },
        { "CONNECT", CORS_NAME_METHOD_FORBIDDEN },
        { "connect", CORS_NAME_METHOD_FORBIDDEN },
        { "TrAcE", CORS_NAME_METHOD_FORBIDDEN },
        { "TRACK", CORS_NAME_METHOD_FORBIDDEN },
        { "", CORS_NAME_NO_TOKEN }, { "P UT", CORS_NAME_NO_TOKEN },
        { "PUT,", CORS_NAME_NO_TOKEN }, { "PUT\xc3", CORS_NAME_NO_TOKEN },
        { NULL, CORS_NAME_OK }
    };

    (void)state;
    assert_rows(cors_method_check, rows);
}

static void methods_are_normalised_as_fetch_does(void **state)
{
    static const char *const rows[][2] = {
        { "get", "GET" }, { "Head", "HEAD" }, { "POST", "POST" },
        { "put", "PUT" }, { "dElEtE", "DELETE" }, { "options", "OPTIONS" },
        { "patch", NULL }, { "PATCH", NULL }, { "propfind", NULL },
        { "connect", NULL }, { "gets", NULL }, { "pu", NULL }, { "", NULL },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t length = strlen(rows[i][0]);
        const char *method = cors_method_normalized(
            page_end_copy(rows[i][0], length), length);

        if (rows[i][1]) {
            assert_non_null(method);
            assert_string_equal(method, rows[i][1]);
        }
        else {
            assert_null(method);
        }
    }
}

static void three_methods_need_no_listing(void **state)
{
    (void)state;
    assert_true(cors_method_is_safelisted(page_end_copy("GET", 3), 3));
    assert_true(cors_method_is_safelisted(page_end_copy("HEAD", 4), 4));
    assert_true(cors_method_is_safelisted(page_end_copy("POST", 4), 4));
    assert_false(cors_method_is_safelisted("get", 3));
    assert_false(cors_method_is_safelisted("PUT", 3));
    assert_false(cors_method_is_safelisted("GE", 2));
    assert_false(cors_method_is_safelisted("GETS", 4));
    assert_false(cors_method_is_safelisted("OPTIONS", 7));
    assert_false(cors_method_is_safelisted("", 0));
}

static void request_headers_are_judged(void **state)
{
    static const row rows[] = {
        { "Authorization", CORS_NAME_OK }, { "X-A", CORS_NAME_OK },
        { "Content-Type", CORS_NAME_OK }, { "User-Agent", CORS_NAME_OK },
        { "Secret", CORS_NAME_OK }, { "Proxied", CORS_NAME_OK },
        { "Sec", CORS_NAME_OK }, { "Dated", CORS_NAME_OK },
        { "Access-Token", CORS_NAME_OK }, { "X-Cookie", CORS_NAME_OK },
        { "Origins", CORS_NAME_OK },
        { "Cookie", CORS_NAME_HEADER_FORBIDDEN },
        { "COOKIE2", CORS_NAME_HEADER_FORBIDDEN },
        { "host", CORS_NAME_HEADER_FORBIDDEN },
        { "te", CORS_NAME_HEADER_FORBIDDEN },
        { "Sec-", CORS_NAME_HEADER_FORBIDDEN },
        { "sec-fetch-site", CORS_NAME_HEADER_FORBIDDEN },
        { "Proxy-Authorization", CORS_NAME_HEADER_FORBIDDEN },
        { "origin", CORS_NAME_HEADER_ANSWER },
        { "Access-Control-Request-Method", CORS_NAME_HEADER_ANSWER },
        { "access-control-", CORS_NAME_HEADER_ANSWER },
        { "", CORS_NAME_NO_TOKEN }, { "X A", CORS_NAME_NO_TOKEN },
        { "Cookie ", CORS_NAME_NO_TOKEN }, { "X:", CORS_NAME_NO_TOKEN },
        { NULL, CORS_NAME_OK }
    };

    (void)state;
    assert_rows(cors_request_header_check, rows);
}

static void exposed_headers_are_judged(void **state)
{
    static const row rows[] = {
        { "ETag", CORS_NAME_OK }, { "X-Total-Count", CORS_NAME_OK },
        { "Cookie", CORS_NAME_OK }, { "Set-Cookie3", CORS_NAME_OK },
        { "set-cookie", CORS_NAME_EXPOSED_COOKIE },
        { "Set-Cookie2", CORS_NAME_EXPOSED_COOKIE },
        { "Origin", CORS_NAME_EXPOSED_SENSELESS },
        { "Access-Control-Max-Age", CORS_NAME_EXPOSED_SENSELESS },
        { "", CORS_NAME_NO_TOKEN }, { "X,A", CORS_NAME_NO_TOKEN },
        { NULL, CORS_NAME_OK }
    };

    (void)state;
    assert_rows(cors_exposed_header_check, rows);
}

static void each_flaw_has_a_sentence(void **state)
{
    int flaw;

    (void)state;
    assert_null(cors_name_flaw_text(CORS_NAME_OK));
    for (flaw = 1; flaw < CORS_NAME_COUNT; flaw++) {
        assert_non_null(cors_name_flaw_text((cors_name_flaw)flaw));
    }
}

static void lists_have_elements(void **state)
{
    /* the elements, each in brackets */
    static const char *const rows[][2] = {
        { "", "" },
        { " \t ", "" },
        { "a", "[a]" },
        { " a\t", "[a]" },
        { "a,b", "[a][b]" },
        { "a , b", "[a][b]" },
        { "a, ,b", "[a][][b]" },
        { ",", "[][]" },
        { ",,", "[][][]" },
        { "a,", "[a][]" },
        { ",a", "[][a]" },
        { " , a", "[][a]" },
        { "a b, c\td", "[a b][c\td]" },
        /* no blanks of a list */
        { "a\n,\rb", "[a\n][\rb]" },
        /* quotes mean nothing here */
        { "\"a,b\"", "[\"a][b\"]" },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t length = strlen(rows[i][0]), element_length;
        const char *element;
        cors_list list;
        char found[100] = "";

        cors_list_start(&list, page_end_copy(rows[i][0], length), length);
        while (cors_list_next(&list, &element, &element_length)) {
            sprintf(found + strlen(found), "[%.*s]", (int)element_length,
                    element);
        }
        assert_string_equal(found, rows[i][1]);
        /* and none comes after the last */
        assert_false(cors_list_next(&list, &element, &element_length));
    }
}

static void elements_are_found_in_any_case(void **state)
{
    static const struct {
        const char *list;
        const char *name;
        int found;
    } rows[] = {
        { "Origin", "origin", 1 },
        { "Accept-Encoding, ORIGIN", "Origin", 1 },
        { "Accept, Origin ,Cookie", "Origin", 1 },
        { "X-Origin", "Origin", 0 },
        { "Origin-X", "Origin", 0 },
        { "Origi", "Origin", 0 },
        { "", "Origin", 0 },
        { "*", "Origin", 0 },
        { "Accept Origin", "Origin", 0 },
        { "a,,b", "", 1 },
        { "a,b", "", 0 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t length = strlen(rows[i].list);

        assert_int_equal(cors_list_has(page_end_copy(rows[i].list, length),
                                       length, rows[i].name,
                                       strlen(rows[i].name)),
                         rows[i].found);
    }
}

static void a_list_without_end_ends(void **state)
{
    static char commas[100000];
    const char *element;
    size_t length, count = 0;
    cors_list list;

    (void)state;
    memset(commas, ',', sizeof(commas));
    cors_list_start(&list, page_end_copy(commas, sizeof(commas)),
                     sizeof(commas));
    while (cors_list_next(&list, &element, &length)) {
        assert_int_equal(length, 0);
        count++;
    }
    assert_int_equal(count, sizeof(commas) + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_have_the_bytes_of_the_standard),
        cmocka_unit_test(one_byte_makes_it_no_token),
        cmocka_unit_test(names_that_may_be_access_control_are_seen),
        cmocka_unit_test(names_are_the_same_in_any_case),
        cmocka_unit_test(methods_are_judged),
        cmocka_unit_test(methods_are_normalised_as_fetch_does),
        cmocka_unit_test(three_methods_need_no_listing),
        cmocka_unit_test(request_headers_are_judged),
        cmocka_unit_test(exposed_headers_are_judged),
        cmocka_unit_test(each_flaw_has_a_sentence),
        cmocka_unit_test(lists_have_elements),
        cmocka_unit_test(elements_are_found_in_any_case),
        cmocka_unit_test(a_list_without_end_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
