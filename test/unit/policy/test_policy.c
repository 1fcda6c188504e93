/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include "policy/server.h"

static void a_new_section_says_nothing(void **state)
{
    const cors_policy *policy = fake_policy("");

    (void)state;
    assert_null(policy->origins);
    assert_null(policy->names[CORS_METHODS]);
    assert_null(policy->names[CORS_HEADERS]);
    assert_null(policy->names[CORS_EXPOSED]);
    assert_null(policy->cookies);
    assert_null(policy->max_age);
    assert_null(policy->place.file);
    assert_false(cors_policy_exists(policy));
    assert_false(cors_policy_allows_origins(policy));
}

static void what_is_unset_has_its_default(void **state)
{
    const cors_policy *policy = fake_policy("");

    (void)state;
    assert_int_equal(cors_policy_get(policy, CORS_CREDENTIALS), CORS_ON);
    assert_int_equal(cors_policy_get(policy, CORS_ANONYMOUS), CORS_OFF);
    assert_int_equal(cors_policy_get(policy, CORS_PREFLIGHT),
                     CORS_PREFLIGHT_ANSWER);
    assert_int_equal(cors_policy_get(policy, CORS_PREFLIGHT_STATUS),
                     CORS_PREFLIGHT_204);
    assert_int_equal(cors_policy_get(policy, CORS_DISALLOWED), CORS_SERVE);
    assert_int_equal(cors_policy_get(policy, CORS_REPORT_ONLY), CORS_OFF);
    assert_string_equal(cors_policy_max_age(policy), "600");
    assert_false(cors_policy_has_option(policy,
                                        CORS_OPTION_INSECURE_ORIGIN));
    assert_false(cors_policy_has_option(policy, CORS_OPTION_PUBLIC_SUFFIX));
}

static void origins_disallowed_or_anonymous_make_a_policy(void **state)
{
    static const struct {
        const char *lines;
        int exists;
        int allows;
    } rows[] = {
        { "CORSAllowOrigin https://app.example.com", 1, 1 },
        { "CORSAllowOriginMatch https://app[0-9]\\.example\\.com", 1, 1 },
        { "CORSAllowOrigin *\nCORSAllowCredentials Off", 1, 1 },
        { "CORSDisallowedOrigin Deny", 1, 0 },
        { "CORSDisallowedOrigin StripCredentials", 1, 0 },
        { "CORSAllowAnonymous On", 1, 0 },
        { "CORSAllowOrigin none\nCORSDisallowedOrigin Deny", 1, 0 },
        /* These say how, not whether. */
        { "CORSAllowOrigin none", 0, 0 },
        { "CORSDisallowedOrigin Serve", 0, 0 },
        { "CORSAllowAnonymous Off", 0, 0 },
        { "CORSAllowMethods PUT\nCORSAllowHeaders X-A\nCORSMaxAge 5", 0, 0 },
        { "CORSCookieAttributes Secure\nCORSReportOnly On", 0, 0 }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        const cors_policy *policy = fake_policy(rows[i].lines);

        EXPECT_NUMBER(rows[i].lines, cors_policy_exists(policy),
                      rows[i].exists);
        EXPECT_NUMBER(rows[i].lines, cors_policy_allows_origins(policy),
                      rows[i].allows);
    }
}

/* Every directive in one section, and others for each of them. */
static const char everything[] =
    "CORSAllowOrigin https://base.example.com\n"
    "CORSAllowMethods PUT\n"
    "CORSAllowHeaders X-Base\n"
    "CORSExposeHeaders X-Base-Total\n"
    "CORSMaxAge 10\n"
    "CORSAllowCredentials Off\n"
    "CORSAllowAnonymous On\n"
    "CORSPreflight Forward\n"
    "CORSPreflightStatus 200\n"
    "CORSDisallowedOrigin Deny\n"
    "CORSReportOnly On\n"
    "CORSCookieAttributes Secure\n"
    "CORSOptions UnsafeInsecureOrigin";

static const char everything_else[] =
    "CORSAllowOrigin https://other.example.com\n"
    "CORSAllowMethods DELETE\n"
    "CORSAllowHeaders X-Other\n"
    "CORSExposeHeaders X-Other-Total\n"
    "CORSMaxAge 20\n"
    "CORSAllowCredentials On\n"
    "CORSAllowAnonymous Off\n"
    "CORSPreflight Answer\n"
    "CORSPreflightStatus 204\n"
    "CORSDisallowedOrigin StripCredentials\n"
    "CORSReportOnly Off\n"
    "CORSCookieAttributes HttpOnly\n"
    "CORSOptions UnsafePublicSuffix";

