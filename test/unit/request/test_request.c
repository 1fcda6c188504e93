/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include <apr_optional.h>

#include "request/request.h"

APR_DECLARE_OPTIONAL_FN(char *, ssl_var_lookup,
                        (apr_pool_t *, server_rec *, conn_rec *,
                         request_rec *, char *));

static char *verified;

/* mod_ssl's, with a word for SSL_CLIENT_VERIFY. */
static char *ssl_var_lookup(apr_pool_t *pool, server_rec *server,
                            conn_rec *connection, request_rec *r, char *name)
{
    (void)pool, (void)server, (void)connection, (void)r;
    assert_string_equal(name, "SSL_CLIENT_VERIFY");
    return verified;
}

static void sec_fetch_site_decides_alone(void **state)
{
    static const struct {
        const char *site;
        int same;
    } rows[] = {
        { "same-origin", 1 },
        { "none", 1 },                      /* typed into the address bar */
        { "same-site", 0 },
        { "cross-site", 0 },
        { "", 0 },
        { "SAME-ORIGIN", 0 },               /* no browser writes it so */
        { "same-origin ", 0 },
        { "same-origin, same-origin", 0 },  /* two of them */
        { "cross-site, same-origin", 0 }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        const char *headers = apr_pstrcat(fake.pool, "Sec-Fetch-Site: ",
                                          rows[i].site, NULL);
        request_rec *r = fake_request(NULL, "POST", headers);

        /* Without Sec-Fetch-Site the one would be own, the other not. */
        apr_table_setn(r->headers_in, "Host", "example.com");
        EXPECT_NUMBER(headers,
                      cors_request_is_same_origin(r, "http://example.com"),
                      rows[i].same);
        EXPECT_NUMBER(headers,
                      cors_request_is_same_origin(r, "https://evil.net"),
                      rows[i].same);
    }
}

static void without_it_origin_is_compared_with_host(void **state)
{
    static const struct {
        const char *scheme;
        const char *host;
        const char *origin;
        int same;
    } rows[] = {
        { "http", "example.com", "http://example.com", 1 },
        { "https", "example.com", "https://example.com", 1 },
        { "https", "example.com", "http://example.com", 0 },
        { "http", "example.com", "http://example.net", 0 },
        { "http", "example.com", "http://example.com.evil.net", 0 },
        { "http", "example.com", "http://example.co", 0 },
        { "http", "example.com", "http://www.example.com", 0 },
        /* A missing port is the scheme's default, and so is a written one. */
        { "http", "example.com:80", "http://example.com", 1 },
        { "https", "example.com:443", "https://example.com", 1 },
        { "http", "example.com:443", "http://example.com", 0 },
        { "https", "example.com:80", "https://example.com", 0 },
        { "http", "example.com:8080", "http://example.com:8080", 1 },
        { "http", "example.com:8080", "http://example.com", 0 },
        { "http", "example.com", "http://example.com:8080", 0 },
        { "http", "example.com:8080", "http://example.com:80801", 0 },
        { "https", "example.com:8443", "https://example.com:8443", 1 },
        { "http", "example.com:800", "http://example.com", 0 },
        /* TLS ended in front of httpd: only where Host has no port. */
        { "http", "example.com", "https://example.com", 1 },
        { "http", "example.com:80", "https://example.com", 0 },
        { "http", "example.com:443", "https://example.com", 0 },
        { "http", "example.com:8080", "https://example.com:8080", 0 },
        { "http", "example.com", "https://example.com:8443", 0 },
        /* Browsers write Host in lower case, others may not. */
        { "http", "EXAMPLE.com", "http://example.com", 1 },
        { "http", "Example.COM:8080", "http://example.com:8080", 1 },
        /* Addresses: the colons inside are no port. */
        { "http", "[::1]", "http://[::1]", 1 },
        { "http", "[::1]:80", "http://[::1]", 1 },
        { "http", "[::1]:8080", "http://[::1]:8080", 1 },
        { "http", "[::1]:8080", "http://[::1]", 0 },
        { "http", "[2001:db8::1]", "https://[2001:db8::1]", 1 },
        { "http", "127.0.0.1:3000", "http://127.0.0.1:3000", 1 },
        { "http", "127.0.0.1:3000", "http://localhost:3000", 0 },
        /* Hosts that begin alike. */
        { "http", "example.com", "http://example.net", 0 },
        { "http", "example.com", "http://EXAMPLE.com", 1 },
        { "http", "example.com", "http://Example.org", 0 },
        { "http", "example.com", "http:/example.com", 0 },
        { "http", "example.com", "http:example.com", 0 },
        { "http", "[::1]", "http://{::1]", 0 },
        /* What is no origin of anybody. */
        { "http", "example.com", "null", 0 },
        { "http", "example.com", "", 0 },
        { "http", "example.com", "http", 0 },
        { "http", "example.com", "http:", 0 },
        { "http", "example.com", "http://", 0 },
        { "http", "example.com", "https", 0 },
        { "http", "example.com", "example.com", 0 },
        { "http", "example.com", "http://example.com/", 0 },
        { "http", "example.com", "http://example.com, http://evil.net", 0 },
        { "http", "example.com", "ftp://example.com", 0 },
        /* An old client, and one that makes fun of us. */
        { "http", NULL, "http://example.com", 0 },
        { "http", "", "http://", 0 },
        { "http", "", "https://", 0 }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        request_rec *r = fake_request(NULL, "POST", NULL);

        fake.scheme = rows[i].scheme;
        if (rows[i].host) {
            apr_table_setn(r->headers_in, "Host", rows[i].host);
        }
        EXPECT_NUMBER(apr_psprintf(fake.pool, "%s, Host '%s', Origin '%s'",
                                   rows[i].scheme, rows[i].host,
                                   rows[i].origin),
                      cors_request_is_same_origin(r, rows[i].origin),
                      rows[i].same);
    }
}

