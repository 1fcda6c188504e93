# SPDX-License-Identifier: Apache-2.0
"""What is left of a request, and of its answer, where its origin is not
allowed."""

import base64

import pytest

from client import APP, EVIL, readable

LOG_IN = "Basic " + base64.b64encode(b"user:secret").decode()

CONFIG = """
CORSAllowOrigin https://app.example.com
ScriptAlias /script ${ROOT}/cgi/script
ScriptAlias /strip ${ROOT}/cgi/script
<Directory ${ROOT}/cgi>
    Options ExecCGI
    CGIPassAuth On
</Directory>
<Location />
    Header always add Set-Cookie always=1
    Header add Set-Cookie added=1
</Location>
<Location /script>
    CORSAllowAnonymous On
    CORSCookieAttributes HttpOnly
</Location>
<Location /strip>
    CORSDisallowedOrigin StripCredentials
</Location>
<Directory ${ROOT}/htdocs/members>
    Options ExecCGI FollowSymLinks
    AddHandler cgi-script .cgi
    DirectoryIndex index.cgi
    CGIPassAuth On
    AuthType Basic
    AuthName members
    AuthBasicProvider file
    AuthUserFile ${ROOT}/users
    Require valid-user
    RewriteEngine On
    RewriteRule ^redirected$ /strip [L]
    <Files index.cgi>
        CORSDisallowedOrigin StripCredentials
    </Files>
</Directory>
"""

SCRIPT = """#!/bin/sh
echo "Content-Type: text/plain"
echo "Set-Cookie: script=1"
echo
echo "$REMOTE_USER$REDIRECT_REMOTE_USER $HTTP_COOKIE $HTTP_AUTHORIZATION"
"""


@pytest.fixture(scope="module")
def site(module_httpd):
    return module_httpd(
        CONFIG, modules=["headers", "alias", "cgi", "dir", "mime",
                         "auth_basic", "authn_core", "authn_file",
                         "authz_user", "rewrite"],
        files={"cgi/script": SCRIPT, "htdocs/members/index.cgi": SCRIPT,
               "users": "user:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n"})


PLAIN = {"script=1", "always=1", "added=1"}
GIVEN = {f"{cookie}; HttpOnly" for cookie in PLAIN}


@pytest.mark.parametrize("headers, result, cookies", [
    ({"Origin": APP}, "allowed", GIVEN),
    ({"Origin": APP, "Cookie": "a=1"}, "allowed", GIVEN),
    ({"Origin": "http://api.example.com"}, "same-origin", GIVEN),
    ({}, None, GIVEN),
    # it may read, but is no allowed origin
    ({"Origin": EVIL}, "anonymous", PLAIN),
    ({"Origin": "null"}, "anonymous", PLAIN),
    ({"Origin": EVIL, "Authorization": "Bearer x"}, "anonymous", PLAIN),
    ({"Origin": EVIL, "Cookie": "a=1"}, "disallowed", PLAIN)])
def test_cookies_of_strangers_stay_as_they_were(site, headers, result,
                                                cookies):
    answer = site.get("/script", headers=headers)
    assert site.variables(answer)[0] == result
    assert set(answer.all("Set-Cookie")) == cookies


def test_stripped_in_both_directions(site):
    secrets = {"Cookie": "sid=1", "Authorization": LOG_IN}
    answer = site.get("/strip", EVIL, headers=secrets)
    assert (answer.status, answer.body.split()) == (200, [])
    assert (answer.all("Set-Cookie"), answer.cors) == ([], {})
    answer = site.get("/strip", APP, headers=secrets)
    assert answer.body == f" sid=1 {LOG_IN}\n".encode()
    assert (set(answer.all("Set-Cookie")), answer.cors) == (PLAIN, readable())
    assert site.get("/strip", headers=secrets).body == answer.body


@pytest.mark.parametrize("path", ["/members/", "/members/redirected"])
def test_nobody_is_logged_in_before_a_place_strips(site, path):
    """mod_dir, and an internal redirect, lead to the place when the log-in
    has happened."""
    secrets = {"Cookie": "sid=1", "Authorization": LOG_IN}
    answer = site.get(path, APP, headers=secrets)
    assert answer.body == f"user sid=1 {LOG_IN}\n".encode()
    answer = site.get(path, EVIL, headers=secrets)
    assert (answer.status, answer.cors) == (403, {})
    assert answer.all("Set-Cookie") == []
    assert site.get(path, EVIL).status == 401
