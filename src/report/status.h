/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_STATUS_H
#define CORS_STATUS_H

#include <httpd.h>

/*
 * httpd's handler hook, for SetHandler cors-status: a page of the counters,
 * the policies, the last refusals and a form for explain; ?auto: the
 * counters as "Name: value" lines; ?metrics: the same as OpenMetrics;
 * ?explain&url=...: see explain.h. Nothing protects it but the
 * administrator's Require.
 */
int cors_status_handler(request_rec *r);

/* mod_status' hook: the counters, under the heading CORS. */
int cors_status_section(request_rec *r, int flags);

#endif
