/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include "policy/cookie_rules.h"

/* A line read: NULL, or the message; *rule: its own, where there is one. */
static const char *read_line(const cors_cookie_rule **rule, const char *line)
{
    cors_policy *policy = cors_policy_create(fake.pool, NULL);
    const char *message = fake_read(FAKE_LOCATION, policy, apr_pstrcat(
        fake.pool, "CORSCookieAttributes ", line, NULL));

    assert_int_equal(policy->cookies == NULL, message != NULL);
    *rule = message ? NULL
                    : &APR_ARRAY_IDX(policy->cookies, 0, cors_cookie_rule);
    return message;
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
        { "Secure only=wordpress_logged_in_*,a*b,**", NULL },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const cors_cookie_rule *rule;

        assert_null(read_line(&rule, rows[i].line));
        assert_string_equal(cors_cookie_rule_text(fake.pool, rule),
                            rows[i].text ? rows[i].text : rows[i].line);
    }
}

static const struct {
    const char *line;
    const char *message;        /* a part of it */
} refused[] = {
    { "Foo", "'Foo': no such attribute; write none, or any of "
             "SameSite=None, SameSite=Lax, SameSite=Strict, Secure, "
             "HttpOnly, Partitioned and only=name[,name...]" },
    { "Secure=On", "'Secure=On': no such attribute" },
    { "Max-Age=60", "'Max-Age=60': no such attribute" },
    { "only", "'only': no such attribute" },
    { "*", "'*': no such attribute" },
    { "SameSite", "'SameSite': no value of SameSite; write "
                  "SameSite=None, SameSite=Lax or SameSite=Strict" },
    { "SameSite=", "'SameSite=': no value of SameSite" },
    { "SameSite=Off", "'SameSite=Off': no value of SameSite" },
    { "SameSite=None; Secure", "'SameSite=None; Secure': attributes stand "
                               "between blanks, without semicolon or comma; "
                               "write CORSCookieAttributes SameSite=None "
                               "Secure" },
    { "Secure; SameSite=None", "write CORSCookieAttributes SameSite=None "
                               "Secure" },
    { "\"SameSite=None; Secure\"",
      "; write CORSCookieAttributes SameSite=None Secure" },
    { "samesite=none,secure", "; write CORSCookieAttributes SameSite=None "
                              "Secure" },
    { ";SameSite=Lax;;only=a,b;", "; write CORSCookieAttributes "
                                  "SameSite=Lax only=a,b" },
    { "Secure only=sid;", "; write CORSCookieAttributes Secure only=sid" },
    { "HttpOnly; Secure # always", "; write CORSCookieAttributes Secure "
                                   "HttpOnly" },
    { "Partitioned; HttpOnly", "'HttpOnly Partitioned': browsers refuse such "
                               "a cookie without Secure; write "
                               "CORSCookieAttributes Secure HttpOnly "
                               "Partitioned" },
    { "none;", "between blanks, without semicolon or comma; write "
               "CORSCookieAttributes none" },
    { "none; Secure", "none stands alone" },
    { "Path=/; Secure", "'Path=/': no such attribute" },
    { "SameSite=Any; Secure", "'SameSite=Any': no value of SameSite" },
    { "only=; Secure", "'only=': a name of a cookie is missing" },
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
    { "Partitioned HttpOnly", "write CORSCookieAttributes Secure HttpOnly "
                              "Partitioned" },
    { "samesite=none partitioned only=sid,id HttpOnly",
      "write CORSCookieAttributes SameSite=None Secure HttpOnly "
      "Partitioned only=sid,id" },
    { "SameSite=Lax Partitioned",
      "write CORSCookieAttributes SameSite=Lax Secure Partitioned" },
    { "only=sid", "'only=sid': it gives these cookies no attribute; "
                  "write CORSCookieAttributes SameSite=None Secure "
                  "only=sid" },
    { "only=sid;", "it gives these cookies no attribute" },
    { "Secure only=*", "'Secure only=*': a line without only= is for all "
                       "cookies; write CORSCookieAttributes Secure" },
    { "only=a,*", "write CORSCookieAttributes SameSite=None Secure" },
    { "SameSite=None only=*", "write CORSCookieAttributes SameSite=None "
                              "Secure" },
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
        const cors_cookie_rule *rule;
        const char *message = read_line(&rule, refused[i].line);

        assert_non_null(message);
        assert_ptr_equal(strstr(message, "CORSCookieAttributes '"), message);
        if (!strstr(message, refused[i].message)) {
            fail_msg("%s: %s", refused[i].line, message);
        }
    }
}

/* No line is known that could be meant. */
static void separators_alone_have_no_cure(void **state)
{
    const cors_cookie_rule *rule;

    (void)state;
    EXPECT_TEXT(";", read_line(&rule, ";"), "CORSCookieAttributes ';': "
                "attributes stand between blanks, without semicolon or "
                "comma");
}

static void a_line_of_no_words_is_refused(void **state)
{
    const cors_cookie_rule *rule;

    (void)state;
    EXPECT_TEXT("", read_line(&rule, ""), "CORSCookieAttributes takes one or "
                "more attributes; write SameSite=None Secure, or none");
}

static void each_line_is_a_rule(void **state)
{
    const apr_array_header_t *rules = fake_policy(
        "CORSCookieAttributes SameSite=None Secure only=sid,token\n"
        "CORSCookieAttributes HttpOnly")->cookies;
    const cors_cookie_rule *rule = (const void *)rules->elts;

    (void)state;
    assert_int_equal(rules->nelts, 2);
    assert_int_equal(rule[0].gives[CORS_ATTRIBUTE_SAMESITE],
                     CORS_SAMESITE_NONE);
    assert_int_equal(rule[0].gives[CORS_ATTRIBUTE_SECURE], 1);
    assert_int_equal(rule[1].gives[CORS_ATTRIBUTE_SAMESITE], 0);
    assert_int_equal(rule[1].gives[CORS_ATTRIBUTE_HTTPONLY], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(lines_are_read_and_written),
        FAKES_TEST(what_cannot_be_meant_is_refused),
        FAKES_TEST(separators_alone_have_no_cure),
        FAKES_TEST(a_line_of_no_words_is_refused),
        FAKES_TEST(each_line_is_a_rule)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
