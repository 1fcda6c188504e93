/* SPDX-License-Identifier: Apache-2.0 */
#include "config/origin_file.h"

#include <apr_errno.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#include "syntax/cure.h"
#include "policy/rejection.h"


static cors_file_version version_of(const apr_finfo_t *info)
{
    cors_file_version version;

    memset(&version, 0, sizeof(version));   /* also between its fields */
    version.modified = info->mtime;
    version.changed = info->ctime;
    version.size = info->size;
    version.inode = info->inode;
    version.device = info->device;
    return version;
}

int cors_file_version_same(const cors_file_version *a,
                           const cors_file_version *b)
{
    return a->modified == b->modified && a->changed == b->changed
           && a->size == b->size && a->inode == b->inode
           && a->device == b->device;
}

static apr_status_t look_at(apr_file_t *file, apr_finfo_t *info)
{
    apr_status_t rv = apr_file_info_get(info, APR_FINFO_NORM | APR_FINFO_IDENT,
                                        file);

    /* Some of them a file system may lack. */
    if (rv == APR_INCOMPLETE) {
        rv = APR_SUCCESS;
    }
    return rv == APR_SUCCESS && info->filetype != APR_REG ? APR_EINVAL : rv;
}

const char *cors_origin_file_unreadable(apr_pool_t *pool, const char *path,
                                        apr_status_t status)
{
    char reason[120];

    return apr_psprintf(pool, "cannot read %s: %s", path,
                        apr_strerror(status, reason, sizeof(reason)));
}

/* Of a pipe nobody is waited for. */
static apr_status_t open_once(cors_open_file *file, apr_pool_t *temp_pool,
                              const char *path)
{
    apr_status_t rv = apr_file_open(&file->file, path,
                                    APR_FOPEN_READ | APR_FOPEN_NONBLOCK,
                                    APR_FPROT_OS_DEFAULT, temp_pool);

    return rv == APR_SUCCESS ? look_at(file->file, &file->info) : rv;
}

apr_status_t cors_origin_file_open(cors_open_file *file,
                                   apr_pool_t *temp_pool, const char *path)
{
    apr_status_t rv = open_once(file, temp_pool, path);

#ifdef ESTALE
    if (rv == ESTALE) {         /* what NFS says of one that was replaced */
        rv = open_once(file, temp_pool, path);
    }
#endif
    file->path = path;
    file->version = version_of(&file->info);
    file->status = rv;
    return rv;
}

/* The text of a file; NULL, and *rejected, where it cannot be read. */
static char *read_contents(cors_open_file *file, apr_pool_t *pool,
                           apr_pool_t *temp_pool, apr_size_t *length,
                           const char **rejected)
{
    char *text;

    if (file->info.size > CORS_ORIGIN_FILE_MAX) {
        *rejected = apr_psprintf(temp_pool, "%s has more than %d bytes",
                                 file->path, CORS_ORIGIN_FILE_MAX);
        return NULL;
    }
    *length = (apr_size_t)file->info.size;
    text = apr_palloc(pool, *length + 1);
    file->status = apr_file_read_full(file->file, text, *length, NULL);
    if (file->status != APR_SUCCESS) {
        *rejected = cors_origin_file_unreadable(temp_pool, file->path,
                                                file->status);
        return NULL;
    }
    return text;
}

/* What stands in one line: blanks and comment off. */
static void trim_line(char **line, size_t *length)
{
    const char *comment = memchr(*line, '#', *length);

    if (comment && (comment == *line || apr_isspace(comment[-1]))) {
        *length = (size_t)(comment - *line);
    }
    while (*length > 0 && apr_isspace(**line)) {
        (*line)++;
        (*length)--;
    }
    while (*length > 0 && apr_isspace((*line)[*length - 1])) {
        (*length)--;
    }
}

const char *cors_origin_file_cure(apr_pool_t *pool, const char *row,
                                  cors_flaw flaw)
{
    int excluded = row[0] == '!';
    const char *cure = cors_cure_pattern(pool, row + excluded,
                                         strlen(row + excluded), flaw);

    return cure && excluded ? apr_pstrcat(pool, "!", cure, NULL) : cure;
}

static const char none_alone[] =
    "'none' stands alone in its file, for no origins at all; leave out "
    "'none' or the others";

static const char *reject_line(apr_pool_t *pool, cors_place place,
                               const char *line, cors_flaw flaw)
{
    const char *cure = cors_origin_file_cure(pool, line, flaw);
    const char *reason = cors_flaw_text(flaw);

    if (strcmp(line, "*") == 0) {
        reason = "a file holds origin patterns only; '*' is for "
                 "CORSAllowOrigin";
        cure = NULL;
    }
    else if (flaw == CORS_FLAW_LIST) {
        reason = "a line holds one origin, without comma, blank or quote";
    }
    return cors_rejection_text(pool, apr_pstrcat(pool,
                               cors_place_text(pool, place), ":", NULL),
                               line, reason, cure);
}

