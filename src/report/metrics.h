/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_METRICS_H
#define CORS_METRICS_H

#include <httpd.h>

/*
 * The counters in the OpenMetrics text format (version 1.0.0): requests by
 * virtual host and result, refusals by reason, cookies, and the start.
 */
void cors_metrics_write(request_rec *r);

#define CORS_METRICS_TYPE \
    "application/openmetrics-text; version=1.0.0; charset=utf-8"

#endif
