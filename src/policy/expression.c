/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/expression.h"

#include <apr_strings.h>

#include "policy/expression_reason.h"

/*
 * How often the matcher may try before it gives up: it is in the pattern, for
 * httpd offers no other way to say it. Without it PCRE tries ten million
 * times, which takes seconds.
 */
#define BOUNDED "(*LIMIT_MATCH=20000)"

#define DOES_NOT_COMPILE "this regular expression does not compile"

const char *cors_expression_compile(apr_pool_t *pool, const char *text,
                                    cors_expression *expression,
                                    const char **warning)
{
    const cors_expression_tree *tree = cors_expression_tree_read(pool, text);
    cors_expression_sites found;
    const char *flaw;

    *warning = NULL;
    /* "a)|(b" must not compile by help of our brackets */
    if (!tree->complete && !ap_pregcomp(pool, text, 0)) {
        return DOES_NOT_COMPILE;
    }
    flaw = cors_expression_rejection(pool, text, tree);
    if (flaw) {
        return flaw;
    }
    expression->regex = ap_pregcomp(pool, apr_pstrcat(pool, BOUNDED "^(?:",
                                                      text, ")\\z", NULL),
                                    0);
    if (!expression->regex) {
        return DOES_NOT_COMPILE;
    }
    cors_expression_sites_find(pool, tree, &found);
    if (found.named.too_many) {
        return "names more than 64 sites; write them as patterns";
    }
    *warning = cors_expression_warning(pool, tree, &found);
    expression->text = apr_pstrdup(pool, text);
    expression->sites = found.named.sites;
    expression->count = found.named.count;
    expression->unnamed = found.unnamed != NULL;
    expression->finite = tree->finite;
    return NULL;
}

const char *cors_expression_unnamed_reason(apr_pool_t *pool,
                                           const char *text)
{
    cors_expression_sites found;

    cors_expression_sites_find(pool, cors_expression_tree_read(pool, text),
                               &found);
    return cors_expression_unnamed(pool, text, &found);
}

cors_expression_match
cors_expression_match_origin(const cors_expression *expression,
                             const cors_origin *origin, int unsafe_match)
{
    if (!unsafe_match
        && !cors_named_sites_cover(expression->sites, expression->count,
                                   origin->host, origin->host_length)) {
        return CORS_EXPRESSION_NO;
    }
    return cors_expression_match_text(expression, origin->text,
                                      origin->length);
}

/* The bounds are looked at too: verbs as (*ACCEPT) jump over an anchor. */
cors_expression_match
cors_expression_match_text(const cors_expression *expression,
                           const char *text, size_t length)
{
    ap_regmatch_t whole;
    int found = ap_regexec_len(expression->regex, text, length, 1, &whole,
                               0);

    if (found != 0) {
        return found == AP_REG_NOMATCH ? CORS_EXPRESSION_NO
                                       : CORS_EXPRESSION_STEPS;
    }
    return whole.rm_so == 0 && (size_t)whole.rm_eo == length
           ? CORS_EXPRESSION_YES : CORS_EXPRESSION_NO;
}
