/* SPDX-License-Identifier: Apache-2.0 */
#include <dlfcn.h>

#include "fakes.h"

#include <apr_file_io.h>
#include <unistd.h>
#include <unixd.h>

#include "policy/server.h"
#include "shared/once.h"
#include "config/file_refresh.h"
#include "config/readable.h"

/* What the sanitizer counts; 0 where there is none. */
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

/* Which of APR's calls answer for once as NFS does of a file that was
 * replaced, and how often they still do. */
static struct {
    int open, info, read;
} stale;

static int is_stale(int *times)
{
    return *times > 0 && (*times)--;
}

#define REAL(function) (*(void **)&real = dlsym(RTLD_NEXT, #function), real)

apr_status_t apr_file_open(apr_file_t **file, const char *path,
                           apr_int32_t flags, apr_fileperms_t mode,
                           apr_pool_t *pool)
{
    apr_status_t (*real)(apr_file_t **, const char *, apr_int32_t,
                         apr_fileperms_t, apr_pool_t *);

    return is_stale(&stale.open)
           ? ESTALE : REAL(apr_file_open)(file, path, flags, mode, pool);
}

apr_status_t apr_file_info_get(apr_finfo_t *info, apr_int32_t wanted,
                               apr_file_t *file)
{
    apr_status_t (*real)(apr_finfo_t *, apr_int32_t, apr_file_t *);

    return is_stale(&stale.info)
           ? ESTALE : REAL(apr_file_info_get)(info, wanted, file);
}

apr_status_t apr_file_read_full(apr_file_t *file, void *buffer,
                                apr_size_t size, apr_size_t *read)
{
    apr_status_t (*real)(apr_file_t *, void *, apr_size_t, apr_size_t *);

    return is_stale(&stale.read)
           ? ESTALE : REAL(apr_file_read_full)(file, buffer, size, read);
}

/* A folder that ends with the test, and a path in it. */
static apr_status_t remove_folder(void *folder)
{
    return system(apr_pstrcat(fake.pool, "rm -r ", folder, NULL));
}

static const char *make_folder(void)
{
    char *folder = apr_pstrdup(fake.pool, "/tmp/cors-refresh-XXXXXX");

    assert_non_null(mkdtemp(folder));
    apr_pool_cleanup_register(fake.pool, folder, remove_folder,
                              apr_pool_cleanup_null);
    return folder;
}

/* Written beside, and renamed. */
static void put(const char *path, const char *text)
{
    const char *new = apr_pstrcat(fake.pool, path, ".new", NULL);
    apr_file_t *file;

    assert_int_equal(apr_file_open(&file, new, APR_FOPEN_WRITE
                                   | APR_FOPEN_CREATE | APR_FOPEN_TRUNCATE,
                                   APR_FPROT_OS_DEFAULT, fake.pool),
                     APR_SUCCESS);
    apr_file_write_full(file, text, strlen(text), NULL);
    apr_file_close(file);
    assert_int_equal(rename(new, path), 0);
}

static void look(int in_parent)
{
    apr_pool_t *pool;

    apr_pool_create(&pool, fake.pool);
    cors_file_refresh_look(pool, fake.server, in_parent);
    apr_pool_destroy(pool);
}

/* A policy with one file, or two, in which these texts stand. */
typedef struct site {
    const char *paths[2];
    const cors_policy *policy;
} site;

static site make_site(const char *first, const char *second)
{
    const char *folder = make_folder();
    site s = { { apr_pstrcat(fake.pool, folder, "/a", NULL),
                 apr_pstrcat(fake.pool, folder, "/b", NULL) }, NULL };

    cors_once_open(fake.pool);
    put(s.paths[0], first);
    put(s.paths[1], second ? second : "none\n");
    s.policy = fake_policy(apr_pstrcat(fake.pool, "CORSAllowOriginFile ",
                                       s.paths[0], " ",
                                       second ? s.paths[1] : "", NULL));
    cors_origin_lists_begin();
    return s;
}

#define A "https://a.example.com"
#define B "https://b.example.com"

static cors_reason judge(const site *s, const char *origin)
{
    return fake_judge(s->policy, origin, strlen(origin));
}

static void a_changed_file_is_read(void **state)
{
    site s = make_site(A "\n", NULL);

    (void)state;
    look(0);
    assert_string_equal(fake_log_text(APLOG_NOTICE), "");
    put(s.paths[0], B "\n");
    assert_int_equal(judge(&s, A), CORS_REASON_OK);
    look(0);
    assert_int_equal(judge(&s, A), CORS_REASON_ORIGIN_NOT_LISTED);
    assert_int_equal(judge(&s, B), CORS_REASON_OK);
    assert_string_equal(fake_log_text(APLOG_NOTICE),
                        apr_pstrcat(fake.pool, "CORSAllowOriginFile: ",
                                    s.paths[0], " was read again, 1 origin",
                                    NULL));
}

