/* SPDX-License-Identifier: Apache-2.0 */
#include "config/origin_file.h"

#include <apr_file_io.h>
#include <apr_hash.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#include "syntax/cure.h"
#include "policy/rejection.h"


/* The sets read so far, by path: they go with the configuration's pool. */
static apr_hash_t *find_cache(apr_pool_t *pool)
{
    static const char key[] = "mod_cors_cookies origin files";
    void *cache = NULL;

    apr_pool_userdata_get(&cache, key, pool);
    if (!cache) {
        cache = apr_hash_make(pool);
        apr_pool_userdata_set(cache, key, apr_pool_cleanup_null, pool);
    }
    return cache;
}

/* The text of a file; NULL, and *rejected, where it cannot be read. */
static char *read_contents(apr_pool_t *pool, const char *path,
                           apr_size_t *length, const char **rejected)
{
    apr_file_t *file;
    apr_finfo_t info;
    char reason[120], *text = NULL;
    apr_status_t rv = apr_file_open(&file, path, APR_FOPEN_READ,
                                    APR_FPROT_OS_DEFAULT, pool);

    if (rv == APR_SUCCESS) {
        rv = apr_file_info_get(&info, APR_FINFO_SIZE | APR_FINFO_TYPE, file);
        if (rv == APR_SUCCESS && info.filetype != APR_REG) {
            rv = APR_EINVAL;
        }
        if (rv == APR_SUCCESS) {
            *length = (apr_size_t)info.size;
            text = apr_palloc(pool, *length + 1);
            rv = apr_file_read_full(file, text, *length, NULL);
        }
        apr_file_close(file);
    }
    if (rv != APR_SUCCESS) {
        *rejected = apr_psprintf(pool, "cannot read %s: %s", path,
                                apr_strerror(rv, reason, sizeof(reason)));
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

static const char *reject_line(apr_pool_t *pool, cors_place place,
                               const char *line, cors_flaw flaw)
{
    const char *cure = cors_origin_file_cure(pool, line, flaw);
    const char *reason = cors_flaw_text(flaw);

    if (strcmp(line, "*") == 0 || ap_cstr_casecmp(line, "none") == 0) {
        reason = "a file holds origin patterns only; '*' and 'none' are for "
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

static const char *add_lines(apr_pool_t *temp_pool, cors_place place,
                             char *text, size_t length,
                             cors_origin_set *set)
{
    char *at = text, *end = text + length;

    while (at < end) {
        char *newline = memchr(at, '\n', (size_t)(end - at));
        char *line = at;
        size_t line_length = (size_t)((newline ? newline : end) - at);
        cors_flaw flaw;

        place.line++;
        at = newline ? newline + 1 : end;
        trim_line(&line, &line_length);
        if (line_length == 0) {
            continue;
        }
        line[line_length] = '\0';
        flaw = cors_origin_set_add(set, line, line_length, place);
        if (flaw != CORS_FLAW_NONE) {
            return reject_line(temp_pool, place, line, flaw);
        }
    }
    if (!cors_origin_set_admits_some(set)
        && !cors_origin_set_excludes_some(set)) {
        return apr_psprintf(temp_pool, "%s has no origin in it", place.file);
    }
    return NULL;
}

const char *cors_origin_file_read(apr_pool_t *pool, apr_pool_t *temp_pool,
                                  const char *path,
                                  const cors_origin_set **set)
{
    apr_hash_t *cache = find_cache(pool);
    cors_place place = { path, 0 };
    cors_origin_set *fresh = NULL;
    char *text;
    apr_size_t length;
    const char *rejected = NULL;

    *set = apr_hash_get(cache, path, APR_HASH_KEY_STRING);
    if (*set) {
        return NULL;
    }
    text = read_contents(pool, path, &length, &rejected);
    if (text) {
        fresh = cors_origin_set_create(pool, path,
                                       count_lines(text, length));
        rejected = add_lines(temp_pool, place, text, length, fresh);
    }
    if (!rejected) {
        apr_hash_set(cache, path, APR_HASH_KEY_STRING, fresh);
        *set = fresh;
    }
    return rejected;
}
