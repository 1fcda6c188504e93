/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/cookie_date.h"

#include "syntax/ascii.h"

/* What has been found so far; -1: not yet. */
typedef struct {
    int hour;
    int minute;
    int second;
    int day;
    int month;
    int year;
} date_fields;

/* RFC 6265bis, 5.1.1: delimiter. Bytes from 0x7F on are none. */
static int is_delimiter(unsigned char c)
{
    return c == 0x09
        || (c >= 0x20 && c <= 0x2F)
        || (c >= 0x3B && c <= 0x40)
        || (c >= 0x5B && c <= 0x60)
        || (c >= 0x7B && c <= 0x7E);
}

/*
 * A number of least to most digits that is not followed by a further one.
 * The cursor moves behind it. -1: there is none.
 */
static int read_number(const char **cursor, const char *end,
                       int least, int most)
{
    const char *at = *cursor;
    int number = 0;

    while (at < end && cors_ascii_is_digit(*at)) {
        if (at - *cursor == most) {
            return -1;
        }
        number = number * 10 + (*at++ - '0');
    }
    if (at - *cursor < least) {
        return -1;
    }
    *cursor = at;
    return number;
}

static int is_colon(const char *at, const char *end)
{
    return at < end && *at == ':';
}

static int read_time(date_fields *date, const char *at, const char *end)
{
    int hour, minute, second;

    hour = read_number(&at, end, 1, 2);
    if (hour < 0 || !is_colon(at, end)) {
        return 0;
    }
    at++;
    minute = read_number(&at, end, 1, 2);
    if (minute < 0 || !is_colon(at, end)) {
        return 0;
    }
    at++;
    second = read_number(&at, end, 1, 2);
    if (second < 0) {
        return 0;
    }
    date->hour = hour;
    date->minute = minute;
    date->second = second;
    return 1;
}

/* A token that starts with three letters of a month: 1 to 12; else -1. */
static int read_month(const char *at, const char *end)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    int month;

    if (end - at < 3) {
        return -1;
    }
    for (month = 0; month < 12; month++) {
        if (cors_ascii_alike(at, names + 3 * month, 3)) {
            return month + 1;
        }
    }
    return -1;
}

/* Two digits mean 1970 to 2069. */
static int complete_year(int year)
{
    if (year >= 70 && year <= 99) {
        return year + 1900;
    }
    if (year >= 0 && year <= 69) {
        return year + 2000;
    }
    return year;
}

/* Each token goes to the first field that lacks a value and can take it. */
static void take_token(date_fields *date, const char *at, const char *end)
{
    if (date->hour < 0 && read_time(date, at, end)) {
        return;
    }
    if (date->day < 0) {
        date->day = read_number(&at, end, 1, 2);
        if (date->day >= 0) {
            return;
        }
    }
    if (date->month < 0) {
        date->month = read_month(at, end);
        if (date->month >= 0) {
            return;
        }
    }
    if (date->year < 0) {
        date->year = complete_year(read_number(&at, end, 2, 4));
    }
}

static int is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int count_days(int year, int month)
{
    static const int days[] = {
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
    };

    return days[month - 1] + (month == 2 && is_leap(year));
}

/* RFC 6265bis, 5.1.1, steps 5 and 6. A missing month fails with its day. */
static int is_date(const date_fields *date)
{
    return date->hour >= 0 && date->hour <= 23
        && date->minute <= 59
        && date->second <= 59
        && date->year >= 1601
        && date->month >= 1
        && date->day >= 1
        && date->day <= count_days(date->year, date->month);
}

/* apr_time_exp_gmt_get() refuses years before 1970: cookies use them. */
static int64_t count_seconds(const date_fields *date)
{
    int64_t before = date->year - 1;
    int64_t days = before * 365 + before / 4 - before / 100 + before / 400
                 - 719162;
    int month;

    for (month = 1; month < date->month; month++) {
        days += count_days(date->year, month);
    }
    days += date->day - 1;
    return ((days * 24 + date->hour) * 60 + date->minute) * 60
         + date->second;
}

int cors_cookie_date_parse(const char *text, size_t length,
                           int64_t *seconds)
{
    const char *at = text;
    const char *end = text + length;
    date_fields date = { -1, -1, -1, -1, -1, -1 };

    while (at < end) {
        const char *start = at;

        while (at < end && !is_delimiter(*at)) {
            at++;
        }
        if (at > start) {
            take_token(&date, start, at);
        }
        else {
            at++;
        }
    }
    if (!is_date(&date)) {
        return 0;
    }
    *seconds = count_seconds(&date);
    return 1;
}
