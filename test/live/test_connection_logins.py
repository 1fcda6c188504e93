# SPDX-License-Identifier: Apache-2.0
"""Log-ins that belong to the connection: once somebody has logged in on it,
every later request is theirs, without any Authorization. Kerberos with a KDC
of the test's own; and, for NTLM and the others, a stand-in of mod_lua's that
remembers who logged in on a connection."""

import hashlib
import re

import pytest

import harness
import kerberos
from client import APP, EVIL, Connection, readable, request_text

OWN = "http://api.example.com"

CONFIG = """
SetEnv RAN ${ROOT}/data/ran
ScriptAliasMatch ^/[a-z-]+/[a-z-]+/run ${ROOT}/cgi/run
ScriptAliasMatch ^/[a-z-]+/run ${ROOT}/cgi/run
Header always set Cache-Control "public, max-age=600"
Header set CDN-Cache-Control "max-age=600"
Header always set Surrogate-Control "max-age=600"
CORSAllowOrigin https://app.example.com
<LocationMatch "/strip/">
    CORSDisallowedOrigin StripCredentials
</LocationMatch>
<LocationMatch "/deny/">
    CORSDisallowedOrigin Deny
</LocationMatch>
<LocationMatch "/anonymous/">
    CORSAllowAnonymous On
</LocationMatch>
<LocationMatch "/anonymous-deny/">
    CORSAllowAnonymous On
    CORSDisallowedOrigin Deny
</LocationMatch>
<LocationMatch "/anonymous-strip/">
    CORSAllowAnonymous On
    CORSDisallowedOrigin StripCredentials
</LocationMatch>
<LocationMatch "/report/">
    CORSAllowAnonymous On
    CORSDisallowedOrigin Deny
    CORSReportOnly On
</LocationMatch>
"""

RUN = """#!/bin/sh
cat >/dev/null
echo "$HTTP_TEST_ID" >>"$RAN"
echo "Content-Type: text/plain"
echo "Set-Cookie: script=1"
echo
echo "$REMOTE_USER"
"""
MODULES = ["alias", "authn_core", "authz_user", "cgi", "env", "headers"]
PUBLIC = (["public, max-age=600"], ["max-age=600"], ["max-age=600"])
PRIVATE = (["no-store"], [], [])


def caching(answer):
    """What it says to caches."""
    return tuple(answer.all(name) for name in (
        "Cache-Control", "CDN-Cache-Control", "Surrogate-Control"))


class LoggedIn(Connection):
    """A connection on which somebody has logged in, as an image does that
    any site may show."""

    def __init__(self, server, path, authorization):
        super().__init__(server.port)
        self.server, self.path = server, path
        answer = self.ask("GET", None, path,
                          ("Authorization", authorization))
        assert (answer.status, answer.body) == (200, b"alice\n")

    def ask(self, method, origin, path, *more):
        headers = [("Host", "api.example.com"), *more]
        if origin:
            headers.append(("Origin", origin))
        request_id, text = request_text(method, path, headers,
                                        b"a=b" if method == "POST" else b"")
        return self.exchange(text, method, request_id)

    def has_run(self, answer):
        ran = self.server.folder / "data" / "ran"
        return answer.id in ran.read_text().split()

    def is_still_logged_in(self):
        answer = self.ask("GET", None, self.path)
        return (answer.status, answer.body) == (200, b"alice\n")


# what becomes of a POST without Authorization on such a connection: whether
# it runs, its result and reason
ROWS = [
    ("serve", APP, True, "allowed", "ok"),
    ("serve", EVIL, True, "disallowed", "origin-not-listed"),
    ("strip", APP, True, "allowed", "ok"),
    ("strip", None, True, None, None),
    ("strip", OWN, True, "same-origin", "ok"),
    ("strip", EVIL, False, "disallowed", "origin-not-listed"),
    ("strip", "null", False, "disallowed", "origin-null"),
    ("deny", APP, True, "allowed", "ok"),
    ("deny", EVIL, False, "disallowed", "origin-not-listed"),
    ("anonymous", APP, True, "allowed", "ok"),
    ("anonymous", OWN, True, "same-origin", "ok"),
    ("anonymous", EVIL, True, "disallowed", "credentials-sent"),
    ("anonymous-deny", APP, True, "allowed", "ok"),
    ("anonymous-deny", None, True, None, None),
    ("anonymous-deny", EVIL, False, "disallowed", "credentials-sent"),
    ("anonymous-deny", "null", False, "disallowed", "credentials-sent"),
    ("anonymous-strip", EVIL, False, "disallowed", "credentials-sent"),
    ("report", EVIL, True, "disallowed", "credentials-sent"),
]


