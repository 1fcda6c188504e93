/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A whole request: settings, fields, what the handler answers; and what the
 * module makes of it, compared with naive_decision.h.
 *
 * The first line has a letter for each setting (table below), one for the
 * scheme, one for the place's AuthType and one for the handler's status. The
 * second is the method. The fields of the request follow, an empty line, and
 * the fields of the handler's response; those behind ! are for errors too.
 */
#include "fakes.h"

#include <http_main.h>
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
        "http://plain.example.com https://app.example.com" } },
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
    [COOKIES] = { "CORSCookieAttributes", { NULL, "Secure" } }
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

/* Letters into values, and the values' sections merged as httpd does. */
static cors_policy *policy_choose(const char *letters, naive_request *q)
{
    cors_policy *merged = NULL;
    int setting;

    for (setting = 0; setting < SETTINGS; setting++) {
        int value = choice(setting, letters[setting]), match = 0;
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

/* As httpd reads fields: what it would refuse is left out. */
static void fields_read(char **text, apr_table_t *table,
                        apr_table_t *errors)
{
    char *line, *value, *end, *c;

    while ((line = next_line(text)) != NULL && *line) {
        apr_table_t *to = errors && *line == '!' ? errors : table;

        line += to == errors;
        value = strchr(line, ':');
        if (!value) {
            continue;
        }
        *value++ = '\0';
        value += strspn(value, " \t");
        for (end = value + strlen(value);
             end > value && strchr(" \t", end[-1]); end--) {
            end[-1] = '\0';
        }
        for (c = value; (unsigned char)*c >= ' ' || *c == '\t'; c++) {
            if (*c == 0x7f) {
                break;
            }
        }
        if (!*c && naive_token(line)) {
            apr_table_addn(to, line, value);
        }
    }
}

static int host_is_odd(const char *host)
{
    size_t length = host ? strspn(host, "[]abcdefghijklmnopqrstuvwxyz"
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-:") : 0;
    const char *bracket = host ? strchr(host, ']') : NULL;

    if (!host) {
        return 0;
    }
    if (host[length] || (*host == '[') != !!bracket
        || strrchr(host, '[') > host || strrchr(host, ']') != bracket
        || (bracket && bracket[1] && bracket[1] != ':')) {
        return 1;
    }
    return strchr(bracket ? bracket : host, ':') != (bracket
        ? strrchr(bracket, ':') : strrchr(host, ':'));
}

#include "decision_run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text, *letters;
    request_rec *r;
    naive_request q;

    if (!kept) {
        fakes_setup(NULL);
        kept = fake.pool;
        fake_hooks_start();
    }
    apr_pool_create(&fake.pool, kept);
    fake.log->nelts = 0;
    text = apr_pstrmemdup(fake.pool, (const char *)data, size);
    letters = next_line(&text);
    if (strlen(letters) >= SETTINGS + 3 && text) {
        memset(&q, 0, sizeof(q));
        q.pool = fake.pool;
        r = fake_request(policy_choose(letters, &q),
                         apr_pstrdup(fake.pool, next_line(&text)), NULL);
        q.scheme = fake.scheme = letters[SETTINGS] & 1 ? "https" : "http";
        q.digest = letters[SETTINGS + 1] & 1;
        fake.auth_type = q.digest ? "Digest" : NULL;
        q.status = (const int[]){ 200, 304, 404, 200 }
                   [letters[SETTINGS + 2] & 3];
        q.method = r->method;
        fields_read(&text, r->headers_in, NULL);
        apr_table_compress(r->headers_in, APR_OVERLAP_TABLES_MERGE);
        q.headers = apr_table_copy(fake.pool, r->headers_in);
        if (!host_is_odd(naive_field(&q, "Host"))
            && !strstr(apr_pstrcat(q.pool, "", naive_field(&q, "Origin"),
                                   NULL), "xn--")) {
            run_and_compare(r, &q, text);
        }
    }
    apr_pool_destroy(fake.pool);
    fake.pool = kept;
    return 0;
}
