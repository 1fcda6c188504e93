# SPDX-License-Identifier: Apache-2.0
"""Under CORSAllowOrigin *, without credentials, whoever asks is allowed; but
CORS_ORIGIN, which recipes send back and programs read, is only ever an
origin or null."""

import pytest

from client import APP, EVIL

CONFIG = """
CORSAllowOrigin *
CORSAllowCredentials Off
Header always set X-Origin "%{CORS_ORIGIN}e"
Header always set X-Named yes env=CORS_ORIGIN
Header always set X-Expression "expr=%{reqenv:CORS_ORIGIN}"
ScriptAlias /script ${ROOT}/cgi/script
"""
SCRIPT = """#!/bin/sh
echo Content-Type: text/plain
echo
echo "$CORS_RESULT $CORS_ORIGIN $CORS_REASON"
"""

ORIGINS = [
    APP, EVIL, "null", "http://plain.example", "http://localhost:8080",
    "https://127.0.0.1", "https://[::1]:8443", "capacitor://localhost",
    "https://" + "a." * 100 + "example",
]
OTHERS = [
    "", "x", "https://x<script>alert(1)</script>", "https://evil.com/path",
    "https://evil.com/", "https://evil.com?a", "https://user@evil.com",
    "HTTPS://evil.com", "https://Evil.com", "https://evil.com:443",
    "https://evil.com:0", f"{APP} {EVIL}", f"{APP}, {EVIL}", "NULL",
    "https://\x80\xff.example", "https://a\tb.example", "file:///etc/passwd",
    "https://x\"; Set-Cookie: a=1", "https://" + "a" * 600 + ".example",
    "https://" + "a" * 64 + ".example", "*",
]


@pytest.fixture(scope="module")
def site(module_httpd):
    return module_httpd(CONFIG, modules=["alias", "cgi", "headers"],
                        files={"cgi/script": SCRIPT})


@pytest.mark.parametrize("origin", [*ORIGINS, *OTHERS], ids=repr)
def test_what_is_named(site, origin):
    named = origin if origin in ORIGINS else None
    answer = site.get("/script", origin)
    assert (answer.status, answer.cors) == (200, {"allow-origin": "*"})
    assert site.variables(answer) == ("allowed", named, "ok")
    assert answer.body.decode("latin-1") == f"allowed {named or ''} ok\n"
    assert answer.one("X-Origin") == (named or "(null)")
    assert answer.one("X-Named") == ("yes" if named else None)
    assert answer.one("X-Expression") == (named or "")
    answer = site.preflight("/script", origin, method="GET")
    assert (answer.status, answer.cors) == (
        204, {"allow-origin": "*", "max-age": "600"})
    assert site.variables(answer) == ("preflight-allowed", named, "ok")


def test_no_origin_names_none(site):
    answer = site.get("/script")
    assert answer.cors == {"allow-origin": "*"}
    assert site.variables(answer) == (None, None, None)
