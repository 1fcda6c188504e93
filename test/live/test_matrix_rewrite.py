# SPDX-License-Identifier: Apache-2.0
"""The matrix: what mod_rewrite and mod_alias make of a request."""

import pytest

import harness
import matrix
from matrix import EARLY, NOWHERE, PLACES, Producer

CONFIG = """
RewriteEngine On
RewriteRule ^/server/inner$ /file [PT,L]
RewriteRule ^/server/file-name$ ${ROOT}/htdocs/file [L]
RewriteRule ^/server/outer$ https://www.example.com/there [R=302,L]
RewriteRule ^/server/forbidden$ - [F]
RewriteRule ^/server/gone$ - [G]
RewriteRule ^/server/missing$ - [R=404,L]
RewriteRule ^/server/cookie$ /file [CO=rewritten:1:example.net,PT]
RewriteRule ^/server/cookie-outer$ https://www.example.com/there \
[CO=rewritten:1:example.net,R=302,L]
RewriteRule ^/server/to-directory$ /inside/file [PT,L]
RewriteCond %{REQUEST_METHOD} OPTIONS
RewriteRule ^/server/old-recipe$ - [R=204,L]
RewriteCond %{HTTP:Origin} !^ftp:
RewriteRule ^/server/vary$ /file [PT,L]
Redirect 301 /redirect/permanent https://www.example.com/there
Redirect 307 /redirect/again https://www.example.com/there
Redirect 410 /redirect/gone
RedirectMatch 303 ^/redirect/match https://www.example.com/there
<Directory ${ROOT}/htdocs/inside>
    CORSMaxAge 600
</Directory>
<Location /into/deny>
    CORSAllowOrigin https://else.example.com
    CORSDisallowedOrigin Deny
</Location>
<Location /into/errors>
    CORSAllowOrigin https://else.example.com
    CORSDisallowedOrigin Deny
</Location>
ErrorDocument 410 /into/errors/gone
"""

HTACCESS = """
RewriteEngine On
RewriteRule ^inner$ /file [L]
RewriteRule ^here$ there [L]
RewriteRule ^twice$ /rewritten/inner [L]
RewriteRule ^outer$ https://www.example.com/there [R=302,L]
RewriteRule ^forbidden$ - [F]
RewriteRule ^gone$ - [G]
RewriteRule ^missing$ - [R=404,L]
RewriteRule ^cookie$ /file [L,CO=rewritten:1:example.net]
RewriteRule ^cookie-outer$ https://www.example.com/there \
[CO=rewritten:1:example.net,R=302,L]
RewriteRule ^to-deny$ /into/deny/file [L]
RewriteRule ^ended$ /rewritten/there [END]
RewriteCond %{REQUEST_METHOD} OPTIONS
RewriteRule ^old-recipe$ - [R=204,L]
RewriteCond %{ENV:CORS_RESULT} ^(allowed|disallowed|same-origin|)$
RewriteRule ^result$ there [L]
"""

FRONT = """
RewriteEngine On
RewriteCond %{REQUEST_FILENAME} !-f
RewriteRule ^ index.html [L]
"""

FILES = {
    "file": "a file", "inside/file": "inside", "rewritten/there": "there",
    "rewritten/.htaccess": HTACCESS, "front/.htaccess": FRONT,
    "front/index.html": "the controller",
    "into/deny/file": "a file", "into/errors/gone": "gone",
    "laravel/.htaccess": "RewriteEngine On\n"
                         "RewriteRule ^(.*)$ public/$1 [L]\n",
    "laravel/public/.htaccess": FRONT + matrix.POLICY,
    "laravel/public/index.html": "the controller",
    "laravel/public/file": "a file",
}

FIRST = {"places": EARLY, "first": True}

PRODUCERS = [
    Producer("RewriteRule in .htaccess", "/rewritten/inner", body=b"a file"),
    Producer("RewriteRule in .htaccess, same folder", "/rewritten/here",
             body=b"there"),
    Producer("RewriteRule in .htaccess, twice", "/rewritten/twice",
             body=b"a file"),
    Producer("RewriteRule in .htaccess, END", "/rewritten/ended",
             body=b"there"),
    Producer("RewriteRule in .htaccess, R", "/rewritten/outer", 302),
    Producer("RewriteRule in .htaccess, F", "/rewritten/forbidden", 403),
    Producer("RewriteRule in .htaccess, G", "/rewritten/gone", 410,
             body=b"gone"),
    Producer("RewriteRule in .htaccess, R=404", "/rewritten/missing", 404),
    Producer("RewriteRule in .htaccess, CO", "/rewritten/cookie",
             body=b"a file", cookie=True),
    Producer("RewriteRule in .htaccess, CO and R", "/rewritten/cookie-outer",
             302, cookie=True),
    Producer("RewriteRule in .htaccess, old recipe", "/rewritten/old-recipe",
             404, options=204),
    Producer("RewriteCond with CORS_RESULT", "/rewritten/result",
             body=b"there"),
    Producer("RewriteRule into a place that denies", "/rewritten/to-deny",
             body=b"a file", unlisted=True),
    Producer("front controller", "/front/any/path", body=b"the controller"),
    Producer("policy below a rewriting root", "/laravel/any/path",
             body=b"the controller", places=(NOWHERE,)),
    Producer("policy below a rewriting root, a file", "/laravel/file",
             body=b"a file", places=(NOWHERE,)),
    Producer("server RewriteRule", "/server/inner", body=b"a file"),
    Producer("server RewriteRule to a file", "/server/file-name",
             body=b"a file"),
    Producer("server RewriteRule by Origin", "/server/vary", body=b"a file",
             places=tuple(place for place in PLACES if place != "any")),
    Producer("server RewriteRule into a directory", "/server/to-directory",
             body=b"inside"),
    Producer("server RewriteRule, CO", "/server/cookie", body=b"a file",
             cookie=True),
    Producer("server RewriteRule, R", "/server/outer", 302, **FIRST),
    Producer("server RewriteRule, F", "/server/forbidden", 403,
             **FIRST),
    Producer("server RewriteRule, G", "/server/gone", 410, body=b"gone",
             **FIRST),
    Producer("server RewriteRule, R=404", "/server/missing", 404,
             **FIRST),
    Producer("server RewriteRule, CO and R", "/server/cookie-outer", 302,
             cookie=True, **FIRST),
    Producer("server RewriteRule, old recipe", "/server/old-recipe", 404,
             options=204, places=("server", "location", "forward", "any")),
    Producer("Redirect 301", "/redirect/permanent", 301, **FIRST),
    Producer("Redirect 307", "/redirect/again", 307, **FIRST),
    Producer("Redirect 410", "/redirect/gone", 410, body=b"gone",
             **FIRST),
    Producer("RedirectMatch 303", "/redirect/match", 303, **FIRST),
]


@pytest.fixture(scope="module", params=harness.MPMS)
def server(module_httpd, request):
    return module_httpd(
        matrix.config(CONFIG), mpm=request.param,
        modules=["rewrite", "alias", "mime", "dir", "headers"],
        files=matrix.files(FILES))


@pytest.mark.parametrize("producer", PRODUCERS, ids=matrix.names(PRODUCERS))
def test_cells(server, producer, record_property):
    matrix.run(server, producer, record_property)
