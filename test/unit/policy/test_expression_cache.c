/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include <pthread.h>

#include "policy/expression_cache.h"

enum { THREADS = 8, ROUNDS = 200 };

static cors_expression compiled(const char *text)
{
    cors_expression expression;

    EXPECT_TEXT(text, cors_expression_cache_compile(fake.pool, text,
                                                    &expression), NULL);
    EXPECT_TEXT(text, expression.text, text);
    return expression;
}

static const char *numbered(apr_pool_t *pool, int number)
{
    return apr_psprintf(pool, "https://a%d\\.example\\.com", number);
}

static void without_a_child_nothing_is_kept(void **state)
{
    (void)state;
    assert_ptr_not_equal(compiled("https://a\\.com").regex,
                         compiled("https://a\\.com").regex);
}

static void a_child_compiles_once(void **state)
{
    cors_expression first, again;

    (void)state;
    cors_expression_cache_start(fake.pool, fake.server);
    first = compiled("https://[a-z]+\\.a\\.com");
    again = compiled("https://[a-z]+\\.a\\.com");
    assert_ptr_equal(first.regex, again.regex);
    assert_ptr_equal(first.sites, again.sites);
    assert_int_equal(again.count, 1);
    assert_string_equal(again.sites[0].text, "a.com");
    assert_int_equal(again.unnamed, 0);
    /* what is of the same length, or begins alike */
    assert_string_equal(compiled("https://[a-z]+\\.b\\.com").sites[0].text,
                        "b.com");
    assert_int_equal(compiled("https://[a-z]+\\.a\\.co").unnamed, 0);
    assert_int_equal(compiled("https://.*").unnamed, 1);
    assert_int_equal(compiled("https://.*").unnamed, 1);
}

static void the_text_is_the_caches_own(void **state)
{
    char text[] = "https://a\\.com";
    cors_expression expression;
    apr_pool_t *request;

    (void)state;
    cors_expression_cache_start(fake.pool, fake.server);
    apr_pool_create(&request, fake.pool);
    assert_null(cors_expression_cache_compile(request, text, &expression));
    apr_pool_destroy(request);
    memset(text, 'X', strlen(text));
    assert_string_equal(compiled("https://a\\.com").text, "https://a\\.com");
    assert_string_equal(expression.text, "https://a\\.com");
}

static void what_is_rejected_is_not_kept(void **state)
{
    cors_expression expression;
    int i;

    (void)state;
    cors_expression_cache_start(fake.pool, fake.server);
    for (i = 0; i < 2 * CORS_EXPRESSION_CACHE_MAX; i++) {
        EXPECT_PART("(", cors_expression_cache_compile(fake.pool, "(",
                                                       &expression),
                    "does not compile");
        EXPECT_PART("a\\.com", cors_expression_cache_compile(fake.pool,
                                                             "a\\.com",
                                                             &expression),
                    "starts with a scheme");
    }
    assert_ptr_equal(compiled("https://a\\.com").regex,
                     compiled("https://a\\.com").regex);
}

static void there_is_an_end_to_it(void **state)
{
    cors_expression expression;
    char *text = apr_palloc(fake.pool, 1000);
    int i;

    (void)state;
    cors_expression_cache_start(fake.pool, fake.server);
    /* too long a text takes no room */
    memset(text, 'a', 1000);
    memcpy(text, "https://(", 9);
    strcpy(text + CORS_EXPRESSION_CACHE_LENGTH - 6, ")?a\\.com");
    for (i = 0; i < 3; i++) {
        EXPECT_TEXT(text, cors_expression_cache_compile(fake.pool, text,
                                                        &expression), NULL);
    }
    for (i = 0; i < CORS_EXPRESSION_CACHE_MAX; i++) {
        compiled(numbered(fake.pool, i));
    }
    for (i = 0; i < CORS_EXPRESSION_CACHE_MAX; i++) {
        assert_ptr_equal(compiled(numbered(fake.pool, i)).regex,
                         compiled(numbered(fake.pool, i)).regex);
    }
    assert_ptr_not_equal(compiled(numbered(fake.pool, i)).regex,
                         compiled(numbered(fake.pool, i)).regex);
}

static void *compile_all(void *server)
{
    int i;

    fakes_thread_start(server);
    for (i = 0; i < ROUNDS; i++) {
        const char *text = numbered(fake.pool, i % 70);
        cors_expression expression;
        cors_origin origin;
        const char *name = apr_psprintf(fake.pool,
                                        "https://a%d.example.com", i % 70);

        assert_null(cors_expression_cache_compile(fake.pool, text,
                                                  &expression));
        assert_int_equal(cors_origin_parse(name, strlen(name), &origin),
                         CORS_FLAW_NONE);
        assert_int_equal(cors_expression_match_origin(&expression, &origin,
                                                      0),
                         CORS_EXPRESSION_YES);
    }
    fakes_thread_end();
    return NULL;
}

static void threads_share_it(void **state)
{
    pthread_t threads[THREADS];
    int i;

    (void)state;
    cors_expression_cache_start(fake.pool, fake.server);
    for (i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, compile_all,
                                        fake.server), 0);
    }
    for (i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    for (i = 0; i < 70; i++) {
        compiled(numbered(fake.pool, i));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(without_a_child_nothing_is_kept),
        FAKES_TEST(a_child_compiles_once),
        FAKES_TEST(the_text_is_the_caches_own),
        FAKES_TEST(what_is_rejected_is_not_kept),
        FAKES_TEST(there_is_an_end_to_it),
        FAKES_TEST(threads_share_it)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
