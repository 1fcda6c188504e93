# SPDX-License-Identifier: Apache-2.0
"""httpd as a forward proxy (ProxyRequests On) carries other people's
requests to other people's sites: they have no policy of ours."""

import re
import socket
from urllib.parse import urlencode

import pytest

import harness
from client import APP, EVIL, PREFLIGHT_VARY, permitted, readable

POLICY = """
CORSAllowOrigin https://app.example.com
CORSAllowMethods PUT
CORSCookieAttributes SameSite=None Secure
CORSDisallowedOrigin ${DISALLOWED}
"""
CONFIG = """
ProxyRequests On
ProxyVia Off
AllowConnect ${BACKEND}
ErrorDocument 503 /errors/unavailable.html
Redirect 302 /moved https://www.example.com/
<Location /own>
    Header set X-Own 1
</Location>
<Location /errors>
    CORSAllowOrigin https://app.example.com https://other.example.com
</Location>
"""
OWN_FIELDS = [("Access-Control-Allow-Origin", "https://theirs.example"),
              ("Access-Control-Allow-Methods", "BREW"),
              ("Access-Control-Expose-Headers", "X-Theirs"),
              ("Set-Cookie", "theirs=1; SameSite=Lax"), ("Vary", "Accept")]


@pytest.fixture(scope="module", params=["Deny", "StripCredentials"])
def proxy(module_httpd, module_backend, request):
    return module_httpd(
        POLICY + CONFIG,
        modules=["proxy", "proxy_http", "proxy_connect", "headers", "alias",
                 "mime"],
        define={"BACKEND": module_backend.port, "DISALLOWED": request.param},
        files={"htdocs/own/file": "our own",
               "htdocs/errors/unavailable.html": "nobody is there"})


def url(backend, **query):
    pairs = [*query.items(),
             *(("header", f"{name}: {value}") for name, value in OWN_FIELDS)]
    return f"http://127.0.0.1:{backend.port}/any?{urlencode(pairs)}"


def sent(answer):
    """Of the fields that the other site sends, those that came."""
    return [(name, value) for name, _ in OWN_FIELDS
            for value in answer.all(name)]


@pytest.mark.parametrize("origin", [APP, EVIL, "null", None])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize("status", [200, 302, 404])
def test_other_peoples_answers_are_theirs(proxy, backend, origin, method,
                                          status):
    answer = proxy.ask(method, url(backend, status=status), origin=origin,
                       host=f"127.0.0.1:{backend.port}",
                       headers={"Cookie": "sid=1", "Authorization": "x"})
    assert answer.status == status
    assert sent(answer) == OWN_FIELDS
    assert answer.one("Access-Control-Allow-Credentials") is None
    assert proxy.variables(answer) == (None, None, None)
    request, = backend.requests()
    fields = dict(map(tuple, request["headers"]))
    assert (fields["Cookie"], fields["Authorization"]) == ("sid=1", "x")


@pytest.mark.parametrize("origin", [APP, EVIL])
def test_other_peoples_preflights_reach_them(proxy, backend, origin):
    answer = proxy.preflight(url(backend), origin)
    assert (answer.status, sent(answer)) == (200, OWN_FIELDS)
    assert proxy.variables(answer) == (None, None, None)
    assert [request["method"] for request in backend.requests()] == [
        "OPTIONS"]
    # nor are they kept from a redirect of the server's own
    moved = f"http://127.0.0.1:{backend.port}/moved"
    assert proxy.preflight(moved, origin).cors == {}


@pytest.mark.parametrize("origin", [APP, EVIL, "https://other.example.com",
                                    None])
def test_nor_is_the_proxys_own_error(proxy, origin):
    """Not by the policy of its ErrorDocument's place either."""
    proxy.expect("AH00957|AH01114")
    answer = proxy.get(f"http://127.0.0.1:{harness.free_port()}/", origin)
    assert (answer.status, answer.body) == (503, b"nobody is there")
    assert (answer.cors, answer.vary) == ({}, set())
    assert proxy.variables(answer) == (None, None, None)


def test_tunnels_pass(proxy, backend):
    with socket.create_connection(("127.0.0.1", proxy.port),
                                  harness.PATIENCE) as tunnel:
        tunnel.sendall(f"CONNECT 127.0.0.1:{backend.port} HTTP/1.1\r\n"
                       f"Host: 127.0.0.1:{backend.port}\r\n"
                       f"Origin: {EVIL}\r\n\r\n".encode())
        with tunnel.makefile("rb") as reader:
            assert reader.readline().split()[1] == b"200"


@pytest.mark.parametrize("target", ["/own/file", pytest.param(
    "http://localhost:{port}/own/file", marks=harness.SEVERAL_AT_ONCE)])
def test_the_servers_own_places_keep_their_policy(proxy, target):
    """Also where a client names them by the whole URL, which httpd asks of
    itself then: two lines in its log, in any order."""
    def is_disallowed():
        log = (proxy.folder / "logs" / "access").read_text("utf-8")
        return re.search(rf"^{answer.id}\t\d+\tdisallowed\t", log, re.M)

    host, path = f"localhost:{proxy.port}", target.format(port=proxy.port)
    answer = proxy.get(path, APP, host=host)
    assert (answer.status, answer.body) == (200, b"our own")
    assert (answer.cors, answer.vary) == (readable(), {"origin"})
    answer = proxy.preflight(path, APP, host=host)
    assert answer.cors == permitted(allow_methods={"PUT"})
    assert answer.vary == PREFLIGHT_VARY
    answer = proxy.get(path, EVIL, host=host)
    assert answer.cors == {}
    harness.wait_for(is_disallowed, "its line in the access log")


def test_a_reverse_proxy_is_no_forward_proxy(httpd, backend):
    site = httpd("""
        RewriteEngine On
        RewriteRule ^/rewritten(.*) http://127.0.0.1:${BACKEND}$1 [P]
        ProxyPass /passed http://127.0.0.1:${BACKEND}
        """ + POLICY, modules=["proxy", "proxy_http", "rewrite"],
        define={"BACKEND": backend.port, "DISALLOWED": "Deny"})
    for path in ("/passed/any", "/rewritten/any"):
        assert site.get(path, APP).cors == readable()
        assert site.get(path, EVIL).status == 403
    assert len(backend.requests()) == 2
