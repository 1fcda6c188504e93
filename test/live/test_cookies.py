# SPDX-License-Identifier: Apache-2.0
"""CORSCookieAttributes and CORSDisallowedOrigin on the cookies of every kind
of handler, on every status."""

import http.client
from urllib.parse import urlencode

import pytest

import harness
from client import APP, EVIL
from php import PhpFpm

CONFIG = """
CORSAllowOrigin https://app.example.com
CORSCookieAttributes SameSite=None Secure Partitioned
<Location /strip>
    CORSDisallowedOrigin StripCredentials
</Location>
<Location /report>
    CORSReportOnly On
</Location>
<Location /off>
    CORSCookieAttributes none
</Location>
<Location /only>
    CORSCookieAttributes HttpOnly only=b
    CORSCookieAttributes SameSite=Lax only=a,b
    CORSCookieAttributes HttpOnly only=__Host-*
</Location>
<Location /alone>
    CORSAllowOrigin none
</Location>
ProxyPassMatch ^/[a-z]+/proxy/ http://127.0.0.1:${BACKEND}/ \
responsefieldsize=100000
ScriptAliasMatch ^/[a-z]+/cgi/ ${ROOT}/cgi/script
AliasMatch ^/[a-z]+/file/(.*) ${ROOT}/answers/$1
AliasMatch ^/[a-z]+/php/ ${ROOT}/htdocs/script.php
<Directory ${ROOT}/answers>
    SetHandler send-as-is
</Directory>
<FilesMatch "\\.php$">
    SetHandler "proxy:unix:${ROOT}/php-socket|fcgi://localhost/"
</FilesMatch>
"""

ALL = "; SameSite=None; Secure; Partitioned"
HUGE = "a=" + "x" * 65536

# what a handler sends, and what leaves the scope
CASES = {
    "one": (["a=1"], ["a=1" + ALL]),
    "several": (["a=1", "b=2; Path=/", "a=3"],
                ["a=1" + ALL, "b=2; Path=/" + ALL, "a=3" + ALL]),
    "attributes": (["a=1; samesite=lax; Path=/; SECURE ; HttpOnly;x=y"],
                   ["a=1; Path=/; HttpOnly;x=y" + ALL]),
    "ready": (["a=1" + ALL], ["a=1" + ALL]),
    "malformed": (["a", "=1", "; Path=/", "b=2"],
                  ["a", "=1", "; Path=/", "b=2" + ALL]),
    "deleted": (["a=; Max-Age=0; Path=/"],
                ["a=; Max-Age=0; Path=/" + ALL,
                 "a=; Max-Age=0; Path=/; SameSite=None; Secure"]),
    "expired": (["a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"],
                ["a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT" + ALL,
                 "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
                 "; SameSite=None; Secure"]),
    "deleted-twice": (["a=; Max-Age=0" + ALL,
                       "a=; Max-Age=0; SameSite=None; Secure"],
                      ["a=; Max-Age=0" + ALL,
                       "a=; Max-Age=0; SameSite=None; Secure"]),
    "prefixed": (["__Host-a=1; Path=/; Secure"],
                 ["__Host-a=1; Path=/" + ALL]),
    "quoted": (['a="x, y=z"; Path="/"'], ['a="x, y=z"; Path="/"' + ALL]),
    "none": ([], []),
}
STATUSES = {200: "OK", 302: "Found", 401: "Unauthorized", 404: "Not Found",
            500: "Failed"}

CGI = """#!/bin/sh
cat >/dev/null
echo "Status: ${QUERY_STRING#*:} Any"
cat "$PLACE/cookies/${QUERY_STRING%:*}"
echo Content-Type: text/plain
echo
echo a script
"""
PHP = """<?php
list($name, $status) = explode(':', $_SERVER['QUERY_STRING']);
foreach (file($_SERVER['PLACE'] . '/cookies/' . $name,
              FILE_IGNORE_NEW_LINES) as $line)
    header($line, false);
http_response_code((int)$status);
echo 'from php';
"""


