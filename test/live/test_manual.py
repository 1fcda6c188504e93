# SPDX-License-Identifier: Apache-2.0
"""What docs/proxies.md and docs/caching.md say of httpd's surroundings."""

import pytest

from client import APP, EVIL, readable

DENY = """
CORSAllowOrigin https://app.example.com
CORSDisallowedOrigin Deny
"""
FILES = {"htdocs/file": "a file"}


@pytest.mark.parametrize("name, host, origin, status", [
    # https:// and a Host without a port is the own origin behind a balancer
    ("localhost", "api.example.com", "https://api.example.com", 200),
    ("localhost", "api.example.com", "http://api.example.com", 200),
    ("localhost", "api.example.com:8443", "https://api.example.com:8443",
     403),
    ("https://localhost", "api.example.com:8443",
     "https://api.example.com:8443", 200),
    ("https://localhost", "api.example.com", "http://api.example.com", 403),
])
def test_own_origin_behind_a_terminator(httpd, name, host, origin, status):
    """What a forwarding header says changes nothing."""
    site = httpd(f"ServerName {name}\n{DENY}", files=FILES)
    for headers in ({}, {"X-Forwarded-Proto": "https",
                         "X-Forwarded-Host": host}):
        answer = site.ask("POST", "/file", host=host, origin=origin,
                          headers=headers)
        assert answer.status == status


def test_browsers_say_themselves_what_is_same_origin(httpd):
    site = httpd(DENY, files=FILES)
    for word, status in (("same-origin", 200), ("none", 200),
                         ("same-site", 403), ("cross-site", 403)):
        answer = site.ask("POST", "/file", origin=EVIL,
                          headers={"Sec-Fetch-Site": word})
        assert answer.status == status


@pytest.mark.parametrize("name, lines", [("localhost", 1),
                                         ("https://localhost", 0)])
def test_secure_cookies_behind_a_terminator(httpd, name, lines):
    """The cookie is set as ever; with the scheme in the server's name the
    log does not call it cleartext."""
    cookie = "a=1; SameSite=None; Secure; Partitioned"
    site = httpd(f"ServerName {name}\n"
                 "CORSAllowOrigin https://app.example.net\n"
                 f'Header always set Set-Cookie "{cookie}"',
                 modules=["headers"], files=FILES,
                 level="warn cors_cookies:info")
    answer = site.get("/file", "https://app.example.net",
                      headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.all("Set-Cookie") == [cookie]
    assert len([line for line in site.error_log()
                if "comes over http" in line]) == lines


@pytest.mark.parametrize("value", ["Deny", "StripCredentials"])
def test_websocket_handshake_of_another_origin(httpd, backend, value):
    site = httpd("<Location />\n"
                 f"ProxyPass http://127.0.0.1:{backend.port}/ "
                 "upgrade=websocket\n"
                 "CORSAllowOrigin https://app.example.com\n"
                 f"CORSDisallowedOrigin {value}\n</Location>",
                 modules=["proxy", "proxy_http"])
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade",
               "Cookie": "session=1"}
    assert site.get("/", EVIL, headers=upgrade).status == 403
    assert backend.requests() == []
    assert site.get("/", APP, headers=upgrade).status == 200
    assert len(backend.requests()) == 1


def test_a_proxied_request_sees_no_directory(httpd, backend):
    site = httpd("<Directory ${ROOT}/htdocs>\n"
                 "AllowOverride All\n"
                 "CORSAllowOrigin https://app.example.com\n</Directory>\n"
                 f"ProxyPass /api http://127.0.0.1:{backend.port}/",
                 modules=["proxy", "proxy_http"],
                 files={**FILES, "htdocs/api/.htaccess":
                        "CORSAllowOrigin https://app.example.com"})
    assert site.get("/file", APP).cors == readable()
    assert site.get("/api/file", APP).cors == {}


def test_force_no_vary_brings_the_fault_back(httpd):
    site = httpd("CORSAllowOrigin https://app.example.com\n"
                 "SetEnvIf Test yes force-no-vary",
                 modules=["setenvif"], files=FILES)
    assert site.get("/file", APP).vary == {"origin"}
    assert site.get("/file", APP, headers={"Test": "yes"}).vary == set()
