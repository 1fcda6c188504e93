/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_ORIGIN_LISTS_H
#define CORS_ORIGIN_LISTS_H

#include <apr_file_info.h>
#include <apr_pools.h>
#include <apr_time.h>

#include "policy/origin_set.h"

/*
 * The lists of all files of origins, and how new ones take the place of
 * others while requests are judged. Who reads them enters a version: it
 * stays as it is until it is left, whatever was published meanwhile. A list
 * ends when no version holds it that somebody reads.
 *
 * Any thread may enter and leave. Files are added while the configuration is
 * read; afterwards one thread of a process at a time may prepare, publish and
 * sweep.
 */

/* What tells one version of a file from another. All 0: of none. */
typedef struct cors_file_version {
    apr_time_t modified;
    apr_time_t changed;
    apr_off_t size;
    apr_ino_t inode;
    apr_dev_t device;
} cors_file_version;

/* What was read of a file. It lives in a pool of its own, set included. */
typedef struct cors_origin_list {
    apr_pool_t *pool;
    const char *path;           /* as long as the configuration */
    cors_origin_set *set;
    cors_file_version version;
    cors_file_version refused;  /* after it: the writer's */
    unsigned unsaid : 1;        /* that it was read again: the writer's */
    int number;                 /* of the file */
    struct cors_origin_list *next;      /* of all: for this file's source */
} cors_origin_list;

/*
 * An empty list, to be filled and then to be added or published; else it is
 * destroyed by cors_origin_list_destroy(). abort: what its pool calls where
 * there is no memory.
 */
cors_origin_list *cors_origin_list_create(apr_abortfunc_t abort,
                                          const char *path);
void cors_origin_list_destroy(cors_origin_list *list);

/* One version of all of them: list number i is that of file i. */
typedef struct cors_origin_lists {
    unsigned readers;
    struct cors_origin_lists *next;     /* for this file's source */
    int count;
    const cors_origin_list **lists;
} cors_origin_lists;

/*
 * While the configuration is read: the list of a file, NULL: there is none
 * yet; and add one, which gets its number. With the pool all of them end.
 */
const cors_origin_list *cors_origin_lists_find(const char *path);
void cors_origin_lists_add(apr_pool_t *pool, cors_origin_list *list);

/* From now on there may be new ones: nobody reads without entering. */
void cors_origin_lists_begin(void);
int cors_origin_lists_may_change(void);

/* Enter the newest version, and leave it. NULL: there are no files. */
const cors_origin_lists *cors_origin_lists_enter(void);
void cors_origin_lists_leave(const cors_origin_lists *lists);

/*
 * A version that nobody reads, with the newest one's lists, to put others
 * into. What is not published may be prepared again. NULL: there are no
 * files.
 */
cors_origin_lists *cors_origin_lists_prepare(void);

/* Make a prepared version the newest, and end what nobody reads any more. */
void cors_origin_lists_publish(cors_origin_lists *lists);

/* End the lists that nobody reads any more. */
void cors_origin_lists_sweep(void);

/*
 * First thing in a child: the parent may have been forked while a thread of
 * it was at work here. Only what was published is taken over.
 */
void cors_origin_lists_adopt(void);

#endif
