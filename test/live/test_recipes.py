# SPDX-License-Identifier: Apache-2.0
"""Every file of conf/recipes, started as it stands and asked for what it
promises; the rest is in test_recipes_*.py. recipes.py says what `recipe(...)`
does."""

import base64
import contextlib
import json
import pathlib
import re
import shutil
import sqlite3
import subprocess
import tempfile

import pytest

import harness
from client import APP, EVIL, PREFLIGHT_VARY, permitted, readable
from installed import is_older
from recipes import RECIPES, file_of

# user "api", password "secret": htpasswd -nb -s
USERS = "api:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n"
LOGIN = {"Authorization": "Basic " + base64.b64encode(b"api:secret").decode()}


def test_each_recipe_has_a_test():
    tests = {name for file in pathlib.Path(__file__).parent.glob(
                 "test_recipes*.py") for name in
             re.findall(r"^def (test_\w+)\(recipe\b", file.read_text("utf-8"),
                        re.M)}
    files = set(RECIPES.iterdir())
    assert len(files) >= 27
    assert {file_of(name) for name in tests} == files
    table = (harness.TOP / "docs" / "recipes.md").read_text("utf-8")
    assert sorted(re.findall(r"\| \[.*\]\(\.\./conf/recipes/(.*)\)", table)) \
        == sorted(file.name for file in RECIPES.iterdir())


def test_single_page_app(recipe):
    site = recipe()
    assert site.get("/file", APP).cors == readable(
        expose_headers={"x-total-count", "location"})
    assert site.preflight("/file", APP, "PATCH",
                          "content-type,x-csrf-token").cors == permitted(
        allow_methods={"PUT", "PATCH", "DELETE"},
        allow_headers={"content-type", "x-csrf-token"})
    assert site.ask("POST", "/file", origin=EVIL, body=b"a=b").status == 403
    assert site.preflight("/file", EVIL).status == 403
    assert site.get("/file").status == 200


def test_tenants(recipe):
    site = recipe()
    for host in ("a.tenants", "a.b.tenants"):
        origin = f"https://{host}.example.com"
        assert site.get("/file", origin).cors == readable(origin)
    for host in ("tenants", "uploads.tenants", "x.uploads.tenants",
                 "a.tenants.example.com.evil"):
        assert site.get("/file", f"https://{host}.example.com").cors == {}


def test_live_list(recipe):
    path = "/etc/apache2/cors/origins.txt"
    site = recipe({path: "conf/origins.txt", "Refresh 10s": "Refresh 1s"},
                  files={"conf/origins.txt": f"{APP}\n"})
    assert site.get("/file", APP).cors == readable()
    assert site.get("/file", EVIL).status == 403
    new = site.write("conf/new", "https://b.example.net\n")
    new.rename(site.folder / "conf/origins.txt")
    harness.wait_for(lambda: site.get("/file", "https://b.example.net").cors,
                     "the new list holds")
    assert site.get("/file", APP).status == 403


def test_tenants_database(recipe):
    """Without the file nobody is let in; each tenant's own origins are."""
    site = recipe({"/var/lib/cors": "${ROOT}/data"})
    path = site.folder / "data" / "tenants.db"
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE tenant_origins (host TEXT, origin "
                         "TEXT, PRIMARY KEY (host, origin))")
        database.execute("INSERT INTO tenant_origins VALUES "
                         "('a.example.com', ?)", (APP,))
    path.chmod(0o666)
    assert site.get("/file", APP, host="a.example.com").cors == readable()
    assert site.preflight("/file", APP, "POST", "content-type",
                          host="a.example.com").cors == permitted(
        allow_headers={"content-type"})
    for host, origin in (("b.example.com", APP), ("a.example.com", EVIL)):
        answer = site.get("/file", origin, host=host)
        assert (answer.status, answer.cors) == (403, {})


def test_basic_login(recipe):
    site = recipe({"/etc/apache2/api.htpasswd": "${ROOT}/users"},
                  files={"users": USERS, "htdocs/api/file": "a file"})
    answer = site.preflight("/api/file", APP, "PUT", "authorization")
    assert (answer.status, answer.vary) == (204, PREFLIGHT_VARY)
    assert answer.cors == permitted(
        allow_methods={"PUT", "DELETE"},
        allow_headers={"authorization", "content-type"})
    answer = site.get("/api/file", APP)
    assert (answer.status, answer.cors) == (401, readable())
    answer = site.get("/api/file", APP, headers=LOGIN)
    assert (answer.status, answer.cors) == (200, readable())


