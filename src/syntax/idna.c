/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/idna.h"

#include <string.h>

#ifdef HAVE_LIBIDN2
#include <apr_strings.h>
#include <idn2.h>
#endif

#include "syntax/ascii.h"
#include "syntax/host.h"

/* The parameters of RFC 3492, section 5. */
enum {
    BASE = 36, TMIN = 1, TMAX = 26, SKEW = 38, DAMP = 700,
    INITIAL_BIAS = 72, INITIAL_N = 128
};

#define LAST_CODE_POINT 0x10ffffu

static unsigned adapt(unsigned delta, unsigned points, int first)
{
    unsigned k = 0;

    delta = first ? delta / DAMP : delta / 2;
    delta += delta / points;
    while (delta > ((BASE - TMIN) * TMAX) / 2) {
        delta /= BASE - TMIN;
        k += BASE;
    }
    return k + (BASE - TMIN + 1) * delta / (delta + SKEW);
}

static int read_digit(char c)
{
    if (c >= 'a' && c <= 'z') {
        return c - 'a';
    }
    return cors_ascii_is_digit(c) ? c - '0' + 26 : BASE;
}

/*
 * One generalized variable-length integer (RFC 3492, 3.3).
 * Returns the bytes used; 0 where it overflows or breaks off.
 */
static size_t read_integer(const char *text, size_t length, unsigned bias,
                           unsigned *value)
{
    unsigned weight = 1, k = BASE;
    size_t at;

    *value = 0;
    for (at = 0; at < length; at++, k += BASE) {
        unsigned digit = (unsigned)read_digit(text[at]);
        unsigned t = k <= bias ? TMIN : k - bias > TMAX ? TMAX : k - bias;

        if (digit >= BASE || weight > 0x7fffffffu / BASE
            || digit > (0x7fffffffu - *value) / weight) {
            return 0;
        }
        *value += digit * weight;
        if (digit < t) {
            return at + 1;
        }
        weight *= BASE - t;
    }
    return 0;
}

int cors_idna_decodes(const char *text, size_t length)
{
    unsigned n = INITIAL_N, bias = INITIAL_BIAS, i = 0, points = 0;
    size_t at = length;

    while (at > 0 && text[at - 1] != '-') {
        at--;
    }
    points = at > 0 ? (unsigned)at - 1 : 0;
    if (at == length) {
        return 0;
    }
    while (at < length) {
        unsigned delta;
        size_t used = read_integer(text + at, length - at, bias, &delta);

        if (used == 0 || delta > 0x7fffffffu - i) {
            return 0;
        }
        points++;
        bias = adapt(delta, points, i == 0);
        i += delta;
        if (i / points > LAST_CODE_POINT - n) {
            return 0;
        }
        n += i / points;
        i = i % points + 1;
        if (n >= 0xd800 && n <= 0xdfff) {
            return 0;
        }
        at += used;
    }
    return 1;
}

#ifdef HAVE_LIBIDN2

/*
 * The answers that say that a label is broken for browsers too. libidn2 has
 * more of them, for rules that the URL standard switches off.
 */
static int is_broken(int answer)
{
    switch (answer) {
    case IDN2_PUNYCODE_BAD_INPUT:
    case IDN2_PUNYCODE_BIG_OUTPUT:
    case IDN2_PUNYCODE_OVERFLOW:
    case IDN2_ALABEL_ROUNDTRIP_FAILED:
    case IDN2_NOT_NFC:
    case IDN2_INVALID_NONTRANSITIONAL:
        return 1;
    default:
        return 0;
    }
}

static int has_broken_form(const char *label, size_t length)
{
    char copy[CORS_LABEL_LENGTH_MAX + 1];
    char *form = NULL;
    int answer;

    memcpy(copy, label, length);
    copy[length] = '\0';
    answer = idn2_to_ascii_8z(copy, &form, IDN2_NONTRANSITIONAL);
    idn2_free(form);
    return is_broken(answer);
}

static int is_broken_label(const char *label, size_t length)
{
    return length <= CORS_LABEL_LENGTH_MAX
           && cors_ascii_starts_with(label, length, "xn--")
           && has_broken_form(label, length);
}

int cors_idna_accepts(const char *host, size_t length)
{
    const char *end = host + length, *label = host, *dot;

    if (!memchr(host, '-', length)) {
        return 1;
    }
    while ((dot = memchr(label, '.', (size_t)(end - label))) != NULL) {
        if (is_broken_label(label, (size_t)(dot - label))) {
            return 0;
        }
        label = dot + 1;
    }
    return !is_broken_label(label, (size_t)(end - label));
}

const char *cors_idna_to_ascii(apr_pool_t *pool, const char *host,
                               size_t length)
{
    char *form = NULL;
    const char *ascii = NULL;

    if (memchr(host, '\0', length)) {
        return NULL;
    }
    if (idn2_to_ascii_8z(apr_pstrmemdup(pool, host, length), &form,
                         IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT) == IDN2_OK) {
        ascii = apr_pstrdup(pool, form);
    }
    idn2_free(form);
    return ascii;
}

#else

int cors_idna_accepts(const char *host, size_t length)
{
    (void)host;
    (void)length;
    return 1;
}

const char *cors_idna_to_ascii(apr_pool_t *pool, const char *host,
                               size_t length)
{
    (void)pool;
    (void)host;
    (void)length;
    return NULL;
}

#endif
