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

#define PAST "Expires=Thu, 01 Jan 1970 00:00:00 GMT"

static const struct {
    const char *word;
    int attribute;
    int value;
} words[] = {
    { "SameSite=None", CORS_ATTRIBUTE_SAMESITE, CORS_SAMESITE_NONE },
    { "SameSite=Lax", CORS_ATTRIBUTE_SAMESITE, CORS_SAMESITE_LAX },
    { "SameSite=Strict", CORS_ATTRIBUTE_SAMESITE, CORS_SAMESITE_STRICT },
    { "Secure", CORS_ATTRIBUTE_SECURE, 1 },
    { "HttpOnly", CORS_ATTRIBUTE_HTTPONLY, 1 },
    { "Partitioned", CORS_ATTRIBUTE_PARTITIONED, 1 },
};

#define WORDS (sizeof(words) / sizeof(words[0]))

/* What is given, by the words of a line. */
static void read_line(unsigned char *gives, const char *line)
{
    size_t i;

    memset(gives, 0, CORS_ATTRIBUTES);
    for (i = 0; i < WORDS; i++) {
        if (strstr(line, words[i].word)) {
            gives[words[i].attribute] = (unsigned char)words[i].value;
        }
    }
}

static void attributes_are_written_as_words(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < WORDS; i++) {
        assert_string_equal(cors_setcookie_word(pool, words[i].attribute,
                                                words[i].value),
                            words[i].word);
    }
    assert_null(cors_setcookie_word(pool, CORS_ATTRIBUTE_SAMESITE, 0));
    assert_null(cors_setcookie_word(pool, CORS_ATTRIBUTE_SAMESITE, 4));
    assert_null(cors_setcookie_word(pool, CORS_ATTRIBUTE_SECURE, 2));
    assert_null(cors_setcookie_word(pool, CORS_ATTRIBUTE_MAX_AGE, 1));
    assert_null(cors_setcookie_word(pool, CORS_ATTRIBUTE_PATH, 1));
}

/* What is made of the field; NULL: its own bytes, not copied. */
static const char *rewritten(const char *text, size_t length,
                             const unsigned char *gives)
{
    const char *field = page_end_copy(text, length);
    const char *words = cors_setcookie_words(pool, "; ", gives);
    cors_text tail = { words, strlen(words) }, value;
    cors_setcookie cookie;

    if (!cors_setcookie_parse(pool, &cookie, field, length)) {
        return NULL;
    }
    value = cors_setcookie_rewrite(pool, &cookie, gives, tail);
    if (value.text == field) {
        assert_int_equal(value.length, length);
        return NULL;
    }
    assert_int_equal(strlen(value.text), value.length);
    return value.text;
}

typedef struct {
    const char *line;
    const char *text;
    const char *expected;           /* NULL: stays as it is */
} rewrite_row;

static void check_rewrites(const rewrite_row *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        unsigned char gives[CORS_ATTRIBUTES];
        const char *value;

        read_line(gives, rows[i].line);
        value = rewritten(rows[i].text, strlen(rows[i].text), gives);
        if (!rows[i].expected) {
            assert_null(value);
            continue;
        }
        assert_non_null(value);
        assert_string_equal(value, rows[i].expected);
        assert_null(rewritten(value, strlen(value), gives));
    }
}

#define CHECK_REWRITES(rows) \
    check_rewrites(rows, sizeof(rows) / sizeof(rows[0]))

static void attributes_are_appended_in_order(void **state)
{
    static const rewrite_row rows[] = {
        { "Secure", "a=1", "a=1; Secure" },
        { "HttpOnly", "a=1; Path=/", "a=1; Path=/; HttpOnly" },
        { "SameSite=Lax", "a=", "a=; SameSite=Lax" },
        { "SameSite=Strict", "a=1", "a=1; SameSite=Strict" },
        { "Partitioned HttpOnly Secure SameSite=None", "a=1",
          "a=1; SameSite=None; Secure; HttpOnly; Partitioned" },
        /* empty attributes and blanks are bytes like others */
        { "Secure", "a=1;", "a=1;; Secure" },
        { "Secure", "a=1 ", "a=1 ; Secure" },
        { "Secure", " a = 1\t;; Path=/ ;", " a = 1\t;; Path=/ ;; Secure" },
        { "Secure", "a=\"x;y\"", "a=\"x;y\"; Secure" },
        { "Secure", "a=b=c", "a=b=c; Secure" },
        { "Secure", "Secure=1", "Secure=1; Secure" },
        { "Secure", "a=Secure", "a=Secure; Secure" },
        { "Secure", "\xFF=\x80", "\xFF=\x80; Secure" },
    };

    (void)state;
    CHECK_REWRITES(rows);
}

