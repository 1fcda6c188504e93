# SPDX-License-Identifier: Apache-2.0
"""Credentials of every kind, under CORSDisallowedOrigin and
CORSAllowAnonymous: what no module must see, and what cannot be taken away."""

import hashlib
import socket
import urllib.parse

import pytest

import client
import installed
from client import APP, EVIL, TLS_VERSIONS, ask_with, readable

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LOG_IN = urllib.parse.urlencode({"httpd_username": "user",
                                 "httpd_password": "secret"}).encode()

SESSIONS = """
<Directory ${ROOT}/htdocs>
    AuthType form
    AuthName members
    AuthFormProvider file
    AuthUserFile ${ROOT}/users
    AuthFormLoginRequiredLocation /login.html
    Session On
    SessionCookieName session path=/
    SessionMaxAge 600
    Require valid-user
    CORSAllowOrigin https://app.example.com
    CORSCookieAttributes Secure
</Directory>
<Files login.html>
    Require all granted
</Files>
<Location /do-login>
    SetHandler form-login-handler
    AuthFormLoginSuccessLocation /strip/file
    AuthType form
    AuthName members
    AuthFormProvider file
    AuthUserFile ${ROOT}/users
    Session On
    SessionCookieName session path=/
    CORSAllowOrigin https://app.example.com
    CORSCookieAttributes Secure
    CORSDisallowedOrigin StripCredentials
</Location>
<Location /strip>
    CORSDisallowedOrigin StripCredentials
</Location>
<Location /deny>
    CORSDisallowedOrigin Deny
</Location>
"""


@pytest.fixture(scope="module")
def sessions(module_httpd):
    return module_httpd(
        SESSIONS, modules=["auth_form", "authn_core", "authn_file",
                           "authz_user", "session", "session_cookie",
                           "request", "alias", "mime"],
        files={"users": "user:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n",
               "htdocs/login.html": "log in", "htdocs/strip/file": "a file",
               "htdocs/deny/file": "a file", "htdocs/file": "a file"})


@pytest.fixture(scope="module")
def session(sessions):
    """The Cookie of somebody who logged in."""
    installed.needs("2.4.38", "sends a session's cookie twice")
    answer = sessions.ask("POST", "/do-login", origin=APP, headers=FORM,
                          body=LOG_IN)
    assert (answer.status, answer.cors) == (302, readable())
    cookie = answer.one("Set-Cookie")
    assert cookie.endswith("; Secure")
    return {"Cookie": cookie.split(";")[0]}


def test_a_session_opens_for_the_allowed_origin(sessions, session):
    for path in ("/file", "/strip/file", "/deny/file"):
        answer = sessions.get(path, APP, headers=session)
        assert (answer.status, answer.cors) == (200, readable())
        assert sessions.get(path, headers=session).status == 200


def test_a_session_of_a_refused_origin(sessions, session):
    """Served it opens, stripped it was never seen, denied nobody looked."""
    assert sessions.get("/file", EVIL, headers=session).status == 200
    answer = sessions.get("/strip/file", EVIL, headers=session)
    assert (answer.status, answer.cors) == (302, {})
    assert answer.all("Set-Cookie") == []
    answer = sessions.get("/deny/file", EVIL, headers=session)
    assert (answer.status, answer.cors) == (403, {})


def test_a_refused_origin_plants_no_session(sessions):
    answer = sessions.ask("POST", "/do-login", origin=EVIL, headers=FORM,
                          body=LOG_IN)
    assert (answer.status, answer.all("Set-Cookie")) == (302, [])


DIGEST = """
<Directory ${ROOT}/htdocs>
    AuthType Digest
    AuthName members
    AuthDigestProvider file
    AuthUserFile ${ROOT}/users
    Require valid-user
    CORSAllowOrigin https://app.example.com
    CORSDisallowedOrigin StripCredentials
</Directory>
"""


def digest(challenge, path):
    """The Authorization field that answers a challenge."""
    fields = dict(part.strip().split("=", 1) for part in
                  challenge.removeprefix("Digest ").split(","))
    nonce = fields["nonce"].strip('"')

    def md5(text):
        return hashlib.md5(text.encode()).hexdigest()

    answer = md5(":".join([md5("user:members:secret"), nonce, "00000001",
                           "c", "auth", md5(f"GET:{path}")]))
    return (f'Digest username="user", realm="members", nonce="{nonce}", '
            f'uri="{path}", qop=auth, nc=00000001, cnonce="c", '
            f'algorithm=MD5, response="{answer}"')


