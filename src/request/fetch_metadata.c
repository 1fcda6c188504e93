/* SPDX-License-Identifier: Apache-2.0 */
#include "request/fetch_metadata.h"

#include <apr_strings.h>
#include <string.h>

static int is(const request_rec *r, const char *name, const char *value)
{
    const char *field = apr_table_get(r->headers_in, name);

    return field && strcmp(field, value) == 0;
}

/*
 * None says so: an old browser, or no browser. "none" is the user's own doing,
 * as by a bookmark.
 */
static int is_of_other_site(const cors_request *request)
{
    return request->fetch_site && strcmp(request->fetch_site, "none") != 0
           && strcmp(request->fetch_site, "same-origin") != 0;
}

/*
 * A page that the user goes to. "empty": the site's own service worker passes
 * the navigation on.
 */
static int is_navigation(const request_rec *r)
{
    return r->method_number == M_GET
           && is(r, "Sec-Fetch-Mode", "navigate")
           && (is(r, "Sec-Fetch-Dest", "document")
               || is(r, "Sec-Fetch-Dest", "empty"));
}

/* The origin at the start of a URL; text NULL: there is none. */
static cors_sent_origin read_origin(apr_pool_t *pool, const char *url)
{
    cors_sent_origin origin = { 0 };
    const char *authority = url ? strstr(url, "://") : NULL;
    size_t length;

    if (!authority) {
        return origin;
    }
    length = (size_t)(authority - url) + 3;
    length += strcspn(url + length, "/?#");
    if (length > CORS_ORIGIN_LENGTH_MAX) {
        return origin;
    }
    origin.text = apr_pstrmemdup(pool, url, length);
    origin.length = length;
    if (cors_sent_origin_parse(&origin) != CORS_FLAW_NONE) {
        origin.text = NULL;
    }
    return origin;
}

int cors_fetch_metadata_asks(request_rec *r, cors_request *request)
{
    request->fetch_site = apr_table_get(r->headers_in, "Sec-Fetch-Site");
    request->purpose = apr_table_get(r->headers_in, "Sec-Purpose");
    if (!request->purpose
        && (!is_of_other_site(request) || is_navigation(r))) {
        return 0;
    }
    request->looked_at_referer = 1;
    request->origin = read_origin(r->pool, apr_table_get(r->headers_in,
                                                         "Referer"));
    if (request->origin.text
        && cors_request_is_own_origin(r, request->origin.text)) {
        request->origin.text = NULL;
        return 0;
    }
    request->metadata_judged = 1;
    return 1;
}

const char *cors_fetch_metadata_vary(const cors_request *request)
{
    if (!is_of_other_site(request)) {
        return request->purpose ? "Sec-Purpose, Referer" : NULL;
    }
    if (request->purpose) {
        return "Sec-Fetch-Mode, Sec-Fetch-Dest, Sec-Purpose, Referer";
    }
    return request->looked_at_referer
           ? "Sec-Fetch-Mode, Sec-Fetch-Dest, Referer"
           : "Sec-Fetch-Mode, Sec-Fetch-Dest";
}
