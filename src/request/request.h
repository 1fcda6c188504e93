/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_REQUEST_H
#define CORS_REQUEST_H

#include <httpd.h>
#include <stddef.h>

#include "syntax/origin.h"
#include "policy/policy.h"

struct cors_decision;

/*
 * What a request says of itself, as far as CORS asks, read once; and what
 * was done with it. All requests of a chain of internal redirects share the
 * one of the first that was judged.
 */
typedef struct cors_request {
    cors_sent_origin origin;    /* of the Origin field, or, where that is */
                                /* not sent, of the Referer; text NULL: none */
    unsigned preflight : 1;     /* OPTIONS with Origin and Request-Method */
    const char *method;         /* what a preflight asks for, */
    const char *headers;        /* NULL: none */
    unsigned has_cookie : 1;
    const char *vary;           /* what httpd itself put there; NULL: none */

    const char *fetch_site;     /* Sec-Fetch-Site and Sec-Purpose, where */
    const char *purpose;        /* CORSFetchMetadata asks; NULL: none */
    unsigned metadata_read : 1;     /* such a place has had its say, */
    unsigned metadata_judged : 1;   /* and it was a judgement */
    unsigned from_other_site : 1;
    unsigned looked_at_referer : 1;

    struct cors_decision *decision;     /* NULL: not judged yet */
    unsigned answered : 1;      /* a preflight, by the module itself */
    unsigned denied : 1;        /* by some place on the way */
    unsigned stripped : 1;      /* some place takes credentials off */
    unsigned translating : 1;   /* the other translators are being run */
} cors_request;

/* What r says: kept by r, or read now. Lives in its pool. Never NULL. */
cors_request *cors_request_read(request_rec *r);

/* What r keeps once it is judged; NULL: it is not. */
static inline cors_request *cors_request_judged(const request_rec *r)
{
    cors_request *request = ap_get_module_config(r->request_config,
                                                 &cors_cookies_module);

    return request && request->decision ? request : NULL;
}

/* Let r share what the request that it stems from keeps. */
void cors_request_share(request_rec *r, cors_request *request);

/*
 * Keep what httpd itself has put into Vary by now, for an <If> that reads a
 * request header: a backend's answer replaces the headers.
 */
void cors_request_keep_vary(const request_rec *r, cors_request *request);

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

/* The same by scheme and Host alone, whatever the browser says. */
int cors_request_is_own_origin(const request_rec *r, const char *origin);

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

/*
 * Whether somebody is logged in by now, in the request or in one that it
 * stems from.
 */
int cors_request_is_logged_in(const request_rec *r);

/*
 * The same of a log-in that belongs to the connection (NTLM, Kerberos), or
 * may: one that no Bearer, Basic or Digest of this request has made.
 */
int cors_request_has_connection_login(const request_rec *r);

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