def test_digest_is_refused_where_it_cannot_be_stripped(httpd):
    user = hashlib.md5(b"user:members:secret").hexdigest()
    server = httpd(DIGEST, modules=["auth_digest", "authn_core",
                                    "authn_file", "authz_user"],
                   files={"users": f"user:members:{user}\n",
                          "htdocs/file": "a file"})
    answer = server.get("/file", APP)
    assert (answer.status, answer.cors) == (401, readable())
    authorization = digest(answer.one("WWW-Authenticate"), "/file")
    answer = server.get("/file", APP,
                        headers={"Authorization": authorization})
    assert (answer.status, answer.body) == (200, b"a file")
    answer = server.get("/file", EVIL,
                        headers={"Authorization": authorization})
    assert (answer.status, answer.cors) == (403, {})
    assert answer.one("WWW-Authenticate") is None


SOCKETS = """
CORSAllowOrigin https://app.example.com
ProxyPass / http://127.0.0.1:${BACKEND}/ upgrade=websocket
<Location /strip>
    CORSDisallowedOrigin StripCredentials
</Location>
<Location /deny>
    CORSDisallowedOrigin Deny
</Location>
"""
HANDSHAKE = {"Connection": "Upgrade", "Upgrade": "websocket",
             "Sec-WebSocket-Version": "13", "Cookie": "sid=1",
             "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}


@pytest.fixture(scope="module")
def sockets(module_httpd, module_backend):
    return module_httpd(SOCKETS, modules=["proxy", "proxy_http"],
                        define={"BACKEND": module_backend.port})


def handshake(server, path, origin):
    """The status of the answer to a WebSocket handshake."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {client.API}",
             *(f"{name}: {value}" for name, value in HANDSHAKE.items())]
    if origin:
        lines.append(f"Origin: {origin}")
    with socket.create_connection(("127.0.0.1", server.port), 20) as sock:
        sock.sendall("\r\n".join(lines).encode() + b"\r\n\r\n")
        with sock.makefile("rb") as answer:
            return int(answer.readline().split()[1])


@pytest.mark.parametrize("origin, path, status", [
    (APP, "/serve/", 101), (APP, "/strip/", 101), (APP, "/deny/", 101),
    (None, "/strip/", 101), (None, "/deny/", 101),
    (EVIL, "/serve/", 101), (EVIL, "/strip/", 403), (EVIL, "/deny/", 403),
    ("null", "/strip/", 403), ("null", "/deny/", 403)])
def test_web_sockets_of_strangers(sockets, backend, origin, path, status):
    """The backend greets whoever reaches it."""
    assert handshake(sockets, f"{path}?upgrade=1", origin) == status
    assert len(backend.requests()) == (status == 101)


TLS = """
SSLEngine On
SSLCertificateFile ${ROOT}/server.pem
SSLCertificateKeyFile ${ROOT}/server.pem
SSLCACertificateFile ${ROOT}/server.pem
SSLProtocol -all +TLSv1.2 +TLSv1.3
# what it says at warn is of the certificate, and of OpenSSL's version
LogLevel warn ssl:error
CORSAllowOrigin https://app.example.com
Header always set Cache-Control "public, max-age=600"
Header set CDN-Cache-Control max-age=600
Header always set Surrogate-Control max-age=600
<Location /anonymous>
    CORSAllowAnonymous On
</Location>
<Location /anonymous/denied>
    CORSDisallowedOrigin Deny
</Location>
<Location /anonymous/members>
    SSLOptions +FakeBasicAuth
    AuthType Basic
    AuthName members
    AuthBasicProvider file
    AuthUserFile ${ROOT}/users
    Require valid-user
</Location>
<Location /anonymous/members/strip>
    CORSDisallowedOrigin StripCredentials
</Location>
<Location /strip>
    CORSDisallowedOrigin StripCredentials
</Location>
<Location /late>
    SSLVerifyClient optional
</Location>
<Location /late/anonymous>
    CORSAllowAnonymous On
</Location>
<Location /late/strip>
    CORSDisallowedOrigin StripCredentials
</Location>
"""
TLS_MODULES = ["ssl", "auth_basic", "authn_core", "authn_file", "authz_user",
               "headers"]


@pytest.fixture(scope="module")
def tls(module_httpd, authority):
    """Asks for a certificate by itself below /late only."""
    return module_httpd(
        TLS, modules=TLS_MODULES,
        files={"server.pem": authority.read_text(),
               **{f"htdocs/{folder}/file": "a file" for folder in
                  ("anonymous", "strip", "late/anonymous", "late/strip")}})


@pytest.fixture(scope="module")
def tls_at_once(module_httpd, authority):
    """Asks for one at the beginning of each connection."""
    return module_httpd(
        TLS + "SSLVerifyClient optional\n", modules=TLS_MODULES,
        files={"server.pem": authority.read_text(),
               # what mod_ssl makes of a certificate: password, of its subject
               "users": "/CN=api.example.com:xxj31ZMTZzkVA\n",
               **{f"htdocs/{folder}/file": "a file" for folder in
                  ("anonymous", "anonymous/denied", "anonymous/members",
                   "anonymous/members/strip", "strip")}})


@pytest.mark.parametrize("version", TLS_VERSIONS)
def test_a_certificate_is_a_credential(tls_at_once, authority, version):
    def ask(path, origin, certificate=authority):
        return ask_with(tls_at_once, path, origin, certificate, version)

    assert ask("/anonymous/file", EVIL, None).cors == {"allow-origin": "*"}
    assert ask("/anonymous/file", EVIL).cors == {}
    assert ask("/anonymous/file", APP).cors == readable()
    assert ask("/strip/file", EVIL, None).status == 200
    assert ask("/strip/file", EVIL).status == 403
    assert ask("/strip/file", APP).status == 200


def caching(answer):
    """What it says to caches."""
    return [answer.all(name) for name in (
        "Cache-Control", "CDN-Cache-Control", "Surrogate-Control")]


PUBLIC = [["public, max-age=600"], ["max-age=600"], ["max-age=600"]]
PRIVATE = [["no-store"], [], []]


@pytest.mark.parametrize("version", TLS_VERSIONS)
def test_no_cache_keeps_what_a_certificate_has_opened(tls_at_once, authority,
                                                      version):
    """No Vary can name it."""
    def ask(path, origin, certificate=authority):
        return ask_with(tls_at_once, path, origin, certificate, version)

    answer = ask("/anonymous/file", EVIL)
    assert (answer.status, answer.cors) == (200, {})
    assert answer.vary == {"origin", "cookie", "authorization"}
    assert caching(answer) == PRIVATE
    answer = ask("/anonymous/denied/file", EVIL)
    assert (answer.status, caching(answer)) == (403, PRIVATE)
    for origin, certificate in ((EVIL, None), (APP, authority)):
        answer = ask("/anonymous/file", origin, certificate)
        assert (answer.status, caching(answer)) == (200, PUBLIC)
        assert answer.vary == {"origin"}


@pytest.mark.parametrize("version", TLS_VERSIONS)
def test_a_certificate_that_logs_in(tls_at_once, authority, version):
    """FakeBasicAuth: mod_ssl makes an Authorization of it, once the client's
    own has been looked at."""
    def ask(path, origin, certificate=authority):
        return ask_with(tls_at_once, path, origin, certificate, version)

    answer = ask("/anonymous/members/file", APP)
    assert (answer.status, answer.cors) == (200, readable())
    answer = ask("/anonymous/members/file", EVIL)
    assert (answer.status, answer.cors) == (200, {})
    assert caching(answer) == PRIVATE
    assert ask("/anonymous/members/strip/file", EVIL).status == 403
    answer = ask("/anonymous/members/strip/file", EVIL, None)
    assert (answer.status, answer.cors) == (401, {"allow-origin": "*"})


@pytest.mark.parametrize("version", TLS_VERSIONS)
def test_a_certificate_that_comes_late(tls, authority, version):
    """Asked for in access control, when the request was judged already."""
    def ask(path, origin, certificate=authority):
        return ask_with(tls, path, origin, certificate, version)

    answer = ask("/late/anonymous/file", EVIL, None)
    assert (answer.status, answer.cors) == (200, {"allow-origin": "*"})
    answer = ask("/late/anonymous/file", EVIL)
    assert (answer.status, answer.cors) == (200, {})
    assert answer.vary == {"origin", "cookie", "authorization"}
    assert caching(answer) == PRIVATE
    assert ask("/late/anonymous/file", APP).cors == readable()
    assert ask("/late/strip/file", EVIL, None).status == 200
    assert ask("/late/strip/file", EVIL).status == 403
