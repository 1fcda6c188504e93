/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include <apr_file_io.h>

#include "request/decision.h"
#include "config/origin_file.h"

/* A file that ends with the test. */
static const char *file_make(const char *text, apr_size_t length)
{
    char *path = apr_pstrdup(fake.pool, "/tmp/cors-origins-XXXXXX");
    apr_file_t *file;

    assert_int_equal(apr_file_mktemp(&file, path,
                                     APR_FOPEN_CREATE | APR_FOPEN_WRITE
                                     | APR_FOPEN_EXCL
                                     | APR_FOPEN_DELONCLOSE, fake.pool),
                     APR_SUCCESS);
    assert_int_equal(apr_file_write_full(file, text, length, NULL),
                     APR_SUCCESS);
    return path;
}

static const char *file_of(const char *text)
{
    return file_make(text, strlen(text));
}

static const char *read_file(const char *path, const cors_origin_set **set)
{
    const cors_origin_list *list;
    apr_pool_t *temp;
    const char *refused;

    apr_pool_create(&temp, fake.pool);
    refused = apr_pstrdup(fake.pool, cors_origin_file_take(fake.pool, temp,
                                                           path, &list));
    apr_pool_destroy(temp);
    *set = refused ? NULL : list->set;
    return refused;
}

/* How many patterns of one kind a set has. */
typedef struct tally {
    cors_origin_seen seen;
    size_t count;
} tally;

static int count_pattern(void *data, cors_origin_seen seen, const char *text,
                         size_t number)
{
    tally *t = data;

    (void)text;
    (void)number;
    t->count += seen == t->seen;
    return 0;
}

static size_t count(const cors_origin_set *set, cors_origin_seen seen)
{
    tally t = { seen, 0 };

    cors_origin_set_each(set, count_pattern, &t);
    return t.count;
}

static void each_line_is_a_pattern(void **state)
{
    static const struct {
        const char *text;
        size_t admitted;
        size_t excluded;
    } rows[] = {
        { "https://a.example\n", 1, 0 },
        { "https://a.example", 1, 0 },              /* no newline at the end */
        { "https://a.example\nhttps://b.example\n", 2, 0 },
        { "https://a.example\r\nhttps://b.example\r\n", 2, 0 },
        { "\n\n  \n\t\r\nhttps://a.example\n\n", 1, 0 },
        { "# mine\nhttps://a.example\n#https://b.example\n", 1, 0 },
        { "https://a.example # the shop\nhttps://b.example\t#\n", 2, 0 },
        { "  https://a.example  \n\thttps://b.example\t\n", 2, 0 },
        { "https://*.a.example:*\n!https://old.a.example\n", 1, 1 },
        { "!https://a.example\n", 0, 1 },           /* others may admit */
        { "https://a.example\nhttps://a.example\n", 1, 0 }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        const cors_origin_set *set;

        EXPECT_TEXT(rows[i].text, read_file(file_of(rows[i].text), &set),
                    NULL);
        EXPECT_NUMBER(rows[i].text,
                      count(set, CORS_SEEN_FILE_ADMITTED),
                      rows[i].admitted);
        EXPECT_NUMBER(rows[i].text,
                      count(set, CORS_SEEN_FILE_EXCLUDED),
                      rows[i].excluded);
    }
}

static void a_bad_line_is_named_by_file_and_line(void **state)
{
    static const struct {
        const char *text;
        const char *reason;         /* behind the path */
    } rows[] = {
        { "https://a.example\n\n# x\nhttps://b.example/\n",
          ":4: 'https://b.example/': an origin has no path; write "
          "https://b.example" },
        { "https://a.example\r\nHTTPS://B.example\r\n",
          ":2: 'HTTPS://B.example': a browser sends origins in lower case; "
          "write https://b.example" },
        { "https://a.example https://b.example",
          ":1: 'https://a.example https://b.example': a line holds" },
        { "!https://a.example:443", ":1: '!https://a.example:443': a "
          "browser leaves out the scheme's default port; write "
          "!https://a.example" },
        { "null", ":1: 'null': every sandboxed frame" },
        { "https://a.example\n*\n", ":2: '*': a file holds origin patterns "
          "only" },
        { "https://a.example\nnone\n", ":2: 'none': 'none' stands alone in "
          "its file" },
        { "!https://a.example\nNone\n", ":2: 'None': 'none' stands alone" },
        { "none\nhttps://a.example\n", ":2: 'https://a.example': 'none' "
          "stands alone" },
        { "none\nnone\n", ":2: 'none': 'none' stands alone" },
        /* A comment stands behind a blank; this is a fragment. */
        { "https://a.example#x", ":1: 'https://a.example#x': an origin has "
          "no fragment; write https://a.example" }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        const cors_origin_set *set;
        const char *path = file_of(rows[i].text);
        const char *refused = read_file(path, &set);

        EXPECT_PART(rows[i].text, refused,
                    apr_pstrcat(fake.pool, path, rows[i].reason, NULL));
        assert_ptr_equal(refused, strstr(refused, path));
    }
}

static void a_nul_in_a_line_is_a_flaw(void **state)
{
    static const char text[] = "https://a.example\0.evil.net\n";
    const cors_origin_set *set;
    const char *path = file_make(text, sizeof(text) - 1);

    (void)state;
    EXPECT_PART("NUL", read_file(path, &set),
                apr_pstrcat(fake.pool, path, ":1: ", NULL));
}

