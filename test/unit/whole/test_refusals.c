/* SPDX-License-Identifier: Apache-2.0 */
/* The [origins] of test/refusals.txt, given to the pattern parser. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <apr_strings.h>

#include "syntax/cure.h"
#include "page_end.h"
#include "pool.h"
#include "syntax/pattern.h"

#define TABLE "test/refusals.txt"
#define MATCH "CORSAllowOriginMatch "

typedef struct row {
    const char *section;
    const char *written;        /* the first column as it stands there */
    const char *value;          /* of [origins]: the pattern */
    const char *message;        /* NULL: accepted */
    const char *cure;           /* NULL: none */
    int is_excluded;            /* it had a ! */
} row;

static row rows[2000];
static size_t row_count;

/* \xNN is a byte, <text*N> a text N times. */
static char *decoded(const char *text)
{
    char *out = calloc(1, 65536), *at = out;

    while (*text) {
        unsigned byte, times;
        char part[100];
        int used = 0;

        if (sscanf(text, "\\x%2x%n", &byte, &used) == 1 && used == 4) {
            *at++ = (char)byte;
            text += used;
        }
        else if (sscanf(text, "<%99[^<>*]*%u>%n", part, &times, &used) == 2
                 && used > 0) {
            while (times-- > 0) {
                at = strcpy(at, part) + strlen(part);
            }
            text += used;
        }
        else {
            *at++ = *text++;
        }
    }
    return out;
}

/* The one value of a line as httpd reads it. */
static const char *value_of(const char *line)
{
    char *value = decoded(strchr(line, ' ') + 1), *end;

    if (value[0] == '"') {
        value++;
        end = strchr(value, '"');
    }
    else {
        end = value + strcspn(value, " ");
    }
    assert_true(end && end[strspn(end, " \"")] == '\0');
    *end = '\0';
    return value;
}

static int lacks_library(const char *remark)
{
#ifndef HAVE_LIBIDN2
    if (remark && strstr(remark, "libidn2")) {
        return 1;
    }
#endif
#ifndef HAVE_LIBPSL
    if (remark && strstr(remark, "libpsl")) {
        return 1;
    }
#endif
    (void)remark;
    return 0;
}

static void row_read(char *line, const char *section)
{
    row *r = &rows[row_count++];
    char *column[4] = { NULL, NULL, NULL, NULL };
    int i;

    for (i = 0; i < 4 && line; i++) {
        column[i] = strsep(&line, "\t");
    }
    assert_true(column[1] && !line);
    r->section = section;
    r->written = column[0];
    r->message = strcmp(column[1], "accepted") == 0 ? NULL : column[1];
    r->cure = column[2] && column[2][0] != '\0' && strcmp(column[2], "-") != 0
              ? column[2] : NULL;
    if (strcmp(section, "[origins]") == 0 && !lacks_library(column[3])) {
        r->value = value_of(r->written);
        r->is_excluded = r->value[0] == '!';
        r->value += r->is_excluded;
        if (r->cure && r->cure[0] == '!') {
            r->cure++;
        }
    }
}

static int table_read(void **state)
{
    FILE *file = fopen(TABLE, "r");
    const char *section = "";
    char line[4096];

    open_pool(state);
    assert_non_null(file);
    while (fgets(line, sizeof(line), file)) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '[') {
            section = strdup(line);
        }
        else if (line[0] != '#' && line[0] != '\0') {
            row_read(strdup(line), section);
        }
    }
    fclose(file);
    return row_count < 400;
}

static cors_flaw parse(const char *text, cors_pattern *pattern)
{
    size_t length = strlen(text);

    return cors_pattern_parse(page_end_copy(text, length), length, pattern);
}