static void what_is_given_replaces_what_stood_there(void **state)
{
    static const rewrite_row rows[] = {
        { "Secure", "a=1; secure; Path=/", "a=1; Path=/; Secure" },
        { "Secure", "a=1;SECURE=no;\tSecure\t; Path=/",
          "a=1; Path=/; Secure" },
        { "Secure", "a=1; Secure ", "a=1; Secure" },
        { "Secure", "a=1;Secure", "a=1; Secure" },
        { "Secure", "a=1; Secure;", "a=1;; Secure" },
        { "SameSite=None Secure", "a=1; SameSite=Lax; Path=/; samesite",
          "a=1; Path=/; SameSite=None; Secure" },
        { "SameSite=None Secure", "a=1; Secure; SameSite=None",
          "a=1; SameSite=None; Secure" },
        { "SameSite=Lax", "a=1; SameSite=lax", "a=1; SameSite=Lax" },
        { "Secure", "a=1; Secure; Secure", "a=1; Secure" },
        { "Secure", "a=1; Path=/; Secure; Path=/x",
          "a=1; Path=/; Path=/x; Secure" },
        { "Secure Partitioned", "__Host-a=1; Path=/; Secure",
          "__Host-a=1; Path=/; Secure; Partitioned" },
        /* what is not given stays, between the others too */
        { "SameSite=None Secure", "a=1; Secure; HttpOnly; Max-Age=0",
          "a=1; HttpOnly; Max-Age=0; SameSite=None; Secure" },
        { "Secure", "a=1; SameSite=Lax; Secure; HttpOnly",
          "a=1; SameSite=Lax; HttpOnly; Secure" },
        /* no attributes of these names */
        { "Secure", "a=1; Secured; x=Secure; =Secure",
          "a=1; Secured; x=Secure; =Secure; Secure" },
    };

    (void)state;
    CHECK_REWRITES(rows);
}

static void what_fits_is_not_copied(void **state)
{
    static const rewrite_row rows[] = {
        { "", "a=1; secure", NULL },
        { "Secure", "a=1; Secure", NULL },
        { "Secure", "a=1; Path=/; Secure", NULL },
        { "SameSite=None Secure", "a=1;; SameSite=None; Secure", NULL },
        { "SameSite=Lax Secure HttpOnly Partitioned",
          "a=1; SameSite=Lax; Secure; HttpOnly; Partitioned", NULL },
        /* no cookies */
        { "Secure", "", NULL },
        { "Secure", "a", NULL },
        { "Secure", "a; secure", NULL },
        { "Secure", "=1; secure", NULL },
        { "Secure", "a=\x01; secure", NULL },
        { "Secure", "a=1; secure\r\n", NULL },
    };

    (void)state;
    CHECK_REWRITES(rows);
}

static void an_attribute_can_be_taken_off(void **state)
{
    static const unsigned char removed[CORS_ATTRIBUTES] = {
        [CORS_ATTRIBUTE_PARTITIONED] = 1
    };
    static const struct {
        const char *text;
        const char *expected;       /* NULL: stays as it is */
    } rows[] = {
        { "a=; Max-Age=0; Secure; Partitioned", "a=; Max-Age=0; Secure" },
        { "a=;partitioned=1 ; Path=/; PARTITIONED", "a=; Path=/" },
        { "a=; Max-Age=0; Secure", NULL },
        { "a=Partitioned", NULL },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t length = strlen(rows[i].text);
        const char *field = page_end_copy(rows[i].text, length);
        cors_text nothing = { "", 0 }, value;
        cors_setcookie cookie;

        assert_true(cors_setcookie_parse(pool, &cookie, field, length));
        value = cors_setcookie_rewrite(pool, &cookie, removed, nothing);
        if (rows[i].expected) {
            assert_string_equal(value.text, rows[i].expected);
            assert_int_equal(value.length, strlen(value.text));
        }
        else {
            assert_ptr_equal(value.text, field);
            assert_int_equal(value.length, length);
        }
    }
}

/* The rewriting once more, with the C library's means and copies. */
static const char *rewritten_otherwise(const char *text,
                                       const unsigned char *gives)
{
    static const char *const samesite[] = { "", "None", "Lax", "Strict" };
    int site = gives[CORS_ATTRIBUTE_SAMESITE];
    int secure = gives[CORS_ATTRIBUTE_SECURE];
    int httponly = gives[CORS_ATTRIBUTE_HTTPONLY];
    int partitioned = gives[CORS_ATTRIBUTE_PARTITIONED];
    char *rest = apr_pstrdup(pool, text);
    char *next = strchr(rest, ';');
    char *result;

    if (next) {
        *next++ = '\0';
    }
    result = apr_pstrdup(pool, rest);
    while ((rest = next) != NULL) {
        char name[512] = "";
        size_t length;

        if ((next = strchr(rest, ';')) != NULL) {
            *next++ = '\0';
        }
        sscanf(rest, " %511[^=]", name);
        for (length = strlen(name); length; name[--length] = '\0') {
            if (!strchr(" \t", name[length - 1])) {
                break;
            }
        }
        if (!((site && !strcasecmp(name, "samesite"))
              || (secure && !strcasecmp(name, "secure"))
              || (httponly && !strcasecmp(name, "httponly"))
              || (partitioned && !strcasecmp(name, "partitioned")))) {
            result = apr_pstrcat(pool, result, ";", rest, NULL);
        }
    }
    return apr_pstrcat(pool, result, site ? "; SameSite=" : "",
                       samesite[site], secure ? "; Secure" : "",
                       httponly ? "; HttpOnly" : "",
                       partitioned ? "; Partitioned" : "", NULL);
}

