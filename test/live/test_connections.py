# SPDX-License-Identifier: Apache-2.0
"""Requests on one connection, hosts on one address, and the answers to what
httpd could not read."""

import socket

import pytest

import harness
import installed
from client import (APP, EVIL, PREFLIGHT_VARY, Connection, permitted,
                    readable, request_text)

ONE, TWO = "one.example.net", "two.example.net"
CONFIG = f"""
<VirtualHost *:${{PORT}}>
    ServerName {ONE}
    CORSAllowOrigin https://app.example.com
    CORSAllowMethods PUT
    CORSDisallowedOrigin Deny
    RequestReadTimeout header=1
    LimitRequestLine 2000
    LimitRequestFieldSize 2000
    Header always set X-Host one
    TraceEnable On
</VirtualHost>
<VirtualHost *:${{PORT}}>
    ServerName {TWO}
    CORSAllowOrigin https://two-user.example.com
    CORSDisallowedOrigin StripCredentials
</VirtualHost>
<VirtualHost *:${{PORT}}>
    ServerName https://three.example.net
    CORSAllowOrigin https://app.example.com
    CORSDisallowedOrigin Deny
</VirtualHost>
<VirtualHost *:${{PORT}}>
    ServerName four.example.net
</VirtualHost>
<Directory ${{ROOT}}/htdocs/cgi>
    Options +ExecCGI
    SetHandler cgi-script
</Directory>
"""
NPH = """#!/bin/sh
printf 'HTTP/1.1 200 OK\\r\\nAccess-Control-Allow-Origin: *\\r\\n'
printf 'Connection: close\\r\\n\\r\\nits own'
"""
TWO_USER = "https://two-user.example.com"


@pytest.fixture(scope="module", params=harness.MPMS)
def site(module_httpd, request):
    return module_httpd(
        CONFIG, mpm=request.param,
        modules=["cgi", "mime", "reqtimeout", "headers"],
        files={"htdocs/file": "a file",
               "htdocs/cgi/read": "#!/bin/sh\necho; cat\n",
               "htdocs/cgi/nph-own": NPH})


def request(method, path, host=ONE, origin=None, body=b"", **fields):
    headers = [("Host", host), *((name.replace("_", "-"), value)
                                 for name, value in fields.items())]
    if origin:
        headers.append(("Origin", origin))
    return request_text(method, path, headers, body)[1]


def preflight(host=ONE, origin=APP, body=b"", **fields):
    return request("OPTIONS", "/file", host, origin, body,
                   Access_Control_Request_Method="PUT", **fields)


def test_several_requests_sent_at_once(site):
    """Each answer belongs to its request, whatever the others were."""
    sent = [
        ("GET", request("GET", "/file", origin=APP), 200, readable()),
        ("POST", request("POST", "/file", origin=EVIL, body=b"x" * 5000),
         403, {}),
        ("OPTIONS", preflight(body=b"y" * 5000), 204,
         permitted(allow_methods={"PUT"})),
        ("OPTIONS", preflight(origin=EVIL, body=b"z" * 50), 403, {}),
        ("HEAD", request("HEAD", "/file"), 200, {}),
        ("GET", request("GET", "/file", TWO, TWO_USER), 200,
         readable(TWO_USER)),
        ("GET", request("GET", "/file", TWO, APP), 200, {}),
        ("GET", request("GET", "/file", ONE, TWO_USER), 403, {}),
        ("POST", request("POST", "/cgi/read", origin=APP, body=b"mine"), 200,
         readable()),
    ] * 3
    with Connection(site.port) as connection:
        connection.send(b"".join(text for _, text, _, _ in sent))
        for method, _, status, cors in sent:
            answer = connection.receive(method)
            assert (answer.status, answer.cors) == (status, cors)
            if method == "OPTIONS":
                assert (answer.body, answer.vary) == (b"", PREFLIGHT_VARY)


@pytest.mark.parametrize("text, status, cors", [
    (preflight(Expect="100-continue", Content_Length="4"), 204,
     permitted(allow_methods={"PUT"})),
    (preflight(origin=EVIL, Expect="100-continue", Content_Length="4"), 403,
     {}),
    (request("POST", "/file", origin=EVIL, Expect="100-continue",
             Content_Length="4"), 403, {}),
    (request("POST", "/cgi/read", origin=APP, Expect="100-continue",
             Content_Length="4"), 200, readable()),
], ids=["preflight", "refused-preflight", "refused", "allowed"])
def test_expect_100_continue(site, text, status, cors):
    """The client waits for httpd's word before it sends the body."""
    with Connection(site.port) as connection:
        connection.send(text)
        first = connection.reader.peek(12)
        if first.startswith(b"HTTP/1.1 100"):
            connection.send(b"body")
        answer = connection.receive("OPTIONS")
        assert (answer.status, answer.cors) == (status, cors)
        answer = connection.exchange(request("GET", "/file", origin=APP))
        assert (answer.status, answer.body) == (200, b"a file")


