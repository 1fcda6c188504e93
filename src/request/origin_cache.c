/* SPDX-License-Identifier: Apache-2.0 */
#include "request/origin_cache.h"

#include <ap_provider.h>
#include <ap_socache.h>
#include <apr_strings.h>
#include <string.h>

#include "policy/hash.h"
#include "policy/server.h"

/* In front of the rows, in the cache. */
typedef struct header {
    apr_time_t asked;
    apr_time_t asking;
} header;

typedef union entry {
    header times;
    unsigned char bytes[sizeof(header) + CORS_ROWS_MAX];
} entry;

static const ap_socache_provider_t *provider;
static ap_socache_instance_t *known, *unlisted;
static server_rec *owner;

/* What is hashed; the parameters stand behind it, each with its length. */
typedef struct question {
    apr_uint64_t half;          /* of the digest: 0 or 1 */
    apr_uint64_t server;
    apr_uint64_t statement;
} question;

static char *add_text(char *to, const char *text, apr_uint32_t length)
{
    memcpy(to, &length, sizeof(length));
    memcpy(to + sizeof(length), text, length);
    return to + sizeof(length) + length;
}

static void digest(cors_question_id *id, question *asked, size_t length)
{
    apr_uint64_t halves[2];

    asked->half = 0;
    halves[0] = cors_hash(asked, length);
    asked->half = 1;
    halves[1] = cors_hash(asked, length);
    memcpy(id->digest, halves, sizeof(id->digest));
}

cors_question_id cors_question_id_of(apr_pool_t *pool,
                                     const server_rec *server,
                                     const cors_query *query,
                                     const char *const values[])
{
    apr_uint32_t lengths[CORS_QUERY_PARAMETERS];
    size_t room = sizeof(question);
    cors_question_id id;
    question *asked;
    char *end;
    int i;

    for (i = 0; i < query->count; i++) {
        lengths[i] = (apr_uint32_t)strlen(values[i]);
        room += sizeof(lengths[i]) + lengths[i];
    }
    asked = apr_palloc(pool, room);
    asked->server = cors_server_of(server)->key;
    asked->statement = query->statement;
    end = (char *)(asked + 1);
    for (i = 0; i < query->count; i++) {
        end = add_text(end, values[i], lengths[i]);
    }
    digest(&id, asked, room);
    return id;
}

static apr_status_t open_one(ap_socache_instance_t *instance,
                             const char *name, server_rec *server,
                             apr_pool_t *pconf)
{
    struct ap_socache_hints hints = {
        sizeof(cors_question_id), sizeof(header) + 64, apr_time_from_sec(60)
    };

    return provider->init(instance, name, &hints, server, pconf);
}

apr_status_t cors_origin_cache_open(server_rec *server, apr_pool_t *pconf)
{
    const cors_server *own = cors_server_of(server);
    apr_status_t rv;

    owner = server;
    known = unlisted = NULL;
    if (!own->known) {
        return APR_SUCCESS;
    }
    provider = ap_lookup_provider(AP_SOCACHE_PROVIDER_GROUP, "shmcb",
                                  AP_SOCACHE_PROVIDER_VERSION);
    rv = open_one(own->known, "cors-store", server, pconf);
    if (rv == APR_SUCCESS) {
        rv = open_one(own->unlisted, "cors-store-unlisted", server, pconf);
    }
    if (rv == APR_SUCCESS) {
        known = own->known;
        unlisted = own->unlisted;
    }
    return rv;
}

static int find_in(ap_socache_instance_t *instance,
                   const cors_question_id *id, cors_kept_answer *answer,
                   apr_pool_t *pool)
{
    entry found;
    unsigned int length = sizeof(found);

    if (provider->retrieve(instance, owner, id->digest, sizeof(id->digest),
                           found.bytes, &length, pool) != APR_SUCCESS
        || length < sizeof(header)) {
        return 0;
    }
    answer->asked = found.times.asked;
    answer->asking = found.times.asking;
    answer->rows.length = length - sizeof(header);
    answer->rows.bytes = apr_pmemdup(pool, found.bytes + sizeof(header),
                                     answer->rows.length);
    return answer->rows.length == 0
           || answer->rows.bytes[answer->rows.length - 1] == '\0';
}

int cors_origin_cache_find(const cors_question_id *id,
                           cors_kept_answer *answer, apr_pool_t *pool)
{
    return known && (find_in(known, id, answer, pool)
                     || find_in(unlisted, id, answer, pool));
}

void cors_origin_cache_keep(const cors_question_id *id,
                            const cors_kept_answer *answer,
                            apr_time_t until, apr_pool_t *pool)
{
    int has_rows = answer->rows.length > 0;
    entry kept;

    if (!known) {
        return;
    }
    provider->remove(has_rows ? unlisted : known, owner, id->digest,
                     sizeof(id->digest), pool);
    memset(&kept.times, 0, sizeof(kept.times));
    kept.times.asked = answer->asked;
    kept.times.asking = answer->asking;
    if (has_rows) {
        memcpy(kept.bytes + sizeof(header), answer->rows.bytes,
               answer->rows.length);
    }
    provider->store(has_rows ? known : unlisted, owner, id->digest,
                    sizeof(id->digest), until, kept.bytes,
                    (unsigned int)(sizeof(header) + answer->rows.length),
                    pool);
}
