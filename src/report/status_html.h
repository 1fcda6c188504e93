/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_STATUS_HTML_H
#define CORS_STATUS_HTML_H

#include <httpd.h>

/*
 * The status page as HTML: readable without script, and without style or
 * anything else from elsewhere. All that came from a request is escaped.
 */
void cors_status_html_write(request_rec *r);

/* The table of the counters alone, for mod_status' page. */
void cors_status_html_counters(request_rec *r);

#endif
