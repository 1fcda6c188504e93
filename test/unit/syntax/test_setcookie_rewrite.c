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

/* A rule from the arguments of a line. */
static cors_setcookie_rule rule_of(const char *line)
{
    cors_setcookie_rule rule;
    char *state;
    char *word = apr_strtok(apr_pstrdup(pool, line), " ", &state);

    memset(&rule, 0, sizeof(rule));
    for (; word; word = apr_strtok(NULL, " ", &state)) {
        assert_null(cors_setcookie_rule_add(pool, &rule, word));
    }
    return rule;
}

/* What the rule makes of the field; NULL: its own bytes, not copied. */
static const char *rewritten(const char *text, size_t length,
                             const cors_setcookie_rule *rule)
{
    const char *field = page_end_copy(text, length);
    size_t new_length;
    const char *value = cors_setcookie_rewrite(pool, field, length, rule,
                                               &new_length);

    if (value == field) {
        assert_int_equal(new_length, length);
        return NULL;
    }
    assert_int_equal(strlen(value), new_length);
    return value;
}

typedef struct {
    const char *rule;
    const char *text;
    const char *expected;           /* NULL: stays as it is */
} rewrite_row;

static void check_rewrites(const rewrite_row *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        cors_setcookie_rule rule = rule_of(rows[i].rule);
        const char *value = rewritten(rows[i].text, strlen(rows[i].text),
                                      &rule);

        if (!rows[i].expected) {
            assert_null(value);
            continue;
        }
        assert_non_null(value);
        assert_string_equal(value, rows[i].expected);
        assert_null(rewritten(value, strlen(value), &rule));
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
        { "none", "a=1; secure", NULL },
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

static void partitioned_alone_can_be_taken_off(void **state)
{
    static const struct {
        const char *text;
        const char *expected;       /* NULL: stays as it is */
    } rows[] = {
        { "a=; Max-Age=0; Secure; Partitioned", "a=; Max-Age=0; Secure" },
        { "a=;partitioned=1 ; Path=/; PARTITIONED", "a=; Path=/" },
        { "a=; Max-Age=0; Secure", NULL },
        { "a=Partitioned", NULL },
        { "; Partitioned", NULL },
        { "a; Partitioned", NULL },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t length = strlen(rows[i].text);
        const char *field = page_end_copy(rows[i].text, length);
        size_t new_length;
        const char *value = cors_setcookie_unpartition(pool, field, length,
                                                       &new_length);

        if (rows[i].expected) {
            assert_string_equal(value, rows[i].expected);
            assert_int_equal(new_length, strlen(value));
        }
        else {
            assert_ptr_equal(value, field);
            assert_int_equal(new_length, length);
        }
    }
}

/* The rewriting once more, with the C library's means and copies. */
static const char *rewritten_otherwise(const char *text,
                                     const cors_setcookie_rule *rule)
{
    static const char *const samesite[] = { "", "None", "Lax", "Strict" };
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
        if (!((rule->samesite && !strcasecmp(name, "samesite"))
              || (rule->secure && !strcasecmp(name, "secure"))
              || (rule->httponly && !strcasecmp(name, "httponly"))
              || (rule->partitioned && !strcasecmp(name, "partitioned")))) {
            result = apr_pstrcat(pool, result, ";", rest, NULL);
        }
    }
    return apr_pstrcat(pool, result,
                       rule->samesite ? "; SameSite=" : "",
                       samesite[rule->samesite],
                       rule->secure ? "; Secure" : "",
                       rule->httponly ? "; HttpOnly" : "",
                       rule->partitioned ? "; Partitioned" : "", NULL);
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
        cors_setcookie_rule rule;
        const char *value, *expected;
        char text[512] = "a=";
        int count = next_random(&seed) % 12;

        while (count--) {
            strcat(text, pieces[next_random(&seed)
                                % (sizeof(pieces) / sizeof(pieces[0]))]);
        }
        memset(&rule, 0, sizeof(rule));
        rule.samesite = next_random(&seed) % 4;
        rule.secure = next_random(&seed) % 2;
        rule.httponly = next_random(&seed) % 2;
        rule.partitioned = next_random(&seed) % 2;
        expected = rewritten_otherwise(text, &rule);
        value = rewritten(text, strlen(text), &rule);
        if (!value) {
            value = apr_pstrdup(pool, text);
        }
        assert_string_equal(value, expected);
        assert_null(rewritten(value, strlen(value), &rule));
        apr_pool_clear(pool);
    }
}

/* Any bytes: nothing is read outside, and nothing changes twice. */
static void any_bytes_are_survived(void **state)
{
    static const char bytes[] = "aA=;; \t\"\0\n\x7F\x80-0-9:/,SecurPathn";
    cors_setcookie_rule rule = rule_of("SameSite=None Secure Partitioned");
    unsigned seed = 2;
    int round;

    (void)state;
    for (round = 0; round < 30000; round++) {
        cors_setcookie cookie;
        char text[40];
        size_t length = next_random(&seed) % sizeof(text);
        const char *value;
        size_t i;

        for (i = 0; i < length; i++) {
            text[i] = bytes[next_random(&seed) % (sizeof(bytes) - 1)];
        }
        value = rewritten(text, length, &rule);
        assert_int_equal(value != NULL,
                         cors_setcookie_parse(&cookie, text, length));
        if (value) {
            assert_null(rewritten(value, strlen(value), &rule));
        }
    }
}

static void huge_fields_are_read_to_their_end(void **state)
{
    cors_setcookie_rule rule = rule_of("SameSite=None Secure");
    size_t length = 64 * 1024;
    char *text = apr_palloc(pool, length + 1);
    char *expected = apr_palloc(pool, length + 64);
    cors_setcookie cookie;
    size_t i;

    (void)state;
    /* one value */
    memset(text, 'x', length);
    text[length] = '\0';
    text[1] = '=';
    strcat(strcpy(expected, text), "; SameSite=None; Secure");
    assert_string_equal(rewritten(text, length, &rule), expected);
    /* nothing but attributes that go, and one at the end that stays */
    for (i = 2; i + 7 < length; i += 7) {
        memcpy(text + i, ";secure", 7);
    }
    memcpy(text + i, ";z23456", length - i);
    assert_true(cors_setcookie_parse(&cookie, text, length));
    assert_true(cookie.secure);
    sprintf(expected, "x=%s; SameSite=None; Secure", text + i);
    assert_string_equal(rewritten(text, length, &rule), expected);
    /* nothing but semicolons */
    memset(text + 2, ';', length - 2);
    strcat(strcpy(expected, text), "; SameSite=None; Secure");
    assert_string_equal(rewritten(text, length, &rule), expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attributes_are_appended_in_order),
        cmocka_unit_test(what_is_given_replaces_what_stood_there),
        cmocka_unit_test(what_fits_is_not_copied),
        cmocka_unit_test(partitioned_alone_can_be_taken_off),
        cmocka_unit_test(generated_cookies_keep_their_bytes),
        cmocka_unit_test(any_bytes_are_survived),
        cmocka_unit_test(huge_fields_are_read_to_their_end),
    };

    return cmocka_run_group_tests_name("setcookie_rewrite", tests, open_pool,
                                       close_pool);
}
