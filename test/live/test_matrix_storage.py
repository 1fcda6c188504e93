# SPDX-License-Identifier: Apache-2.0
"""The matrix: what is stored, by mod_dav and by mod_cache."""

import itertools
from urllib.parse import urlencode

import pytest

import harness
import installed
import matrix
from client import Connection
from matrix import EARLY, PLACES, Producer

CONFIG = """
Alias /dav ${ROOT}/data/dav
<Directory ${ROOT}/data>
    AllowOverride All
    Dav On
</Directory>
Alias /small ${ROOT}/data/dav
<Location /small>
    LimitRequestBody 10
</Location>
CacheQuickHandler ${QUICK}
CacheEnable disk /disk
CacheEnable disk /api
CacheEnable socache /socache
CacheHeader On
CacheDefaultExpire 3600
CacheIgnoreNoLastMod On
CacheStorePrivate On
CacheStoreNoStore On
<Directory ${ROOT}/htdocs>
    Options +MultiViews +ExecCGI
    AddLanguage en .en
    AddLanguage de .de
    AddHandler cgi-script .sh
</Directory>
<LocationMatch "^/(disk|socache)/deflate">
    SetOutputFilter DEFLATE
</LocationMatch>
<LocationMatch "^/(disk|socache)/file">
    Header set Cache-Control max-age=600
</LocationMatch>
ProxyPass /api/ http://127.0.0.1:${BACKEND}/
"""

EVERYWHERE = """
CacheRoot ${ROOT}/data/cache
CacheSocache shmcb
DavLockDB ${ROOT}/data/lock
"""

CGI = """#!/bin/sh
cat >/dev/null
echo 'Access-Control-Allow-Origin: *'
echo 'Access-Control-Allow-Credentials: true'
echo 'Cache-Control: max-age=600'
echo 'Content-Type: text/plain'
echo
echo a script
"""

FILES = {f"{cache}/{name}": text for cache in ("disk", "socache")
         for name, text in {
             "file": "a file", "page.html.en": "english",
             "page.html.de": "deutsch", "deflate.txt": "a line\n" * 200,
             "script.sh": CGI}.items()}

LOCK = b"""<?xml version="1.0"?><D:lockinfo xmlns:D="DAV:"><D:lockscope>
<D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>"""
TWICE = ("GET", "GET", "HEAD", "preflight", "refused", "OPTIONS", "POST",
         "GET")
STORED = [("header", "Access-Control-Allow-Origin: *"),
          ("header", "Access-Control-Allow-Credentials: true"),
          ("header", "Cache-Control: max-age=600"),
          ("header", "Set-Cookie: a=b"),
          ("header", "Vary: Accept, Origin")]


SINCE = {"disk": ("2.4.0", ""),
         "socache": ("2.4.39", "crashes in mod_cache_socache")}


def cached(cache):
    """Every row is asked again and again, for one answer of the handler."""
    def row(name, path, status=200, **more):
        return Producer(f"{cache}, {name}", f"/{cache}/{path}", status,
                        since=SINCE[cache], **{"requests": TWICE, **more})

    return [
        row("file", "file", body=b"a file"),
        row("script", "script.sh", body=b"a script\n"),
        row("304", "file", 304, post=200, options=200,
            headers={"If-Modified-Since": matrix.LATER}),
        row("negotiated", "page", body=b"deutsch",
            headers={"Accept-Language": "de"},
            vary=("negotiate", "accept-language"),
            vary_by={method: ("accept-language",)
                     for method in ("POST", "OPTIONS")}),
        row("deflated", "deflate.txt", headers={"Accept-Encoding": "gzip"},
            vary=("accept-encoding",), vary_by={"OPTIONS": ()}),
        row("missing", "missing", 404, options=200),
    ]


