# SPDX-License-Identifier: Apache-2.0
"""Which values of Origin are allowed, and which are this site's own."""

import re

import pytest

from client import API, APP, EVIL, readable

CONFIG = """
CORSAllowOrigin https://app.example.com https://*.apps.example \
                https://any.example:* http://localhost:3000 \
                capacitor://localhost https://[::1]:8443
CORSAllowOrigin https://*.tenants.example !https://banned.tenants.example \
                !https://x.gone.tenants.example:* \
                https://both.example !https://both.example
CORSAllowOrigin https://pr-*.preview.example.com https://*-dev.example.com:* \
                https://app-*-web.example.com:8443 \
                !https://pr-old-*.preview.example.com \
                app://. safari-web-extension://6B4F1A6E
<Location /deny>
    CORSDisallowedOrigin Deny
</Location>
"""


@pytest.fixture(scope="module")
def site(module_httpd):
    return module_httpd(CONFIG, files={"htdocs/file": "a file",
                                       "htdocs/deny/file": "a file"})


@pytest.mark.parametrize("origin", [
    "https://app.example.com",
    "https://a.apps.example",
    "https://a.b.c.apps.example",
    "https://any.example",              # any port, the default one included
    "https://any.example:8443",
    "https://any.example:1",
    "https://any.example:65535",
    "http://localhost:3000",
    "capacitor://localhost",
    "https://[::1]:8443",
    "https://shop.tenants.example",
    "https://not-banned.tenants.example",
    "https://a.banned.tenants.example",     # `!` excludes its pattern only
    "https://pr-7.preview.example.com",
    "https://pr-a_b-c.preview.example.com",
    "https://pr-old.preview.example.com",   # its star stands for something
    "https://feature-1-dev.example.com",
    "https://x-dev.example.com:3000",
    "https://app-x-web.example.com:8443",
    "app://.",
    "safari-web-extension://6B4F1A6E",
])
def test_allowed(site, origin):
    answer = site.get("/file", origin)
    assert answer.cors == readable(origin)
    assert site.variables(answer) == ("allowed", origin, "ok")


@pytest.mark.parametrize("origin, reason", [
    ("https://evil.example", "origin-not-listed"),
    ("http://app.example.com", "origin-not-listed"),
    ("https://app.example.com:8443", "origin-not-listed"),
    ("https://app.example.com.", "origin-not-listed"),
    ("https://app.example.com.evil.example", "origin-not-listed"),
    ("https://evilapp.example.com", "origin-not-listed"),
    ("https://www.app.example.com", "origin-not-listed"),
    ("https://apps.example", "origin-not-listed"),      # `*.`: one label more
    ("https://a.apps.example:8443", "origin-not-listed"),
    ("https://a.apps.example.", "origin-not-listed"),
    ("https://aapps.example", "origin-not-listed"),
    ("http://any.example", "origin-not-listed"),
    ("http://localhost", "origin-not-listed"),
    ("ionic://localhost", "origin-not-listed"),
    ("https://[::1]", "origin-not-listed"),
    ("https://pr-.preview.example.com", "origin-not-listed"),
    ("https://pr-7.8.preview.example.com", "origin-not-listed"),
    ("https://x.pr-7.preview.example.com", "origin-not-listed"),
    ("https://pr-7.example.com", "origin-not-listed"),
    ("https://pr-7.preview.example.com:8443", "origin-not-listed"),
    ("http://pr-7.preview.example.com", "origin-not-listed"),
    ("https://dev.example.com", "origin-not-listed"),
    ("https://xdev.example.com", "origin-not-listed"),
    ("https://app-web.example.com:8443", "origin-not-listed"),
    ("https://app-x-web.example.com", "origin-not-listed"),
    ("https://pr-old-7.preview.example.com", "origin-excluded"),
    ("app://", "origin-malformed"),
    ("app://..", "origin-not-listed"),
    ("safari-web-extension://6b4f1a6e", "origin-not-listed"),
    ("https://pr-*.preview.example.com", "origin-malformed"),
    ("https://banned.tenants.example", "origin-excluded"),
    ("https://x.gone.tenants.example", "origin-excluded"),
    ("https://both.example", "origin-excluded"),        # listed as well
    ("https://x.gone.tenants.example:8443", "origin-excluded"),
    ("null", "origin-null"),
    ("", "origin-malformed"),
    ("https://APP.example.com", "origin-malformed"),
    ("HTTPS://app.example.com", "origin-malformed"),
    ("NULL", "origin-malformed"),
    ("https://app.example.com/", "origin-malformed"),
    ("https://app.example.com/path", "origin-malformed"),
    ("https://app.example.com?", "origin-malformed"),
    ("https://user@app.example.com", "origin-malformed"),
    ("app.example.com", "origin-malformed"),
    ("https:app.example.com", "origin-malformed"),
    ("https://", "origin-malformed"),
    ("*", "origin-malformed"),
    ("https://*.apps.example", "origin-malformed"),
    ("https://evil.com/.apps.example", "origin-malformed"),
    ("https://a..apps.example", "origin-malformed"),
    ("https://.apps.example", "origin-malformed"),
    (f"https://{'a' * 64}.apps.example", "origin-malformed"),
    ("https://any.example:", "origin-malformed"),
    ("https://any.example:0", "origin-malformed"),
    ("https://any.example:08443", "origin-malformed"),
    ("https://any.example:65536", "origin-malformed"),
    ("https://any.example:x", "origin-malformed"),
    ("https://b\xfccher.apps.example", "origin-malformed"),
    (f"https://{'a.' * 260}apps.example", "origin-malformed"),
    (f"https://app.example.com{'x' * 600}", "origin-malformed"),
    ("https://app.example.com, https://app.example.com", "origin-multiple"),
    ("https://app.example.com https://app.example.com", "origin-multiple"),
    ("https://app.example.com,", "origin-multiple"),
    ("null, null", "origin-multiple"),
])
def test_not_allowed(site, origin, reason):
    answer = site.get("/file", origin)
    assert (answer.status, answer.cors) == (200, {})
    assert answer.vary == {"origin"}
    assert site.variables(answer) == ("disallowed", None, reason)


