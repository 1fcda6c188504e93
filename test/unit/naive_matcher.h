/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAIVE_MATCHER_H
#define NAIVE_MATCHER_H

#include <string.h>

/* A star inside the first label. */
static inline int naive_label(const char *pattern, const char *origin)
{
    const char *star = strchr(pattern, '*');
    size_t before = (size_t)(star - pattern), behind = strlen(star + 1);
    size_t length = strlen(origin), i;

    if (length < before + 1 + behind
        || strncmp(strstr(origin, "://"), "://xn--", 7) == 0
        || strncmp(pattern, origin, before) != 0
        || strcmp(star + 1, origin + length - behind) != 0) {
        return 0;
    }
    for (i = before; i < length - behind; i++) {
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-_", origin[i])) {
            return 0;
        }
    }
    return 1;
}

/*
 * The same question asked in another way: by text, pattern by pattern, as
 * somebody would do it who has never heard of the parser.
 */
static inline int naive_admits(const char *pattern, const char *origin)
{
    const char *star = strstr(pattern, "://*.");
    char head[600], tail[600];
    size_t length;

    strcpy(tail, pattern);
    if (strlen(tail) > 2 && strcmp(tail + strlen(tail) - 2, ":*") == 0) {
        char *colon, *digits;

        tail[strlen(tail) - 2] = '\0';
        strcpy(head, origin);
        colon = strrchr(head, ':');
        digits = colon + 1;
        if (*digits != '\0' && digits[strspn(digits, "0123456789")] == '\0') {
            *colon = '\0';
        }
        return naive_admits(tail, head);
    }
    if (!star && strchr(pattern, '*')) {
        return naive_label(pattern, origin);
    }
    if (!star) {
        return strcmp(pattern, origin) == 0;
    }
    length = (size_t)(star - pattern) + 3;
    return strncmp(pattern, origin, length) == 0
           && strlen(origin) > length + strlen(star + 4)
           && strcmp(origin + strlen(origin) - strlen(star + 4), star + 4)
              == 0;
}

#endif
