# SPDX-License-Identifier: Apache-2.0
"""What docs/migrating.md and conf/recipes/from-mod_headers.conf say of the
mod_headers recipe is true: it is started, without the module's directives."""

import re

import harness
from client import APP, EVIL
from recipes import RECIPES
from test_recipes import OWN_HEADERS, USERS

ECHO = ('Header {always} set Access-Control-Allow-Origin "%{{ORIGIN}}e" '
        "env=ORIGIN\n")


def test_the_lines_of_the_recipe(httpd, backend):
    text = (RECIPES / "from-mod_headers.conf").read_text("utf-8")
    old = "\n".join(re.findall(r"^#\| (.*)", text, re.M))
    site = httpd(old + f"\nProxyPass /api http://127.0.0.1:{backend.port}/",
                 modules=["setenvif", "headers", "rewrite", "proxy",
                          "proxy_http"], files={"htdocs/file": "a file"})
    answer = site.get("/file", APP)
    assert answer.one("Access-Control-Allow-Origin") == APP
    assert answer.vary == set()
    assert site.ask("OPTIONS", "/file").status == 204
    assert len(site.get(OWN_HEADERS, APP).all(
        "Access-Control-Allow-Origin")) == 2
    assert site.get("/file", EVIL).cors["allow-methods"]


def test_an_expression_takes_strangers_in(httpd):
    document = (harness.TOP / "docs" / "migrating.md").read_text("utf-8")
    line = re.search(r"`(SetEnvIf .*?)` \|", document)[1]
    site = httpd(line + "\n" + ECHO.format(always="always"),
                 modules=["setenvif", "headers"],
                 files={"htdocs/file": "a file"})
    for origin in ("https://evilexample.com", "http://www.example.com"):
        assert site.get("/file", origin).cors == {"allow-origin": origin}


def test_without_always_it_is_not_on_errors(httpd):
    site = httpd("SetEnvIf Origin .+ ORIGIN=$0\n" + ECHO.format(always=""),
                 modules=["setenvif", "headers"],
                 files={"htdocs/file": "a file"})
    assert site.get("/file", APP).cors == {"allow-origin": APP}
    assert site.get("/none", APP).cors == {}


def test_with_and_without_always_it_is_sent_twice(httpd):
    site = httpd("SetEnvIf Origin .+ ORIGIN=$0\n" + ECHO.format(always="")
                 + ECHO.format(always="always"),
                 modules=["setenvif", "headers"],
                 files={"htdocs/file": "a file"})
    answer = site.get("/file", APP)
    assert answer.all("Access-Control-Allow-Origin") == [APP, APP]


def test_in_htaccess_the_preflight_meets_the_login(httpd):
    site = httpd(
        "<Directory ${ROOT}/htdocs>\nAllowOverride All\n</Directory>",
        modules=["rewrite", "auth_basic", "authn_core", "authn_file",
                 "authz_user"],
        files={"users": USERS, "htdocs/file": "a file", "htdocs/.htaccess": """
            RewriteEngine On
            RewriteCond %{REQUEST_METHOD} OPTIONS
            RewriteRule ^ - [R=204,L]
            AuthType Basic
            AuthName A
            AuthUserFile users
            Require valid-user
            """})
    assert site.preflight("/file", APP).status == 401
