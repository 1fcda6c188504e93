/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_ORIGIN_SET_H
#define CORS_ORIGIN_SET_H

#include <apr_pools.h>
#include <apr_time.h>
#include <stddef.h>

#include "syntax/flaw.h"
#include "syntax/origin.h"
#include "policy/matcher.h"
#include "policy/policy.h"

/*
 * Patterns and exclusions: those that one section writes, or those of a file
 * that sections share. Filled while its section or file is read, constant
 * afterwards.
 */
typedef struct cors_origin_set cors_origin_set;

/* A pattern that an option has to permit. */
typedef struct cors_offence {
    const char *pattern;        /* NULL: there is none */
    cors_place place;
} cors_offence;

/*
 * An empty set, in the pool. path: of its file, NULL: it is a section's;
 * patterns: how many there will be, 0: nobody knows.
 */
cors_origin_set *cors_origin_set_create(apr_pool_t *pool, const char *path,
                                        size_t patterns);

/*
 * Add a pattern, or ! and a pattern. text: must live as long, and end in
 * NUL; place: for messages about what an option has to permit, which is only
 * noted here (safety.h judges it).
 * Returns what is wrong with it; then nothing was added.
 *
 * Over https: and two slashes,
 * yes: "app.example.com", "!old.example.com"   no: "app.example.com/"
 */
cors_flaw cors_origin_set_add(cors_origin_set *set, const char *text,
                              size_t length, cors_place place);

/* Note that it says, by the word none, that it is a list of nobody. */
void cors_origin_set_admit_nobody(cors_origin_set *set);
int cors_origin_set_admits_nobody(const cors_origin_set *set);

/* Whether it has patterns, and whether it has exclusions. */
int cors_origin_set_admits_some(const cors_origin_set *set);
int cors_origin_set_excludes_some(const cors_origin_set *set);

/* Whether it has patterns, and none that an option has to permit. */
int cors_origin_set_is_harmless(const cors_origin_set *set);

/* As cors_matcher_has(). */
int cors_origin_set_has(const cors_origin_set *set, const char *text,
                        size_t length);

/* Whether a wildcard admits the origin, and whether an exclusion takes it. */
int cors_origin_set_admits(const cors_origin_set *set,
                           const cors_origin *origin);
int cors_origin_set_excludes(const cors_origin_set *set,
                             const cors_origin *origin);

/* Of a file: its path, and when it was read. NULL and 0: it is a section's. */
const char *cors_origin_set_path(const cors_origin_set *set);
apr_time_t cors_origin_set_read_at(const cors_origin_set *set);

/* How many patterns it has, exclusions among them. */
size_t cors_origin_set_count(const cors_origin_set *set);

/* Its patterns, exclusions aside; NULL: none. For messages. */
const cors_matcher *cors_origin_set_patterns(const cors_origin_set *set);

/*
 * Whether a star inside a label stands in front of a public suffix, where
 * strangers could have registered a name that it matches, or where a build
 * without their list cannot tell. Sets *offence, if not NULL, to the first.
 *
 * yes: *--site.netlify.app   no: pr-*.example.com, *.netlify.app
 */
int cors_origin_set_has_open_label(const cors_origin_set *set,
                                   cors_offence *offence);

/*
 * The first pattern that credentials make dangerous, and that needs a word of
 * CORSOptions which is not among options. Returns the word's bit and sets
 * *offence, if not NULL; 0: there is none.
 */
int cors_origin_set_unmet_option(const cors_origin_set *set, int options,
                                 cors_offence *offence);

/* What cors_origin_set_each() and cors_origins_each() come across. */
typedef enum {
    CORS_SEEN_ADMITTED,         /* a pattern */
    CORS_SEEN_EXCLUDED,         /* the same behind !, without it */
    CORS_SEEN_FILE,             /* a path; its patterns follow: */
    CORS_SEEN_FILE_ADMITTED,
    CORS_SEEN_FILE_EXCLUDED,
    CORS_SEEN_EXPRESSION,
    CORS_SEEN_QUERY             /* "sql" parameter ... */
} cors_origin_seen;

/*
 * Call visit with each of them, in the order of the configuration, until it
 * answers other than 0; returns that answer. number: how many of the same
 * list came before.
 */
typedef int cors_origin_visit(void *data, cors_origin_seen seen,
                              const char *text, size_t number);
int cors_origin_set_each(const cors_origin_set *set,
                         cors_origin_visit *visit, void *data);

#endif
