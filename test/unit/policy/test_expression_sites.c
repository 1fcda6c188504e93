/* SPDX-License-Identifier: Apache-2.0 */

/* Which sites an expression names: runs, groups, gaps, the host's end. */
#include "sites_of.h"

/* Without libpsl's list sites are the last two labels. */
#ifdef HAVE_LIBPSL
#define LIST(with, without) (with)
#else
#define LIST(with, without) (without)
#endif

static void runs_of_text_name_their_domain(void **state)
{
    static const row rows[] = {
        { "https://example\\.com", "example.com" },
        { "https://app\\.example\\.com", "example.com" },
        { "https://a\\.b\\.c\\.example\\.com:8443", "example.com" },
        { "^https://app\\.example\\.com$", "example.com" },
        { "\\Ahttps://app\\.example\\.com\\z", "example.com" },
        { "https:\\/\\/app\\.example\\.com", "example.com" },
        { "example\\.com", "example.com" },
        /* each way to write a dot */
        { "https://app[.]example[.]com", "example.com" },
        { "https://app\\x2eexample\\x2Ecom", "example.com" },
        { "https://app[\\.]example\\.com", "example.com" },
        /* and bytes that are escaped without need */
        { "https\\:\\/\\/my\\-app\\.example\\.com", "example.com" },
        { "https://my_app\\.example\\.com", "example.com" },
        { "https://xn--bcher-kva\\.example", "xn--bcher-kva.example" },
        { "https://example\\.com\\.", "example.com." },
        /* the domain is the registrable one, not the last two labels */
        { "https://app\\.example\\.co\\.uk",
          LIST("example.co.uk", "co.uk") },
        { "https://site\\.github\\.io", LIST("site.github.io", "github.io") },
        { "https://a\\.b\\.s3\\.amazonaws\\.com",
          LIST("b.s3.amazonaws.com", "amazonaws.com") },
        { "https://app\\.intranet", "app.intranet" },
        { "chrome-extension://abcdefghijklmnop", "" },
        { "", "" }
    };

    (void)state;
    CHECK(rows);
}

static void groups_are_expanded(void **state)
{
    static const row rows[] = {
        { "https://(www\\.)?(example|sample)\\.(com|org)",
          "example.com example.org sample.com sample.org" },
        { "https://example(-dev)?\\.com", "example-dev.com example.com" },
        { "https://(?:www\\.)?example\\.com", "example.com" },
        { "https://(?<sub>www\\.|app\\.)example\\.com", "example.com" },
        { "https://(?P<sub>www\\.)?example\\.com", "example.com" },
        { "https://(?<name>example|sample)\\.com",
          "example.com sample.com" },
        { "https://(?>www\\.)?example\\.com", "example.com" },
        { "https://(?i:www\\.)example\\.com", "example.com" },
        { "https://(a|)b\\.com", "ab.com b.com" },
        { "https://(|a|b)c\\.com", "ac.com bc.com c.com" },
        { "https://()example\\.com", "example.com" },
        { "https://(a(b|c)?|d)x\\.com", "abx.com acx.com ax.com dx.com" },
        { "https://((((example))))\\.com", "example.com" },
        { "https://example\\.(co|com)", "example.co example.com" },
        { "https://e(xam)?ple\\.com", "eple.com example.com" },
        { "https://ex(am)??ple\\.com", "example.com exple.com" },
        { "https://ex(am)?+ple\\.com", "example.com exple.com" },
        { "https://example(\\.com)?\\.org", "com.org example.org" },
        { "(https://a|https://b)\\.com", "a.com b.com" },
        { "https://a\\.com|https://b\\.com", "a.com b.com" },
        { "^https://a\\.com$|^https://b\\.com$", "a.com b.com" },
        { "(https|http)://example\\.com", "example.com" },
        /* what stands beside a group on one side only */
        { "https://(a\\.example|b)\\.com", "b.com example.com" },
        { "https://(www\\.example\\.com|sample)\\.org",
          "com.org sample.org" }
    };

    (void)state;
    CHECK(rows);
}

