# SPDX-License-Identifier: Apache-2.0
"""Beside httpd's other modules, and on a connection with other requests."""

import socket

import pytest

import client
from client import APP, EVIL, readable

CONFIG = """
CORSAllowOrigin https://app.example.com
AddLanguage en .en
AddLanguage de .de
<Directory ${ROOT}/htdocs>
    Options +Includes +MultiViews
    AddOutputFilter INCLUDES .shtml
    DirectoryIndex index.html
</Directory>
<Location /part>
    CORSAllowOrigin https://part.example.com
    CORSDisallowedOrigin Deny
</Location>
<Location /vary/origin>
    Header merge Vary Origin
    Header always merge Vary "Accept, origin"
</Location>
<Location /vary/all>
    Header set Vary *
</Location>
<Location /always>
    Header always set Access-Control-Allow-Origin "*"
    Header set Access-Control-Allow-Origin "https://app.example.com"
    Header onsuccess append Access-Control-Allow-Credentials "true"
    Header always append Access-Control-Expose-Headers X-Any
</Location>
<Location /compressed>
    SetOutputFilter DEFLATE
</Location>
"""

FILES = {
    "file": "a file", "page.html.en": "english", "page.html.de": "deutsch",
    "folder/index.html.en": "english", "folder/index.html.de": "deutsch",
    "whole.shtml": '<!--#include virtual="/part/file"-->'
                   '<!--#echo var="CORS_RESULT"-->',
    "part/file": "a part ", "vary/origin": "a file", "vary/all": "a file",
    "always": "a file", "compressed": "a file " * 100,
}


@pytest.fixture(scope="module", params=["first", "last"])
def site(module_httpd, request):
    """The module loaded before the others, and after them."""
    return module_httpd(CONFIG, load=request.param, modules=[
        "headers", "include", "filter", "deflate", "mime", "dir",
        "negotiation"],
        files={f"htdocs/{name}": text for name, text in FILES.items()})


@pytest.mark.parametrize("path", ["/page", "/folder/"])
def test_negotiated(site, path):
    for language, body in (("en", b"english"), ("de", b"deutsch")):
        answer = site.get(path, APP, headers={"Accept-Language": language})
        assert (answer.status, answer.body) == (200, body)
        assert answer.cors == readable()
        assert answer.vary == {"negotiate", "accept-language", "origin"}


def test_included_parts_are_not_judged(site):
    answer = site.get("/whole.shtml", APP)
    assert answer.body == b"a part allowed"
    assert answer.cors == readable()
    answer = site.get("/whole.shtml", EVIL)
    assert answer.body == b"a part disallowed"
    assert (answer.status, answer.cors) == (200, {})


def test_vary_of_others_is_merged(site):
    assert site.get("/vary/origin", APP).vary == {"accept", "origin"}
    assert site.get("/vary/all", APP).all("Vary") == ["*"]


def test_headers_of_mod_headers_are_replaced(site):
    """But for the exposed ones where no directive names any."""
    for origin, expected in ((APP, readable(expose_headers={"x-any"})),
                             (EVIL, {}), (None, {})):
        assert site.get("/always", origin).cors == expected


def test_compressed(site):
    answer = site.get("/compressed", APP,
                      headers={"Accept-Encoding": "gzip"})
    assert answer.one("Content-Encoding") == "gzip"
    assert answer.cors == readable()
    assert answer.vary == {"origin", "accept-encoding"}


def test_requests_of_one_connection_are_strangers(site):
    """Nothing of one request is left for the next."""
    origins = [APP, None, EVIL, APP, "null", None, APP]
    with socket.create_connection(("127.0.0.1", site.port), 20) as connection:
        for origin in origins:
            field = f"Origin: {origin}\r\n" if origin else ""
            answer = client.exchange(
                connection, f"GET /file HTTP/1.1\r\nHost: {client.API}\r\n"
                f"{field}\r\n".encode())
            assert answer.body == b"a file"
            assert answer.cors == (readable() if origin == APP else {})
            assert answer.vary == {"origin"}