def lines(fields):
    return "".join(f"Set-Cookie: {field}\n" for field in fields)


FILES = {
    "cgi/script": CGI, "htdocs/script.php": PHP,
    **{f"cookies/{name}": lines(sent) for name, (sent, _) in CASES.items()},
    **{f"answers/{name}:{status}":
       f"Status: {status} {text}\nContent-Type: text/plain\n{lines(sent)}\n"
       "an answer\n" for status, text in STATUSES.items()
       for name, (sent, _) in CASES.items()},
}
SOURCES = ["proxy", "cgi", "file", "php"]


@pytest.fixture(scope="module", params=harness.MPMS)
def site(module_httpd, module_backend, request):
    started = module_httpd(
        "SetEnv PLACE ${ROOT}\n" + CONFIG, mpm=request.param, files=FILES,
        modules=["proxy", "proxy_http", "proxy_fcgi", "cgi", "alias", "asis",
                 "env", "mime"],
        define={"BACKEND": module_backend.port}, allow=["every site may then"])
    php = PhpFpm(started.folder)
    yield started
    php.stop()


def path(mode, source, name, status):
    if source == "proxy":
        pairs = [("status", status), *(("header", f"Set-Cookie: {field}")
                                       for field in CASES[name][0])]
        return f"/{mode}/proxy/?{urlencode(pairs)}"
    if source == "file":
        return f"/{mode}/file/{name}:{status}"
    return f"/{mode}/{source}/?{name}:{status}"


def cookies(site, mode, source, name, status, origin):
    answer = site.get(path(mode, source, name, status), origin)
    assert answer.status == status
    return answer.all("Set-Cookie")


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("source", SOURCES)
def test_every_cookie_of_every_answer(site, source, name, record_property):
    """Of answers to allowed requests and to the site's own; those of refused
    ones stay as they are, or go."""
    sent, made = CASES[name]
    expected = {
        ("serve", APP): made, ("serve", None): made,
        ("serve", "http://api.example.com"): made, ("serve", EVIL): sent,
        ("strip", APP): made, ("strip", None): made, ("strip", EVIL): [],
        ("report", APP): sent, ("report", EVIL): sent,
        ("off", APP): sent, ("off", EVIL): sent,
        ("alone", APP): made, ("alone", None): made, ("alone", EVIL): made,
    }
    wrong = {}
    # programs are slow to start: one status for most cookies
    statuses = STATUSES if source in ("proxy", "file") or name in (
        "several", "deleted") else [200]
    for status in statuses:
        for (mode, origin), fields in expected.items():
            got = cookies(site, mode, source, name, status, origin)
            if got != fields:
                wrong[mode, origin, status] = got
    record_property("cells", len(statuses) * len(expected))
    assert not wrong


@pytest.mark.parametrize("source", SOURCES)
def test_the_first_line_that_names_the_cookie(site, source):
    assert cookies(site, "only", source, "several", 200, APP) == [
        "a=1; SameSite=Lax", "b=2; Path=/; HttpOnly", "a=3; SameSite=Lax"]
    assert cookies(site, "only", source, "prefixed", 200, APP) == [
        "__Host-a=1; Path=/; Secure; HttpOnly"]


@pytest.mark.parametrize("fields", [
    [HUGE], [f"c{number}=1; Path=/" for number in range(300)]],
    ids=["64-kib", "300-cookies"])
def test_huge(site, monkeypatch, fields):
    """From a backend; CGI's headers end at 8 KiB."""
    monkeypatch.setattr(http.client, "_MAXLINE", 200000)
    monkeypatch.setattr(http.client, "_MAXHEADERS", 1000)
    body = lines(fields).encode()
    for mode, origin, expected in (
            ("serve", APP, [field + ALL for field in fields]),
            ("serve", EVIL, fields), ("strip", EVIL, [])):
        answer = site.ask("POST", f"/{mode}/proxy/?echo=1", origin=origin,
                          body=body)
        assert answer.all("Set-Cookie") == expected