# httpd cannot read these; what it can say of the host is in the answer
ASKS = b"\r\nOrigin: https://app.example.com\r\n"
ONES = b" HTTP/1.1\r\nHost: one.example.net" + ASKS
BROKEN = [
    (b"GET /file HTTP/1.1" + ASKS + b"\r\n", 400),
    (b"GET /file HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
    (b"GET /file HTTP/1.1\r\nHost: one.example.net\r\nBad\r\n\r\n", 400),
    (b"GET /file HTTP/1.1\r\nHost: one.example.net\r\nX: "
     + b"x" * 3000 + b"\r\n\r\n", 400),
    (b"GET /" + b"x" * 3000 + b" HTTP/1.1\r\nHost: x" + ASKS + b"\r\n", 414),
    (b"GET /file\x01 HTTP/1.1\r\nHost: one.example.net\r\n\r\n", 400),
    (b"\x16\x03\x01\x00\x01\r\n\r\n", 400),
    (b"GET file HTTP/1.1\r\nHost: one.example.net\r\n\r\n", 400),
    (b"GET /%00" + ONES + b"\r\n", 404),
    (b"GET /%2f" + ONES + b"\r\n", 404),
    (b"GET /%zz HTTP/1.1\r\nHost: one.example.net\r\n\r\n", 400),
    (b"GET /file HTTP/1.1\r\nHost: one.example.net\r\n"
     b"Content-Length: x\r\n\r\n", 400),
    (b"POST /file HTTP/1.1\r\nHost: one.example.net\r\n"
     b"Transfer-Encoding: strange\r\n\r\n", 400),
    (b"GET /file" + ONES + b"Expect: the unexpected\r\n\r\n", 417),
    (b"GET /file HTTP/1.1\r\nHost: one.example.net\r\n", 408),
]


@pytest.mark.parametrize("text, status", BROKEN, ids=range(len(BROKEN)))
def test_what_cannot_be_read(site, text, status):
    """The first host's policy holds; httpd stays up."""
    if b"%zz" in text and not installed.is_older("2.4.52"):
        site.expect("AH10244: invalid URI path")
    if b"GET file" in text and installed.is_older("2.4.52"):
        site.expect("AH00126: Invalid URI")
    if b"Content-Length: x" in text:
        installed.needs("2.4.52", "sends the headers of this 400 twice")
    if status == 417 and installed.is_trunk():
        pytest.skip(f"httpd {installed.VERSION}: sends nothing with a 417")
    with Connection(site.port) as connection:
        answer = connection.exchange(text)
    assert answer.status == status
    # of one whose line is too long httpd has read no Origin
    assert answer.cors == (readable() if ASKS in text and status != 414
                           else {})
    assert "origin" in answer.vary
    assert answer.one("X-Host") == "one"
    assert site.get("/file", APP, host=ONE).status == 200


def test_early_404_of_a_preflight(site):
    """The path cannot be mapped: httpd's answer, with the server's policy."""
    answer = site.preflight("/%2f", host=ONE)
    assert (answer.status, answer.all("Set-Cookie")) == (404, [])
    assert answer.one("Access-Control-Allow-Origin") == APP
    assert answer.vary == PREFLIGHT_VARY


@pytest.mark.parametrize("host, origin, status, cors, vary", [
    (ONE, APP, 200, readable(), {"origin"}),
    (ONE, TWO_USER, 403, {}, {"origin"}),
    (TWO, APP, 200, {}, {"origin"}),
    (TWO, TWO_USER, 200, readable(TWO_USER), {"origin"}),
    (TWO, None, 200, {}, {"origin"}),
    ("unknown.example.net", APP, 200, readable(), {"origin"}),  # the first
    ("four.example.net", APP, 200, {}, set()),
    # its own origins, and what is not
    ("three.example.net", "https://three.example.net", 200, {}, {"origin"}),
    ("three.example.net:8080", "https://three.example.net:8080", 200, {},
     {"origin"}),
    ("three.example.net:443", "https://three.example.net", 200, {},
     {"origin"}),
    ("three.example.net", "http://three.example.net", 403, {}, {"origin"}),
    ("three.example.net:8080", "http://three.example.net:8080", 403, {},
     {"origin"}),
    (ONE, f"http://{ONE}", 200, {}, {"origin"}),
    (ONE, f"https://{ONE}", 200, {}, {"origin"}),   # TLS ended before
    (ONE + ":8080", f"https://{ONE}:8080", 403, {}, {"origin"}),
    (ONE, f"https://{TWO}", 403, {}, {"origin"}),
])
def test_hosts_of_one_address(site, host, origin, status, cors, vary):
    answer = site.get("/file", origin, host=host)
    assert (answer.status, answer.cors, answer.vary) == (status, cors, vary)


def test_client_that_goes_away(site):
    """In the middle of a preflight, and of its answer."""
    for text in (preflight()[:-20], preflight(), preflight(body=b"x" * 99)):
        with socket.create_connection(("127.0.0.1", site.port), 20) as client:
            client.sendall(text)
    assert site.preflight("/file", host=ONE).status == 204


@pytest.mark.parametrize("method, path, cors", [
    ("GET", "/cgi/nph-own", {"allow-origin": "*"}), ("TRACE", "/file", {}),
    ("OPTIONS", "*", {})])
def test_past_every_filter(site, method, path, cors):
    """httpd's own ways to answer, which the manual lists."""
    answer = site.ask(method, path, origin=APP, host=ONE)
    assert (answer.status, answer.cors, answer.vary) == (200, cors, set())


def test_denied_and_preflighted_all_the_same(site):
    assert site.get("/cgi/nph-own", EVIL, host=ONE).status == 403
    answer = site.preflight("/cgi/nph-own", host=ONE)
    assert (answer.status, answer.body) == (204, b"")
