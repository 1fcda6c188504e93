/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_QUERY_VALUES_H
#define CORS_QUERY_VALUES_H

#include <httpd.h>

#include "syntax/origin.h"
#include "policy/query.h"

/*
 * What a request has for each parameter of a query: its origin, its host in
 * lower case and without port, or what an expression of httpd says. *vary:
 * NULL, or names of request headers; those that an expression reads are
 * added. Returns 0 where an expression fails.
 */
int cors_query_read(request_rec *r, const cors_query *query,
                    const cors_sent_origin *origin,
                    const char *values[CORS_QUERY_PARAMETERS],
                    const char **vary);

#endif
