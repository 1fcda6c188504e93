# SPDX-License-Identifier: Apache-2.0
"""A site with the usual recipe of mod_headers, in its virtual host and in a
.htaccess, with a PHP session and a proxied API that has CORS of its own, is
led through docs/migrating.md: the lines and commands are those of the page."""

import re
import subprocess

import pytest

import harness
from client import APP, EVIL, readable
from php import PhpFpm
from recipes import RECIPES

TEXT = (harness.TOP / "docs" / "migrating.md").read_text("utf-8")
ADMIN = "https://admin.example.com"
OLD = "\n".join(re.findall(r"^#\| (.*)", (
    RECIPES / "from-mod_headers.conf").read_text("utf-8"), re.M))
HTACCESS = """
SetEnvIf Origin "^https?://.*example\\.com$" ORIGIN=$0
Header set Access-Control-Allow-Origin "%{ORIGIN}e" env=ORIGIN
Header set Access-Control-Allow-Credentials "true"
"""
PHP = """<?php
header("Access-Control-Allow-Origin: *");
session_start();
$_SESSION["calls"] = ($_SESSION["calls"] ?? 0) + 1;
echo $_SESSION["calls"];
"""
SITE = """
<Directory ${ROOT}/htdocs>
    AllowOverride FileInfo
    <FilesMatch "\\.php$">
        SetHandler "proxy:unix:${ROOT}/php-socket|fcgi://localhost"
    </FilesMatch>
</Directory>
ProxyPass /api http://127.0.0.1:${BACKEND}/api
"""
OWN = "/api/me?header=Access-Control-Allow-Origin:%20*"
PATHS = ("/me", "/session.php", OWN, "/none")


def new_lines(title):
    """The first block of configuration behind this heading."""
    return re.search(rf"^## {title}.*?^```apache\n(.*?)^```", TEXT,
                     re.M | re.S)[1]


@pytest.fixture
def site(httpd, backend):
    started = []

    def start(lines, htaccess=HTACCESS):
        server = httpd(
            SITE + lines, modules=[
                "authz_host", "headers", "proxy", "proxy_fcgi", "proxy_http",
                "rewrite", "setenvif"], define={"BACKEND": backend.port},
            files={"htdocs/me": "me", "htdocs/session.php": PHP,
                   "htdocs/.htaccess": htaccess})
        started.append(PhpFpm(server.folder))
        return server

    yield start
    for fpm in started:
        fpm.stop()


def test_the_old_site_is_as_broken_as_the_page_says(site):
    old = site(OLD)
    origin = "Access-Control-Allow-Origin"
    assert old.get("/me", APP).all(origin) == [APP, APP]
    assert old.get("/me", "https://evilexample.com").one(origin)
    assert len(old.get(OWN, APP).all(origin)) == 2
    assert old.get("/me", APP).vary == set()


@pytest.mark.parametrize("old, htaccess", [
    (OLD, HTACCESS), (OLD, ""), ("", HTACCESS), ("", "")],
    ids=["both", "virtual host", "htaccess", "taken out"])
def test_step_by_step(site, old, htaccess):
    """Nothing breaks in between, whichever lines are still there."""
    new = site(old + "\n" + new_lines("2"), htaccess)
    for path in PATHS:
        status = 404 if path == "/none" else 200
        for origin in (APP, ADMIN):
            answer = new.get(path, origin)
            assert (answer.status, answer.cors) == (status, readable(origin))
            assert "origin" in answer.vary
        answer = new.get(path, EVIL)
        assert (answer.cors, answer.vary) == ({}, {"origin"})
        answer = new.preflight(path, APP, "PUT",
                               "content-type,x-requested-with")
        assert answer.status == 204
        assert answer.cors["allow-methods"] == {"PUT", "DELETE"}
        assert answer.cors["allow-headers"] == {"content-type",
                                                "x-requested-with"}


