# SPDX-License-Identifier: Apache-2.0
"""What a backend can do beside answering: hints, upgrades, and taking too
long."""

import concurrent.futures
from urllib.parse import urlencode

import pytest

import harness
import installed
from client import APP, EVIL, Connection, permitted, readable, request_text

CONFIG = """
CORSAllowOrigin https://app.example.com
CORSAllowMethods PUT
ProxyPass /api/ http://127.0.0.1:${BACKEND}/api/
ProxyPass /slow/ http://127.0.0.1:${BACKEND}/slow/ timeout=1 ${AT_ONCE}
<Location /socket/deny>
    CORSDisallowedOrigin Deny
</Location>
<Location /socket/strip>
    CORSDisallowedOrigin StripCredentials
</Location>
<Location /socket/report>
    CORSDisallowedOrigin Deny
    CORSReportOnly On
</Location>
Header always set X-Always 1
"""
MODULES = ["proxy", "proxy_http", "headers"]

if installed.is_older("2.4.47"):    # mod_proxy_http passes no upgrades
    CONFIG += "ProxyPass /socket/ ws://127.0.0.1:${BACKEND}/socket/"
    MODULES.append("proxy_wstunnel")
else:
    CONFIG += ("ProxyPass /socket/ http://127.0.0.1:${BACKEND}/socket/ "
               "upgrade=websocket")


@pytest.fixture(scope="module", params=harness.MPMS)
def site(module_httpd, module_backend, request):
    return module_httpd(
        CONFIG, mpm=request.param, modules=MODULES,
        define={"BACKEND": module_backend.port})


def path(place, **pairs):
    return f"/{place}/x?{urlencode(pairs)}"


HINTS = {"early": "Link: </style.css>; rel=preload",
         "header": "Access-Control-Allow-Origin: *"}


@pytest.mark.parametrize("origin, cors", [(APP, readable()), (EVIL, {}),
                                          (None, {})])
def test_early_hints(site, backend, origin, cors):
    """The 103 on its way takes no header of the answer with it."""
    headers = [("Host", "api.example.com")]
    if origin:
        headers.append(("Origin", origin))
    request_id, text = request_text("GET", path("api", **HINTS), headers)
    with Connection(site.port) as connection:
        connection.send(text)
        hints = b""
        if connection.reader.peek(12).startswith(b"HTTP/1.1 103"):
            while not hints.endswith(b"\r\n\r\n"):
                hints += connection.reader.readline()
        answer = connection.receive("GET", request_id)
    assert b"rel=preload" in hints
    assert b"Access-Control-Allow-Origin: *" not in hints
    assert (answer.status, answer.body) == (200, b"from the backend")
    assert answer.cors == cors
    assert answer.vary == {"origin"}
    assert site.variables(answer)[1] == (origin if cors else None)


def test_early_hints_and_a_preflight(site, backend):
    answer = site.preflight(path("api", **HINTS))
    assert (answer.status, answer.body) == (204, b"")
    assert answer.cors == permitted(allow_methods={"PUT"})
    assert backend.requests() == []


def shake(site, place, origin, **fields):
    """A WebSocket's handshake: the answer, and what came back of `ping`."""
    headers = [("Host", "api.example.com"), ("Connection", "Upgrade"),
               ("Upgrade", "websocket"), ("Cookie", "session=1"),
               ("Sec-WebSocket-Version", "13"),
               ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
               *fields.items()]
    if origin:
        headers.append(("Origin", origin))
    request_id, text = request_text("GET", f"/socket/{place}?upgrade=1",
                                    headers)
    with Connection(site.port) as connection:
        connection.send(text)
        line = connection.reader.peek(12)[:12]
        if line != b"HTTP/1.1 101":
            return connection.receive("GET", request_id), None
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += connection.reader.readline()
        connection.socket.sendall(b"ping")
        return head.decode(), connection.reader.read(4)


