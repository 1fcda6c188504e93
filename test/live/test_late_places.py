# SPDX-License-Identifier: Apache-2.0
"""StripCredentials in a place that mod_dir or mod_negotiation brings in when
other modules have looked at the request already; and what the server itself
puts into a request, which is not a stranger's."""

import base64

import pytest

from client import APP, EVIL

CONFIG = """
CORSAllowOrigin https://app.example.com
<Directory ${ROOT}/htdocs>
    Options +ExecCGI +MultiViews +FollowSymLinks
    AllowOverride All
    AddHandler cgi-script .cgi
    CGIPassAuth On
    DirectoryIndex index.cgi
    MultiViewsMatch Any
    FallbackResource /app/index.cgi
    Session On
    SessionEnv On
    SessionCookieName session path=/
    <Files index.cgi>
        CORSDisallowedOrigin StripCredentials
    </Files>
</Directory>
<Directory ${ROOT}/htdocs/copied>
    FallbackResource /copied/index.cgi
    RewriteEngine On
    RewriteRule ^ - [E=HTTP_COOKIE:%{HTTP:Cookie}]
    RewriteRule ^ - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]
</Directory>
<Directory ${ROOT}/htdocs/given>
    FallbackResource /given/index.cgi
    RequestHeader set Authorization "Basic c2VydmVyOg=="
    RequestHeader append Cookie server=1
</Directory>
"""
SCRIPT = """#!/bin/sh
echo Content-Type: text/plain
echo Set-Cookie: script=1
echo
echo "$HTTP_COOKIE|$HTTP_AUTHORIZATION|$HTTP_SESSION"
"""
ALICE = "Basic " + base64.b64encode(b"alice:secret").decode()
SECRETS = {"Cookie": "session=user=alice", "Authorization": ALICE}

# by DirectoryIndex, MultiViews and FallbackResource
WAYS = ["index.cgi", "", "index", "nothing"]


@pytest.fixture(scope="module")
def site(module_httpd):
    return module_httpd(
        CONFIG, modules=["cgi", "dir", "headers", "mime", "negotiation",
                         "request", "rewrite", "session", "session_cookie"],
        files={f"htdocs/{folder}/index.cgi": SCRIPT
               for folder in ("app", "copied", "given")})


def seen(answer):
    """(Cookie, Authorization, session) as the program has had them."""
    assert answer.status == 200
    return tuple(answer.body.decode().rstrip("\n").split("|"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("folder", ["app", "copied"])
def test_nothing_of_a_stranger_is_left(site, folder, way):
    answer = site.get(f"/{folder}/{way}", EVIL, headers=SECRETS)
    assert seen(answer) == ("", "", "")
    assert answer.all("Set-Cookie") == []
    for origin in (APP, None, "http://api.example.com"):
        answer = site.get(f"/{folder}/{way}", origin, headers=SECRETS)
        assert seen(answer) == (SECRETS["Cookie"], ALICE, "user=alice")


@pytest.mark.parametrize("way", WAYS)
def test_what_the_server_adds_stays(site, way):
    answer = site.get(f"/given/{way}", EVIL, headers=SECRETS)
    assert seen(answer)[:2] == ("server=1", "Basic c2VydmVyOg==")
    assert site.get(f"/given/{way}", EVIL).body == answer.body


# a log-in of the server's own for its backend

BACKEND = """
CORSAllowOrigin https://app.example.com
CORSDisallowedOrigin StripCredentials
ProxyPass / http://127.0.0.1:${BACKEND}/
<Location /server>
    RequestHeader set Authorization "Basic c2VydmVyOg=="
</Location>
<Location /added>
    RequestHeader append Cookie server=1
    RequestHeader merge X-Forwarded-Cookie "%{HTTP_COOKIE}e" env=HTTP_COOKIE
</Location>
<Location /edited>
    RequestHeader edit Authorization "^Basic" "Copied"
    RequestHeader set X-Copy "expr=%{HTTP:Authorization}%{HTTP:Cookie}"
</Location>
<Location /fake>
    AuthBasicFake server password
</Location>
"""
FAKE = "Basic " + base64.b64encode(b"server:password").decode()


@pytest.fixture(scope="module")
def proxy(module_httpd, module_backend):
    return module_httpd(
        BACKEND, modules=["auth_basic", "authn_core", "headers", "proxy",
                          "proxy_http"],
        define={"BACKEND": module_backend.port})


@pytest.mark.parametrize("path, added", [
    ("/plain", {}),
    ("/server", {"Authorization": "Basic c2VydmVyOg=="}),
    ("/added", {"Cookie": "server=1"}),
    ("/edited", {}),
    ("/fake", {"Authorization": FAKE})])
@pytest.mark.parametrize("headers", [SECRETS, {}], ids=["secrets", "none"])
def test_what_a_backend_gets(proxy, backend, path, added, headers):
    answer = proxy.ask("POST", path, origin=EVIL, headers=headers,
                       body=b"a=b")
    assert answer.status == 200
    request, = backend.requests()
    fields = dict(map(tuple, request["headers"]))
    assert {name: fields[name] for name in ("Cookie", "Authorization")
            if name in fields} == added
    assert ALICE not in str(fields) and "alice" not in str(fields)
