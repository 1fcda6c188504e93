/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAIVE_EXPRESSION_H
#define NAIVE_EXPRESSION_H

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#ifdef HAVE_LIBPSL
#include <libpsl.h>
#endif

/*
 * Whether an expression spells a name somewhere, by trying: bytes one after
 * the other, a way into each alternative of a group, out of it, and around
 * it where a ? stands behind it. It knows nothing of sites, of quantifiers,
 * and not of what a name may stand beside; what it cannot find is not there.
 */
typedef struct naive_speller {
    int tries;                  /* that are left; 0: nobody knows */
} naive_speller;

/* Behind the class, the comment, the escape or the byte that stands here. */
static const char *naive_item_end(const char *at)
{
    if (strncmp(at, "(?#", 3) == 0 && strchr(at, ')')) {
        return strchr(at, ')') + 1;
    }
    if (at[0] == '\\' && at[1]) {
        return at + 2;
    }
    if (at[0] == '[') {
        const char *end = at + 1 + (at[1] == '^');

        for (end += *end == ']'; *end && *end != ']'; end++) {
            if (end[0] == '\\' && end[1]) {
                end++;
            }
            else if (end[0] == '[' && end[1] == ':' && strstr(end, ":]")) {
                end = strstr(end, ":]") + 1;
            }
        }
        return end + (*end == ']');
    }
    return at + (*at != '\0');
}

/* The | or ) at which the alternative ends that goes on here. */
static const char *naive_alternative_end(const char *at)
{
    int depth = 0;

    while (*at && (depth > 0 || (*at != '|' && *at != ')'))) {
        depth += (*at == '(' && strncmp(at, "(?#", 3) != 0) - (*at == ')');
        at = naive_item_end(at);
    }
    return at;
}

/*
 * Behind the bracket of the group that goes on here, and its quantifier.
 * *optional: whether that is a ?.
 */
static const char *naive_group_end(const char *at, int *optional)
{
    while (*(at = naive_alternative_end(at)) == '|') {
        at++;
    }
    at += *at == ')';
    *optional = *at == '?';
    return at + strspn(at, "?+");
}

/* The byte that stands here, if it is one: a, \., [.], [\.], \x2e. */
static const char *naive_byte(const char *at, char *byte)
{
    const char *inside = at + (at[0] == '[');
    size_t length = strncmp(inside, "\\x2e", 4) == 0
                    || strncmp(inside, "\\x2E", 4) == 0
                    ? 4 : inside[0] == '\\' ? 2 : 1;

    *byte = length == 4 ? '.' : inside[length - 1];
    if (length == 2 && isalnum((unsigned char)*byte)) {
        *byte = '\0';
    }
    if (at[0] == '[' && inside[length] == '-' && inside[length + 2] == ']'
        && inside[length + 1] == *byte) {
        length += 2;            /* [a-a] */
    }
    return at[0] != '[' ? inside + length
         : inside[length] == ']' ? inside + length + 1 : NULL;
}

static int naive_spell(naive_speller *speller, const char *at,
                       const char *name)
{
    const char *behind, *way;
    char byte = '\0';
    int optional;

    if (*name == '\0' || speller->tries == 0) {
        return 1;
    }
    speller->tries--;
    switch (*at) {
    case '\0':
        return 0;
    case '|':
    case ')':
        return naive_spell(speller, naive_group_end(at, &optional), name);
    case '(':
        if (strncmp(at, "(?#", 3) == 0) {
            return naive_spell(speller, naive_item_end(at), name);
        }
        way = at + 1;
        if (*way == '?') {
            way += strcspn(way, ":>)=!");
            way += *way != '\0' && *way != ')';
        }
        behind = naive_group_end(way, &optional);
        if (optional && naive_spell(speller, behind, name)) {
            return 1;
        }
        for (;;) {
            if (naive_spell(speller, way, name)) {
                return 1;
            }
            way = naive_alternative_end(way);
            if (*way != '|') {
                return 0;
            }
            way++;
        }
    default:
        behind = naive_byte(at, &byte);
        return behind && byte == *name
               && naive_spell(speller, behind, name + 1);
    }
}

static int naive_spells(const char *text, const char *name)
{
    naive_speller speller = { 100000 };
    const char *at;

    for (at = text; *at; at++) {
        if (naive_spell(&speller, at, name)) {
            return 1;
        }
    }
    return 0;
}

/* Whether a name is a registrable domain, by libpsl's own answer. */
static int naive_is_site(const char *name)
{
    char *copy = strdup(name);
    size_t length = strlen(copy);
    int is = 0;

    if (length > 0 && copy[length - 1] == '.') {
        copy[length - 1] = '\0';
    }
    is = strcmp(copy, "localhost") == 0 || strcmp(copy, "[::1]") == 0
         || strncmp(copy, "127.", 4) == 0;
#ifdef HAVE_LIBPSL
    if (!is) {
        const char *domain = psl_registrable_domain(psl_builtin(), copy);

        is = domain && strcmp(domain, copy) == 0;
    }
#else
    is |= strchr(copy, '.') != NULL;
#endif
    free(copy);
    return is;
}

#endif
