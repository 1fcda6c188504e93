/* SPDX-License-Identifier: Apache-2.0 */
#include "config/file_refresh.h"

#include <apr_strings.h>
#include <http_log.h>
#include <string.h>
#include <unistd.h>

#include "policy/origins.h"
#include "policy/safety.h"
#include "policy/server.h"
#include "shared/once.h"
#include "shared/parent_look.h"
#include "config/origin_file.h"
#include "config/readable.h"

APLOG_USE_MODULE(cors_cookies);

/* A file, and what became of it in this look. */
typedef struct candidate {
    const cors_origin_list *now;    /* the list in use */
    cors_file_version version;      /* of what was found */
    apr_status_t status;            /* of opening and reading it */
    cors_origin_list *fresh;        /* NULL: none, or in use already */
    const char *rejected;           /* NULL: nothing is wrong with it */
    unsigned changed : 1;           /* other than the list in use */
} candidate;

typedef struct look {
    apr_pool_t *pool;
    server_rec *server;
    cors_origin_lists *lists;       /* prepared */
    candidate *files;
    unsigned published : 1;         /* it holds something new */
    unsigned in_parent : 1;
    unsigned missed : 1;            /* a file changed meanwhile */
} look;

/* Of a file that changes all the time: then what was read is taken. */
#define TRIES 3

/* The thread that is at work here: the process it belongs to, 0: none. */
static pid_t working;

/*
 * The parent may fork while its thread is at work, which the child has not:
 * whose the work was before is no longer there.
 */
static void begin_work(void)
{
    pid_t self = getpid(), before = 0;

    while (!__atomic_compare_exchange_n(&working, &before, self, 0,
                                        __ATOMIC_ACQUIRE,
                                        __ATOMIC_RELAXED)) {
        if (before == self) {
            apr_sleep(1000);
            before = 0;
        }
    }
}

static void end_work(void)
{
    __atomic_store_n(&working, 0, __ATOMIC_RELEASE);
}

static void drop_fresh(candidate *file)
{
    if (file->fresh) {
        cors_origin_list_destroy(file->fresh);
        file->fresh = NULL;
    }
}

/* A file that is being written just now is left for the next look. */
static void read_fresh(look *l, candidate *file, cors_open_file *open)
{
    file->rejected = cors_origin_file_read(open, l->pool, 1, &file->fresh);
    file->status = open->status;
    if (cors_origin_file_stands(open)) {
        return;
    }
    drop_fresh(file);
    file->rejected = NULL;
    file->changed = 0;
}

/* read: whether to read it, too, though it was refused before. */
static void look_at(look *l, int number, int read)
{
    candidate *file = &l->files[number];
    cors_open_file open;

    file->now = l->lists->lists[number];
    file->status = cors_origin_file_open(&open, l->pool, file->now->path);
    if (file->status == APR_SUCCESS && l->in_parent
        && !cors_readable_by_children(&open.info)) {
        apr_file_close(open.file);
        file->status = APR_EACCES;
    }
    if (file->status != APR_SUCCESS) {
        file->rejected = cors_origin_file_unreadable(l->pool,
                                                     file->now->path,
                                                     file->status);
        return;
    }
    file->version = open.version;
    file->changed = !cors_file_version_same(&open.version,
                                            &file->now->version);
    if (file->changed
        && (read || !cors_file_version_same(&open.version,
                                            &file->now->refused))) {
        read_fresh(l, file, &open);
    }
    apr_file_close(open.file);
}

typedef struct checking {
    look *l;
    const char *rejected;
} checking;

static void check_section(void *data, server_rec *server,
                          cors_policy *section)
{
    checking *c = data;
    apr_pool_t *pool = c->l->pool;
    cors_offence offence = { NULL, { NULL, 0 } };
    const cors_policy *whole, *fixed;
    cors_safety safety;

    if (c->rejected) {
        return;
    }
    whole = cors_policy_complete(pool, server, section);
    fixed = cors_origins_fix(pool, whole, c->l->lists);
    safety = fixed == whole ? CORS_SAFE : cors_safety_check(fixed, &offence);
    if (safety != CORS_SAFE) {
        c->rejected = apr_pstrcat(
            pool, cors_place_text(pool, offence.place), ": ",
            cors_safety_text(pool, safety, &offence), " (in the section of ",
            cors_place_text(pool, section->place), ")", NULL);
    }
}

/* Whether every section may have this list, beside those taken before. */
static int try_list(look *l, int number)
{
    checking c = { l, NULL };
    candidate *file = &l->files[number];

    l->lists->lists[number] = file->fresh;
    cors_sections_each(l->pool, l->server, check_section, &c);
    file->rejected = c.rejected;
    if (c.rejected) {
        l->lists->lists[number] = file->now;
        return 0;
    }
    file->fresh->unsaid = 1;
    file->fresh = NULL;             /* it belongs to the lists now */
    l->published = 1;
    return 1;
}

/*
 * One file may admit what another, which only excludes, stands beside: as
 * long as one is taken the others have another try.
 */
