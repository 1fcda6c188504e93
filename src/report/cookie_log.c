/* SPDX-License-Identifier: Apache-2.0 */
#include "report/cookie_log.h"

#include <apr_strings.h>
#include <apr_time.h>
#include <http_log.h>
#include <http_protocol.h>
#include <string.h>

#include "syntax/setcookie.h"
#include "syntax/site.h"
#include "syntax/token.h"

APLOG_USE_MODULE(cors_cookies);

/* As many cookies of a response as get a line. */
#define COOKIES_MAX 16

typedef struct conversation {
    request_rec *r;
    int cleartext;
    int loopback;
    int lines;
} conversation;

/* Sec-Fetch-Site knows; without it the registrable domains tell. */
static int is_cross_site(const request_rec *r, cors_request *request)
{
    const char *site = apr_table_get(r->headers_in, "Sec-Fetch-Site");
    cors_sent_origin *origin = &request->origin;
    const char *host;
    size_t length;

    if (site) {
        return strcmp(site, "cross-site") == 0;
    }
    host = cors_request_host(r, &length);
    return host && cors_sent_origin_parse(origin) == CORS_FLAW_NONE
           && !cors_site_same(host, length, origin->parts.host,
                              origin->parts.host_length);
}

static void add_reason(const conversation *with, const char **reasons,
                       const char *reason)
{
    *reasons = *reasons ? apr_pstrcat(with->r->pool, *reasons, "; ", reason,
                                      NULL) : reason;
}

/*
 * Why a browser refuses or withholds a cookie in cross-site requests; NULL:
 * nothing stands in its way. The twin of a partitioned deletion goes without
 * Partitioned on purpose.
 */
static const char *find_reasons(const conversation *with,
                                const cors_setcookie *cookie)
{
    const char *reasons = NULL;

    if (cookie->has[CORS_ATTRIBUTE_SAMESITE] != CORS_SAMESITE_NONE) {
        add_reason(with, &reasons, "it has no SameSite=None: browsers send "
                   "it to this site's own pages only");
    }
    if (!cookie->has[CORS_ATTRIBUTE_SECURE]) {
        add_reason(with, &reasons, "it has no Secure: browsers refuse a "
                   "cross-site cookie without it");
    }
    else if (with->cleartext && !with->loopback) {
        add_reason(with, &reasons, "it has Secure and comes over http: "
                   "browsers refuse it unless the site uses https");
    }
    if (!cookie->has[CORS_ATTRIBUTE_PARTITIONED]
        && !cors_setcookie_is_deletion(
               cookie, apr_time_sec(with->r->request_time))) {
        add_reason(with, &reasons, "it has no Partitioned: browsers that "
                   "block third-party cookies withhold it where the session "
                   "began in the other site's page (with it, a session that "
                   "began on this site's own pages does not travel)");
    }
    return reasons;
}

/* As much of a name as is shown. */
#define NAME_MAX_SHOWN 64

/*
 * "; write CORSCookieAttributes SameSite=None Secure only=sid"; nothing where
 * that mends nothing, or the name is none that a directive could hold.
 */
static const char *write_cure(apr_pool_t *pool, const cors_setcookie *cookie)
{
    cors_text name = cookie->name;

    if ((cookie->has[CORS_ATTRIBUTE_SAMESITE] == CORS_SAMESITE_NONE
         && cookie->has[CORS_ATTRIBUTE_SECURE])
        || name.length > NAME_MAX_SHOWN
        || !cors_token_is(name.text, name.length)
        || memchr(name.text, '*', name.length)) {
        return "";
    }
    return apr_pstrcat(pool, "; write CORSCookieAttributes SameSite=None "
                       "Secure only=",
                       apr_pstrmemdup(pool, name.text, name.length), NULL);
}

static int log_cookie(void *data, const char *key, const char *value)
{
    conversation *with = data;
    request_rec *r = with->r;
    cors_setcookie cookie;
    const char *reasons;

    (void)key;
    if (!cors_setcookie_parse(r->pool, &cookie, value, strlen(value))) {
        return 1;
    }
    reasons = find_reasons(with, &cookie);
    if (reasons) {
        size_t length = cookie.name.length > NAME_MAX_SHOWN
                        ? NAME_MAX_SHOWN : cookie.name.length;

        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r,
                      "cookie '%s' for '%s' of another site: %s%s",
                      ap_escape_logitem(r->pool,
                          apr_pstrmemdup(r->pool, cookie.name.text, length)),
                      r->uri ? r->uri : "-", reasons,
                      write_cure(r->pool, &cookie));
        with->lines++;
    }
    return with->lines < COOKIES_MAX;
}

static void log_withheld(request_rec *r, cors_request *request)
{
    conversation with = { r, 0, 0, 0 };
    const char *host;
    size_t length;

    if (!is_cross_site(r, request)) {
        return;
    }
    with.cleartext = strcmp(ap_http_scheme(r), "https") != 0;
    host = cors_request_host(r, &length);
    with.loopback = host && cors_host_is_loopback(host, length);
    apr_table_do(log_cookie, &with, r->headers_out, "Set-Cookie", NULL);
    apr_table_do(log_cookie, &with, r->err_headers_out, "Set-Cookie", NULL);
}

void cors_cookie_log_write(request_rec *r, cors_request *request)
{
    if (APLOG_R_IS_LEVEL(r, APLOG_INFO) && !request->preflight
        && cors_decision_allows_credentials(request->decision)) {
        log_withheld(r, request);
    }
}
