/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_COOKIE_DATE_H
#define CORS_COOKIE_DATE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Read the value of a cookie's Expires as browsers do (RFC 6265bis, 5.1.1):
 * a time, a day, a month and a year, each the first token of its kind,
 * whatever their order; zones and names of days are passed over.
 *
 * text: its bytes, length: how many; need not end in NUL.
 * seconds: set to seconds since 1970 (UTC), negative before, where the
 * answer is 1. Answers 0 for what is no date, and leaves seconds alone.
 *
 * yes: "Thu, 01 Jan 1970 00:00:00 GMT", "1-Jan-70 0:0:0" (both 0)
 * no:  "0", "yesterday", "Thu, 30 Feb 2023 10:00:00 GMT"
 */
int cors_cookie_date_parse(const char *text, size_t length,
                           int64_t *seconds);

#endif
