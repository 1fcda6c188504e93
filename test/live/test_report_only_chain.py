# SPDX-License-Identifier: Apache-2.0
"""CORSReportOnly on a chain of internal redirects: whether headers are
written is the word of the place that judged; every place enforces its own
CORSDisallowedOrigin, and what one has stripped stays stripped; the place of
an ErrorDocument has no say."""

import itertools

import pytest

from client import APP, EVIL, PREFLIGHT_VARY, permitted, readable

ORIGIN = "CORSAllowOrigin https://app.example.com\n"
SECURE = "CORSCookieAttributes Secure\n"
PLACES = {
    "none": "",
    "serve": ORIGIN,
    "strip": ORIGIN + "CORSDisallowedOrigin StripCredentials\n",
    "deny": ORIGIN + "CORSDisallowedOrigin Deny\n",
    "report": ORIGIN + "CORSReportOnly On\n",
    "report-strip": ORIGIN + "CORSReportOnly On\n"
                    "CORSDisallowedOrigin StripCredentials\n",
    "report-deny": ORIGIN + "CORSReportOnly On\nCORSDisallowedOrigin Deny\n",
}

# /first/second/third/run leads through these places to the script, each
# step an internal redirect
SCRIPT = """#!/bin/sh
cat >/dev/null
echo "Content-Type: text/plain"
echo "Set-Cookie: script=1"
echo
echo "got $HTTP_COOKIE"
"""
CONFIG = """
Header always add Set-Cookie always=1
ErrorDocument 403 /none/page
ErrorDocument 404 /none/page
<Directory ${ROOT}/htdocs>
    AllowOverride All
    Options +ExecCGI +FollowSymLinks
    AddHandler cgi-script .sh
</Directory>
""" + "".join(f"<Location /{name}/>\n{policy}</Location>\n"
              for name, policy in PLACES.items())
STEP = """RewriteEngine On
RewriteRule ^run$ run.sh [L]
RewriteRule ^([a-z-]+/.*)$ /$1 [L]
"""


@pytest.fixture(scope="module")
def site(module_httpd):
    return module_httpd(
        CONFIG, modules=["headers", "rewrite", "cgi", "mime"],
        files={f"htdocs/{name}/{file}": text for name in PLACES
               for file, text in (("run.sh", SCRIPT), (".htaccess", STEP),
                                  ("page", "a page"))})


def expected(places, origin):
    """(status, whether cookies pass, whether CORS headers are written,
    whether Vary is) by the rules above."""
    judges = [name for name in places if name != "none"]
    if not judges:
        return 200, True, False, False
    reports = judges[0].startswith("report")
    if origin == APP:
        return 200, True, not reports, not reports
    status, cookies, vary = 200, True, not reports
    for name in judges:
        if name == "deny":
            return 403, cookies, False, True
        if name == "strip":
            cookies, vary = False, True
    return status, cookies, False, vary


CHAINS = [*itertools.product(PLACES, repeat=1),
          *itertools.product(PLACES, repeat=2),
          *itertools.product(["none", "serve", "strip", "report",
                              "report-strip"], ["report", "strip"],
                             ["none", "serve", "report", "deny"])]


@pytest.mark.parametrize("origin", [APP, EVIL])
@pytest.mark.parametrize("places", CHAINS, ids="/".join)
def test_chain(site, places, origin):
    answer = site.ask("POST", f"/{'/'.join(places)}/run", origin=origin,
                      headers={"Cookie": "sid=1"}, body=b"a=b")
    status, cookies, readable_by, vary = expected(places, origin)
    assert answer.status == status
    if status == 200:
        assert answer.body == (b"got sid=1\n" if cookies else b"got \n")
        assert answer.all("Set-Cookie") == (
            ["script=1", "always=1"] if cookies else [])
    else:
        assert answer.body == b"a page"
        assert answer.all("Set-Cookie") == (["always=1"] if cookies else [])
    assert answer.cors == (readable() if readable_by else {})
    assert answer.vary == ({"origin"} if vary else set())


@pytest.mark.parametrize("places", [
    places for places in CHAINS if len(places) < 3], ids="/".join)
def test_preflights(site, places):
    """Where no report-only place judges, that place answers; else they go
    on as the request would, and to those who deny or strip."""
    path = f"/{'/'.join(places)}/run"
    judges = [name for name in places if name != "none"]
    answers = judges and not judges[0].startswith("report")
    answer = site.preflight(path, APP)
    assert answer.status == (204 if answers else 200)
    assert answer.cors == (permitted() if answers else {})
    assert bool(answer.all("Set-Cookie")) != bool(answers)
    answer = site.preflight(path, EVIL)
    status, cookies, _, vary = expected(places, EVIL)
    assert answer.status == (403 if answers else status)
    assert answer.cors == {}
    assert answer.vary == (PREFLIGHT_VARY if vary else set())
    if answers or not cookies:
        assert answer.all("Set-Cookie") == []


@pytest.mark.parametrize("places", [("strip",), ("serve", "strip"),
                                    ("report", "strip"),
                                    ("strip", "report")], ids="/".join)
def test_what_is_stripped_plants_nothing_by_an_error_document(site, places):
    answer = site.get(f"/{'/'.join(places)}/missing.html", EVIL)
    assert (answer.status, answer.body) == (404, b"a page")
    assert (answer.all("Set-Cookie"), answer.vary) == ([], {"origin"})


# ErrorDocuments

COOKIES = {
    "alone": SECURE,
    "alone-report": SECURE + "CORSReportOnly On\n",
    "policy": SECURE + ORIGIN,
    "policy-report": SECURE + ORIGIN + "CORSReportOnly On\n",
    "strip": SECURE + ORIGIN + "CORSDisallowedOrigin StripCredentials\n",
}
DOCUMENTS = {"plain": "", "reports": "CORSReportOnly On\n",
             "judges": ORIGIN + "CORSDisallowedOrigin Deny\n",
             "judges-reports": ORIGIN + "CORSReportOnly On\n"}
ERRORS = "Header always set Set-Cookie a=1\n" + "".join(
    f"<Location /{place}/{document}>\n{policy}"
    f"ErrorDocument 404 /documents/{document}/page\n</Location>\n"
    for place, policy in COOKIES.items() for document in DOCUMENTS
) + "".join(f"<Location /documents/{document}>\n{policy}</Location>\n"
            for document, policy in DOCUMENTS.items())


@pytest.fixture(scope="module")
def errors(module_httpd):
    return module_httpd(ERRORS, modules=["headers", "mime"], files={
        f"htdocs/documents/{document}/page": "a page"
        for document in DOCUMENTS})


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("place", COOKIES)
def test_error_document(errors, place, document):
    """Its cookies are what the place of the request that failed says."""
    reports, judges = place.endswith("report"), not place.startswith("alone")
    for origin in (APP, EVIL, None):
        answer = errors.get(f"/{place}/{document}/missing", origin)
        assert (answer.status, answer.body) == (404, b"a page")
        kept = reports or (judges and origin == EVIL)
        assert answer.all("Set-Cookie") == (
            [] if place == "strip" and origin == EVIL
            else ["a=1" if kept else "a=1; Secure"])
        written = judges and not reports
        assert answer.cors == (readable() if written and origin == APP
                               else {})
        assert answer.vary == ({"origin"} if written else set())