static void expect_values_of(const char *row, const cors_policy *merged,
                             const cors_policy *policy)
{
    int i;

    assert_ptr_equal(merged->origins, policy->origins);
    assert_ptr_equal(merged->names[CORS_METHODS], policy->names[CORS_METHODS]);
    assert_ptr_equal(merged->names[CORS_HEADERS], policy->names[CORS_HEADERS]);
    assert_ptr_equal(merged->names[CORS_EXPOSED], policy->names[CORS_EXPOSED]);
    assert_ptr_equal(merged->cookies, policy->cookies);
    assert_ptr_equal(merged->max_age, policy->max_age);
    for (i = 0; i < CORS_SETTINGS; i++) {
        EXPECT_NUMBER(row, merged->settings[i], policy->settings[i]);
    }
    EXPECT_NUMBER(row, merged->options.on, policy->options.on);
}

static void an_empty_section_changes_nothing(void **state)
{
    const cors_policy *base = fake_policy(everything);
    const cors_policy *merged = fake_merged(base, fake_policy(""));

    (void)state;
    expect_values_of("inherited", merged, base);
    assert_int_equal(merged->place.line, base->place.line);
}

static void what_a_section_sets_replaces_the_inherited_value(void **state)
{
    const cors_policy *base = fake_policy(everything);
    const cors_policy *section = fake_policy(everything_else);

    (void)state;
    expect_values_of("over values", fake_merged(base, section), section);
    expect_values_of("over nothing", fake_merged(fake_policy(""), section),
                     section);
}

static void each_directive_is_merged_by_itself(void **state)
{
    const cors_policy *base = fake_policy(everything);
    const cors_policy *merged = fake_merged(base,
                                            fake_policy("\nCORSMaxAge 0"));

    (void)state;
    assert_string_equal(cors_policy_max_age(merged), "0");
    assert_ptr_equal(merged->origins, base->origins);
    assert_int_equal(cors_policy_get(merged, CORS_DISALLOWED), CORS_DENY);
    assert_int_equal(merged->place.line, 2);
}

static void the_origin_directives_count_as_one(void **state)
{
    const cors_policy *base =
        fake_policy("CORSAllowOrigin https://base.example.com");
    const cors_policy *section =
        fake_policy("CORSAllowOriginMatch https://[a-c]\\.example\\.com");
    const cors_policy *merged = fake_merged(base, section);

    (void)state;
    assert_int_equal(fake_judge(merged, "https://base.example.com", 24),
                     CORS_REASON_ORIGIN_NOT_LISTED);
    assert_int_equal(fake_judge(merged, "https://a.example.com", 21),
                     CORS_REASON_OK);
}

static void none_takes_inherited_origins_away(void **state)
{
    const cors_policy *merged =
        fake_merged(fake_policy("CORSAllowOrigin https://app.example.com"),
                    fake_policy("CORSAllowOrigin none"));

    (void)state;
    assert_false(cors_policy_allows_origins(merged));
    assert_false(cors_policy_exists(merged));
}

static void merging_changes_neither_side(void **state)
{
    cors_policy *base = fake_policy(everything);
    cors_policy *section = fake_policy(everything_else);
    cors_policy base_before = *base, section_before = *section;

    (void)state;
    fake_merged(base, section);
    assert_memory_equal(base, &base_before, sizeof(*base));
    assert_memory_equal(section, &section_before, sizeof(*section));
}

#define INSECURE CORS_OPTION_INSECURE_ORIGIN
#define SUFFIX   CORS_OPTION_PUBLIC_SUFFIX

