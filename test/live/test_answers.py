# SPDX-License-Identifier: Apache-2.0
"""The headers on what a server has to say: files, errors, redirects, CGI,
backends; and the policy that counts when one request leads to another."""

import pytest

import harness
import installed
from client import APP, EVIL, readable

CONFIG = """
CORSAllowOrigin https://app.example.com
CORSExposeHeaders X-Total
ErrorDocument 404 /errors/missing.html
ErrorDocument 403 "Not for you"
ErrorDocument 410 https://www.example.com/gone
ScriptAlias /cgi/ cgi/
LimitRequestBody 100
<Location /errors>
    CORSAllowOrigin https://errors.example.com
</Location>
<Location /api>
    CORSAllowOrigin https://api-user.example.com
</Location>
<Location /untouched>
    CORSAllowOrigin none
</Location>
<Location /cgi/exposed>
    CORSExposeHeaders *
</Location>
<Location /forbidden>
    Require all denied
</Location>
Redirect 301 /moved https://www.example.com/here
Redirect 410 /gone
<Directory ${ROOT}/htdocs>
    AllowOverride All
</Directory>
ProxyPass /dead/ http://127.0.0.1:${DEAD}/
Header set X-Result "%{CORS_RESULT}e"
Header set X-Listed yes env=CORS_ORIGIN
"""

SCRIPTS = {
    "own": """
        echo 'Access-Control-Allow-Origin: *'
        echo 'Access-Control-Allow-Methods: PUT'
        echo 'Access-Control-Max-Age: 5'
        echo 'Vary: Accept, origin'
        echo 'X-Total: 1'
        echo; echo own""",
    "exposed": "echo 'X-A: 1'; echo 'Set-Cookie: a=b'; echo; echo exposed",
    "all": "echo 'Vary: *'; echo; echo all",
    "created": "echo 'Status: 201 Created'; echo 'X-A: 1'; echo; echo made",
    "failed": "echo 'Status: 500 Failed'; echo 'X-A: 1'; echo; echo failed",
    "away": "echo 'Location: https://www.example.com/'; echo",
    "inside": "echo 'Location: /file'; echo",
    "unfinished": "exit 1",
    "read": "cat; echo 'Content-Type: text/plain'; echo; echo read",
    "environment": "echo; echo $CORS_RESULT,$CORS_ORIGIN,$CORS_REASON",
}

HTACCESS = """
RewriteEngine On
RewriteRule ^moved$ https://www.example.com/there [R=302,L]
RewriteRule ^inner$ /file [L]
CORSAllowOrigin https://htaccess.example.com
"""


@pytest.fixture(scope="module", params=harness.MPMS)
def site(module_httpd, request):
    return module_httpd(
        CONFIG, mpm=request.param, define={"DEAD": harness.free_port()},
        modules=["cgi", "alias", "dir", "mime", "headers", "rewrite",
                 "proxy", "proxy_http"],
        files={"htdocs/file": "a file",
               "htdocs/folder/index.html": "a page",
               "htdocs/errors/missing.html": "missing",
               "htdocs/htaccess/.htaccess": HTACCESS,
               "htdocs/untouched/.htaccess":
                   "RewriteEngine On\nRewriteRule ^inner$ /file [L]",
               "htdocs/api/file": "a file",
               **{f"cgi/{name}": f"#!/bin/sh\n{text}\n"
                  for name, text in SCRIPTS.items()}})


ALLOWED = readable(expose_headers={"x-total"})


@pytest.mark.parametrize("method, path, headers, status, line", [
    ("GET", "/file", {}, 200, None),
    ("HEAD", "/file", {}, 200, None),
    ("GET", "/file", {"Range": "bytes=1-2"}, 206, None),
    ("GET", "/file", {"If-None-Match": "*"}, 304, None),
    ("GET", "/file", {"If-Match": '"x"'}, 412, None),
    ("GET", "/file", {"Range": "bytes=100-"}, 416, None),
    ("GET", "/file", {"Expect": "the unexpected"}, 417, None),
    ("GET", "/folder/", {}, 200, None),
    ("GET", "/folder", {}, 301, None),
    ("GET", "/moved", {}, 301, None),
    ("GET", "/gone", {}, 302, None),        # its ErrorDocument is elsewhere
    ("GET", "/forbidden", {}, 403, "AH01630"),
    ("GET", "/missing", {}, 404, None),
    ("GET", "/file/more", {}, 404, None),
    ("GET", "/%2f", {}, 404, None),
    ("PUT", "/file", {}, 405, None),
    ("GET", "/cgi/created", {}, 201, None),
    ("GET", "/cgi/failed", {}, 500, None),
    ("GET", "/cgi/away", {}, 302, None),
    ("GET", "/cgi/inside", {}, 200, None),
    ("GET", "/cgi/unfinished", {}, 500, "End of script output"),
    ("GET", "/dead/", {}, 503, "AH00957|AH01114"),
])
def test_every_answer_carries_the_headers(site, method, path, headers,
                                          status, line):
    if status == 304:
        installed.needs_headers_of_304()
    if status == 417 and installed.is_trunk():
        pytest.skip(f"httpd {installed.VERSION}: sends nothing with a 417")
    for origin, expected in ((APP, ALLOWED), (EVIL, {}), (None, {})):
        if line:
            site.expect(line)
        answer = site.ask(method, path, origin=origin, headers=headers)
        assert answer.status == status
        assert answer.cors == expected
        assert answer.vary == {"origin"}


