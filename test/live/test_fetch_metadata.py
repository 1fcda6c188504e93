# SPDX-License-Identifier: Apache-2.0
"""CORSFetchMetadata: what browsers load without Origin, row by row of the
table in docs/decision.md, under every CORSDisallowedOrigin."""

import re
import urllib.parse

import pytest

from client import APP, EVIL, PREFLIGHT_VARY, readable

ON = """
    CORSAllowOrigin https://app.example.com !https://old.example.com
    CORSFetchMetadata On
"""
PLACES = {
    "off": "CORSAllowOrigin https://app.example.com\n"
           "CORSDisallowedOrigin Deny",
    "serve": ON,
    "strip": ON + "CORSDisallowedOrigin StripCredentials",
    "deny": ON + "CORSDisallowedOrigin Deny",
    "anonymous": ON + "CORSDisallowedOrigin Deny\nCORSAllowAnonymous On",
    "report": ON + "CORSDisallowedOrigin Deny\nCORSReportOnly On",
    "nobody": "CORSDisallowedOrigin Deny\nCORSFetchMetadata On",
    "any": "CORSAllowOrigin *\nCORSAllowCredentials Off\n"
           "CORSDisallowedOrigin Deny\nCORSFetchMetadata On",
    "attributes": ON + "CORSDisallowedOrigin Deny\n"
                  "CORSCookieAttributes SameSite=None Secure",
}
CONFIG = "LogLevel cors_cookies:info\n" + "".join(
    f"ScriptAlias /{name} ${{ROOT}}/cgi/script\n"
    f"<Location /{name}>\n{lines}\n</Location>\n"
    for name, lines in PLACES.items()) + """
<Directory ${ROOT}/cgi>
    Options ExecCGI
    CGIPassAuth On
</Directory>
<Location /cors-status>
    SetHandler cors-status
</Location>
"""
SCRIPT = """#!/bin/sh
echo "Content-Type: text/plain"
echo "Set-Cookie: script=1"
echo
echo "$HTTP_COOKIE $HTTP_AUTHORIZATION $CORS_RESULT"
"""
COUNTS_ONLY = r"CORSFetchMetadata 'On' .* only counts .* Serve; write "
FIRST = r"further ones at LogLevel cors_cookies:info"
SECRETS = {"Cookie": "sid=1", "Authorization": "Basic dTpw"}

OWN = "http://api.example.com"
OLD = "https://old.example.com"
IMAGE = ("no-cors", "image")
DOCUMENT = ("navigate", "document")
PRERENDER = "prefetch;prerender"


def loads(site=None, kind=(None, None), page=None, ahead=None):
    """The fields of a request: Sec-Fetch-Site, (-Mode, -Dest), the origin
    of the page in Referer, Sec-Purpose."""
    fields = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": kind[0],
              "Sec-Fetch-Dest": kind[1], "Sec-Purpose": ahead,
              "Referer": page and f"{page}/a/page?x=1"}
    return {name: value for name, value in fields.items()
            if value is not None}


SITE = {"origin", "sec-fetch-site"}
LOOKED = SITE | {"sec-fetch-mode", "sec-fetch-dest"}
READ = LOOKED | {"referer"}
AHEAD = SITE | {"sec-purpose", "referer"}

# what is not judged: method, fields, Vary
SERVED = [
    ("GET", loads(), SITE),
    ("POST", loads(), SITE),
    ("GET", loads(page=EVIL), SITE),
    ("GET", loads(None, IMAGE, EVIL), SITE),
    ("GET", loads("none", DOCUMENT), SITE),
    ("POST", loads("none", DOCUMENT), SITE),
    ("GET", loads("same-origin", IMAGE, OWN), SITE),
    ("POST", loads("same-origin", ("cors", "empty")), SITE),
    ("GET", loads("same-origin", IMAGE, OWN, "prefetch"), AHEAD),
    ("GET", loads("cross-site", DOCUMENT), LOOKED),
    ("GET", loads("cross-site", DOCUMENT, EVIL), LOOKED),
    ("HEAD", loads("cross-site", DOCUMENT, EVIL), LOOKED),
    ("GET", loads("same-site", DOCUMENT, EVIL), LOOKED),
    ("GET", loads("cross-site", ("navigate", "empty"), EVIL), LOOKED),
    ("GET", loads("martian", DOCUMENT, EVIL), LOOKED),
    # a chain of redirects that comes back
    ("GET", loads("cross-site", IMAGE, OWN), READ),
    ("GET", loads("cross-site", ("navigate", "iframe"), OWN), READ),
]

