# SPDX-License-Identifier: Apache-2.0
"""What reaches handlers and log-ins of a refused origin's credentials."""

import base64
import json

import pytest

import harness
from client import APP, EVIL, readable
from php import PhpFpm

CONFIG = """
CORSAllowOrigin https://app.example.com
<Location /strip>
    CORSDisallowedOrigin StripCredentials
</Location>
<Location /deny>
    CORSDisallowedOrigin Deny
</Location>
<Location /report>
    CORSDisallowedOrigin Deny
    CORSReportOnly On
</Location>
ProxyPassMatch ^/[a-z]+/proxy http://127.0.0.1:${BACKEND}
AliasMatch ^/[a-z]+/cgi ${ROOT}/cgi/script
AliasMatch ^/[a-z]+/php ${ROOT}/htdocs/script.php
AliasMatch ^/[a-z]+/basic ${ROOT}/cgi/script
<Directory ${ROOT}/cgi>
    Options +ExecCGI
    SetHandler cgi-script
    CGIPassAuth On
</Directory>
<FilesMatch "\\.php$">
    SetHandler "proxy:unix:${ROOT}/php-socket|fcgi://localhost/"
    CGIPassAuth On
</FilesMatch>
<LocationMatch "^/[a-z]+/basic">
    AuthType Basic
    AuthName private
    AuthUserFile users
    Require valid-user
</LocationMatch>
SetEnvIf Authorization (.+) COPY=$1
"""

CGI = """#!/bin/sh
cat >/dev/null
echo Set-Cookie: theirs=1
echo
echo "[\\"$HTTP_COOKIE\\", \\"$HTTP_AUTHORIZATION\\"]"
"""
PHP = """<?php
setcookie('theirs', '1');
echo json_encode([$_SERVER['HTTP_COOKIE'] ?? '',
                  $_SERVER['HTTP_AUTHORIZATION'] ?? '']);
"""
ALICE = "Basic " + base64.b64encode(b"alice:secret").decode()
WRONG = "Basic " + base64.b64encode(b"alice:wrong").decode()
SECRETS = {"Cookie": "sid=1; other=2", "Authorization": ALICE}
KEPT, GONE = ["sid=1; other=2", ALICE], ["", ""]


@pytest.fixture(scope="module", params=harness.MPMS)
def site(module_httpd, module_backend, request):
    started = module_httpd(
        CONFIG, mpm=request.param, define={"BACKEND": module_backend.port},
        modules=["proxy", "proxy_http", "proxy_fcgi", "cgi", "alias", "mime",
                 "auth_basic", "authn_core", "authn_file", "authz_user",
                 "setenvif"],
        files={"cgi/script": CGI, "htdocs/script.php": PHP,
               "users": "alice:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n"})
    php = PhpFpm(started.folder)
    yield started
    php.stop()


def seen(answer, backend):
    """[Cookie, Authorization] as the handler has had them."""
    asked = backend.requests()
    if asked:
        fields = dict(map(tuple, asked[-1]["headers"]))
        return [fields.get("Cookie", ""), fields.get("Authorization", "")]
    return json.loads(answer.body)


ROWS = [
    ("serve", APP, KEPT), ("serve", EVIL, KEPT), ("serve", None, KEPT),
    ("strip", APP, KEPT), ("strip", None, KEPT), ("strip", EVIL, GONE),
    ("strip", "null", GONE), ("strip", "http://api.example.com", KEPT),
    ("strip", "http://api.example.com:81", GONE),
    ("strip", "https://APP.example.com", GONE), ("strip", "", GONE),
    ("strip", f"{APP}, {APP}", GONE),
    ("deny", APP, KEPT), ("deny", None, KEPT),
    ("report", APP, KEPT), ("report", EVIL, KEPT),
]


@pytest.mark.parametrize("mode, origin, expected", ROWS)
@pytest.mark.parametrize("source", ["proxy", "cgi", "php"])
def test_what_a_handler_sees(site, backend, source, mode, origin, expected):
    path = f"/{mode}/{source}?header=Set-Cookie:%20theirs=1"
    answer = site.ask("POST", path, origin=origin, headers=SECRETS,
                      body=b"a=b")
    assert answer.status == 200
    if source != "proxy":
        assert backend.requests() == []
    assert seen(answer, backend) == expected
    assert bool(answer.all("Set-Cookie")) == (expected == KEPT)


@pytest.mark.parametrize("source", ["proxy", "cgi", "php", "basic"])
@pytest.mark.parametrize("origin", [EVIL, "null", "", f"{APP}, {APP}",
                                    "http://api.example.com:81"])
def test_denied_before_anybody_looks(site, backend, source, origin):
    """Not even at the password: a wrong one would be logged."""
    for authorization in (ALICE, WRONG):
        answer = site.ask("POST", f"/deny/{source}", origin=origin,
                          headers={"Authorization": authorization},
                          body=b"a=b")
        assert (answer.status, answer.cors) == (403, {})
        assert answer.one("WWW-Authenticate") is None
    assert backend.requests() == []


@pytest.mark.parametrize("mode, origin, status", [
    ("serve", APP, 200), ("serve", EVIL, 200), ("strip", APP, 200),
    ("strip", None, 200), ("strip", EVIL, 401), ("strip", "null", 401),
    ("deny", APP, 200), ("report", EVIL, 200)])
def test_log_in(site, mode, origin, status):
    answer = site.get(f"/{mode}/basic", origin, headers=SECRETS)
    assert answer.status == status
    if status == 200:
        assert json.loads(answer.body) == KEPT
    else:
        assert answer.all("Set-Cookie") == []
    assert answer.cors == (
        readable() if origin == APP and mode != "report" else {})
