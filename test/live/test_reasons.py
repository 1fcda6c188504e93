# SPDX-License-Identifier: Apache-2.0
"""Every result and every reason, provoked: it stands in the variables, the
log, the counters, ?auto and ?explain, and what a stranger sent stands
nowhere as it came."""

import concurrent.futures
import re
import urllib.parse

import pytest

import harness
from client import APP, EVIL

CONFIG = """
LogLevel cors_cookies:info
CORSAllowOrigin https://app.example.com !https://old.example.com
CORSAllowOriginMatch https?://[a-z]+\\.example\\.org
CORSAllowMethods PUT
CORSAllowHeaders X-Token
<Location /anonymous>
    CORSAllowAnonymous On
</Location>
<Location /report>
    CORSReportOnly On
</Location>
<Directory ${ROOT}/htdocs/merged>
    CORSAllowOrigin *
    CORSAllowCredentials Off
</Directory>
<Directory ${ROOT}/htdocs/merged/on>
    CORSAllowCredentials On
</Directory>
<Location /none>
    CORSAllowOrigin none
</Location>
<Location /none/report>
    CORSReportOnly On
    CORSCookieAttributes Secure
    Header always set Set-Cookie a=1
</Location>
<Location /cors-status>
    SetHandler cors-status
</Location>
<Location /server-status>
    SetHandler server-status
</Location>
"""

NULL, TWICE = "null", "https://app.example.com, https://app.example.com"

# result, reason, what brings it about; headers: of a plain request; method,
# asked: of a preflight
ROWS = [
    ("allowed", "ok", {"origin": APP}),
    ("same-origin", "ok", {"origin": "http://api.example.com"}),
    ("preflight-allowed", "ok", {"origin": APP, "method": "PUT"}),
    ("anonymous", "origin-not-listed", {"origin": EVIL,
                                        "path": "/anonymous"}),
    ("disallowed", "origin-not-listed", {"origin": EVIL}),
    ("preflight-disallowed", "origin-not-listed", {"origin": EVIL,
                                                   "method": "PUT"}),
    ("disallowed", "origin-excluded", {"origin": "https://old.example.com"}),
    ("disallowed", "origin-null", {"origin": NULL}),
    ("disallowed", "origin-malformed", {"origin": "https://App.example.com"}),
    ("disallowed", "origin-multiple", {"origin": TWICE}),
    ("disallowed", "origin-insecure", {"origin": "http://a.example.org"}),
    ("disallowed", "credentials-sent", {"origin": EVIL, "path": "/anonymous",
                                        "headers": [("Cookie", "a=1")]}),
    ("preflight-disallowed", "method-not-listed", {"origin": APP,
                                                   "method": "PATCH"}),
    ("preflight-disallowed", "header-not-listed", {
        "origin": APP, "method": "PUT", "asked": "x-token, x-other"}),
    ("preflight-disallowed", "headers-malformed", {
        "origin": APP, "method": "PUT", "asked": "x-token, x other"}),
    ("disallowed", "policy-invalid", {"origin": APP, "path": "/merged/on/"}),
]
IDS = [f"{result}:{reason}" for result, reason, _ in ROWS]


@pytest.fixture(scope="module", params=harness.MPMS)
def site(module_httpd, request):
    return module_httpd(CONFIG, mpm=request.param, modules=["status", "headers"],
                        files={"htdocs/index.html": "hello",
                               "htdocs/merged/on/index.html": "hello"})


def auto(server):
    """?auto as a dictionary of numbers."""
    text = server.get("/cors-status?auto").body.decode()
    return {name: int(value) for name, value in
            (line.split(": ") for line in text.splitlines())}


def explain(server, **arguments):
    """?explain as a dictionary of texts."""
    query = urllib.parse.urlencode(arguments)
    text = server.get("/cors-status?explain&" + query).body.decode()
    return dict(line.split(": ", 1) for line in text.splitlines())


def provoke(server, origin, path="/", method=None, asked=None, headers=()):
    if method:
        return server.preflight(path, origin=origin, method=method,
                                ask_headers=asked)
    return server.get(path, origin=origin, headers=headers)


def reason_lines(server, reason):
    return [line for line in server.error_log()
            if f" {reason}: origin '" in line]


def is_refusal(result):
    return result in ("disallowed", "preflight-disallowed")


@pytest.mark.parametrize("result, reason, what", ROWS, ids=IDS)
def test_reason_everywhere(site, result, reason, what):
    if reason == "policy-invalid":
        site.expect(r"httpd.conf:\d+: CORSAllowOrigin '\*': with credentials")
    before, lines = auto(site), len(reason_lines(site, reason))
    answer = provoke(site, **what)
    assert site.variables(answer)[::2] == (result, reason)
    after = auto(site)
    changed = {name for name in after if after[name] != before[name]}
    assert changed - {"with-cookie", "without-cookie"} == {result, reason}
    assert after[result] == before[result] + 1
    assert len(reason_lines(site, reason)) == lines + is_refusal(result)