# what is judged: method, fields, reason, Vary
KINDS = [("no-cors", dest) for dest in (
    "image", "script", "style", "font", "audio", "video", "track", "empty",
    "object", "embed", "worker")] + [("navigate", dest) for dest in (
        "iframe", "frame", "object", "embed", "fencedframe")] + [
    ("cors", "empty"), ("websocket", "websocket"), (None, None),
    ("navigate", None), (None, "document"), ("no-cors", "document"),
    ("Navigate", "document"), ("navigate", "documents")]
JUDGED = [("GET", loads(site, kind, page), reason, READ)
          for site in ("cross-site", "same-site")
          for kind in KINDS
          for page, reason in ((APP, "ok"), (EVIL, "origin-not-listed"))]
JUDGED += [
    (method, loads(site, kind, page, ahead), reason,
     AHEAD if site in (None, "none", "same-origin")
     else READ | AHEAD if ahead else READ)
    for page, reason in ((APP, "ok"), (EVIL, "origin-not-listed"),
                         (OLD, "origin-excluded"), (None, "origin-missing"))
    for method, site, kind, ahead in (
        ("GET", "cross-site", IMAGE, None),
        ("POST", "cross-site", DOCUMENT, None),
        ("OPTIONS", "cross-site", DOCUMENT, None),
        ("PUT", "same-site", ("navigate", "empty"), None),
        ("GET", "martian", IMAGE, None),
        ("GET", "None", DOCUMENT[::-1], None),
        ("GET", "", IMAGE, None),
        ("GET", "same-origin, none", IMAGE, None),
        ("GET", None, (None, None), "prefetch"),
        ("GET", "none", DOCUMENT, PRERENDER),
        ("GET", "same-origin", DOCUMENT, PRERENDER),
        ("GET", "cross-site", DOCUMENT, PRERENDER),
        ("GET", "same-site", ("no-cors", "empty"), "prefetch"))]

# what stands in Referer, and is no origin that a browser would name
NO_ORIGINS = [
    "", "about:blank", "null", "app.example.com", "https://",
    "//app.example.com/", "https:/app.example.com/",
    "https://user@app.example.com/", "https://u:p@app.example.com/",
    "https://evil.example@app.example.com/", "https://App.example.com/",
    "https://app.example.com:443/", "https://app.example.com\\@evil.example",
    "https://app.example.com,https://evil.example/", "file:///etc/passwd",
    "https://" + "a" * 600 + ".example/"]


@pytest.fixture(scope="module")
def site(module_httpd):
    return module_httpd(CONFIG, modules=["alias", "cgi"],
                        files={"cgi/script": SCRIPT}, expect=[COUNTS_ONLY],
                        allow=[COUNTS_ONLY, FIRST])


def ask(site, place, method, fields):
    """With credentials, and what the script saw of them."""
    answer = site.ask(method, f"/{place}", headers={**SECRETS, **fields})
    return answer, answer.body.decode().split()


def label(value):
    if isinstance(value, dict):
        return "; ".join(value.values()) or "nothing"
    return value if isinstance(value, str) else ""


@pytest.mark.parametrize("place", ["serve", "strip", "deny", "anonymous"])
@pytest.mark.parametrize("method, fields, vary", SERVED, ids=label)
def test_not_judged(site, place, method, fields, vary):
    answer, seen = ask(site, place, method, fields)
    assert (answer.status, answer.cors, answer.vary) == (200, {}, vary)
    assert method == "HEAD" or seen == ["sid=1", "Basic", "dTpw"]
    assert answer.all("Set-Cookie") == ["script=1"]
    assert site.variables(answer) == (None, None, None)


def outcome(place, fields, reason):
    """(status, credentials arrive, result) of a judged request."""
    if reason == "ok":
        return 200, True, "embedded"
    if place == "deny" or (place == "strip" and "Sec-Purpose" in fields):
        return 403, False, "disallowed"
    return 200, place == "serve", "disallowed"


@pytest.mark.parametrize("place", ["serve", "strip", "deny"])
@pytest.mark.parametrize("method, fields, reason, vary", JUDGED, ids=label)
def test_judged(site, place, method, fields, reason, vary):
    answer, seen = ask(site, place, method, fields)
    status, arrives, result = outcome(place, fields, reason)
    assert (answer.status, answer.cors, answer.vary) == (status, {}, vary)
    assert status == 403 or seen == (
        ["sid=1", "Basic", "dTpw", result] if arrives else [result])
    assert answer.all("Set-Cookie") == (["script=1"] if arrives else [])
    page = APP if reason == "ok" else None
    assert site.variables(answer) == (result, page, reason)


