/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/site.h"

#include <pthread.h>
#include <string.h>

#include <apr_hash.h>

#ifdef HAVE_LIBPSL
#include <libpsl.h>
#endif

#include "syntax/ascii.h"
#include "syntax/host.h"
#include "syntax/token.h"

/* A DNS name in lower case, ended by NUL, its trailing dot cut off. */
typedef struct {
    char text[CORS_HOST_LENGTH_MAX + 2];
    size_t length;
    int dot;
} domain_name;

/* Answers 0 for an address, and for what is no host. */
static int read_name(domain_name *name, const char *host, size_t length,
                     int *address)
{
    cors_host_kind kind;
    size_t i;

    *address = 0;
    if (length == 0 || length >= sizeof(name->text)) {
        return 0;
    }
    for (i = 0; i < length; i++) {
        name->text[i] = cors_ascii_lower(host[i]);
    }
    if (cors_host_check(name->text, length, &kind) != CORS_FLAW_NONE) {
        return 0;
    }
    *address = kind != CORS_HOST_NAME;
    name->dot = name->text[length - 1] == '.';
    name->length = length - name->dot;
    name->text[name->length] = '\0';
    return !*address;
}

static int is_listed_suffix(const domain_name *name)
{
#ifdef HAVE_LIBPSL
    const psl_ctx_t *list = psl_builtin();

    if (list) {
        return psl_is_public_suffix(list, name->text);
    }
#endif
    return !strchr(name->text, '.');
}

/* Whether the name is the other one, or under it. */
static int is_within(const domain_name *name, const domain_name *other)
{
    size_t before = name->length - other->length;

    return name->length >= other->length
        && strcmp(name->text + before, other->text) == 0
        && (before == 0 || name->text[before - 1] == '.');
}

static int share_domain(const domain_name *a, const domain_name *b)
{
#ifdef HAVE_LIBPSL
    const psl_ctx_t *list = psl_builtin();

    if (list) {
        const char *one = psl_registrable_domain(list, a->text);
        const char *other = psl_registrable_domain(list, b->text);

        return one && other && strcmp(one, other) == 0;
    }
#endif
    return (strchr(b->text, '.') && is_within(a, b))
        || (strchr(a->text, '.') && is_within(b, a));
}

int cors_site_has_list(void)
{
#ifdef HAVE_LIBPSL
    return psl_builtin() != NULL;
#else
    return 0;
#endif
}

static int find_suffix(const char *host, size_t length)
{
    domain_name name;
    int address;

    if (!read_name(&name, host, length, &address)) {
        return !address;
    }
    return strcmp(name.text, "localhost") != 0 && is_listed_suffix(&name);
}

/*
 * The last answers, for all threads of a process: a .htaccess asks the same
 * with every request. Each host has one place, which it shares with those of
 * its hash; longer ones have none.
 */
typedef struct {
    unsigned char length;
    unsigned char is_suffix;
    char host[62];
} answer;

static answer answers[1021];
static pthread_mutex_t answers_lock = PTHREAD_MUTEX_INITIALIZER;

/* -1: it is not known, or another thread is looking. */
static int recall(const answer *known, const char *host, size_t length)
{
    int is_suffix = -1;

    if (pthread_mutex_trylock(&answers_lock) == 0) {
        if (known->length == length
            && memcmp(known->host, host, length) == 0) {
            is_suffix = known->is_suffix;
        }
        pthread_mutex_unlock(&answers_lock);
    }
    return is_suffix;
}

static void remember(answer *known, const char *host, size_t length,
                     int is_suffix)
{
    if (pthread_mutex_trylock(&answers_lock) == 0) {
        known->length = (unsigned char)length;
        known->is_suffix = (unsigned char)is_suffix;
        memcpy(known->host, host, length);
        pthread_mutex_unlock(&answers_lock);
    }
}

int cors_site_is_public_suffix(const char *host, size_t length)
{
    apr_ssize_t size = (apr_ssize_t)length;
    answer *known;
    int is_suffix;

    if (length == 0 || length > sizeof(known->host)) {
        return find_suffix(host, length);
    }
    known = &answers[apr_hashfunc_default(host, &size)
                     % (sizeof(answers) / sizeof(answers[0]))];
    is_suffix = recall(known, host, length);
    if (is_suffix < 0) {
        is_suffix = find_suffix(host, length);
        remember(known, host, length, is_suffix);
    }
    return is_suffix;
}

static const char *registrable_of(const domain_name *name)
{
    const char *dot = strrchr(name->text, '.');
    const char *at = dot ? dot + 1 : name->text;

    if (strcmp(at, "localhost") == 0) {
        return at;
    }
#ifdef HAVE_LIBPSL
    {
        const psl_ctx_t *list = psl_builtin();

        if (list) {
            return psl_registrable_domain(list, name->text);
        }
    }
#endif
    for (at = dot; dot && at > name->text && at[-1] != '.'; at--) {
        continue;
    }
    return at;
}

size_t cors_site_registrable(const char *host, size_t length)
{
    domain_name name;
    int address;
    const char *domain = NULL;

    if (read_name(&name, host, length, &address)) {
        domain = registrable_of(&name);
    }
    return domain ? strlen(domain) + (size_t)name.dot : 0;
}

int cors_site_same(const char *a, size_t a_length,
                   const char *b, size_t b_length)
{
    domain_name one, other;
    int address;

    if (cors_token_same(a, a_length, b, b_length)) {
        return 1;
    }
    return read_name(&one, a, a_length, &address)
        && read_name(&other, b, b_length, &address)
        && one.dot == other.dot
        && share_domain(&one, &other);
}
