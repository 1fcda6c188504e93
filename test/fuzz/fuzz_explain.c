/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The query of a status page. The first line chooses the policy of the place
 * that is looked up (fuzz_policy.h), the rest is the query; it asks for
 * "explain" unless p stands behind the letters. What is said is compared with
 * naive_decision.h, and nothing of the query may come up in it that is not a
 * name, an origin or a method which was checked.
 */
#include "fakes.h"

#include <ctype.h>

#include "fuzz_policy.h"

/* The last value of an argument, decoded; NULL: not given, or empty. */
static const char *argument(apr_pool_t *pool, const char *query,
                            const char *name)
{
    char *copy = apr_pstrdup(pool, query), *pair, *c, *to;
    const char *value = NULL;

    while ((pair = strsep(&copy, "&")) != NULL) {
        char *parts[2] = { pair, strchr(pair, '=') };
        int i;

        if (parts[1]) {
            *parts[1]++ = '\0';
        }
        for (i = 0; i < 2 && parts[i]; i++) {
            for (c = to = parts[i]; *c; c++) {
                char hex[3] = { c[0] == '%' ? c[1] : 'x', c[1] ? c[2] : 0 };

                *to++ = *c == '+' ? ' ' : *c;
                if (isxdigit((unsigned char)hex[0])
                    && isxdigit((unsigned char)hex[1])) {
                    to[-1] = (char)strtol(hex, NULL, 16);
                    c += 2;
                }
            }
            *to = '\0';
        }
        if (*pair && strcasecmp(pair, name) == 0) {
            value = parts[1] ? parts[1] : "1";
        }
    }
    return value;
}

static const char *given(apr_pool_t *pool, const char *query,
                         const char *name)
{
    const char *value = argument(pool, query, name);

    return value && *value ? value : NULL;
}

/* The value of the only line of this name; NULL: none. */
static const char *line_of_body(apr_pool_t *pool, const char *name)
{
    char *copy = apr_pstrdup(pool, fake.body), *line;
    size_t length = strlen(name);
    const char *value = NULL;

    while ((line = strsep(&copy, "\n")) != NULL) {
        if (strncmp(line, name, length) == 0 && line[length] == ':') {
            MUST(!value);
            value = line + length + 2;
        }
    }
    return value;
}

/* Lines of "Name: value" with a name of ours, in printable ASCII. */
static void body_check(apr_pool_t *pool)
{
    static const char names[] = "Error Result Reason Policy Hint Meaning "
        "Host Status Enforced Missing Site Cookies Without-Credentials "
        "With-Credentials "
        "Vary Access-Control-Allow-Origin Access-Control-Allow-Credentials "
        "Access-Control-Allow-Methods Access-Control-Allow-Headers "
        "Access-Control-Max-Age Access-Control-Expose-Headers ";
    char *copy = apr_pstrdup(pool, fake.body), *line, *c;

    MUST(*copy && copy[strlen(copy) - 1] == '\n');
    while ((line = strsep(&copy, "\n")) != NULL && *line) {
        for (c = line; *c; c++) {
            MUST(*c >= ' ' && *c <= '~');
        }
        c = strchr(line, ':');
        MUST(c && c[1] == ' ');
        *c = ' ';
        c[1] = '\0';
        MUST(strstr(names, line));
    }
}

static void line_compare(apr_pool_t *pool, const char *name,
                         const char *expected)
{
    const char *line = line_of_body(pool, name);

    MUST(line && expected ? strcmp(line, expected) == 0 : line == expected);
}

static void explanation_compare(naive_request *q, const char *query)
{
    apr_table_t *headers = apr_table_make(q->pool, 4);
    const char *url = given(q->pool, query, "url");
    const char *origin = given(q->pool, query, "origin");
    const char *method = given(q->pool, query, "method");
    const char *names = given(q->pool, query, "headers");
    naive_answer a;

    if (given(q->pool, query, "host") || (url && strstr(url, "://"))) {
        return;                 /* of other servers test_explain.py asks */
    }
    if (!url || *url != '/' || url[1] == '/' || url[1] == '\\') {
        MUST(line_of_body(q->pool, "Error")
             && !line_of_body(q->pool, "Result"));
        return;
    }
    apr_table_setn(headers, "Host", "status.example.com");
    q->method = method || names ? "OPTIONS" : "GET";
    if (origin) {
        apr_table_setn(headers, "Origin", origin);
    }
    if (given(q->pool, query, "site")) {
        apr_table_setn(headers, "Sec-Fetch-Site",
                       given(q->pool, query, "site"));
    }
    if (method || names) {
        apr_table_setn(headers, "Access-Control-Request-Method",
                       method ? method : "GET");
    }
    if (names) {
        apr_table_setn(headers, "Access-Control-Request-Headers", names);
    }
    q->headers = headers;
    naive_answer_make(q, &a);
    line_compare(q->pool, "Result", a.result ? a.result : "none");
    if (a.result) {
        line_compare(q->pool, "Reason", a.reason);
    }
    if (!a.touched || naive_is(q, REPORT, "On")) {
        memset(&a, 0, sizeof(a));
    }
    line_compare(q->pool, "Access-Control-Allow-Origin", a.allow_origin);
    line_compare(q->pool, "Access-Control-Allow-Credentials",
                 a.allow_credentials);
    line_compare(q->pool, "Access-Control-Allow-Methods", a.allow_methods);
    line_compare(q->pool, "Access-Control-Allow-Headers", a.allow_headers);
    line_compare(q->pool, "Access-Control-Max-Age", a.max_age);
}

static void page_ask(const char *query)
{
    request_rec *r = fake_request(fake_server_policy(fake.server), "GET",
                                  "Host: status.example.com\n"
                                  "Origin: https://own.example.com\n"
                                  "Cookie: own=1\n"
                                  "Sec-Fetch-Site: same-origin");

    r->handler = "cors-status";
    r->args = apr_pstrdup(r->pool, query);
    fake.body = "";
    MUST(ap_run_handler(r) == OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text, *letters;
    const char *body;
    naive_request q;

    input_start();
    text = apr_pstrmemdup(fake.pool, (const char *)data, size);
    letters = next_line(&text);
    if (strlen(letters) >= SETTINGS && text && !strstr(text, "xn--")) {
        memset(&q, 0, sizeof(q));
        q.pool = fake.pool;
        q.scheme = fake.scheme = "https";
        q.status = 200;
        fake.looked_up = policy_choose(letters, &q);
        if (letters[SETTINGS] != 'p') {
            text = apr_pstrcat(q.pool, "explain&", text, NULL);
        }
        page_ask(text);
        body = fake.body;
        if (argument(q.pool, text, "metrics")) {
            MUST(strstr(body, "# EOF\n"));
        }
        else if (argument(q.pool, text, "explain")
                 && argument(q.pool, text, "html")) {
            MUST(strstr(body, "</html>"));
        }
        else if (argument(q.pool, text, "explain")) {
            body_check(q.pool);
            explanation_compare(&q, text);
        }
        else {
            page_ask(argument(q.pool, text, "auto") ? "auto" : NULL);
            MUST(strcmp(body, fake.body) == 0);
        }
    }
    input_end();
    return 0;
}
