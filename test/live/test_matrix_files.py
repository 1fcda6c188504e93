# SPDX-License-Identifier: Apache-2.0
"""The matrix: what httpd makes of files."""

import pytest

import harness
import installed
import matrix
from matrix import Producer

CONFIG = """
<Directory ${ROOT}/htdocs>
    DirectoryIndex index.html
    AddOutputFilter INCLUDES .shtml
    Options +Includes
    AddLanguage en .en
    AddLanguage de .de
    AddType text/plain .text
</Directory>
<Directory ${ROOT}/htdocs/listing>
    Options +Indexes
</Directory>
<Directory ${ROOT}/htdocs/views>
    Options +MultiViews
</Directory>
<Directory ${ROOT}/htdocs/fallback>
    FallbackResource /fallback/controller
</Directory>
<Directory ${ROOT}/htdocs/if>
    <If "%{HTTP:Origin} == 'https://app.example.com'">
        Header set X-If app
    </If>
    <If "%{HTTP:Origin} != 'https://app.example.com'">
        Header set X-If another
    </If>
</Directory>
<Location /left/set>
    Header set Access-Control-Allow-Origin *
    Header set Access-Control-Allow-Credentials maybe
    Header set Vary origin
</Location>
<Location /left/always>
    Header always set Access-Control-Allow-Origin https://app.example.com
    Header always set Access-Control-Allow-Credentials true
    Header always set Access-Control-Max-Age 5
    Header always set Vary Origin
</Location>
<Location /left/merge>
    Header merge Access-Control-Allow-Origin *
    Header merge Vary Origin
    Header always merge Vary Accept
</Location>
<Location /left/add>
    Header add Access-Control-Allow-Origin *
    Header add Access-Control-Allow-Origin https://app.example.com
    Header always add Access-Control-Expose-Headers X-Any
    Header add Vary "Accept, Origin"
</Location>
<Location /left/echo>
    SetEnvIf Origin (.+) their=$1
    Header always set Access-Control-Allow-Origin %{their}e env=their
    Header always set Access-Control-Allow-Credentials true env=their
</Location>
<Location /vary/all>
    Header always set Vary *
</Location>
SetEnvIf Request_URI ^/vary/none force-no-vary
<Location /tracked>
    CookieTracking On
    CookieName tracked
</Location>
<Location /cookie>
    Header always set Set-Cookie always=1
    Header set Set-Cookie onsuccess=1
</Location>
<Location /deflate>
    SetOutputFilter DEFLATE
</Location>
<Location /brotli>
    SetOutputFilter BROTLI_COMPRESS
</Location>
<Location /doc>
    ErrorDocument 404 /doc-file
</Location>
<Location /doc-text>
    ErrorDocument 404 "not here"
</Location>
<Location /doc-elsewhere>
    ErrorDocument 404 https://www.example.com/missing
</Location>
<Location /doc-chain>
    ErrorDocument 404 /doc/missing-too
</Location>
<Location /doc-policy>
    ErrorDocument 404 /errors/policy/file
</Location>
<Location /doc-none>
    ErrorDocument 404 /errors/none/file
</Location>
<Location /doc-deny>
    ErrorDocument 404 /errors/deny/file
</Location>
<Location /doc-204>
    ErrorDocument 204 "nothing"
    ErrorDocument 403 "no"
</Location>
<Location /errors/policy>
    CORSAllowOrigin https://evil.example
</Location>
<Location /errors/none>
    CORSAllowOrigin none
</Location>
<Location /errors/deny>
    CORSAllowOrigin https://evil.example
    CORSDisallowedOrigin Deny
</Location>
<Directory ${ROOT}/htdocs/spelling>
    CheckSpelling On
</Directory>
<Location /acted>
    Action acted /handlers/act virtual
    SetHandler acted
</Location>
<Location /handlers/act>
    SetHandler send-as-is
</Location>
<Location /as-is>
    SetHandler send-as-is
</Location>
<Location /status>
    SetHandler server-status
</Location>
<Location /cors>
    SetHandler cors-status
</Location>
<Location /substituted>
    SetOutputFilter SUBSTITUTE
    Substitute s/file/page/
</Location>
Header always set Strict-Transport-Security max-age=63072000
"""

OWN = """Access-Control-Allow-Origin: *
Access-Control-Allow-Origin: https://app.example.com
Set-Cookie: a=b
Content-Type: text/plain

as it is"""

FILES = {
    "file": "a file", "long.text": "a line\n" * 200,
    "index/index.html": "an index", "listing/entry": "an entry",
    "views/page.html.en": "english", "views/page.html.de": "deutsch",
    "views/index.html.en": "english",
    "whole.shtml": '<!--#include virtual="/file" -->, '
                   '<!--#include virtual="/index/" -->',
    "nested.shtml": '<!--#include virtual="/whole.shtml" -->',
    "fallback/controller": "the controller", "if/file": "a file",
    "left/set": "a file", "left/always": "a file", "left/merge": "a file",
    "left/add": "a file", "left/echo": "a file",
    "vary/all": "a file", "vary/none": "a file", "tracked": "a file",
    "cookie": "a file", "deflate/file.text": "a line\n" * 200,
    "brotli/file.text": "a line\n" * 200, "doc-file": "missing",
    "doc-204": "a file", "spelling/written": "a file",
    "handlers/act": OWN, "as-is": OWN, "substituted": "a file",
    **{f"errors/{name}/file": "missing" for name in ("policy", "none",
                                                     "deny")},
}