static void each_row_is_judged_as_it_says(void **state)
{
    cors_pattern pattern;
    size_t i, wrong = 0;

    (void)state;
    for (i = 0; i < row_count; i++) {
        const char *text;

        if (!rows[i].value) {
            continue;
        }
        text = cors_flaw_text(parse(rows[i].value, &pattern));
        if (!rows[i].message ? text != NULL
                             : !text || !strstr(text, rows[i].message)) {
            print_error("%s: %s\n", rows[i].written,
                        text ? text : "accepted");
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

/* As the directive does it: for one origin, a list of them, or a regex. */
static const char *cure_of(const row *r)
{
    cors_pattern pattern;
    cors_flaw flaw = parse(r->value, &pattern);
    size_t length = strlen(r->value);
    const char *text = page_end_copy(r->value, length);
    const char *cure = cors_cure_pattern(pool, text, length, flaw);

    if (!cure && flaw == CORS_FLAW_LIST && !r->is_excluded) {
        cure = cors_cure_origins(pool, text, length);
    }
    if (!cure) {
        cure = cors_cure_expression(pool, text, length, flaw);
        cure = cure ? apr_pstrcat(pool, MATCH, cure, NULL) : NULL;
    }
    return cure;
}

static void each_row_is_cured_as_it_says(void **state)
{
    size_t i, wrong = 0;

    (void)state;
    for (i = 0; i < row_count; i++) {
        const char *cure;

        if (!rows[i].value) {
            continue;
        }
        cure = cure_of(&rows[i]);
        if (rows[i].cure ? !cure || strcmp(cure, rows[i].cure) != 0
                         : cure != NULL) {
            print_error("%s: %s\n", rows[i].written, cure ? cure : "no cure");
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void each_cure_is_accepted(void **state)
{
    cors_pattern pattern;
    size_t i;

    (void)state;
    for (i = 0; i < row_count; i++) {
        char *cures = rows[i].value && rows[i].cure
                      && strncmp(rows[i].cure, MATCH, strlen(MATCH)) != 0
                      ? strdup(rows[i].cure) : NULL;
        char *cure, *rest = cures;

        while ((cure = strsep(&rest, " ")) != NULL) {
            assert_int_equal(parse(cure, &pattern), CORS_FLAW_NONE);
            assert_int_equal(strspn(cure, "abcdefghijklmnopqrstuvwxyz"
                                          "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                          "0123456789+-._:/*[]"),
                             strlen(cure));
        }
        free(cures);
    }
}

/* A flaw that no row shows is one that nobody has seen refused. */
static void each_flaw_has_a_row(void **state)
{
    int seen[CORS_FLAW_COUNT] = { 0 };
    cors_pattern pattern;
    size_t i;
    int flaw;

    (void)state;
    for (i = 0; i < row_count; i++) {
        if (rows[i].value) {
            seen[parse(rows[i].value, &pattern)]++;
        }
    }
    seen[parse("", &pattern)]++;
    for (flaw = 0; flaw < CORS_FLAW_COUNT; flaw++) {
        if (!seen[flaw]) {
            fail_msg("no row: %s", cors_flaw_text(flaw));
        }
    }
}

static void the_table_is_counted(void **state)
{
    size_t refused = 0, cured = 0, origins = 0, i;

    (void)state;
    for (i = 0; i < row_count; i++) {
        refused += rows[i].message != NULL
                   && strncmp(rows[i].message, "warned", 6) != 0;
        cured += rows[i].cure != NULL;
        origins += rows[i].value != NULL;
    }
    printf("note: %s: %d inputs, %d of them single origins: %d refused "
           "(%d with a cure), %d accepted\n", TABLE, (int)row_count,
           (int)origins, (int)refused, (int)cured,
           (int)(row_count - refused));
    assert_true(refused > 2 * (row_count - refused));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_is_judged_as_it_says),
        cmocka_unit_test(each_row_is_cured_as_it_says),
        cmocka_unit_test(each_cure_is_accepted),
        cmocka_unit_test(each_flaw_has_a_row),
        cmocka_unit_test(the_table_is_counted),
    };

    return cmocka_run_group_tests(tests, table_read, NULL);
}
