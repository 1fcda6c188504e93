/* SPDX-License-Identifier: Apache-2.0 */
#include "request/request.h"

#include <apr_optional.h>
#include <http_core.h>
#include <http_protocol.h>
#include <string.h>

#include "syntax/token.h"

APR_DECLARE_OPTIONAL_FN(char *, ssl_var_lookup,
                        (apr_pool_t *, server_rec *, conn_rec *,
                         request_rec *, char *));

static APR_OPTIONAL_FN_TYPE(ssl_var_lookup) *ssl_lookup;

void cors_request_find_ssl(void)
{
    ssl_lookup = APR_RETRIEVE_OPTIONAL_FN(ssl_var_lookup);
}

void cors_request_share(request_rec *r, cors_request *request)
{
    ap_set_module_config(r->request_config, &cors_cookies_module, request);
}

static void read_field(const char **value, const apr_table_entry_t *field,
                       const char *name)
{
    if (!*value && strcasecmp(field->key, name) == 0) {
        *value = field->val;
    }
}

/* One walk for all of them; of a field that is sent twice the first counts. */
static void read_fields(cors_request *request, const request_rec *r)
{
    const apr_array_header_t *fields = apr_table_elts(r->headers_in);
    int options = r->method_number == M_OPTIONS;
    const apr_table_entry_t *field = (const apr_table_entry_t *)fields->elts;
    const apr_table_entry_t *end = field + fields->nelts;

    for (; field < end; field++) {
        int letter = field->key[0] | 0x20;

        if (letter == 'o') {
            read_field(&request->origin.text, field, "Origin");
        }
        else if (letter == 'c') {
            request->has_cookie |= strcasecmp(field->key, "Cookie") == 0;
        }
        else if (options && cors_token_may_be_access(field->key)) {
            read_field(&request->method, field,
                       "Access-Control-Request-Method");
            read_field(&request->headers, field,
                       "Access-Control-Request-Headers");
        }
    }
}

cors_request *cors_request_read(request_rec *r)
{
    cors_request *request = ap_get_module_config(r->request_config,
                                                 &cors_cookies_module);

    if (request) {
        return request;
    }
    request = apr_pcalloc(r->pool, sizeof(*request));
    cors_request_share(r, request);
    read_fields(request, r);
    if (request->origin.text) {
        request->origin.length = strlen(request->origin.text);
        request->preflight = request->method != NULL;
    }
    return request;
}

void cors_request_keep_vary(const request_rec *r, cors_request *request)
{
    const char *vary = apr_table_get(r->headers_out, "Vary");

    if (vary) {
        request->vary = vary;
    }
}

/* The port of Host; NULL where none is written. */
static const char *find_port(const char *host)
{
    const char *bracket = host[0] == '[' ? strchr(host, ']') : NULL;

    return strchr(bracket ? bracket : host, ':');
}

static size_t measure_host(const char *host)
{
    const char *port = find_port(host);

    return port ? (size_t)(port - host) : strlen(host);
}

const char *cors_request_host(const request_rec *r, size_t *length)
{
    const char *host = apr_table_get(r->headers_in, "Host");

    *length = host ? measure_host(host) : 0;
    return host;
}

/* Whether the origin is scheme://host, with the port where one is given. */
static int origin_is(const char *origin, const char *scheme,
                     const char *host, size_t length)
{
    size_t scheme_length = strlen(scheme);

    return strncmp(origin, scheme, scheme_length) == 0
           && strncmp(origin + scheme_length, "://", 3) == 0
           && ap_cstr_casecmpn(origin + scheme_length + 3, host, length) == 0
           && origin[scheme_length + 3 + length] == '\0';
}

/* Most origins differ from Host in the first byte. */
static int start_alike(const char *origin, const char *host)
{
    const char *colon = strchr(origin, ':');

    return colon && colon[1] == '/' && colon[2] == '/'
           && (colon[3] | 0x20) == (host[0] | 0x20);
}

/* Whether the origin is the host's, as httpd was asked or behind TLS. */
static int is_origin_of(const request_rec *r, const char *origin,
                        const char *host)
{
    const char *scheme = ap_http_scheme(r), *port;
    size_t length = measure_host(host);

    if (length == 0) {
        return 0;
    }
    port = host[length] == ':' ? host + length : NULL;
    if (port && strcmp(port + 1, strcmp(scheme, "https") == 0
                                 ? "443" : "80") != 0) {
        length = strlen(host);
    }
    return origin_is(origin, scheme, host, length)
           || (!port && origin_is(origin, "https", host, length));
}

int cors_request_is_same_origin(const request_rec *r, const char *origin)
{
    const char *site = apr_table_get(r->headers_in, "Sec-Fetch-Site");

    if (site) {
        return strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0;
    }
    return cors_request_is_own_origin(r, origin);
}

int cors_request_is_own_origin(const request_rec *r, const char *origin)
{
    const char *host = apr_table_get(r->headers_in, "Host");

    return host && start_alike(origin, host)
           && is_origin_of(r, origin, host);
}

int cors_request_has_certificate(request_rec *r)
{
    static char variable[] = "SSL_CLIENT_VERIFY";
    const char *verified;

    if (!ssl_lookup) {
        return 0;
    }
    verified = ssl_lookup(r->pool, r->server, r->connection, r, variable);
    return verified && *verified && strcmp(verified, "NONE") != 0;
}

static int is_bearer(const char *authorization)
{
    return ap_cstr_casecmpn(authorization, "Bearer ", 7) == 0
           && !strchr(authorization, ',');
}

int cors_request_has_credentials(request_rec *r)
{
    const char *authorization;

    if (apr_table_get(r->headers_in, "Cookie")) {
        return 1;
    }
    authorization = apr_table_get(r->headers_in, "Authorization");
    return (authorization && !is_bearer(authorization))
           || cors_request_has_certificate(r);
}

/* NULL: nobody is. */
static const request_rec *find_logged_in(const request_rec *r)
{
    while (r && !(r->user && *r->user)) {
        r = r->prev;
    }
    return r;
}

int cors_request_is_logged_in(const request_rec *r)
{
    return find_logged_in(r) != NULL;
}

static int is_one_of(const char *const words[], const char *word)
{
    while (*words && ap_cstr_casecmp(*words, word) != 0) {
        words++;
    }
    return *words != NULL;
}

/* By this request's own field: of a kind that no connection remembers. */
static int is_made_by(const char *authorization, const char *type)
{
    static const char *const each_request[] = { "Basic", "Digest", NULL };
    static const char *const connection[] = {
        "Negotiate", "NTLM", "GSSAPI", "Kerberos", NULL
    };
    size_t scheme;

    if (!authorization) {
        return 0;
    }
    if (is_bearer(authorization)) {
        return !type || !is_one_of(connection, type);
    }
    scheme = strcspn(authorization, " ");
    return type && is_one_of(each_request, type) && scheme == strlen(type)
           && ap_cstr_casecmpn(authorization, type, scheme) == 0;
}

int cors_request_has_connection_login(const request_rec *r)
{
    const char *authorization = apr_table_get(r->headers_in,
                                              "Authorization");

    r = find_logged_in(r);
    return r && !is_made_by(authorization, ap_auth_type((request_rec *)r));
}
