# SPDX-License-Identifier: Apache-2.0
"""The matrix: over TLS, and over HTTP/2 with and without TLS."""

import itertools
import os
import ssl
import subprocess

import pytest

import harness
import http2
import installed
import matrix
from matrix import EARLY, Producer

CONFIG = """
<IfDefine TLS>
    SSLEngine On
    SSLCertificateFile ${CERTIFICATE}
</IfDefine>
<IfDefine HTTP2>
    Protocols h2 h2c http/1.1
</IfDefine>
Header always set Strict-Transport-Security max-age=63072000
Redirect /away https://www.example.com/
ProxyPass /api/ http://127.0.0.1:${BACKEND}/
<Location /denied>
    Require all denied
</Location>
<Directory ${ROOT}/htdocs/cgi>
    Options +ExecCGI
    SetHandler cgi-script
</Directory>
<Location /deflate>
    SetOutputFilter DEFLATE
</Location>
ErrorDocument 404 /error-page
"""

FILES = {
    "file": "a file", "error-page": "missing", "folder/file": "a file",
    "denied": "a file", "deflate": "a line\n" * 200,
    "cgi/script": "#!/bin/sh\ncat >/dev/null\n"
                  "echo 'Access-Control-Allow-Origin: *'\n"
                  "echo 'Set-Cookie: a=b'; echo\n"
                  # over HTTP/2 httpd would send a body to HEAD
                  "[ $REQUEST_METHOD = HEAD ] || echo a script\n",
}
HSTS = (("Strict-Transport-Security", "max-age=63072000"),)
numbers = itertools.count(1)

PRODUCERS = [
    Producer("static file", "/file", body=b"a file", always=HSTS),
    Producer("206", "/file", 206, options=200, body=b" f",
             headers={"Range": "bytes=1-2"}),
    Producer("304", "/file", 304, post=412, options=200,
             headers={"If-None-Match": "*"}),
    Producer("missing file", "/missing", 404, options=200, body=b"missing"),
    Producer("slash redirect", "/folder", 301),
    Producer("Redirect", "/away", 302, places=EARLY, first=True),
    Producer("Require all denied", "/denied", 403, log="AH01630"),
    Producer("CGI", "/cgi/script", body=b"a script\n", cookie=True,
             always=HSTS),
    Producer("mod_proxy_http",
             "/api/x?header=Set-Cookie:%20a=b&"
             "header=Access-Control-Allow-Origin:%20*", cookie=True,
             body=b"from the backend", places=EARLY, reached=True),
    Producer("mod_deflate", "/deflate", vary=("accept-encoding",),
             vary_by={"OPTIONS": ()}, headers={"Accept-Encoding": "gzip"}),
]

MODULES = ["headers", "alias", "dir", "mime", "cgi", "proxy", "proxy_http",
           "filter", "deflate", "ssl", "socache_shmcb"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A key and its certificate, in one file."""
    file = tmp_path_factory.mktemp("tls") / "certificate"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
         "/CN=server.example.net", "-keyout", file, "-out",
         file.with_suffix(".cert")], check=True, stderr=subprocess.DEVNULL)
    file.write_bytes(file.read_bytes()
                     + file.with_suffix(".cert").read_bytes())
    return file


@pytest.fixture(scope="module")
def start(module_httpd, module_backend, certificate):
    def start(mpm, tls, http2):
        wanted = {"TLS": tls, "HTTP2": http2}
        return module_httpd(
            matrix.config(CONFIG), mpm=mpm, files=matrix.files(FILES),
            modules=[*MODULES, *(["http2"] if http2 else [])],
            level="warn ssl:error",     # of another OpenSSL it warns
            define={"BACKEND": module_backend.port,
                    "CERTIFICATE": certificate,
                    **{name: "On" for name, is_wanted in wanted.items()
                       if is_wanted}})
    return start


@pytest.fixture(scope="module", params=harness.MPMS)
def tls_server(start, request):
    return start(request.param, True, False)


@pytest.fixture(scope="module", params=[
    (mpm, tls) for mpm in ("event", "worker") for tls in (True, False)],
    ids=lambda pair: f"{pair[0]}-{'tls' if pair[1] else 'cleartext'}")
def http2_server(start, request):
    mpm, tls = request.param
    return start(mpm, tls, True), tls


def trusting():
    """What takes any certificate."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@pytest.mark.parametrize("producer", PRODUCERS, ids=matrix.names(PRODUCERS))
def test_tls(tls_server, backend, producer, record_property):
    matrix.run(tls_server, producer, record_property, backend.ids,
               tls=trusting())


@pytest.mark.parametrize("producer", PRODUCERS, ids=matrix.names(PRODUCERS))
def test_http2(http2_server, backend, producer, record_property):
    """Many cells at once, on one connection."""
    if producer.name == "CGI":
        installed.needs("2.4.41", "resets streams of scripts")
    server, tls = http2_server
    if producer.log:
        server.expect(producer.log)
    cells = matrix.cells_of(producer, "https" if tls else "http")
    context = trusting()
    context.set_alpn_protocols(["h2"])
    answers = http2.ask(server.port, [request_of(cell, tls)
                                      for cell in cells],
                        context if tls else None)
    for cell, answer in zip(cells, answers):
        cell.answer = answer
    matrix.judge(server, cells, record_property,
                 backend.ids() if producer.reached else None)


def request_of(cell, tls):
    """The cell's request as HTTP/2 has it: header pairs, and body."""
    (_, host), *headers = cell.fields()[0]
    cell.id = f"h2-{os.getpid()}-{next(numbers)}"
    return [(":method", cell.method), (":path", cell.producer.path),
            (":scheme", "https" if tls else "http"), (":authority", host),
            *((name.lower(), value) for name, value in headers),
            ("test-id", cell.id)], cell.fields()[1]
