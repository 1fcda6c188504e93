/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

typedef struct row {
    const char *lines;
    int setting;
    int value;
} row;

static void words_are_taken_in_any_case(void **state)
{
    static const row rows[] = {
        { "CORSAllowCredentials On", CORS_CREDENTIALS, CORS_ON },
        { "CORSAllowCredentials off", CORS_CREDENTIALS, CORS_OFF },
        { "CORSAllowAnonymous ON", CORS_ANONYMOUS, CORS_ON },
        { "CORSAllowAnonymous Off", CORS_ANONYMOUS, CORS_OFF },
        { "CORSReportOnly On", CORS_REPORT_ONLY, CORS_ON },
        { "CORSReportOnly Off", CORS_REPORT_ONLY, CORS_OFF },
        { "CORSPreflight Answer", CORS_PREFLIGHT, CORS_PREFLIGHT_ANSWER },
        { "CORSPreflight forward", CORS_PREFLIGHT, CORS_PREFLIGHT_FORWARD },
        { "CORSPreflightStatus 200", CORS_PREFLIGHT_STATUS,
          CORS_PREFLIGHT_200 },
        { "CORSPreflightStatus 204", CORS_PREFLIGHT_STATUS,
          CORS_PREFLIGHT_204 },
        { "CORSDisallowedOrigin Serve", CORS_DISALLOWED, CORS_SERVE },
        { "CORSDisallowedOrigin stripcredentials", CORS_DISALLOWED,
          CORS_STRIP_CREDENTIALS },
        { "CORSDisallowedOrigin DENY", CORS_DISALLOWED, CORS_DENY },
        /* Given twice in one section: the last one holds. */
        { "CORSDisallowedOrigin Deny\nCORSDisallowedOrigin Serve",
          CORS_DISALLOWED, CORS_SERVE }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        const cors_policy *policy = fake_policy(rows[i].lines);

        EXPECT_NUMBER(rows[i].lines, policy->settings[rows[i].setting],
                      rows[i].value);
    }
}

static void a_setting_knows_its_place(void **state)
{
    const cors_policy *policy =
        fake_policy("CORSMaxAge 5\nCORSAllowCredentials Off");

    (void)state;
    assert_int_equal(policy->settings_place[CORS_CREDENTIALS].line, 2);
    assert_string_equal(policy->settings_place[CORS_CREDENTIALS].file,
                        "conf/httpd.conf");
    assert_null(policy->settings_place[CORS_DISALLOWED].file);
}

static void max_age_is_sent_in_seconds(void **state)
{
    static const struct {
        const char *value;
        const char *sent;
    } rows[] = {
        { "0", "0" }, { "1", "1" }, { "600", "600" }, { "86400", "86400" },
        { "30s", "30" }, { "10min", "600" }, { "2h", "7200" },
        { "24h", "86400" }, { "1440min", "86400" }, { "5000ms", "5" },
        { "0010", "10" }, { "5mi", "300" }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        const char *line = apr_pstrcat(fake.pool, "CORSMaxAge ",
                                       rows[i].value, NULL);

        EXPECT_TEXT(line, cors_policy_max_age(fake_policy(line)),
                    rows[i].sent);
    }
}

