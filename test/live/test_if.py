# SPDX-License-Identifier: Apache-2.0
"""What an <If> reads of a request stands in the answer's Vary: httpd writes
it there before there is an answer, and a backend's headers replace it. A
cache would hand one branch's answer to another branch's reader."""

import itertools
from urllib.parse import urlencode

import pytest

from client import APP, EVIL, PREFLIGHT_VARY, readable
from harness import wait_for
from installed import is_trunk, needs_headers_of_304
from php import PhpFpm

BRANCHES = """
<If "%{HTTP:Origin} == 'https://app.example.com'">
    CORSAllowOrigin https://app.example.com
</If>
<Else>
    CORSAllowOrigin *
    CORSAllowCredentials Off
</Else>
"""
CONFIG = """
<Location /static>
    ErrorDocument 404 /static/missing.html
</Location>
<Location /denied>
    Require method POST
</Location>
<Location /backend>
    ProxyPass http://127.0.0.1:${BACKEND}
""" + BRANCHES + """
</Location>
<Location /tenant>
    ProxyPass http://127.0.0.1:${BACKEND}
    <If "req('X-Tenant') == 'a'">
        CORSAllowOrigin https://app.example.com
    </If>
    <Else>
        CORSAllowOrigin *
        CORSAllowCredentials Off
    </Else>
</Location>
<Location /silent>
    ProxyPass http://127.0.0.1:${BACKEND}
    <If "req_novary('Origin') == 'https://app.example.com'">
        CORSAllowOrigin https://app.example.com
    </If>
    <Else>
        CORSAllowOrigin *
        CORSAllowCredentials Off
    </Else>
</Location>
<Location /untouched>
    ProxyPass http://127.0.0.1:${BACKEND}
    <If "%{HTTP:Origin} == 'https://app.example.com'">
        CORSAllowOrigin https://app.example.com
    </If>
</Location>
<LocationMatch "^/(static|script|php|canned|denied)">
""" + BRANCHES + """
</LocationMatch>
ScriptAlias /script ${ROOT}/cgi/script
<FilesMatch "\\.php$">
    SetHandler "proxy:unix:${ROOT}/php-socket|fcgi://localhost/"
</FilesMatch>
"""
SCRIPT = "#!/bin/sh\necho Vary: Accept\necho\necho a script\n"
PHP = "<?php header('Vary: Accept'); echo 'from php';"
ANYBODY = {"allow-origin": "*"}


@pytest.fixture(scope="module")
def site(module_httpd, module_backend):
    started = module_httpd(
        CONFIG, define={"BACKEND": module_backend.port},
        modules=["alias", "cgi", "mime", "proxy", "proxy_http",
                 "proxy_fcgi"],
        files={"cgi/script": SCRIPT, "htdocs/php/script.php": PHP,
               "htdocs/static/file": "a file",
               "htdocs/static/missing.html": "missing"})
    php = PhpFpm(started.folder)
    yield started
    php.stop()


@pytest.mark.parametrize("origin, cors", [
    (APP, readable()), (EVIL, ANYBODY), ("null", ANYBODY), (None, ANYBODY)])
@pytest.mark.parametrize("path, status, vary", [
    ("/backend/?", 200, ()),
    ("/backend/?header=Vary:%20Accept", 200, ("accept",)),
    ("/backend/?header=Vary:%20origin", 200, ()),
    ("/backend/?header=Vary:%20Accept&header=Vary:%20Origin", 200,
     ("accept",)),
    ("/backend/?status=404", 404, ()),
    ("/backend/?status=302&header=Location:%20/there", 302, ()),
    ("/backend/?status=304", 304, ()),
    ("/static/file", 200, ()),
    ("/static/nothing", 404, ()),
    ("/canned/nothing", 404, ()),
    ("/denied/nothing", 403, ()),
    ("/script", 200, ("accept",)),
    ("/php/script.php", 200, ("accept",)),
])
def test_what_was_read_is_named(site, path, status, vary, origin, cors):
    if status == 403:
        site.expect("AH01630")
    if status == 304:
        needs_headers_of_304()
    answer = site.get(path, origin)
    assert (answer.status, answer.cors) == (status, cors)
    assert answer.vary == {"origin", *vary}


def test_vary_of_everything_stays_alone(site):
    assert site.get("/backend/?header=Vary:%20*", EVIL).all("Vary") == ["*"]


@pytest.mark.parametrize("origin", [APP, EVIL])
@pytest.mark.parametrize("path", ["/backend/", "/static/file"])
def test_preflights(site, path, origin):
    """Answered here, with nothing of a backend's."""
    assert site.preflight(path, origin).vary == PREFLIGHT_VARY


def test_another_header_is_named_as_well(site):
    answer = site.get("/tenant/", APP, headers={"X-Tenant": "a"})
    assert answer.cors == readable()
    assert answer.vary == {"x-tenant", "origin"}
    answer = site.get("/tenant/", APP)
    assert (answer.cors, answer.vary) == (ANYBODY, {"x-tenant"})


def test_what_is_to_stay_unnamed(site):
    """httpd has a function that does not vary."""
    assert site.get("/silent/", EVIL).vary == set()


def test_a_place_without_policy_is_left_alone(site):
    """To the byte: it is httpd's own loss, with or without this module."""
    answer = site.get("/untouched/", EVIL)
    assert (answer.cors, answer.vary) == ({}, set())


# in front of a cache

CACHED = """
CacheQuickHandler ${QUICK}
CacheEnable disk /
CacheRoot ${ROOT}/data/cache
CacheHeader On
ProxyPass / http://127.0.0.1:${BACKEND}/
"""
STORED = [("header", "Cache-Control: public, max-age=600"),
          ("header", "Expires: Fri, 01 Jan 2100 00:00:00 GMT")]  # for trunk


@pytest.mark.parametrize("quick", ["On", "Off"])
def test_no_branch_gets_the_answer_of_another(httpd, module_backend, quick):
    site = httpd(CACHED + BRANCHES, modules=[
        "cache", "cache_disk", "proxy", "proxy_http"],
        define={"BACKEND": module_backend.port, "QUICK": quick},
        # trunk has sent an answer before it has stored the whole of it
        allow=["AH00708: Cannot open data file"] if is_trunk() else [])
    folder = site.folder / "data" / "cache"
    folder.mkdir()
    folder.chmod(0o777)
    for order in itertools.permutations([APP, EVIL, None]):
        number = "".join(str(len(origin or "")) for origin in order)
        path = f"/{number}?{urlencode(STORED)}"

        def is_hit(origin):
            answer = site.get(path, origin)
            assert answer.status == 200
            assert answer.cors == (readable() if origin == APP else ANYBODY)
            return answer.one("X-Cache").startswith("HIT ")

        assert not any(is_hit(origin) for origin in order)
        for origin in order:
            wait_for(lambda: is_hit(origin), "it is stored")
