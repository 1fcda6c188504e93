/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Stands in for libFuzzer, so that every compiler can run what it once
 * found: fuzz_NAME reads each file of test/fuzz/corpus/NAME, as one test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>

#include <cmocka.h>

#define INPUT_MAX (1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void feed(void **state)
{
    FILE *file = fopen(*state, "rb");
    uint8_t *room = malloc(INPUT_MAX);
    uint8_t *exact;
    size_t size;

    assert_non_null(file);
    assert_non_null(room);
    size = fread(room, 1, INPUT_MAX, file);
    assert_true(feof(file));
    fclose(file);
    /* of exactly the input's size, for the sanitizer */
    exact = malloc(size ? size : 1);
    assert_non_null(exact);
    memcpy(exact, room, size);
    free(room);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static int is_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
    const char *name = strstr(argv[0], "fuzz_");
    struct dirent **entries;
    struct CMUnitTest *tests;
    char folder[256], path[1024];
    int i, count, failed;

    if (argc != 1 || !name) {
        return 2;
    }
    snprintf(folder, sizeof(folder), "test/fuzz/corpus/%s", name + 5);
    count = scandir(folder, &entries, is_file, alphasort);
    if (count < 1) {
        fprintf(stderr, "%s: no input\n", folder);
        return 1;
    }
    tests = calloc(count, sizeof(*tests));
    for (i = 0; i < count; i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
        tests[i].name = entries[i]->d_name;
        tests[i].test_func = feed;
        tests[i].initial_state = strdup(path);
    }
    failed = _cmocka_run_group_tests(name, tests, count, NULL, NULL);
    for (i = 0; i < count; i++) {
        free(tests[i].initial_state);
        free(entries[i]);
    }
    free(entries);
    free(tests);
    return failed;
}
