# SPDX-License-Identifier: Apache-2.0
"""A preflight is answered whatever guards the resource, and the request that
follows it is guarded as ever, with headers on the refusal."""

import base64
import hashlib

import pytest

import harness
from client import APP, EVIL, PREFLIGHT_VARY, permitted, readable

CONFIG = """
CORSAllowOrigin https://app.example.com
CORSAllowMethods PUT PROPFIND
RewriteEngine On
RewriteRule ^/server/moved https://www.example.com/there [R=301,L]
RewriteRule ^/server/gone - [G,L]
RewriteRule ^/server/forbidden - [F,L]
RewriteRule ^/server/.*/rewritten$ /open/file [PT,L]
Redirect 302 /server/redirect https://elsewhere.example/
RedirectMatch 410 ^/server/match

<Location /log-in>
    AuthType Basic
    AuthName private
    AuthUserFile users
    Require valid-user
</Location>
<Location /by-address>
    Require ip 192.0.2.1
</Location>
<Location /nobody>
    Require all denied
</Location>
<Location /old>
    Order Allow,Deny
    Deny from all
</Location>
<Location /limit>
    <Limit GET OPTIONS>
        Require all denied
    </Limit>
</Location>
<Location /limit-except>
    <LimitExcept POST>
        Require all denied
    </LimitExcept>
</Location>
<Location /methods>
    AllowMethods POST
</Location>
<Directory ${ROOT}/htdocs/negotiated>
    Options +MultiViews
    AddLanguage en .en
</Directory>
<Directory ${ROOT}/htdocs/rewritten>
    AllowOverride All
</Directory>
Alias /dav data/dav
<Location /dav>
    Dav On
</Location>
DavLockDB data/lock
<Location /server/other>
    CORSAllowOrigin https://other.example.com
</Location>
RewriteRule ^/server/other/moved https://www.example.com/there [R=301,L]
<Location /both>
    AuthType Basic
    AuthName private
    AuthUserFile users
    Require valid-user
    CORSDisallowedOrigin Deny
</Location>
"""

# a GET there ends like this, with this line in the error log
GUARDS = [
    ("/log-in/file", 401, None),
    ("/by-address/file", 403, "AH01630"),
    ("/nobody/file", 403, "AH01630"),
    ("/old/file", 403, "AH01797"),
    ("/limit/file", 403, "AH01630"),
    ("/limit-except/file", 403, "AH01630"),
    ("/methods/file", 405, "AH01623"),
    ("/negotiated/page", 406, "AH00690"),
    ("/rewritten/forbidden", 403, None),
    ("/rewritten/gone", 410, None),
    ("/rewritten/moved", 301, None),
    ("/server/moved", 301, None),
    ("/server/gone", 410, None),
    ("/server/forbidden", 403, None),
    ("/server/redirect", 302, None),
    ("/server/match", 410, None),
    ("/open/file", 200, None),
    ("/open/rewritten", 404, None),
    ("/nothing", 404, None),
]

FILES = {
    "htdocs/negotiated/page.html.en": "a page",
    "htdocs/rewritten/.htaccess": """
        RewriteEngine On
        RewriteRule ^forbidden - [F]
        RewriteRule ^gone - [G]
        RewriteRule ^moved /elsewhere [R=301,L]
        """,
    "users": "alice:{SHA}"
             + base64.b64encode(hashlib.sha1(b"secret").digest()).decode(),
}


@pytest.fixture(scope="module", params=harness.MPMS)
def site(module_httpd, request):
    names = ["open", "log-in", "by-address", "nobody", "old", "limit",
             "limit-except", "methods", "both"]
    server = module_httpd(
        CONFIG, mpm=request.param,
        modules=["auth_basic", "authn_core", "authn_file", "authz_user",
                 "authz_host", "access_compat", "allowmethods",
                 "negotiation", "mime", "rewrite", "alias", "dav", "dav_fs"],
        files={**FILES,
               **{f"htdocs/{name}/file": "a file" for name in names}})
    yield server


@pytest.mark.parametrize("path, status, line", GUARDS)
def test_preflight_passes_the_guard(site, path, status, line):
    for method in ("GET", "PUT"):
        answer = site.preflight(path, method=method,
                                headers={"Accept-Language": "xx"}.items())
        assert (answer.status, answer.body) == (204, b"")
        assert answer.cors == permitted(allow_methods={"PUT", "PROPFIND"})
        assert answer.vary == PREFLIGHT_VARY
        assert answer.one("WWW-Authenticate") is None
        assert answer.one("Location") is None


