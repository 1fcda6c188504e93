/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

#include "policy/query.h"
#include "policy/server.h"

#define SQL "SELECT o FROM t WHERE o = %s"

/* The one query of a line; NULL, and *message: why it is refused. */
static const cors_query *read_query(const char *line, const char **message)
{
    cors_policy *policy = cors_policy_create(fake.pool, NULL);
    const apr_array_header_t *queries;

    *message = fake_read(FAKE_LOCATION, policy, apr_pstrcat(
        fake.pool, "CORSAllowOriginQuery ", line, NULL));
    queries = policy->origins ? cors_origins_queries(policy->origins) : NULL;
    if (*message) {
        assert_true(!queries || queries->nelts == 0);
        return NULL;
    }
    assert_int_equal(queries->nelts, 1);
    return APR_ARRAY_IDX(queries, 0, const cors_query *);
}

static void parameters_are_of_three_kinds(void **state)
{
    static const struct {
        const char *word;
        int kind;
    } rows[] = {
        { "Origin", CORS_PARAMETER_ORIGIN },
        { "origin", CORS_PARAMETER_ORIGIN },
        { "HOST", CORS_PARAMETER_HOST },
        { "%{reqenv:TENANT}", CORS_PARAMETER_EXPRESSION },
        { "tenant-%{req:X-Tenant}", CORS_PARAMETER_EXPRESSION }
    };
    const char *message;
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        const cors_query *query = read_query(
            apr_pstrcat(fake.pool, "\"" SQL "\" \"", rows[i].word, "\"",
                        NULL), &message);

        EXPECT_TEXT(rows[i].word, message, NULL);
        assert_int_equal(query->count, 1);
        EXPECT_NUMBER(rows[i].word, query->parameters[0].kind, rows[i].kind);
        EXPECT_TEXT(rows[i].word, query->parameters[0].text, rows[i].word);
        EXPECT_NUMBER(rows[i].word, query->parameters[0].expression != NULL,
                      rows[i].kind == CORS_PARAMETER_EXPRESSION);
    }
}

/* A string: httpd would read a condition otherwise. */
static void an_expression_is_a_string(void **state)
{
    const char *message;
    const cors_query *query = read_query("\"" SQL "\" \"%{reqenv:A}\"",
                                         &message);

    (void)state;
    assert_null(message);
    assert_true(query->parameters[0].expression->flags
                & AP_EXPR_FLAG_STRING_RESULT);
}

static void four_parameters_stand_in_their_order(void **state)
{
    const char *message;
    const cors_query *query = read_query(
        "\"SELECT o FROM t WHERE o=%s AND h=%s AND x=%s AND y=%s AND "
        "z LIKE '%%'\" Origin Host \"%{reqenv:A}\" Host", &message);

    (void)state;
    assert_null(message);
    assert_int_equal(query->count, 4);
    assert_int_equal(query->parameters[1].kind, CORS_PARAMETER_HOST);
    assert_int_equal(query->parameters[2].kind, CORS_PARAMETER_EXPRESSION);
    assert_string_equal(query->text,
        "\"SELECT o FROM t WHERE o=%s AND h=%s AND x=%s AND y=%s AND "
        "z LIKE '%%'\" Origin Host \"%{reqenv:A}\" Host");
    assert_int_equal(query->place.line, 1);
    assert_int_not_equal(query->key, 0);
}

/* What the table of refusals does not ask: it is of whole servers. */
static void a_refused_line_leaves_no_query(void **state)
{
    static const struct {
        const char *line;
        const char *message;
    } rows[] = {
        { "", "'': no statement; write \"SELECT origin" },
        { "\"" SQL "\"", "1 %s, but no parameter" },
        { "\"" SQL "\" Origin Host", "1 %s, but 2 parameters (Origin Host)" },
        { "\"SELECT o FROM t\" Host", "0 %s, but 1 parameter (Host)" },
        { "\"SELECT o FROM t\"", "no parameter: a whole list is a file's" },
        { "\"SELECT %s%s%s%s%s\" Host Host Host Host Host",
          "more than 4 parameters" },
        { "\"SELECT %i\" Host", "a % stands for a parameter, as %s" },
        { "\"SELECT %s %\" Host", "a % stands for a parameter, as %s" },
        { "\"" SQL "\" Orgin", "'Orgin': no such parameter; write Origin, "
          "Host, or an expression" },
        { "\"SELECT %s %s\" Host Orgin", "'Orgin': no such parameter" },
        { "\"" SQL "\" \"%{reqenv:A\"", "'%{reqenv:A': syntax error" },
        { "\"" SQL "\" Host # tenants", "knows no comment" },
        { "#", "knows no comment" }
    };
    const char *message;
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        assert_null(read_query(rows[i].line, &message));
        EXPECT_PART(rows[i].line, message, rows[i].message);
    }
}

static void queries_add_up_and_stand_beside_origins(void **state)
{
    const cors_policy *policy = fake_policy(
        "CORSAllowOrigin https://a.example\n"
        "CORSAllowOriginQuery \"" SQL "\" Origin\n"
        "CORSAllowOriginQuery \"" SQL "\" Origin");
    const apr_array_header_t *queries =
        cors_origins_queries(policy->origins);
    const cors_query *first = APR_ARRAY_IDX(queries, 0, const cors_query *);
    const cors_query *second = APR_ARRAY_IDX(queries, 1, const cors_query *);

    (void)state;
    assert_int_equal(queries->nelts, 2);
    assert_int_equal(second->place.line, 3);
    assert_true(first->key != second->key);
    assert_true(cors_policy_allows_origins(policy));
}

