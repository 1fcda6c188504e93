/* SPDX-License-Identifier: Apache-2.0 */
#include "report/explain.h"

#include <apr_strings.h>
#include <http_config.h>
#include <http_main.h>
#include <http_protocol.h>
#include <http_request.h>
#include <string.h>

#include "syntax/site.h"
#include "policy/server.h"
#include "request/answer.h"
#include "request/enforce.h"
#include "report/likely_cause.h"
#include "report/lookup.h"
#include "report/nearmiss.h"
#include "report/record.h"

/* As many internal redirects as httpd itself follows. */
#define PLACES_MAX 10

/* A form sends its empty fields too: they are not given. */
static const char *find_given(const apr_table_t *arguments, const char *name)
{
    const char *value = apr_table_get(arguments, name);

    return value && *value ? value : NULL;
}

/*
 * The headers of the request that is asked about. Those of the
 * administrator's own that would be taken for its (cookies, log-in, what the
 * browser says of the site) are left out.
 */
static apr_table_t *make_headers(request_rec *r,
                                 const apr_table_t *arguments)
{
    static const char *const own[] = {
        "Cookie", "Authorization", "Sec-Purpose", "Upgrade",
        "Access-Control-Request-Method", "Access-Control-Request-Headers",
        NULL
    };
    static const struct {
        const char *argument;
        const char *field;
    } fields[] = {
        { "origin", "Origin" }, { "site", "Sec-Fetch-Site" },
        { "mode", "Sec-Fetch-Mode" }, { "dest", "Sec-Fetch-Dest" },
        { "referer", "Referer" }, { NULL, NULL }
    };
    apr_table_t *headers = apr_table_copy(r->pool, r->headers_in);
    const char *method = find_given(arguments, "method");
    const char *names = find_given(arguments, "headers");
    int i;

    for (i = 0; own[i]; i++) {
        apr_table_unset(headers, own[i]);
    }
    for (i = 0; fields[i].argument; i++) {
        const char *value = find_given(arguments, fields[i].argument);

        apr_table_unset(headers, fields[i].field);
        if (value) {
            apr_table_setn(headers, fields[i].field, value);
        }
    }
    if (method || names) {
        apr_table_setn(headers, "Access-Control-Request-Method",
                       method ? method : "GET");
    }
    if (names) {
        apr_table_setn(headers, "Access-Control-Request-Headers", names);
    }
    return headers;
}

/* The places that a request would pass, and what they make of it. */
typedef struct passage {
    request_rec *found;         /* the place that judges, or the last one */
    cors_request *request;      /* NULL: none has a policy */
    int status;                 /* of a refusal or a preflight; 0: none */
    int strips;
    int reports;                /* some place would deny, but reports only */
} passage;

static void pass_place(passage *p, request_rec *found)
{
    const cors_policy *place = cors_policy_of(found);

    if (!p->request || (cors_decision_is_open(p->request)
                        && cors_policy_is_on(place, CORS_FETCH_METADATA))) {
        p->found = found;
        p->request = cors_policy_exists(place)
                     ? cors_decision_make(found, place) : NULL;
    }
    if (!p->request || p->status) {
        return;
    }
    p->reports |= cors_policy_is_on(place, CORS_REPORT_ONLY);
    switch (cors_enforce_choose(place, p->request)) {
    case CORS_ACTION_ANSWER:
        p->status = cors_enforce_status(p->request->decision);
        break;
    case CORS_ACTION_DENY:
        p->status = cors_enforce_refusal(p->request->decision);
        break;
    case CORS_ACTION_STRIP:
        p->strips = 1;
        break;
    default:
        break;
    }
}

/* A front controller's place is another, behind an internal redirect. */
static passage pass_places(const cors_lookup *lookup,
                           const apr_table_t *arguments)
{
    passage p = { NULL, NULL, 0, 0, 0 };
    int preflight = find_given(arguments, "method")
                    || find_given(arguments, "headers");
    apr_table_t *headers = make_headers(lookup->r, arguments);
    const char *path = lookup->path;
    cors_request *shared = NULL;
    int places = 0;

    do {
        request_rec *found = cors_lookup_find(lookup, preflight ? "OPTIONS"
                                                                : "GET",
                                              headers, path);

        if (shared) {
            cors_request_share(found, shared);
        }
        pass_place(&p, found);
        shared = p.request;
        path = cors_lookup_next(found);
    } while (path && !p.status && ++places < PLACES_MAX);
    return p;
}

static void add_line(apr_table_t *lines, const char *name, const char *value)
{
    if (value) {
        apr_table_addn(lines, name, value);
    }
}

static int add_header(void *data, const char *name, const char *value)
{
    if (ap_cstr_casecmpn(name, "Access-Control-", 15) == 0
        || ap_cstr_casecmp(name, "Vary") == 0) {
        add_line(data, name, value);
    }
    return 1;
}

static const char *write_missing(apr_pool_t *pool,
                                 const cors_request *request)
{
    const cors_decision *decision = request->decision;
    const char *method = decision->method_missing
                         ? ap_escape_logitem(pool, request->method) : NULL;

    if (!method || !decision->missing) {
        return method ? method : decision->missing;
    }
    return apr_pstrcat(pool, method, ", ", decision->missing, NULL);
}

static const char *write_enforced(const passage *p)
{
    if (p->status && !p->request->preflight) {
        return "Deny";
    }
    if (p->strips) {
        return "StripCredentials";
    }
    return p->reports ? "no (CORSReportOnly)" : "Serve";
}

static int is_of_https(const cors_lookup *lookup)
{
    return strcmp(lookup->scheme ? lookup->scheme : ap_http_scheme(lookup->r),
                  "https") == 0;
}

