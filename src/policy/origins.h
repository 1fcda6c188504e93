/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_ORIGINS_H
#define CORS_ORIGINS_H

#include <apr_pools.h>
#include <stddef.h>

#include "policy/expression.h"
#include "policy/origin_lists.h"
#include "policy/origin_set.h"
#include "policy/policy.h"
#include "policy/query.h"
#include "policy/reason.h"

/*
 * All that CORSAllowOrigin, -Match and -File of one section say: filled while
 * the configuration is read, constant afterwards but for
 * what its files say (origin_lists.h).
 */
typedef struct cors_origins cors_origins;

/* No origins yet. They live in the pool; place: their first line. */
cors_origins *cors_origins_create(apr_pool_t *pool, cors_place place);

typedef enum {
    CORS_ORIGINS_EMPTY,         /* nothing was added yet */
    CORS_ORIGINS_NONE,          /* the word none */
    CORS_ORIGINS_ANY,           /* the word * */
    CORS_ORIGINS_LISTED         /* patterns, expressions, files */
} cors_origins_kind;

cors_origins_kind cors_origins_kind_of(const cors_origins *origins);
cors_place cors_origins_place(const cors_origins *origins);

/* Make EMPTY ones NONE or ANY. */
void cors_origins_set_kind(cors_origins *origins, cors_origins_kind kind);

/* Add a pattern or an exclusion, as cors_origin_set_add() does. */
cors_flaw cors_origins_add(cors_origins *origins, const char *text,
                           size_t length, cors_place place);

/*
 * Add an expression. keep: whether it is of a .htaccess, and kept from one
 * request to the next; then there is no warning. Returns NULL, or why nobody
 * can mean it, with what to write instead.
 */
const char *cors_origins_add_expression(cors_origins *origins,
                                        const char *text, cors_place place,
                                        int keep, const char **warning);

/* Add the patterns of a file, whichever it has when they are asked for. */
void cors_origins_add_file(cors_origins *origins,
                           const cors_origin_list *list);

/*
 * A policy as it is under one version of the lists of files, for as long as
 * nobody leaves that. From the pool.
 */
const cors_policy *cors_origins_fix(apr_pool_t *pool,
                                    const cors_policy *policy,
                                    const cors_origin_lists *lists);

/* Add a query, which must live as long. */
void cors_origins_add_query(cors_origins *origins, const cors_query *query);

/* Those added, in their order: of const cors_query *. Often there are none. */
const apr_array_header_t *cors_origins_queries(const cors_origins *origins);

/*
 * Whether an origin is allowed under CORSOptions UnsafeInsecureOrigin only:
 * of what is no list, which was checked when it was read.
 *
 * With credentials, yes: "http:" and app.example.com   no: localhost
 */
int cors_origins_need_option(const cors_policy *policy,
                             const cors_origin *origin);

/*
 * Judge an origin by a policy, its queries aside: CORS_REASON_OK or why not.
 * It is taken apart only where it is not listed as it stands, or may be
 * excluded; under "*" every one is allowed. A policy that is not safe allows
 * nobody. Of an origin without text that is all: ORIGIN_MISSING.
 */
cors_reason cors_origins_judge(const cors_policy *policy,
                               cors_sent_origin *origin);

/*
 * Whether something is among them that is no exclusion; the word none in a
 * file is such a thing.
 */
int cors_origins_admit_some(const cors_origins *origins);

/* As the functions of cors_origin_set_. */
int cors_origins_have_open_label(const cors_origins *origins,
                                 cors_offence *offence);
int cors_origins_unmet_option(const cors_origins *origins, int options,
                              cors_offence *offence);

/*
 * Call search with the patterns of each list, until it answers other than
 * NULL; returns that answer. A pattern's text may end with the call.
 */
typedef const char *cors_origins_search(void *data,
                                        const cors_matcher *patterns);
const char *cors_origins_find(const cors_origins *origins,
                              cors_origins_search *search, void *data);

/* The same with each expression. */
typedef const char *cors_origins_expression_search(
    void *data, const cors_expression *expression);
const char *cors_origins_find_expression(
    const cors_origins *origins, cors_origins_expression_search *search,
    void *data);

/*
 * Whether an expression among them needs an option that is not among these:
 * CORS_OPTION_MATCH, where it names no site; CORS_OPTION_PUBLIC_SUFFIX, with
 * credentials, where it is not literal and there is no list of suffixes.
 * Returns the option, 0: none. *offence, if not NULL: the first such.
 */
int cors_origins_unmet_match(const cors_origins *origins, int options,
                             int credentials, cors_offence *offence);

/*
 * As cors_origin_set_each(), of all of them; expressions come last. The text
 * of a file's pattern may end with the call.
 */
int cors_origins_each(const cors_origins *origins, cors_origin_visit *visit,
                      void *data);

/* Call visit with the set of each file among them, in their order. */
typedef void cors_origins_file_visit(void *data, const cors_origin_set *set);
void cors_origins_each_file(const cors_origins *origins,
                            cors_origins_file_visit *visit, void *data);

#endif
