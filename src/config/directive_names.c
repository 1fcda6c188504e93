/* SPDX-License-Identifier: Apache-2.0 */
#include "config/directives.h"

#include <apr_strings.h>
#include <string.h>

#include "syntax/ascii.h"

/* What people write between names, where blanks belong. */
#define SEPARATORS ",; \t\""

static int is_word(const char *value, const char *word)
{
    return ap_cstr_casecmp(value, word) == 0;
}

static cors_name_flaw check_name(const cors_name_list_row *row,
                                 const char *name)
{
    cors_name_flaw flaw = cors_name_check_any(name, strlen(name));

    return flaw == CORS_NAME_OK ? row->check(name, strlen(name)) : flaw;
}

/* Longer lists are none that somebody pasted. */
#define LIST_LENGTH_MAX 4096

/*
 * A list with commas or quotes, as a field has it: everything that is wrong
 * with it in one message, and the whole line to write instead, where no word
 * in it has to stand alone.
 */
static const char *reject_list(cmd_parms *cmd, const cors_name_list_row *row)
{
    const char *args = cmd->directive->args;
    const char *reason = "names stand between blanks, without comma or quote";
    const char *cure = NULL;
    char *state, *name;
    int count = 0, alone = 0;

    if (strlen(args) > LIST_LENGTH_MAX) {
        return cors_directive_reject(cmd, "...", reason, NULL);
    }
    name = apr_strtok(apr_pstrdup(cmd->temp_pool, args), SEPARATORS, &state);
    for (; name && name[0] != '#';
         name = apr_strtok(NULL, SEPARATORS, &state)) {
        int word = is_word(name, "*") || is_word(name, "none");
        cors_name_flaw flaw = word ? CORS_NAME_OK : check_name(row, name);

        if (flaw != CORS_NAME_OK) {
            reason = apr_pstrcat(cmd->temp_pool, reason, "; '", name, "': ",
                                 cors_name_flaw_text(flaw), NULL);
            continue;
        }
        alone |= word;
        count++;
        cure = apr_pstrcat(cmd->temp_pool, cure ? cure : row->directive, " ",
                           name, NULL);
    }
    return cors_directive_reject(cmd, args, reason,
                                 alone && count > 1 ? NULL : cure);
}

/* "none" stands alone, and so does "*" but beside Authorization. */
static const char *check_alone(cmd_parms *cmd, const cors_name_list_row *row,
                               const cors_names *names, const char *value)
{
    int any = names->any || is_word(value, "*");
    int others = names->entries->nelts
                 + !(is_word(value, "*") || is_word(value, "none"));

    if (names->none || (is_word(value, "none") && (any || others > 0))) {
        return cors_directive_reject(cmd, value, "'none' stands alone: it "
                                     "empties the list; leave out 'none' or "
                                     "the others", NULL);
    }
    if (any && row->any_alone && others > 0) {
        return cors_directive_reject(cmd, value, "'*' stands alone: it is "
                                     "every name; leave out '*' or the "
                                     "others", NULL);
    }
    others -= cors_names_has(names, "authorization", 13)
              || is_word(value, "Authorization");
    return any && others > 0
           ? cors_directive_reject(cmd, value, "'*' is every header but "
                                   "Authorization", "* alone or * "
                                   "Authorization") : NULL;
}

/* What is taken of a method: Fetch upper-cases some, as scripts do. */
static const char *normalize(cmd_parms *cmd, const char *method)
{
    size_t length = strlen(method);
    const char *normalized = cors_method_normalized(method, length);

    if (!normalized && cors_ascii_same_any_case(method, length, "PATCH")
        && strcmp(method, "PATCH") != 0) {
        cors_directive_warn(cmd, method, "scripts send this method exactly "
                            "as written, and PATCH is meant most often; "
                            "write PATCH");
    }
    return normalized ? normalized : method;
}

const char *cors_directive_names(cmd_parms *cmd, void *config,
                                 const char *value)
{
    cors_policy *policy = config;
    cors_name_list list = (cors_name_list)(apr_uintptr_t)cmd->info;
    const cors_name_list_row *row = &cors_name_lists[list];
    const char *rejected = cors_directive_begin(cmd, policy, value);
    cors_names *names = policy->names[list];
    cors_name_flaw flaw;

    if (rejected) {
        return rejected;
    }
    if (strpbrk(value, SEPARATORS)) {
        return reject_list(cmd, row);
    }
    if (!names) {
        names = cors_names_create(cmd->pool, row->any_case);
        policy->names[list] = names;
    }
    if ((rejected = check_alone(cmd, row, names, value)) != NULL) {
        return rejected;
    }
    if (is_word(value, "*") || is_word(value, "none")) {
        names->any |= is_word(value, "*");
        names->none |= is_word(value, "none");
        return NULL;
    }
    if ((flaw = check_name(row, value)) != CORS_NAME_OK) {
        return cors_directive_reject(cmd, value, cors_name_flaw_text(flaw),
                                     flaw == CORS_NAME_ALL ? "*" : NULL);
    }
    cors_names_add(names, apr_pstrdup(cmd->pool, list == CORS_METHODS
                                                 ? normalize(cmd, value)
                                                 : value));
    return NULL;
}
