/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKES_STORE_H
#define FAKES_STORE_H

#include "fakes.h"

#include <ap_socache.h>
#include <apr_dbd.h>
#include <mod_dbd.h>

/*
 * What queries ask of httpd: mod_dbd, the driver that apr_dbd_* hand their
 * calls to, and mod_socache_shmcb. A program that uses them has a clock of
 * its own (clock.h). fakes_setup() leaves all of it as it was: begin with
 * fake_store_start().
 */
typedef enum {
    FAKE_ANSWERS,
    FAKE_NO_CONNECTION,         /* ap_dbd_open() has none */
    FAKE_PREPARE_FAILS,
    FAKE_SELECT_FAILS,
    FAKE_ROWS_FAIL              /* behind the rows that there are */
} fake_fault;

typedef struct fake_database {
    const char *rows;           /* "a|b"; "NULL" is one; NULL: no row */
    fake_fault fault;           /* of the first question, */
    fake_fault again;           /* and of each other one */
    int alive;                  /* rows to SELECT 1; -1: an error */
    const char *message;        /* of an error */

    /* Runs while a question is out, which may change all of the above. */
    void (*meanwhile)(const char *sql);

    int opened;                 /* times, and the test may begin anew */
    int prepared;
    int selected;               /* with a statement that was prepared */
    const char *sql;            /* of the last question, */
    const char *values;         /* and its parameters: "a|b" */
    ap_dbd_t *connection;    /* NULL: the next one is new */
} fake_database;

extern fake_database database;

typedef struct fake_cache {
    int loaded;                 /* mod_socache_shmcb */
    int rejected;               /* 1: the first init fails, 2: the second */
    int inits;
    int created;                /* memories, with these arguments */
    const char *arguments[2];
} fake_cache;

extern fake_cache cache;

/*
 * mod_dbd and mod_socache_shmcb are loaded, the main server has a query and
 * a cache; then, what post_config does. rate: CORSQueryRate.
 */
void fake_store_start(int rate);

/* Which of mod_dbd's two functions there are. */
void fake_database_load(int open, int close);

/* Two memories of the cache, which are empty. */
void fake_cache_create(server_rec *server);

/* Put bytes into one of them, past the module. */
void fake_cache_put(ap_socache_instance_t *instance, const void *id,
                    const void *bytes, size_t length);

/* How many entries it has that are not over. */
int fake_cache_count(ap_socache_instance_t *instance);

#endif