static size_t count_lines(const char *text, size_t length)
{
    const char *end = text + length;
    size_t lines = 1;

    while ((text = memchr(text, '\n', (size_t)(end - text))) != NULL) {
        text++;
        lines++;
    }
    return lines;
}

/* The word none: of nobody, if nothing stands beside it. */
static const char *take_none(apr_pool_t *temp_pool, cors_place place,
                             const char *line, const cors_origin_set *set)
{
    return cors_origin_set_admits_nobody(set)
           || cors_origin_set_admits_some(set)
           || cors_origin_set_excludes_some(set)
           ? cors_rejection_text(temp_pool, apr_pstrcat(temp_pool,
                                 cors_place_text(temp_pool, place), ":",
                                 NULL), line, none_alone, NULL)
           : NULL;
}

/* One entry, blanks and comment off. Returns NULL, or why not. */
static const char *add_entry(apr_pool_t *temp_pool, cors_place place,
                             const char *line, size_t length,
                             cors_origin_set *set)
{
    const char *rejected;
    cors_flaw flaw;

    if (ap_cstr_casecmp(line, "none") == 0
        || cors_origin_set_admits_nobody(set)) {
        rejected = take_none(temp_pool, place, line, set);
        cors_origin_set_admit_nobody(set);
        return rejected;
    }
    flaw = cors_origin_set_add(set, line, length, place);
    return flaw == CORS_FLAW_NONE ? NULL
                                  : reject_line(temp_pool, place, line, flaw);
}

static const char *add_lines(apr_pool_t *temp_pool, cors_place place,
                             char *text, size_t length,
                             cors_origin_set *set)
{
    char *at = text, *end = text + length;
    const char *rejected = NULL;

    while (!rejected && at < end) {
        char *newline = memchr(at, '\n', (size_t)(end - at));
        char *line = at;
        size_t line_length = (size_t)((newline ? newline : end) - at);

        place.line++;
        at = newline ? newline + 1 : end;
        trim_line(&line, &line_length);
        if (line_length > 0) {
            line[line_length] = '\0';
            rejected = add_entry(temp_pool, place, line, line_length, set);
        }
    }
    if (!rejected && !cors_origin_set_admits_some(set)
        && !cors_origin_set_excludes_some(set)
        && !cors_origin_set_admits_nobody(set)) {
        rejected = apr_psprintf(temp_pool, "%s has no origin in it; the "
                                "word none is a list of nobody", place.file);
    }
    return rejected;
}

static const char *fill_list(cors_origin_list *list,
                             cors_open_file *file,
                             apr_pool_t *temp_pool, int whole)
{
    cors_place place = { file->path, 0 };
    const char *rejected = NULL;
    apr_size_t length;
    char *text = read_contents(file, list->pool, temp_pool, &length,
                               &rejected);

    if (!text) {
        return rejected;
    }
    if (whole && length > 0 && text[length - 1] != '\n') {
        return apr_psprintf(temp_pool, "the last line of %s has no end, as "
                            "if it was still being written; end it with a "
                            "line feed", file->path);
    }
    list->version = file->version;
    list->set = cors_origin_set_create(list->pool, file->path,
                                       count_lines(text, length));
    return add_lines(temp_pool, place, text, length, list->set);
}

const char *cors_origin_file_read(cors_open_file *file,
                                  apr_pool_t *temp_pool, int whole,
                                  cors_origin_list **list)
{
    const char *rejected;

    *list = cors_origin_list_create(apr_pool_abort_get(temp_pool),
                                    file->path);
    rejected = fill_list(*list, file, temp_pool, whole);
    if (rejected) {
        cors_origin_list_destroy(*list);
        *list = NULL;
    }
    return rejected;
}

int cors_origin_file_stands(const cors_open_file *file)
{
    cors_file_version version;
    apr_finfo_t info;

    if (look_at(file->file, &info) != APR_SUCCESS) {
        return 0;
    }
    version = version_of(&info);
    return cors_file_version_same(&version, &file->version);
}

const char *cors_origin_file_take(apr_pool_t *pool, apr_pool_t *temp_pool,
                                  const char *path,
                                  const cors_origin_list **list)
{
    const char *rejected;
    cors_origin_list *fresh;
    cors_open_file file;
    apr_status_t rv;

    *list = cors_origin_lists_find(path);
    if (*list) {
        return NULL;
    }
    rv = cors_origin_file_open(&file, temp_pool, path);
    if (rv != APR_SUCCESS) {
        return cors_origin_file_unreadable(temp_pool, path, rv);
    }
    rejected = cors_origin_file_read(&file, temp_pool, 0, &fresh);
    apr_file_close(file.file);
    if (!rejected) {
        cors_origin_lists_add(pool, fresh);
        *list = fresh;
    }
    return rejected;
}
