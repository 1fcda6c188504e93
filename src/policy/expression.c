/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/expression.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#include "syntax/site.h"

/* How many words of an expression are tried on strangers. */
#define WORDS_MAX 16

/* Origins that no site lists: what matches one of them matches strangers. */
static const char *const probes[] = {
    "https://qzvkw.com", "https://www.q7zk3v.com", "https://qzvkw.org",
    "https://localhost.q7zk3v.com", "http://localhost.q7zk3v.com",
    "https://q7zk3v.invalid", "https://q7zk3v.com", "https://q7zk3v.net",
    "https://q7zk3v.org", "https://q7zk3v.io", "https://q7zk3v.dev",
    "https://q7zk3v.app", "https://q7zk3v.co.uk", "https://q7zk3v.de",
    "https://a.b.q7zk3v.com", "https://q7zk3v.com:8443", "https://q7zk3v",
    "http://q7zk3v.invalid", "http://q7zk3v.com", "http://q7zk3v.org",
    "http://q7zk3v.com:8080", "https://198.51.100.77",
    "http://198.51.100.77"
};

/*
 * The next word of an expression that stands for itself, as it is in a host:
 * "app", then ".example.com" of (app|[a-z])\.example\.com. Written to word;
 * returns 0 where there are no more.
 */
static int word_next(const char **at, char *word)
{
    char *out = word;

    for (; **at; (*at)++) {
        if ((*at)[0] == '\\' && (*at)[1] == '.') {
            *out++ = *++*at;
        }
        else if (apr_isalnum(**at) || **at == '-') {
            *out++ = **at;
        }
        else if (out > word) {
            break;
        }
        else if (**at == '\\' && (*at)[1]) {
            (*at)++;            /* \d, \w and their kind */
        }
    }
    *out = '\0';
    return out > word;
}

static const char *stranger_refuse(apr_pool_t *pool, const char *origin,
                                   const char *cure, const char *name)
{
    return apr_pstrcat(pool, "it matches origins that nobody lists, as ",
                       origin, ", which anybody can register; ", cure, name,
                       NULL);
}

/*
 * .*example\.com matches evil-example.com too. Asked only where a registrable
 * domain as a whole, or a public suffix, stands there: names in front of
 * app.example.com belong to the owner of example.com.
 */
static const char *front_probe(apr_pool_t *pool,
                               const cors_expression *expression,
                               const char *name)
{
    static const char *const fronts[] = {
        "https://q7zk3v", "https://qzvkw", "https://q7zk3v-", "http://qzvkw"
    };
    const char *dot = strchr(name, '.');
    size_t i;

    if (!dot || !cors_site_is_public_suffix(dot + 1, strlen(dot + 1))) {
        return NULL;
    }
    for (i = 0; i < sizeof(fronts) / sizeof(fronts[0]); i++) {
        const char *origin = apr_pstrcat(pool, fronts[i], name, NULL);

        if (cors_expression_matches(expression, origin, strlen(origin))) {
            return dot == name
                ? stranger_refuse(pool, origin, "name your own domain in "
                                  "it, in front of ", name)
                : stranger_refuse(pool, origin, "write a dot, [.], in front "
                                  "of ", name);
        }
    }
    return NULL;
}

/* example\.com.* matches example.com.evil.net too. */
static const char *tail_probe(apr_pool_t *pool,
                              const cors_expression *expression,
                              const char *before, const char *name)
{
    const char *const heads[] = {
        "https://", "http://", "https://qzvkw", "https://q7zk3v", before
    };
    static const char *const tails[] = {
        ".q7zk3v.com", "q7zk3v.com", ".qzvkw.com"
    };
    const size_t count = sizeof(tails) / sizeof(tails[0]);
    size_t i;

    for (i = 0; i < count * sizeof(heads) / sizeof(heads[0]); i++) {
        const char *origin = apr_pstrcat(pool, heads[i / count], name,
                                         tails[i % count], NULL);

        if (cors_expression_matches(expression, origin, strlen(origin))) {
            return stranger_refuse(pool, origin, "end the host in your own "
                                   "domain, with nothing but a port behind "
                                   "it", "");
        }
    }
    return NULL;
}

/*
 * Strangers whose origins are made of the expression's own words: those in
 * which a host starts or goes on, and so many at most, for a .htaccess is
 * read with every request.
 */
static const char *neighbours_probe(apr_pool_t *pool,
                                    const cors_expression *expression)
{
    const char *scheme = strstr(expression->text, "://");
    const char *at = scheme ? scheme + 3 : expression->text;
    const char *before = "https://", *refused = NULL;
    char *word = apr_palloc(pool, strlen(at) + 1);
    int left = WORDS_MAX;

    while (!refused && left > 0 && word_next(&at, word)) {
        char last = before[strlen(before) - 1];

        if (last == '/' || last == '.' || strchr(word, '.')) {
            left--;
            refused = front_probe(pool, expression, word);
            if (!refused) {
                refused = tail_probe(pool, expression, before, word);
            }
        }
        before = apr_pstrcat(pool, "https://", word, NULL);
    }
    return refused;
}

static const char *probe(apr_pool_t *pool, const cors_expression *expression)
{
    size_t i;

    if (cors_expression_matches(expression, "", 0)) {
        return "it matches the empty string; write an expression for the "
               "whole origin, as https://app-[0-9]+[.]example[.]com";
    }
    for (i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {
        if (cors_expression_matches(expression, probes[i],
                                    strlen(probes[i]))) {
            return apr_pstrcat(pool, "it matches origins that nobody lists, "
                               "as ", probes[i], "; name your own domain in "
                               "it, as https://[a-z]+[.]example[.]com",
                               NULL);
        }
    }
    if (cors_expression_matches(expression, "null", 4)) {
        return "it matches the origin 'null', which every sandboxed frame "
               "and every local file sends; leave 'null' out";
    }
    return neighbours_probe(pool, expression);
}

const char *cors_expression_compile(apr_pool_t *pool, const char *text,
                                    cors_expression *expression)
{
    /* On its own first: "a)|(b" must not compile by help of our brackets. */
    if (!ap_pregcomp(pool, text, 0)) {
        return "this regular expression does not compile";
    }
    expression->text = apr_pstrdup(pool, text);
    expression->regex = ap_pregcomp(pool,
                                    apr_pstrcat(pool, "^(?:", text, ")\\z",
                                                NULL), 0);
    if (!expression->regex) {
        return "this regular expression does not compile between ^(?: and )$";
    }
    return probe(pool, expression);
}

/* The bounds are looked at too: verbs as (*ACCEPT) jump over an anchor. */
int cors_expression_matches(const cors_expression *expression,
                            const char *text, size_t length)
{
    ap_regmatch_t whole;

    return ap_regexec_len(expression->regex, text, length, 1, &whole, 0) == 0
           && whole.rm_so == 0 && (size_t)whole.rm_eo == length;
}

static int is_word(char c)
{
    return apr_isalnum(c) || c == '_';
}

int cors_expression_has_loose_dot(const char *text)
{
    int in_class = 0;
    size_t i;

    for (i = 0; text[i]; i++) {
        if (text[i] == '\\' && text[i + 1]) {
            i++;
        }
        else if (text[i] == '[') {
            in_class = 1;
        }
        else if (text[i] == ']') {
            in_class = 0;
        }
        else if (text[i] == '.' && !in_class && i > 0
                 && is_word(text[i - 1]) && is_word(text[i + 1])) {
            return 1;
        }
    }
    return 0;
}