static void gaps_in_front_may_touch(void **state)
{
    static const row rows[] = {
        /* they can be empty, or end at a dot or slash */
        { "https://.*example\\.com", "example.com" },
        { "https://.+example\\.com", "example.com" },
        { ".*example\\.com", "example.com" },
        { "https://(.+\\.)?example\\.com", "example.com" },
        { "https?://(.+[.])?example[.]com(:[0-9]+)?", "example.com" },
        { "https://([a-z0-9-]+\\.)*example\\.com", "example.com" },
        { "https://([a-z0-9-]+\\.)+example\\.com", "example.com" },
        { "https://([a-z0-9-]+\\.?)+\\.example\\.com", "example.com" },
        { "https://[a-z]+\\.example\\.com", "example.com" },
        { "https://[a-z]*example\\.com", "example.com" },
        { "https://x?example\\.com", "example.com" },
        { "https://[a-z]{0,3}example\\.com", "example.com" },
        { "https://[a-z.]+example\\.com", "example.com" },
        { "https://[^/]+example\\.com", "example.com" },
        { "https://\\S+example\\.com", "example.com" },
        { "https:/+example\\.com", "example.com" },
        { "https://.*\\.?example\\.com", "example.com" },
        { "https://\\.+example\\.com", "example.com" },
        { "https://.*\\.*example\\.com", "example.com" },
        { "https://([0-9]+)?example\\.com", "example.com" },
        { "https://([0-9]+|)example\\.com", "example.com" },
        { "https://(?!evil)example\\.com", "example.com" },
        { "https://(?<!x)(?=e)example\\.com", "example.com" },
        { "https://(?=)example\\.com", "example.com" },
        { "https://\\bexample\\.com", "example.com" },
        { "https://(?!x)?example\\.com", "example.com" },
        { "https://(?i)example\\.com", "example.com" },
        { "[a-z]+://example\\.com", "example.com" },
        /* the first label is one in part, those behind it are whole */
        { "https://[a-z]+-app\\.example\\.com", "example.com" },
        { "https://pr-[0-9]+\\.preview\\.example\\.com", "example.com" },
        { "https://pr[0-9]+x\\.example\\.com", "example.com" },
        { "https://a[0-9]*b\\.example\\.com", "example.com" },
        { "https://app\\.[a-z]*example\\.com", "example.com" },
        { "https://x@app\\.example\\.com", "example.com" },
        /* no match ends or begins in front of it */
        { "https://[a-z]+example\\.com", "" },
        { "https://[0-9]example\\.com", "" },
        { "https://\\wexample\\.com", "" },
        { "https://[a-z]{2}example\\.com", "" },
        { "https://my[0-9]*example\\.com", "" },
        { "https://[a-z]+x?example\\.com", "" },
        { "https://[^.]+example\\.com", "" },
        { "https://my(?=e)example\\.com", "" },
        { "https://(example\\.){2}com", "" },
        { "https://((a\\.)*example\\.)*com", "" },
        { "https://(my)+example\\.com", "" },
        { "https://(|my)+example\\.com", "" },
        { "https://(x\\.ample\\.){2}com", "" },
        { "https://(my){1}example\\.com", "" },
        { "https://x@example\\.com", "" },
        { "https:example\\.com", "" },
        { "https:\\\\example\\.com", "" },
        /* nor is this a label */
        { "https://[a-z]+--site\\.netlify\\.app", LIST("", "netlify.app") },
        { "https://.*--site\\.netlify\\.app", LIST("", "netlify.app") },
        { "https://--site\\.netlify\\.app", LIST("", "netlify.app") },
        { "https://site-\\.com", "" },
        { "https://.*_site\\.com", "" },
        { "https://.*-example\\.com", "" }
    };

    (void)state;
    CHECK(rows);
}

