/* SPDX-License-Identifier: Apache-2.0 */
#include "config/origin_file.h"

#include <apr_file_io.h>
#include <apr_hash.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#include "policy/originset.h"

/* The sets read so far, by path: they go with the configuration's pool. */
static apr_hash_t *cache_of(apr_pool_t *pool)
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

/* The text of a file; NULL, and *refused, where it cannot be read. */
static char *contents_read(apr_pool_t *pool, const char *path,
                           apr_size_t *length, const char **refused)
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
        *refused = apr_psprintf(pool, "cannot read %s: %s", path,
                                apr_strerror(rv, reason, sizeof(reason)));
        return NULL;
    }
    return text;
}

/* What stands in one line: blanks and comment off. */
static void line_trim(char **line, size_t *length)
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

static const char *line_refuse(apr_pool_t *pool, cors_place place,
                               const char *line, size_t length,
                               cors_flaw flaw)
{
    const char *text = apr_pstrmemdup(pool, line, length);
    const char *cure = cors_originset_cure(pool, text, flaw);
    const char *reason = cors_flaw_text(flaw);

    if (strcmp(text, "*") == 0 || ap_cstr_casecmp(text, "none") == 0) {
        reason = "a file holds origin patterns only; '*' and 'none' are for "
                 "CORSAllowOrigin";
        cure = NULL;
    }
    else if (flaw == CORS_FLAW_LIST) {
        reason = "a line holds one origin, without comma, blank or quote";
    }
    return apr_psprintf(pool, "%s:%d: '%s': %s%s%s", place.file, place.line,
                        text, reason, cure ? "; write " : "",
                        cure ? cure : "");
}

static size_t lines_count(const char *text, size_t length)
{
    const char *end = text + length;
    size_t lines = 1;

    while ((text = memchr(text, '\n', (size_t)(end - text))) != NULL) {
        text++;
        lines++;
    }
    return lines;
}

static const char *lines_add(apr_pool_t *pool, apr_pool_t *temp_pool,
                             cors_place place, char *text, size_t length,
                             cors_origin_set *set)
{
    char *at = text, *end = text + length;

    set->admitted = cors_matcher_create(pool);
    cors_matcher_reserve(set->admitted, lines_count(text, length));
    while (at < end) {
        char *newline = memchr(at, '\n', (size_t)(end - at));
        char *line = at;
        size_t line_length = (size_t)((newline ? newline : end) - at);
        cors_flaw flaw;

        place.line++;
        at = newline ? newline + 1 : end;
        line_trim(&line, &line_length);
        if (line_length == 0) {
            continue;
        }
        line[line_length] = '\0';
        flaw = cors_originset_add(pool, set, line, line_length, place);
        if (flaw != CORS_FLAW_NONE) {
            return line_refuse(temp_pool, place, line, line_length, flaw);
        }
    }
    if (cors_matcher_count(set->admitted) == 0) {
        set->admitted = NULL;
    }
    if (!set->admitted && !set->excluded) {
        return apr_psprintf(temp_pool, "%s has no origin in it", place.file);
    }
    return NULL;
}

const char *cors_originfile_read(apr_pool_t *pool, apr_pool_t *temp_pool,
                                 const char *path,
                                 const cors_origin_set **set)
{
    apr_hash_t *cache = cache_of(pool);
    cors_place place = { path, 0 };
    cors_origin_set *fresh;
    char *text;
    apr_size_t length;
    const char *refused = NULL;

    *set = apr_hash_get(cache, path, APR_HASH_KEY_STRING);
    if (*set) {
        return NULL;
    }
    fresh = apr_pcalloc(pool, sizeof(*fresh));
    text = contents_read(pool, path, &length, &refused);
    if (text) {
        refused = lines_add(pool, temp_pool, place, text, length, fresh);
    }
    if (!refused) {
        apr_hash_set(cache, path, APR_HASH_KEY_STRING, fresh);
        *set = fresh;
    }
    return refused;
}