static void times_are_whole_seconds(void **state)
{
    static const struct {
        const char *line;
        cors_query_times times;
        const char *refused;
    } rows[] = {
        { "60 10 600", { 60, 10, 600 }, NULL },
        { "5min 1min 1h", { 300, 60, 3600 }, NULL },
        { "20", { 20, 10, 600 }, NULL },
        /* left out, it is the smaller of its default and fresh */
        { "3", { 3, 3, 600 }, NULL },
        { "60 60", { 60, 60, 600 }, NULL },
        { "86400 86400 86400", { 86400, 86400, 86400 }, NULL },
        { "1 1 0", { 1, 1, 0 }, NULL },
        { "0", { 0, 0, 0 }, "'0': this is no time from 1 to 86400" },
        { "86401", { 0, 0, 0 }, "'86401': this is no time" },
        { "1500ms", { 0, 0, 0 }, "'1500ms': this is no time" },
        { "soon", { 0, 0, 0 }, "'soon': this is no time" },
        { "60 0", { 0, 0, 0 }, "'0': this is no time" },
        { "60 61", { 0, 0, 0 }, "'61': an answer without rows holds no "
          "longer than one with rows; write 60" },
        { "60 10 86401", { 0, 0, 0 }, "from 0 to 86400 seconds; write 600, "
          "or a unit as in 10min, or 0 for never" },
        { "60 10 -1", { 0, 0, 0 }, "'-1': this is no time" },
        { "#", { 0, 0, 0 }, "knows no comment" },
        { "60 #", { 0, 0, 0 }, "knows no comment" },
        { "60 10 #", { 0, 0, 0 }, "knows no comment" }
    };
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        cors_policy *policy = cors_policy_create(fake.pool, NULL);
        const char *refused = fake_read(FAKE_LOCATION, policy, apr_pstrcat(
            fake.pool, "CORSQueryCacheTime ", rows[i].line, NULL));

        if (rows[i].refused) {
            EXPECT_PART(rows[i].line, refused, rows[i].refused);
            assert_null(policy->query_times);
            continue;
        }
        EXPECT_TEXT(rows[i].line, refused, NULL);
        EXPECT_NUMBER(rows[i].line, policy->query_times->fresh,
                      rows[i].times.fresh);
        EXPECT_NUMBER(rows[i].line, policy->query_times->unlisted,
                      rows[i].times.unlisted);
        EXPECT_NUMBER(rows[i].line, policy->query_times->stale,
                      rows[i].times.stale);
    }
}

static const char *read_server(const char *line)
{
    return fake_read(FAKE_SERVER, fake_server_policy(fake.server), line);
}

static void the_cache_is_shmcb_or_none(void **state)
{
    static const struct {
        const char *value;
        const char *refused;
    } rows[] = {
        { "shmcb", NULL }, { "none", NULL }, { "NONE", NULL },
        { "shmcb:run/cors(65536)", NULL }, { "shmcb:", NULL },
        { "redis:10.0.0.1", "mod_socache_redis waits without end for a "
          "server that hangs; write shmcb" },
        { "Redis", "mod_socache_redis waits" },
        { "memcache:10.0.0.1", "mod_socache_memcache waits" },
        { "dbm", "no such cache; write shmcb, shmcb:path(bytes) or none" },
        { "SHMCB", "no such cache" }, { "shm", "no such cache" },
        { "none:x", "no such cache" }, { "#", "knows no comment" }
    };
    const cors_server *own = cors_server_of(fake.server);
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        const char *before = own->query_cache;
        const char *refused = read_server(apr_pstrcat(
            fake.pool, "CORSQueryCache ", rows[i].value, NULL));

        if (rows[i].refused) {
            EXPECT_PART(rows[i].value, refused, rows[i].refused);
            assert_ptr_equal(own->query_cache, before);
        }
        else {
            EXPECT_TEXT(rows[i].value, refused, NULL);
            EXPECT_TEXT(rows[i].value, own->query_cache, rows[i].value);
            assert_int_equal(own->query_cache_place.line, 1);
        }
    }
}

static void the_rate_is_a_number(void **state)
{
    static const struct {
        const char *value;
        int rate;               /* 0: refused */
    } rows[] = {
        { "1", 1 }, { "100", 100 }, { "1000000", 1000000 },
        { "0000007", 7 }, { "0", 0 }, { "1000001", 0 }, { "00000001", 0 },
        { "-1", 0 }, { "+1", 0 }, { "1.5", 0 }, { "0x10", 0 },
        { "99999999999999999999", 0 }, { "''", 0 }
    };
    const cors_server *own = cors_server_of(fake.server);
    size_t i;

    (void)state;
    for (i = 0; i < LENGTH(rows); i++) {
        const char *refused = read_server(apr_pstrcat(
            fake.pool, "CORSQueryRate ", rows[i].value, NULL));

        if (rows[i].rate) {
            EXPECT_TEXT(rows[i].value, refused, NULL);
            EXPECT_NUMBER(rows[i].value, own->query_rate, rows[i].rate);
        }
        else {
            EXPECT_PART(rows[i].value, refused, "this is no number of "
                        "questions a second from 1 to 1000000; write 100");
        }
    }
    EXPECT_PART("comment", read_server("CORSQueryRate #"),
                "knows no comment");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKES_TEST(parameters_are_of_three_kinds),
        FAKES_TEST(an_expression_is_a_string),
        FAKES_TEST(four_parameters_stand_in_their_order),
        FAKES_TEST(a_refused_line_leaves_no_query),
        FAKES_TEST(queries_add_up_and_stand_beside_origins),
        FAKES_TEST(times_are_whole_seconds),
        FAKES_TEST(the_cache_is_shmcb_or_none),
        FAKES_TEST(the_rate_is_a_number)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
