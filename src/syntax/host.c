/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/host.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "syntax/ascii.h"
#include "syntax/idna.h"

/* What stands at a byte that no host has. */
static cors_flaw character_flaw(char c)
{
    if ((unsigned char)c >= 0x80) {
        return CORS_FLAW_NOT_ASCII;
    }
    if (c >= 'A' && c <= 'Z') {
        return CORS_FLAW_UPPER_CASE;
    }
    return c == '*' ? CORS_FLAW_WILDCARD : CORS_FLAW_CHARACTER;
}

/* Apart, as all that few names need: it would cost the others 8. */
static cors_flaw label_check(const char *label, size_t length)
{
    if (length == 0) {
        return CORS_FLAW_LABEL_EMPTY;
    }
    if (length > CORS_LABEL_LENGTH_MAX) {
        return CORS_FLAW_LABEL_LONG;
    }
    if (label[0] == 'x' && cors_ascii_starts_with(label, length, "xn--")
        && !cors_idna_decodes(label + 4, length - 4)) {
        return CORS_FLAW_LABEL_XN;
    }
    return CORS_FLAW_NONE;
}

/* URL standard, "ends in a number", of one label: 12, 0x1f, 0x. */
static int label_is_number(const char *label, size_t length)
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
static cors_flaw number_check(const char *text, size_t length,
                                         size_t label, size_t end,
                                         cors_host_kind *kind)
{
    size_t i;

    if (!label_is_number(text + label, end - label)) {
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

static cors_flaw name_check(const char *text, size_t length,
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
            return character_flaw(*at);
        }
        /* 1 to 63 bytes, and no x: nothing can be wrong with most labels */
        if (((size_t)(at - label) - 1 >= CORS_LABEL_LENGTH_MAX
             || *label == 'x')
            && (flaw = label_check(label, (size_t)(at - label))) != 0) {
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
           ? number_check(text, length, (size_t)(label - text),
                          (size_t)(end - text), kind) : CORS_FLAW_NONE;
}

static cors_flaw ipv6_check(const char *text, size_t length)
{
    static const unsigned char mapped[12] =
        { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
    char copy[CORS_HOST_IPV6_SIZE], shortest[CORS_HOST_IPV6_SIZE];
    unsigned char bytes[16];

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
    if (inet_pton(AF_INET6, copy, bytes) != 1) {
        return CORS_FLAW_IPV6;
    }
    if (memcmp(bytes, mapped, sizeof(mapped)) == 0) {
        return CORS_FLAW_IPV6_MAPPED;
    }
    if (cors_host_write_ipv6(bytes, shortest) != length
        || memcmp(shortest, text, length) != 0) {
        return CORS_FLAW_IPV6_FORM;
    }
    return CORS_FLAW_NONE;
}

cors_flaw cors_host_check(const char *text, size_t length,
                          cors_host_kind *kind)
{
    if (length == 0) {
        return CORS_FLAW_NO_HOST;
    }
    if (text[0] == '[') {
        *kind = CORS_HOST_IPV6;
        return ipv6_check(text, length);
    }
    return name_check(text, length, kind);
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

/* The first of the longest runs of two or more zero pieces; 8 if none. */
static int longest_zeros(const unsigned pieces[8], int *run)
{
    int best = 8, i = 0;

    *run = 1;
    while (i < 8) {
        int start = i;

        while (i < 8 && pieces[i] == 0) {
            i++;
        }
        if (i - start > *run) {
            best = start;
            *run = i - start;
        }
        i++;
    }
    return best;
}

size_t cors_host_write_ipv6(const unsigned char bytes[16], char *out)
{
    unsigned pieces[8];
    size_t used = 0;
    int i, run, zeros;

    for (i = 0; i < 8; i++) {
        pieces[i] = bytes[2 * i] * 256u + bytes[2 * i + 1];
    }
    zeros = longest_zeros(pieces, &run);
    out[used++] = '[';
    for (i = 0; i < 8; i++) {
        if (i == zeros) {
            out[used++] = ':';
            out[used] = ':';
            used += i + run == 8;
            i += run - 1;
            continue;
        }
        used += (size_t)snprintf(out + used, CORS_HOST_IPV6_SIZE - used,
                                 "%s%x", i > 0 ? ":" : "", pieces[i]);
    }
    out[used++] = ']';
    out[used] = '\0';
    return used;
}
