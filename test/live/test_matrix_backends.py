# SPDX-License-Identifier: Apache-2.0
"""The matrix: application servers and scripts."""

from urllib.parse import urlencode

import pytest

import harness
import matrix
from matrix import EARLY, PLACES, REQUESTS, Producer
from php import PhpFpm

CONFIG = """
ProxyPass /api/ http://127.0.0.1:${BACKEND}/ ${AT_ONCE}
ProxyPass /dead/ http://127.0.0.1:${DEAD}/ ${AT_ONCE}
<Location /override/>
    ProxyPass http://127.0.0.1:${BACKEND}/
    ProxyErrorOverride On
    ErrorDocument 500 /error-page
</Location>
<Proxy balancer://pair>
    BalancerMember http://127.0.0.1:${DEAD} ${AT_ONCE}
    BalancerMember http://127.0.0.1:${BACKEND} ${AT_ONCE}
</Proxy>
ProxyPass /pair/ balancer://pair/
RewriteEngine On
RewriteRule ^/rewritten/(.*) http://127.0.0.1:${BACKEND}/$1 [P]
<FilesMatch "\\.php$">
    SetHandler "proxy:unix:${ROOT}/php-socket|fcgi://localhost/"
</FilesMatch>
ProxyPassMatch ^/app/(.*\\.php)$ unix:${ROOT}/php-socket|fcgi://localhost\
${ROOT}/htdocs/$1
<Directory ${ROOT}/htdocs/front>
    FallbackResource /front/index.php
</Directory>
<Directory ${ROOT}/htdocs/cgi>
    Options +ExecCGI
    SetHandler cgi-script
</Directory>
<Location /cgi/limited>
    LimitRequestBody 10
</Location>
SetEnv HITS ${ROOT}/data/hits
"""

NOTE = 'echo "$HTTP_TEST_ID" >>"$HITS"; cat >/dev/null\n'
OWN = """
echo 'Access-Control-Allow-Origin: *'
echo 'Access-Control-Allow-Origin: https://app.example.com'
echo 'Access-Control-Allow-Credentials: false'
echo 'Access-Control-Allow-Methods: DELETE'
echo 'Access-Control-Allow-Headers: X-Own'
echo 'Access-Control-Max-Age: 5'
echo 'Access-Control-Expose-Headers: X-Own'
echo 'Set-Cookie: a=b'
echo 'Vary: Accept, origin'
"""

SCRIPTS = {
    "own": OWN + "echo; echo own",
    "created": OWN + "echo 'Status: 201 Created'; echo; echo own",
    "nothing": "echo 'Status: 204 No Content'; echo",
    "same": "echo 'Status: 304 Not Modified'; echo 'ETag: \"a\"'; echo",
    "log-in": OWN + "echo 'Status: 401 Unauthorized'; echo; echo own",
    "failed": OWN + "echo 'Status: 500 Failed'; echo; echo own",
    "teapot": "echo 'Status: 418 Teapot'; echo; echo tea",
    "away": OWN + "echo 'Location: https://www.example.com/'; echo",
    "inside": OWN + "echo 'Location: /file'; echo",
    "unfinished": "echo 'Set-Cookie: a=b'; exit 1",
    "silent": "exit 0",
    "limited": "echo; echo",
}

PHP = """<?php
file_put_contents($_SERVER['HITS'], $_SERVER['HTTP_TEST_ID'] . "\\n",
                  FILE_APPEND);
header('Access-Control-Allow-Origin: *');
header('Access-Control-Allow-Origin: https://app.example.com', false);
header('Access-Control-Allow-Credentials: false');
header('Access-Control-Allow-Methods: DELETE');
header('Access-Control-Allow-Headers: X-Own');
header('Access-Control-Max-Age: 5');
header('Access-Control-Expose-Headers: X-Own');
header('Vary: Accept, Origin');
setcookie('a', 'b');
session_start();
session_write_close();
http_response_code((int)($_GET['status'] ?? 200));
echo 'from php';
"""

FILES = {
    "file": "a file", "error-page": "an error", "script.php": PHP,
    "front/index.php": PHP,
    "fatal.php": "<?php header('Vary: Accept'); no_such_function();",
    **{f"cgi/{name}": f"#!/bin/sh\n{NOTE}{text}\n"
       for name, text in SCRIPTS.items()},
}

ONCE = [("header", f"Access-Control-{field}") for field in (
            "Allow-Origin: *", "Allow-Credentials: true",
            "Allow-Methods: DELETE", "Allow-Headers: X-Own", "Max-Age: 5",
            "Expose-Headers: X-Own")]
ONCE += [("header", "Vary: Accept, Origin"), ("header", "Set-Cookie: a=b")]
TWICE = [*ONCE, *ONCE[:2], ("header", "Vary: Origin"),
         ("header", "Access-Control-Allow-Origin: https://app.example.com")]
