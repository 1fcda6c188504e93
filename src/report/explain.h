/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_EXPLAIN_H
#define CORS_EXPLAIN_H

#include <apr_tables.h>
#include <httpd.h>

/*
 * What would a request get, and why? Looks the place up as httpd would,
 * without running its handler and without counting, and judges it.
 *
 * arguments: the query, decoded. url: a path that starts with one /, or a
 * whole URL; host: the virtual host, which a whole URL names too; origin; for
 * a preflight method and headers; site, mode, dest and referer: what the
 * browser says of a request without Origin.
 *
 * Returns lines, "Name" to value, in their order, from the pool of r. Where
 * the url cannot be looked up the status of r becomes 400, and the line is
 * an Error.
 */
apr_table_t *cors_explain(request_rec *r, const apr_table_t *arguments);

#endif