@pytest.mark.parametrize("place", ["strip", "deny"])
@pytest.mark.parametrize("referer", NO_ORIGINS)
def test_a_referer_without_an_origin(site, place, referer):
    answer, seen = ask(site, place, "GET", {
        **loads("cross-site", IMAGE), "Referer": referer})
    assert answer.status == (403 if place == "deny" else 200)
    assert place == "deny" or seen == ["disallowed"]
    assert site.variables(answer) == ("disallowed", None, "origin-missing")
    assert answer.vary == READ


def test_off_it_is_as_ever(site):
    for _, fields, *_ in SERVED + JUDGED:
        answer, seen = ask(site, "off", "GET", fields)
        assert (answer.status, answer.vary) == (200, {"origin"})
        assert seen == ["sid=1", "Basic", "dTpw"]
        assert site.variables(answer) == (None, None, None)


def test_an_origin_is_judged_by_itself(site):
    """Whatever Sec-Fetch and Referer say of the request; so is a
    preflight."""
    for headers in (loads("cross-site", IMAGE, EVIL),
                    loads("same-site", DOCUMENT, None, PRERENDER)):
        answer = site.get("/deny", APP, headers=headers)
        assert (answer.status, answer.cors, answer.vary) == (
            200, readable(), SITE)
        answer = site.preflight("/deny", headers=headers.items())
        assert (answer.status, answer.vary) == (204, PREFLIGHT_VARY)
    answer = site.get("/deny", EVIL, headers=loads("cross-site", IMAGE, APP))
    assert (answer.status, answer.vary) == (403, SITE)


def test_anonymous(site):
    """Welcome without credentials, but not to read: it sent no Origin."""
    for page, reason in ((EVIL, "origin-not-listed"),
                         (None, "origin-missing")):
        fields = loads("cross-site", IMAGE, page)
        answer = site.get("/anonymous", headers=fields)
        assert (answer.status, answer.cors, answer.vary) == (200, {}, READ)
        assert answer.all("Set-Cookie") == ["script=1"]
        assert site.variables(answer) == ("anonymous", None, reason)
        for name, value in SECRETS.items():
            answer = site.get("/anonymous", headers={**fields, name: value})
            assert (answer.status, answer.cors) == (403, {})
            assert answer.vary == READ | {"cookie", "authorization"}
            assert site.variables(answer) == ("disallowed", None,
                                              "credentials-sent")
    answer, _ = ask(site, "anonymous", "GET", loads("cross-site", IMAGE, APP))
    assert (answer.status, answer.cors, answer.vary) == (200, {}, READ)
    assert site.variables(answer) == ("embedded", APP, "ok")


def test_report_only(site):
    """It is judged and counted; on the wire nothing changes."""
    for page, result, reason in ((APP, "embedded", "ok"),
                                 (EVIL, "disallowed", "origin-not-listed"),
                                 (None, "disallowed", "origin-missing")):
        answer, seen = ask(site, "report", "GET",
                           loads("cross-site", IMAGE, page))
        assert (answer.status, answer.cors, answer.vary) == (200, {}, set())
        assert seen == ["sid=1", "Basic", "dTpw", result]
        assert answer.all("Set-Cookie") == ["script=1"]
        assert site.variables(answer)[::2] == (result, reason)


def test_where_nobody_is_listed(site):
    for page, reason in ((APP, "origin-not-listed"),
                         (None, "origin-missing")):
        answer, _ = ask(site, "nobody", "GET",
                        loads("cross-site", IMAGE, page))
        assert (answer.status, answer.vary) == (403, READ)
        assert site.variables(answer) == ("disallowed", None, reason)
    assert site.get("/nobody").status == 200


def test_everybody_is_welcome_without_credentials(site):
    for fields in (loads(), loads("cross-site", IMAGE, EVIL),
                   loads("none", DOCUMENT, None, PRERENDER)):
        answer, seen = ask(site, "any", "GET", fields)
        assert (answer.status, answer.cors) == (200, {"allow-origin": "*"})
        assert answer.vary == {"sec-fetch-site"}
        assert seen == ["sid=1", "Basic", "dTpw"]
        assert site.variables(answer) == (None, None, None)


def test_cookies_of_embedded_answers_get_their_attributes(site):
    """As those of the site's own; a stranger's keep theirs."""
    given = ["script=1; SameSite=None; Secure"]
    for fields in (loads(), loads("cross-site", DOCUMENT, EVIL),
                   loads("cross-site", IMAGE, APP)):
        answer, _ = ask(site, "attributes", "GET", fields)
        assert answer.all("Set-Cookie") == given