static void a_bad_one_is_refused_once(void **state)
{
    static const struct {
        const char *text;           /* NULL: there is no file */
        const char *reason;
    } rows[] = {
        { B "\n" A "/\n", ":2: '" A "/': an origin has no path" },
        { B, "has no end, as if it was still being written" },
        { B "\n#", "has no end" },
        { "", "has no origin in it; the word none" },
        { "# " B "\n", "has no origin in it" },
        { "none\n" B "\n", ":2: '" B "': 'none' stands alone" },
        { "!" B "\n", "a section of exclusions only" },
        { B "\nhttp://c.example.com\n", ":2: CORSAllowOrigin "
          "'http://c.example.com': with credentials" },
        { B "\nhttps://*.com\n", ":2: CORSAllowOrigin 'https://*.com': "
          "everybody can register a name there" },
        { B "\nhttps://a-*.github.io\n", "everybody can register such" },
        { NULL, "cannot read" }
    };
    site s = make_site(A "\n", NULL);
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        const char *row = rows[i].text ? rows[i].text : "NULL";

        apr_array_clear(fake.log);
        if (rows[i].text) {
            put(s.paths[0], rows[i].text);
        }
        else {
            unlink(s.paths[0]);
        }
        look(1);
        EXPECT_TEXT(row, fake_log_text(APLOG_ERR), "");
        look(0);
        look(0);
        EXPECT_NUMBER(row, fake.log->nelts, 1);
        EXPECT_PART(row, fake_log_text(APLOG_ERR), rows[i].reason);
        EXPECT_PART(row, fake_log_text(APLOG_ERR), s.paths[0]);
        EXPECT_NUMBER(row, judge(&s, A), CORS_REASON_OK);
        EXPECT_NUMBER(row, judge(&s, B), CORS_REASON_ORIGIN_NOT_LISTED);
    }
    put(s.paths[0], B "\n");
    look(0);
    assert_int_equal(judge(&s, B), CORS_REASON_OK);
}

/* Once is tried again at once, and any further time at the next look. */
static void a_stale_one_is_read_later(void **state)
{
    static const struct {
        const char *row;
        int open, info, read;       /* how often each is stale */
        int is_said;
    } rows[] = {
        { "opened once", 1, 0, 0, 0 },
        { "looked at once", 0, 1, 0, 0 },
        { "opened", 2, 0, 0, 1 },
        { "looked at", 0, 2, 0, 1 },
        { "opened, and looked at", 1, 1, 0, 1 },
        { "read", 0, 0, 1, 1 }
    };
    site s = make_site("none\n", NULL);
    const char *said = apr_pstrcat(
        fake.pool, "CORSAllowOriginFile: cannot read ", s.paths[0], ": ",
        strerror(ESTALE), "; the list of ", s.paths[0], ", read ", NULL);
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        const char *row = rows[i].row, *before = i % 2 ? B : A;
        const char *after = i % 2 ? A : B;

        put(s.paths[0], apr_pstrcat(fake.pool, before, "\n", NULL));
        look(0);
        apr_array_clear(fake.log);
        put(s.paths[0], apr_pstrcat(fake.pool, after, "\n", NULL));
        stale.open = rows[i].open;
        stale.info = rows[i].info;
        stale.read = rows[i].read;
        look(0);
        EXPECT_NUMBER(row, stale.open + stale.info + stale.read, 0);
        EXPECT_NUMBER(row, judge(&s, before) == CORS_REASON_OK,
                      rows[i].is_said);
        EXPECT_NUMBER(row, judge(&s, after) == CORS_REASON_OK,
                      !rows[i].is_said);
        EXPECT_NUMBER(row, strncmp(fake_log_text(APLOG_ERR), said,
                                   strlen(said)) == 0, rows[i].is_said);
        EXPECT_NUMBER(row, fake.log->nelts, 1);
        look(0);
        EXPECT_NUMBER(row, judge(&s, before),
                      CORS_REASON_ORIGIN_NOT_LISTED);
        EXPECT_NUMBER(row, judge(&s, after), CORS_REASON_OK);
    }
}

/* All sections are asked, and what each inherits; the option is theirs. */
static void every_section_is_asked(void **state)
{
    site s = make_site(A "\n", NULL);

    (void)state;
    fake_policy(apr_pstrcat(fake.pool, "CORSOptions UnsafeInsecureOrigin\n"
                            "CORSAllowOriginFile ", s.paths[0], NULL));
    put(s.paths[0], A "\nhttp://c.example.com\n");
    look(0);
    EXPECT_PART("first", fake_log_text(APLOG_ERR), "(in the section of ");
    assert_int_equal(judge(&s, "http://c.example.com"),
                     CORS_REASON_ORIGIN_NOT_LISTED);
}

