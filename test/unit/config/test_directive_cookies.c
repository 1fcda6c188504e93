/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <apr_strings.h>

#include "pool.h"
#include "syntax/setcookie.h"

/* The words of a line into a rule, then its check: NULL, or the message. */
static const char *read_line(cors_setcookie_rule *rule, const char *line)
{
    const char *message = NULL;
    char *state;
    char *word = apr_strtok(apr_pstrdup(pool, line), " ", &state);

    memset(rule, 0, sizeof(*rule));
    for (; word && !message; word = apr_strtok(NULL, " ", &state)) {
        message = cors_setcookie_rule_add(pool, rule, word);
    }
    return message ? message : cors_setcookie_rule_check(pool, rule);
}

static void lines_are_read_and_written(void **state)
{
    static const struct {
        const char *line;
        const char *text;           /* NULL: the line itself */
    } rows[] = {
        { "none", NULL },
        { "NONE", "none" },
        { "Secure", NULL },
        { "SameSite=Lax", NULL },
        { "SameSite=Strict HttpOnly", NULL },
        { "SameSite=None Secure HttpOnly Partitioned", NULL },
        { "Secure Partitioned", NULL },
        { "partitioned HTTPONLY secure samesite=none",
          "SameSite=None Secure HttpOnly Partitioned" },
        { "Secure Secure SameSite=Lax samesite=lax", "SameSite=Lax Secure" },
        { "Secure only=sid", NULL },
        { "HttpOnly only=sid", NULL },
        { "SameSite=Lax only=sid", NULL },
        { "ONLY=sid,__Host-id Secure", "Secure only=sid,__Host-id" },
        { "only=a Secure only=b", "Secure only=a,b" },
        { "Secure only=!#$%&'*+-.^_`|~09azAZ", NULL },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cors_setcookie_rule rule;

        assert_null(read_line(&rule, rows[i].line));
        assert_string_equal(cors_setcookie_rule_text(pool, &rule),
                            rows[i].text ? rows[i].text : rows[i].line);
    }
}

static const struct {
    const char *line;
    const char *message;        /* a part of it */
} refused[] = {
    { "Foo", "'Foo': no such attribute; write none, or any of "
             "SameSite=None, " },
    { "Secure=On", "'Secure=On': no such attribute" },
    { "Max-Age=60", "'Max-Age=60': no such attribute" },
    { "only", "'only': no such attribute" },
    { "*", "'*': no such attribute" },
    { "SameSite", "'SameSite': no value of SameSite; write "
                  "SameSite=None, SameSite=Lax or SameSite=Strict" },
    { "SameSite=", "'SameSite=': no value of SameSite" },
    { "SameSite=Off", "'SameSite=Off': no value of SameSite" },
    { "SameSite=None,Secure", "no value of SameSite" },
    { "SameSite=Lax SameSite=None Secure",
      "'SameSite=None': it follows SameSite=Lax in the same line; "
      "write one of them" },
    { "none Secure", "'none Secure': none stands alone; write "
                     "CORSCookieAttributes none, or leave none out" },
    { "Secure none", "none stands alone" },
    { "none only=sid", "'none only=sid': none stands alone" },
    { "SameSite=None", "'SameSite=None': browsers refuse such a cookie "
                       "without Secure; write CORSCookieAttributes "
                       "SameSite=None Secure" },
    { "Partitioned", "write CORSCookieAttributes Secure Partitioned" },
    { "samesite=none partitioned only=sid,id HttpOnly",
      "write CORSCookieAttributes SameSite=None Secure HttpOnly "
      "Partitioned only=sid,id" },
    { "SameSite=Lax Partitioned",
      "write CORSCookieAttributes SameSite=Lax Secure Partitioned" },
    { "only=sid", "'only=sid': it gives these cookies no attribute; "
                  "write CORSCookieAttributes SameSite=None Secure "
                  "only=sid" },
    { "Secure only=", "'only=': a name of a cookie is missing; write "
                      "only=name[,name...], without blanks" },
    { "Secure only=,", "is missing" },
    { "Secure only=a,", "'only=a,': a name of a cookie is missing" },
    { "Secure only=,a", "is missing" },
    { "Secure only=a,,b", "is missing" },
    { "Secure only=a;b", "'only=a;b': a name of a cookie has only "
                         "letters, digits and !#$%&'*+-.^_`|~; write "
                         "only=name[,name...]" },
    { "Secure only=a=b", "has only letters" },
    { "Secure only=\"a\"", "has only letters" },
    { "Secure only=a,b\tc", "has only letters" },
    { "Secure only=caf\xC3\xA9", "has only letters" },
};

static void what_cannot_be_meant_is_refused(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        cors_setcookie_rule rule;
        const char *message = read_line(&rule, refused[i].line);

        assert_non_null(message);
        assert_ptr_equal(strstr(message, "CORSCookieAttributes '"), message);
        if (!strstr(message, refused[i].message)) {
            fail_msg("%s: %s", refused[i].line, message);
        }
    }
}

static void a_rule_is_for_the_cookies_it_names(void **state)
{
    cors_setcookie_rule rule;

    (void)state;
    assert_null(read_line(&rule, "Secure only=sid,SID2,s"));
    assert_true(cors_setcookie_rule_applies(&rule, "sid", 3));
    assert_true(cors_setcookie_rule_applies(&rule, "SID2", 4));
    assert_true(cors_setcookie_rule_applies(&rule, "sid", 1));
    assert_false(cors_setcookie_rule_applies(&rule, "sid", 2));
    assert_false(cors_setcookie_rule_applies(&rule, "SID", 3));
    assert_false(cors_setcookie_rule_applies(&rule, "sid2", 4));
    assert_false(cors_setcookie_rule_applies(&rule, "", 0));
    assert_null(read_line(&rule, "Secure"));
    assert_true(cors_setcookie_rule_applies(&rule, "sid", 3));
    assert_null(read_line(&rule, "none"));
    assert_true(cors_setcookie_rule_applies(&rule, "sid", 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_read_and_written),
        cmocka_unit_test(what_cannot_be_meant_is_refused),
        cmocka_unit_test(a_rule_is_for_the_cookies_it_names),
    };

    return cmocka_run_group_tests_name("setcookie_rule", tests, open_pool,
                                       close_pool);
}