static void bad_values_are_refused(void **state)
{
    static const struct {
        const char *lines;
        const char *message;        /* how it starts */
        const char *cure;           /* how it ends */
    } rows[] = {
        { "CORSMaxAge -1", "CORSMaxAge '-1': this is no time", "" },
        { "CORSMaxAge 1.5", "CORSMaxAge '1.5': this is no time", "" },
        { "CORSMaxAge x", "CORSMaxAge 'x': this is no time", "" },
        { "CORSMaxAge 1d", "CORSMaxAge '1d': this is no time", "" },
        { "CORSMaxAge 5m", "CORSMaxAge '5m': this is no time", "" },
        { "CORSMaxAge +5", "CORSMaxAge '+5': this is no time", "" },
        /* httpd itself looks at the first letters of a unit only. */
        { "CORSMaxAge 2hours", "CORSMaxAge '2hours': this is no time", "" },
        { "CORSMaxAge 5sx", "CORSMaxAge '5sx': this is no time", "" },
        { "CORSMaxAge 5mistakes", "CORSMaxAge '5mistakes': this is", "" },
        { "CORSMaxAge 1000000000", "CORSMaxAge '1000000000': this is", "" },
        { "CORSMaxAge 1500ms", "CORSMaxAge '1500ms': a browser counts whole "
          "seconds", "; write 2" },
        { "CORSMaxAge 86401", "CORSMaxAge '86401': no browser keeps",
          "; write 86400" },
        { "CORSMaxAge 25h", "CORSMaxAge '25h': no browser keeps",
          "; write 86400" },
        { "CORSMaxAge 999999999", "CORSMaxAge '999999999': no browser keeps",
          "; write 86400" },
        /* Products that would not fit a number. */
        { "CORSMaxAge 99999999h", "CORSMaxAge '99999999h': ", "" },
        { "CORSMaxAge 99999999999999999999h", "CORSMaxAge '9999", "" },
        { "CORSMaxAge", "CORSMaxAge takes one argument, ", "" },
        { "CORSMaxAge 1 2", "CORSMaxAge takes one argument, ", "" },
        { "CORSPreflight Pass", "CORSPreflight 'Pass': no such value",
          "; write Answer or Forward" },
        { "CORSPreflightStatus 201", "CORSPreflightStatus '201': no such "
          "value", "; write 200 or 204" },
        { "CORSPreflightStatus 2040", "CORSPreflightStatus '2040': no such "
          "value", "; write 200 or 204" },
        { "CORSDisallowedOrigin Reject", "CORSDisallowedOrigin 'Reject': no "
          "such value", "; write Serve or StripCredentials or Deny" },
        { "CORSAllowCredentials yes", "CORSAllowCredentials 'yes': no such "
          "value", "; write On or Off" },
        { "CORSAllowAnonymous 1", "CORSAllowAnonymous '1': no such value",
          "; write On or Off" },
        { "CORSReportOnly On Off", "CORSReportOnly takes one argument", "" },
        { "CORSOptions Unsafe", "CORSOptions 'Unsafe': no such option",
          "; write UnsafeInsecureOrigin, UnsafePublicSuffix or UnsafeMatch" },
        { "CORSOptions +", "CORSOptions '+': no such option",
          "; write UnsafeInsecureOrigin, UnsafePublicSuffix or UnsafeMatch" },
        { "CORSOptions -none", "CORSOptions '-none': no such option", "" },
        { "CORSOptions ++UnsafePublicSuffix", "CORSOptions "
          "'++UnsafePublicSuffix': no such option", "" },
        { "CORSOptions UnsafePublicSuffix +UnsafeInsecureOrigin",
          "CORSOptions '+UnsafeInsecureOrigin': either all", "" },
        { "CORSOptions -UnsafePublicSuffix UnsafeInsecureOrigin",
          "CORSOptions 'UnsafeInsecureOrigin': either all", "" },
        { "CORSOptions none UnsafePublicSuffix", "CORSOptions "
          "'UnsafePublicSuffix': 'none' stands alone", "" },
        { "CORSOptions UnsafePublicSuffix\nCORSOptions none",
          "CORSOptions 'none': 'none' stands alone", "" },
        { "CORSOptions none +UnsafePublicSuffix", "CORSOptions "
          "'+UnsafePublicSuffix': 'none' stands alone", "" },
        { "CORSOptions", "CORSOptions requires at least one argument", "" }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        cors_policy *policy = cors_policy_create(fake.pool, NULL);
        const char *refused = fake_read(FAKE_LOCATION, policy,
                                        rows[i].lines);
        const char *cure = rows[i].cure;

        EXPECT_PART(rows[i].lines, refused, rows[i].message);
        assert_ptr_equal(refused, strstr(refused, rows[i].message));
        EXPECT_TEXT(rows[i].lines,
                    refused + strlen(refused) - strlen(cure), cure);
    }
}

/* httpd knows none behind a directive: half of the line would be a value. */
static void a_comment_has_a_line_of_its_own(void **state)
{
    static const char *const rows[][2] = {
        { "CORSAllowMethods # none", "it has a line of its own" },
        { "CORSAllowOrigin https://a.example # and more",
          "write CORSAllowOrigin https://a.example" },
        { "CORSAllowMethods PUT  DELETE   #more",
          "write CORSAllowMethods PUT  DELETE" },
        { "CORSCookieAttributes Secure # http", "CORSCookieAttributes Secure" }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        cors_policy *policy = cors_policy_create(fake.pool, NULL);
        const char *refused = fake_read(FAKE_LOCATION, policy, rows[i][0]);

        assert_non_null(refused);
        EXPECT_PART(rows[i][0], refused, rows[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(words_are_taken_in_any_case),
        FAKES_TEST(a_setting_knows_its_place),
        FAKES_TEST(max_age_is_sent_in_seconds),
        FAKES_TEST(bad_values_are_refused),
        FAKES_TEST(a_comment_has_a_line_of_its_own)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