@pytest.mark.parametrize("result, reason, what", [
    row for row in ROWS if row[1] != "credentials-sent"
    and row[0] != "same-origin"], ids=lambda value: str(value)[:40])
def test_explain_says_the_same(site, result, reason, what):
    arguments = {"url": what.get("path", "/"), "origin": what["origin"]}
    if "method" in what:
        arguments["method"] = what["method"]
    if "asked" in what:
        arguments["headers"] = what["asked"]
    before = auto(site)
    said = explain(site, **arguments)
    assert (said["Result"], said["Reason"]) == (result, reason)
    assert re.fullmatch(r".*/httpd\.conf:\d+", said["Policy"])
    assert auto(site) == before


def test_refusal_line_has_all(site):
    """Reason, origin, method, URI, what was asked for, the policy's place."""
    line_of = {name: number for number, name in enumerate(
        (site.folder / "httpd.conf").read_text().splitlines(), 1)}
    place = line_of["CORSAllowOrigin https://app.example.com "
                    "!https://old.example.com"]
    site.preflight("/refused?x=1", origin=APP, method="PUT",
                   ask_headers="x-token, x-missing")
    line = harness.wait_for(lambda: [
        line for line in site.error_log() if "/refused" in line], "line")[0]
    for part in ["header-not-listed", f"'{APP}'", "OPTIONS '/refused?x=1'",
                 "asks for 'PUT'", "'x-missing'", f"httpd.conf:{place}"]:
        assert part in line


def test_refused_preflight_says_what_it_asked_for(site):
    site.preflight("/asked", origin=EVIL, method="DELETE")
    line = harness.wait_for(lambda: [
        line for line in site.error_log() if "/asked" in line], "line")[0]
    assert "asks for 'DELETE'" in line


@pytest.mark.parametrize("origin, hint", [
    (APP + ":8443", f"{APP} is allowed: the port differs"),
    ("http://app.example.com", f"{APP} is allowed: the scheme differs"),
    (APP + ".", f"{APP} is allowed: a trailing dot makes another host"),
    ("https://www.app.example.com", f"{APP} is allowed: 'www.' makes another"
                                    " host"),
    ("https://App.example.com", f"{APP} is allowed: a browser sends origins"
                                " in lower case"),
    ("https://x.app.example.com", f"{APP} is allowed: one more label makes"
                                  " another host"),
    (EVIL, None),
    (APP + ".evil.example", None),
])
def test_near_miss(site, origin, hint):
    assert explain(site, url="/", origin=origin).get("Hint") == hint


def test_report_only_decides_and_changes_nothing(site):
    answer = site.get("/report", origin=APP)
    assert site.variables(answer)[0] == "allowed"
    assert answer.cors == {} and answer.all("Vary") == []
    answer = site.preflight("/report")
    assert answer.status == site.ask("OPTIONS", "/report").status
    assert answer.cors == {} and answer.all("Vary") == []


def test_report_only_changes_no_cookie_where_no_policy_holds(site):
    assert site.get("/none/report").all("Set-Cookie") == ["a=1"]


INJECTIONS = ['https://a"><script>alert(1)</script>', "https://a'&lt;",
              "https://\x80\xff.example", "https://a\\x0a[cors]"]


@pytest.mark.parametrize("text", INJECTIONS)
def test_strangers_bytes_are_escaped(site, text):
    site.get("/<i>'\"", origin=text)
    page = site.get("/cors-status").body.decode()
    assert "<script" not in page and "<i>" not in page
    for line in site.error_log():
        assert line.isascii() and line.isprintable()
    said = site.get("/cors-status?explain&url=/&origin="
                    + urllib.parse.quote(text, encoding="latin-1"))
    assert said.one("X-Content-Type-Options") == "nosniff"
    assert said.one("Cache-Control") == "no-store"
    assert said.one("Content-Type").startswith("text/plain")
    assert b"<script" not in said.body


@pytest.mark.parametrize("query", [
    "", "&url=", "&url=//evil.example/", "&url=ftp://evil.example/",
    "&url=x", "&url=/%5c..//", "&url=%2f%2fevil"])
def test_explain_wants_a_path(site, query):
    answer = site.get("/cors-status?explain" + query + "&origin=" + APP)
    assert answer.status == 400


def test_explain_ignores_line_ends(site):
    """A decoded line end must not start a line of the answer."""
    answer = site.get("/cors-status?explain&url=/&origin=https://a%0aResult:"
                      "%20allowed&headers=x%0d%0aVary:%20no&method=P%0aUT")
    lines = answer.body.decode().splitlines()
    assert [line for line in lines if line.startswith("Result:")] == [
        "Result: preflight-disallowed"]
    assert "Vary: no" not in lines


def test_page_shows_policies_and_refusals(site):
    site.get("/seen-on-the-page", origin=EVIL)
    answer = site.get("/cors-status")
    page = answer.body.decode()
    assert answer.one("Content-Type").startswith("text/html")
    assert "/seen-on-the-page" in page and EVIL in page
    assert "&lt;Location &quot;" not in page or "Location" in page
    assert "https://app.example.com !https://old.example.com" in page
    assert "src=" not in page and all(
        link.startswith("?explain&amp;html&amp;")
        for link in re.findall('href="(.*?)"', page))