def test_the_default_port_is_written_by_nobody(site):
    for origin in ("https://app.example.com:443", "https://any.example:443"):
        assert site.get("/file", origin).cors == {}


def test_several_origin_fields(site):
    answer = site.get("/file", headers=[("Origin", APP), ("Origin", APP)])
    assert answer.cors == {}
    assert site.variables(answer) == ("disallowed", None, "origin-multiple")


# the site's own origin: told apart by Deny, which never meets it

@pytest.mark.parametrize("origin, host", [
    ("http://api.example.com", "api.example.com"),
    ("https://api.example.com", "api.example.com"),     # TLS ended in front
    ("http://api.example.com", "api.example.com:80"),
    ("http://api.example.com:8080", "api.example.com:8080"),
    ("http://[::1]:8080", "[::1]:8080"),
    ("http://127.0.0.1:8080", "127.0.0.1:8080"),
])
def test_own_origin(site, origin, host):
    answer = site.ask("POST", "/deny/file", origin=origin, host=host)
    assert (answer.status, answer.body) == (200, b"a file")
    assert answer.cors == {}
    assert answer.vary == {"origin"}
    assert site.variables(answer) == ("same-origin", None, "ok")


@pytest.mark.parametrize("origin, host", [
    ("https://api.example.com", "api.example.com:80"),
    ("https://api.example.com:8080", "api.example.com:8080"),
    ("https://api.example.com", "api.example.com:8080"),
    ("http://api.example.com", "api.example.com:8080"),
    ("http://api.example.com:8080", "api.example.com"),
    ("https://api.example.com:8443", "api.example.com"),
    ("http://www.api.example.com", "api.example.com"),
    ("http://xapi.example.com", "api.example.com"),
    ("http://api.example.com.", "api.example.com"),
    ("ftp://api.example.com", "api.example.com"),
    ("null", "null"),
])
def test_not_own_origin(site, origin, host):
    answer = site.ask("POST", "/deny/file", origin=origin, host=host)
    assert (answer.status, answer.cors) == (403, {})
    assert site.variables(answer)[0] == "disallowed"


@pytest.mark.parametrize("value", ["same-origin", "none"])
def test_the_browser_says_same_origin(site, value):
    """It knows better than we do, behind a proxy that changes Host."""
    answer = site.get("/deny/file", "https://www.example.com",
                      headers={"Sec-Fetch-Site": value})
    assert (answer.status, answer.cors) == (200, {})
    assert site.variables(answer) == ("same-origin", None, "ok")