static void try_lists(look *l)
{
    int taken, i;

    do {
        taken = 0;
        for (i = 0; i < l->lists->count; i++) {
            taken += l->files[i].fresh && try_list(l, i);
        }
    } while (taken);
    for (i = 0; i < l->lists->count; i++) {
        drop_fresh(&l->files[i]);
    }
    if (l->published) {
        cors_origin_lists_publish(l->lists);
    }
}

enum { SAID_REFUSED = 1000, SAID_READ };

/* Whether nobody has said it yet of these versions, in any child. */
static int is_news(unsigned what, apr_status_t status,
                   const cors_origin_list *list,
                   const cors_file_version *found)
{
    struct {
        unsigned file;
        apr_status_t status;
        cors_file_version now;
        cors_file_version found;
    } thing;
    const char *path = list->path;

    memset(&thing, 0, sizeof(thing));
    for (; *path; path++) {
        thing.file = thing.file * 31 + (unsigned char)*path;
    }
    thing.status = status;
    if (found) {
        thing.found = *found;
    }
    if (!found || status != APR_SUCCESS) {
        thing.now = list->version;
    }
    return cors_once_ever(what, &thing, sizeof(thing));
}

static void say_refused(const look *l, const candidate *file)
{
    char date[APR_RFC822_DATE_LEN];

    if (!is_news(SAID_REFUSED, file->status, file->now, &file->version)) {
        return;
    }
    apr_rfc822_date(date, cors_origin_set_read_at(file->now->set));
    ap_log_error(APLOG_MARK, APLOG_ERR, 0, l->server,
                 "CORSAllowOriginFile: %s; the list of %s, read %s, stays as "
                 "it was", file->rejected, file->now->path, date);
}

/* Of a list that is in use here: the parent may have read it, unheard. */
static void say_read(const look *l, cors_origin_list *list)
{
    size_t count = cors_origin_set_count(list->set);

    if (list->unsaid && is_news(SAID_READ, APR_SUCCESS, list, NULL)) {
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, l->server,
                     "CORSAllowOriginFile: %s was read again, %"
                     APR_SIZE_T_FMT " origin%s", list->path, count,
                     count == 1 ? "" : "s");
    }
    list->unsaid = 0;
}

/* What became of a file. */
static void say_outcome(const look *l, int number)
{
    const candidate *file = &l->files[number];

    say_read(l, (cors_origin_list *)l->lists->lists[number]);
    if (file->rejected) {
        say_refused(l, file);
    }
}

static int has_fresh(const look *l)
{
    int i;

    for (i = 0; i < l->lists->count; i++) {
        if (l->files[i].fresh) {
            return 1;
        }
    }
    return 0;
}

/*
 * What was refused is not read again before it, or another file, changes; of
 * what the parent refuses nobody knows yet who is to be told.
 */
static void note_refused(const candidate *file)
{
    if (file->status == APR_SUCCESS && file->rejected) {
        ((cors_origin_list *)file->now)->refused = file->version;
    }
}

/* Whether its path still leads to what was read. */
static int is_there(const look *l, const candidate *file)
{
    cors_open_file open;

    return cors_origin_file_open(&open, l->pool, file->now->path)
               == APR_SUCCESS
           && cors_file_version_same(&open.version, &file->version);
}

/*
 * No child has a list that the parent has not: one that is born while the
 * file is bad begins with the newest that any other has.
 */
static void let_parent_look(look *l, int is_last)
{
    int i;

    if (l->in_parent || !has_fresh(l)) {
        return;
    }
    cors_parent_look_await();
    for (i = 0; !is_last && i < l->lists->count; i++) {
        if (l->files[i].fresh && !is_there(l, &l->files[i])) {
            drop_fresh(&l->files[i]);
            l->files[i].changed = 0;
            l->missed = 1;
        }
    }
}

static void look_at_all(look *l, int is_last)
{
    int i;

    for (i = 0; i < l->lists->count; i++) {
        look_at(l, i, 0);
    }
    for (i = 0; has_fresh(l) && i < l->lists->count; i++) {
        candidate *file = &l->files[i];

        if (file->changed && !file->fresh && !file->rejected) {
            look_at(l, i, 1);
        }
    }
    let_parent_look(l, is_last);
    try_lists(l);
    for (i = 0; i < l->lists->count; i++) {
        if (!l->in_parent) {
            note_refused(&l->files[i]);
            say_outcome(l, i);
        }
    }
}

/* Returns whether it is worth another one at once. */
static int look_once(apr_pool_t *temp_pool, server_rec *server,
                     int in_parent, int is_last)
{
    look l = { temp_pool, server, NULL, NULL, 0, 0, 0 };

    l.in_parent = in_parent != 0;
    l.lists = cors_origin_lists_prepare();
    if (l.lists) {
        l.files = apr_pcalloc(temp_pool, (size_t)l.lists->count
                                         * sizeof(*l.files));
        look_at_all(&l, is_last);
        cors_origin_lists_sweep();
    }
    return l.missed;
}

void cors_file_refresh_look(apr_pool_t *temp_pool, server_rec *server,
                            int in_parent)
{
    int tries = 1;

    begin_work();
    while (look_once(temp_pool, server, in_parent, tries == TRIES)) {
        tries++;
    }
    end_work();
}
