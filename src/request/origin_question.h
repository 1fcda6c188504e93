/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_ORIGIN_QUESTION_H
#define CORS_ORIGIN_QUESTION_H

#include "request/origin_rows.h"

/* What became of a question to a database. */
typedef enum {
    CORS_QUESTION_ANSWERED,     /* with rows, or with none */
    CORS_QUESTION_WRONG,        /* it answers, but not this */
    CORS_QUESTION_FAILED        /* it does not answer */
} cors_question_outcome;

/* Find mod_dbd; for httpd's optional_fn_retrieve hook. */
void cors_question_find_dbd(void);

/*
 * Ask, once more where that fails at once (the connection may have died
 * since it was last used), and give the connection back. This may wait as
 * long as the database does: the caller has a seat (shared/gate.h).
 *
 * values: of the parameters. *rows: the answer, from the request's pool;
 * *message: why there is none, of the database or its client.
 */
cors_question_outcome cors_question_ask(request_rec *r,
                                        const cors_query *query,
                                        const char *values[],
                                        cors_rows *rows,
                                        const char **message);

#endif
