/* SPDX-License-Identifier: Apache-2.0 */
#include "request/fetch_metadata.h"

#include <apr_strings.h>
#include <string.h>
#include <strings.h>

/*
 * "Sec-Fetch-Site" and "Sec-Purpose" in one walk; what they stand beside is
 * asked for where they call for it.
 */
static void read_fields(const request_rec *r, cors_request *request)
{
    const apr_array_header_t *fields = apr_table_elts(r->headers_in);
    const apr_table_entry_t *field = (const apr_table_entry_t *)fields->elts;
    const apr_table_entry_t *end = field + fields->nelts;

    for (; field < end; field++) {
        const char *name = field->key;

        if ((name[0] | 0x20) != 's' || (name[1] | 0x20) != 'e') {
            continue;
        }
        switch (strlen(name)) {
        case sizeof("Sec-Fetch-Site") - 1:
            if ((name[10] | 0x20) == 's'
                && strcasecmp(name, "Sec-Fetch-Site") == 0) {
                request->fetch_site = field->val;
            }
            break;
        case sizeof("Sec-Purpose") - 1:
            if (strcasecmp(name, "Sec-Purpose") == 0) {
                request->purpose = field->val;
            }
            break;
        default:
            break;
        }
    }
}

/*
 * None says so: an old browser, or no browser. "none" is the user's own doing,
 * as by a bookmark.
 */
static int is_of_other_site(const char *site)
{
    return site && strcmp(site, "none") != 0
           && strcmp(site, "same-origin") != 0;
}

/*
 * A page that the user goes to. "empty": the site's own service worker passes
 * the navigation on.
 */
static int is_navigation(const request_rec *r)
{
    const char *mode, *destination;

    if (r->method_number != M_GET) {
        return 0;
    }
    mode = apr_table_get(r->headers_in, "Sec-Fetch-Mode");
    if (!mode || strcmp(mode, "navigate") != 0) {
        return 0;
    }
    destination = apr_table_get(r->headers_in, "Sec-Fetch-Dest");
    return destination && (strcmp(destination, "document") == 0
                           || strcmp(destination, "empty") == 0);
}

/* What stands where an origin would, at the start of a URL. */
static cors_sent_origin cut_origin(apr_pool_t *pool, const char *url)
{
    cors_sent_origin origin = { 0 };
    const char *colon = url ? strchr(url, ':') : NULL;
    size_t length;

    if (!colon || colon[1] != '/' || colon[2] != '/') {
        return origin;
    }
    length = (size_t)(colon - url) + 3;
    length += strcspn(url + length, "/?#");
    if (length <= CORS_ORIGIN_LENGTH_MAX) {
        origin.text = apr_pstrmemdup(pool, url, length);
        origin.length = length;
    }
    return origin;
}

int cors_fetch_metadata_asks(request_rec *r, cors_request *request)
{
    cors_sent_origin page;

    read_fields(r, request);
    request->from_other_site = is_of_other_site(request->fetch_site);
    if (!request->purpose
        && (!request->from_other_site || is_navigation(r))) {
        return 0;
    }
    request->looked_at_referer = 1;
    page = cut_origin(r->pool, apr_table_get(r->headers_in, "Referer"));
    if (page.text && cors_request_is_own_origin(r, page.text)
        && cors_sent_origin_parse(&page) == CORS_FLAW_NONE) {
        return 0;
    }
    request->origin = page;
    request->metadata_judged = 1;
    return 1;
}

#define LOOKED CORS_FETCH_METADATA_VARY ", Sec-Fetch-Mode, Sec-Fetch-Dest"

const char *cors_fetch_metadata_vary(const cors_request *request)
{
    if (!request->from_other_site) {
        return request->purpose
               ? CORS_FETCH_METADATA_VARY ", Sec-Purpose, Referer"
               : CORS_FETCH_METADATA_VARY;
    }
    if (request->purpose) {
        return LOOKED ", Sec-Purpose, Referer";
    }
    return request->looked_at_referer ? LOOKED ", Referer" : LOOKED;
}
