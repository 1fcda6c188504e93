/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/idna.h"

#include <string.h>

#ifdef HAVE_LIBIDN2

#include <apr_strings.h>
#include <idn2.h>

#include "syntax/host.h"

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

static int form_is_broken(const char *label, size_t length)
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

static int label_is_broken(const char *label, size_t length)
{
    return length >= 4 && length <= CORS_LABEL_LENGTH_MAX
           && memcmp(label, "xn--", 4) == 0 && form_is_broken(label, length);
}

static int has_hyphens(const char *text, size_t length)
{
    const char *end = text + length;

    while ((text = memchr(text, '-', (size_t)(end - text))) != NULL) {
        if (++text < end && *text == '-') {
            return 1;
        }
    }
    return 0;
}

/* Where no -- stands there is no xn-- label: 170 instructions less. */
int cors_idna_accepts(const char *host, size_t length)
{
    size_t start = 0, at;

    if (!has_hyphens(host, length)) {
        return 1;
    }
    for (at = 0; at <= length; at++) {
        if (at == length || host[at] == '.') {
            if (label_is_broken(host + start, at - start)) {
                return 0;
            }
            start = at + 1;
        }
    }
    return 1;
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
