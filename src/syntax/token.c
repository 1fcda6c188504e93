/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/token.h"

#include <string.h>

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
        "it; leave it out"
};

const char *cors_name_flaw_text(cors_name_flaw flaw)
{
    return flaw_texts[flaw];
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

int cors_token_is(const char *text, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++) {
        char c = lower(text[i]);

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')
            && (c == '\0' || !strchr("!#$%&'*+-.^_`|~", c))) {
            return 0;
        }
    }
    return length > 0;
}

int cors_token_same(const char *a, size_t a_length,
                    const char *b, size_t b_length)
{
    size_t i;

    if (a_length != b_length) {
        return 0;
    }
    for (i = 0; i < a_length; i++) {
        if (a[i] != b[i] && lower(a[i]) != lower(b[i])) {
            return 0;
        }
    }
    return 1;
}

static int starts_with(const char *text, size_t length, const char *prefix)
{
    size_t n = strlen(prefix);

    return length >= n && cors_token_same(text, n, prefix, n);
}

/* The entry of a list that ends in NULL which is this name; else NULL. */
static const char *listed(const char *const *names, const char *text,
                          size_t length)
{
    for (; *names; names++) {
        if (cors_token_same(*names, strlen(*names), text, length)) {
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
    return listed(forbidden, text, length) ? CORS_NAME_METHOD_FORBIDDEN
                                           : CORS_NAME_OK;
}

const char *cors_method_normalized(const char *text, size_t length)
{
    static const char *const normalized[] = {
        "DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT", NULL
    };

    return listed(normalized, text, length);
}

int cors_method_is_safelisted(const char *text, size_t length)
{
    return (length == 3 && memcmp(text, "GET", 3) == 0)
           || (length == 4 && (memcmp(text, "HEAD", 4) == 0
                               || memcmp(text, "POST", 4) == 0));
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
    if (starts_with(text, length, "access-control-")
        || cors_token_same(text, length, "origin", 6)) {
        return CORS_NAME_HEADER_ANSWER;
    }
    if (starts_with(text, length, "sec-")
        || starts_with(text, length, "proxy-")
        || listed(forbidden, text, length)) {
        return CORS_NAME_HEADER_FORBIDDEN;
    }
    return CORS_NAME_OK;
}

cors_name_flaw cors_exposed_header_check(const char *text, size_t length)
{
    if (!cors_token_is(text, length)) {
        return CORS_NAME_NO_TOKEN;
    }
    if (cors_token_same(text, length, "set-cookie", 10)
        || cors_token_same(text, length, "set-cookie2", 11)) {
        return CORS_NAME_EXPOSED_COOKIE;
    }
    if (starts_with(text, length, "access-control-")
        || cors_token_same(text, length, "origin", 6)) {
        return CORS_NAME_EXPOSED_SENSELESS;
    }
    return CORS_NAME_OK;
}