@pytest.mark.parametrize("value", ["same-site", "cross-site", "", "other"])
def test_the_browser_says_cross_origin(site, value):
    answer = site.get("/deny/file", f"http://{API}",
                      headers={"Sec-Fetch-Site": value})
    assert (answer.status, answer.cors) == (403, {})
    assert site.variables(answer) == ("disallowed", None,
                                      "origin-not-listed")


def test_forwarded_headers_are_not_believed(site):
    answer = site.get("/deny/file", EVIL, headers={
        "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https",
        "Forwarded": "host=evil.example;proto=https"})
    assert answer.status == 403


def test_own_origin_that_is_listed(site):
    answer = site.get("/file", APP, host="app.example.com")
    assert answer.cors == readable()
    answer = site.get("/file", APP, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.cors == readable()


# each with what it lets in that lies beyond the sites it names
NARROWED = [
    (r"https://.*example[.]com", "https://evilexample.com"),
    (r"https://.*example\.(com|org)", "https://evilexample.org"),
    (r"https://.*(example|sample)\.com", "https://evilsample.com"),
    (r"https://.*example\.com:8443", "https://evilexample.com:8443"),
    (r"https://(a\.example\.com|.*)", "https://evil.net"),
]

# and of those that name none
WIDE = [
    (r"https://(app|api)\.(example|sample)\.com.*",
     "https://app.example.com.evil.net"),
    (r"https://example\.[a-z]+", "https://example.xyz"),
    (r"https://([a-zA-Z0-9-]+\.)*vercel\.app", "https://evil.vercel.app"),
    (r"https://.*:3000", "https://evil.com:3000"),
]


@pytest.fixture(scope="module")
def expressions(module_httpd):
    server = module_httpd("".join(
        f"<Location /{number}>\nCORSAllowOriginMatch {text}\n</Location>\n"
        for number, (text, _) in enumerate(NARROWED)) + "".join(
        f"<Location /wide{number}>\nCORSOptions UnsafeMatch\n"
        f"CORSAllowOriginMatch {text}\n</Location>\n"
        for number, (text, _) in enumerate(WIDE)), level="error")
    return server


@pytest.mark.parametrize("number", range(len(NARROWED)))
def test_expressions_admit_no_strangers(expressions, number):
    text, stranger = NARROWED[number]
    assert expressions.get(f"/{number}/", stranger).cors == {}
    site = re.sub(r"://evil", "://a.", stranger)
    if site != stranger and "net" not in stranger:
        assert expressions.get(f"/{number}/", site).cors == readable(site)


@pytest.mark.parametrize("number", range(len(WIDE)))
def test_expressions_without_a_site_admit_what_they_match(expressions,
                                                          number):
    text, stranger = WIDE[number]
    answer = expressions.get(f"/wide{number}/", stranger)
    assert answer.cors == readable(stranger)


@pytest.mark.parametrize("number", range(len(WIDE)))
def test_expressions_without_a_site_need_the_option(check_config, number):
    status, output = check_config(f"CORSAllowOriginMatch {WIDE[number][0]}")
    assert status == 1
    assert "names no site" in output


def test_matching_is_bounded(httpd):
    """What needs 2 to the power of 18 steps to match does not match."""
    server = httpd(r"""
        CORSAllowOriginMatch https://(?:(a+)+x|a+)\.example\.com
        """, files={"htdocs/file": "a file"})
    short, long = (f"https://{'a' * count}.example.com" for count in (5, 18))
    assert server.get("/file", short).cors == readable(short)
    assert server.get("/file", long).cors == {}
    server.expect("an expression of CORSAllowOriginMatch needs more than "
                  "20,000 steps")


def test_htaccess_compiles_once(httpd):
    """Whoever asks, and however often, gets the same answers."""
    server = httpd("<Directory />\nAllowOverride All\n</Directory>", files={
        "htdocs/.htaccess": r"CORSAllowOriginMatch https://.*example\.com",
        "htdocs/file": "a file"})
    origin = "https://a.example.com"
    for _ in range(20):
        assert server.get("/file", origin).cors == readable(origin)
        assert server.get("/file", "https://evilexample.com").cors == {}
