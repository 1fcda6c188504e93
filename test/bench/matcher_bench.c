/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times the matcher alone, and PCRE2's JIT with one alternation beside it.
 *
 *   matcher_bench module|pcre2 KIND NUMBER hit|miss LOOKUPS
 *
 * KIND: exact, wildcard (a *. over many hosts), label (a star inside many
 * labels under one parent), port (many ports of one *.).
 *
 * Prints the nanoseconds of one look-up, or "too large" where PCRE2 does not
 * compile so many alternatives. All look-ups happen in look_up_often(), which
 * callgrind can count by itself. The patterns are those of rows.py.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <apr_general.h>
#include <apr_strings.h>
#include <apr_tables.h>
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "policy/matcher.h"

typedef struct contest {
    cors_matcher *matcher;          /* NULL: it is PCRE2's turn */
    pcre2_code *code;
    pcre2_match_data *data;
    const char *origin;
    size_t length;
} contest;

static apr_pool_t *pool;

/* As the module asks: the whole origin as it stands, and only then parsed. */
static int module_admits(const contest *c)
{
    cors_origin origin;

    return cors_matcher_has(c->matcher, c->origin, c->length)
           || (cors_origin_parse(c->origin, c->length, &origin)
               == CORS_FLAW_NONE
               && cors_matcher_admits_by_wildcard(c->matcher, &origin));
}

static int pcre2_admits(const contest *c)
{
    return pcre2_jit_match(c->code, (PCRE2_SPTR)c->origin, c->length, 0, 0,
                           c->data, NULL) > 0;
}

/* How many of the look-ups found the origin. */
static __attribute__((noinline)) long look_up_often(const contest *c,
                                                    long lookups)
{
    long found = 0;

    while (lookups-- > 0) {
        found += c->matcher ? module_admits(c) : pcre2_admits(c);
    }
    return found;
}

/*
 * One pattern that admits what is looked up, the form of the others (their
 * numbers have the same length), and origins that are in and out.
 */
typedef struct kind {
    const char *name;
    const char *admitting;
    const char *others;
    const char *hit;
    const char *miss;
    long first;
} kind;

static const kind kinds[] = {
    { "exact", "https://app500000.example.com",
      "https://app%06ld.example.com", "https://app500000.example.com",
      "https://app500000.example.net", 0 },
    { "wildcard", "https://*.example.com", "https://*.tenant%05ld.example.com",
      "https://app500000.example.com", "https://app500000.example.net", 0 },
    { "label", "https://app500000-*.example.com",
      "https://app%06ld-*.example.com", "https://app500000-7.example.com",
      "https://bpp500000-7.example.com", 0 },
    { "port", "https://*.example.com:8443", "https://*.example.com:%ld",
      "https://app500000.example.com:8443",
      "https://app500000.example.com:8444", 10000 },
};

/* The pattern that admits what is looked up stands in the middle. */
static const char *pattern_text(const kind *k, long index, long number)
{
    return index == number / 2
           ? k->admitting
           : apr_psprintf(pool, k->others,
                          k->first + index - (index > number / 2));
}

static void matcher_make(contest *c, const kind *k, long number)
{
    cors_pattern pattern;
    long i;

    c->matcher = cors_matcher_create(pool);
    for (i = 0; i < number; i++) {
        const char *text = pattern_text(k, i, number);

        if (cors_pattern_parse(text, strlen(text), &pattern)
            != CORS_FLAW_NONE) {
            fprintf(stderr, "%s is no pattern\n", text);
            exit(1);
        }
        cors_matcher_add(c->matcher, &pattern);
    }
}

/*
 * A pattern as a regular expression: *. is (?:[^.]+\.)+, another star is
 * [^.]+ and . is \.
 */
static const char *expression_of(const char *text)
{
    char *out = apr_palloc(pool, 2 * strlen(text) + 16), *start = out;

    for (; *text; text++) {
        if (text[0] == '*' && text[-1] == '/') {
            out = apr_cpystrn(out, "(?:[^.]+\\.)+", 16);
            text++;
            continue;
        }
        if (text[0] == '*') {
            out = apr_cpystrn(out, "[^.]+", 16);
            continue;
        }
        if (*text == '.') {
            *out++ = '\\';
        }
        *out++ = *text;
    }
    *out = '\0';
    return start;
}

/* Returns 0 where there are too many alternatives. */
static int pcre2_make(contest *c, const kind *k, long number)
{
    apr_array_header_t *parts = apr_array_make(pool, 100,
                                               sizeof(const char *));
    const char *all;
    PCRE2_SIZE at;
    int error;
    long i;

    for (i = 0; i < number; i++) {
        *(const char **)apr_array_push(parts) =
            expression_of(pattern_text(k, i, number));
    }
    all = apr_pstrcat(pool, "^(?:", apr_array_pstrcat(pool, parts, '|'),
                      ")$", NULL);
    c->code = pcre2_compile((PCRE2_SPTR)all, PCRE2_ZERO_TERMINATED,
                            PCRE2_DOLLAR_ENDONLY, &error, &at, NULL);
    if (!c->code || pcre2_jit_compile(c->code, PCRE2_JIT_COMPLETE) != 0) {
        return 0;
    }
    c->data = pcre2_match_data_create_from_pattern(c->code, NULL);
    return 1;
}

static double nanoseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

int main(int argc, char **argv)
{
    contest c = { NULL, NULL, NULL, NULL, 0 };
    const kind *k = kinds;
    int hit;
    long number, lookups, found;
    double start;

    if (argc != 6) {
        fprintf(stderr, "see the head of matcher_bench.c\n");
        return 2;
    }
    apr_initialize();
    apr_pool_create(&pool, NULL);
    while (strcmp(k->name, argv[2]) != 0) {
        k++;
    }
    number = strtol(argv[3], NULL, 10);
    hit = strcmp(argv[4], "hit") == 0;
    lookups = strtol(argv[5], NULL, 10);
    c.origin = hit ? k->hit : k->miss;
    c.length = strlen(c.origin);
    if (strcmp(argv[1], "module") == 0) {
        matcher_make(&c, k, number);
    }
    else if (!pcre2_make(&c, k, number)) {
        puts("too large");
        return 0;
    }
    start = nanoseconds();
    found = look_up_often(&c, lookups);
    printf("%.1f\n", (nanoseconds() - start) / (double)lookups);
    return found == (hit ? lookups : 0) ? 0 : 1;
}
