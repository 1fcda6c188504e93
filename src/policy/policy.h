/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_POLICY_H
#define CORS_POLICY_H

#include <httpd.h>
#include <http_config.h>

#include "compat.h"
#include "policy/matcher.h"
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

/* The first pattern of a kind that credentials make dangerous. */
typedef struct cors_offence {
    const char *pattern;        /* NULL: there is none */
    cors_place place;
} cors_offence;

/* Patterns of one section, or of one file that sections share. */
typedef struct cors_origin_set {
    cors_matcher *admitted;     /* NULL: none */
    cors_matcher *excluded;     /* NULL: none */
    cors_offence insecure;      /* http:, and not loopback */
    cors_offence suffix;        /* *. over a public suffix */
    unsigned wildcards : 1;     /* among what is admitted */
} cors_origin_set;

/* One regular expression: compiled, anchored, and as it was written. */
typedef struct cors_expression {
    const ap_regex_t *regex;
    const char *text;
} cors_expression;

/* All that CORSAllowOrigin, -Match and -File of one section say. */
typedef struct cors_origins {
    apr_array_header_t *sets;           /* of const cors_origin_set * */
    apr_array_header_t *expressions;    /* of cors_expression */
    apr_array_header_t *files;          /* of const char *: paths */
    cors_origin_set *own;               /* the one of sets to add to */
    cors_place place;                   /* the first line of them */
    struct cors_policy *section;        /* where they stand */
    unsigned any : 1;                   /* * */
    unsigned none : 1;                  /* none */

    /* What their sets and expressions have, so that no request looks: */
    unsigned admits : 1;                /* something that is not excluded */
    unsigned excludes : 1;
    unsigned wildcards : 1;             /* among what is admitted */
    unsigned offends : 1;               /* a pattern that is dangerous */
} cors_origins;

/* Settings with a handful of values; 0 is unset for each. */
typedef enum {
    CORS_CREDENTIALS,
    CORS_ANONYMOUS,
    CORS_PREFLIGHT,
    CORS_PREFLIGHT_STATUS,
    CORS_DISALLOWED,
    CORS_REPORT_ONLY,
    CORS_SETTINGS
} cors_setting;

enum { CORS_OFF = 1, CORS_ON };
enum { CORS_PREFLIGHT_ANSWER = 1, CORS_PREFLIGHT_FORWARD };
enum { CORS_PREFLIGHT_200 = 1, CORS_PREFLIGHT_204 };
enum { CORS_SERVE = 1, CORS_STRIP_CREDENTIALS, CORS_DENY };

/* The words of CORSOptions. */
enum {
    CORS_OPTION_INSECURE_ORIGIN = 1,
    CORS_OPTION_PUBLIC_SUFFIX = 2
};

/* Words without a sign replace what is inherited, + and - change it. */
typedef struct cors_options {
    unsigned char given;
    unsigned char replace;
    unsigned char on;
    unsigned char off;
} cors_options;

typedef struct cors_policy {
    cors_origins *origins;              /* NULL: unset; so for all pointers */
    cors_names *methods;
    cors_names *headers;
    cors_names *exposed;
    apr_array_header_t *cookies;        /* of cors_setcookie_rule */
    const char *max_age;                /* seconds, as it is sent */
    unsigned char settings[CORS_SETTINGS];
    cors_options options;

    /* For messages: never read to decide. */
    server_rec *server;
    const char *section;                /* "<Location \"/api\">", or NULL */
    cors_place place;                   /* its first line */
    cors_place settings_place[CORS_SETTINGS];
    unsigned htaccess : 1;
} cors_policy;

/* Per-directory configuration: httpd's create and merge functions. */
void *cors_policy_create(apr_pool_t *pool, char *directory);
void *cors_policy_merge(apr_pool_t *pool, void *base, void *section);

/*
 * The value of a setting: as configured, or its default. The defaults stand
 * here and nowhere else. A request asks for about ten of them: as functions
 * of policy.c, this one and those below cost it 200 instructions more.
 */
static inline int cors_policy_get(const cors_policy *policy,
                                  cors_setting setting)
{
    static const unsigned char defaults[CORS_SETTINGS] = {
        [CORS_CREDENTIALS] = CORS_ON,
        [CORS_ANONYMOUS] = CORS_OFF,
        [CORS_PREFLIGHT] = CORS_PREFLIGHT_ANSWER,
        [CORS_PREFLIGHT_STATUS] = CORS_PREFLIGHT_204,
        [CORS_DISALLOWED] = CORS_SERVE,
        [CORS_REPORT_ONLY] = CORS_OFF
    };
    int value = policy->settings[setting];

    return value ? value : defaults[setting];
}

/*
 * The words a setting's values are written with: that of value 1 first, then
 * that of value 2 and so on; NULL ends them.
 */
const char *const *cors_policy_words(cors_setting setting);

/* What preflights are told, in seconds: as configured, or its default. */
const char *cors_policy_max_age(const cors_policy *policy);

/* Whether a word of CORSOptions holds. */
static inline int cors_policy_has_option(const cors_policy *policy,
                                         int option)
{
    return (policy->options.on & option) != 0;
}

/* Whether some origin is allowed by name, pattern, expression or "*". */
static inline int cors_policy_allows_origins(const cors_policy *policy)
{
    return policy->origins && !policy->origins->none;
}

/*
 * Whether this is a policy at all: it allows origins, or says what happens
 * to the others. Without one the module touches nothing.
 */
static inline int cors_policy_exists(const cors_policy *policy)
{
    return cors_policy_allows_origins(policy)
           || cors_policy_get(policy, CORS_DISALLOWED) != CORS_SERVE
           || cors_policy_get(policy, CORS_ANONYMOUS) == CORS_ON;
}

/* Whether its origins stand in a .htaccess, which nobody has checked yet. */
static inline int cors_policy_is_of_htaccess(const cors_policy *policy)
{
    return policy->origins && policy->origins->section->htaccess;
}

/* The policy of a request, of its place as merged so far. Never NULL. */
static inline const cors_policy *cors_policy_of(const request_rec *r)
{
    return ap_get_module_config(r->per_dir_config, &cors_cookies_module);
}

/*
 * Per-server configuration: the policies of its sections (not of .htaccess),
 * in the order of the configuration, for the checks after reading.
 */
typedef struct cors_sections {
    apr_array_header_t *policies;       /* of cors_policy * */
} cors_sections;

void *cors_sections_create(apr_pool_t *pool, server_rec *server);
const cors_sections *cors_sections_of(const server_rec *server);

#endif
