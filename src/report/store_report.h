/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_STORE_REPORT_H
#define CORS_STORE_REPORT_H

#include <httpd.h>

/*
 * What the counters of databases say, where the configuration has a query:
 * nothing else is written.
 */

/* "Name: value" lines, the prefix in front of each. */
void cors_store_report_lines(request_rec *r, const char *prefix);

/* Families of OpenMetrics. */
void cors_store_report_metrics(request_rec *r);

/* A heading and a table of the page. */
void cors_store_report_html(request_rec *r);

#endif
