/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/expression_cure.h"

#include <apr_strings.h>
#include <string.h>

#include "syntax/ascii.h"
#include "syntax/cure.h"
#include "syntax/pattern.h"
#include "syntax/site.h"
#include "policy/byte_set.h"
#include "policy/expression_flaw.h"
#include "policy/expression_sites.h"

#define ANY_PORT "(:[0-9]+)?"

/* Where an expression may go on too far: so many bytes are looked at. */
#define TAIL_MAX 64

/* Takes a suffix off a text. Answers 0 where it has not got it. */
static int strip(char *text, const char *suffix)
{
    size_t length = strlen(text), less = strlen(suffix);

    if (length < less || strcmp(text + length - less, suffix) != 0) {
        return 0;
    }
    text[length - less] = '\0';
    return 1;
}

/* :* for one of the usual ways to say any port. */
static const char *strip_port(char *text)
{
    static const char *const ways[] = {
        "(:[0-9]+)?", "(:\\d+)?", "(?::[0-9]+)?", "(?::\\d+)?",
        "(:[0-9]*)?", "(:\\d*)?", NULL
    };
    int i;

    for (i = 0; ways[i]; i++) {
        if (strip(text, ways[i])) {
            return ":*";
        }
    }
    return "";
}

/* Whether a star behind "://" is a pattern's, and no quantifier. */
static int is_wildcard(const char *at, const char *out)
{
    return *at == '*' && out[-1] == '/'
           && (at[1] == '.' || strncmp(at + 1, "\\.", 2) == 0
               || strncmp(at + 1, "[.]", 3) == 0);
}

/*
 * The origin pattern that an expression means whose bytes are plain but for
 * dots, anchors, an optional slash and the port; NULL: there is more to it.
 */
static const char *plain_pattern(apr_pool_t *pool, const char *text)
{
    char *copy = apr_pstrdup(pool, text + (text[0] == '^'));
    char *out = copy, *at = copy;
    const char *port;
    cors_pattern pattern;
    cors_flaw flaw;

    strip(copy, "$");
    if (strip(copy, "/?")) {
        strip(copy, "\\");
    }
    port = strip_port(copy);
    if (strncmp(at, "https?:", 7) == 0) {
        at = memmove(at + 1, "https", 5);
    }
    while (*at) {
        cors_byte_set set;
        size_t length = cors_byte_set_read(at, &set);

        if (out > copy && is_wildcard(at, out)) {
            *out++ = *at++;
            continue;
        }
        if (length == 0 || cors_ascii_has("*+?{}()|^$", *at)
            || !(set.single || *at == '.')) {
            return NULL;
        }
        *out++ = set.single ? set.byte : '.';
        at += length;
    }
    *out = '\0';
    copy = apr_pstrcat(pool, copy, port, NULL);
    flaw = cors_pattern_parse(copy, strlen(copy), &pattern);
    if (flaw == CORS_FLAW_NONE && pattern.subdomains
        && cors_site_is_public_suffix(pattern.origin.host,
                                      pattern.origin.host_length)) {
        return NULL;
    }
    if (flaw == CORS_FLAW_LIST) {
        return cors_cure_origins(pool, copy, strlen(copy));
    }
    return flaw == CORS_FLAW_NONE
           ? copy : cors_cure_pattern(pool, copy, strlen(copy), flaw);
}

/* Whether nothing is left to say of an expression. */
static int is_good(apr_pool_t *pool, const char *text)
{
    const cors_expression_tree *tree = cors_expression_tree_read(pool, text);
    const cors_expression_alternative *one;
    cors_expression_sites found;

    if (cors_ascii_has(CORS_EXPRESSION_DELIMITERS, text[0])
        || !tree->complete || cors_expression_flaw(tree) != CORS_FLAW_NONE) {
        return 0;
    }
    for (one = tree->last; one; one = one->left) {
        if (cors_expression_flaw_of(one) != CORS_FLAW_NONE) {
            return 0;
        }
    }
    cors_expression_sites_find(pool, tree, &found);
    return !found.unnamed && !found.named.too_many;
}

/* What stands for an escape, so that no backslash is left; NULL: none. */
static const char *plain_escape(char c, int in_class)
{
    switch (c) {
    case '.':
        return in_class ? "." : "[.]";
    case '/':
        return "/";
    case 'd':
        return in_class ? "0-9" : "[0-9]";
    case 'w':
        return in_class ? "0-9A-Za-z_" : "[0-9A-Za-z_]";
    default:
        return NULL;
    }
}

/*
 * The same expression without its usual backslashes: httpd doubles those that
 * it logs, and what a message says is to be pasted.
 */
static const char *without_backslashes(apr_pool_t *pool, const char *text)
{
    char *copy = apr_palloc(pool, 6 * strlen(text) + 1), *out = copy;
    const char *class_end = text;

    while (*text) {
        cors_byte_set set;
        const char *plain = text[0] == '\\'
                            ? plain_escape(text[1], text < class_end) : NULL;

        if (text[0] == '[' && text >= class_end) {
            class_end = text + cors_byte_set_read(text, &set);
        }
        if (strncmp(text, "(?#", 3) == 0 && text >= class_end) {
            while (*text && *text != ')') {
                *out++ = *text++;
            }
            continue;
        }
        if (plain) {
            out = apr_cpystrn(out, plain, strlen(plain) + 1);
            text += 2;
            continue;
        }
        if (text[0] == '\\' && text[1]) {
            *out++ = *text++;
        }
        *out++ = *text++;
    }
    *out = '\0';
    return copy;
}

