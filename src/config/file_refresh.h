/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_FILE_REFRESH_H
#define CORS_FILE_REFRESH_H

#include <httpd.h>

/*
 * Look once whether the files of origins changed. A new list is read and held
 * to all that holds at start; then it takes the place of the one before, or,
 * where something is wrong with it, that is said in the log once by all
 * children together, and the one before stays.
 *
 * A child waits for its parent to look first (parent_look.h).
 *
 * in_parent: this is no child but their parent. It may read what they cannot,
 * and leaves that; it logs nothing, for a child is forked meanwhile and would
 * inherit a lock of the C library's. temp_pool: for the call.
 */
void cors_file_refresh_look(apr_pool_t *temp_pool, server_rec *server,
                            int in_parent);

#endif