/* Anybody can send these. */
static void forwarded_headers_are_never_read(void **state)
{
    request_rec *r = fake_request(NULL, "POST",
                                  "Host: inner.example:8080\n"
                                  "X-Forwarded-Host: example.com\n"
                                  "X-Forwarded-Proto: https\n"
                                  "Forwarded: host=example.com;proto=https");

    (void)state;
    assert_false(cors_request_is_same_origin(r, "https://example.com"));
    assert_false(cors_request_is_same_origin(r, "http://example.com"));
}

static void credentials_are_what_may_have_made_the_answer(void **state)
{
    static const struct {
        const char *headers;
        int credentials;
    } rows[] = {
        { NULL, 0 },
        { "Cookie: sid=1", 1 },
        { "Cookie:", 1 },
        { "Authorization: Basic dTpw", 1 },
        { "Authorization: Digest username=\"u\"", 1 },
        { "Authorization: Negotiate abc", 1 },
        { "Authorization:", 1 },
        { "Authorization: Bearer abc", 0 },
        { "Authorization: bearer abc", 0 },
        { "Authorization: Bearer", 1 },             /* no token: not that */
        { "Authorization: Bearerx abc", 1 },
        { "Authorization: Bearer abc, Basic dTpw", 1 },     /* two lines */
        { "Authorization: Bearer abc\nCookie: sid=1", 1 },
        /* Others that a script sets by itself. */
        { "X-Api-Key: abc\nX-Auth-Token: x", 0 }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        request_rec *r = fake_request(NULL, "GET", rows[i].headers);

        EXPECT_NUMBER(rows[i].headers ? rows[i].headers : "none",
                      cors_request_has_credentials(r), rows[i].credentials);
    }
}

static void a_client_certificate_is_a_credential(void **state)
{
    static char success[] = "SUCCESS", generous[] = "GENEROUS",
                none[] = "NONE", failed[] = "FAILED:expired", empty[] = "";
    static const struct {
        char *verified;
        int certificate;
    } rows[] = {
        { success, 1 }, { generous, 1 }, { failed, 1 },
        { none, 0 }, { empty, 0 }, { NULL, 0 }
    };
    request_rec *r = fake_request(NULL, "GET", NULL);
    size_t i;

    (void)state;
    assert_false(cors_request_has_certificate(r));      /* no mod_ssl */
    APR_REGISTER_OPTIONAL_FN(ssl_var_lookup);
    cors_request_find_ssl();
    for (i = 0; i < LENGTH(rows); i++) {
        verified = rows[i].verified;
        EXPECT_NUMBER(verified ? verified : "(none)",
                      cors_request_has_certificate(r), rows[i].certificate);
        EXPECT_NUMBER(verified ? verified : "(none)",
                      cors_request_has_credentials(r), rows[i].certificate);
    }
}

/* In any case, and only under exactly these names; the first one counts. */
static void a_preflight_asks_by_two_fields(void **state)
{
    static const struct {
        const char *headers;
        const char *method;
        const char *names;
    } rows[] = {
        { "Access-Control-Request-Method: PUT\n"
          "Access-Control-Request-Headers: x-a", "PUT", "x-a" },
        { "access-control-request-headers: x-a\n"
          "ACCESS-CONTROL-REQUEST-METHOD: PUT", "PUT", "x-a" },
        { "Access-Control-Request-Method:\n"
          "Access-Control-Request-Headers:", "", "" },
        { "Accept: */*\nAccept-Language: de\n"
          "Access-Control-Request-Headers: x-a", NULL, "x-a" },
        { "Access-Control-Request-Method: PUT", "PUT", NULL },
        /* Near misses. */
        { "Access-Control-Request-Methods: PUT\n"
          "Access-Control-Request-Header: x-a", NULL, NULL },
        { "Access-Control-Request-: PUT\nAccess: x-a\nAcces: x\nAcc: x\n"
          "Ac: x\nA: x", NULL, NULL },
        { "X-Access-Control-Request-Method: PUT\n"
          "Bccess-Control-Request-Headers: x-a", NULL, NULL },
        { NULL, NULL, NULL }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        request_rec *r = fake_request(NULL, "OPTIONS", rows[i].headers);
        const cors_request *request;

        apr_table_addn(r->headers_in, "Access-Control-Request-Method-Not",
                       "x");
        apr_table_addn(r->headers_in, "Origin", "https://app.example.com");
        request = cors_request_read(r);
        EXPECT_TEXT(rows[i].headers, request->method, rows[i].method);
        EXPECT_TEXT(rows[i].headers, request->headers, rows[i].names);
        EXPECT_NUMBER(rows[i].headers, request->preflight,
                      rows[i].method != NULL);
    }
}

