/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_PATTERN_H
#define CORS_PATTERN_H

#include <stddef.h>

#include "syntax/flaw.h"
#include "syntax/origin.h"

/*
 * One origin pattern of the configuration: scheme://host[:port] exactly as a
 * browser sends it, with three wildcards: *. in front of the host (one or
 * more whole labels), a * inside the first label (one or more letters,
 * digits, - or _, in no label that starts with xn--), and :* behind the host
 * (any port, the default one included).
 */
typedef struct cors_pattern {
    cors_origin origin;         /* text: as written, the wildcards included; */
                                /* host: behind *. or the label with the * */
    cors_text before_star;      /* of that label, "" with the - beside it */
    cors_text behind_star;
    unsigned subdomains : 1;    /* *. */
    unsigned label : 1;         /* a star inside the first label */
    unsigned any_port : 1;      /* :* */
} cors_pattern;

/*
 * Take a pattern apart. text: its bytes (without the ! of an exclusion),
 * length: how many; must live as long as *pattern, which is complete only
 * where the answer is CORS_FLAW_NONE.
 *
 * Behind https:, two slashes and
 * yes: "app.example.com", "*.example.com:*", "[2001:db8::1]:8443",
 *      "pr-*.example.com"
 * no:  "*example.com" (WILDCARD), "*.192.0.2.7" (WILDCARD_ADDRESS),
 *      "app.example.com/" (PATH)
 */
cors_flaw cors_pattern_parse(const char *text, size_t length,
                             cors_pattern *pattern);

#endif
