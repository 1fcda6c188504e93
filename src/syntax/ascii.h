/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_ASCII_H
#define CORS_ASCII_H

#include <stddef.h>
#include <string.h>

/*
 * Text as protocols have it: bytes, of which the ASCII ones have a meaning,
 * whatever the locale.
 */

/* Bytes of something longer: no copy, no NUL at the end. */
typedef struct cors_text {
    const char *text;
    size_t length;
} cors_text;

/*
 * Rows of a table of bytes, for cors_ascii_span():
 *
 *     static const char name[256] = { CORS_ASCII_DIGITS, ['-'] = 1 };
 */
#define CORS_ASCII_DIGITS \
    ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1, \
    ['6'] = 1, ['7'] = 1, ['8'] = 1, ['9'] = 1
#define CORS_ASCII_LOWER \
    ['a'] = 1, ['b'] = 1, ['c'] = 1, ['d'] = 1, ['e'] = 1, ['f'] = 1, \
    ['g'] = 1, ['h'] = 1, ['i'] = 1, ['j'] = 1, ['k'] = 1, ['l'] = 1, \
    ['m'] = 1, ['n'] = 1, ['o'] = 1, ['p'] = 1, ['q'] = 1, ['r'] = 1, \
    ['s'] = 1, ['t'] = 1, ['u'] = 1, ['v'] = 1, ['w'] = 1, ['x'] = 1, \
    ['y'] = 1, ['z'] = 1
#define CORS_ASCII_UPPER \
    ['A'] = 1, ['B'] = 1, ['C'] = 1, ['D'] = 1, ['E'] = 1, ['F'] = 1, \
    ['G'] = 1, ['H'] = 1, ['I'] = 1, ['J'] = 1, ['K'] = 1, ['L'] = 1, \
    ['M'] = 1, ['N'] = 1, ['O'] = 1, ['P'] = 1, ['Q'] = 1, ['R'] = 1, \
    ['S'] = 1, ['T'] = 1, ['U'] = 1, ['V'] = 1, ['W'] = 1, ['X'] = 1, \
    ['Y'] = 1, ['Z'] = 1

/* All of them but the tab. */
#define CORS_ASCII_CONTROLS \
    [0x00] = 1, [0x01] = 1, [0x02] = 1, [0x03] = 1, [0x04] = 1, \
    [0x05] = 1, [0x06] = 1, [0x07] = 1, [0x08] = 1, [0x0A] = 1, \
    [0x0B] = 1, [0x0C] = 1, [0x0D] = 1, [0x0E] = 1, [0x0F] = 1, \
    [0x10] = 1, [0x11] = 1, [0x12] = 1, [0x13] = 1, [0x14] = 1, \
    [0x15] = 1, [0x16] = 1, [0x17] = 1, [0x18] = 1, [0x19] = 1, \
    [0x1A] = 1, [0x1B] = 1, [0x1C] = 1, [0x1D] = 1, [0x1E] = 1, \
    [0x1F] = 1, [0x7F] = 1

/*
 * How many bytes at the start of a text a table has. Four at a time, for
 * strangers' texts may be long.
 */
static inline size_t cors_ascii_span(const char *text, size_t length,
                                     const char table[256])
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t at = 0;

    while (length - at >= 4
           && table[bytes[at]] & table[bytes[at + 1]]
              & table[bytes[at + 2]] & table[bytes[at + 3]]) {
        at += 4;
    }
    while (at < length && table[bytes[at]]) {
        at++;
    }
    return at;
}

static inline char cors_ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static inline int cors_ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline int cors_ascii_is_alphanumeric(char c)
{
    c = cors_ascii_lower(c);
    return cors_ascii_is_digit(c) || (c >= 'a' && c <= 'z');
}

/* A letter, a digit or _: \w of a regular expression. */
static inline int cors_ascii_is_word(char c)
{
    return cors_ascii_is_alphanumeric(c) || c == '_';
}

/* Whether a set, which ends in NUL, has a byte; it never has NUL. */
static inline int cors_ascii_has(const char *set, char c)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* RFC 9110, 5.6.3: what stands around elements. */
static inline int cors_ascii_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* A text without the blanks around it. */
static inline cors_text cors_ascii_trim(const char *text, size_t length)
{
    while (length > 0 && cors_ascii_is_blank(text[0])) {
        text++;
        length--;
    }
    while (length > 0 && cors_ascii_is_blank(text[length - 1])) {
        length--;
    }
    return (cors_text){ text, length };
}

/* Whether two texts have the same bytes. */
static inline int cors_text_same(cors_text a, cors_text b)
{
    return a.length == b.length && memcmp(a.text, b.text, a.length) == 0;
}

/* Whether as many bytes are the same, their case aside. */
static inline int cors_ascii_alike(const char *a, const char *b,
                                   size_t length)
{
    size_t i;

    for (i = 0; i < length; i++) {
        if (a[i] != b[i] && cors_ascii_lower(a[i]) != cors_ascii_lower(b[i])) {
            return 0;
        }
    }
    return 1;
}

/*
 * Whether a text is a word, or starts with it: exactly, or in any case. The
 * word ends in NUL.
 */
static inline int cors_ascii_starts_with(const char *text, size_t length,
                                         const char *word)
{
    size_t n = strlen(word);

    return length >= n && memcmp(text, word, n) == 0;
}

static inline int cors_ascii_starts_any_case(const char *text, size_t length,
                                             const char *word)
{
    size_t n = strlen(word);

    return length >= n && cors_ascii_alike(text, word, n);
}

static inline int cors_ascii_same(const char *text, size_t length,
                                  const char *word)
{
    return length == strlen(word) && memcmp(text, word, length) == 0;
}

static inline int cors_ascii_same_any_case(const char *text, size_t length,
                                           const char *word)
{
    return length == strlen(word) && cors_ascii_alike(text, word, length);
}

#endif
