# SPDX-License-Identifier: Apache-2.0
"""What a hostile client sends, byte by byte: requests that two servers would
read differently, fields that come twice, hosts that are none."""

import socket

import pytest

import client
import harness
import installed
from client import APP, EVIL

CONFIG = """
CORSAllowOrigin https://server.example.com
SetEnvIf Authorization "(.*)" HTTP_AUTHORIZATION=$1
RewriteEngine On
RewriteRule .* - [E=HTTP_COOKIE:%{HTTP:Cookie}]
<Location "/">
    CORSAllowOrigin https://app.example.com
    CORSAllowMethods *
    CORSAllowHeaders *
</Location>
<Location "/denied">
    CORSDisallowedOrigin Deny
</Location>
<Location "/stripped">
    CORSDisallowedOrigin StripCredentials
</Location>
ScriptAlias /stripped/cgi "${ROOT}/cgi/environment"
<Directory "${ROOT}/cgi">
    CGIPassAuth On
</Directory>
"""

FILES = {
    "htdocs/file": "a file",
    "htdocs/denied/file": "a file",
    "cgi/environment": "#!/bin/sh\necho Content-Type: text/plain\n"
                       "echo\nenv\n",
}

HOST = b"Host: api.example.com\r\n"
CLOSE = HOST + b"Connection: close\r\n"
OURS = f"Origin: {APP}\r\n".encode()
THEIRS = f"Origin: {EVIL}\r\n".encode()
PUT = b"Access-Control-Request-Method: PUT\r\n"


@pytest.fixture(scope="module")
def site(module_httpd):
    return module_httpd(CONFIG, files=FILES, level="warn cors_cookies:info",
                        modules=["alias", "cgi", "mime", "rewrite",
                                 "setenvif"])


def head(path, fields, method=b"GET"):
    return method + b" " + path + b" HTTP/1.1\r\n" + fields + b"\r\n"


def answers(site, *requests):
    """Sends all of it at once, and nothing more: each answer that comes."""
    with client.Connection(site.port) as connection:
        connection.send(b"".join(requests))
        connection.socket.shutdown(socket.SHUT_WR)
        found = []
        while connection.socket and connection.reader.peek(1):
            found.append(connection.receive())
    return found


# an Origin field, and whether it is that of the allowed origin
ORIGINS = [
    (b"Origin:https://app.example.com\r\n", True),
    (b"ORIGIN:\t https://app.example.com \t\r\n", True),
    (b"Origin:\r\n https://app.example.com\r\n", True),
    (b"Origin: https://app.example.com\r\n , https://x.test\r\n", False),
    (b"Origin: https://app.\r\n example.com\r\n", False),
    (OURS + OURS, False),
    (OURS + THEIRS, False),
    (OURS + b"Origin:\r\n", False),
    (b"Origin:\r\n" + OURS, False),
    (b"Origin: https://app.example.com\x80\r\n", False),
    (b"Origin: \xef\xbb\xbfhttps://app.example.com\r\n", False),
    (b"Origin: https://app.example.com%00.evil.example\r\n", False),
    (b"Origin: https://app.example.com\\@evil.example\r\n", False),
    (b"Origin: https://app.example.com;https://x.test\r\n", False),
    (b"Origin: https://app.example.com" + b"." * 4000 + b"\r\n", False),
    (b"X-Origin: https://app.example.com\r\n", False),
]


@pytest.mark.parametrize("field, allowed", ORIGINS)
def test_origin_fields(site, field, allowed):
    answer, = answers(site, head(b"/file", CLOSE + field))
    assert answer.status == 200
    assert answer.cors == (client.readable() if allowed else {})
    assert answer.vary == {"origin"}


# what httpd takes for no request at all: server-level policy, no origin
BAD = [
    head(b"/file", CLOSE + b"Origin : https://server.example.com\r\n"),
    head(b"/file", CLOSE + b"Origin: https://server.example.com\0.x\r\n"),
    head(b"/file", CLOSE + b"Origin: https://server.example.com\x01\r\n"),
    head(b"/file", CLOSE + b"Origin: https://server.example.com\rX: y\r\n"),
    head(b"/file", CLOSE + b"Orig\0in: https://server.example.com\r\n"),
    head(b"/file", CLOSE + b"Origin: " + b"a" * 9000 + b"\r\n"),
    head(b"/file", CLOSE + HOST + OURS),
    head(b"/file", b"Connection: close\r\n" + OURS),
    head(b"/file", b"Host: a@b\r\nOrigin: https://a@b\r\n"),
    head(b"/file", b"Host: :80\r\nOrigin: http://\r\n"),
    head(b"*", CLOSE + OURS),
    head(b"/file", CLOSE + OURS + PUT + b"Content-Length: 1\r\n"
         b"Content-Length: 2\r\n", b"OPTIONS"),
    head(b"/file", CLOSE + OURS + PUT + b"Transfer-Encoding: x\r\n",
         b"OPTIONS"),
]


