/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/host.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "syntax/ascii.h"
#include "syntax/idna.h"

/* What stands at a byte that no host has. */
static cors_flaw explain_byte(char c)
{
    if ((unsigned char)c >= 0x80) {
        return CORS_FLAW_NOT_ASCII;
    }
    if (c >= 'A' && c <= 'Z') {
        return CORS_FLAW_UPPER_CASE;
    }
    return c == '*' ? CORS_FLAW_WILDCARD : CORS_FLAW_CHARACTER;
}

static cors_flaw check_label(const char *label, size_t length)
{
    if (length == 0) {
        return CORS_FLAW_LABEL_EMPTY;
    }
    if (length > CORS_LABEL_LENGTH_MAX) {
        return CORS_FLAW_LABEL_LONG;
    }
    if (cors_ascii_starts_with(label, length, "xn--")
        && !cors_idna_decodes(label + 4, length - 4)) {
        return CORS_FLAW_LABEL_XN;
    }
    return CORS_FLAW_NONE;
}

/* URL standard, "ends in a number", of one label: 12, 0x1f, 0x. */
static int is_number(const char *label, size_t length)
{
    size_t i;
    int hex = length >= 2 && label[0] == '0' && label[1] == 'x';

    for (i = hex ? 2 : 0; i < length; i++) {
        if (!cors_ascii_is_digit(label[i])
            && !(hex && label[i] >= 'a' && label[i] <= 'f')) {
            return 0;
        }
    }
    return length > 0;
}

/* Four numbers of 0 to 255 without padding, three dots. */
static int is_dotted_quad(const char *text, size_t length)
{
    size_t at = 0;
    int part;

    for (part = 0; part < 4; part++) {
        size_t start = at;
        int value = 0;

        while (at < length && at - start < 3
               && cors_ascii_is_digit(text[at])) {
            value = value * 10 + (text[at++] - '0');
        }
        if (at == start || value > 255
            || (text[start] == '0' && at - start > 1)) {
            return 0;
        }
        if (part < 3 && (at >= length || text[at++] != '.')) {
            return 0;
        }
    }
    return at == length;
}

/*
 * A name whose last label starts with a digit. label: where that is; end:
 * of the name, the trailing dot left out.
 */
static cors_flaw check_number(const char *text, size_t length, size_t label,
                              size_t end, cors_host_kind *kind)
{
    size_t i;

    if (!is_number(text + label, end - label)) {
        return CORS_FLAW_NONE;
    }
    *kind = CORS_HOST_IPV4;
    if (is_dotted_quad(text, length)) {
        return CORS_FLAW_NONE;
    }
    for (i = 0; i < label; i++) {
        if (!cors_ascii_is_digit(text[i]) && !strchr(".xabcdef", text[i])) {
            return CORS_FLAW_NUMBER;
        }
    }
    return CORS_FLAW_IPV4;
}

static cors_flaw check_name(const char *text, size_t length,
                            cors_host_kind *kind)
{
    static const char name_bytes[256] = {
        CORS_ASCII_DIGITS, CORS_ASCII_LOWER, ['-'] = 1, ['_'] = 1
    };
    const char *end = text + length - (text[length - 1] == '.');
    const char *label = text, *at = text;
    cors_flaw flaw;

    for (;;) {
        at += cors_ascii_span(at, (size_t)(end - at), name_bytes);
        if (at < end && *at != '.') {
            return explain_byte(*at);
        }
        flaw = check_label(label, (size_t)(at - label));
        if (flaw != CORS_FLAW_NONE) {
            return flaw;
        }
        if (at == end) {
            break;
        }
        label = ++at;
    }
    if (end - text > CORS_HOST_LENGTH_MAX) {
        return CORS_FLAW_HOST_LONG;
    }
    *kind = CORS_HOST_NAME;
    return cors_ascii_is_digit(*label)
           ? check_number(text, length, (size_t)(label - text),
                          (size_t)(end - text), kind) : CORS_FLAW_NONE;
}

static cors_flaw check_ipv6(const char *text, size_t length)
{
    char copy[CORS_HOST_IPV6_SIZE], shortest[CORS_HOST_IPV6_SIZE];
    struct in6_addr address;

    if (text[length - 1] != ']') {
        return CORS_FLAW_IPV6;
    }
    if (memchr(text, '%', length)) {
        return CORS_FLAW_IPV6_FORM;
    }
    if (length - 2 >= sizeof(copy) || memchr(text, '\0', length)) {
        return CORS_FLAW_IPV6;
    }
    memcpy(copy, text + 1, length - 2);
    copy[length - 2] = '\0';
    if (inet_pton(AF_INET6, copy, &address) != 1) {
        return CORS_FLAW_IPV6;
    }
    if (IN6_IS_ADDR_V4MAPPED(&address)) {
        return CORS_FLAW_IPV6_MAPPED;
    }
    cors_host_write_ipv6(address.s6_addr, shortest);
    return cors_ascii_same(text, length, shortest) ? CORS_FLAW_NONE
                                                   : CORS_FLAW_IPV6_FORM;
}

cors_flaw cors_host_check(const char *text, size_t length,
                          cors_host_kind *kind)
{
    if (length == 0) {
        return CORS_FLAW_NO_HOST;
    }
    if (text[0] == '[') {
        *kind = CORS_HOST_IPV6;
        return check_ipv6(text, length);
    }
    return check_name(text, length, kind);
}

cors_flaw cors_host_check_opaque(const char *text, size_t length,
                                 cors_host_kind *kind)
{
    static const char opaque_bytes[256] = {
        CORS_ASCII_DIGITS, CORS_ASCII_LOWER, CORS_ASCII_UPPER, ['-'] = 1,
        ['.'] = 1, ['_'] = 1, ['~'] = 1, ['%'] = 1, ['+'] = 1
    };

    if (length == 0) {
        return CORS_FLAW_NO_HOST;
    }
    if (text[0] == '[') {
        *kind = CORS_HOST_IPV6;
        return check_ipv6(text, length);
    }
    *kind = CORS_HOST_OPAQUE;
    return cors_ascii_span(text, length, opaque_bytes) == length
           ? CORS_FLAW_NONE : CORS_FLAW_CHARACTER_OPAQUE;
}

int cors_host_is_loopback(const char *text, size_t length)
{
    static const char name[] = "localhost";
    const size_t name_length = sizeof(name) - 1;

    if (cors_ascii_same(text, length, "[::1]")) {
        return 1;
    }
    if (is_dotted_quad(text, length)) {
        return memcmp(text, "127.", 4) == 0;
    }
    if (length > 0 && text[length - 1] == '.') {
        length--;
    }
    if (length < name_length
        || memcmp(text + length - name_length, name, name_length) != 0) {
        return 0;
    }
    return length == name_length || text[length - name_length - 1] == '.';
}

size_t cors_host_write_ipv6(const unsigned char bytes[16], char *out)
{
    size_t length;

    out[0] = '[';
    inet_ntop(AF_INET6, bytes, out + 1, CORS_HOST_IPV6_SIZE - 1);
    /* it ends some addresses in an IPv4 one, the URL standard none */
    if (strchr(out, '.')) {
        char *last = strrchr(out, ':') + 1;

        snprintf(last, CORS_HOST_IPV6_SIZE - (size_t)(last - out), "%x:%x",
                 bytes[12] * 256u + bytes[13], bytes[14] * 256u + bytes[15]);
    }
    length = strlen(out);
    out[length++] = ']';
    out[length] = '\0';
    return length;
}