# Seen and explained

def numbers(site):
    text = site.get("/cors-status?auto").body.decode()
    return {name: int(value) for name, value in
            re.findall(r"(?m)^([\w-]+): (\d+)$", text)}


@pytest.mark.parametrize("page, counted", [
    (APP, {"embedded", "ok"}), (EVIL, {"disallowed", "origin-not-listed"}),
    (None, {"disallowed", "origin-missing"})])
def test_counted_once(site, page, counted):
    """And not among the calls with cookies: those are scripts'."""
    before = numbers(site)
    ask(site, "deny", "GET", loads("cross-site", IMAGE, page))
    after = numbers(site)
    assert {name: after[name] - before[name] for name in after
            if after[name] != before[name]} == dict.fromkeys(counted, 1)


def test_what_is_not_judged_is_not_counted(site):
    before = numbers(site)
    for method, fields, _ in SERVED:
        ask(site, "deny", method, fields)
    assert numbers(site) == before


def lines_of(site, uri):
    return [re.sub(r".*?(?=origin-\S+: origin)|, referer: .*", "", line)
            for line in site.error_log() if f" '{uri}'" in line]


def test_log(site):
    """Who loads it, and as what; what a stranger sent is escaped."""
    fields = loads("cross-site", IMAGE, "https://app.example.com:8443")
    site.get("/deny/a?b", headers=fields)
    line, = lines_of(site, "/deny/a?b")
    assert line.startswith(
        "origin-not-listed: origin 'https://app.example.com:8443', GET "
        "'/deny/a?b' for 'image' (no-cors, cross-site): ")
    assert "https://app.example.com is allowed: the port differs" in line
    site.get("/deny/c", headers={
        **loads("same-site", ("x\x80", '"')), "Referer": "\xfftp://x\\y"})
    line, = lines_of(site, "/deny/c")
    assert line.startswith("origin-missing: origin '-', GET '/deny/c' for "
                           "'\\\\\"' (x\\\\x80, same-site): ")
    for word in ('crossorigin="use-credentials"', 'referrerpolicy="origin"',
                 "identity provider"):
        assert word in line
    site.get("/deny/d", headers=loads("cross-site", IMAGE, APP))
    site.get("/deny/e", headers=loads("cross-site", DOCUMENT, EVIL))
    assert lines_of(site, "/deny/d") + lines_of(site, "/deny/e") == []


def explain(server, **arguments):
    text = server.get("/cors-status?explain&" + urllib.parse.urlencode(
        arguments)).body.decode()
    return dict(line.split(": ", 1) for line in text.splitlines())


@pytest.mark.parametrize("arguments, result, reason, vary", [
    ({}, "none", "ok", SITE),
    ({"site": "same-origin", "mode": "no-cors"}, "none", "ok", SITE),
    ({"site": "cross-site", "mode": "navigate", "dest": "document",
      "referer": EVIL}, "none", "ok", LOOKED),
    ({"site": "cross-site", "mode": "navigate", "dest": "iframe",
      "referer": f"{EVIL}/x"}, "disallowed", "origin-not-listed", READ),
    ({"site": "cross-site", "mode": "no-cors", "dest": "image",
      "referer": f"{APP}/x"}, "embedded", "ok", READ),
    ({"site": "same-site", "dest": "image"}, "disallowed", "origin-missing",
     READ),
    ({"origin": APP, "site": "cross-site", "referer": EVIL}, "allowed", "ok",
     SITE)])
def test_explain(site, arguments, result, reason, vary):
    """What the administrator's own browser says of itself does not count,
    and nothing is counted."""
    before = numbers(site)
    said = explain(site, url="/deny", **arguments)
    assert (said["Result"], said["Reason"]) == (result, reason)
    assert {name.lower() for name in said["Vary"].split(", ")} == vary
    assert ("Hint" in said) == (reason == "origin-missing")
    text = site.get("/cors-status?explain&url=/deny", headers=loads(
        "cross-site", IMAGE, EVIL, PRERENDER)).body.decode()
    assert "Result: none\n" in text
    assert numbers(site) == before


def test_dump(httpd):
    server = httpd("CORSDisallowedOrigin Deny\nCORSFetchMetadata On\n")
    status, text = server.test("-D", "DUMP_CORS")
    assert status == 0
    assert re.search(r"^ +CORSFetchMetadata +On$", text, re.M), text
