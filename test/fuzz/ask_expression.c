/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Answers expression_oracle.py. A line of its input is "E" and an expression,
 * or "O" and an origin for the last expression, with a tab between. The
 * first line of its output is "list" where it knows public suffixes, any
 * other is
 *
 *   rejected      <tab> why
 *   named, needy  <tab> the sites, blanks between; needy: with UnsafeMatch
 *   no, yes, steps, flawed
 */
#include <stdio.h>
#include <string.h>

#include <apr_general.h>
#include <apr_pools.h>

#include "policy/expression.h"
#include "syntax/site.h"

static void answer_expression(apr_pool_t *pool, const char *text,
                              cors_expression *expression)
{
    const char *warning;
    const char *why = cors_expression_compile(pool, text, expression,
                                              &warning);
    size_t i;

    if (why) {
        memset(expression, 0, sizeof(*expression));
        printf("rejected\t%s\n", why);
        return;
    }
    printf("%s\t", expression->unnamed ? "needy" : "named");
    for (i = 0; i < expression->count; i++) {
        printf("%s%s", i > 0 ? " " : "", expression->sites[i].text);
    }
    printf("\n");
}

static void answer_origin(const cors_expression *expression,
                          const char *text)
{
    static const char *const words[] = { "no", "yes", "steps" };
    cors_origin origin;

    if (!expression->regex
        || cors_origin_parse(text, strlen(text), &origin)
           != CORS_FLAW_NONE) {
        printf("flawed\n");
        return;
    }
    printf("%s\n", words[cors_expression_match_origin(expression, &origin,
                                                      0)]);
}

int main(void)
{
    static char line[65536];
    apr_pool_t *pool;
    cors_expression expression = { NULL, NULL, NULL, 0, 0, 0 };

    apr_initialize();
    apr_pool_create(&pool, NULL);
    puts(cors_site_has_list() ? "list" : "no list");
    fflush(stdout);
    while (fgets(line, sizeof(line), stdin)) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == 'E') {
            apr_pool_clear(pool);
            answer_expression(pool, line + 2, &expression);
        }
        else {
            answer_origin(&expression, line + 2);
        }
        fflush(stdout);
    }
    apr_pool_destroy(pool);
    apr_terminate();
    return 0;
}
