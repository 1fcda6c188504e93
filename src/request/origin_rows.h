/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_ORIGIN_ROWS_H
#define CORS_ORIGIN_ROWS_H

#include <httpd.h>

#include "policy/origins.h"

/* No answer of a database is longer, the NUL behind each row included. */
#define CORS_ROWS_MAX 8192

/* What a database answered: rows one behind the other, each ended by NUL. */
typedef struct cors_rows {
    const char *bytes;
    size_t length;              /* 0: no row */
} cors_rows;

/*
 * Append a row to the bytes of rows, which have CORS_ROWS_MAX of room: blanks
 * at its end cut, none where it is NULL or empty.
 * Returns 0 where it has no room.
 */
int cors_rows_add(char *bytes, size_t *length, const char *row);

/*
 * Judge a well-formed origin by rows, each held to what a list of the policy
 * is held to: CORS_REASON_OK or ORIGIN_NOT_LISTED. A row that no list could
 * have is left out, and said at error once a minute. all: look at every row
 * for that, though one admits the origin.
 *
 * Over https: and two slashes,
 * yes: "app.example.com", "*.example.com"   no: "app.example.com/", "*.com"
 */
cors_reason cors_rows_judge(request_rec *r, const cors_policy *policy,
                            const cors_query *query, cors_rows rows,
                            cors_sent_origin *origin, int all);

#endif