@pytest.mark.parametrize("path, status, line", GUARDS)
def test_the_guard_refuses_with_headers(site, path, status, line):
    if line:
        site.expect(line)
    answer = site.get(path, APP, headers={"Accept": "image/png"})
    assert answer.status == status
    assert answer.cors == readable()
    assert "origin" in answer.vary


def test_log_in(site):
    answer = site.get("/log-in/file", APP)
    assert answer.status == 401
    assert answer.one("WWW-Authenticate") == 'Basic realm="private"'
    alice = "Basic " + base64.b64encode(b"alice:secret").decode()
    answer = site.get("/log-in/file", APP, headers={"Authorization": alice})
    assert (answer.status, answer.body) == (200, b"a file")
    assert answer.cors == readable()
    assert answer.vary == {"origin"}


def test_wrong_password(site):
    site.expect("AH01617")
    answer = site.get("/log-in/file", APP, headers={
        "Authorization": "Basic " + base64.b64encode(b"alice:x").decode()})
    assert answer.status == 401
    assert answer.cors == readable()


def test_options_that_is_no_preflight_meets_the_guard(site):
    site.expect("AH01630")
    answer = site.ask("OPTIONS", "/nobody/file", origin=APP)
    assert answer.status == 403
    assert answer.cors == readable()
    assert site.ask("OPTIONS", "/log-in/file").status == 401


def test_preflight_of_another_origin_learns_nothing(site):
    for path, _status, _line in GUARDS:
        answer = site.preflight(path, EVIL)
        assert (answer.status, answer.body, answer.cors) == (403, b"", {})
        assert answer.vary == PREFLIGHT_VARY
        assert answer.one("WWW-Authenticate") is None


def test_server_level_redirect_is_judged_by_its_location(site):
    other = "https://other.example.com"
    answer = site.preflight("/server/other/moved", other)
    assert answer.status == 204
    assert answer.cors == permitted(other,
                                    allow_methods={"PUT", "PROPFIND"})
    assert site.preflight("/server/other/moved", APP).status == 403
    answer = site.get("/server/other/moved", other)
    assert (answer.status, answer.cors) == (301, readable(other))


def test_server_level_rewrite_of_the_path(site):
    answer = site.get("/server/any/rewritten", APP)
    assert (answer.status, answer.body) == (200, b"a file")
    assert answer.cors == readable()
    assert site.preflight("/server/any/rewritten").status == 204


def test_dav_options_reach_dav(site):
    site_dav = site.folder / "data" / "dav"
    site_dav.mkdir(exist_ok=True)
    for origin, headers in ((None, {}), (EVIL, {}), (APP, readable())):
        answer = site.ask("OPTIONS", "/dav/", origin=origin)
        assert answer.status == 200
        assert answer.all("DAV")
        assert "PROPFIND" in answer.one("Allow")
        assert answer.cors == headers
        assert answer.vary == {"origin"}


def test_dav_works_for_the_allowed_origin(site):
    folder = site.folder / "data" / "dav"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o777)
    for method in ("PROPFIND", "PUT"):
        answer = site.preflight("/dav/new", method=method)
        assert answer.status == 204
    answer = site.ask("PUT", "/dav/new", origin=APP, body=b"text")
    assert (answer.status, answer.cors) == (201, readable())
    answer = site.get("/dav/new", APP)
    assert (answer.body, answer.cors) == (b"text", readable())
    answer = site.ask("PROPFIND", "/dav/new", origin=APP,
                      headers={"Depth": "0"})
    assert (answer.status, answer.cors) == (207, readable())
    answer = site.ask("DELETE", "/dav/new", origin=APP)
    assert (answer.status, answer.cors) == (204, readable())


def test_deny_comes_before_the_log_in(site):
    answer = site.get("/both/file", EVIL)
    assert (answer.status, answer.cors) == (403, {})
    assert answer.one("WWW-Authenticate") is None
    assert site.get("/both/file", APP).status == 401
    assert site.preflight("/both/file").status == 204


def test_preflight_keeps_headers_of_always(httpd):
    server = httpd("""
        CORSAllowOrigin https://app.example.com
        Header always set Strict-Transport-Security max-age=63072000
        Header always set Access-Control-Allow-Origin "*"
        ErrorDocument 204 "nothing"
        ErrorDocument 403 "no"
        """, modules=["headers"])
    answer = server.preflight("/", method="GET")
    assert (answer.status, answer.body) == (204, b"")
    assert answer.cors == permitted()
    assert answer.one("Strict-Transport-Security") == "max-age=63072000"
    answer = server.preflight("/", EVIL)
    assert (answer.status, answer.cors) == (403, {})
    assert answer.one("Strict-Transport-Security") == "max-age=63072000"
    assert answer.body == b""
