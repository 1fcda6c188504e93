# SPDX-License-Identifier: Apache-2.0
"""What mod_cache_disk hands to others of an answer that a stranger's
credentials have made, under CORSAllowAnonymous: nothing to those without."""

import base64
import itertools

import pytest

import harness
from client import APP, EVIL, TLS_VERSIONS, ask_with, readable

CONFIG = """
CacheQuickHandler ${QUICK}
CacheEnable disk /
CacheRoot ${ROOT}/data/cache
CacheHeader On
CacheIgnoreNoLastMod On
CORSAllowOrigin https://app.example.com
CORSAllowAnonymous On
ScriptAlias /script ${ROOT}/cgi/script
<Directory ${ROOT}/cgi>
    CGIPassAuth On
</Directory>
"""
SCRIPT = """#!/bin/sh
echo Content-Type: text/plain
echo Cache-Control: public, max-age=600
echo Expires: Fri, 01 Jan 2100 00:00:00 GMT    # trunk asks for it
echo
echo "for $HTTP_COOKIE $HTTP_AUTHORIZATION"
"""
MODULES = ["alias", "cache", "cache_disk", "cgi", "headers", "mime"]
ALICE = "Basic " + base64.b64encode(b"alice:secret").decode()
ANYBODY = {"allow-origin": "*"}

# (Origin, credentials)
READERS = {
    "cookie": (EVIL, {"Cookie": "sid=alice"}),
    "log-in": (EVIL, {"Authorization": ALICE}),
    "both": (EVIL, {"Cookie": "sid=bob", "Authorization": ALICE}),
    "none": (EVIL, {}),
    "listed": (APP, {}),
    "navigation": (None, {}),
}


def start(httpd, quick, config="", **options):
    options["modules"] = [*MODULES, *options.get("modules", ())]
    options["files"] = {"cgi/script": SCRIPT, "htdocs/file": "a file",
                        **options.get("files", {})}
    server = httpd(CONFIG + config, define={"QUICK": quick}, **options)
    folder = server.folder / "data" / "cache"
    folder.mkdir()
    folder.chmod(0o777)
    return server


@pytest.fixture(scope="module", params=["On", "Off"])
def server(module_httpd, request):
    return start(module_httpd, request.param)


def is_stored(answer):
    state, _, _ = answer.one("X-Cache").partition(" ")
    assert state in ("HIT", "MISS")
    return state == "HIT"


def test_readers_without_credentials(server):
    """In whatever order they come, twice each."""
    for number, order in enumerate(itertools.permutations(READERS, 3)):
        path = f"/script?{number}"
        for name in [*order, *order]:
            origin, credentials = READERS[name]
            answer = server.get(path, origin, headers=credentials)
            assert answer.status == 200
            if not credentials:
                assert answer.body.split() == [b"for"], (order, name)
                assert answer.cors == (
                    readable() if origin == APP
                    else ANYBODY if origin else {}), (order, name)
                assert answer.vary == {"origin"}


@pytest.mark.parametrize("name", ["cookie", "log-in", "both"])
def test_an_answer_to_credentials_is_told_apart(server, name):
    path, (origin, credentials) = f"/script?{name}", READERS[name]
    for _ in range(2):
        answer = server.get(path, origin, headers=credentials)
        assert (answer.status, answer.cors) == (200, {})
        assert answer.vary == {"origin", "cookie", "authorization"}
    stored = [is_stored(server.get(path, EVIL)) for _ in range(2)]
    assert stored == [False, True]


@pytest.mark.parametrize("version", TLS_VERSIONS)
@pytest.mark.parametrize("quick", ["On", "Off"])
def test_an_answer_to_a_certificate_is_kept_by_nobody(
        httpd, authority, quick, version):
    site = start(httpd, quick, """
        SSLEngine On
        SSLCertificateFile ${ROOT}/server.pem
        SSLCertificateKeyFile ${ROOT}/server.pem
        SSLCACertificateFile ${ROOT}/server.pem
        SSLVerifyClient optional
        LogLevel warn ssl:error
        """, modules=["ssl"], files={"server.pem": authority.read_text()})

    def ask(certificate):
        answer = ask_with(site, "/script", EVIL, certificate, version)
        return answer.cors, is_stored(answer)

    assert [ask(authority), ask(authority), ask(None), ask(None)] == [
        ({}, False), ({}, False), (ANYBODY, False), (ANYBODY, True)]


LOGIN = """
function check(r)
    r.user = "alice"
    return apache2.OK
end
"""


def test_an_answer_to_a_connection_is_kept_by_nobody(httpd):
    """Who it is stands in no field of the request: mod_lua says alice to
    all, as a module that knows the connection would."""
    if not (harness.MODULES / "mod_lua.so").exists():
        pytest.skip("this httpd has no mod_lua")
    site = start(httpd, "Off", """
        LuaHookCheckUserID ${ROOT}/login.lua check
        <Location /script>
            AuthType NTLM
            AuthName members
            Require valid-user
        </Location>
        """, modules=["lua", "authn_core", "authz_user"],
        files={"login.lua": LOGIN})
    for _ in range(3):
        answer = site.get("/script", EVIL)
        assert (answer.status, answer.cors) == (200, {})
        assert not is_stored(answer)
        assert site.variables(answer)[2] == "credentials-sent"