/*
 * Of the two hosts: what travels to another site is for the cookie to say.
 * Of the scheme a page over http: knows nothing, TLS may end in front of it.
 */
static void add_site(apr_table_t *lines, const cors_lookup *lookup,
                     cors_request *request)
{
    cors_sent_origin *origin = &request->origin;
    const char *host = lookup->host;

    if (!origin->text || !host
        || cors_sent_origin_parse(origin) != CORS_FLAW_NONE) {
        return;
    }
    if (cors_site_same(host, strlen(host), origin->parts.host,
                       origin->parts.host_length)) {
        add_line(lines, "Site", "same-site");
        if (is_of_https(lookup) && cors_origin_is_insecure(&origin->parts)) {
            add_line(lines, "Cookies", "the page is http: and the server "
                     "https:, Chromium sends SameSite=None; Secure cookies "
                     "only");
        }
        return;
    }
    add_line(lines, "Site", "cross-site");
    add_line(lines, "Cookies", "only SameSite=None; Secure cookies travel");
}

/* A stranger's request without credentials was judged; with them? */
static void add_anonymous(apr_table_t *lines, const cors_request *request)
{
    if (request->decision->anonymous) {
        add_line(lines, "Without-Credentials", "anonymous, "
                 "Access-Control-Allow-Origin: *");
        add_line(lines, "With-Credentials",
                 "disallowed, credentials-sent");
    }
}

/* Of what the policy allows: why no cookie comes though all is right here. */
static const char *find_cure(const cors_decision *decision)
{
    if (decision->result == CORS_RESULT_ALLOWED
        && cors_policy_is_on(decision->policy, CORS_CREDENTIALS)) {
        return "a script sends cookies if it asks for it: "
               "fetch(url, { credentials: 'include' }), or withCredentials";
    }
    return cors_reason_cure(decision->reason);
}

/* What the last database that was asked said, and how old that is. */
static void add_store(apr_table_t *lines, apr_pool_t *pool,
                      const cors_store_seen *store)
{
    int seconds = (int)apr_time_sec(store->time);

    if (!store->query) {
        return;
    }
    add_line(lines, "Query", cors_place_text(pool, store->query->place));
    switch (store->source) {
    case CORS_STORE_FRESH:
        add_line(lines, "Store", apr_psprintf(pool, "fresh %d s", seconds));
        break;
    case CORS_STORE_LENT:
        add_line(lines, "Store", apr_psprintf(pool, "stale %d s", seconds));
        break;
    case CORS_STORE_ASKED:
        add_line(lines, "Store", "asked");
        break;
    default:
        add_line(lines, "Store", "unavailable");
    }
}

static void add_judgement(apr_table_t *lines, const cors_lookup *lookup,
                          const passage *p)
{
    apr_pool_t *pool = lookup->r->pool;
    const cors_decision *decision = p->request->decision;
    int embedded = p->request->metadata_judged;

    add_line(lines, "Result", decision->result == CORS_RESULT_NONE
             ? "none" : cors_result_name(decision->result));
    add_line(lines, "Reason", cors_reason_name(decision->reason));
    add_line(lines, "Policy", cors_place_text(pool, cors_record_place(
                                                    decision->policy)));
    add_store(lines, pool, &decision->store);
    add_line(lines, "Status", p->status ? apr_itoa(pool, p->status)
                                        : "the handler's");
    add_line(lines, "Enforced", write_enforced(p));
    add_line(lines, "Missing", write_missing(pool, p->request));
    add_line(lines, "Hint", cors_nearmiss_find(pool, p->request));
    add_line(lines, "Meaning", apr_pstrcat(
        pool, decision->result == CORS_RESULT_NONE
              ? "not a CORS request, for it has no Origin"
              : cors_reason_sentence(decision->reason), "; ",
        find_cure(decision), NULL));
    if (!embedded) {
        add_site(lines, lookup, p->request);
    }
    add_anonymous(lines, p->request);
    apr_table_clear(p->found->headers_out);
    apr_table_clear(p->found->err_headers_out);
    cors_answer_write(p->found, p->request);
    apr_table_do(add_header, lines, p->found->headers_out, NULL);
}

/* What a look-up cannot know, where a module that does it is there. */
static const char *find_doubts(void)
{
    return ap_find_linked_module("mod_rewrite.c")
           || ap_find_linked_module("mod_setenvif.c")
           ? "rules with [R] or [NS], SetEnvIf of the server and expressions "
             "on the connection are not seen" : NULL;
}

apr_table_t *cors_explain(request_rec *r, const apr_table_t *arguments)
{
    apr_table_t *lines = apr_table_make(r->pool, 16);
    cors_lookup lookup;
    const char *wrong = cors_lookup_start(&lookup, r,
                                          find_given(arguments, "url"),
                                          find_given(arguments, "host"));
    passage p;

    if (wrong) {
        r->status = HTTP_BAD_REQUEST;
        add_line(lines, "Error", wrong);
        return lines;
    }
    add_line(lines, "Host", cors_server_name(r->pool, lookup.server));
    p = pass_places(&lookup, arguments);
    if (p.request) {
        add_judgement(lines, &lookup, &p);
    }
    else {
        add_line(lines, "Result", "none");
        add_line(lines, "Reason", "none");
        add_line(lines, "Policy", "none");
        add_line(lines, "Hint", cors_likely_cause_find(&lookup,
                                                       p.found));
        add_line(lines, "Meaning", "no policy holds there: the module "
                 "touches nothing");
    }
    add_line(lines, "Approximate", find_doubts());
    return lines;
}