def test_body_that_is_too_large(site):
    site.expect("Error reading request entity data")
    answer = site.ask("POST", "/cgi/read", origin=APP, body=b"x" * 101)
    assert answer.status == 413
    assert answer.cors == ALLOWED


def test_request_without_host(site):
    """An error before the request is mapped: the server's own policy."""
    answer = harness.client.send(
        site.port, b"GET /api/file HTTP/1.1\r\n"
        b"Origin: https://app.example.com\r\nConnection: close\r\n\r\n")
    assert answer.status == 400
    assert answer.cors == ALLOWED
    assert answer.vary == {"origin"}


def test_request_line_that_is_too_long(site):
    """httpd has read no Origin when it answers."""
    answer = harness.client.send(
        site.port, b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\n"
        b"Host: api.example.com\r\nOrigin: https://app.example.com\r\n\r\n")
    assert answer.status == 414
    assert answer.cors == {}
    assert answer.vary == {"origin"}


# one request leads to another

def test_error_document_keeps_the_judgement(site):
    """That of the request which failed, not of the document's place."""
    user = "https://api-user.example.com"
    answer = site.get("/api/missing", user)
    assert (answer.status, answer.body) == (404, b"missing")
    assert answer.cors == readable(user, expose_headers={"x-total"})
    assert site.variables(answer) == ("allowed", user, "ok")
    answer = site.get("/api/missing", "https://errors.example.com")
    assert (answer.status, answer.body) == (404, b"missing")
    assert answer.cors == {}


def test_error_document_of_a_place_without_policy(site):
    answer = site.get("/errors/missing.html", "https://errors.example.com")
    assert answer.cors["allow-origin"] == "https://errors.example.com"
    answer = site.get("/missing", APP)
    assert (answer.status, answer.body) == (404, b"missing")
    assert answer.cors == ALLOWED


def test_error_document_of_an_untouched_place(site):
    """Its own place does not judge it."""
    answer = site.get("/untouched/missing", "https://errors.example.com")
    assert (answer.status, answer.body) == (404, b"missing")
    assert (answer.cors, answer.vary) == ({}, set())
    assert site.variables(answer) == (None, None, None)


def test_the_first_place_with_a_policy_judges(site):
    answer = site.get("/untouched/inner", APP)
    assert (answer.status, answer.body) == (200, b"a file")
    assert answer.cors == ALLOWED
    assert site.variables(answer) == ("allowed", APP, "ok")


def test_internal_redirect_keeps_the_judgement(site):
    htaccess = "https://htaccess.example.com"
    answer = site.get("/htaccess/inner", htaccess)
    assert (answer.status, answer.body) == (200, b"a file")
    assert answer.cors == readable(htaccess, expose_headers={"x-total"})
    assert site.variables(answer) == ("allowed", htaccess, "ok")
    assert site.get("/htaccess/inner", APP).cors == {}


def test_redirect_in_htaccess(site):
    htaccess = "https://htaccess.example.com"
    answer = site.get("/htaccess/moved", htaccess)
    assert answer.status == 302
    assert answer.one("Location") == "https://www.example.com/there"
    assert answer.cors == readable(htaccess, expose_headers={"x-total"})
    assert answer.vary == {"origin"}


# what a script says about CORS itself

@pytest.mark.parametrize("origin, expected", [
    (APP, ALLOWED), (EVIL, {}), (None, {})])
def test_the_headers_of_a_script_are_replaced(site, origin, expected):
    answer = site.get("/cgi/own", origin)
    assert (answer.status, answer.body) == (200, b"own\n")
    assert answer.cors == expected
    assert answer.vary == {"accept", "origin"}


def test_every_header_of_a_script_is_exposed(site):
    answer = site.get("/cgi/exposed", APP)
    exposed = answer.cors["expose-headers"]
    assert {"x-a", "x-result"} <= exposed
    assert not {"*", "set-cookie", "access-control-allow-origin"} & exposed


def test_vary_of_everything_stays_alone(site):
    assert site.get("/cgi/all", APP).all("Vary") == ["*"]


# variables

@pytest.mark.parametrize("origin, text", [
    (APP, b"allowed,https://app.example.com,ok\n"),
    (EVIL, b"disallowed,,origin-not-listed\n"),
    ("null", b"disallowed,,origin-null\n"),
    ("http://api.example.com", b"same-origin,,ok\n"),
    (None, b",,\n")])
def test_variables_reach_a_script(site, origin, text):
    assert site.get("/cgi/environment", origin).body == text


def test_variables_reach_mod_headers(site):
    answer = site.get("/file", APP)
    assert answer.one("X-Result") == "allowed"
    assert answer.one("X-Listed") == "yes"
    answer = site.get("/file", EVIL)
    assert answer.one("X-Result") == "disallowed"
    assert answer.one("X-Listed") is None