HOSTED = """
AccessFileName .htaccess
CORSAllowOrigin https://app.example.com
<Directory ${ROOT}/htdocs/customer>
    AllowOverride FileInfo
</Directory>
RewriteEngine On
RewriteRule ^/rewritten/(.*) /file?$1 [QSA]
<Location /anonymous>
    CORSAllowAnonymous On
    CORSDisallowedOrigin Deny
</Location>
"""


def test_page_of_a_hosting_customer_shows_no_secrets(httpd):
    """SetHandler is FileInfo's. It shows the paths of all hosts, and no
    query, in which tokens stand."""
    server = httpd(HOSTED, modules=["rewrite"], files={
        "htdocs/file": "a file",
        "htdocs/customer/.htaccess": "SetHandler cors-status"})
    for path in ("/file?token=secret", "/rewritten/a?b=secret",
                 "/anonymous?secret", "/missing/?secret%3fsecret",
                 "/file%3fkept?secret?secret",
                 "http://user:secret@api.example.com/file?secret"):
        for origin in (EVIL, "null"):
            headers = {"Cookie": "secret", "Authorization": "secret"}
            server.get(path, origin, headers=headers)
            server.preflight(path, origin, headers=headers.items())
    for query in ("", "?auto", "?explain&html&url=/&origin=" + EVIL):
        answer = server.get("/customer/" + query)
        assert answer.status == 200
        assert b"secret" not in answer.body
    assert b"/file%3fkept" in server.get("/customer/").body


def test_server_status_has_a_section(site):
    assert "<h2>CORS</h2>" in site.get("/server-status").body.decode()
    lines = site.get("/server-status?auto").body.decode().splitlines()
    assert any(re.fullmatch(r"CORS-allowed: \d+", line) for line in lines)


def test_status_takes_get_only(site):
    assert site.ask("POST", "/cors-status").status == 405


@pytest.mark.parametrize("mpm", harness.MPMS)
def test_counters_are_exact_and_survive(httpd, mpm):
    """50 connections at once, a graceful restart in between."""
    server = httpd(CONFIG, mpm=mpm, modules=["status", "headers"],
                   files={"htdocs/index.html": "hello"})

    def ask(number):
        return server.get("/index.html",
                          origin=APP if number % 2 else EVIL).status

    for _ in range(2):
        with concurrent.futures.ThreadPoolExecutor(50) as pool:
            assert set(pool.map(ask, range(500))) == {200}
        server.graceful()
    counts = auto(server)
    assert (counts["allowed"], counts["disallowed"]) == (500, 500)
    assert (counts["ok"], counts["origin-not-listed"]) == (500, 500)


def test_the_first_of_an_hour_is_logged_at_warn(httpd):
    """Of each reason, all children together; and nothing else."""
    server = httpd(CONFIG.replace("cors_cookies:info", "warn"),
                   modules=["headers"],
                   files={"htdocs/index.html": "hello"})
    refused = set()
    for _ in range(3):
        for result, reason, what in ROWS:
            if reason != "policy-invalid":
                provoke(server, **what)
                if is_refusal(result):
                    refused.add(reason)
    lines = [line for line in server.error_log()
             if "cors_cookies:" in line and ":notice]" not in line
             and not re.search(harness.OLD_HTTPD, line)]
    assert all("[cors_cookies:warn]" in line and line.endswith(
        "; further ones at LogLevel cors_cookies:info") for line in lines)
    assert sorted(re.search(r"([a-z-]+): origin '", line)[1]
                  for line in lines) == sorted(refused)


def test_dump_prints_every_policy(check_config):
    """With its place, and with what has no effect."""
    server = harness.Httpd("""
<VirtualHost *:1>
    ServerName v.example.com
    CORSAllowOrigin https://app.example.com
    CORSMaxAge 1h
    <Location /none>
        CORSAllowOrigin none
        CORSAllowMethods PUT
    </Location>
</VirtualHost>
""")
    try:
        code, text = server.test("-D", "DUMP_CORS")
    finally:
        server.stop()
    assert code == 0
    assert re.search(r"v\.example\.com:1 .*, server config, .*httpd\.conf:\d+"
                     r"\n    CORSAllowOrigin https://app\.example\.com\n",
                     text)
    assert "CORSMaxAge 3600\n" in text
    assert "CORSMaxAge 3600 (inherited)" in text
    assert "<Location /none>" in text
    assert "CORSAllowMethods PUT (no effect here)" in text
    assert re.search(r"^    .*, CORSPreflightStatus 204, .* \(default\)$",
                     text, re.M)


def test_every_result_and_reason_has_a_row(site):
    """The counters name them all; so must the table above."""
    elsewhere = {"with-cookie", "without-cookie",       # test_seen.py
                 "embedded", "origin-missing",          # Fetch Metadata
                 "origin-store-unavailable"}            # a database
    assert set(auto(site)) - elsewhere == {row[0] for row in ROWS} | {
        row[1] for row in ROWS}