static void the_host_must_end(void **state)
{
    static const row rows[] = {
        { "https://example\\.com:3000", "example.com" },
        { "https://example\\.com:[0-9]+", "example.com" },
        { "https://example\\.com:.*", "example.com" },
        { "https://example\\.com(:[0-9]+)?", "example.com" },
        { "https://example\\.com(?::\\d+)?$", "example.com" },
        { "https://example\\.com(:3000|:3001)?", "example.com" },
        { "https://example\\.com:(3000|[0-9]{4})", "example.com" },
        { "https://example\\.com(:[0-9]+)*", "example.com" },
        { "https://example\\.com(:[0-9]+){0,1}", "example.com" },
        { "https://example\\.com(:[0-9]+|$)", "example.com" },
        { "https://example\\.com($|:[0-9]+)", "example.com" },
        { "https://example\\.com(:[0-9]+|/.*)?", "example.com" },
        { "https://example\\.com((:[0-9]+)?)", "example.com" },
        { "https://example\\.com(:[0-9]+)?/?", "example.com" },
        { "https://example\\.com/?", "example.com" },
        { "https://example\\.com/*$", "example.com" },
        { "https://example\\.com/.*", "example.com" },
        { "https://example\\.com(/.*)?$", "example.com" },
        { "https://example\\.com$.*", "example.com" },
        { "https://example\\.com\\Z", "example.com" },
        { "https://example\\.com(?!x)", "example.com" },
        { "https://(www\\.)?(a|b)\\.com(:[0-9]+)?", "a.com b.com" },
        /* it may go on */
        { "https://example\\.com.*", "" },
        { "https://example\\.com?", "" },
        { "https://example\\.com+", "" },
        { "https://example\\.com[a-z.]*", "" },
        { "https://example\\.[a-z]+", "" },
        { "https://example\\.com\\.?", "" },
        { "https://example\\.com(.*)?", "" },
        { "https://example\\.com(\\.[a-z]+)?", "" },
        { "https://example\\.com(:[0-9]+)?.*", "" },
        { "https://example\\.com(:[0-9]+)*x", "" },
        { "https://example\\.com:?[0-9]*", "" },
        { "https://example\\.com(:[0-9]+|[a-z]*)", "" },
        { "https://example\\.com(:[0-9]+|)x*", "" },
        { "https://example\\.com/?.*", "" },
        { "https://example\\.com$?", "" },
        { "https://(app|api)\\.(example|sample)\\.com.*", "" },
        { "https://(example\\.com|sample\\.org).*", "" },
        /* or goes on for certain */
        { "https://example\\.com\\.evil\\.net", "evil.net" },
        { "https://example\\.com(\\.evil\\.net)?", "evil.net example.com" },
        { "https://example\\.com(:[0-9]+|\\.org)", "com.org" },
        { "https://example\\.com@evil\\.net", "" },
        { "https://example\\.com#", "" },
        { "https://example\\.comX", "" }
    };

    (void)state;
    CHECK(rows);
}

static void this_machine_names_itself(void **state)
{
    static const row rows[] = {
        { "https?://localhost(:[0-9]+)?", "localhost" },
        { "http://localhost:[0-9]+", "localhost" },
        { "capacitor://localhost", "localhost" },
        { "http://.*\\.localhost", "localhost" },
        { "http://app\\.localhost", "localhost" },
        { "http://localhost\\.", "localhost." },
        { "http://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:\\d+)?",
          "127.0.0.1 [::1] localhost" },
        { "http://[[]::1]:3000", "[::1]" },
        { "http://127\\.0\\.0\\.42", "127.0.0.42" },
        { "http://[a-z]+localhost", "" },
        { "http://mylocalhost", "" },
        { "http://localhost.*", "" },
        { "http://127\\.0\\.0\\.[0-9]+", "" },
        { "http://127\\.0\\.0\\.", "" },
        { "http://127\\.0\\.0", "" },
        { "http://127\\.0\\.0\\.256", "" },
        { "http://0\\.0\\.0\\.0", "" },
        { "http://192\\.168\\.[0-9.]+", "" },
        { "http://192\\.168\\.0\\.1", "" },
        { "http://\\[::2\\]", "" },
        { "http://x\\[::1\\]", "" },
        { "http://\\[::1\\]x", "" },
        { "http://\\[::1", "" }
    };

    (void)state;
    CHECK(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_of_text_name_their_domain),
        cmocka_unit_test(groups_are_expanded),
        cmocka_unit_test(gaps_in_front_may_touch),
        cmocka_unit_test(the_host_must_end),
        cmocka_unit_test(this_machine_names_itself)
    };

    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
