# SPDX-License-Identifier: Apache-2.0
"""Recipes beside other people's modules, log-ins and TLS, with the real ones;
see test_recipes.py."""

import base64
import hashlib
import hmac
import http.client
import json
import shutil
import ssl
import subprocess
import time
import urllib.parse

import pytest

import harness
from client import (APP, EVIL, PREFLIGHT_VARY, Connection, permitted,
                    readable, request_text)
from test_recipes import USERS

LOGIN_HOST = "https://login.example.net"


# mod_auth_openidc; the provider is the test, which signs by the secret

PROVIDER = f"""
OIDCProviderIssuer {LOGIN_HOST}
OIDCProviderAuthorizationEndpoint {LOGIN_HOST}/authorize
OIDCResponseType id_token
OIDCResponseMode form_post
OIDCIDTokenSignedResponseAlg HS256
"""
SECRET = "a secret as long as HS256 wants it"      # 32 bytes at least


def encode(value):
    if isinstance(value, dict):
        value = json.dumps(value).encode()
    return base64.urlsafe_b64encode(value).rstrip(b"=")


def sign(claims, secret):
    text = encode({"alg": "HS256", "typ": "JWT"}) + b"." + encode(claims)
    return text + b"." + encode(hmac.digest(secret, text, hashlib.sha256))


