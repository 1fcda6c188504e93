/* SPDX-License-Identifier: Apache-2.0 */
#include "request/origin_question.h"

#include <apr_dbd.h>
#include <apr_optional.h>
#include <apr_strings.h>
#include <mod_dbd.h>
#include <string.h>

#include "shared/gate.h"

#define MESSAGE_MAX 300

static APR_OPTIONAL_FN_TYPE(ap_dbd_open) *dbd_open;
static APR_OPTIONAL_FN_TYPE(ap_dbd_close) *dbd_close;

void cors_question_find_dbd(void)
{
    dbd_open = APR_RETRIEVE_OPTIONAL_FN(ap_dbd_open);
    dbd_close = APR_RETRIEVE_OPTIONAL_FN(ap_dbd_close);
}

typedef struct question {
    apr_pool_t *pool;
    const cors_query *query;
    const char **values;
    ap_dbd_t *dbd;
    char *bytes;                /* of the rows */
    size_t length;
    const char *message;
} question;

/* What a connection keeps of a query. */
typedef struct statement {
    apr_dbd_prepared_t *prepared;
    apr_time_t since;
} statement;

/*
 * Of the connection, and prepared when it is first used: labels of the
 * server's die with it, and a statement that mod_dbd prepares and that is
 * wrong spoils every connection for all.
 */
static statement *find_statement(const question *q)
{
    static const char key[] = "mod_cors_cookies statements";
    void *kept = NULL;
    statement *found;

    apr_pool_userdata_get(&kept, key, q->dbd->pool);
    if (!kept) {
        kept = apr_hash_make(q->dbd->pool);
        apr_pool_userdata_setn(kept, key, NULL, q->dbd->pool);
    }
    found = apr_hash_get(kept, &q->query->key, sizeof(q->query->key));
    if (!found) {
        found = apr_pcalloc(q->dbd->pool, sizeof(*found));
        apr_hash_set(kept, &q->query->key, sizeof(q->query->key), found);
    }
    return found;
}

static void note_message(question *q, const char *message)
{
    size_t length;

    message = message && *message ? message : "no answer";
    length = strcspn(message, "\r\n");
    q->message = apr_pstrmemdup(q->pool, message, length > MESSAGE_MAX
                                                  ? MESSAGE_MAX : length);
}

static int note_error(question *q, int error)
{
    note_message(q, apr_dbd_error(q->dbd->driver, q->dbd->handle, error));
    return 0;
}

/*
 * A statement is prepared anew after a fault, for the tables may have
 * changed; once a minute, since drivers keep the old one.
 */
static apr_dbd_prepared_t *prepare(question *q, int anew)
{
    statement *own = find_statement(q);
    apr_time_t now = apr_time_now();
    int error;

    if (anew && (now < own->since
                 || now - own->since > apr_time_from_sec(60))) {
        own->prepared = NULL;
    }
    if (!own->prepared) {
        own->since = now;
        error = apr_dbd_prepare(q->dbd->driver, q->dbd->pool, q->dbd->handle,
                                q->query->sql, NULL, &own->prepared);
        if (error != 0) {
            own->prepared = NULL;
            note_error(q, error);
        }
    }
    return own->prepared;
}

/* All rows are fetched, or the connection is none for others. */
static int take_rows(question *q, apr_dbd_results_t *results)
{
    apr_dbd_row_t *row = NULL;
    int fits = 1, error;

    while ((error = apr_dbd_get_row(q->dbd->driver, q->pool, results, &row,
                                    -1)) == 0) {
        fits = fits
               && cors_rows_add(q->bytes, &q->length,
                                apr_dbd_get_entry(q->dbd->driver, row, 0));
    }
    if (error != -1) {
        note_error(q, error);
    }
    else if (!fits) {
        note_message(q, "the answer is longer than 8192 bytes");
    }
    return error == -1 && fits;
}

/*
 * "Random" access: in the other way the driver of PostgreSQL sleeps where
 * there is no row, and takes an error for none.
 */
static int select_rows(question *q, int anew)
{
    apr_dbd_prepared_t *prepared = prepare(q, anew);
    apr_dbd_results_t *results = NULL;
    int error;

    q->length = 0;
    if (!prepared) {
        return 0;
    }
    error = apr_dbd_pselect(q->dbd->driver, q->pool, q->dbd->handle,
                            &results, prepared, 1, q->query->count,
                            q->values);
    return error == 0 ? take_rows(q, results) : note_error(q, error);
}

/* Whether it was the statement's fault: another one is answered. */
static int is_alive(question *q)
{
    apr_dbd_results_t *results = NULL;
    apr_dbd_row_t *row = NULL;
    int rows = 0;

    if (apr_dbd_select(q->dbd->driver, q->pool, q->dbd->handle, &results,
                       "SELECT 1", 1) != 0) {
        return 0;
    }
    while (apr_dbd_get_row(q->dbd->driver, q->pool, results, &row, -1)
           == 0) {
        rows++;
    }
    return rows == 1;
}

/* mod_dbd has looked at the connection, and mended or replaced it. */
static cors_question_outcome ask_once(question *q, server_rec *server,
                                      int again)
{
    cors_question_outcome outcome = CORS_QUESTION_FAILED;

    q->dbd = dbd_open(q->pool, server);
    if (!q->dbd) {
        note_message(q, "no connection to the database; mod_dbd has logged "
                     "why");
        return outcome;
    }
    if (select_rows(q, again)) {
        outcome = CORS_QUESTION_ANSWERED;
    }
    else if (again && is_alive(q)) {
        outcome = CORS_QUESTION_WRONG;
    }
    dbd_close(server, q->dbd);
    return outcome;
}

cors_question_outcome cors_question_ask(request_rec *r,
                                        const cors_query *query,
                                        const char *values[],
                                        cors_rows *rows,
                                        const char **message)
{
    question q = { NULL, query, values, NULL, NULL, 0, NULL };
    cors_question_outcome outcome = CORS_QUESTION_FAILED;
    apr_time_t start = apr_time_now();

    apr_pool_create(&q.pool, r->pool);
    q.bytes = apr_palloc(q.pool, CORS_ROWS_MAX);
    if (dbd_open && dbd_close) {
        outcome = ask_once(&q, r->server, 0);
    }
    if (dbd_open && dbd_close && outcome == CORS_QUESTION_FAILED
        && apr_time_now() - start <= CORS_GATE_LATE) {
        outcome = ask_once(&q, r->server, 1);
    }
    rows->bytes = apr_pmemdup(r->pool, q.bytes, q.length);
    rows->length = q.length;
    *message = apr_pstrdup(r->pool, q.message ? q.message : "no answer");
    apr_pool_destroy(q.pool);
    return outcome;
}
