# SPDX-License-Identifier: Apache-2.0
"""In front of an application server, by mod_proxy_http."""

from urllib.parse import urlencode

import pytest

import harness
import installed
from client import API, APP, EVIL, PREFLIGHT_VARY, readable

CONFIG = """
<Location /api/>
    ProxyPass http://127.0.0.1:${BACKEND}/
    CORSAllowOrigin https://app.example.com
    CORSAllowMethods PUT
    CORSExposeHeaders *
</Location>
<Location /forward/>
    ProxyPass http://127.0.0.1:${BACKEND}/
    CORSAllowOrigin https://app.example.com
    CORSPreflight Forward
</Location>
<Location /forward/deny/>
    CORSDisallowedOrigin Deny
</Location>
<Location /untouched/>
    ProxyPass http://127.0.0.1:${BACKEND}/
</Location>
"""

OWN = [("header", "Access-Control-Allow-Origin: *"),
       ("header", "Access-Control-Allow-Credentials: maybe"),
       ("header", "Access-Control-Expose-Headers: X-Own"),
       ("header", "Access-Control-Allow-Methods: PATCH"),
       ("header", "Access-Control-Allow-Headers: x-own"),
       ("header", "Access-Control-Max-Age: 5"),
       ("header", "Set-Cookie: session=1"),
       ("header", "Vary: Accept, Origin")]


def path(place, *pairs):
    return f"/{place}/path?{urlencode(pairs)}"


@pytest.fixture(scope="module", params=harness.MPMS)
def site(module_httpd, module_backend, request):
    return module_httpd(CONFIG, mpm=request.param,
                        modules=["proxy", "proxy_http"],
                        define={"BACKEND": module_backend.port})


def cookies(request):
    return [value for name, value in request["headers"] if name == "Cookie"]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_cookies_travel_both_ways(site, backend, method):
    answer = site.ask(method, path("api", *OWN), origin=APP, body=b"data",
                      headers={"Cookie": "session=0; other=1"})
    assert (answer.status, answer.body) == (200, b"from the backend")
    assert answer.all("Set-Cookie") == ["session=1"]
    request, = backend.requests()
    assert (request["method"], request["body"]) == (method, "data")
    assert cookies(request) == ["session=0; other=1"]
    assert ["Origin", APP] in request["headers"]


def test_names_of_its_headers_are_spelled_out(site, backend):
    answer = site.get(path("api", ("header", "X-Total: 7"), *OWN), APP)
    exposed = answer.cors["expose-headers"]
    assert {"x-total", "content-length"} <= exposed
    assert "*" not in exposed and "set-cookie" not in exposed
    assert not any(name.startswith("access-control-") for name in exposed)
    installed.needs_headers_of_304()
    assert site.get(path("api", ("status", 304), *OWN), APP).cors == readable()


def test_what_a_forwarded_preflight_asks(site, backend):
    answer = site.preflight(path("forward", ("status", 202), *OWN))
    assert (answer.status, answer.body) == (202, b"from the backend")
    request, = backend.requests()
    assert request["method"] == "OPTIONS"
    assert ["Access-Control-Request-Method", "PUT"] in request["headers"]


def test_deny_applies_to_forwarded_preflights(site, backend):
    for origin in (EVIL, f"http://{API}"):  # no preflight is same-origin
        answer = site.preflight(path("forward/deny"), origin)
        assert (answer.status, answer.body, answer.cors) == (403, b"", {})
        assert answer.vary == PREFLIGHT_VARY
    assert backend.requests() == []
    assert site.preflight(path("forward/deny")).status == 200
    assert len(backend.requests()) == 1


def test_without_a_policy_its_headers_stay(site, backend):
    answer = site.get(path("untouched", *OWN), APP)
    assert answer.one("Access-Control-Allow-Origin") == "*"
    assert answer.one("Access-Control-Max-Age") == "5"
    assert answer.vary == {"accept", "origin"}
    answer = site.preflight(path("untouched", ("status", 202), *OWN))
    assert answer.status == 202
    assert answer.one("Access-Control-Allow-Credentials") == "maybe"
