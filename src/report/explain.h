/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_EXPLAIN_H
#define CORS_EXPLAIN_H

#include <httpd.h>

/*
 * What would a request get, and why? Looks the place up as httpd would, in
 * the virtual host of r, without running its handler and without counting;
 * judges it; writes the answer to r, as text, in lines of "Name: value".
 *
 * arguments: the query, decoded: url (starts with one /), origin, and for a
 * preflight method and headers. Without a url that can be, the status of r
 * becomes 400.
 */
void cors_explain(request_rec *r, const apr_table_t *arguments);

#endif