OWN_FIELDS = {"vary": ("accept",), "by_origin": True, "says": {
    "allow-methods": {"DELETE"}, "allow-headers": {"x-own"}, "max-age": "5"}}


def path(place, status=200, headers=ONCE, **more):
    pairs = [("status", status), *headers, *more.items()]
    return f"/{place}/x?{urlencode(pairs)}"


def proxied(name, place="api", status=200, *, of=200, headers=ONCE, **more):
    expected = {"places": EARLY, "reached": True, **OWN_FIELDS}
    return Producer(name, path(place, of, headers), status,
                    **{**expected, **more})


def cgi(script, status=200, **more):
    return Producer(f"CGI, {script}", f"/cgi/{script}", status,
                    **{"reached": True, **more})


PRODUCERS = [
    proxied("mod_proxy_http", body=b"from the backend", cookie=True),
    *[proxied(f"mod_proxy_http, {status}", status=status, of=status)
      for status in (201, 204, 301, 304, 400, 401, 403, 404, 418, 500, 502,
                     503)],
    proxied("mod_proxy_http, own headers twice", headers=TWICE),
    proxied("mod_proxy_http, ProxyErrorOverride", "override", 500, of=500,
            body=b"an error", vary=(), by_origin=False, says={}),
    proxied("mod_proxy_http, RewriteRule P", "rewritten",
            body=b"from the backend"),
    Producer("mod_proxy_http, dead", "/dead/x", 503, places=EARLY,
             log="AH01114|AH0095[79]"),
    Producer("mod_proxy_http, reset", path("api", cut=1), 502, places=EARLY,
             log="AH01106|AH10404", reached=True,
             since=("2.4.55", "takes what a backend breaks off for whole")),
    proxied("mod_proxy_balancer, one dead", "pair", log="AH01114|AH0095[79]",
            body=b"from the backend"),
    Producer("mod_proxy_fcgi", "/script.php", reached=True, **OWN_FIELDS,
             body=b"from php", cookie=True),
    *[Producer(f"mod_proxy_fcgi, {status}", f"/script.php?status={status}",
               status, reached=True, **OWN_FIELDS)
      for status in (204, 304, 401, 404, 500)],
    Producer("mod_proxy_fcgi, ProxyPassMatch", "/app/script.php",
             reached=True, **OWN_FIELDS, places=EARLY,
             since=("2.4.52", "ProxyPassMatch knows no unix: socket")),
    Producer("mod_proxy_fcgi, fatal", "/fatal.php", 500, log="AH01071",
             vary=("accept",)),
    Producer("mod_proxy_fcgi, no script", "/missing.php", 404,
             log="AH01071"),
    Producer("front controller index.php", "/front/any/path", reached=True,
             **OWN_FIELDS, body=b"from php"),
    cgi("own", **OWN_FIELDS, body=b"own\n", cookie=True,
        requests=(*REQUESTS, "PUT", "DELETE")),
    cgi("created", 201, **OWN_FIELDS, cookie=True),
    cgi("nothing", 204), cgi("same", 304), cgi("teapot", 418),
    cgi("log-in", 401, **OWN_FIELDS), cgi("failed", 500, **OWN_FIELDS),
    cgi("away", 302, **OWN_FIELDS),
    cgi("inside", **OWN_FIELDS, body=b"a file"),
    cgi("unfinished", 500, log="[Ee]nd of script"),
    cgi("silent", 500, log="[Ee]nd of script"),
    cgi("limited", 413, requests=("POST",), request_body=b"x" * 11,
        reached=False, log="Error reading request entity data",
        places=tuple(place for place in PLACES if place != "deny")),
]

MODULES = ["proxy", "proxy_http", "proxy_fcgi", "proxy_balancer",
           "lbmethod_byrequests", "slotmem_shm", "rewrite", "dir", "mime",
           "cgi", "env"]


@pytest.fixture(scope="module", params=harness.MPMS)
def server(module_httpd, module_backend, request):
    started = module_httpd(
        matrix.config(CONFIG), mpm=request.param, modules=MODULES,
        files=matrix.files(FILES),
        define={"BACKEND": module_backend.port, "DEAD": harness.free_port()})
    php = PhpFpm(started.folder)
    yield started
    php.stop()


@pytest.mark.parametrize("producer", PRODUCERS, ids=matrix.names(PRODUCERS))
def test_cells(server, backend, producer, record_property):
    hits = server.folder / "data" / "hits"
    hits.unlink(missing_ok=True)

    def noted():
        noted_by_scripts = hits.read_text().split() if hits.exists() else ()
        return backend.ids().union(noted_by_scripts)

    matrix.run(server, producer, record_property, noted)