@pytest.mark.parametrize("place", ["serve", "deny", "strip", "report"])
@pytest.mark.parametrize("origin", [APP, None, "http://api.example.com"])
def test_upgrade(site, backend, place, origin):
    """For those who are allowed, and for the server's own pages."""
    head, echo = shake(site, place, origin)
    assert echo == b"ping"
    request, = backend.requests()
    assert ["Cookie", "session=1"] in request["headers"]


@pytest.mark.parametrize("place", ["deny", "strip"])
@pytest.mark.parametrize("origin", [EVIL, "null", "https://APP.example.com",
                                    "http://api.example.com:81"])
def test_upgrade_of_another_site(site, backend, place, origin):
    """WebSocket hijacking: the handshake carries cookies, and CORS alone
    does not look at it."""
    answer, echo = shake(site, place, origin)
    assert (answer.status, echo, answer.cors) == (403, None, {})
    assert answer.all("Set-Cookie") == []
    assert backend.requests() == []


@pytest.mark.parametrize("place", ["serve", "report"])
def test_upgrade_that_nobody_stops(site, backend, place):
    head, echo = shake(site, place, EVIL)
    assert echo == b"ping"
    assert len(backend.requests()) == 1


def test_backend_that_takes_too_long(site, backend):
    """mod_proxy_http calls it a 502."""
    site.expect("AH01102|AH00898")
    requests = [(method, origin) for method in ("GET", "POST")
                for origin in (APP, EVIL, None)]

    def ask(request):
        method, origin = request
        answer = site.ask(method, path("slow", wait=3), origin=origin)
        return origin, answer.status, answer.cors, answer.vary

    with concurrent.futures.ThreadPoolExecutor(len(requests)) as pool:
        assert [*pool.map(ask, requests)] == [
            (origin, 502, readable() if origin == APP else {}, {"origin"})
            for _, origin in requests]
    answer = site.preflight(path("slow", wait=3))
    assert (answer.status, answer.cors) == (
        204, permitted(allow_methods={"PUT"}))


@pytest.mark.parametrize("origin, cors", [(APP, readable()), (EVIL, {}),
                                          (None, {})])
def test_script_that_takes_too_long(httpd, origin, cors):
    if harness.MEMCHECK:
        pytest.skip("a single process runs mod_cgi, which has no such limit")
    server = httpd("""
        CORSAllowOrigin https://app.example.com
        CGIDScriptTimeout 1
        ScriptAlias /cgi/ cgi/
        """, modules=["cgi", "alias"],
        files={"cgi/slow": "#!/bin/sh\nexec sleep 3\n"})
    server.expect("Script timed out|Timeout waiting for output from CGI")
    # on a busy machine the script outlives the signals of mod_cgid for a while
    server.allowed += ["AH01259: ", "AH01260: ", "AH00045: "]
    answer = server.get("/cgi/slow", origin)
    assert (answer.status, answer.cors) == (504, cors)
    assert answer.vary == {"origin"}


@pytest.mark.parametrize("mpm", harness.MPMS)
def test_graceful_restart_in_the_middle(httpd, module_backend, mpm):
    """A request that is on its way is answered by the policy that it found."""
    other = "https://other.example.com"
    server = httpd("""
        Include policy.conf
        ProxyPass / http://127.0.0.1:${BACKEND}/
        """, mpm=mpm, modules=["proxy", "proxy_http"],
        define={"BACKEND": module_backend.port},
        files={"policy.conf": f"CORSAllowOrigin {APP}"})
    module_backend.forget()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        running = [(origin, pool.submit(server.get, "/?wait=1", origin))
                   for origin in (APP, other, None)]
        harness.wait_for(lambda: len(module_backend.requests()) == 3,
                         "the backend has the requests")
        server.write("policy.conf", f"CORSAllowOrigin {other}")
        server.graceful()
        for origin, answer in running:
            assert answer.result().status == 200
            assert answer.result().cors == (
                readable() if origin == APP else {})
            assert answer.result().vary == {"origin"}
    harness.wait_for(lambda: server.get("/", APP).cors == {},
                     "the children of before are gone")
    assert server.get("/", other).cors == readable(other)
