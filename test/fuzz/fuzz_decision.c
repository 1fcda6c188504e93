/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A whole request: settings, fields, what the handler answers; and what the
 * module makes of it, compared with naive_decision.h.
 *
 * The first line has a letter for each setting (fuzz_policy.h), one for the
 * scheme, one for the place's AuthType, one for the handler's status and one
 * for CORSFetchMetadata, which may be left out. The second is the method. The
 * fields of the request follow, an empty line, and the fields of the handler's
 * response; those behind ! are for errors too.
 */
#include "fakes.h"

#include <http_main.h>

#include "fuzz_policy.h"

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

    input_start();
    text = apr_pstrmemdup(fake.pool, (const char *)data, size);
    letters = next_line(&text);
    if (strlen(letters) >= LETTERS + 3 && text) {
        memset(&q, 0, sizeof(q));
        q.pool = fake.pool;
        r = fake_request(policy_choose(letters, letters[LETTERS + 3], &q),
                         apr_pstrdup(fake.pool, next_line(&text)), NULL);
        q.scheme = fake.scheme = letters[LETTERS] & 1 ? "https" : "http";
        q.digest = letters[LETTERS + 1] & 1;
        fake.auth_type = q.digest ? "Digest" : NULL;
        q.status = (const int[]){ 200, 304, 404, 200 }
                   [letters[LETTERS + 2] & 3];
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
    input_end();
    return 0;
}
