/* SPDX-License-Identifier: Apache-2.0 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "policy/server.h"

#include "fakes.h"

#include <apr_general.h>
#include <apr_lib.h>
#include <http_main.h>
#include <unixd.h>

__thread fakes fake;
unixd_config_rec ap_unixd_config;

ap_conf_vector_t *fake_vector(void *config)
{
    void **vector = apr_pcalloc(fake.pool, sizeof(*vector));

    vector[cors_cookies_module.module_index] = config;
    return (ap_conf_vector_t *)vector;
}

server_rec *fake_server_create(void)
{
    server_rec *server = apr_pcalloc(fake.pool, sizeof(*server));

    server->log.level = APLOG_DEBUG;
    server->server_hostname = "api.example.com";
    server->lookup_defaults =
        fake_vector(cors_policy_create(fake.pool, NULL));
    server->module_config =
        fake_vector(cors_server_create(fake.pool, server));
    return server;
}

void fakes_thread_start(server_rec *server)
{
    memset(&fake, 0, sizeof(fake));
    apr_pool_create(&fake.pool, NULL);
    fake.log = apr_array_make(fake.pool, 4, sizeof(fake_line));
    fake.server = server ? server : fake_server_create();
    fake.scheme = "http";
    fake.htaccess_override = OR_ALL;
    fake.patch_level = 71;
    fake.body = "";
}

void fakes_thread_end(void)
{
    apr_pool_destroy(fake.pool);
}

int fakes_setup(void **state)
{
    static int started;

    (void)state;
    if (!started++) {
        apr_initialize();
        apr_pool_create(&apr_hook_global_pool, NULL);
    }
    cors_cookies_module.module_index = 0;
    fakes_thread_start(NULL);
    ap_server_conf = fake.server;
    return 0;
}

int fakes_teardown(void **state)
{
    (void)state;
    fakes_thread_end();
    return 0;
}

static void log_line(int level, const char *format, va_list arguments)
{
    fake_line *line = apr_array_push(fake.log);

    line->level = level & APLOG_LEVELMASK;
    line->text = apr_pvsprintf(fake.pool, format, arguments);
}

const char *fake_log_text(int level)
{
    const char *text = "";
    int i;

    for (i = 0; i < fake.log->nelts; i++) {
        const fake_line *line = &APR_ARRAY_IDX(fake.log, i, fake_line);

        if (line->level == level) {
            text = apr_pstrcat(fake.pool, text, *text ? "\n" : "",
                               line->text, NULL);
        }
    }
    return text;
}

void ap_log_error_(const char *file, int line, int module_index, int level,
                   apr_status_t status, const server_rec *s,
                   const char *format, ...)
{
    va_list arguments;

    (void)file, (void)line, (void)module_index, (void)status, (void)s;
    va_start(arguments, format);
    log_line(level, format, arguments);
    va_end(arguments);
}

/* httpd follows r->log, r->connection and r->server: so must they be here. */
void ap_log_rerror_(const char *file, int line, int module_index, int level,
                    apr_status_t status, const request_rec *r,
                    const char *format, ...)
{
    va_list arguments;

    (void)file, (void)line, (void)module_index, (void)status;
    assert_non_null(r->log);
    assert_non_null(r->connection);
    assert_non_null(r->server);
    va_start(arguments, format);
    log_line(level, format, arguments);
    va_end(arguments);
}

/* Backslash, quote and what is not printable ASCII. */
char *ap_escape_logitem(apr_pool_t *pool, const char *text)
{
    char *escaped = apr_palloc(pool, 4 * strlen(text) + 1), *out = escaped;

    for (; *text; text++) {
        if (*text == '\\' || *text == '"') {
            out += sprintf(out, "\\%c", *text);
        }
        else if (*text < 0x20 || *text == 0x7f) {
            out += sprintf(out, "\\x%02x", (unsigned char)*text);
        }
        else {
            *out++ = *text;
        }
    }
    *out = '\0';
    return escaped;
}

int ap_cstr_casecmp(const char *a, const char *b)
{
    return ap_cstr_casecmpn(a, b, (apr_size_t)-1);
}

