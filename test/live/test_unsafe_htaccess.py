# SPDX-License-Identifier: Apache-2.0
"""A .htaccess that cannot be meant is refused and said, on whatever way a
request comes to its folder."""

import pytest

from client import APP, EVIL

CONFIG = """
<Directory ${ROOT}/htdocs>
    AllowOverride All
    Options +MultiViews
    FallbackResource disabled
</Directory>
<Directory ${ROOT}/htdocs/index>
    DirectoryIndex /unsafe/page.html
</Directory>
<Directory ${ROOT}/htdocs/below>
    DirectoryIndex nothing.html unsafe/page.html
</Directory>
<Directory ${ROOT}/htdocs/fallback>
    FallbackResource /unsafe/page.html
</Directory>
<Directory ${ROOT}/htdocs/rewritten>
    RewriteEngine On
    RewriteRule ^ /unsafe/page.html [L]
</Directory>
"""
UNSAFE = {
    "any": "CORSAllowOrigin *",
    "insecure": "CORSAllowOrigin http://app.example.com",
    "suffix": "CORSAllowOrigin https://*.co.uk",
}
WAYS = ["/unsafe/page.html", "/unsafe/page", "/index/", "/below/",
        "/fallback/any", "/rewritten/any"]


@pytest.fixture(scope="module", params=[
    "", f"CORSAllowOrigin {APP}",
    f"CORSAllowOrigin {APP}\nCORSDisallowedOrigin StripCredentials"],
    ids=["none", "allows", "strips"])
def site(module_httpd, request):
    """What the places have that the ways begin in."""
    return module_httpd(
        CONFIG + request.param, modules=["dir", "mime", "negotiation",
                                         "rewrite"],
        files={f"htdocs/{name}": "a page" for name in (
            "unsafe/page.html", "below/unsafe/page.html", "index/none",
            "fallback/none", "rewritten/none")})


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("unsafe", UNSAFE)
def test_every_way_to_it(site, unsafe, way):
    for folder in ("", "below/"):
        site.write(f"htdocs/{folder}unsafe/.htaccess", UNSAFE[unsafe])
    for origin in (APP, EVIL, None):
        answer = site.get(way, origin)
        assert answer.status == 500
        assert b"a page" not in answer.body
        site.expect(r"cors_cookies:alert.*/unsafe/\.htaccess:1: "
                    "CORSAllowOrigin")
        site.check_log()


@pytest.mark.parametrize("way", WAYS)
def test_a_safe_one(site, way):
    for folder in ("", "below/"):
        site.write(f"htdocs/{folder}unsafe/.htaccess",
                   "CORSAllowOrigin https://app.example.com")
    answer = site.get(way, APP)
    assert (answer.status, answer.body) == (200, b"a page")
    assert answer.cors["allow-origin"] == APP
