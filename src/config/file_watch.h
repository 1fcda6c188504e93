/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_FILE_WATCH_H
#define CORS_FILE_WATCH_H

#include <httpd.h>

/*
 * When files of origins are looked at (file_refresh.h): by each child every
 * so often, on a thread of mod_watchdog's; by each child before it serves;
 * and by the parent, so that children who are born while a file is bad begin
 * with the newest good list.
 */

/* Whether httpd can do it; else the message. At start, under -t too. */
const char *cors_file_watch_unmet(const server_rec *server);

/* Begin, where CORSFileRefresh is set. In post_config. */
apr_status_t cors_file_watch_start(apr_pool_t *pconf, server_rec *server);

/* httpd's child_init hook, in front of mod_watchdog's. */
void cors_file_watch_child(apr_pool_t *pchild, server_rec *server);

#endif
