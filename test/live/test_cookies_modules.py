# SPDX-License-Identifier: Apache-2.0
"""CORSCookieAttributes and CORSDisallowedOrigin on the cookies that httpd's
own modules set, and on those of ErrorDocuments."""

import base64
import hashlib

import pytest

import harness
import installed
from client import APP, EVIL

CONFIG = """
CORSAllowOrigin https://app.example.com
CORSCookieAttributes SameSite=None Secure Partitioned
<Location /strip>
    CORSDisallowedOrigin StripCredentials
</Location>
<Location /deny>
    CORSDisallowedOrigin Deny
</Location>
<Location /report>
    CORSReportOnly On
</Location>
<Location /errors>
    CORSAllowOrigin https://errors.example.com
    CORSCookieAttributes HttpOnly
</Location>
<LocationMatch "^/[a-z]+/tracked">
    CookieTracking On
    CookieName tracked
</LocationMatch>
<LocationMatch "^/[a-z]+/session">
    Session On
    SessionCookieName session path=/
    SessionMaxAge 600
</LocationMatch>
<LocationMatch "^/[a-z]+/headers">
    Header always add Set-Cookie "always=1; SameSite=Lax"
    Header onsuccess add Set-Cookie onsuccess=1
</LocationMatch>
<LocationMatch "^/[a-z]+/[a-z]+/away">
    Redirect 302 https://www.example.com/
</LocationMatch>
<LocationMatch "^/[a-z]+/[a-z]+/private">
    AuthType Basic
    AuthName private
    AuthUserFile users
    Require valid-user
</LocationMatch>
<LocationMatch "^/[a-z]+/[a-z]+/denied">
    Require all denied
</LocationMatch>
<LocationMatch "^/[a-z]+/[a-z]+/(doc|private-doc)">
    ErrorDocument 404 /errors/file
    ErrorDocument 401 /errors/file
</LocationMatch>
<LocationMatch "^/[a-z]+/[a-z]+/private-doc">
    AuthType Basic
    AuthName private
    AuthUserFile users
    Require valid-user
</LocationMatch>
<LocationMatch "^/errors">
    Header always add Set-Cookie document=1
</LocationMatch>
AliasMatch ^/[a-z]+/[a-z]+/failed ${ROOT}/cgi/failed
<Directory ${ROOT}/cgi>
    Options +ExecCGI
    SetHandler cgi-script
</Directory>
RewriteEngine On
RewriteRule ^/[a-z]+/rewritten/file$ - [CO=rewritten:1:example.com]
"""

MODES = ["serve", "strip", "deny", "report"]
SOURCES = {"tracked": "tracked=", "session": "session=",
           "headers": "always="}
FILES = {
    **{f"htdocs/{mode}/{source}/file": "a file"
       for mode in MODES for source in [*SOURCES, "rewritten"]},
    "htdocs/errors/file": "missing",
    "cgi/failed": "#!/bin/sh\ncat >/dev/null\necho 'Status: 500 Failed'\n"
                  "echo 'Set-Cookie: cgi=1'\necho\necho failed\n",
    "users": "alice:{SHA}" + base64.b64encode(
        hashlib.sha1(b"secret").digest()).decode() + "\n",
}
PATHS = {"file": 200, "away": 302, "private": 401, "denied": 403,
         "missing": 404, "failed": 500, "doc": 404, "private-doc": 401}
ALL = ["SameSite=None", "Secure", "Partitioned"]


@pytest.fixture(scope="module", params=harness.MPMS)
def site(module_httpd, request):
    return module_httpd(
        CONFIG, mpm=request.param, files=FILES, modules=[
            "usertrack", "session", "session_cookie", "headers", "alias",
            "auth_basic", "authn_core", "authn_file", "authz_user", "cgi",
            "rewrite"],
        allow=["every site may then", "AH01630"])


def cookies(site, mode, source, name, origin):
    answer = site.get(f"/{mode}/{source}/{name}", origin)
    # a redirect of the server's comes before the place that denies
    refused = mode == "deny" and origin == EVIL and name != "away"
    assert answer.status == (403 if refused else PATHS[name])
    return answer.all("Set-Cookie")


def has_all(cookie):
    return cookie.split("; ")[-3:] == ALL


@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize("source", SOURCES)
def test_cookies_of_modules(site, source, name):
    """Wherever the module sets its cookie, it gets the attributes."""
    for mode in MODES:
        for origin in (APP, None, EVIL):
            got = cookies(site, mode, source, name, origin)
            ours = [cookie for cookie in got
                    if cookie.startswith(SOURCES[source])]
            if origin == EVIL and mode == "strip":
                assert got == []
            elif source == "headers" and not name.endswith("doc"):
                assert len(ours) == 1   # whatever the status
            if mode == "report" or origin == EVIL:
                assert not any("Partitioned" in cookie for cookie in got)
            else:
                assert all(has_all(cookie) for cookie in got)
            for cookie in ours:
                assert cookie.count("SameSite") <= 1


@pytest.mark.parametrize("source", [*SOURCES, "rewritten"])
def test_the_module_sets_its_cookie(site, source):
    """What the test above would not notice."""
    if source == "session":
        installed.needs("2.4.38", "sends a session's cookie twice")
    assert len(cookies(site, "serve", source, "file", APP)) == (
        2 if source == "headers" else 1)
    assert len(cookies(site, "serve", source, "file", EVIL)) == (
        2 if source == "headers" else 1)
    assert cookies(site, "strip", source, "file", EVIL) == []


def test_both_tables(site):
    """`Header always` and `Header onsuccess` write into different ones."""
    assert sorted(cookies(site, "serve", "headers", "file", APP)) == [
        "always=1; SameSite=None; Secure; Partitioned",
        "onsuccess=1; SameSite=None; Secure; Partitioned"]
    assert cookies(site, "serve", "headers", "missing", APP) == [
        "always=1; SameSite=None; Secure; Partitioned"]


def test_error_document(site):
    """The rules are those of the request that failed, for its document's
    cookies too."""
    for name in ("doc", "private-doc"):
        assert cookies(site, "serve", "headers", name, APP) == [
            "document=1; SameSite=None; Secure; Partitioned"]
        assert cookies(site, "serve", "headers", name, EVIL) == [
            "document=1"]
        assert cookies(site, "strip", "headers", name, EVIL) == []
    answer = site.get("/errors/file", "https://errors.example.com")
    assert answer.all("Set-Cookie") == ["document=1; HttpOnly"]


def test_preflights_set_none(site):
    for mode in ("serve", "strip", "deny"):
        for source in SOURCES:
            for name in PATHS:
                for origin, status in ((APP, 204), (EVIL, 403)):
                    answer = site.preflight(f"/{mode}/{source}/{name}",
                                            origin, method="GET")
                    assert answer.status == status
                    assert answer.all("Set-Cookie") == []
