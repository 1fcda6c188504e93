/* SPDX-License-Identifier: Apache-2.0 */

/* The part of naive_decision.h that is about requests without Origin. */
#ifndef NAIVE_METADATA_H
#define NAIVE_METADATA_H

static inline int naive_says(const naive_request *q, const char *name,
                             const char *value)
{
    const char *field = naive_field(q, name);

    return field && strcmp(field, value) == 0;
}

/* A page that the user goes to. */
static inline int naive_navigation(const naive_request *q)
{
    return (strcmp(q->method, "GET") == 0 || strcmp(q->method, "HEAD") == 0)
           && naive_says(q, "Sec-Fetch-Mode", "navigate")
           && (naive_says(q, "Sec-Fetch-Dest", "document")
               || naive_says(q, "Sec-Fetch-Dest", "empty"));
}

/* What stands in a Referer in front of path, query and fragment. */
static inline const char *naive_page(const naive_request *q)
{
    const char *referer = naive_field(q, "Referer");
    const char *page = NULL;

    if (referer && strstr(referer, "://")) {
        size_t scheme = (size_t)(strstr(referer, "://") - referer) + 3;

        page = apr_pstrndup(q->pool, referer,
                            scheme + strcspn(referer + scheme, "/?#"));
    }
    return page && naive_origin(q->pool, page) ? page : NULL;
}

/*
 * Whether a request without Origin is judged all the same; *page: the origin
 * that it is judged by, NULL: none. Appends to *vary.
 */
static inline int naive_metadata(const naive_request *q, const char **page,
                                 const char ***vary)
{
    const char *site = naive_field(q, "Sec-Fetch-Site");
    int other = site && strcmp(site, "none") != 0
                && strcmp(site, "same-origin") != 0;
    int ahead = naive_field(q, "Sec-Purpose") != NULL;

    if (other) {
        *(*vary)++ = "Sec-Fetch-Mode";
        *(*vary)++ = "Sec-Fetch-Dest";
    }
    if (ahead) {
        *(*vary)++ = "Sec-Purpose";
    }
    if (!ahead && (!other || naive_navigation(q))) {
        return 0;
    }
    *(*vary)++ = "Referer";
    *page = naive_page(q);
    return !(*page && naive_own_origin(q, *page));
}

#endif