def proxied(name, status=200, of=200, **more):
    pairs = [("status", of), *STORED]
    return Producer(f"cache and proxy, {name}", f"/api/x?{urlencode(pairs)}",
                    status, places=EARLY, requests=TWICE, vary=("accept",),
                    by_origin=True, **more)


PRODUCERS = [
    Producer("mod_dav", "/dav/", 404, options=200, offers=("DAV", "Allow")),
    Producer("mod_dav, a file", "/dav/file-{cell}", body=b"a=b",
             requests=("PUT", "GET", "PROPFIND", "DELETE"),
             statuses={"PUT": 201, "PROPFIND": 207, "DELETE": 204},
             headers={"Depth": "0"}, with_body=("PUT",)),
    Producer("mod_dav, nothing there", "/dav/none", 404,
             requests=("DELETE", "PROPFIND")),
    Producer("mod_dav, LOCK", "/dav/lock-{cell}", 200, requests=("LOCK",),
             with_body=("LOCK",), request_body=LOCK),
    Producer("mod_dav, MKCOL", "/dav/folder-{cell}", 201,
             requests=("MKCOL",)),
    # denied, it gets a 413 of httpd's all the same, when the body is read
    Producer("413", "/small/put-{cell}", 413, requests=("PUT",),
             places=tuple(place for place in PLACES if place != "deny"),
             with_body=("PUT",), request_body=b"x" * 11,
             log="No space left on device" if installed.is_trunk()
             else "-102"),
    *cached("disk"), *cached("socache"),
    proxied("200", body=b"from the backend", cookie=True),
    proxied("301", 301, 301), proxied("404", 404, 404),
]

MODULES = ["dav", "dav_fs", "cache", "cache_disk", "cache_socache",
           "socache_shmcb", "alias", "mime", "negotiation", "filter",
           "deflate", "proxy", "proxy_http", "cgi", "headers"]


@pytest.fixture(scope="module", params=[
    (mpm, quick) for mpm in harness.MPMS for quick in ("On", "Off")],
    ids=lambda pair: f"{pair[0]}-quick-{pair[1]}")
def server(module_httpd, module_backend, request):
    mpm, quick = request.param
    started = module_httpd(
        matrix.config(CONFIG, EVERYWHERE), mpm=mpm, modules=MODULES,
        files={**matrix.files(FILES), "data/.policy": matrix.POLICY},
        define={"BACKEND": module_backend.port, "QUICK": quick})
    for name in ("dav", "cache"):
        folder = started.folder / "data" / name
        folder.mkdir()
        folder.chmod(0o777)
    matrix.age(started)
    return started, quick == "On"


@pytest.mark.parametrize("producer", PRODUCERS, ids=matrix.names(PRODUCERS))
def test_cells(server, backend, producer, record_property):
    started, quick = server
    matrix.run(started, producer, record_property, quick=quick)
    # mod_cache_disk's words, at some GETs of what a POST has removed
    if any("AH00717" in line
           for line in started.error_log()[started.seen:]):
        started.expect("AH00717")


@pytest.mark.parametrize("cache", ["disk", "socache"])
def test_nobody_gets_the_answer_of_another(server, cache, record_property):
    """Whoever asks first: twice each, in every order."""
    installed.needs(*SINCE[cache])
    started, _quick = server
    kinds = ("listed", "other", "unlisted", "none")
    count = 0
    with Connection(started.port) as connection:
        for order, place in itertools.product(
                itertools.permutations(kinds), ("server", "htaccess")):
            producer = Producer("any order",
                                f"/{cache}/file?{'-'.join(order)}")
            for stored, kind in [*((False, kind) for kind in order),
                                 *((True, kind) for kind in order)]:
                cell = matrix.Cell(producer, place, kind, "GET")
                cell.send(connection)
                assert [*cell.faults()] == []
                state = "HIT" if stored else "MISS"
                assert cell.answer.all("X-Cache") == [
                    f"{state} from {cell.host}"]
                count += 1
    record_property("cells", count)
