/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_REQUEST_H
#define CORS_REQUEST_H

#include <httpd.h>
#include <stddef.h>

/*
 * What a request says of itself, as far as CORS asks.
 */

/*
 * Whether the request comes from this very origin. Sec-Fetch-Site decides
 * where it is present: it is the browser's word, no script can set it.
 * Without it the Origin is compared with Host: the scheme httpd knows of,
 * or https where Host has no port (TLS ended in front of httpd).
 * X-Forwarded-* is never read: anybody can send that.
 *
 * yes: Origin http://example.com, Host example.com:80, over http
 * no:  Origin http://example.com, Host example.com, over https
 */
int cors_request_is_same_origin(const request_rec *r, const char *origin);

/*
 * What a preflight asks for: *method and *headers are set to the values of
 * Access-Control-Request-Method and -Headers, NULL: there is none.
 */
void cors_request_asks(const request_rec *r, const char **method,
                       const char **headers);

/*
 * The host of its Host field, without port; NULL where there is none.
 * *length: its bytes; not ended by NUL.
 *
 * example: "api.example.com" of "api.example.com:8080"
 */
const char *cors_request_host(const request_rec *r, size_t *length);

/*
 * Whether it carries something that may have made the answer: a Cookie, an
 * Authorization other than Bearer (which scripts set themselves), or a TLS
 * client certificate.
 */
int cors_request_has_credentials(request_rec *r);

/* Whether a TLS client certificate came with the connection. */
int cors_request_has_certificate(request_rec *r);

/* Find mod_ssl, if it is there; for httpd's optional_fn_retrieve hook. */
void cors_request_find_ssl(void);

/*
 * Whether r is httpd's inner request for an ErrorDocument: it redirects to
 * one with the status of the error set.
 */
static inline int cors_request_is_error_document(const request_rec *r)
{
    return r->prev && r->prev->status != HTTP_OK;
}

#endif
