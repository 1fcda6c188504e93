/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes_store.h"

#include "clock.h"
#include "policy/server.h"
#include "request/origin_cache.h"

#define NOW (APR_TIME_C(1700000000) * APR_USEC_PER_SEC)
#define A "https://a.example"

static cors_question_id id;
static cors_server *own;
static cors_kept_answer found;

static int start(void **state)
{
    fakes_setup(state);
    clock_now = NOW;
    clock_slept = NULL;
    fake_store_start(0);
    own = cors_server_of(fake.server);
    memset(&id, 'i', sizeof(id));
    memset(&found, 0, sizeof(found));
    return 0;
}

static int find(void)
{
    return cors_origin_cache_find(&id, &found, fake.pool);
}

static void keep(const char *bytes, size_t length)
{
    cors_kept_answer answer = { NOW - 5, NOW - 3, { bytes, length } };

    cors_origin_cache_keep(&id, &answer, NOW + 10, fake.pool);
}

static void test_an_answer_is_kept_as_it_is(void **state)
{
    (void)state;
    assert_false(find());
    keep(A "\0" A, 2 * sizeof(A));
    assert_true(find());
    assert_int_equal(found.asked, NOW - 5);
    assert_int_equal(found.asking, NOW - 3);
    assert_int_equal(found.rows.length, 2 * sizeof(A));
    assert_memory_equal(found.rows.bytes, A "\0" A, 2 * sizeof(A));
    clock_now = NOW + 10;
    assert_true(find());
    clock_now++;
    assert_false(find());
    clock_now = NOW;
    id.digest[sizeof(id.digest) - 1]++;
    assert_false(find());
}

/* A flood of unknown origins is to drive no known one out. */
static void test_answers_without_rows_have_a_memory_of_their_own(
    void **state)
{
    (void)state;
    keep(A, sizeof(A));
    assert_int_equal(fake_cache_count(own->known), 1);
    assert_int_equal(fake_cache_count(own->unlisted), 0);
    keep(NULL, 0);
    assert_int_equal(fake_cache_count(own->known), 0);
    assert_int_equal(fake_cache_count(own->unlisted), 1);
    assert_true(find());
    assert_int_equal(found.rows.length, 0);
    assert_int_equal(found.asked, NOW - 5);
    keep(A, sizeof(A));
    assert_int_equal(fake_cache_count(own->known), 1);
    assert_int_equal(fake_cache_count(own->unlisted), 0);
}

static void test_the_longest_answer_has_room(void **state)
{
    char *bytes = memset(apr_pcalloc(fake.pool, CORS_ROWS_MAX), 'a',
                         CORS_ROWS_MAX - 1);

    (void)state;
    keep(bytes, CORS_ROWS_MAX);
    assert_true(find());
    assert_int_equal(found.rows.length, CORS_ROWS_MAX);
    assert_memory_equal(found.rows.bytes, bytes, CORS_ROWS_MAX);
}

/* Whatever is in the memory, rows end by NUL. */
static void test_a_damaged_entry_is_none(void **state)
{
    static const struct {
        const char *why;
        size_t length;          /* of times, NUL and "a", so far as it goes */
        int last;
        int found;
    } entries[] = {
        { "nothing", 0, 0, 0 },
        { "half of the times", 15, 0, 0 },
        { "no rows", 16, 0, 1 },
        { "a row", 18, '\0', 1 },
        { "a row that does not end", 18, 'a', 0 },
        { "longer than any", 16 + CORS_ROWS_MAX + 1, '\0', 0 }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(entries); i++) {
        char *bytes = apr_pcalloc(fake.pool, entries[i].length + 1);

        memset(bytes, 'a', entries[i].length);
        if (entries[i].length > 0) {
            bytes[entries[i].length - 1] = (char)entries[i].last;
        }
        fake_cache_put(own->known, &id, bytes, entries[i].length);
        EXPECT_NUMBER(entries[i].why, find(), entries[i].found);
    }
}

static void test_without_a_cache_nothing_is_known(void **state)
{
    (void)state;
    own->known = own->unlisted = NULL;
    assert_int_equal(cors_origin_cache_open(fake.server, fake.pool),
                     APR_SUCCESS);
    keep(A, sizeof(A));
    assert_false(find());
}

static void test_memory_that_cannot_be_had_is_none(void **state)
{
    int which;

    (void)state;
    for (which = 1; which <= 2; which++) {
        cache.inits = 0;
        cache.rejected = which;
        assert_int_equal(cors_origin_cache_open(fake.server, fake.pool),
                         APR_ENOSPC);
        assert_int_equal(cache.inits, which);
        keep(A, sizeof(A));
        assert_false(find());
    }
    cache.rejected = 0;
    assert_int_equal(cors_origin_cache_open(fake.server, fake.pool),
                     APR_SUCCESS);
    keep(A, sizeof(A));
    assert_true(find());
}

#define TEST(function) \
    cmocka_unit_test_setup_teardown(function, start, fakes_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_an_answer_is_kept_as_it_is),
        TEST(test_answers_without_rows_have_a_memory_of_their_own),
        TEST(test_the_longest_answer_has_room),
        TEST(test_a_damaged_entry_is_none),
        TEST(test_without_a_cache_nothing_is_known),
        TEST(test_memory_that_cannot_be_had_is_none)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