static void options_add_remove_and_replace(void **state)
{
    static const struct {
        const char *server;
        const char *location;
        const char *file;
        int on;
    } rows[] = {
        { "", "", "", 0 },
        { "UnsafeInsecureOrigin", "", "", INSECURE },
        { "UnsafeInsecureOrigin UnsafePublicSuffix", "", "",
          INSECURE | SUFFIX },
        { "UnsafeInsecureOrigin", "UnsafePublicSuffix", "", SUFFIX },
        { "UnsafeInsecureOrigin", "+UnsafePublicSuffix", "",
          INSECURE | SUFFIX },
        { "UnsafeInsecureOrigin", "-UnsafeInsecureOrigin", "", 0 },
        { "UnsafeInsecureOrigin UnsafePublicSuffix",
          "-UnsafeInsecureOrigin", "", SUFFIX },
        { "UnsafeInsecureOrigin", "none", "", 0 },
        { "+UnsafeInsecureOrigin", "+UnsafePublicSuffix", "",
          INSECURE | SUFFIX },
        /* The last of three sections has the last word. */
        { "+UnsafeInsecureOrigin", "-UnsafeInsecureOrigin",
          "+UnsafeInsecureOrigin", INSECURE },
        { "UnsafeInsecureOrigin", "+UnsafePublicSuffix",
          "-UnsafeInsecureOrigin", SUFFIX },
        { "UnsafeInsecureOrigin", "none", "+UnsafePublicSuffix", SUFFIX },
        /* In one section too. */
        { "+UnsafeInsecureOrigin -UnsafeInsecureOrigin", "", "", 0 },
        { "-UnsafeInsecureOrigin +UnsafeInsecureOrigin", "", "", INSECURE },
        /* Nothing there to take off. */
        { "-UnsafePublicSuffix", "", "", 0 }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        const char *sections[3] = { rows[i].server, rows[i].location,
                                    rows[i].file };
        const cors_policy *merged = fake_policy("");
        int j;

        for (j = 0; j < 3; j++) {
            merged = fake_merged(merged, fake_policy(
                *sections[j] ? apr_pstrcat(fake.pool, "CORSOptions ",
                                           sections[j], NULL) : ""));
        }
        EXPECT_NUMBER(apr_psprintf(fake.pool, "row %d", (int)i),
                      merged->options.on, rows[i].on);
    }
}

/* What merges are merged into again must not depend on how they nest. */
static void options_merge_in_any_nesting(void **state)
{
    const cors_policy *a = fake_policy("CORSOptions UnsafeInsecureOrigin");
    const cors_policy *b = fake_policy("CORSOptions -UnsafeInsecureOrigin");
    const cors_policy *c = fake_policy("CORSOptions +UnsafePublicSuffix");

    (void)state;
    assert_int_equal(fake_merged(fake_merged(a, b), c)->options.on, SUFFIX);
    assert_int_equal(fake_merged(a, fake_merged(b, c))->options.on, SUFFIX);
}

static void a_request_has_the_policy_of_its_place(void **state)
{
    const cors_policy *policy = fake_policy("CORSMaxAge 5");
    request_rec *r = fake_request(policy, "GET", NULL);

    (void)state;
    assert_ptr_equal(cors_policy_of(r), policy);
}

static void note_section(void *data, server_rec *server,
                         cors_policy *section)
{
    assert_ptr_equal(server, fake.server);
    APR_ARRAY_PUSH((apr_array_header_t *)data, cors_policy *) = section;
}

static void a_server_knows_its_sections_in_their_order(void **state)
{
    const cors_policy *first = fake_policy("CORSMaxAge 5\nCORSMaxAge 6");
    const cors_policy *second = fake_policy("CORSMaxAge 7");
    apr_array_header_t *seen = apr_array_make(fake.pool, 2,
                                              sizeof(cors_policy *));

    (void)state;
    fake_policy("");
    cors_sections_each(fake.pool, fake.server, note_section, seen);
    assert_int_equal(seen->nelts, 2);
    assert_ptr_equal(APR_ARRAY_IDX(seen, 0, cors_policy *), first);
    assert_ptr_equal(APR_ARRAY_IDX(seen, 1, cors_policy *), second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(a_new_section_says_nothing),
        FAKES_TEST(what_is_unset_has_its_default),
        FAKES_TEST(origins_disallowed_or_anonymous_make_a_policy),
        FAKES_TEST(an_empty_section_changes_nothing),
        FAKES_TEST(what_a_section_sets_replaces_the_inherited_value),
        FAKES_TEST(each_directive_is_merged_by_itself),
        FAKES_TEST(the_origin_directives_count_as_one),
        FAKES_TEST(none_takes_inherited_origins_away),
        FAKES_TEST(merging_changes_neither_side),
        FAKES_TEST(options_add_remove_and_replace),
        FAKES_TEST(options_merge_in_any_nesting),
        FAKES_TEST(a_request_has_the_policy_of_its_place),
        FAKES_TEST(a_server_knows_its_sections_in_their_order)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
