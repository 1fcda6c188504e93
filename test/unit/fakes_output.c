/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include <apr_fnmatch.h>
#include <apr_lib.h>

#include <ctype.h>

#include <ap_mpm.h>
#include <http_main.h>
#include <scoreboard.h>
#include <util_script.h>

server_rec *ap_server_conf;

/* Room that doubles, for a page is written in hundreds of pieces. */
static void body_add(const char *text, size_t length)
{
    size_t used = strlen(fake.body);
    char *room = fake.body_room;

    if (fake.body != room || used + length >= fake.body_size) {
        fake.body_size = 2 * (used + length) + 100;
        room = apr_palloc(fake.pool, fake.body_size);
        memcpy(room, fake.body, used);
        fake.body = fake.body_room = room;
    }
    memcpy(room + used, text, length);
    room[used + length] = '\0';
}

int ap_rprintf(request_rec *r, const char *format, ...)
{
    va_list arguments;
    const char *text;

    (void)r;
    va_start(arguments, format);
    text = apr_pvsprintf(fake.pool, format, arguments);
    va_end(arguments);
    body_add(text, strlen(text));
    return (int)strlen(text);
}

int ap_rwrite(const void *bytes, int count, request_rec *r)
{
    (void)r;
    body_add(bytes, (size_t)count);
    return count;
}

void ap_set_content_type(request_rec *r, const char *type)
{
    r->content_type = type;
}

static const char *entity_of(char c)
{
    return c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;"
           : c == '"' ? "&quot;" : NULL;
}

char *ap_escape_html2(apr_pool_t *pool, const char *text, int to_ascii)
{
    char *escaped = apr_palloc(pool, 6 * strlen(text) + 1), *out = escaped;

    (void)to_ascii;
    for (; *text; text++) {
        const char *entity = entity_of(*text);

        if (entity) {
            out += sprintf(out, "%s", entity);
        }
        else {
            *out++ = *text;
        }
    }
    *out = '\0';
    return escaped;
}

/* %41 in place, and what is no escape as it stands. */
static void unescape(char *text)
{
    char *to = text;
    unsigned byte;

    for (; *text; text++, to++) {
        *to = *text;
        if (*text == '%' && isxdigit((unsigned char)text[1])
            && isxdigit((unsigned char)text[2])) {
            sscanf(text + 1, "%2x", &byte);
            *to = (char)byte;
            text += 2;
        }
    }
    *to = '\0';
}

/* "a=b&c": c is "1". */
void ap_args_to_table(request_rec *r, apr_table_t **table)
{
    char *state, *pair;

    *table = apr_table_make(r->pool, 4);
    if (!r->args) {
        return;
    }
    pair = apr_strtok(apr_pstrdup(r->pool, r->args), "&", &state);
    for (; pair; pair = apr_strtok(NULL, "&", &state)) {
        char *value = strchr(pair, '=');

        if (value) {
            *value++ = '\0';
            unescape(value);
        }
        unescape(pair);
        apr_table_set(*table, pair, value ? value : "1");
    }
}

/* The look-up of fake.looked_up, as httpd makes it for "explain". */
request_rec *ap_sub_req_method_uri(const char *method, const char *uri,
                                   const request_rec *r, ap_filter_t *next)
{
    const char *file = fake.looked_up_file;
    int leads_on = file && strncmp(file, "redirect:", 9) == 0;
    int behind = leads_on && fake.looked_up_behind
                 && strcmp(file + 9, uri) == 0;
    request_rec *found = fake_subrequest((request_rec *)r,
                                         behind ? fake.looked_up_behind
                                                : fake.looked_up);

    (void)next;
    found->method = method;
    found->method_number = strcmp(method, "OPTIONS") == 0 ? M_OPTIONS
                                                          : M_GET;
    found->uri = apr_pstrdup(r->pool, uri);
    found->filename = behind ? NULL : apr_pstrdup(r->pool, file);
    found->handler = leads_on && !behind ? "redirect-handler" : NULL;
    fake_headers_add(found->headers_out, fake.looked_up_headers);
    fake_headers_add(found->err_headers_out, fake.looked_up_headers);
    fake.lookups++;
    return found;
}

void ap_destroy_sub_req(request_rec *r)
{
    assert_non_null(r->main);
    fake.lookups_ended++;
}

int ap_exists_config_define(const char *name)
{
    return fake.defined && strcmp(fake.defined, name) == 0;
}

int ap_state_query(int code)
{
    assert_int_equal(code, AP_SQ_MAIN_STATE);
    return fake.first_reading ? AP_SQ_MS_CREATE_PRE_CONFIG
                              : AP_SQ_MS_CREATE_CONFIG;
}

void ap_get_server_revision(ap_version_t *version)
{
    memset(version, 0, sizeof(*version));
    version->major = 2;
    version->minor = 4;
    version->patch = fake.patch_level;
}

const char *ap_get_server_name(request_rec *r)
{
    return r->server->server_hostname;
}

/* It outlives a restart, not a test. */
void *ap_retained_data_get(const char *key)
{
    return fake.retained ? apr_hash_get(fake.retained, key,
                                        APR_HASH_KEY_STRING) : NULL;
}

void *ap_retained_data_create(const char *key, apr_size_t size)
{
    void *data = apr_pcalloc(fake.pool, size);

    assert_null(ap_retained_data_get(key));
    if (!fake.retained) {
        fake.retained = apr_hash_make(fake.pool);
    }
    apr_hash_set(fake.retained, apr_pstrdup(fake.pool, key),
                 APR_HASH_KEY_STRING, data);
    return data;
}

char *ap_escape_urlencoded(apr_pool_t *pool, const char *text)
{
    char *escaped = apr_palloc(pool, 3 * strlen(text) + 1), *to = escaped;

    for (; *text; text++) {
        if (apr_isalnum(*text) || strchr("-._", *text)) {
            *to++ = *text;
        }
        else {
            to += sprintf(to, "%%%02x", (unsigned char)*text);
        }
    }
    *to = '\0';
    return escaped;
}

/* /srv/www/.htaccess is the only file there is. */
apr_status_t ap_pcfg_openfile(ap_configfile_t **file, apr_pool_t *pool,
                              const char *name)
{
    const char **at;

    if (!fake.htaccess || strcmp(name, "/srv/www/.htaccess") != 0) {
        return APR_ENOENT;
    }
    at = apr_palloc(pool, sizeof(*at));
    *at = fake.htaccess;
    *file = (ap_configfile_t *)at;
    fake.files_open++;
    return APR_SUCCESS;
}

apr_status_t ap_cfg_getline(char *line, apr_size_t size,
                            ap_configfile_t *file)
{
    const char **at = (const char **)file;
    size_t length = strcspn(*at, "\n");

    if (**at == '\0') {
        return APR_EOF;
    }
    apr_cpystrn(line, *at, length + 1 < size ? length + 1 : size);
    *at += (*at)[length] ? length + 1 : length;
    return APR_SUCCESS;
}

int ap_cfg_closefile(ap_configfile_t *file)
{
    (void)file;
    fake.files_open--;
    return 0;
}

module *ap_find_linked_module(const char *name)
{
    return fake.linked && strcmp(fake.linked, name) == 0
           ? &cors_cookies_module : NULL;
}

int ap_strcasecmp_match(const char *text, const char *pattern)
{
    return apr_fnmatch(pattern, text, APR_FNM_CASE_BLIND);
}
