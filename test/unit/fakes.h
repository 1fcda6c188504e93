/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKES_H
#define FAKES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <apr_hash.h>
#include <apr_strings.h>
#include <httpd.h>
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <http_protocol.h>
#include <http_request.h>
#include <util_filter.h>

#include "policy/origins.h"

/*
 * httpd, as far as the module asks for it. APR, its pools, tables and hooks,
 * and the regular expressions (PCRE2) are the real ones; the functions of
 * the httpd binary are short stand-ins that do what httpd's do for the
 * module, and write down that they were called.
 *
 *   fakes.c          the server, its log, ap_* functions
 *   fakes_hooks.c    hooks and filters
 *   fakes_config.c   reading a configuration through the table of directives
 *   fakes_output.c   what a handler writes, and the server's state
 *   fakes_request.c  requests and what their responses carry
 *   fakes_store.h    mod_dbd, a database, a cache
 */

typedef struct fake_line {
    int level;
    const char *text;           /* without time and file:line of the source */
} fake_line;

typedef struct fakes {
    apr_pool_t *pool;           /* ends with the test */
    server_rec *server;         /* the main server; log level debug */
    apr_array_header_t *log;    /* of fake_line */

    /* What httpd answers when it is asked. */
    const char *scheme;         /* of the request: "http" */
    const char *auth_type;      /* of the request's place: NULL */
    int body_status;            /* of reading past a request body: OK */
    int htaccess_override;      /* AllowOverride: all of them */
    const cors_policy *looked_up;   /* of the place that is looked up */
    const char *looked_up_headers;  /* what others wrote there: NULL */
    const char *looked_up_file; /* its file: NULL; "redirect:/b" leads on, */
    const cors_policy *looked_up_behind;    /* to a place with this policy */
    const char *htaccess;       /* lines of /srv/www/.htaccess: none */
    const char *linked;         /* a further module of httpd's: NULL */
    const char *defined;        /* -D on the command line: NULL */
    int first_reading;          /* of the two at start: 0 */
    int patch_level;            /* httpd 2.4.what: 71 */

    /* What the module did. */
    int error_filters_run;      /* times that insert_error_filter ran */
    int filters_added;
    int brigades_passed;        /* that reached the network */
    int lookups;
    int lookups_ended;
    int files_open;
    const char *body;           /* what was written to the response */
    char *body_room;            /* it, while it grows, */
    size_t body_size;           /* and how far it can */

    apr_hash_t *retained;       /* what outlives a restart, by key */
} fakes;

/* Each thread has its own. */
extern __thread fakes fake;

/* cmocka's setup and teardown: a new server for each test. */
int fakes_setup(void **state);
int fakes_teardown(void **state);

/* The same for a further thread, which shares the server of another. */
void fakes_thread_start(server_rec *server);
void fakes_thread_end(void);

#define FAKES_TEST(function) \
    cmocka_unit_test_setup_teardown(function, fakes_setup, fakes_teardown)

/* A server with per-server and per-directory configuration of its own. */
server_rec *fake_server_create(void);

/* A configuration vector in which the module has this entry. */
ap_conf_vector_t *fake_vector(void *config);

/* What was logged at this level, one line each, "\n" between them. */
const char *fake_log_text(int level);

/* fakes_hooks.c: register the module's hooks and put them in order. */
void fake_hooks_start(void);

/* All that httpd does with a request up to its handler. */
int fake_process(request_rec *r);

/* And then: a handler that wrote these headers, the filters, the answer. */
const char *fake_respond(request_rec *r, const char *headers);

/* fakes_config.c: where directives stand; decides pools and contexts. */
typedef enum {
    FAKE_SERVER,                /* conf/httpd.conf, outside of sections */
    FAKE_VIRTUAL_HOST,          /* the same, in <VirtualHost *:443> */
    FAKE_LOCATION,              /* the same, in <Location "/api"> */
    FAKE_HTACCESS,              /* /srv/www/.htaccess */
    FAKE_LIMIT                  /* in <Limit POST> */
} fake_where;

/*
 * Read directives, one a line, into a policy, by way of the module's table,
 * as httpd does: words at blanks, contexts, numbers of arguments. Returns
 * the first refusal, NULL: none. Empty lines count.
 */
const char *fake_read(fake_where where, cors_policy *policy,
                      const char *lines);

/* A <Location> with these directives, none of which is refused. */
cors_policy *fake_policy(const char *lines);

/* What a policy says of an origin of so many bytes. */
cors_reason fake_judge(const cors_policy *policy, const char *origin,
                       size_t length);

/* The server's own policy, and one merged over it as httpd does. */
cors_policy *fake_server_policy(server_rec *server);
cors_policy *fake_merged(const cors_policy *base, const cors_policy *section);

/*
 * fakes_request.c: a request as httpd has it after reading it. headers:
 * "Name: value" lines, or NULL. Its per_dir_config holds the policy.
 */
request_rec *fake_request(const cors_policy *policy, const char *method,
                          const char *headers);

/* httpd's inner request, when it redirects r to another place. */
request_rec *fake_redirected(request_rec *r, const cors_policy *policy);

/* A sub-request, as mod_include makes them. */
request_rec *fake_subrequest(request_rec *r, const cors_policy *policy);

/* "Name: value" lines into a table, added. */
void fake_headers_add(apr_table_t *table, const char *headers);

/* The lines of a table, in its order; "" where it is empty. */
const char *fake_headers_text(const apr_table_t *table);

/* Both tables of a response: headers_out, then err_headers_out. */
const char *fake_response(const request_rec *r);

/* Send the first bytes of a response through its output filters. */
void fake_send(request_rec *r);

/*
 * Comparisons that name the row of a table they fail in.
 */
#define EXPECT_TEXT(row, actual, expected) \
    fake_expect_text(row, actual, expected, __FILE__, __LINE__)
#define EXPECT_NUMBER(row, actual, expected) \
    fake_expect_number(row, (long)(actual), (long)(expected), \
                       __FILE__, __LINE__)
#define EXPECT_PART(row, actual, part) \
    fake_expect_part(row, actual, part, __FILE__, __LINE__)

void fake_expect_text(const char *row, const char *actual,
                      const char *expected, const char *file, int line);
void fake_expect_number(const char *row, long actual, long expected,
                        const char *file, int line);
void fake_expect_part(const char *row, const char *actual, const char *part,
                      const char *file, int line);

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#endif
