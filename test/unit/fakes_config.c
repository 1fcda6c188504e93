/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include <apr_lib.h>

/* A directive being read: httpd's own words for it. */
typedef struct reading {
    cmd_parms cmd;
    ap_directive_t line;
    cors_policy *policy;
} reading;

/* By fake_where: the file, the section around the line, what it allows. */
static const struct {
    const char *file;
    const char *section;        /* NULL: none */
    const char *arguments;
    int override;
} places[] = {
    [FAKE_SERVER] = { "conf/httpd.conf", NULL, NULL, RSRC_CONF | OR_ALL },
    [FAKE_VIRTUAL_HOST] = { "conf/httpd.conf", "<VirtualHost", "*:443>",
                            RSRC_CONF | OR_ALL },
    [FAKE_LOCATION] = { "conf/httpd.conf", "<Location", "\"/api\">",
                        ACCESS_CONF | OR_ALL },
    [FAKE_HTACCESS] = { "/srv/www/.htaccess", NULL, NULL, 0 },
    [FAKE_LIMIT] = { "conf/httpd.conf", "<Limit", "POST>",
                     ACCESS_CONF | OR_ALL }
};

static void reading_start(reading *at, fake_where where,
                          cors_policy *policy)
{
    memset(at, 0, sizeof(*at));
    at->policy = policy;
    at->cmd.server = fake.server;
    at->cmd.pool = fake.pool;
    at->cmd.limited = where == FAKE_LIMIT ? 1 << M_POST : -1;
    at->cmd.override = places[where].override;
    at->line.filename = places[where].file;
    if (where == FAKE_HTACCESS) {
        at->cmd.override = fake.htaccess_override;
        at->cmd.temp_pool = fake.pool;
    }
    else {
        apr_pool_create(&at->cmd.temp_pool, fake.pool);
    }
    if (places[where].section) {
        at->line.parent = apr_pcalloc(fake.pool, sizeof(ap_directive_t));
        at->line.parent->directive = places[where].section;
        at->line.parent->args = places[where].arguments;
    }
    at->cmd.directive = &at->line;
}

/* Nothing that is only good while a file is read may be kept. */
static void reading_end(reading *at)
{
    if (at->cmd.temp_pool != at->cmd.pool) {
        apr_pool_destroy(at->cmd.temp_pool);
    }
}

static const command_rec *command_find(const char *name)
{
    const command_rec *command = cors_cookies_module.cmds;

    for (; command->name; command++) {
        if (ap_cstr_casecmp(command->name, name) == 0) {
            return command;
        }
    }
    fail_msg("no such directive: %s", name);
    return NULL;
}

static const char *iterated_read(cmd_parms *cmd, void *config, int count,
                                 char *const *words)
{
    const char *refused = NULL;
    int i;

    if (count == 0) {
        return apr_pstrcat(cmd->pool, cmd->cmd->name, " requires at least "
                           "one argument, ", cmd->cmd->errmsg, NULL);
    }
    for (i = 0; !refused && i < count; i++) {
        refused = cmd->cmd->AP_TAKE1(cmd, config, words[i]);
    }
    return refused;
}

static const char *command_run(cmd_parms *cmd, void *config, int count,
                               char *const *words)
{
    if (!(cmd->cmd->req_override & cmd->override)) {
        return apr_pstrcat(cmd->pool, cmd->cmd->name, " not allowed here",
                           NULL);
    }
    switch (cmd->cmd->args_how) {
    case ITERATE:
        return iterated_read(cmd, config, count, words);
    case TAKE_ARGV:
        return cmd->cmd->AP_TAKE_ARGV(cmd, config, count, words);
    case TAKE1:
        if (count != 1) {
            return apr_pstrcat(cmd->pool, cmd->cmd->name,
                               " takes one argument, ", cmd->cmd->errmsg,
                               NULL);
        }
        return cmd->cmd->AP_TAKE1(cmd, config, words[0]);
    case TAKE123:
        return cmd->cmd->AP_TAKE3(cmd, config, words[0],
                                  count > 1 ? words[1] : NULL,
                                  count > 2 ? words[2] : NULL);
    default:
        fail_msg("%s: fakes_config.c cannot read it", cmd->cmd->name);
        return NULL;
    }
}

#define WORDS_MAX 200

/*
 * The next word, in quotes or up to a blank, in its place. NULL: there is
 * none.
 */
static char *word_read(char **rest)
{
    char *word = *rest + strspn(*rest, " "), end = ' ';

    if (*word == '\0') {
        return NULL;
    }
    if (*word == '"' || *word == '\'') {
        end = *word++;
    }
    *rest = word;
    while (**rest && **rest != end) {
        ++*rest;
    }
    if (**rest) {
        *(*rest)++ = '\0';
    }
    return word;
}

/* Words live in the command's pool, as httpd's do. */
static const char *line_read(reading *at, const char *text)
{
    char *words[WORDS_MAX], *rest = apr_pstrdup(at->cmd.pool, text);
    char *name = word_read(&rest);
    int count = 0;

    if (!name) {
        return NULL;
    }
    while ((words[count] = word_read(&rest)) != NULL) {
        assert_true(++count < WORDS_MAX);
    }
    at->cmd.cmd = command_find(name);
    at->cmd.info = at->cmd.cmd->cmd_data;
    at->line.directive = name;
    at->line.args = apr_pstrdup(at->cmd.pool, text + strlen(name));
    at->line.args += strspn(at->line.args, " ");
    return command_run(&at->cmd, at->policy, count, words);
}

const char *fake_read(fake_where where, cors_policy *policy,
                      const char *lines)
{
    char *copy = apr_pstrdup(fake.pool, lines), *end;
    const char *refused = NULL;
    /* a section's node lives as long as the configuration, as httpd's do */
    reading *at = apr_palloc(fake.pool, sizeof(*at));

    reading_start(at, where, policy);
    for (; copy && !refused; copy = end) {
        end = strchr(copy, '\n');
        if (end) {
            *end++ = '\0';
        }
        at->line.line_num++;
        refused = line_read(at, copy);
    }
    refused = apr_pstrdup(fake.pool, refused);
    reading_end(at);
    return refused;
}

cors_policy *fake_policy(const char *lines)
{
    cors_policy *policy = cors_cookies_module.create_dir_config(fake.pool,
                                                                "/api");
    const char *refused = fake_read(FAKE_LOCATION, policy, lines);

    if (refused) {
        fail_msg("%s\nis refused: %s", lines, refused);
    }
    return policy;
}

cors_policy *fake_server_policy(server_rec *server)
{
    return ap_get_module_config(server->lookup_defaults,
                                &cors_cookies_module);
}

cors_policy *fake_merged(const cors_policy *base, const cors_policy *section)
{
    return cors_cookies_module.merge_dir_config(fake.pool, (void *)base,
                                                (void *)section);
}

cors_reason fake_judge(const cors_policy *policy, const char *origin,
                       size_t length)
{
    cors_sent_origin sent = { 0 };

    sent.text = origin;
    sent.length = length;
    return cors_origins_judge(policy, &sent);
}
