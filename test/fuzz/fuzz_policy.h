/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Policies by letters, for the targets that judge requests: the first line
 * of an input has one for each setting.
 */
#ifndef FUZZ_POLICY_H
#define FUZZ_POLICY_H

#include <sanitizer/lsan_interface.h>

#include "naive_decision.h"

#define MUST(condition) do { if (!(condition)) abort(); } while (0)

static const struct {
    const char *directive;
    const char *values[8];      /* the first: not given */
} settings[SETTINGS] = {
    [ORIGINS] = { "CORSAllowOrigin", {
        NULL, "none", "https://app.example.com", "*",
        "https://app.example.com https://*.example.org http://localhost:* "
        "!https://bad.example.org !https://*.evil.example.org:*",
        "capacitor://localhost http://127.0.0.1:8080 https://[::1] "
        "https://app.example.com:8443 https://*.b.example.net:*",
        "http://plain.example.com https://app.example.com",
        "https://pr-*.example.org http://*-dev.localhost:* app://. "
        "https://a-*-b.example.net:8443 !https://pr-bad-*.example.org" } },
    [MATCH] = { "CORSAllowOriginMatch", {
        NULL, "https?://[a-z]+\\.example\\.net" } },
    [CREDENTIALS] = { "CORSAllowCredentials", { NULL, "On", "Off" } },
    [ANONYMOUS] = { "CORSAllowAnonymous", { NULL, "Off", "On" } },
    [ALLOW_METHODS] = { "CORSAllowMethods", {
        NULL, "none", "PUT pATCH", "*" } },
    [ALLOW_HEADERS] = { "CORSAllowHeaders", {
        NULL, "none", "X-One Content-Type", "*", "Authorization *" } },
    [EXPOSED] = { "CORSExposeHeaders", { NULL, "none", "X-A X-B", "*" } },
    [MAX_AGE] = { "CORSMaxAge", { NULL, "0", "2h" } },
    [PREFLIGHT] = { "CORSPreflight", { NULL, "Answer", "Forward" } },
    [STATUS] = { "CORSPreflightStatus", { NULL, "200", "204" } },
    [DISALLOWED] = { "CORSDisallowedOrigin", {
        NULL, "Serve", "StripCredentials", "Deny" } },
    [REPORT] = { "CORSReportOnly", { NULL, "Off", "On" } },
    [OPTIONS] = { "CORSOptions", { NULL, "UnsafeInsecureOrigin" } },
    [COOKIES] = { "CORSCookieAttributes", { NULL, "Secure" } },
    [METADATA] = { "CORSFetchMetadata", { NULL, "Off", "On" } }
};

static apr_pool_t *kept;
static cors_policy *sections[SETTINGS][8][2];

/* A letter's choice of the words that a setting can have. */
static int choice(naive_setting setting, char letter)
{
    int count = 1;

    while (count < 8 && settings[setting].values[count]) {
        count++;
    }
    return (unsigned char)(letter - '0') % count;
}

static const char *line_of(naive_setting setting, int value)
{
    return value ? apr_pstrcat(fake.pool, settings[setting].directive, " ",
                               settings[setting].values[value], "\n", NULL)
                 : "";
}

/*
 * Sections are read once, into a pool that stays: Debian's APR has its
 * memory from where the leak sanitizer finds no pointers. An expression
 * stands in the section of the origins.
 */
static cors_policy *section_of(naive_setting setting, int value, int match)
{
    cors_policy **section = &sections[setting][value][match];
    apr_pool_t *pool = fake.pool;

    if (!*section) {
        fake.pool = kept;
        __lsan_disable();
        *section = fake_policy(apr_pstrcat(kept, line_of(setting, value),
                                           line_of(MATCH, match), NULL));
        __lsan_enable();
        fake.pool = pool;
    }
    return *section;
}

/*
 * Letters into values, and the values' sections merged as httpd does. That of
 * METADATA stands by itself; NUL: not given.
 */
static cors_policy *policy_choose(const char *letters, char metadata,
                                  naive_request *q)
{
    cors_policy *merged = NULL;
    int setting;

    for (setting = 0; setting < SETTINGS; setting++) {
        char letter = setting < LETTERS ? letters[setting] : metadata;
        int value = letter ? choice(setting, letter) : 0, match = 0;
        cors_policy *section;

        if (setting == ORIGINS && value != 1 && value != 3) {
            match = choice(MATCH, letters[MATCH]);
            q->values[MATCH] = settings[MATCH].values[match];
        }
        if (setting != MATCH) {
            q->values[setting] = settings[setting].values[value];
            section = section_of(setting, value, match);
            merged = merged ? fake_merged(merged, section) : section;
        }
    }
    return merged;
}

static char *next_line(char **text)
{
    char *line = *text, *end = line ? strchr(line, '\n') : NULL;

    if (end) {
        *end = '\0';
    }
    *text = end ? end + 1 : NULL;
    return line;
}

/* Around each input: what it allocates ends with it. */
static void input_start(void)
{
    if (!kept) {
        fakes_setup(NULL);
        kept = fake.pool;
        fake_hooks_start();
    }
    apr_pool_create(&fake.pool, kept);
    fake.log->nelts = 0;
    fake.body = "";
}

static void input_end(void)
{
    apr_pool_destroy(fake.pool);
    fake.pool = kept;
}

#endif
