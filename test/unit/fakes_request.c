/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

static int method_number(const char *method)
{
    static const struct {
        const char *name;
        int number;
    } methods[] = {
        { "GET", M_GET }, { "HEAD", M_GET }, { "POST", M_POST },
        { "PUT", M_PUT }, { "DELETE", M_DELETE }, { "OPTIONS", M_OPTIONS }
    };
    size_t i;

    for (i = 0; method && i < LENGTH(methods); i++) {
        if (strcmp(methods[i].name, method) == 0) {
            return methods[i].number;
        }
    }
    return M_INVALID;
}

static conn_rec *connection_create(void)
{
    conn_rec *connection = apr_pcalloc(fake.pool, sizeof(*connection));

    connection->pool = fake.pool;
    connection->base_server = fake.server;
    connection->bucket_alloc = apr_bucket_alloc_create(fake.pool);
    connection->log = &fake.server->log;
    return connection;
}

static request_rec *request_create(const cors_policy *policy)
{
    request_rec *r = apr_pcalloc(fake.pool, sizeof(*r));

    r->pool = fake.pool;
    r->server = fake.server;
    r->log = &fake.server->log;
    r->status = HTTP_OK;
    r->headers_in = apr_table_make(fake.pool, 8);
    r->headers_out = apr_table_make(fake.pool, 8);
    r->err_headers_out = apr_table_make(fake.pool, 8);
    r->subprocess_env = apr_table_make(fake.pool, 8);
    r->notes = apr_table_make(fake.pool, 4);
    r->per_dir_config = fake_vector((void *)policy);
    r->request_config = fake_vector(NULL);
    r->request_time = apr_time_from_sec(1700000000);
    return r;
}

request_rec *fake_request(const cors_policy *policy, const char *method,
                          const char *headers)
{
    request_rec *r = request_create(policy);

    r->connection = connection_create();
    r->method = method;
    r->method_number = method_number(method);
    r->header_only = method && strcmp(method, "HEAD") == 0;
    r->uri = apr_pstrdup(fake.pool, "/api/items");
    r->unparsed_uri = r->uri;
    r->protocol = apr_pstrdup(fake.pool, "HTTP/1.1");
    r->the_request = apr_pstrcat(fake.pool, method ? method : "",
                                 " /api/items HTTP/1.1", NULL);
    fake_headers_add(r->headers_in, headers);
    return r;
}

static void inherit(request_rec *inner, request_rec *r)
{
    inner->connection = r->connection;
    inner->method = r->method;
    inner->method_number = r->method_number;
    inner->the_request = r->the_request;
    inner->uri = apr_pstrdup(fake.pool, "/other");
    inner->unparsed_uri = inner->uri;
    inner->protocol = r->protocol;
    inner->headers_in = r->headers_in;
    inner->request_time = r->request_time;
}

request_rec *fake_redirected(request_rec *r, const cors_policy *policy)
{
    request_rec *inner = request_create(policy);

    inherit(inner, r);
    inner->prev = r;
    r->next = inner;
    inner->main = r->main;
    inner->status = r->status;
    inner->err_headers_out = r->err_headers_out;
    return inner;
}

request_rec *fake_subrequest(request_rec *r, const cors_policy *policy)
{
    request_rec *inner = request_create(policy);

    inherit(inner, r);
    inner->main = r;
    inner->headers_in = apr_table_copy(fake.pool, r->headers_in);
    return inner;
}

void fake_headers_add(apr_table_t *table, const char *headers)
{
    char *state, *line;

    if (!headers) {
        return;
    }
    line = apr_strtok(apr_pstrdup(fake.pool, headers), "\n", &state);
    for (; line; line = apr_strtok(NULL, "\n", &state)) {
        char *value = strchr(line, ':');

        assert_non_null(value);
        *value++ = '\0';
        apr_table_addn(table, line, *value == ' ' ? value + 1 : value);
    }
}

const char *fake_headers_text(const apr_table_t *table)
{
    const apr_array_header_t *entries = apr_table_elts(table);
    const char *text = "";
    int i;

    for (i = 0; i < entries->nelts; i++) {
        const apr_table_entry_t *entry =
            &APR_ARRAY_IDX(entries, i, apr_table_entry_t);

        text = apr_pstrcat(fake.pool, text, *text ? "\n" : "", entry->key,
                           ": ", entry->val, NULL);
    }
    return text;
}

const char *fake_response(const request_rec *r)
{
    const char *headers = fake_headers_text(r->headers_out);
    const char *others = fake_headers_text(r->err_headers_out);

    return apr_pstrcat(fake.pool, headers, *headers && *others ? "\n" : "",
                       others, NULL);
}

void fake_send(request_rec *r)
{
    apr_bucket_brigade *brigade =
        apr_brigade_create(r->pool, r->connection->bucket_alloc);

    APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_eos_create(
                                         r->connection->bucket_alloc));
    ap_pass_brigade(r->output_filters, brigade);
}

void fake_expect_text(const char *row, const char *actual,
                      const char *expected, const char *file, int line)
{
    int same = actual && expected ? strcmp(actual, expected) == 0
                                  : actual == expected;

    if (!same) {
        print_error("%s\nis:\n%s\nshould be:\n%s\n", row,
                    actual ? actual : "(none)",
                    expected ? expected : "(none)");
        _fail(file, line);
    }
}

void fake_expect_number(const char *row, long actual, long expected,
                        const char *file, int line)
{
    if (actual != expected) {
        print_error("%s\nis %ld, should be %ld\n", row, actual, expected);
        _fail(file, line);
    }
}

void fake_expect_part(const char *row, const char *actual, const char *part,
                      const char *file, int line)
{
    if (!actual || !strstr(actual, part)) {
        print_error("%s\nis:\n%s\nshould have in it:\n%s\n", row,
                    actual ? actual : "(none)", part);
        _fail(file, line);
    }
}