static void a_file_without_origins_is_refused(void **state)
{
    static const char *const texts[] = { "", "\n\n", "# none yet\n", "   " };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(texts); i++) {
        const cors_origin_set *set;
        const char *path = file_of(texts[i]);

        EXPECT_TEXT(texts[i], read_file(path, &set),
                    apr_pstrcat(fake.pool, path, " has no origin in it; the "
                                "word none is a list of nobody", NULL));
    }
}

static void a_file_of_nobody_admits_nobody(void **state)
{
    static const char *const texts[] = { "none\n", "# x\n\n NONE # y" };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(texts); i++) {
        const cors_origin_set *set;

        EXPECT_TEXT(texts[i], read_file(file_of(texts[i]), &set), NULL);
        assert_true(cors_origin_set_admits_nobody(set));
        assert_false(cors_origin_set_admits_some(set));
    }
}

static void what_is_no_file_is_refused(void **state)
{
    const cors_origin_set *set;

    (void)state;
    assert_string_equal(read_file("/nowhere/origins", &set),
                        "cannot read /nowhere/origins: No such file or "
                        "directory");
    EXPECT_PART("folder", read_file("/tmp", &set), "cannot read /tmp: ");
    EXPECT_PART("device", read_file("/dev/null", &set),
                "cannot read /dev/null: ");
}

static void sections_share_what_is_read_once(void **state)
{
    const cors_origin_set *first, *second, *other;
    const char *path = file_of("https://a.example\n");

    (void)state;
    assert_null(read_file(path, &first));
    assert_null(read_file(path, &second));
    assert_null(read_file(file_of("https://a.example\n"), &other));
    assert_ptr_equal(first, second);
    assert_ptr_not_equal(first, other);
}

/* Else a bad file would be good where it is named the second time. */
static void a_refused_file_is_refused_again(void **state)
{
    const cors_origin_set *set;
    const char *path = file_of("https://a.example\nhttps://b.example/\n");

    (void)state;
    assert_non_null(read_file(path, &set));
    assert_non_null(read_file(path, &set));
    assert_null(set);
}

static void what_credentials_make_dangerous_is_noted(void **state)
{
    const cors_origin_set *set;
    cors_offence offence;
    const char *path = file_of("https://a.example\nhttp://b.example\n"
                               "http://c.example\nhttps://*.com\n");

    (void)state;
    assert_null(read_file(path, &set));
    assert_int_equal(cors_origin_set_unmet_option(set, 0, &offence),
                     CORS_OPTION_INSECURE_ORIGIN);
    assert_string_equal(offence.pattern, "http://b.example");
    assert_string_equal(offence.place.file, path);
    assert_int_equal(offence.place.line, 2);
    assert_int_equal(
        cors_origin_set_unmet_option(set, CORS_OPTION_INSECURE_ORIGIN,
                                     &offence), CORS_OPTION_PUBLIC_SUFFIX);
    assert_string_equal(offence.pattern, "https://*.com");
    assert_int_equal(offence.place.line, 4);
}

static void a_policy_allows_what_its_files_say(void **state)
{
    const char *first = file_of("https://a.example\n!https://c.example\n");
    const char *second = file_of("https://b.example\nhttps://c.example\n");
    const cors_policy *policy = fake_policy(
        apr_pstrcat(fake.pool, "CORSAllowOriginFile ", first, " ", second,
                    "\nCORSAllowOrigin https://d.example", NULL));

    (void)state;
#define REASON(origin) \
    fake_judge(policy, origin, sizeof(origin) - 1)
    assert_int_equal(REASON("https://a.example"), CORS_REASON_OK);
    assert_int_equal(REASON("https://b.example"), CORS_REASON_OK);
    assert_int_equal(REASON("https://c.example"),
                     CORS_REASON_ORIGIN_EXCLUDED);
    assert_int_equal(REASON("https://d.example"), CORS_REASON_OK);
}

static void a_hundred_thousand_origins_are_read(void **state)
{
    enum { COUNT = 100000, WIDTH = 64 };
    char *text = apr_palloc(fake.pool, COUNT * WIDTH), *end = text;
    const cors_origin_set *set;
    int i;

    (void)state;
    for (i = 0; i < COUNT; i++) {
        end += sprintf(end, "https://host-%d.example.com\n", i);
    }
    assert_null(read_file(file_make(text, (apr_size_t)(end - text)), &set));
    assert_int_equal(count(set, CORS_SEEN_FILE_ADMITTED), COUNT);
    assert_true(cors_origin_set_has(
        set, "https://host-0.example.com", 26));
    assert_true(cors_origin_set_has(
        set, "https://host-99999.example.com", 30));
    assert_false(cors_origin_set_has(
        set, "https://host-100000.example.com", 31));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(each_line_is_a_pattern),
        FAKES_TEST(a_bad_line_is_named_by_file_and_line),
        FAKES_TEST(a_nul_in_a_line_is_a_flaw),
        FAKES_TEST(a_file_without_origins_is_refused),
        FAKES_TEST(a_file_of_nobody_admits_nobody),
        FAKES_TEST(what_is_no_file_is_refused),
        FAKES_TEST(sections_share_what_is_read_once),
        FAKES_TEST(a_refused_file_is_refused_again),
        FAKES_TEST(what_credentials_make_dangerous_is_noted),
        FAKES_TEST(a_policy_allows_what_its_files_say),
        FAKES_TEST(a_hundred_thousand_origins_are_read)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