@pytest.mark.parametrize("request_bytes", BAD)
def test_no_request(site, request_bytes):
    if b" * " in request_bytes or b"Content-Length: 2" in request_bytes:
        installed.needs("2.4.52", "takes this for a request")
    answer, = answers(site, request_bytes)
    assert (answer.status, answer.cors) == (400, {})
    assert "origin" in answer.vary


# Host and Origin of a request to a place that denies, and its status
HOSTS = [
    ("a.test", "http://a.test", 200),
    ("A.test:80", "http://a.test", 200),
    ("a.test", "https://a.test", 200),
    ("a.test:8443", "https://a.test:8443", 403),
    ("a.test:443", "https://a.test", 403),
    ("a.test:0080", "http://a.test", 403),
    ("a.test", "http://a.test:80", 403),
    ("a.test", "http://a.test.", 403),
    ("a.test", "http://a.tes", 403),
    ("a.test", "http://xa.test", 403),
    ("a.test", "http://a.test/", 403),
    ("a.test", "http:a.test", 403),
    ("a.test", "a.test", 403),
    ("a.test", "http://", 403),
    ("a.test", "null", 403),
    ("[::1]:80", "http://[::1]", 200),
    ("[::1]", "http://[::1]:80", 403),
]


@pytest.mark.parametrize("host, origin, status", HOSTS)
def test_own_origin(site, host, origin, status):
    answer = site.get("/denied/file", origin, host=host)
    assert (answer.status, answer.cors) == (status, {})


@pytest.mark.parametrize("target, host, status", [
    (b"http://evil.example/denied/file", b"api.example.com", 200),
    (b"http://api.example.com/denied/file", b"evil.example", 403),
])
def test_the_host_is_that_of_the_whole_url(site, target, host, status):
    answer, = answers(site, head(
        target, b"Host: " + host + b"\r\nConnection: close\r\n"
        b"Origin: http://evil.example\r\n"))
    assert answer.status == status