OWN_HEADERS = ("/api/x?header=Access-Control-Allow-Origin:%20*"
               "&header=Access-Control-Allow-Methods:%20*"
               "&header=X-Total:%207&header=Vary:%20Accept")


def test_reverse_proxy(recipe, backend):
    site = recipe({"127.0.0.1:8080": f"127.0.0.1:{backend.port}"})
    answer = site.get(OWN_HEADERS, APP)
    assert "x-total" in answer.cors["expose-headers"]
    assert {**answer.cors, "expose-headers": None} == readable() | {
        "expose-headers": None}
    assert answer.vary == {"accept", "origin"}
    assert site.get(OWN_HEADERS, EVIL).cors == {}
    backend.forget()
    assert site.preflight("/api/x", APP, "PATCH").status == 204
    assert backend.requests() == []


def test_reverse_proxy__forward(recipe, backend):
    """The line that its last comment offers."""
    site = recipe({"127.0.0.1:8080": f"127.0.0.1:{backend.port}"},
                  behind='<Location "/api/">\nCORSPreflight Forward\n'
                         '</Location>')
    answer = site.preflight(OWN_HEADERS, APP)
    assert (answer.status, answer.cors["allow-methods"]) == (200, {"*"})
    assert answer.cors["allow-origin"] == APP
    assert len(backend.requests()) == 1


