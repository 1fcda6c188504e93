/* SPDX-License-Identifier: Apache-2.0 */

/* The part of naive_decision.h that is about preflights. */
#ifndef NAIVE_PREFLIGHT_H
#define NAIVE_PREFLIGHT_H

/* "a b" as "a, b" */
static inline const char *naive_comma(const naive_request *q,
                                      const char *words)
{
    char *state, *word = apr_strtok(apr_pstrdup(q->pool, words), " ",
                                    &state);
    const char *line = word;

    while (word && (word = apr_strtok(NULL, " ", &state)) != NULL) {
        line = apr_pstrcat(q->pool, line, ", ", word, NULL);
    }
    return line;
}

static inline int naive_header_allowed(const naive_request *q,
                                       const char *name)
{
    return naive_among(q, q->values[ALLOW_HEADERS], name, 1)
           || (naive_among(q, q->values[ALLOW_HEADERS], "*", 0)
               && strcasecmp(name, "Authorization") != 0);
}

/* Why the headers are not allowed, or ok; and those that are, joined. */
static inline const char *naive_headers(const naive_request *q,
                                        const char **line)
{
    const char *asked = naive_field(q, "Access-Control-Request-Headers");
    const char *reason = "ok";
    char *copy, *name;
    int count = 0;

    if (!asked || asked[strspn(asked, " \t")] == '\0') {
        return asked && strlen(asked) > 4096 ? "headers-malformed" : "ok";
    }
    copy = apr_pstrdup(q->pool, asked);
    while ((name = strsep(&copy, ",")) != NULL) {
        name += strspn(name, " \t");
        while (*name && strchr(" \t", name[strlen(name) - 1])) {
            name[strlen(name) - 1] = '\0';
        }
        if ((*name && !naive_token(name)) || ++count > 64
            || strlen(asked) > 4096) {
            *line = NULL;
            return "headers-malformed";
        }
        if (*name && !naive_header_allowed(q, name)) {
            reason = "header-not-listed";
        }
        else if (*name) {
            *line = *line ? apr_pstrcat(q->pool, *line, ", ", name, NULL)
                          : name;
        }
    }
    return reason;
}

/* Whether method and headers are allowed; what is answered. */
static inline int naive_preflight(const naive_request *q, naive_answer *a)
{
    const char *method = naive_field(q, "Access-Control-Request-Method");
    const char *line = NULL, *headers;
    int listed = naive_token(method)
                 && (naive_among(q, "GET HEAD POST", method, 0)
                     || naive_is(q, ALLOW_METHODS, "*")
                     || naive_among(q, q->values[ALLOW_METHODS], method, 0));

    if (naive_is(q, PREFLIGHT, "Forward")) {
        a->forwarded = a->allow_origin != NULL;
        return 1;
    }
    a->handled = 0;
    a->cookies_removed = 1;
    a->status = !a->allow_origin ? 403
                : naive_is(q, STATUS, "200") ? 200 : 204;
    if (!a->allow_origin) {
        return 0;
    }
    headers = naive_headers(q, &line);
    if (q->values[ALLOW_METHODS] && !naive_is(q, ALLOW_METHODS, "none")) {
        a->allow_methods = !naive_is(q, ALLOW_METHODS, "*")
                           ? naive_comma(q, q->values[ALLOW_METHODS])
                           : listed ? method : NULL;
    }
    if (q->values[ALLOW_HEADERS] && !naive_is(q, ALLOW_HEADERS, "none")) {
        a->allow_headers = naive_among(q, q->values[ALLOW_HEADERS], "*", 0)
                           ? line : naive_comma(q, q->values[ALLOW_HEADERS]);
    }
    a->max_age = !q->values[MAX_AGE] ? "600"
                 : naive_is(q, MAX_AGE, "2h") ? "7200" : q->values[MAX_AGE];
    if (!listed || strcmp(headers, "ok") != 0) {
        a->reason = listed ? headers : "method-not-listed";
        return 0;
    }
    return 1;
}

#endif
