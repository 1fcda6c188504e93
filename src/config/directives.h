/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_DIRECTIVES_H
#define CORS_DIRECTIVES_H

#include "policy/origins.h"

/*
 * The table of directives, and their handlers, as httpd calls them: config
 * is the cors_policy of the section. Each returns NULL, or the message that
 * httpd prints behind its file and line. What several directives say
 * together is checked after reading (config_check.h).
 */
extern const command_rec cors_directives[];

/* directive_origins.c */
const char *cors_directive_allow_origin(cmd_parms *cmd, void *config,
                                        const char *value);
const char *cors_directive_allow_origin_match(cmd_parms *cmd, void *config,
                                              const char *value);
const char *cors_directive_allow_origin_file(cmd_parms *cmd, void *config,
                                             const char *value);

/*
 * What each of these and a query does first: the section's origins, to add a
 * value to. "none" and "*" stand alone in their section; kind is EMPTY for
 * values that are neither. Returns NULL, or the message.
 */
const char *cors_directive_begin_origins(cmd_parms *cmd, cors_policy *policy,
                                         const char *value,
                                         cors_origins_kind kind);

/* directive_query.c */
const char *cors_directive_allow_origin_query(cmd_parms *cmd, void *config,
                                              int count,
                                              char *const values[]);
const char *cors_directive_query_cache_time(cmd_parms *cmd, void *config,
                                            const char *fresh,
                                            const char *unlisted,
                                            const char *stale);
const char *cors_directive_query_cache(cmd_parms *cmd, void *config,
                                       const char *value);
const char *cors_directive_query_rate(cmd_parms *cmd, void *config,
                                      const char *value);

/* directive_names.c: cmd->info is the cors_name_list */
const char *cors_directive_names(cmd_parms *cmd, void *config,
                                 const char *value);

/* directive_cookies.c */
const char *cors_directive_cookie_attributes(cmd_parms *cmd, void *config,
                                             int count,
                                             char *const values[]);

/*
 * What each handler does first: reject <Limit> and a comment behind the
 * line, note where the policy stands, and enter it into its server's list.
 * value: NULL for a line without any.
 */
const char *cors_directive_begin(cmd_parms *cmd, cors_policy *policy,
                                 const char *value);

/* The same where the directive is one of the whole server's. */
const char *cors_directive_begin_global(cmd_parms *cmd, const char *value);

/* The message for a value that starts a comment; NULL: it does not. */
const char *cors_directive_comment(cmd_parms *cmd, const char *value);

/* Where the directive stands. */
cors_place cors_directive_place(const cmd_parms *cmd);

/* Whether a .htaccess is being read: its pool is the request's. */
int cors_directive_in_htaccess(const cmd_parms *cmd);

/*
 * The message "CORSAllowOrigin 'value': reason; write cure". cure may be
 * NULL. From the pool of the command.
 */
const char *cors_directive_reject(cmd_parms *cmd, const char *value,
                                  const char *reason, const char *cure);

/*
 * A time in httpd's units, whole seconds by default. Returns 0 where it is
 * none, or cut off by httpd's own parser.
 */
int cors_directive_time(const char *value, apr_interval_time_t *time);

/* Say at start that a value is dubious; silent in .htaccess. */
void cors_directive_warn(cmd_parms *cmd, const char *value,
                         const char *reason);

#endif
