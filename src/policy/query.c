/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/query.h"

#include <apr_strings.h>
#include <string.h>

#include "policy/hash.h"

const cors_query_times cors_query_times_default = { 60, 10, 600 };

int cors_query_count(const char *sql)
{
    int count = 0;

    while ((sql = strchr(sql, '%')) != NULL) {
        if (sql[1] != 's' && sql[1] != '%') {
            return -1;
        }
        count += sql[1] == 's';
        sql += 2;
    }
    return count;
}

void cors_query_finish(apr_pool_t *pool, cors_query *query)
{
    const char *text = apr_pstrcat(pool, "\"", query->sql, "\"", NULL);
    int i;

    for (i = 0; i < query->count; i++) {
        const cors_query_parameter *parameter = &query->parameters[i];
        const char *quote = parameter->kind == CORS_PARAMETER_EXPRESSION
                            ? "\"" : "";

        text = apr_pstrcat(pool, text, " ", quote, parameter->text, quote,
                           NULL);
    }
    query->text = text;
    text = apr_pstrcat(pool, cors_place_text(pool, query->place), " ", text,
                       NULL);
    query->key = cors_hash(text, strlen(text));
    query->statement = cors_hash(query->sql, strlen(query->sql));
}
