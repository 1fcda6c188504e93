# SPDX-License-Identifier: Apache-2.0
"""What a hostile client sends over HTTP/2, where a request is fields only."""

import pytest

import client
import http2
from client import API, APP, EVIL, permitted

CONFIG = """
Protocols h2c
CORSAllowOrigin https://app.example.com
CORSAllowMethods PUT
CORSAllowHeaders *
CORSCookieAttributes Secure
Header set Set-Cookie a=b
<Location "/denied">
    CORSDisallowedOrigin Deny
</Location>
<Location "/stripped">
    CORSDisallowedOrigin StripCredentials
    SetHandler cgi-script
    Options ExecCGI
    CGIPassAuth On
</Location>
"""

FILES = {
    "htdocs/file": "a file",
    "htdocs/denied/file": "a file",
    "htdocs/stripped/cgi": "#!/bin/sh\necho Content-Type: text/plain\n"
                           "echo\nenv\n",
}

PUT = ("access-control-request-method", "PUT")


@pytest.fixture(scope="module", params=["event", "worker"])
def site(module_httpd, request):
    return module_httpd(CONFIG, mpm=request.param, files=FILES,
                        modules=["http2", "headers", "mime", "cgi"])


def ask(site, *fields, method="GET", path="/file", authority=API, body=b""):
    answer, = http2.ask(site.port, [([
        (":method", method), (":scheme", "http"), (":authority", authority),
        (":path", path), *fields], body)], strict=False)
    return answer


@pytest.mark.parametrize("body", [b"", b"x" * 10000])
@pytest.mark.parametrize("origin, status, cors", [
    (APP, 204, permitted(allow_methods={"PUT"}, allow_headers={"a", "b"})),
    (EVIL, 403, {}),
])
def test_preflights(site, origin, status, cors, body):
    answer = ask(site, ("origin", origin), PUT,
                 ("access-control-request-headers", "a"),
                 ("access-control-request-headers", "b"),
                 method="OPTIONS", body=body)
    assert (answer.status, answer.cors, answer.body) == (status, cors, b"")
    assert answer.vary == client.PREFLIGHT_VARY
    assert answer.all("Set-Cookie") == []


@pytest.mark.parametrize("fields", [
    [("origin", APP), ("origin", APP)],
    [("origin", APP), ("origin", EVIL)],
    [("origin", APP + "\xff")],
    [("origin", APP + ", " + APP)],
])
def test_origin_fields(site, fields):
    answer = ask(site, *fields)
    assert (answer.status, answer.cors) == (200, {})


@pytest.mark.parametrize("fields", [
    [("origin", APP + "\0")],
    [("origin", APP + "\r\nx: y")],
    [("Origin", APP)],
    [("origin ", APP)],
    [("origin:", APP)],
])
def test_no_field(site, fields):
    """nghttp2 resets the stream."""
    with pytest.raises(AssertionError, match="the server reset a stream"):
        ask(site, *fields)


@pytest.mark.parametrize("authority, host, status", [
    ("evil.example", API, 200),
    (API, "evil.example", 403),
])
def test_the_host_is_the_authority(site, authority, host, status):
    answer = ask(site, ("host", host), ("origin", "http://evil.example"),
                 path="/denied/file", authority=authority)
    assert answer.status == status


def test_credentials_in_pieces_are_stripped(site):
    answer = ask(site, ("origin", EVIL), ("cookie", "first=secret"),
                 ("cookie", "second=secret"),
                 ("authorization", "Basic secret"), path="/stripped/cgi")
    assert answer.status == 200 and b"HTTP_ORIGIN" in answer.body
    assert b"secret" not in answer.body
    assert answer.all("Set-Cookie") == []
    answer = ask(site, ("origin", APP), ("cookie", "first=secret"),
                 path="/stripped/cgi")
    assert b"HTTP_COOKIE=first=secret" in answer.body
