/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/origins_inside.h"

#include "syntax/site.h"
#include "policy/expression_cache.h"

cors_origins *cors_origins_create(apr_pool_t *pool, cors_place place)
{
    cors_origins *origins = apr_pcalloc(pool, sizeof(*origins));

    origins->pool = pool;
    origins->place = place;
    origins->sets = apr_array_make(pool, 1, sizeof(origin_source));
    origins->expressions = apr_array_make(pool, 0,
                                          sizeof(placed_expression));
    origins->queries = apr_array_make(pool, 0, sizeof(const cors_query *));
    return origins;
}

cors_origins_kind cors_origins_kind_of(const cors_origins *origins)
{
    return origins->kind;
}

cors_place cors_origins_place(const cors_origins *origins)
{
    return origins->place;
}

void cors_origins_set_kind(cors_origins *origins, cors_origins_kind kind)
{
    origins->kind = kind;
}

static void add_set(cors_origins *origins, const cors_origin_set *set,
                    int file)
{
    APR_ARRAY_PUSH(origins->sets, origin_source) =
        (origin_source){ set, file };
    origins->kind = CORS_ORIGINS_LISTED;
}

void cors_origins_add_file(cors_origins *origins,
                           const cors_origin_list *list)
{
    add_set(origins, list->set, list->number);
    origins->has_files = 1;
}

cors_flaw cors_origins_add(cors_origins *origins, const char *text,
                           size_t length, cors_place place)
{
    if (!origins->own) {
        origins->own = cors_origin_set_create(origins->pool, NULL, 0);
        add_set(origins, origins->own, -1);
    }
    return cors_origin_set_add(origins->own, text, length, place);
}

const char *cors_origins_add_expression(cors_origins *origins,
                                        const char *text, cors_place place,
                                        int keep, const char **warning)
{
    placed_expression *added = apr_array_push(origins->expressions);

    origins->kind = CORS_ORIGINS_LISTED;
    added->place = place;
    *warning = NULL;
    return keep
        ? cors_expression_cache_compile(origins->pool, text,
                                        &added->expression)
        : cors_expression_compile(origins->pool, text, &added->expression,
                                  warning);
}

void cors_origins_add_query(cors_origins *origins, const cors_query *query)
{
    APR_ARRAY_PUSH(origins->queries, const cors_query *) = query;
    origins->kind = CORS_ORIGINS_LISTED;
}

const apr_array_header_t *cors_origins_queries(const cors_origins *origins)
{
    return origins->queries;
}

int cors_origins_admit_some(const cors_origins *origins)
{
    int i;

    for (i = 0; i < origins->sets->nelts; i++) {
        if (cors_origin_set_admits_some(set_at(origins, i))
            || cors_origin_set_admits_nobody(set_at(origins, i))) {
            return 1;
        }
    }
    return origins->expressions->nelts > 0 || origins->queries->nelts > 0;
}

int cors_origins_have_open_label(const cors_origins *origins,
                                 cors_offence *offence)
{
    int i;

    for (i = 0; i < origins->sets->nelts; i++) {
        if (cors_origin_set_has_open_label(set_at(origins, i), offence)) {
            return 1;
        }
    }
    return 0;
}

int cors_origins_unmet_option(const cors_origins *origins, int options,
                              cors_offence *offence)
{
    int option = 0, i;

    for (i = 0; !option && i < origins->sets->nelts; i++) {
        option = cors_origin_set_unmet_option(set_at(origins, i), options,
                                              offence);
    }
    return option;
}

static const char *find_in_sets(const cors_origins *origins,
                                cors_origins_search *search, void *data)
{
    const char *found = NULL;
    int i;

    for (i = 0; !found && i < origins->sets->nelts; i++) {
        const cors_matcher *patterns =
            cors_origin_set_patterns(set_at(origins, i));

        found = patterns ? search(data, patterns) : NULL;
    }
    return found;
}

const char *cors_origins_find(const cors_origins *origins,
                              cors_origins_search *search, void *data)
{
    const cors_origin_lists *lists;
    cors_origins fixed;
    const char *found;

    if (!may_change(origins)) {
        return find_in_sets(origins, search, data);
    }
    lists = cors_origin_lists_enter();
    fix_lists(&fixed, origins, lists);
    found = find_in_sets(&fixed, search, data);
    cors_origin_lists_leave(lists);
    return found;
}

const char *cors_origins_find_expression(
    const cors_origins *origins, cors_origins_expression_search *search,
    void *data)
{
    const char *found = NULL;
    int i;

    for (i = 0; !found && i < origins->expressions->nelts; i++) {
        found = search(data, &expression_at(origins, i)->expression);
    }
    return found;
}

int cors_origins_unmet_match(const cors_origins *origins, int options,
                             int credentials, cors_offence *offence)
{
    int has_list = cors_site_has_list(), option = 0, i;

    for (i = 0; !option && i < origins->expressions->nelts; i++) {
        const placed_expression *one = expression_at(origins, i);

        if (one->expression.unnamed && !(options & CORS_OPTION_MATCH)) {
            option = CORS_OPTION_MATCH;
        }
        else if (credentials && !has_list && !one->expression.finite
                 && !(options & CORS_OPTION_PUBLIC_SUFFIX)) {
            option = CORS_OPTION_PUBLIC_SUFFIX;
        }
        if (option && offence) {
            offence->pattern = one->expression.text;
            offence->place = one->place;
        }
    }
    return option;
}

static void visit_files(const cors_origins *origins,
                        cors_origins_file_visit *visit, void *data)
{
    int i;

    for (i = 0; i < origins->sets->nelts; i++) {
        if (cors_origin_set_path(set_at(origins, i))) {
            visit(data, set_at(origins, i));
        }
    }
}

void cors_origins_each_file(const cors_origins *origins,
                            cors_origins_file_visit *visit, void *data)
{
    const cors_origin_lists *lists;
    cors_origins fixed;

    if (!may_change(origins)) {
        visit_files(origins, visit, data);
        return;
    }
    lists = cors_origin_lists_enter();
    fix_lists(&fixed, origins, lists);
    visit_files(&fixed, visit, data);
    cors_origin_lists_leave(lists);
}

static int visit_all(const cors_origins *origins, cors_origin_visit *visit,
                     void *data)
{
    int answer = 0, i;

    for (i = 0; !answer && i < origins->sets->nelts; i++) {
        answer = cors_origin_set_each(set_at(origins, i), visit, data);
    }
    for (i = 0; !answer && i < origins->expressions->nelts; i++) {
        answer = visit(data, CORS_SEEN_EXPRESSION,
                       expression_at(origins, i)->expression.text,
                       (size_t)i);
    }
    for (i = 0; !answer && i < origins->queries->nelts; i++) {
        answer = visit(data, CORS_SEEN_QUERY,
                       APR_ARRAY_IDX(origins->queries, i,
                                     const cors_query *)->text,
                       (size_t)i);
    }
    return answer;
}

int cors_origins_each(const cors_origins *origins, cors_origin_visit *visit,
                      void *data)
{
    const cors_origin_lists *lists;
    cors_origins fixed;
    int answer;

    if (!may_change(origins)) {
        return visit_all(origins, visit, data);
    }
    lists = cors_origin_lists_enter();
    fix_lists(&fixed, origins, lists);
    answer = visit_all(&fixed, visit, data);
    cors_origin_lists_leave(lists);
    return answer;
}
