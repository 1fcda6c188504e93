/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/punycode.h"

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

static int digit_value(char c)
{
    if (c >= 'a' && c <= 'z') {
        return c - 'a';
    }
    return c >= '0' && c <= '9' ? c - '0' + 26 : BASE;
}

/*
 * One generalized variable-length integer (RFC 3492, 3.3).
 * Returns the bytes used; 0 where it overflows or breaks off.
 */
static size_t integer_read(const char *text, size_t length, unsigned bias,
                           unsigned *value)
{
    unsigned weight = 1, k = BASE;
    size_t at;

    *value = 0;
    for (at = 0; at < length; at++, k += BASE) {
        unsigned digit = (unsigned)digit_value(text[at]);
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

int cors_punycode_decodes(const char *text, size_t length)
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
        size_t used = integer_read(text + at, length - at, bias, &delta);

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
