/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_POLICY_H
#define CORS_POLICY_H

#include <httpd.h>
#include <http_config.h>

#include "compat.h"
#include "syntax/token.h"
#include "policy/names.h"

extern module AP_MODULE_DECLARE_DATA cors_cookies_module;

/*
 * What a section of the configuration says, and what that means once the
 * sections that hold for a request are merged.
 *
 * Made while the configuration is read, constant afterwards. Unset is a
 * value: defaults come in where a policy is read (cors_policy_get), so that
 * merging only chooses pointers.
 */

/* Where something stands in the configuration; file NULL: nowhere. */
typedef struct cors_place {
    const char *file;
    int line;
} cors_place;

/* "file:line", "-:0" for nowhere. From the pool. */
const char *cors_place_text(apr_pool_t *pool, cors_place place);

/* Settings with a handful of values; 0 is unset for each. */
typedef enum {
    CORS_CREDENTIALS,
    CORS_ANONYMOUS,
    CORS_PREFLIGHT,
    CORS_PREFLIGHT_STATUS,
    CORS_DISALLOWED,
    CORS_REPORT_ONLY,
    CORS_FETCH_METADATA,
    CORS_SETTINGS
} cors_setting;

enum { CORS_ON = 1, CORS_OFF };
enum { CORS_PREFLIGHT_ANSWER = 1, CORS_PREFLIGHT_FORWARD };
enum { CORS_PREFLIGHT_200 = 1, CORS_PREFLIGHT_204 };
enum { CORS_SERVE = 1, CORS_STRIP_CREDENTIALS, CORS_DENY };

/*
 * The one table of them: directive, the words its values are written with
 * (that of value 1 first, NULL ends them), and the value where it is unset.
 */
typedef struct cors_setting_row {
    const char *directive;
    const char *words[4];
    unsigned char preset;
} cors_setting_row;

extern const cors_setting_row cors_settings[CORS_SETTINGS];

/*
 * Lists of names, and the one table of them. methods are exact, header names
 * the same in any case; any_alone: "*" stands beside no name.
 */
typedef enum {
    CORS_METHODS,
    CORS_HEADERS,
    CORS_EXPOSED,
    CORS_NAME_LISTS
} cors_name_list;

typedef struct cors_name_list_row {
    const char *directive;
    cors_name_check *check;
    unsigned any_case : 1;
    unsigned any_alone : 1;
} cors_name_list_row;

extern const cors_name_list_row cors_name_lists[CORS_NAME_LISTS];

/* The words of CORSOptions, a bit each. */
enum {
    CORS_OPTION_INSECURE_ORIGIN = 1,
    CORS_OPTION_PUBLIC_SUFFIX = 2,
    CORS_OPTION_MATCH = 4
};

typedef struct cors_option_row {
    const char *word;
    unsigned char bit;
} cors_option_row;

/* All of them; a row without word ends the table. */
extern const cors_option_row cors_options_known[];

/* Words without a sign replace what is inherited, + and - change it. */
typedef struct cors_options {
    unsigned char given;
    unsigned char replace;
    unsigned char on;
    unsigned char off;
} cors_options;

struct cors_origins;
struct cors_query_times;

typedef struct cors_policy {
    struct cors_origins *origins;       /* NULL: unset; so for all pointers */
    const struct cors_policy *origins_section;  /* where they stand */
    cors_names *names[CORS_NAME_LISTS];
    apr_array_header_t *cookies;        /* of cors_cookie_rule */
    const char *max_age;                /* seconds, as it is sent */
    const struct cors_query_times *query_times;
    unsigned char settings[CORS_SETTINGS];
    cors_options options;

    /* For messages: never read to decide. */
    server_rec *server;
    const ap_directive_t *node;         /* <Location>, or NULL: the server */
    const struct cors_policy *around;   /* of the section around it, or NULL */
    const char *section;                /* "<Location \"/api\">", or NULL */
    cors_place place;                   /* its first line */
    cors_place settings_place[CORS_SETTINGS];
    unsigned htaccess : 1;
} cors_policy;

/* Per-directory configuration: httpd's create and merge functions. */
void *cors_policy_create(apr_pool_t *pool, char *directory);
void *cors_policy_merge(apr_pool_t *pool, void *base, void *section);

/*
 * A section's policy, what it leaves unset taken from the sections around it
 * and from its server. From the pool.
 */
const cors_policy *cors_policy_complete(apr_pool_t *pool,
                                        const server_rec *server,
                                        const cors_policy *section);

/* The value of a setting: as configured, or its default. */
static inline int cors_policy_get(const cors_policy *policy,
                                  cors_setting setting)
{
    int value = policy->settings[setting];

    return value ? value : cors_settings[setting].preset;
}

static inline int cors_policy_is_on(const cors_policy *policy,
                                    cors_setting setting)
{
    return cors_policy_get(policy, setting) == CORS_ON;
}

/* What preflights are told, in seconds: as configured, or its default. */
const char *cors_policy_max_age(const cors_policy *policy);

/* Whether a word of CORSOptions holds. */
static inline int cors_policy_has_option(const cors_policy *policy,
                                         int option)
{
    return (policy->options.on & option) != 0;
}

/* Whether preflights go to the handler. */
static inline int cors_policy_forwards(const cors_policy *policy)
{
    return cors_policy_get(policy, CORS_PREFLIGHT) == CORS_PREFLIGHT_FORWARD;
}

/* Whether some origin is allowed by name, pattern, expression or "*". */
int cors_policy_allows_origins(const cors_policy *policy);

/*
 * Whether this is a policy at all: it allows origins, or says what happens
 * to the others. Without one the module touches nothing.
 */
int cors_policy_exists(const cors_policy *policy);

/* Whether its origins stand in a .htaccess, which nobody has checked yet. */
static inline int cors_policy_is_of_htaccess(const cors_policy *policy)
{
    return policy->origins_section && policy->origins_section->htaccess;
}

/* That of nobody: everything is unset. */
extern const cors_policy cors_policy_nothing;

/*
 * The policy of a request, of its place as merged so far. Never NULL. As a
 * forward proxy httpd is somebody else's messenger: there is none.
 */
static inline const cors_policy *cors_policy_of(const request_rec *r)
{
    return r->proxyreq == PROXYREQ_PROXY
           ? &cors_policy_nothing
           : ap_get_module_config(r->per_dir_config, &cors_cookies_module);
}

#endif