/* One file may be refused until another admits what stands beside it. */
static void files_are_held_to_each_other(void **state)
{
    site s = make_site(A "\n", "!" B "\n");

    (void)state;
    put(s.paths[0], "!" A "\n");
    look(0);
    EXPECT_PART("alone", fake_log_text(APLOG_ERR), "exclusions only");
    assert_int_equal(judge(&s, A), CORS_REASON_OK);
    put(s.paths[1], A "\n" B "\n");
    look(0);
    assert_int_equal(judge(&s, A), CORS_REASON_ORIGIN_EXCLUDED);
    assert_int_equal(judge(&s, B), CORS_REASON_OK);
    apr_array_clear(fake.log);
    put(s.paths[0], "none\n");
    put(s.paths[1], "!" B "\n");
    look(0);
    assert_string_equal(fake_log_text(APLOG_ERR), "");
    assert_int_equal(judge(&s, B), CORS_REASON_ORIGIN_EXCLUDED);
}

/* Two lists and what reading takes for a moment, whatever their number. */
static void a_thousand_changes_take_no_memory(void **state)
{
    enum { ORIGINS = 300 };
    char *text = apr_palloc(fake.pool, ORIGINS * 64), *end = text;
    site s = make_site(A "\n", NULL);
    apr_pool_t *whole = fake.pool, *one;
    size_t warm = 0, now = 0;
    int i;

    (void)state;
    for (i = 0; i < ORIGINS; i++) {
        end += sprintf(end, "https://host-%d.example.com\n", i);
    }
    for (i = 0; i < 1000; i++) {
        apr_pool_create(&one, whole);
        fake.pool = one;
        fake.log = apr_array_make(fake.pool, 4, sizeof(fake_line));
        put(s.paths[0], i % 2 ? A "\n" : text);
        look(0);
        fake.pool = whole;
        apr_pool_destroy(one);
        if (__sanitizer_get_current_allocated_bytes) {
            now = __sanitizer_get_current_allocated_bytes();
        }
        warm = i == 99 ? now : warm;
    }
    fake.log = apr_array_make(fake.pool, 4, sizeof(fake_line));
    assert_int_equal(judge(&s, A), CORS_REASON_OK);
    assert_true(now < warm + 65536);
}

/* The parent may read what children may not. */
static void the_parent_takes_what_children_can_read(void **state)
{
    apr_finfo_t info = { 0 };

    (void)state;
    ap_unixd_config.user_id = 4711;
    ap_unixd_config.group_id = 4712;
    info.user = 1;
    info.group = 1;
    cors_readable_start();
#define READABLE(bits) \
    (info.protection = (bits), cors_readable_by_children(&info))
    if (geteuid() != 0) {
        assert_true(READABLE(0));
        return;
    }
    assert_true(READABLE(APR_FPROT_WREAD));
    assert_false(READABLE(APR_FPROT_UREAD | APR_FPROT_GREAD));
    info.group = 4712;
    assert_true(READABLE(APR_FPROT_GREAD));
    assert_false(READABLE(APR_FPROT_UREAD | APR_FPROT_WREAD));
    info.user = 4711;
    assert_true(READABLE(APR_FPROT_UREAD));
    assert_false(READABLE(APR_FPROT_GREAD | APR_FPROT_WREAD));
}

static int count_text(void *data, cors_origin_seen seen, const char *text,
                      size_t number)
{
    (void)number;
    *(int *)data += seen == CORS_SEEN_FILE_ADMITTED && strcmp(text, B) == 0;
    return 0;
}

static void add_count(void *data, const cors_origin_set *set)
{
    *(size_t *)data += cors_origin_set_count(set);
}

static const char *find_b(void *data, const cors_matcher *patterns)
{
    return cors_matcher_has(patterns, B, strlen(B)) ? data : NULL;
}

static void what_is_shown_is_the_newest(void **state)
{
    static char found[] = "found";
    site s = make_site(A "\n", NULL);
    size_t count = 0;
    int seen = 0;

    (void)state;
    assert_null(cors_origins_find(s.policy->origins, find_b, found));
    put(s.paths[0], B "\nhttps://c.example.com\n");
    look(0);
    assert_ptr_equal(cors_origins_find(s.policy->origins, find_b, found),
                     found);
    cors_origins_each(s.policy->origins, count_text, &seen);
    assert_int_equal(seen, 1);
    cors_origins_each_file(s.policy->origins, add_count, &count);
    assert_int_equal(count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(a_changed_file_is_read),
        FAKES_TEST(a_bad_one_is_refused_once),
        FAKES_TEST(a_stale_one_is_read_later),
        FAKES_TEST(every_section_is_asked),
        FAKES_TEST(files_are_held_to_each_other),
        FAKES_TEST(a_thousand_changes_take_no_memory),
        FAKES_TEST(the_parent_takes_what_children_can_read),
        FAKES_TEST(what_is_shown_is_the_newest)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