@pytest.mark.parametrize("site_fields, status", [
    ([("Sec-Fetch-Site", "same-origin")], 200),
    ([("Sec-Fetch-Site", "none")], 200),
    ([("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "none")], 403),
    ([("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-origin")],
     403),
    ([("Sec-Fetch-Site", "Same-Origin")], 403),
    ([("Sec-Fetch-Site", "same-origin;x")], 403),
    ([("Sec-Fetch-Site", "")], 403),
    ([("X-Forwarded-Host", "evil.example")], 403),
    ([("Forwarded", "host=evil.example")], 403),
])
def test_what_is_said_of_the_site(site, site_fields, status):
    answer = site.get("/denied/file", "http://evil.example",
                      headers=site_fields)
    assert answer.status == status


SMUGGLED = head(b"/smuggled", HOST)
CHUNKED = b"%x\r\n%s\r\n0\r\nOrigin: https://app.example.com\r\n\r\n" % (
    len(SMUGGLED), SMUGGLED)


@pytest.mark.parametrize("fields, body", [
    (b"Content-Length: %d\r\n" % len(SMUGGLED), SMUGGLED),
    (b"Transfer-Encoding: chunked\r\n", CHUNKED),
    (b"Expect: 100-continue\r\nContent-Length: %d\r\n" % len(SMUGGLED),
     SMUGGLED),
    (b"Content-Length: 100000\r\n", SMUGGLED.ljust(100000)),
    (b"", b""),
])
@pytest.mark.parametrize("path, origin, method, status", [
    (b"/file", OURS, b"OPTIONS", 204),
    (b"/file", THEIRS, b"OPTIONS", 403),
    (b"/denied/file", THEIRS, b"OPTIONS", 403),
    (b"/denied/file", THEIRS, b"POST", 403),
])
def test_a_body_is_not_the_next_request(site, fields, body, path, origin,
                                        method, status):
    first, *others = answers(
        site, head(path, HOST + origin + PUT + fields, method), body,
        head(b"/file", CLOSE + OURS))
    assert first.status == status
    if others or b"Expect" not in fields:   # httpd may close after a 403
        second, = others
        assert (second.status, second.body) == (200, b"a file")
        assert second.cors == client.readable()


def test_a_body_of_two_lengths_ends_the_connection(site):
    installed.needs("2.4.52", "goes on reading behind such a body")
    first, = answers(
        site, head(b"/file", HOST + OURS + PUT + b"Content-Length: 4\r\n"
                   b"Transfer-Encoding: chunked\r\n", b"OPTIONS"),
        CHUNKED, head(b"/file", CLOSE))
    assert first.status == 204


def test_a_body_that_is_none(site):
    answer, = answers(
        site, head(b"/file", HOST + OURS + PUT
                   + b"Transfer-Encoding: chunked\r\n", b"OPTIONS"),
        b"zz\r\n", head(b"/file", CLOSE))
    assert answer.status == 400
    assert b"ErrorDocument" not in answer.body


def test_preflights_in_a_row(site):
    preflight = head(b"/file", HOST + OURS + PUT, b"OPTIONS")
    *first, last = answers(site, preflight * 20, head(b"/file", CLOSE + OURS))
    assert [answer.status for answer in first] == [204] * 20
    assert all(answer.cors == client.permitted(allow_methods={"PUT"})
               for answer in first)
    assert (last.status, last.cors) == (200, client.readable())


@pytest.mark.parametrize("fields, methods, headers", [
    (PUT + PUT, None, None),
    (b"Access-Control-Request-Method: PUT\r\n , DELETE\r\n", None, None),
    (b"Access-Control-Request-Method: P\xffT\r\n", None, None),
    (PUT + b"Access-Control-Request-Headers: x-a\r\n"
     b"Access-Control-Request-Headers: x-b\r\n", {"PUT"}, {"x-a", "x-b"}),
    (PUT + b"Access-Control-Request-Headers: x-a\r\n ,\tx-b\r\n", {"PUT"},
     {"x-a", "x-b"}),
    (PUT + b"Access-Control-Request-Headers: x-a, <script>\r\n", {"PUT"},
     None),
    (PUT + b"Access-Control-Request-Headers: x-a, \xff\r\n", {"PUT"}, None),
    (PUT + b"Access-Control-Request-Headers: x-a: b\r\n", {"PUT"}, None),
])
def test_only_what_was_checked_is_echoed(site, fields, methods, headers):
    answer, = answers(site, head(b"/file", CLOSE + OURS + fields,
                                 b"OPTIONS"))
    assert answer.status == 204
    assert answer.cors == client.permitted(allow_methods=methods,
                                           allow_headers=headers)


def test_the_oldest_protocol_has_no_headers(site):
    if installed.is_trunk():
        pytest.skip(f"httpd {installed.VERSION}: knows no HTTP/0.9")
    with socket.create_connection(("127.0.0.1", site.port),
                                  harness.PATIENCE) as connection:
        connection.sendall(b"GET /file\r\n")
        with connection.makefile("rb") as reader:
            assert reader.read() == b"a file"


@pytest.mark.parametrize("method", [b"options", b"OPTIONSX"])
def test_other_methods_are_no_preflights(site, method):
    site.expect("AH00135: Invalid method")
    answer, = answers(site, head(b"/file", CLOSE + OURS + PUT, method))
    assert (answer.status, answer.cors) == (501, client.readable())


def test_credentials_leave_no_copy(site):
    """Neither the server's SetEnvIf nor its RewriteRule brings them back."""
    answer = site.get("/stripped/cgi", EVIL, headers={
        "Cookie": "secret=1", "Authorization": "Basic c2VjcmV0OjE=",
        "X-Other": "kept"})
    assert answer.status == 200
    assert b"HTTP_X_OTHER=kept" in answer.body
    assert b"secret" not in answer.body and b"c2VjcmV0" not in answer.body
    answer = site.get("/stripped/cgi", APP, headers={"Cookie": "secret=1"})
    assert b"HTTP_COOKIE=secret=1" in answer.body


def test_no_stranger_writes_lines_into_the_log(site):
    site.get("/file", "https://x\x80\xff<b>")
    site.preflight("/file", method="A\x80\tB")
    refusals = [line for line in site.error_log() if "cors_cookies" in line]
    assert "x80" in refusals[-2] and "x80" in refusals[-1]
    assert all(line.isascii() and line.isprintable() for line in refusals)
