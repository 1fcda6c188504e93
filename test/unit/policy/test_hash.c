/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "policy/hash.h"
#include "pool.h"

/* One in 2 to the 64 keys gives the same hash. */
static void nobody_knows_the_key_of_the_next_start(void **state)
{
    apr_uint64_t before = cors_hash("https://a.example", 17), first;

    (void)state;
    cors_hash_start();
    first = cors_hash("https://a.example", 17);
    assert_true(first != before);
    assert_true(first == cors_hash("https://a.example", 17));
    cors_hash_start();
    assert_true(first != cors_hash("https://a.example", 17));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_knows_the_key_of_the_next_start),
    };

    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
