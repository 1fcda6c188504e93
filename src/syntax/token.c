/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/token.h"

#include <string.h>

#include "syntax/ascii.h"

static const char *const flaw_texts[CORS_NAME_COUNT] = {
    [CORS_NAME_OK] = NULL,
    [CORS_NAME_NO_TOKEN] =
        "a name has only letters, digits and !#$%&'*+-.^_`|~",
    [CORS_NAME_METHOD_FORBIDDEN] =
        "no script can send CONNECT, TRACE or TRACK; leave it out",
    [CORS_NAME_HEADER_FORBIDDEN] =
        "no script can set this request header; leave it out",
    [CORS_NAME_HEADER_ANSWER] =
        "this header is not a script's to send: browser and server speak of "
        "CORS by it; leave it out",
    [CORS_NAME_EXPOSED_COOKIE] =
        "no script can read this header, whatever is exposed; leave it out",
    [CORS_NAME_EXPOSED_SENSELESS] =
        "no script reads this header: browser and server speak of CORS by "
        "it; leave it out",
    [CORS_NAME_WILDCARD] =
        "a name is written in full, browsers know no prefixes",
    [CORS_NAME_ALL] = "'*' stands for all of them"
};

const char *cors_name_flaw_text(cors_name_flaw flaw)
{
    return flaw_texts[flaw];
}

cors_name_flaw cors_name_check_any(const char *text, size_t length)
{
    if (length > 1 && memchr(text, '*', length)) {
        return CORS_NAME_WILDCARD;
    }
    return cors_ascii_same_any_case(text, length, "all")
           || cors_ascii_same_any_case(text, length, "any")
           ? CORS_NAME_ALL : CORS_NAME_OK;
}

int cors_token_is(const char *text, size_t length)
{
    static const char bytes[256] = {
        CORS_ASCII_DIGITS, CORS_ASCII_LOWER, CORS_ASCII_UPPER,
        ['!'] = 1, ['#'] = 1, ['$'] = 1, ['%'] = 1, ['&'] = 1, ['\''] = 1,
        ['*'] = 1, ['+'] = 1, ['-'] = 1, ['.'] = 1, ['^'] = 1, ['_'] = 1,
        ['`'] = 1, ['|'] = 1, ['~'] = 1
    };

    return length > 0 && cors_ascii_span(text, length, bytes) == length;
}

int cors_token_same(const char *a, size_t a_length,
                    const char *b, size_t b_length)
{
    return a_length == b_length && cors_ascii_alike(a, b, a_length);
}

void cors_list_start(cors_list *list, const char *text, size_t length)
{
    cors_text value = cors_ascii_trim(text, length);

    list->at = value.length > 0 ? value.text : NULL;
    list->end = value.text + value.length;
}

int cors_list_next(cors_list *list, const char **element, size_t *length)
{
    const char *comma, *end;
    cors_text trimmed;

    if (!list->at) {
        return 0;
    }
    comma = memchr(list->at, ',', (size_t)(list->end - list->at));
    end = comma ? comma : list->end;
    trimmed = cors_ascii_trim(list->at, (size_t)(end - list->at));
    list->at = comma ? comma + 1 : NULL;
    *element = trimmed.text;
    *length = trimmed.length;
    return 1;
}

int cors_list_has(const char *text, size_t length, const char *name,
                  size_t name_length)
{
    cors_list list;
    const char *element;
    size_t element_length;

    cors_list_start(&list, text, length);
    while (cors_list_next(&list, &element, &element_length)) {
        if (cors_token_same(element, element_length, name, name_length)) {
            return 1;
        }
    }
    return 0;
}

/* The entry of a list that ends in NULL which is this name; else NULL. */
static const char *find_listed(const char *const *names, const char *text,
                               size_t length)
{
    for (; *names; names++) {
        if (cors_ascii_same_any_case(text, length, *names)) {
            return *names;
        }
    }
    return NULL;
}

cors_name_flaw cors_method_check(const char *text, size_t length)
{
    static const char *const forbidden[] = {
        "CONNECT", "TRACE", "TRACK", NULL
    };

    if (!cors_token_is(text, length)) {
        return CORS_NAME_NO_TOKEN;
    }
    return find_listed(forbidden, text, length) ? CORS_NAME_METHOD_FORBIDDEN
                                           : CORS_NAME_OK;
}

const char *cors_method_normalized(const char *text, size_t length)
{
    static const char *const normalized[] = {
        "DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT", NULL
    };

    return find_listed(normalized, text, length);
}

int cors_method_is_safelisted(const char *text, size_t length)
{
    return cors_ascii_same(text, length, "GET")
           || cors_ascii_same(text, length, "HEAD")
           || cors_ascii_same(text, length, "POST");
}

cors_name_flaw cors_request_header_check(const char *text, size_t length)
{
    static const char *const forbidden[] = {
        "Accept-Charset", "Accept-Encoding", "Connection", "Content-Length",
        "Cookie", "Cookie2", "Date", "DNT", "Expect", "Host", "Keep-Alive",
        "Referer", "Set-Cookie", "TE", "Trailer", "Transfer-Encoding",
        "Upgrade", "Via", NULL
    };

    if (!cors_token_is(text, length)) {
        return CORS_NAME_NO_TOKEN;
    }
    if (cors_ascii_starts_any_case(text, length, "access-control-")
        || cors_ascii_same_any_case(text, length, "origin")) {
        return CORS_NAME_HEADER_ANSWER;
    }
    if (cors_ascii_starts_any_case(text, length, "sec-")
        || cors_ascii_starts_any_case(text, length, "proxy-")
        || find_listed(forbidden, text, length)) {
        return CORS_NAME_HEADER_FORBIDDEN;
    }
    return CORS_NAME_OK;
}

cors_name_flaw cors_exposed_header_check(const char *text, size_t length)
{
    if (!cors_token_is(text, length)) {
        return CORS_NAME_NO_TOKEN;
    }
    if (cors_ascii_same_any_case(text, length, "set-cookie")
        || cors_ascii_same_any_case(text, length, "set-cookie2")) {
        return CORS_NAME_EXPOSED_COOKIE;
    }
    if (cors_ascii_starts_any_case(text, length, "access-control-")
        || cors_ascii_same_any_case(text, length, "origin")) {
        return CORS_NAME_EXPOSED_SENSELESS;
    }
    return CORS_NAME_OK;
}