/* A good expression, as it can be pasted; NULL: it is none. */
static const char *pasteable(apr_pool_t *pool, const char *text)
{
    const char *copy = without_backslashes(pool, text);

    return !is_good(pool, text) ? NULL : is_good(pool, copy) ? copy : text;
}

static const char *good_cure(apr_pool_t *pool, const char *text)
{
    const char *one = pasteable(pool, text);

    return one ? apr_pstrcat(pool, "CORSAllowOriginMatch ", one, NULL)
               : NULL;
}

/* Whether a name may end in front of what stands here: nothing is cut off. */
static int is_behind_name(const char *at)
{
    return !cors_ascii_is_alphanumeric(*at) && *at != '-' && *at != '_'
           && strncmp(at, "\\.", 2) != 0 && strncmp(at, "[.]", 3) != 0;
}

/* Whether the first bytes of an expression end in a name or a group. */
static int ends_whole(const char *text, size_t length)
{
    char last = text[length - 1], next = text[length];

    return (cors_ascii_is_alphanumeric(last) && !cors_ascii_has("*+{", next)
            && is_behind_name(text + length))
           || (last == ')' && !cors_ascii_has("?*+{", next))
           || (last == '?' && length > 1 && text[length - 2] == ')');
}

/*
 * The longest start of an expression that is a good one with this behind it,
 * in front of the final dollar.
 */
static const char *shortened(apr_pool_t *pool, const char *text,
                             const char *behind)
{
    size_t length = strlen(text), tried = 0;
    const char *dollar = length > 0 && text[length - 1] == '$' ? "$" : "";

    while (length > 1 && tried++ < TAIL_MAX) {
        const char *cure;

        length--;
        if (!ends_whole(text, length)) {
            continue;
        }
        cure = good_cure(pool, apr_pstrcat(pool, apr_pstrmemdup(pool, text,
                                                                length),
                                           text[length - 1] == '?'
                                           ? "" : behind, dollar, NULL));
        if (cure) {
            return cure;
        }
    }
    return NULL;
}

static const char *with_scheme(apr_pool_t *pool, const char *text)
{
    int several = cors_expression_tree_read(pool, text)->last->left != NULL;

    text += text[0] == '^';
    return good_cure(pool, apr_pstrcat(pool, "https://",
                                       several ? "(?:" : "", text,
                                       several ? ")" : "", NULL));
}

/* The list that stands where blanks should be, or bars; NULL: it is empty. */
static const char *list_cure(apr_pool_t *pool, const char *cured)
{
    const char *at = cured, *list = NULL;

    for (at += strspn(at, " "); *at; at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");
        const char *one = pasteable(pool, apr_pstrmemdup(pool, at, length));

        if (!one) {
            return NULL;
        }
        list = apr_pstrcat(pool, list ? list : "CORSAllowOriginMatch", " ",
                           one, NULL);
        at += length;
    }
    return list;
}

const char *cors_expression_cure_origin(apr_pool_t *pool, const char *text)
{
    const char *pattern = plain_pattern(pool, text);

    return pattern ? apr_pstrcat(pool, "CORSAllowOrigin ", pattern, NULL)
                   : NULL;
}

const char *cors_expression_cure_flaw(apr_pool_t *pool, const char *text,
                                      const cors_expression_tree *tree,
                                      cors_flaw flaw)
{
    const char *cure = cors_expression_cure_origin(pool, text);

    if (cure) {
        return cure;
    }
    switch (flaw) {
    case CORS_FLAW_LIST:
    case CORS_FLAW_UPPER_CASE:
        return list_cure(pool, tree->cured);
    case CORS_FLAW_NO_SCHEME:
        return with_scheme(pool, text);
    case CORS_FLAW_NONE:
        return good_cure(pool, text);
    default:
        return tree->last->left ? NULL : shortened(pool, text, "");
    }
}

/*
 * The expression with \. for each dot between two bytes of a word, where a
 * real dot is what one means; NULL: there is none.
 */
static const char *dotted(apr_pool_t *pool, const char *text)
{
    char *copy = apr_palloc(pool, 2 * strlen(text) + 1), *out = copy;
    const char *at = text;
    int loose = 0;

    while (*at) {
        cors_byte_set set;
        size_t length = cors_byte_set_read(at, &set);

        if (*at == '.' && at > text && cors_ascii_is_word(at[-1])
            && cors_ascii_is_word(at[1])) {
            *out++ = '\\';
            loose = 1;
        }
        length = length > 0 ? length : 1;
        memcpy(out, at, length);
        out += length;
        at += length;
    }
    *out = '\0';
    return loose ? copy : NULL;
}

const char *cors_expression_cure_dots(apr_pool_t *pool, const char *text)
{
    const char *with_dots = dotted(pool, text), *cure = NULL;

    if (with_dots && (cure = good_cure(pool, with_dots)) == NULL) {
        cure = with_scheme(pool, with_dots);
    }
    return cure;
}

const char *cors_expression_cure_end(apr_pool_t *pool, const char *text)
{
    return shortened(pool, text, ANY_PORT);
}
