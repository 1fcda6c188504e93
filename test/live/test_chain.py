# SPDX-License-Identifier: Apache-2.0
"""A request that goes on inside the server, and the places it passes."""

import pytest

from client import APP, EVIL, permitted, readable

CONFIG = """
ErrorDocument 404 /errors/front
<Directory ${ROOT}/htdocs>
    AllowOverride All
    DirectoryIndex index.html
    FallbackResource disabled
</Directory>
<Location /serve>
    CORSAllowOrigin https://app.example.com
</Location>
<Location /deny>
    CORSAllowOrigin https://other.example.com
    CORSDisallowedOrigin Deny
</Location>
<Files index.html>
    CORSMaxAge 5
</Files>
<Directory ${ROOT}/htdocs/front>
    FallbackResource /front/controller.html
</Directory>
<Location /front>
    CORSAllowOrigin https://app.example.com
</Location>
<Location /front/controller.html>
    CORSAllowOrigin https://controller.example.com
</Location>
<Files denied.html>
    CORSDisallowedOrigin Deny
</Files>
<Directory ${ROOT}/htdocs/index>
    DirectoryIndex denied.html
</Directory>
<Location /index>
    CORSAllowOrigin https://app.example.com
</Location>
RewriteEngine On
RewriteRule ^/(forwarded|reported)/ - [F]
ErrorDocument 403 /deny/page
<Location /forwarded>
    CORSAllowOrigin https://app.example.com
    CORSPreflight Forward
    CORSExposeHeaders X-A
</Location>
<Location /reported>
    CORSAllowOrigin https://app.example.com
    CORSReportOnly On
</Location>
"""

OTHER = "https://other.example.com"
FILES = {
    "serve/file": "a file",
    "serve/.htaccess": "RewriteEngine On\n"
                       "RewriteRule ^to-deny$ /deny/file [L]",
    "deny/file": "a file", "deny/page": "missing",
    "errors/.htaccess": "RewriteEngine On\n"
                        "RewriteRule ^front$ /deny/page [L]",
    "front/controller.html": "the controller",
    "index/denied.html": "the index",
    "plain/.htaccess": "RewriteEngine On\n"
                       "RewriteRule ^to-deny$ /deny/file [L]\n"
                       "RewriteRule ^to-serve$ /serve/file [L]",
}


@pytest.fixture(scope="module")
def site(module_httpd):
    return module_httpd(CONFIG, modules=["rewrite", "dir", "mime"], files={
        f"htdocs/{name}": text for name, text in FILES.items()})


@pytest.mark.parametrize("origin, cors", [(APP, readable()), (EVIL, {}),
                                          (OTHER, {}), (None, {})])
def test_error_document_that_is_rewritten(site, origin, cors):
    """Into a place that denies: an ErrorDocument is never denied."""
    answer = site.get("/serve/missing", origin)
    assert (answer.status, answer.body) == (404, b"missing")
    assert answer.cors == cors
    assert answer.vary == {"origin"}


@pytest.mark.parametrize("origin", [APP, EVIL, OTHER, None])
def test_error_document_of_a_place_without_policy(site, origin):
    answer = site.get("/missing", origin)
    assert (answer.status, answer.body) == (404, b"missing")
    assert (answer.cors, answer.vary) == ({}, set())
    assert site.variables(answer) == (None, None, None)


PREFLIGHT = {"Access-Control-Request-Method": "PUT"}


@pytest.mark.parametrize("headers, result", [
    (PREFLIGHT, "preflight-allowed"), ({}, "allowed")])
def test_error_document_of_what_a_translator_refused(site, headers, result):
    """httpd has made a GET of it by then."""
    answer = site.ask("OPTIONS", "/forwarded/file", origin=APP,
                      headers=headers)
    assert (answer.status, answer.body) == (403, b"missing")
    assert site.variables(answer) == (result, APP, "ok")
    assert answer.cors == readable(**(
        {} if headers else {"expose_headers": {"x-a"}}))
    answer = site.ask("OPTIONS", "/reported/file", origin=APP,
                      headers=headers)
    assert (answer.status, answer.cors) == (403, {})
    assert site.variables(answer) == (
        ("preflight-disallowed", APP, "method-not-listed") if headers
        else ("allowed", APP, "ok"))


def test_the_first_place_judges_and_every_place_denies(site):
    """`deny` refuses those whom `serve` refuses, and takes its word for the
    others."""
    answer = site.get("/serve/to-deny", APP)
    assert (answer.status, answer.cors) == (200, readable())
    answer = site.get("/serve/to-deny", OTHER)
    assert (answer.status, answer.cors) == (403, {})
    assert site.variables(answer) == ("disallowed", None,
                                      "origin-not-listed")
    assert site.get("/serve/to-deny").status == 200


def test_a_place_without_policy_leaves_it_to_the_next(site):
    answer = site.get("/plain/to-deny", OTHER)
    assert (answer.status, answer.cors) == (200, readable(OTHER))
    answer = site.get("/plain/to-deny", APP)
    assert (answer.status, answer.cors) == (403, {})
    answer = site.get("/plain/to-serve", APP)
    assert (answer.status, answer.cors) == (200, readable())


def test_front_controller(site):
    answer = site.get("/front/any/path", APP)
    assert (answer.status, answer.body) == (200, b"the controller")
    assert answer.cors == readable()
    answer = site.get("/front/any/path", "https://controller.example.com")
    assert (answer.status, answer.cors) == (200, {})
    answer = site.preflight("/front/any/path", method="GET")
    assert (answer.status, answer.cors) == (204, permitted())


def test_index_file_that_denies(site):
    answer = site.get("/index/", APP)
    assert (answer.status, answer.body) == (200, b"the index")
    assert answer.cors == readable()
    answer = site.get("/index/", EVIL)
    assert (answer.status, answer.cors) == (403, {})
    assert site.get("/index/").status == 200


def test_method_that_httpd_does_not_know(site):
    site.expect("AH00135")
    answer = site.ask("BREW", "/serve/file", origin=APP)
    assert (answer.status, answer.cors) == (501, readable())


def test_request_with_a_whole_url(site):
    answer = site.get("http://api.example.com/serve/file", APP, host="other")
    assert (answer.status, answer.cors) == (200, readable())
    answer = site.get("http://api.example.com/deny/file",
                      "http://api.example.com")
    assert (answer.status, answer.cors) == (200, {})    # its own origin
