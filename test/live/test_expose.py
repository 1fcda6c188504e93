# SPDX-License-Identifier: Apache-2.0
"""Which Access-Control- fields are the module's own; what an application
says of the headers that scripts may read; and Content-Range, which httpd
writes later than all others."""

from urllib.parse import urlencode

import pytest

import installed
from client import APP, EVIL, readable
from php import PhpFpm

CONFIG = """
CORSAllowOrigin https://app.example.com
CORSAllowMethods PUT
<LocationMatch "/none/">
    CORSExposeHeaders none
</LocationMatch>
<LocationMatch "/named/">
    CORSExposeHeaders X-Named
</LocationMatch>
<LocationMatch "/all/">
    CORSExposeHeaders *
</LocationMatch>
<LocationMatch "/any/">
    CORSAllowOrigin *
    CORSAllowCredentials Off
</LocationMatch>
<LocationMatch "/headers/">
    Header set Access-Control-Expose-Headers X-Plain
    Header always set Access-Control-Expose-Headers X-Always
    Header set Access-Control-Allow-Private-Network true
    Header always set Access-Control-Anything else
</LocationMatch>
ScriptAliasMatch ^/cgi/ ${ROOT}/cgi/script
AliasMatch ^/php/ ${ROOT}/htdocs/script.php
AliasMatch ^/headers/ ${ROOT}/htdocs/file
AliasMatch ^/file/ ${ROOT}/htdocs/file
ProxyPassMatch ^/proxy/ http://127.0.0.1:${BACKEND}/
<FilesMatch "\\.php$">
    SetHandler "proxy:unix:${ROOT}/php-socket|fcgi://localhost/"
</FilesMatch>
"""

SAID = [("Access-Control-Expose-Headers", "X-One, X-Two"),
        ("Access-Control-Expose-Headers", "X-Three"),
        ("X-One", "1"),
        ("Access-Control-Allow-Private-Network", "true"),
        ("Access-Control-Allow-Other", "a"),
        ("Access-Control-Allow-Other", "b"),
        ("Access-Control-Allow-Originator", "c"),
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Allow-Credentials", "yes"),
        ("Access-Control-Allow-Methods", "BREW"),
        ("Access-Control-Allow-Headers", "X-Brew"),
        ("Access-Control-Max-Age", "5")]
CGI = "#!/bin/sh\ncat >/dev/null\n" + "".join(
    f"echo '{name}: {value}'\n" for name, value in SAID) + "echo\necho made\n"
PHP = "<?php " + "".join(
    f"header('{name}: {value}', false);" for name, value in SAID)
THEIRS = {"x-one", "x-two", "x-three"}
OTHERS = {"allow-private-network": ["true"], "allow-other": ["a", "b"],
          "allow-originator": ["c"]}
SOURCES = ["proxy", "cgi", "php"]


@pytest.fixture(scope="module")
def site(module_httpd, module_backend):
    started = module_httpd(
        CONFIG, define={"BACKEND": module_backend.port},
        modules=["alias", "cgi", "headers", "mime", "proxy", "proxy_http",
                 "proxy_fcgi"],
        files={"cgi/script": CGI, "htdocs/script.php": PHP,
               "htdocs/file": "a file of twenty-six bytes"})
    php = PhpFpm(started.folder)
    yield started
    php.stop()


def ask(site, source, place, origin, method="GET", **request):
    query = urlencode([("header", f"{name}: {value}")
                       for name, value in SAID])
    return site.ask(method, f"/{source}/{place}/?{query}", origin=origin,
                    **request)


def others(answer):
    """The Access-Control- fields that are not the module's, each field."""
    return {name: [part.strip() for value in
                   answer.all(f"Access-Control-{name}")
                   for part in value.split(",")] for name in OTHERS}


