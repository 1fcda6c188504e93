/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#include "syntax/cookie_date.h"
#include "page_end.h"

#define NO_DATE INT64_MIN

typedef struct {
    const char *text;
    int64_t seconds;
} row;

static void check_rows(const row *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        size_t length = strlen(rows[i].text);
        const char *text = page_end_copy(rows[i].text, length);
        int64_t seconds = NO_DATE;
        int found = cors_cookie_date_parse(text, length, &seconds);

        if (seconds != rows[i].seconds || found != (seconds != NO_DATE)) {
            fail_msg("%s: %lld", rows[i].text, (long long)seconds);
        }
    }
}

#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof(rows[0]))

static void every_usual_form_is_read(void **state)
{
    static const row rows[] = {
        { "Sun, 06 Nov 1994 08:49:37 GMT", 784111777 },
        { "Sunday, 06-Nov-94 08:49:37 GMT", 784111777 },
        { "Sun Nov  6 08:49:37 1994", 784111777 },
        { "Sun, 06-Nov-1994 08:49:37 GMT", 784111777 },
        { "Thu, 01 Jan 1970 00:00:00 GMT", 0 },
        { "Thu, 01-Jan-70 00:00:01 GMT", 1 },
        { "Tue, 19 Jan 2038 03:14:08 GMT", 2147483648LL },
        { "Fri, 31 Dec 9999 23:59:59 GMT", 253402300799LL },
        { "Mon, 01 Jan 1601 00:00:00 GMT", -11644473600LL },
        { "Wed, 31 Dec 1969 23:59:59 GMT", -1 },
    };

    (void)state;
    CHECK(rows);
}

static void order_zone_and_case_do_not_count(void **state)
{
    static const row rows[] = {
        { "1994 nov 6 8:49:37", 784111777 },
        { "08:49:37 6 NOVEMBER 94", 784111777 },
        { "6 94 Nov 08:49:37", 784111777 },
        { "06 Nov 1994 08:49:37 -0500 (EST)", 784111777 },
        { "06 Nov 1994 08:49:37 PST", 784111777 },
        { "\t06/Nov\\1994\"08:49:37\"", 784111777 },
        /* a token may go on behind what is needed of it */
        { "6th Nov 1994x 08:49:37z", 784111777 },
        /* a second time is the year that it starts with, here 2011 */
        { "06 Nov 08:49:37 11:22:33 1994", 1320569377 },
        { "06 Nov 1994 08:49:37 11:22:33", 784111777 },
        { "06 Nov 1994 00:01:02 11:22:33", 784080062 },
        /* what is no time can be a day */
        { "6:1 Nov 1994 08:49:37", 784111777 },
        { "6:1:x Nov 1994 08:49:37", 784111777 },
        /* "Mayday" is May, "Sunday" is nothing */
        { "Sunday 1 Mayday 2000 0:0:0", 957139200 },
    };

    (void)state;
    CHECK(rows);
}

static void two_digits_are_1970_to_2069(void **state)
{
    static const row rows[] = {
        { "1 Jan 00 0:0:0", 946684800 },
        { "1 Jan 69 0:0:0", 3124224000LL },
        { "1 Jan 70 0:0:0", 0 },
        { "1 Jan 99 0:0:0", 915148800 },
        /* three are the year 100 */
        { "1 Jan 100 0:0:0", NO_DATE },
    };

    (void)state;
    CHECK(rows);
}

static void what_is_no_date_is_refused(void **state)
{
    static const row rows[] = {
        { "", NO_DATE },
        { "0", NO_DATE },
        { "-1", NO_DATE },
        { "Session", NO_DATE },
        { "784111777", NO_DATE },
        { "1994-11-06T08:49:37Z", NO_DATE },
        { "06 Nov 1994", NO_DATE },
        { "06 1994 08:49:37", NO_DATE },
        { "Nov 1994 08:49:37", NO_DATE },
        { "06 Nov 08:49:37", NO_DATE },
        { "06 No 1994 08:49:37", NO_DATE },
        { "00 Nov 1994 08:49:37", NO_DATE },
        /* the first number is the day, possible or not */
        { "00 6 Nov 1994 08:49:37", NO_DATE },
        { "31 Nov 1994 08:49:37", NO_DATE },
        { "32 Dec 1994 08:49:37", NO_DATE },
        { "006 Nov 1994 08:49:37", NO_DATE },
        { "29 Feb 1900 0:0:0", NO_DATE },
        { "29 Feb 2023 0:0:0", NO_DATE },
        { "06 Nov 1994 24:00:00", NO_DATE },
        { "06 Nov 1994 08:60:00", NO_DATE },
        { "06 Nov 1994 08:49:60", NO_DATE },
        { "06 Nov 1994 08:49", NO_DATE },
        { "06 Nov 1994 08:49:", NO_DATE },
        { "06 Nov 1994 08::37", NO_DATE },
        { "06 Nov 1994 008:49:37", NO_DATE },
        { "06 Nov 1994 08:49:371", NO_DATE },
        { "06 Nov 12345 08:49:37", NO_DATE },
        { "06 Nov 1600 08:49:37", NO_DATE },
        { "06 Nov 99999999999999999999 08:49:37", NO_DATE },
    };
    int64_t seconds;

    (void)state;
    CHECK(rows);
    /* NUL, which ends the names of the months */
    assert_false(cors_cookie_date_parse("06 \0ov 1994 08:49:37", 20,
                                        &seconds));
}

static void all_bytes_part_tokens_or_do_not(void **state)
{
    static const char delimiters[] =
        "\t !\"#$%&'()*+,-./;<=>?@[\\]^_`{|}~";
    int c;

    (void)state;
    for (c = 0; c < 256; c++) {
        char text[] = "06?Nov 1994 08:49:37";
        int64_t seconds;

        text[2] = c;
        assert_int_equal(cors_cookie_date_parse(text, sizeof(text) - 1,
                                                &seconds),
                         c && strchr(delimiters, c));
    }
}

static void leap_days_exist(void **state)
{
    static const row rows[] = {
        { "29 Feb 2000 0:0:0", 951782400 },
        { "29 Feb 2024 0:0:0", 1709164800 },
        { "1 Mar 1900 0:0:0", -2203891200LL },
        { "31 Dec 1600 0:0:0", NO_DATE },
    };

    (void)state;
    CHECK(rows);
}

/* Every 25 hours and some through 600 years, against the C library. */
static void it_agrees_with_the_c_library(void **state)
{
    int64_t at;

    (void)state;
    for (at = -11644473600LL; at < 7258118400LL; at += 90061 * 7) {
        time_t when = at;
        struct tm broken;
        char text[64];
        int64_t seconds = NO_DATE;

        gmtime_r(&when, &broken);
        strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &broken);
        assert_true(cors_cookie_date_parse(text, strlen(text), &seconds));
        assert_int_equal(seconds, at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_usual_form_is_read),
        cmocka_unit_test(order_zone_and_case_do_not_count),
        cmocka_unit_test(two_digits_are_1970_to_2069),
        cmocka_unit_test(what_is_no_date_is_refused),
        cmocka_unit_test(all_bytes_part_tokens_or_do_not),
        cmocka_unit_test(leap_days_exist),
        cmocka_unit_test(it_agrees_with_the_c_library),
    };

    return cmocka_run_group_tests_name("cookie_date", tests, NULL, NULL);
}