@pytest.fixture
def fpm():
    """A php-fpm with a pool and a socket of its own."""
    program = next(file for folder in ("/usr/sbin", "/usr/bin")
                   for file in sorted(pathlib.Path(folder).glob("php-fpm*")))
    with tempfile.TemporaryDirectory(prefix="cors-fpm-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        user = harness._user()
        (folder / "fpm.conf").write_text(
            f"[global]\nerror_log = {folder}/log\ndaemonize = no\n[www]\n"
            f"listen = {folder}/socket\nlisten.mode = 0666\n"
            + (f"user = {user}\n" if user else "")
            + "pm = static\npm.max_children = 1\n")
        process = subprocess.Popen(
            [program, "-n", "-y", folder / "fpm.conf"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            harness.wait_for((folder / "socket").exists, "php-fpm starts")
            yield folder / "socket"
        finally:
            process.terminate()
            process.wait()


PHP = """<?php
header("Access-Control-Allow-Origin: *");
setcookie("session", "1");
echo $_SERVER["REQUEST_METHOD"], " ", $_SERVER["CORS_RESULT"];
"""


def test_php_fpm(recipe, fpm):
    site = recipe({"/run/php/php-fpm.sock": fpm,
                   "/var/www/api": "${ROOT}/htdocs/api"},
                  files={"htdocs/api/index.php": PHP})
    answer = site.ask("PUT", "/api/index.php", origin=APP)
    assert (answer.body, answer.cors) == (b"PUT allowed", readable())
    assert answer.all("Set-Cookie") == ["session=1"]
    assert site.get("/api/index.php", EVIL).cors == {}
    answer = site.preflight("/api/index.php", APP, "DELETE", "content-type")
    assert (answer.status, answer.body) == (204, b"")
    assert answer.one("Set-Cookie") is None


def test_webdav(recipe):
    site = recipe({"/etc/apache2/dav.htpasswd": "${ROOT}/users"},
                  files={"users": USERS, "htdocs/dav/file": "a file"},
                  behind="DavLockDB ${ROOT}/data/lock\n")
    files = "https://files.example.com"
    expected = readable(files, expose_headers={"dav", "etag", "lock-token"})
    answer = site.preflight("/dav/", files, "PROPFIND", "depth,if")
    assert answer.status == 204
    assert {"PROPFIND", "LOCK", "REPORT", "SEARCH"} <= answer.cors[
        "allow-methods"]
    assert {"depth", "destination", "if"} <= answer.cors["allow-headers"]
    assert answer.one("DAV") is None
    answer = site.ask("OPTIONS", "/dav/", origin=files, headers=LOGIN)
    assert (answer.status, answer.cors) == (200, expected)
    assert answer.all("DAV")
    answer = site.ask("PROPFIND", "/dav/", origin=files,
                      headers={"Depth": "1", **LOGIN})
    assert (answer.status, answer.cors) == (207, expected)
    for method, status in (("REPORT", 501), ("SEARCH", 405)):
        # mod_dav_fs has neither: its own word of it, for the script to read
        answer = site.ask(method, "/dav/file", origin=files, headers=LOGIN,
                          body=b'<D:version-tree xmlns:D="DAV:"/>')
        if method == "REPORT" and is_older("2.4.49"):
            status = 405
        assert (answer.status, answer.cors) == (status, expected)
    assert site.ask("PROPFIND", "/dav/", origin=EVIL,
                    headers=LOGIN).status == 403


def test_fonts(recipe):
    site = recipe(files={"htdocs/fonts/a.woff2": "a font"})
    for origin in (APP, EVIL, None):
        answer = site.get("/fonts/a.woff2", origin)
        assert answer.cors == {"allow-origin": "*"}
        assert answer.vary == set()


def test_public_read(recipe):
    site = recipe(files={"htdocs/api/file": "a file"})
    cookie = {"Cookie": "session=1"}
    assert site.get("/api/file", APP, headers=cookie).cors == readable()
    assert site.get("/api/file", EVIL).cors == {"allow-origin": "*"}
    assert site.get("/api/file", EVIL, headers=cookie).cors == {}
    assert site.preflight("/api/file", EVIL).cors == permitted(
        "*", allow_credentials=None, allow_methods={"PUT", "DELETE"},
        allow_headers={"content-type"})


def test_widget(recipe, backend):
    shop = "https://shop.example"
    site = recipe(modules=["proxy", "proxy_http"],
                  behind=f"ProxyPass /widget http://127.0.0.1:{backend.port}")
    path = ("/widget/x?header=Set-Cookie:%20widget_session=1;%20Path=/"
            "&header=Set-Cookie:%20other=2")
    answer = site.get(path, shop)
    assert answer.cors == readable(shop)
    assert answer.all("Set-Cookie") == [
        "widget_session=1; Path=/; SameSite=None; Secure; Partitioned",
        "other=2"]
    backend.forget()
    assert site.ask("POST", "/widget/x", origin=EVIL).status == 403
    assert backend.requests() == []


@pytest.mark.parametrize("define", [{}, {"DEVELOPMENT": ""}])
def test_development(recipe, define):
    site = recipe(files={"htdocs/api/file": "a file"}, define=define)
    assert site.get("/api/file", APP).cors == readable()
    for origin in ("http://localhost:5173", "http://127.0.0.1:3000"):
        assert site.get("/api/file", origin).cors == (
            readable(origin) if define else {})
    assert site.get("/api/file", "http://localhost.evil.example").cors == {}


def test_rules_by_origin(recipe):
    site = recipe(files={"htdocs/api/file": "a file"})
    partner, dashboard = "https://partner.example", "https://dashboard.example"
    assert site.get("/api/file", partner).cors == readable(partner)
    assert site.get("/api/file", dashboard).cors == {
        "allow-origin": dashboard}
    assert site.get("/api/file", EVIL).cors == {}
    for origin, methods in ((partner, None), (APP, {"PUT", "DELETE"})):
        answer = site.preflight("/api/file", origin)
        assert answer.status == 204
        assert answer.cors.get("allow-methods") == methods


@pytest.mark.parametrize("front", [
    "", "RewriteEngine On\nRewriteRule !^front front\n",
    "FallbackResource /front\n"])
def test_call_backs(recipe, backend, front):
    """With and without a front controller; a form of a provider that hides
    its referrer has the origin null."""
    site = recipe(
        modules=["rewrite", "dir", "proxy", "proxy_http"],
        files={"htdocs/front": "front",
               "htdocs/.htaccess": front, "htdocs/oidc/callback": "",
               "htdocs/payment/return": "", "htdocs/saml/acs": ""},
        behind="<Directory ${ROOT}/htdocs>\nAllowOverride All\n</Directory>")
    for origin in ("https://login.provider.example", "null"):
        for path in ("/oidc/callback", "/saml/acs?x=1", "/payment/return"):
            answer = site.ask("POST", path, origin=origin, body=b"a=b")
            assert (answer.status, answer.cors) == (200, {})
            assert site.get(path, origin).status == 403
        for path in ("/file", "/oidc/callbacks", "/x/oidc/callback"):
            assert site.ask("POST", path, origin=origin).status == 403
    assert site.ask("POST", "/file", origin=APP).cors == readable()


def test_fetch_metadata(recipe):
    site = recipe(files={"htdocs/public/file": "a file",
                         "htdocs/oidc/file": "a file"},
                  behind='Header add Set-Cookie "session=1; Path=/"\n')
    image = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors",
             "Sec-Fetch-Dest": "image"}
    link = {**image, "Sec-Fetch-Mode": "navigate",
            "Sec-Fetch-Dest": "document", "Referer": f"{EVIL}/"}
    policy, only = "Cross-Origin-Resource-Policy", "Content-Security-Policy"
    for path, status in (("/file", 200), ("/none", 404)):
        answer = site.get(path, headers={**image, "Referer": f"{APP}/a"})
        assert (answer.status, answer.one(policy)) == (status, "cross-origin")
        assert answer.cors == {}
    answer = site.get("/file", headers=link)
    assert (answer.status, answer.one(policy)) == (200, None)
    assert answer.all("Set-Cookie") == [
        "session=1; Path=/; SameSite=None; Secure; Partitioned"]
    assert answer.one(only) == f"frame-ancestors 'self' {APP}"
    for headers in ({**image, "Referer": f"{EVIL}/"}, image):
        site.allowed.append("further ones at LogLevel cors_cookies:info")
        answer = site.get("/file", headers=headers)
        assert (answer.status, answer.one(policy)) == (403, None)
        for path in ("/public/file", "/oidc/file"):
            answer = site.get(path, headers=headers)
            assert (answer.status, answer.one(only)) == (200, None)
    assert site.get("/file", APP).cors == readable()
    assert site.ask("POST", "/public/file", origin=EVIL).status == 403


def test_timing(recipe):
    site = recipe(files={"htdocs/api/file": "a file"})
    for path, status in (("/api/file", 200), ("/api/none", 404)):
        answer = site.get(path, APP)
        assert (answer.status, answer.one("Timing-Allow-Origin")) == (
            status, APP)
        assert "origin" in answer.vary
        for origin in (EVIL, None):
            assert site.get(path, origin).one("Timing-Allow-Origin") is None


def test_debug_header(recipe):
    site = recipe(files={"htdocs/api/file": "a file"})
    for path in ("/api/file", "/api/none"):
        assert site.get(path, APP).one("X-CORS") == "allowed ok"
        assert site.get(path, EVIL).one("X-CORS") == (
            "disallowed origin-not-listed")
        assert site.get(path, None).one("X-CORS") is None
    asked = {"Access-Control-Request-Method": "GET",
             "Access-Control-Request-Headers": "x-a"}
    assert site.ask("OPTIONS", "/api/file", origin=APP, headers=asked).one(
        "X-CORS") == "preflight-disallowed header-not-listed"


def test_storage_access(recipe):
    site = recipe(files={"htdocs/widget/file": "a file"})
    shop = "https://shop.example"
    inactive = {"Sec-Fetch-Storage-Access": "inactive"}
    for path, status in (("/widget/file", 200), ("/widget/none", 404)):
        answer = site.get(path, shop, headers=inactive)
        assert answer.status == status
        assert answer.one("Activate-Storage-Access") == (
            f'retry; allowed-origin="{shop}"')
        for origin, headers in ((shop, {}), (EVIL, inactive), (None, inactive),
                                (shop, {"Sec-Fetch-Storage-Access": "active"})
                                ):
            answer = site.get(path, origin, headers=headers)
            assert answer.one("Activate-Storage-Access") is None
            assert answer.vary == {"origin", "sec-fetch-storage-access"}


def test_report_only(recipe):
    site = recipe(define={"APACHE_LOG_DIR": "logs"})
    answer = site.get("/file", EVIL)
    assert (answer.status, answer.cors, answer.vary) == (200, {}, set())
    answer = site.get("/file", APP)
    assert (answer.status, answer.cors, answer.vary) == (200, {}, set())
    site.get("/file")

    def lines():
        log = (site.folder / "logs/cors.log").read_text("utf-8")
        return len(log.splitlines()) > 1 and log.splitlines()

    assert {line.split("] ")[1] for line in harness.wait_for(
        lines, "lines in cors.log")} == {
        f'disallowed origin-not-listed GET /file "{EVIL}"',
        f'allowed ok GET /file "{APP}"'}


def test_from_mod_headers(recipe):
    site = recipe()
    admin = "https://admin.example.com"
    assert site.get("/file", admin).cors == readable(admin)
    assert site.preflight("/file", APP, "PUT", "content-type").cors == \
        permitted(allow_methods={"PUT", "DELETE"},
                  allow_headers={"content-type"})
    assert site.get("/file", EVIL).cors == {}
    assert site.get("/file", EVIL).vary == {"origin"}
    assert site.ask("OPTIONS", "/file", origin=APP).status == 200
