/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes_store.h"

#include <apr_optional.h>

#include "policy/server.h"
#include "shared/store.h"
#include "request/origin_question.h"
#include "request/origin_store.h"

/*
 * mod_dbd, and a driver. It holds a caller to what the real ones ask for:
 * random access, no label, all rows fetched before the connection is given
 * back.
 */
struct apr_dbd_prepared_t { const char *sql; };
struct apr_dbd_results_t { apr_array_header_t *rows; int next, ends; };
struct apr_dbd_row_t { const char *text; };

fake_database database;

static int in_use;              /* connections that are not given back */
static apr_dbd_results_t *unread;

static fake_fault fault_now(void)
{
    return database.opened == 1 ? database.fault : database.again;
}

ap_dbd_t *ap_dbd_open(apr_pool_t *pool, server_rec *server)
{
    (void)pool;
    assert_non_null(server);
    database.opened++;
    if (fault_now() == FAKE_NO_CONNECTION) {
        return NULL;
    }
    if (!database.connection) {
        database.connection = apr_pcalloc(fake.pool, sizeof(ap_dbd_t));
        apr_pool_create(&database.connection->pool, fake.pool);
    }
    in_use++;
    return database.connection;
}

void ap_dbd_close(server_rec *server, ap_dbd_t *connection)
{
    assert_non_null(server);
    assert_non_null(connection);
    assert_true(in_use-- > 0);
    assert_null(unread);
}

int apr_dbd_prepare(const apr_dbd_driver_t *driver, apr_pool_t *pool,
                    apr_dbd_t *handle, const char *sql, const char *label,
                    apr_dbd_prepared_t **statement)
{
    (void)driver, (void)handle;
    assert_null(label);
    assert_ptr_equal(pool, database.connection->pool);
    database.prepared++;
    *statement = apr_pcalloc(pool, sizeof(**statement));
    (*statement)->sql = sql;
    return fault_now() == FAKE_PREPARE_FAILS ? 1 : 0;
}

static apr_dbd_results_t *make_results(apr_pool_t *pool, const char *text)
{
    apr_dbd_results_t *results = apr_pcalloc(pool, sizeof(*results));
    const char *end;

    results->rows = apr_array_make(pool, 4, sizeof(apr_dbd_row_t));
    results->ends = fault_now() == FAKE_ROWS_FAIL ? 1 : -1;
    for (; text; text = end ? end + 1 : NULL) {
        apr_dbd_row_t *row = apr_array_push(results->rows);

        end = strchr(text, '|');
        row->text = end ? apr_pstrmemdup(pool, text, end - text)
                        : apr_pstrdup(pool, text);
    }
    unread = results;
    return results;
}

int apr_dbd_pselect(const apr_dbd_driver_t *driver, apr_pool_t *pool,
                    apr_dbd_t *handle, apr_dbd_results_t **results,
                    apr_dbd_prepared_t *statement, int random, int count,
                    const char **values)
{
    const char *text = "";
    int i;

    (void)driver, (void)handle;
    assert_int_equal(random, 1);
    database.selected++;
    for (i = 0; i < count; i++) {
        text = apr_pstrcat(fake.pool, text, *text ? "|" : "", values[i],
                           NULL);
    }
    database.sql = statement->sql;
    database.values = text;
    if (database.meanwhile) {
        database.meanwhile(statement->sql);
    }
    if (fault_now() == FAKE_SELECT_FAILS) {
        return 1;
    }
    *results = make_results(pool, database.rows);
    return 0;
}

int apr_dbd_select(const apr_dbd_driver_t *driver, apr_pool_t *pool,
                   apr_dbd_t *handle, apr_dbd_results_t **results,
                   const char *sql, int random)
{
    static const char *const answers[] = { NULL, "1", "1|2" };

    (void)driver, (void)handle;
    assert_string_equal(sql, "SELECT 1");
    assert_int_equal(random, 1);
    if (database.alive < 0) {
        return 1;
    }
    *results = make_results(pool, answers[database.alive]);
    (*results)->ends = -1;
    return 0;
}

int apr_dbd_get_row(const apr_dbd_driver_t *driver, apr_pool_t *pool,
                    apr_dbd_results_t *results, apr_dbd_row_t **row,
                    int number)
{
    (void)driver, (void)pool;
    assert_int_equal(number, -1);
    if (results->next == results->rows->nelts) {
        unread = NULL;
        return results->ends;
    }
    *row = &APR_ARRAY_IDX(results->rows, results->next++, apr_dbd_row_t);
    return 0;
}

const char *apr_dbd_get_entry(const apr_dbd_driver_t *driver,
                              apr_dbd_row_t *row, int column)
{
    (void)driver;
    assert_int_equal(column, 0);
    return strcmp(row->text, "NULL") == 0 ? NULL : row->text;
}

const char *apr_dbd_error(const apr_dbd_driver_t *driver, apr_dbd_t *handle,
                          int number)
{
    (void)driver, (void)handle;
    assert_int_equal(number, 1);
    return database.message;
}

void fake_database_load(int open, int close)
{
    apr_dynamic_fn_register("ap_dbd_open",
                            open ? (apr_opt_fn_t *)ap_dbd_open : NULL);
    apr_dynamic_fn_register("ap_dbd_close",
                            close ? (apr_opt_fn_t *)ap_dbd_close : NULL);
    cors_question_find_dbd();
}

void fake_store_start(int rate)
{
    cors_server *own = cors_server_of(fake.server);

    memset(&database, 0, sizeof(database));
    memset(&cache, 0, sizeof(cache));
    in_use = 0;
    unread = NULL;
    database.alive = 1;
    database.message = "no such table: origins";
    cache.loaded = 1;
    fake_database_load(1, 1);
    fake.server->process = apr_pcalloc(fake.pool, sizeof(process_rec));
    fake.server->process->pool = fake.pool;
    own->has_query = 1;
    own->query_rate = rate;
    own->query_longest = 660;
    fake_cache_create(fake.server);
    assert_int_equal(cors_store_register(fake.pool, fake.pool, fake.pool),
                     OK);
    assert_int_equal(cors_origin_store_open(fake.server, fake.pool),
                     APR_SUCCESS);
}