def own(answer):
    """Those that are, once each."""
    answer.headers = [(name, value) for name, value in answer.headers
                      if name.lower() not in {f"access-control-{other}"
                                              for other in OTHERS}]
    return answer.cors


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("origin", [APP, EVIL, None])
def test_other_fields_pass(site, source, origin):
    """For whoever asks: they are none of CORS's, or of another standard."""
    answer = ask(site, source, "unset", origin)
    assert (answer.status, others(answer)) == (200, OTHERS)
    answer = site.get("/headers/unset/", origin)
    assert answer.all("Access-Control-Allow-Private-Network") == ["true"]
    assert answer.all("Access-Control-Anything") == ["else"]


def test_other_fields_pass_on_preflights(site):
    """Those of mod_headers' always, as HSTS does."""
    answer = site.preflight("/headers/unset/")
    assert answer.all("Access-Control-Anything") == ["else"]
    assert answer.status == 204


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("place, origin, cors", [
    ("unset", APP, readable(expose_headers=THEIRS)),
    ("unset", EVIL, {}), ("unset", "http://api.example.com", {}),
    ("unset", None, {}),
    ("none", APP, readable()), ("none", EVIL, {}),
    ("named", APP, readable(expose_headers={"x-named"})),
    ("named", EVIL, {}),
    ("any", EVIL, {"allow-origin": "*", "expose-headers": THEIRS}),
])
def test_what_an_application_exposes(site, source, place, origin, cors):
    for method in ("GET", "POST"):
        answer = ask(site, source, place, origin, method, body=b"a=b"
                     if method == "POST" else b"")
        assert (answer.status, own(answer)) == (200, cors)


@pytest.mark.parametrize("source", SOURCES)
def test_all_is_what_the_answer_has(site, source):
    exposed = own(ask(site, source, "all", APP))["expose-headers"]
    assert "x-one" in exposed and "*" not in exposed
    assert not {"x-two", "x-three", "content-range"} & exposed
    assert not any(name.startswith("access-control-") for name in exposed)


def test_what_mod_headers_exposes(site):
    """In both of its tables; of the server's own configuration it is an
    application's word like any other."""
    answer = site.get("/headers/unset/", APP)
    assert own(answer)["expose-headers"] == {"x-plain", "x-always"}
    for place, names in (("none", None), ("named", {"x-named"})):
        answer = site.get(f"/headers/{place}/", APP)
        assert own(answer).get("expose-headers") == names
    assert own(site.get("/headers/unset/", EVIL)).get(
        "expose-headers") is None


def test_an_applications_star(site):
    """It is the browser that takes it for a name where there are
    credentials."""
    query = urlencode({"header": "Access-Control-Expose-Headers: *"})
    answer = site.get(f"/proxy/unset/?{query}", APP)
    assert answer.cors == readable(expose_headers={"*"})


# Content-Range

ONE, TWO, BEYOND = "bytes=2-5", "bytes=0-1,4-5", "bytes=100-"


@pytest.mark.parametrize("ranges, status", [(ONE, 206), (TWO, 206),
                                            (BEYOND, 416), ("x", 200)])
def test_content_range_is_named(site, ranges, status):
    """Wherever it was asked for: it comes when the names are written."""
    answer = site.get("/file/all/", APP, headers={"Range": ranges})
    assert answer.status == status
    exposed = answer.cors["expose-headers"]
    assert "content-range" in exposed
    if ranges == ONE:
        assert answer.one("Content-Range")
    answer = site.get("/file/all/", EVIL, headers={"Range": ranges})
    assert (answer.status, answer.cors) == (status, {})


def test_content_range_is_not_named_unasked(site):
    exposed = site.get("/file/all/", APP).cors["expose-headers"]
    assert "content-range" not in exposed and "accept-ranges" in exposed


def test_nothing_is_named_on_304(site):
    installed.needs_headers_of_304()
    answer = site.get("/file/all/", APP, headers={
        "If-None-Match": "*", "Range": ONE})
    assert (answer.status, answer.cors) == (304, readable())


def test_a_backends_content_range(site):
    query = urlencode([("status", "206"),
                       ("header", "Content-Range: bytes 0-3/9"),
                       ("body", "abcd")])
    answer = site.get(f"/proxy/all/?{query}", APP, headers={"Range": ONE})
    assert answer.status == 206
    assert "content-range" in answer.cors["expose-headers"]
