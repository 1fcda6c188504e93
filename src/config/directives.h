/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_DIRECTIVES_H
#define CORS_DIRECTIVES_H

#include "policy/policy.h"

/*
 * The handlers of the directives, as httpd calls them: config is the
 * cors_policy of the section. Each returns NULL, or the message that httpd
 * prints behind its file and line. What several directives say together is
 * checked after reading (check.h).
 */

/* directive_origin.c */
const char *cors_directive_allow_origin(cmd_parms *cmd, void *config,
                                        const char *value);
const char *cors_directive_allow_origin_match(cmd_parms *cmd, void *config,
                                              const char *value);
const char *cors_directive_allow_origin_file(cmd_parms *cmd, void *config,
                                             const char *value);

/* directive_names.c */
const char *cors_directive_allow_methods(cmd_parms *cmd, void *config,
                                         const char *value);
const char *cors_directive_allow_headers(cmd_parms *cmd, void *config,
                                         const char *value);
const char *cors_directive_expose_headers(cmd_parms *cmd, void *config,
                                          const char *value);

/* directive_value.c */
const char *cors_directive_allow_credentials(cmd_parms *cmd, void *config,
                                             int on);
const char *cors_directive_allow_anonymous(cmd_parms *cmd, void *config,
                                           int on);
const char *cors_directive_report_only(cmd_parms *cmd, void *config, int on);
const char *cors_directive_max_age(cmd_parms *cmd, void *config,
                                   const char *value);
const char *cors_directive_preflight(cmd_parms *cmd, void *config,
                                     const char *value);
const char *cors_directive_preflight_status(cmd_parms *cmd, void *config,
                                            const char *value);
const char *cors_directive_disallowed_origin(cmd_parms *cmd, void *config,
                                             const char *value);
const char *cors_directive_options(cmd_parms *cmd, void *config,
                                   const char *value);

/* directive_cookie.c */
const char *cors_directive_cookie_attributes(cmd_parms *cmd, void *config,
                                             int count,
                                             char *const values[]);

/*
 * What each handler does first: refuse <Limit>, note where the policy
 * stands, and enter it into its server's list.
 */
const char *cors_directive_begin(cmd_parms *cmd, cors_policy *policy);

/* Where the directive stands. */
cors_place cors_directive_place(const cmd_parms *cmd);

/* Whether a .htaccess is being read: its pool is the request's. */
int cors_directive_in_htaccess(const cmd_parms *cmd);

/*
 * The message "CORSAllowOrigin 'value': reason; write cure". The value
 * stands as it is: httpd escapes what it logs. cure may be NULL. From the
 * pool of the command.
 */
const char *cors_directive_refuse(cmd_parms *cmd, const char *value,
                                  const char *reason, const char *cure);

/* Say at start that a value is dubious; silent in .htaccess. */
void cors_directive_warn(cmd_parms *cmd, const char *value,
                         const char *reason);

#endif