int ap_cstr_casecmpn(const char *a, const char *b, apr_size_t length)
{
    for (; length > 0; length--, a++, b++) {
        int difference = apr_tolower(*a) - apr_tolower(*b);

        if (difference || !*a) {
            return difference;
        }
    }
    return 0;
}

char *ap_server_root_relative(apr_pool_t *pool, const char *path)
{
    char *whole = NULL;

    apr_filepath_merge(&whole, "/etc/apache2", path, APR_FILEPATH_TRUENAME,
                       pool);
    return whole;
}

/* Digits and a unit; what stands behind the unit is not looked at. */
apr_status_t ap_timeout_parameter_parse(const char *text,
                                        apr_interval_time_t *time,
                                        const char *default_unit)
{
    static const struct {
        const char *unit;
        apr_interval_time_t length;
    } units[] = {
        { "s", APR_USEC_PER_SEC },
        { "h", 3600 * APR_USEC_PER_SEC },
        { "ms", 1000 },
        { "mi", 60 * APR_USEC_PER_SEC }
    };
    char *end;
    apr_int64_t number = apr_strtoi64(text, &end, 10);
    size_t i;

    for (i = 0; i < LENGTH(units); i++) {
        if (strncmp(*end ? end : default_unit, units[i].unit,
                    strlen(units[i].unit)) == 0) {
            *time = number * units[i].length;
            return APR_SUCCESS;
        }
    }
    return APR_EGENERAL;
}

const char *ap_check_cmd_context(cmd_parms *cmd, unsigned forbidden)
{
    if ((forbidden & NOT_IN_LIMIT) && (apr_int64_t)cmd->limited != -1) {
        return apr_pstrcat(cmd->pool, cmd->cmd->name, " cannot occur within "
                           "<Limit> or <LimitExcept> section", NULL);
    }
    if ((forbidden & NOT_IN_VIRTUALHOST) && cmd->directive->parent) {
        return apr_pstrcat(cmd->pool, cmd->cmd->name, " cannot occur within ",
                           cmd->directive->parent->directive, "> section",
                           NULL);
    }
    return NULL;
}

static apr_status_t regex_free(void *regex)
{
    pcre2_code_free(((ap_regex_t *)regex)->re_pcre);
    return APR_SUCCESS;
}

/* With httpd's default options. */
ap_regex_t *ap_pregcomp(apr_pool_t *pool, const char *text, int flags)
{
    ap_regex_t *regex = apr_pcalloc(pool, sizeof(*regex));
    PCRE2_SIZE offset;
    int error;

    assert_int_equal(flags, 0);
    regex->re_pcre = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
                                   PCRE2_DUPNAMES | PCRE2_DOTALL
                                   | PCRE2_DOLLAR_ENDONLY,
                                   &error, &offset, NULL);
    if (!regex->re_pcre) {
        return NULL;
    }
    apr_pool_cleanup_register(pool, regex, regex_free,
                              apr_pool_cleanup_null);
    return regex;
}

int ap_regexec_len(const ap_regex_t *regex, const char *text,
                   apr_size_t length, apr_size_t count,
                   ap_regmatch_t *matches, int flags)
{
    pcre2_match_data *data =
        pcre2_match_data_create_from_pattern(regex->re_pcre, NULL);
    int found = pcre2_match(regex->re_pcre, (PCRE2_SPTR)text, length, 0, 0,
                            data, NULL);

    assert_int_equal(flags, 0);
    assert_int_equal(count, 1);
    if (found > 0) {
        matches[0].rm_so = (int)pcre2_get_ovector_pointer(data)[0];
        matches[0].rm_eo = (int)pcre2_get_ovector_pointer(data)[1];
    }
    pcre2_match_data_free(data);
    return found > 0 ? 0 : found == PCRE2_ERROR_MATCHLIMIT
                           ? AP_REG_ESPACE : AP_REG_NOMATCH;
}

const char *ap_auth_type(request_rec *r)
{
    (void)r;
    return fake.auth_type;
}

int ap_request_has_body(request_rec *r)
{
    return apr_table_get(r->headers_in, "Content-Length")
           || apr_table_get(r->headers_in, "Transfer-Encoding");
}

int ap_discard_request_body(request_rec *r)
{
    (void)r;
    return fake.body_status;
}
