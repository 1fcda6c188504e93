/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_STATUS_HTML_H
#define CORS_STATUS_HTML_H

#include <apr_tables.h>
#include <httpd.h>

/*
 * The status page as HTML: readable without script, and without style or
 * anything else from elsewhere. All that came from a request is escaped.
 * arguments: the query, for the form; explained: what cors_explain() says of
 * them, or NULL.
 */
void cors_status_html_write(request_rec *r, const apr_table_t *arguments,
                            const apr_table_t *explained);

/* The table of the counters alone, for mod_status' page. */
void cors_status_html_counters(request_rec *r);

#endif
