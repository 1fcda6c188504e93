/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/origin_lists.h"

#include <string.h>
#include <unistd.h>

static cors_origin_lists *newest;       /* read and written atomically */
static int may_change;

/* The writer's: no reader looks at these. */
static struct {
    apr_pool_t *pool;                   /* of the versions */
    cors_origin_lists *versions;        /* all of them */
    cors_origin_list *lists;            /* all that live */
    pid_t process;                      /* whose they are */
} own;

cors_origin_list *cors_origin_list_create(apr_abortfunc_t abort,
                                          const char *path)
{
    cors_origin_list *list;
    apr_pool_t *pool;

    /* An allocator of its own gives all its memory back; no parent's list
     * of pools can be half written when another thread forks. */
    apr_pool_create_unmanaged_ex(&pool, abort, NULL);
    list = apr_pcalloc(pool, sizeof(*list));
    list->pool = pool;
    list->path = path;
    return list;
}

void cors_origin_list_destroy(cors_origin_list *list)
{
    apr_pool_destroy(list->pool);
}

static cors_origin_lists *load_newest(void)
{
    return __atomic_load_n(&newest, __ATOMIC_SEQ_CST);
}

const cors_origin_list *cors_origin_lists_find(const char *path)
{
    const cors_origin_lists *lists = load_newest();
    int i;

    for (i = 0; lists && i < lists->count; i++) {
        if (strcmp(lists->lists[i]->path, path) == 0) {
            return lists->lists[i];
        }
    }
    return NULL;
}

/* With the configuration everything ends, and the next one begins anew. */
static apr_status_t end_all(void *data)
{
    (void)data;
    while (own.lists) {
        cors_origin_list *list = own.lists;

        own.lists = list->next;
        cors_origin_list_destroy(list);
    }
    if (own.pool) {
        apr_pool_destroy(own.pool);
    }
    memset(&own, 0, sizeof(own));
    newest = NULL;
    may_change = 0;
    return APR_SUCCESS;
}

static cors_origin_lists *make_version(int count)
{
    cors_origin_lists *version = apr_pcalloc(own.pool, sizeof(*version));

    version->count = count;
    version->lists = apr_pcalloc(own.pool, (size_t)count
                                           * sizeof(const cors_origin_list *));
    version->next = own.versions;
    own.versions = version;
    return version;
}

static void start_versions(apr_abortfunc_t abort)
{
    apr_pool_create_unmanaged_ex(&own.pool, abort, NULL);
    own.versions = NULL;
    own.process = getpid();
}

void cors_origin_lists_add(apr_pool_t *pool, cors_origin_list *list)
{
    const cors_origin_lists *before = load_newest();
    cors_origin_lists *version;

    if (!own.pool) {
        start_versions(apr_pool_abort_get(pool));
        apr_pool_cleanup_register(pool, NULL, end_all,
                                  apr_pool_cleanup_null);
    }
    own.versions = NULL;
    list->number = before ? before->count : 0;
    list->next = own.lists;
    own.lists = list;
    version = make_version(list->number + 1);
    if (before) {
        memcpy((void *)version->lists, (const void *)before->lists,
               (size_t)before->count * sizeof(const cors_origin_list *));
    }
    version->lists[list->number] = list;
    __atomic_store_n(&newest, version, __ATOMIC_SEQ_CST);
}

void cors_origin_lists_begin(void)
{
    may_change = 1;
}

int cors_origin_lists_may_change(void)
{
    return may_change;
}

/*
 * A version is no reader's before it has seen it as the newest one after it
 * was counted: a writer that finds no reader in an older one may use it for
 * another. Versions themselves stay, so that counting is always possible.
 */
const cors_origin_lists *cors_origin_lists_enter(void)
{
    cors_origin_lists *lists = load_newest();

    while (lists) {
        __atomic_fetch_add(&lists->readers, 1, __ATOMIC_SEQ_CST);
        if (lists == load_newest()) {
            return lists;
        }
        __atomic_fetch_sub(&lists->readers, 1, __ATOMIC_SEQ_CST);
        lists = load_newest();
    }
    return NULL;
}

void cors_origin_lists_leave(const cors_origin_lists *lists)
{
    if (lists) {
        __atomic_fetch_sub(&((cors_origin_lists *)lists)->readers, 1,
                           __ATOMIC_SEQ_CST);
    }
}

static int has_readers(const cors_origin_lists *version)
{
    return version == newest
           || __atomic_load_n(&version->readers, __ATOMIC_SEQ_CST) > 0;
}

cors_origin_lists *cors_origin_lists_prepare(void)
{
    cors_origin_lists *version = own.versions;

    if (!newest) {
        return NULL;
    }
    while (version && has_readers(version)) {
        version = version->next;
    }
    if (!version) {
        version = make_version(newest->count);
    }
    memcpy((void *)version->lists, (const void *)newest->lists,
           (size_t)newest->count * sizeof(const cors_origin_list *));
    return version;
}

static int is_read(const cors_origin_list *list)
{
    const cors_origin_lists *version = own.versions;

    while (version && (version->lists[list->number] != list
                       || !has_readers(version))) {
        version = version->next;
    }
    return version != NULL;
}

void cors_origin_lists_sweep(void)
{
    cors_origin_list **at = &own.lists;

    while (*at) {
        cors_origin_list *list = *at;

        if (is_read(list)) {
            at = &list->next;
        }
        else {
            *at = list->next;
            cors_origin_list_destroy(list);
        }
    }
}

void cors_origin_lists_publish(cors_origin_lists *lists)
{
    int i;

    for (i = 0; i < lists->count; i++) {
        cors_origin_list *list = (cors_origin_list *)lists->lists[i];

        if (list != newest->lists[i]) {
            list->number = i;
            list->next = own.lists;
            own.lists = list;
        }
    }
    __atomic_store_n(&newest, lists, __ATOMIC_SEQ_CST);
    cors_origin_lists_sweep();
}

void cors_origin_lists_adopt(void)
{
    int i;

    if (!newest || own.process == getpid()) {
        return;
    }
    start_versions(apr_pool_abort_get(newest->lists[0]->pool));
    newest->readers = 0;
    newest->next = NULL;
    own.versions = newest;
    own.lists = NULL;
    for (i = 0; i < newest->count; i++) {
        cors_origin_list *list = (cors_origin_list *)newest->lists[i];

        list->next = own.lists;
        own.lists = list;
    }
}
