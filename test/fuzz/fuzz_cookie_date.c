/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Dates of any bytes, against the same algorithm (RFC 6265bis, 5.1.1)
 * written with the C library's means.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "syntax/cookie_date.h"

#define MUST(condition) do { if (!(condition)) abort(); } while (0)

/* The number at the start, if it has so many digits and no more. */
static int number(const char *token, size_t least, size_t most)
{
    size_t digits = strspn(token, "0123456789");

    return digits >= least && digits <= most ? atoi(token) : -1;
}

static int month(const char *token)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int i;

    for (i = 0; i < 12; i++) {
        if (strncasecmp(token, names + 3 * i, 3) == 0) {
            return i;
        }
    }
    return -1;
}

static int is_time(const char *token, struct tm *date)
{
    const char *minute = strchr(token, ':');
    const char *second = minute ? strchr(minute + 1, ':') : NULL;

    if (!second || strspn(token, "0123456789") != (size_t)(minute - token)
        || strspn(minute + 1, "0123456789")
           != (size_t)(second - minute - 1)) {
        return 0;
    }
    date->tm_hour = number(token, 1, 2);
    date->tm_min = number(minute + 1, 1, 2);
    date->tm_sec = number(second + 1, 1, 2);
    return date->tm_hour >= 0 && date->tm_min >= 0 && date->tm_sec >= 0;
}

/* Tokens of text, which is changed; 0: no date. */
static int expected(char *text, int64_t *seconds)
{
    static const char delimiters[] = "\t !\"#$%&'()*+,-./;<=>?@[\\]^_`{|}~";
    struct tm date, copy;
    int found_time = 0, day = -1, found_month = -1, year = -1;
    char *rest = NULL;
    char *token = strtok_r(text, delimiters, &rest);

    memset(&date, 0, sizeof(date));
    for (; token; token = strtok_r(NULL, delimiters, &rest)) {
        struct tm time_only;

        if (!found_time && is_time(token, &time_only)) {
            date.tm_hour = time_only.tm_hour;
            date.tm_min = time_only.tm_min;
            date.tm_sec = time_only.tm_sec;
            found_time = 1;
        }
        else if (day < 0 && number(token, 1, 2) >= 0) {
            day = number(token, 1, 2);
        }
        else if (found_month < 0 && month(token) >= 0) {
            found_month = month(token);
        }
        else if (year < 0) {
            year = number(token, 2, 4);
        }
    }
    if (!found_time || found_month < 0 || day < 0 || year < 0) {
        return 0;
    }
    year += year < 70 ? 2000 : year < 100 ? 1900 : 0;
    date.tm_year = year - 1900;
    date.tm_mon = found_month;
    date.tm_mday = day;
    copy = date;
    *seconds = timegm(&copy);
    /* what the C library had to set right does not exist */
    return year >= 1601 && copy.tm_mday == date.tm_mday
        && copy.tm_mon == date.tm_mon && copy.tm_hour == date.tm_hour
        && copy.tm_min == date.tm_min && copy.tm_sec == date.tm_sec;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t found = INT64_MIN, other;
    char *text;
    int is_date = cors_cookie_date_parse((const char *)data, size, &found);

    MUST(is_date == (found != INT64_MIN));
    if (memchr(data, '\0', size)) {
        return 0;
    }
    text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    MUST(is_date == expected(text, &other));
    MUST(!is_date || found == other);
    free(text);
    return 0;
}