def log_in(site, path):
    """Follows the log-in that `path` asks for; gives the session's cookie
    and where the user ends up."""
    answer = site.get(path, headers={"Accept": "text/html"})
    assert answer.status == 302
    location = urllib.parse.urlsplit(answer.one("Location"))
    assert f"{location.scheme}://{location.netloc}" == LOGIN_HOST
    asked = dict(urllib.parse.parse_qsl(location.query))
    now = int(time.time())
    token = sign({"iss": LOGIN_HOST, "aud": asked["client_id"], "sub": "me",
                  "nonce": asked["nonce"], "iat": now, "exp": now + 600},
                 SECRET.encode())
    form = urllib.parse.urlencode({"state": asked["state"],
                                   "id_token": token.decode()}).encode()
    answer = site.ask(
        "POST", "/oidc/callback", origin=LOGIN_HOST, body=form, headers={
            "Cookie": answer.all("Set-Cookie")[0].split(";")[0],
            "Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == 302, answer
    session = next(value for value in answer.all("Set-Cookie")
                   if value.startswith("mod_auth_openidc_session="))
    return session.split(";")[0], answer.one("Location")


def test_openid_connect(recipe):
    site = recipe(
        {f'OIDCProviderMetadataURL "{LOGIN_HOST}/.well-known/openid-configur'
         'ation"': PROVIDER, "the secret of the client": SECRET},
        modules=["authn_core", "authz_user"],
        files={"htdocs/api/file": "a file", "htdocs/login": "logged in"},
        allow=[r"auth_openidc:warn"])
    answer = site.preflight("/api/file", APP, "PUT", "content-type")
    assert answer.cors == permitted(allow_methods={"PUT", "DELETE"},
                                    allow_headers={"content-type"})
    answer = site.get("/api/file", APP)
    assert (answer.status, answer.cors) == (401, readable())
    assert site.get("/api/file", EVIL).status == 403
    session, location = log_in(site, "/login")
    assert urllib.parse.urlsplit(location).path == "/login"
    answer = site.get("/api/file", APP, headers={"Cookie": session})
    assert (answer.status, answer.body) == (200, b"a file")
    assert answer.cors == readable()


# mod_auth_form

def test_login_401(recipe):
    site = recipe({"/etc/apache2/members.htpasswd": "${ROOT}/users"},
                  files={"users": USERS},
                  allow=[r"AH01811: |AH01808: |AH01809: "])
    page = "https://login.example.com/"
    for headers in ({}, {"Sec-Fetch-Mode": "navigate"}):
        answer = site.get("/file", headers=headers)
        assert (answer.status, answer.one("Location")) == (302, page)
    for origin in (None, APP, EVIL):
        answer = site.get("/file", origin, headers={"Sec-Fetch-Mode": "cors"})
        assert answer.status == 401
        assert answer.one("Location") is None
        assert answer.cors == (readable() if origin == APP else {})
    assert site.get("/file", APP).status == 401     # over plain http
    answer = site.preflight("/file", APP, "POST", "content-type")
    assert answer.cors == permitted(allow_headers={"content-type"})
    answer = site.ask(
        "POST", "/login", body=b"httpd_username=api&httpd_password=secret",
        headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert (answer.status, answer.one("Location")) == (302, f"{APP}/")
    session = answer.all("Set-Cookie")[0].split(";")[0]
    assert "secret" not in session
    answer = site.get("/file", APP, headers={"Cookie": session})
    assert (answer.status, answer.cors) == (200, readable())


# mod_ssl

def ask_over_tls(site, method, headers, certificate=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if certificate:
        context.load_cert_chain(certificate)
    _, request = request_text(method, "/api/file", [
        ("Host", "api.example.com"), *headers.items()])
    with Connection(site.port, tls=context) as connection:
        return connection.exchange(request, method)


def start_with_tls(recipe, authority, version, replace=()):
    return recipe(
        {"/etc/apache2/clients-ca.pem": authority, **dict(replace)},
        behind=f"""
        SSLEngine On
        SSLProtocol {version}
        SSLCertificateFile {authority}
        """, files={"htdocs/api/file": "a file"},
        allow=[r"AH01906: |AH01909: |AH01873: |AH01630: "])


TLS = pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])


@TLS
def test_client_certificates(recipe, authority, version):
    site = start_with_tls(recipe, authority, version)
    asked = {"Origin": APP, "Access-Control-Request-Method": "PUT",
             "Access-Control-Request-Headers": "content-type"}
    answer = ask_over_tls(site, "OPTIONS", asked)
    assert (answer.status, answer.vary) == (204, PREFLIGHT_VARY)
    assert answer.cors == permitted(allow_methods={"PUT", "DELETE"},
                                    allow_headers={"content-type"})
    answer = ask_over_tls(site, "GET", {"Origin": APP})
    assert (answer.status, answer.cors) == (403, readable())
    answer = ask_over_tls(site, "GET", {"Origin": APP}, authority)
    assert (answer.status, answer.body) == (200, b"a file")
    assert answer.cors == readable()
    answer = ask_over_tls(site, "GET", {"Origin": EVIL}, authority)
    assert (answer.status, answer.cors) == (403, {})


@TLS
def test_client_certificates__required(recipe, authority, version):
    """What its comment warns of: nothing answers the preflight."""
    site = start_with_tls(recipe, authority, version,
                          {"SSLVerifyClient optional":
                           "SSLVerifyClient require"})
    with pytest.raises((OSError, http.client.HTTPException)):
        ask_over_tls(site, "OPTIONS", {
            "Origin": APP, "Access-Control-Request-Method": "PUT"})
    assert ask_over_tls(site, "GET", {}, authority).status == 200


# mod_uwsgi

APPLICATION = """#!/bin/sh
echo "Access-Control-Allow-Origin: *"
echo "Set-Cookie: session=1"
echo
echo "$REQUEST_METHOD"
"""


@pytest.fixture
def uwsgi(tmp_path):
    """A uWSGI server that runs this program."""
    program = shutil.which("uwsgi-core") or shutil.which("uwsgi")
    if not program:
        pytest.skip("this machine has no uWSGI")
    application = tmp_path / "application"
    application.write_text(APPLICATION)
    application.chmod(0o755)
    port = harness.free_port()
    with open(tmp_path / "log", "w") as log:
        process = subprocess.Popen(
            [program, "--plugins", "cgi", "--socket", f"127.0.0.1:{port}",
             "--cgi", application, "--die-on-term", "--cgi-mode"], cwd=tmp_path,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        harness.wait_for(
            lambda: "spawned uWSGI" in (tmp_path / "log").read_text(),
            "uWSGI starts")
        yield port
    finally:
        process.terminate()
        process.wait()


def test_mod_uwsgi(recipe, uwsgi):
    site = recipe({"127.0.0.1:3031": f"127.0.0.1:{uwsgi}",
                   # its number for CGI programs
                   "uWSGISocket": "uWSGImodifier1 9\nuWSGISocket"},
                  behind="CORSCookieAttributes SameSite=Strict\n")
    answer = site.ask("PUT", "/api/x", origin=APP)
    assert (answer.status, answer.body) == (200, b"PUT\n")
    assert answer.cors == readable()
    assert answer.all("Set-Cookie") == ["session=1; SameSite=Strict"]
    assert site.get("/api/x", EVIL).cors == {}
    answer = site.preflight("/api/x", APP, "DELETE", "content-type")
    assert (answer.status, answer.body) == (204, b"")


# mod_security

# what the Core Rule Set would refuse: a method, and a preflight
RULES = """
SecRuleEngine On
SecRule REQUEST_METHOD "!@within %{tx.allowed_methods}" \
    "id:911100,phase:1,deny,status:403"
SecRule REQUEST_HEADERS:/^.*$/ "@contains attack" \
    "id:200,phase:1,deny,status:403"
"""


def test_mod_security(recipe):
    site = recipe(behind=RULES, allow=[
        r"ModSecurity: Access denied", r"AH00574|AH01626",
        r"ModSecurity: Warning", r"security2:notice",
        # Debian's, where its PCRE is newer than it
        r"ModSecurity: Loaded PCRE do not match"])
    answer = site.get("/file", APP)
    assert (answer.status, answer.cors) == (200, readable())
    for headers in ({"X-A": "attack"}, {"Cookie": "a=attack"}):
        answer = site.get("/file", APP, headers=headers)
        assert (answer.status, answer.cors) == (403, readable())
    assert site.ask("PATCH", "/file", origin=APP).status == 403
    assert site.ask("DELETE", "/file", origin=APP).status == 405
    answer = site.preflight("/file", APP, "PUT", "content-type,x-attack")
    assert (answer.status, answer.vary) == (204, PREFLIGHT_VARY)
    assert answer.cors == permitted(allow_methods={"PUT", "DELETE"},
                                    allow_headers={"content-type"})
    # no preflight, and no way around the rules
    assert site.ask("OPTIONS", "/file", headers={
        "X-A": "attack"}).status == 403