@pytest.mark.parametrize("place", ["<Directory>", ".htaccess"])
def test_a_rule_of_the_virtual_host_comes_first(site, place):
    """Of a policy in these places: it has to go at once. And they do not hold
    for the proxied API."""
    lines = new_lines("2")
    rule = OLD[OLD.index("RewriteEngine"):]
    directory = f'\n<Directory "${{ROOT}}/htdocs">\n{lines}</Directory>'
    for old, overruled in ((OLD, False), (OLD.replace(rule, ""), True)):
        new = (site(old, HTACCESS + lines) if place == ".htaccess"
               else site(old + directory))
        asked = new.preflight("/me", APP, "PUT", "content-type")
        assert ("max-age" in asked.cors) is overruled
        assert new.get("/me", APP).cors == readable()
        assert len(new.get(OWN, APP).all("Access-Control-Allow-Origin")) == 2


def commands(title):
    return re.findall(r"^curl .*?[^\\]$", re.search(
        rf"^## {title}(.*?)^## ", TEXT, re.M | re.S)[1], re.M | re.S)


def test_the_check(site):
    new = site(OLD + "\n" + new_lines("2"))
    app, evil, preflight = [subprocess.run(
        command.replace("https://api.example.com",
                        f"http://127.0.0.1:{new.port}"), shell=True,
        stdout=subprocess.PIPE, stdin=subprocess.DEVNULL).stdout.decode()
        .replace("\r", "") for command in commands("3")]
    answers = re.search(r"^\| the first \| (.*) \|$", TEXT, re.M)[1]
    for field in re.findall(r"`(.*?)`", answers):
        assert app.count(f"\n{field}\n") == 1, field
    assert "Access-Control-" not in evil and "\nVary: Origin\n" in evil
    assert preflight.startswith("HTTP/1.1 204 ")
    answers = re.search(r"^\| the third \| (.*) \|$", TEXT, re.M)[1]
    assert f"\n{re.search('`(.*?)`', answers)[1]}\n" in preflight


def test_the_session(site):
    new = site(new_lines("2") + new_lines("5"), "")
    answer = new.get("/session.php", APP)
    (cookie,) = answer.all("Set-Cookie")
    assert cookie.endswith("; SameSite=None; Secure; Partitioned")
    answer = new.get("/session.php", APP,
                     headers={"Cookie": cookie.split(";")[0]})
    assert answer.body == b"2"
    assert new.ask("POST", "/session.php", origin=EVIL).status == 403


def test_the_old_lines_are_found(tmp_path):
    (tmp_path / "api.conf").write_text(OLD)
    (tmp_path / ".htaccess").write_text(HTACCESS)
    (tmp_path / "session.php").write_text(PHP)
    command = re.search(r"^grep .*", TEXT, re.M)[0]
    found = subprocess.run(
        command.replace("/etc/apache2 /var/www", str(tmp_path)), shell=True,
        stdout=subprocess.PIPE, text=True).stdout
    for line in [*OLD.splitlines(), *HTACCESS.splitlines()]:
        if "Origin" in line or "Access-Control" in line:
            assert line.strip() in found
    assert 'session.php:2:header("Access-Control' in found


@pytest.mark.parametrize("lines, origin, cookie, cors", [
    ("CORSAllowOrigin https://app.example.com", EVIL, False, {}),
    ("CORSAllowOrigin https://app.example.com\nCORSAllowAnonymous On", EVIL,
     False, {"allow-origin": "*"}),
    ("CORSAllowOrigin https://app.example.com\nCORSAllowAnonymous On", EVIL,
     True, {}),
    ("CORSAllowOrigin https://app.example.com\nCORSAllowAnonymous On", APP,
     True, readable()),
    ("CORSAllowOrigin *\nCORSAllowCredentials Off", EVIL, True,
     {"allow-origin": "*"})])
def test_what_the_star_was_for(httpd, lines, origin, cookie, cors):
    for line in lines.splitlines()[1:]:
        assert f"`{line}`" in TEXT
    site = httpd(f"<Location /me>\n{lines}\n</Location>",
                 files={"htdocs/me": "me"})
    headers = {"Cookie": "a=b"} if cookie else {}
    assert site.get("/me", origin, headers=headers).cors == cors