def check(connection, prefix, place, origin, runs, result, reason):
    answer = connection.ask("POST", origin, f"{prefix}/{place}/run")
    sent = reason == "credentials-sent" and place != "report"
    assert connection.server.variables(answer) == (
        result, APP if origin == APP else None, reason)
    assert answer.status == (200 if runs else 403)
    assert connection.has_run(answer) == runs
    assert answer.cors == (readable() if origin == APP else {})
    assert answer.vary == (
        {"origin", "cookie", "authorization"} if sent
        else set() if place == "report" else {"origin"})
    assert caching(answer) == (PRIVATE if sent else PUBLIC if runs
                               else (PUBLIC[0], [], PUBLIC[2]))
    assert bool(answer.all("Set-Cookie")) == runs
    assert connection.is_still_logged_in()


# Kerberos

KERBEROS = CONFIG + """
<Location />
    AuthType GSSAPI
    AuthName members
    GssapiCredStore keytab:${KEYTAB}
    GssapiConnectionBound On
    GssapiLocalName On
    Require valid-user
</Location>
"""


@pytest.fixture(scope="module")
def realm():
    missing = kerberos.missing()
    if missing:
        pytest.skip(f"no {missing} on this machine")
    started = kerberos.Realm()
    yield started
    started.stop()


@pytest.fixture(scope="module", params=harness.MPMS)
def kerberized(module_httpd, realm, request):
    return module_httpd(
        KERBEROS, mpm=request.param, modules=[*MODULES, "auth_gssapi"],
        define={"KEYTAB": realm.keytab}, environment=realm.environment,
        files={"cgi/run": RUN})


@pytest.mark.parametrize("place, origin, runs, result, reason", ROWS)
def test_kerberos(kerberized, realm, place, origin, runs, result, reason):
    with LoggedIn(kerberized, "/serve/run",
                  realm.authorization()) as connection:
        check(connection, "", place, origin, runs, result, reason)


@pytest.mark.parametrize("place, cors", [
    ("strip", {}), ("anonymous", {"allow-origin": "*"}),
    ("anonymous-deny", {"allow-origin": "*"})])
def test_a_connection_on_which_nobody_has_logged_in(kerberized, place, cors):
    answer = kerberized.ask("POST", f"/{place}/run", origin=EVIL)
    assert (answer.status, answer.cors) == (401, cors)
    assert answer.vary == {"origin"}
    assert caching(answer)[0] == PUBLIC[0]


# the stand-in: in place of NTLM and Kerberos, one that believes a name

REMEMBERED = CONFIG + """
LuaHookCheckUserID ${ROOT}/login.lua check
SetEnvIfExpr "%{REMOTE_PORT} =~ /(.+)/" CONNECTION=$1
<LocationMatch "^/[a-z]+/">
    AuthType Bearer
    AuthName members
    Require valid-user
</LocationMatch>
<Location /ntlm>
    AuthType NTLM
</Location>
<Location /negotiate>
    AuthType negotiate
</Location>
<Location /kerberos>
    AuthType Kerberos
</Location>
<Location /gssapi>
    AuthType GSSAPI
</Location>
"""

LOGIN = """
function check(r)
    local connection = r.subprocess_env["CONNECTION"]
    local field = r.headers_in["Authorization"] or ""
    local scheme, name = field:match("^(%a+) (.*)")
    if scheme == "Bearer" and r:ivm_get(connection) == nil then
        r.user = name
        return apache2.OK
    end
    if name then
        r:ivm_set(connection, name)
    end
    name = r:ivm_get(connection)
    if name == nil then
        return 401
    end
    r.user = name == "-" and "" or name
    return apache2.OK
end
"""


@pytest.fixture(scope="module")
def remembering(module_httpd):
    if not (harness.MODULES / "mod_lua.so").exists():
        pytest.skip("this httpd has no mod_lua")
    return module_httpd(
        REMEMBERED, modules=[*MODULES, "lua", "setenvif"],
        files={"cgi/run": RUN, "login.lua": LOGIN})


TYPES = ["ntlm", "negotiate", "kerberos", "gssapi", "other"]


@pytest.mark.parametrize("auth_type", TYPES)
@pytest.mark.parametrize("place, origin, runs, result, reason", ROWS)
def test_stand_in(remembering, auth_type, place, origin, runs, result,
                  reason):
    with LoggedIn(remembering, f"/{auth_type}/serve/run",
                  "NTLM alice") as connection:
        check(connection, f"/{auth_type}", place, origin, runs, result,
              reason)