static void of_fields_sent_twice_the_first_counts(void **state)
{
    request_rec *r = fake_request(NULL, "OPTIONS",
                                  "Origin: https://app.example.com");
    const cors_request *request;

    (void)state;
    apr_table_addn(r->headers_in, "Access-Control-Request-Method", "PUT");
    apr_table_addn(r->headers_in, "Access-Control-Request-Method", "PATCH");
    apr_table_addn(r->headers_in, "Access-Control-Request-Headers", "x-a");
    apr_table_addn(r->headers_in, "Access-Control-Request-Headers", "x-b");
    request = cors_request_read(r);
    assert_string_equal(request->method, "PUT");
    assert_string_equal(request->headers, "x-a");
    assert_ptr_equal(cors_request_read(r), request);
}

static void an_error_document_is_known_by_the_status(void **state)
{
    request_rec *r = fake_request(NULL, "GET", NULL);
    request_rec *inner;

    (void)state;
    assert_false(cors_request_is_error_document(r));
    inner = fake_redirected(r, NULL);
    assert_false(cors_request_is_error_document(inner));
    r->status = HTTP_NOT_FOUND;
    inner = fake_redirected(r, NULL);
    assert_true(cors_request_is_error_document(inner));
    /* A front controller inside of it: httpd hands the status on. */
    assert_true(cors_request_is_error_document(fake_redirected(inner,
                                                               NULL)));
}

static void a_log_in_is_the_connection_s_or_the_request_s(void **state)
{
    static const struct {
        const char *user;
        const char *type;
        const char *authorization;
        int is_connections;
    } rows[] = {
        { NULL, "NTLM", NULL, 0 },                  /* nobody */
        { "", "NTLM", NULL, 0 },
        { "somebody", NULL, NULL, 1 },              /* of no field of his */
        { "somebody", "Basic", NULL, 1 },
        { "somebody", "form", NULL, 1 },
        { "somebody", "Basic", "Basic dTpw", 0 },   /* by this very field */
        { "somebody", "basic", "BASIC dTpw", 0 },
        { "somebody", "Digest", "Digest username=\"u\"", 0 },
        { "somebody", NULL, "Bearer a", 0 },
        { "somebody", "openid-connect", "Bearer a", 0 },
        { "somebody", NULL, "Basic dTpw", 1 },      /* read by whom? */
        { "somebody", "Digest", "Basic dTpw", 1 },
        { "somebody", "Basic", "Basi dTpw", 1 },
        { "somebody", "Basic", "Basics dTpw", 1 },
        { "somebody", "NTLM", "NTLM a", 1 },        /* goes on behind it */
        { "somebody", "Negotiate", "Negotiate a", 1 },
        { "somebody", "Negotiate", "Bearer a", 1 },
        { "somebody", "ntlm", "Bearer a", 1 },
        { "somebody", "GSSAPI", "Bearer a", 1 },
        { "somebody", "Kerberos", "Bearer a", 1 },
        { "somebody", "Basic", "Bearer a, Basic dTpw", 1 }
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        request_rec *r = fake_request(NULL, "GET", NULL);
        const char *name = apr_psprintf(fake.pool, "row %d", (int)i);

        fake.auth_type = rows[i].type;
        r->user = apr_pstrdup(fake.pool, rows[i].user);
        if (rows[i].authorization) {
            apr_table_setn(r->headers_in, "Authorization",
                           rows[i].authorization);
        }
        EXPECT_NUMBER(name, cors_request_has_connection_login(r),
                      rows[i].is_connections);
        EXPECT_NUMBER(name, cors_request_is_logged_in(r),
                      rows[i].user && *rows[i].user);
        EXPECT_NUMBER(name, cors_request_has_connection_login(
                                fake_redirected(r, NULL)),
                      rows[i].is_connections);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(sec_fetch_site_decides_alone),
        FAKES_TEST(without_it_origin_is_compared_with_host),
        FAKES_TEST(forwarded_headers_are_never_read),
        FAKES_TEST(credentials_are_what_may_have_made_the_answer),
        FAKES_TEST(a_client_certificate_is_a_credential),
        FAKES_TEST(a_preflight_asks_by_two_fields),
        FAKES_TEST(of_fields_sent_twice_the_first_counts),
        FAKES_TEST(an_error_document_is_known_by_the_status),
        FAKES_TEST(a_log_in_is_the_connection_s_or_the_request_s)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
