/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/expression_reason.h"

#include <apr_strings.h>
#include <string.h>

#include "syntax/ascii.h"
#include "policy/expression_cure.h"
#include "policy/expression_flaw.h"

#define IS_UNSAFE " (CORSOptions UnsafeMatch allows it all the same)"
#define OR_UNSAFE \
    ", or CORSOptions UnsafeMatch to allow it all the same"

static const char *sentence(apr_pool_t *pool, const char *reason,
                            const char *cure)
{
    return apr_pstrcat(pool, reason, cure ? "; write " : NULL, cure, NULL);
}

/*
 * What stands between delimiters, as in other languages: /…/i, #…#, or
 * behind nginx's tilde. NULL: there are none.
 */
static const char *delimited(apr_pool_t *pool, const char *text)
{
    const char *end = cors_ascii_has(CORS_EXPRESSION_DELIMITERS, *text)
                      ? strrchr(text, *text) : NULL;
    const char *at;
    char *inside, *out;

    if (!end || end - text < 2
        || end[1 + strspn(end + 1, "ADJSUXgimnsuxy")] != '\0') {
        return text[0] == '~' && cors_ascii_has("^(h", text[1]) ? text + 1
                                                                : NULL;
    }
    inside = out = apr_pstrmemdup(pool, text + 1, (size_t)(end - text) - 1);
    for (at = inside; *at; at++) {
        at += at[0] == '\\' && at[1] == '/';
        *out++ = *at;
    }
    *out = '\0';
    return inside;
}

const char *cors_expression_rejection(apr_pool_t *pool, const char *text,
                                      const cors_expression_tree *tree)
{
    const char *inside = delimited(pool, text);
    const char *origin;
    cors_flaw flaw;

    if (inside) {
        return sentence(pool, "an expression stands here without delimiters",
                        cors_expression_cure_flaw(pool, inside, NULL,
                                                  CORS_FLAW_NONE));
    }
    origin = cors_expression_cure_origin(pool, text);
    if (origin && strstr(origin, "://*")) {
        return sentence(pool, "in an expression a star repeats what stands "
                        "in front of it, which is a slash here", origin);
    }
    flaw = cors_expression_flaw(tree);
    if (flaw == CORS_FLAW_NONE) {
        return NULL;
    }
    return sentence(pool, flaw == CORS_FLAW_LIST
                    ? "no origin has a comma or a blank; blanks separate "
                      "expressions, and bars alternatives"
                    : cors_flaw_text(flaw),
                    cors_expression_cure_flaw(pool, text, tree, flaw));
}

/* Why the whole names none, where it can be said what to write instead. */
static const char *unnamed_whole(apr_pool_t *pool, const char *text)
{
    const char *cure = cors_expression_cure_origin(pool, text);

    if (cure) {
        return sentence(pool, "it names no site in full" IS_UNSAFE, cure);
    }
    cure = cors_expression_cure_dots(pool, text);
    if (cure) {
        return sentence(pool, "it names no site, for a dot stands for any "
                        "character" IS_UNSAFE, cure);
    }
    cure = cors_expression_cure_end(pool, text);
    return cure ? sentence(pool, "it names no site, for the host goes on "
                           "behind the name" IS_UNSAFE, cure) : NULL;
}

const char *cors_expression_unnamed(apr_pool_t *pool, const char *text,
                                    const cors_expression_sites *found)
{
    const cors_expression_alternative *one = found->unnamed;
    const char *suffix = found->named.suffix;
    const char *who = "it", *cure = NULL;

    if (found->alternatives == 1) {
        cure = unnamed_whole(pool, text);
    }
    else if (one->length == 0) {
        who = "its empty alternative";
    }
    else {
        who = apr_pstrcat(pool, "its alternative '",
                          apr_pstrmemdup(pool, one->text, one->length), "'",
                          NULL);
    }
    if (cure) {
        return cure;
    }
    if (suffix) {
        return apr_pstrcat(pool, who, " names no site, and everybody can "
                           "register a name under ", suffix,
                           "; write a domain of your own" OR_UNSAFE, NULL);
    }
    return apr_pstrcat(pool, who, " names no site in full, and would admit "
                       "whatever it matches; write a domain of your own, as "
                       "https://[a-z]+[.]example[.]com" OR_UNSAFE, NULL);
}

/* "corp\.com" for corp.com. */
static const char *escaped(apr_pool_t *pool, const char *name)
{
    char *copy = apr_palloc(pool, 2 * strlen(name) + 1), *out = copy;

    for (; *name; name++) {
        if (*name == '.') {
            *out++ = '\\';
        }
        *out++ = *name;
    }
    *out = '\0';
    return copy;
}

const char *cors_expression_warning(apr_pool_t *pool,
                                    const cors_expression_tree *tree,
                                    const cors_expression_sites *found)
{
    const char *touched = found->unnamed ? NULL : found->named.touched;
    const cors_expression_alternative *one;

    for (one = tree->last; one && tree->last->left; one = one->left) {
        cors_flaw flaw = cors_expression_flaw_of(one);

        if (flaw != CORS_FLAW_NONE) {
            return apr_pstrcat(pool, "its alternative '",
                               apr_pstrmemdup(pool, one->text, one->length),
                               "' matches no origin: ", cors_flaw_text(flaw),
                               NULL);
        }
    }
    if (!found->unnamed && (one = found->idle) != NULL) {
        return apr_pstrcat(pool, "its alternative '",
                           apr_pstrmemdup(pool, one->text, one->length),
                           "' names no site, and admits none of its own",
                           NULL);
    }
    if (tree->loose_dot) {
        return "a dot stands for any character; write [.] for a dot";
    }
    return touched
           ? apr_pstrcat(pool, "names ", touched, " and what lies "
                         "under it; did you mean (.*\\.)?",
                         escaped(pool, touched), "?", NULL) : NULL;
}
