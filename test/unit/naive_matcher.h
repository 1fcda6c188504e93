/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAIVE_MATCHER_H
#define NAIVE_MATCHER_H

#include <string.h>

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
