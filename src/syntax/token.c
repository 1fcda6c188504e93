/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/token.h"

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
        "it; leave it out"
};

const char *cors_name_flaw_text(cors_name_flaw flaw)
{
    return flaw_texts[flaw];
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

/* The entry of a list that ends in NULL which is this name; else NULL. */
static const char *listed(const char *const *names, const char *text,
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
