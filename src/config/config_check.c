/* SPDX-License-Identifier: Apache-2.0 */
#include "config/config_check.h"

#include <http_log.h>

#include "policy/cookie_rules.h"
#include "policy/safety.h"
#include "policy/server.h"
#include "config/file_watch.h"
#include "config/query_check.h"

APLOG_USE_MODULE(cors_cookies);

/*
 * What a section says of its own may be right until credentials or options
 * of this section meet origins of its server: then the line is this one's.
 */
static cors_place find_blamed(const cors_policy *section,
                               const cors_offence *offence)
{
    if (section->origins) {
        return offence->place;
    }
    if (section->settings_place[CORS_CREDENTIALS].file) {
        return section->settings_place[CORS_CREDENTIALS];
    }
    return section->place;
}

/*
 * A cookie with SameSite=None goes along from every site, and only a policy
 * for the others keeps their requests from using it. Said of the section
 * that brings the two together, not of those that inherit both.
 */
static void warn_of_cookies(server_rec *server, const cors_policy *section,
                            const cors_policy *whole)
{
    int i;

    if (cors_policy_get(whole, CORS_DISALLOWED) != CORS_SERVE
        || !(section->cookies || section->settings[CORS_DISALLOWED])) {
        return;
    }
    for (i = 0; whole->cookies && i < whole->cookies->nelts; i++) {
        if (APR_ARRAY_IDX(whole->cookies, i, cors_cookie_rule)
                .gives[CORS_ATTRIBUTE_SAMESITE] == CORS_SAMESITE_NONE) {
            ap_log_error(APLOG_MARK, APLOG_WARNING, 0,
                         server, "CORSCookieAttributes 'SameSite=None' in "
                         "the section of line %d of %s: every site may then "
                         "send these cookies here; write "
                         "CORSDisallowedOrigin StripCredentials or Deny "
                         "beside it", section->place.line,
                         section->place.file ? section->place.file : "-");
            return;
        }
    }
}

/* It judges whom nobody then denies anything. */
static void warn_of_metadata(server_rec *server, const cors_policy *section,
                             const cors_policy *whole)
{
    if ((section->settings[CORS_FETCH_METADATA]
         || section->settings[CORS_DISALLOWED])
        && cors_policy_is_on(whole, CORS_FETCH_METADATA)
        && cors_policy_get(whole, CORS_DISALLOWED) == CORS_SERVE) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, server,
                     "CORSFetchMetadata 'On' in the section of line %d of "
                     "%s only counts under CORSDisallowedOrigin Serve; "
                     "write CORSDisallowedOrigin StripCredentials or Deny "
                     "beside it", section->place.line,
                     section->place.file ? section->place.file : "-");
    }
}

typedef struct checking {
    apr_pool_t *pool;
    int status;
    int is_read;                /* some section lets some origin read */
    const cors_policy *idle;    /* the first with methods or headers */
} checking;

/* Whoever writes down what preflights may ask for expects some. */
static void warn_of_nobody(server_rec *server, const cors_policy *section)
{
    cors_name_list list = section->names[CORS_METHODS] ? CORS_METHODS
                                                       : CORS_HEADERS;

    ap_log_error(APLOG_MARK, APLOG_WARNING, 0, server,
                 "%s in the section of line %d of %s has no effect, for no "
                 "section of this configuration allows an origin (.htaccess "
                 "files are not looked into); write CORSAllowOrigin beside "
                 "it", cors_name_lists[list].directive, section->place.line,
                 section->place.file ? section->place.file : "-");
}

static void check_section(void *data, server_rec *server,
                          cors_policy *section)
{
    checking *c = data;
    cors_offence offence = { NULL, { NULL, 0 } };
    const cors_policy *whole = cors_policy_complete(c->pool, server, section);
    cors_safety safety = cors_safety_check(whole, &offence);
    cors_place place;

    c->is_read |= cors_policy_allows_origins(whole)
                  || cors_policy_is_on(whole, CORS_ANONYMOUS);
    if (!c->idle && (section->names[CORS_METHODS]
                     || section->names[CORS_HEADERS])) {
        c->idle = section;
    }
    warn_of_cookies(server, section, whole);
    warn_of_metadata(server, section, whole);
    if (safety == CORS_SAFE) {
        return;
    }
    c->status = HTTP_INTERNAL_SERVER_ERROR;
    place = find_blamed(section, &offence);
    ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_CRIT, 0, server,
                 "Syntax error on line %d of %s:", place.line,
                 place.file ? place.file : "(nowhere)");
    ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_CRIT, 0, server,
                 "%s", cors_safety_text(c->pool, safety, &offence));
}

int cors_config_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                      server_rec *server)
{
    checking c = { ptemp, OK, 0, NULL };
    const char *unmet = cors_file_watch_unmet(server);

    (void)plog;
    cors_servers_separate(pconf, server);
    cors_sections_nest(ptemp, server);
    cors_sections_each(ptemp, server, check_section, &c);
    if (c.idle && !c.is_read) {
        warn_of_nobody(server, c.idle);
    }
    if (unmet) {
        ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_CRIT, 0, server, "%s",
                     unmet);
        c.status = HTTP_INTERNAL_SERVER_ERROR;
    }
    return c.status != OK ? c.status : cors_query_check(pconf, ptemp, server);
}