static unsigned next_random(unsigned *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 16;
}

/* Cookies made of every piece that means something, and some that do not. */
static void generated_cookies_keep_their_bytes(void **state)
{
    static const char *const pieces[] = {
        ";", ";", ";", ";", "; ", "; ", " ;", ";\t", "=", " ", "\t", "None",
        "secure", "Secure", "SECURE ", "HttpOnly", "httponly=1", "SameSite",
        "SameSite=None", "samesite = Lax", "Partitioned", "partitioned=",
        "Path=/", "Max-Age=0", "x", "\xE9", "\"", ",", "Domain=a.test",
        PAST, "Secur", "eSecure"
    };
    unsigned seed = 1;
    int round;

    (void)state;
    for (round = 0; round < 30000; round++) {
        unsigned char gives[CORS_ATTRIBUTES] = { 0 };
        const char *value, *expected;
        char text[512] = "a=";
        int count = next_random(&seed) % 12;

        while (count--) {
            strcat(text, pieces[next_random(&seed)
                                % (sizeof(pieces) / sizeof(pieces[0]))]);
        }
        gives[CORS_ATTRIBUTE_SAMESITE] = next_random(&seed) % 4;
        gives[CORS_ATTRIBUTE_SECURE] = next_random(&seed) % 2;
        gives[CORS_ATTRIBUTE_HTTPONLY] = next_random(&seed) % 2;
        gives[CORS_ATTRIBUTE_PARTITIONED] = next_random(&seed) % 2;
        expected = rewritten_otherwise(text, gives);
        value = rewritten(text, strlen(text), gives);
        if (!value) {
            value = apr_pstrdup(pool, text);
        }
        assert_string_equal(value, expected);
        assert_null(rewritten(value, strlen(value), gives));
        apr_pool_clear(pool);
    }
}

/* Any bytes: nothing is read outside, and nothing changes twice. */
static void any_bytes_are_survived(void **state)
{
    static const char bytes[] = "aA=;; \t\"\0\n\x7F\x80-0-9:/,SecurPathn";
    unsigned char gives[CORS_ATTRIBUTES];
    unsigned seed = 2;
    int round;

    (void)state;
    read_line(gives, "SameSite=None Secure Partitioned");
    for (round = 0; round < 30000; round++) {
        cors_setcookie cookie;
        char text[40];
        size_t length = next_random(&seed) % sizeof(text);
        const char *value;
        size_t i;

        for (i = 0; i < length; i++) {
            text[i] = bytes[next_random(&seed) % (sizeof(bytes) - 1)];
        }
        value = rewritten(text, length, gives);
        assert_int_equal(value != NULL,
                         cors_setcookie_parse(pool, &cookie, text, length));
        if (value) {
            assert_null(rewritten(value, strlen(value), gives));
        }
    }
}

static void huge_fields_are_read_to_their_end(void **state)
{
    unsigned char gives[CORS_ATTRIBUTES];
    size_t length = 64 * 1024;
    char *text = apr_palloc(pool, length + 1);
    char *expected = apr_palloc(pool, length + 64);
    cors_setcookie cookie;
    size_t i;

    (void)state;
    read_line(gives, "SameSite=None Secure");
    /* one value */
    memset(text, 'x', length);
    text[length] = '\0';
    text[1] = '=';
    strcat(strcpy(expected, text), "; SameSite=None; Secure");
    assert_string_equal(rewritten(text, length, gives), expected);
    /* nothing but attributes that go, and one at the end that stays */
    for (i = 2; i + 7 < length; i += 7) {
        memcpy(text + i, ";secure", 7);
    }
    memcpy(text + i, ";z23456", length - i);
    assert_true(cors_setcookie_parse(pool, &cookie, text, length));
    assert_true(cookie.has[CORS_ATTRIBUTE_SECURE]);
    sprintf(expected, "x=%s; SameSite=None; Secure", text + i);
    assert_string_equal(rewritten(text, length, gives), expected);
    /* nothing but semicolons */
    memset(text + 2, ';', length - 2);
    strcat(strcpy(expected, text), "; SameSite=None; Secure");
    assert_string_equal(rewritten(text, length, gives), expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attributes_are_written_as_words),
        cmocka_unit_test(attributes_are_appended_in_order),
        cmocka_unit_test(what_is_given_replaces_what_stood_there),
        cmocka_unit_test(what_fits_is_not_copied),
        cmocka_unit_test(an_attribute_can_be_taken_off),
        cmocka_unit_test(generated_cookies_keep_their_bytes),
        cmocka_unit_test(any_bytes_are_survived),
        cmocka_unit_test(huge_fields_are_read_to_their_end),
    };

    return cmocka_run_group_tests_name("setcookie_rewrite", tests, open_pool,
                                       close_pool);
}