HSTS = (("Strict-Transport-Security", "max-age=63072000"),)
NEGOTIATED = ("negotiate", "accept-language")
LANGUAGE = {method: ("accept-language",) for method in ("POST", "OPTIONS")}

PRODUCERS = [
    Producer("static file", "/file", body=b"a file", always=HSTS,
             offers=("Allow",)),
    Producer("directory index", "/index/", body=b"an index"),
    Producer("autoindex", "/listing/", post=404, options=200),
    Producer("206", "/file", 206, options=200, headers={"Range": "bytes=1-2"},
             body=b" f"),
    Producer("206 of several ranges", "/file", 206, options=200,
             headers={"Range": "bytes=0-0,3-4"}),
    Producer("304 by ETag", "/file", 304, post=412, options=200,
             headers={"If-None-Match": "*"}),
    Producer("304 by date", "/file", 304, post=200, options=200,
             headers={"If-Modified-Since": matrix.LATER}),
    Producer("412", "/file", 412, options=200,
             headers={"If-Match": '"another"'}),
    Producer("412 by date", "/file", 412, options=200,
             headers={"If-Unmodified-Since": matrix.EARLIER}),
    Producer("416", "/file", 416, options=200,
             headers={"Range": "bytes=100-"}),
    Producer("405", "/file", 405, requests=("PUT", "DELETE")),
    Producer("missing file", "/missing", 404, options=200),
    Producer("below a file", "/file/below", 404, options=200),
    Producer("slash redirect", "/index", 301),
    Producer("MultiViews", "/views/page", body=b"deutsch",
             headers={"Accept-Language": "de"},
             vary=NEGOTIATED, vary_by=LANGUAGE),
    Producer("MultiViews, nothing fits", "/views/page", 406,
             headers={"Accept": "image/png"}, log="AH00690",
             vary=NEGOTIATED, vary_by=LANGUAGE),
    Producer("MultiViews index", "/views/", body=b"english",
             vary=("negotiate",),
             # trunk's mod_dir leaves OPTIONS alone
             vary_by={"OPTIONS": ()} if installed.is_trunk() else {}),
    Producer("SSI", "/whole.shtml", body=b"a file, an index"),
    Producer("SSI in SSI", "/nested.shtml", body=b"a file, an index"),
    Producer("FallbackResource", "/fallback/any/path",
             body=b"the controller"),
    Producer("<If>", "/if/file", body=b"a file", vary_always=("origin",)),
    Producer("recipe: set", "/left/set", body=b"a file", by_origin=True),
    Producer("recipe: always set", "/left/always", body=b"a file",
             vary_always=("origin",), says={"max-age": "5"}),
    Producer("recipe: merge", "/left/merge", vary_always=("accept",),
             by_origin=True),
    Producer("recipe: add", "/left/add", vary=("accept",), by_origin=True),
    Producer("recipe: echo", "/left/echo", body=b"a file"),
    Producer("Vary: *", "/vary/all", body=b"a file", vary_all=("*",)),
    Producer("force-no-vary", "/vary/none", body=b"a file", vary_all=()),
    Producer("mod_usertrack", "/tracked", cookie=True),
    Producer("Set-Cookie of mod_headers", "/cookie", cookie=True),
    Producer("mod_deflate", "/deflate/file.text", vary=("accept-encoding",),
             vary_by={"OPTIONS": ()},
             headers={"Accept-Encoding": "gzip"},
             sends=(("Content-Encoding", "gzip"),)),
    Producer("mod_brotli", "/brotli/file.text", vary=("accept-encoding",),
             headers={"Accept-Encoding": "br"},
             sends=(("Content-Encoding", "br"),)),
    Producer("mod_asis", "/as-is", body=b"as it is",
             sends=(("Set-Cookie", "a=b"),)),
    Producer("mod_actions", "/acted", post=404, body=b"as it is"),
    Producer("mod_speling", "/spelling/writen", 301, post=404,
             options=200),
    Producer("mod_status", "/status", post=404),
    Producer("cors-status", "/cors", post=405, options=405),
    Producer("mod_substitute", "/substituted", body=b"a page"),
    Producer("ErrorDocument, a file", "/doc/x", 404, options=200,
             body=b"missing", always=HSTS),
    Producer("ErrorDocument, a text", "/doc-text/x", 404, options=200,
             body=b"not here"),
    Producer("ErrorDocument, a redirect", "/doc-elsewhere/x", 302,
             options=200),
    Producer("ErrorDocument that is missing", "/doc-chain/x", 404,
             options=200),
    Producer("ErrorDocument with another policy", "/doc-policy/x", 404,
             options=200,
             body=b"missing"),
    Producer("ErrorDocument without policy", "/doc-none/x", 404, options=200,
             body=b"missing"),
    Producer("ErrorDocument that denies", "/doc-deny/x", 404, options=200,
             body=b"missing"),
    Producer("ErrorDocument 204 and 403", "/doc-204", body=b"a file",
             always=HSTS),
]

MODULES = ["mime", "dir", "autoindex", "negotiation", "include", "filter",
           "headers", "setenvif", "asis", "actions", "speling", "status",
           "substitute", "usertrack", "deflate", "brotli"]


@pytest.fixture(scope="module", params=harness.MPMS)
def server(module_httpd, request):
    started = module_httpd(
        matrix.config(CONFIG), mpm=request.param, modules=MODULES,
        files=matrix.files(FILES))
    matrix.age(started)
    return started


@pytest.mark.parametrize("producer", PRODUCERS, ids=matrix.names(PRODUCERS))
def test_cells(server, producer, record_property):
    matrix.run(server, producer, record_property)