@pytest.mark.parametrize("auth_type", TYPES)
def test_a_bearer_is_a_log_in_of_the_request(remembering, auth_type):
    """Where the place's AuthType is none of a connection's: a script sets
    it itself, and no browser adds it."""
    answer = remembering.ask("POST", f"/{auth_type}/anonymous-deny/run",
                             origin=EVIL,
                             headers={"Authorization": "Bearer alice"})
    if auth_type == "other":
        assert (answer.status, answer.body) == (200, b"alice\n")
        assert answer.cors == {"allow-origin": "*"}
        assert answer.vary == {"origin"}
        assert caching(answer) == PUBLIC
        assert remembering.variables(answer)[0] == "anonymous"
    else:
        assert (answer.status, answer.cors) == (403, {})
        assert remembering.variables(answer)[2] == "credentials-sent"


def test_a_bearer_on_a_connection_of_somebody(remembering):
    """It does not hide whose the connection is."""
    with LoggedIn(remembering, "/ntlm/serve/run",
                  "NTLM alice") as connection:
        answer = connection.ask("POST", EVIL, "/ntlm/anonymous-deny/run",
                                ("Authorization", "Bearer bob"))
        assert (answer.status, answer.cors) == (403, {})
        assert not connection.has_run(answer)
        assert remembering.variables(answer)[2] == "credentials-sent"


def test_a_log_in_without_a_name_is_none(remembering):
    for place, cors in (("anonymous-deny", {"allow-origin": "*"}),
                        ("strip", {})):
        with Connection(remembering.port) as connection:
            for headers in ([("Authorization", "NTLM -")],
                            [("Origin", EVIL)]):
                request_id, text = request_text(
                    "GET", f"/ntlm/{place}/run",
                    [("Host", "api.example.com"), *headers])
                answer = connection.exchange(text, "GET", request_id)
                assert answer.status == 200
        assert answer.cors == cors


def test_a_cookie_beside_it_hides_nothing(remembering):
    """A Vary that names the cookie would not do."""
    with LoggedIn(remembering, "/ntlm/serve/run",
                  "NTLM alice") as connection:
        answer = connection.ask("GET", EVIL, "/ntlm/anonymous/run",
                                ("Cookie", "consent=1"))
        assert (answer.status, answer.cors) == (200, {})
        assert answer.vary == {"origin", "cookie", "authorization"}
        assert caching(answer) == PRIVATE


EACH_REQUEST = """
<Location />
    Require valid-user
    CORSAllowOrigin https://app.example.com
    CORSAllowAnonymous On
    Header set Cache-Control "public, max-age=600"
</Location>
<Location /basic>
    AuthType Basic
    AuthName members
    AuthBasicProvider file
    AuthUserFile ${ROOT}/users
</Location>
<Location /digest>
    AuthType Digest
    AuthName members
    AuthDigestProvider file
    AuthUserFile ${ROOT}/digests
</Location>
"""


def digest(challenge):
    """What a browser answers as alice, with the password secret."""
    nonce = re.search(r'nonce="([^"]+)"', challenge)[1]
    made = [hashlib.md5(text.encode()).hexdigest() for text in
            ("alice:members:secret", "GET:/digest/file")]
    field = {"username": "alice", "realm": "members", "nonce": nonce,
             "uri": "/digest/file", "response": hashlib.md5(
                 f"{made[0]}:{nonce}:1:c:auth:{made[1]}".encode())
             .hexdigest()}
    return "Digest " + ", ".join(
        f'{name}="{value}"' for name, value in field.items()) \
        + ', qop=auth, nc=1, cnonce="c"'


def test_caches_may_keep_what_each_request_logs_in(httpd):
    """Vary names its Authorization, which no connection remembers."""
    realm = hashlib.md5(b"alice:members:secret").hexdigest()
    server = httpd(
        EACH_REQUEST, modules=["auth_basic", "auth_digest", "authn_core",
                               "authn_file", "authz_user", "headers"],
        files={"users": "alice:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n",
               "digests": f"alice:members:{realm}\n",
               "htdocs/basic/file": "a file", "htdocs/digest/file": "a file"})
    challenge = server.get("/digest/file", EVIL).one("WWW-Authenticate")
    for path, field in (("/basic/file", "Basic YWxpY2U6c2VjcmV0"),
                        ("/digest/file", digest(challenge))):
        answer = server.get(path, EVIL, headers={"Authorization": field})
        assert (answer.status, answer.cors) == (200, {})
        assert answer.vary >= {"origin", "cookie", "authorization"}
        assert answer.one("Cache-Control") == "public, max-age=600"
