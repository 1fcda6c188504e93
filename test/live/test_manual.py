# SPDX-License-Identifier: Apache-2.0
"""What docs/proxies.md, docs/caching.md and docs/security.md say of httpd's
surroundings."""

import re

import pytest

from client import APP, EVIL, readable
from harness import TOP
from test_documents import handed_over

DENY = """
CORSAllowOrigin https://app.example.com
CORSDisallowedOrigin Deny
"""
FILES = {"htdocs/file": "a file"}


@pytest.mark.parametrize("name, host, origin, status", [
    # https:// and a Host without a port is the own origin behind a balancer
    ("localhost", "api.example.com", "https://api.example.com", 200),
    ("localhost", "api.example.com", "http://api.example.com", 200),
    ("localhost", "api.example.com:8443", "https://api.example.com:8443",
     403),
    ("https://localhost", "api.example.com:8443",
     "https://api.example.com:8443", 200),
    ("https://localhost", "api.example.com", "http://api.example.com", 403),
])
def test_own_origin_behind_a_terminator(httpd, name, host, origin, status):
    """What a forwarding header says changes nothing."""
    site = httpd(f"ServerName {name}\n{DENY}", files=FILES)
    for headers in ({}, {"X-Forwarded-Proto": "https",
                         "X-Forwarded-Host": host}):
        answer = site.ask("POST", "/file", host=host, origin=origin,
                          headers=headers)
        assert answer.status == status


def test_browsers_say_themselves_what_is_same_origin(httpd):
    site = httpd(DENY, files=FILES)
    for word, status in (("same-origin", 200), ("none", 200),
                         ("same-site", 403), ("cross-site", 403)):
        answer = site.ask("POST", "/file", origin=EVIL,
                          headers={"Sec-Fetch-Site": word})
        assert answer.status == status


@pytest.mark.parametrize("name, lines", [("localhost", 1),
                                         ("https://localhost", 0)])
def test_secure_cookies_behind_a_terminator(httpd, name, lines):
    """The cookie is set as ever; with the scheme in the server's name the
    log does not call it cleartext."""
    cookie = "a=1; SameSite=None; Secure; Partitioned"
    site = httpd(f"ServerName {name}\n"
                 "CORSAllowOrigin https://app.example.net\n"
                 f'Header always set Set-Cookie "{cookie}"',
                 modules=["headers"], files=FILES,
                 level="warn cors_cookies:info")
    answer = site.get("/file", "https://app.example.net",
                      headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.all("Set-Cookie") == [cookie]
    assert len([line for line in site.error_log()
                if "comes over http" in line]) == lines


@pytest.mark.parametrize("value", ["Deny", "StripCredentials"])
def test_websocket_handshake_of_another_origin(httpd, backend, value):
    site = httpd("<Location />\n"
                 f"ProxyPass http://127.0.0.1:{backend.port}/ "
                 "upgrade=websocket\n"
                 "CORSAllowOrigin https://app.example.com\n"
                 f"CORSDisallowedOrigin {value}\n</Location>",
                 modules=["proxy", "proxy_http"])
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade",
               "Cookie": "session=1"}
    assert site.get("/", EVIL, headers=upgrade).status == 403
    assert backend.requests() == []
    assert site.get("/", APP, headers=upgrade).status == 200
    assert len(backend.requests()) == 1


def test_a_proxied_request_sees_no_directory(httpd, backend):
    site = httpd("<Directory ${ROOT}/htdocs>\n"
                 "AllowOverride All\n"
                 "CORSAllowOrigin https://app.example.com\n</Directory>\n"
                 f"ProxyPass /api http://127.0.0.1:{backend.port}/",
                 modules=["proxy", "proxy_http"],
                 files={**FILES, "htdocs/api/.htaccess":
                        "CORSAllowOrigin https://app.example.com"})
    assert site.get("/file", APP).cors == readable()
    assert site.get("/api/file", APP).cors == {}


def test_force_no_vary_brings_the_fault_back(httpd):
    site = httpd("CORSAllowOrigin https://app.example.com\n"
                 "SetEnvIf Test yes force-no-vary",
                 modules=["setenvif"], files=FILES)
    assert site.get("/file", APP).vary == {"origin"}
    assert site.get("/file", APP, headers={"Test": "yes"}).vary == set()


# docs/security.md

def test_anonymous_readers_come_by_the_visitors_address(httpd):
    """Require ip sees where the browser is, not whose script it runs."""
    site = httpd("""
        <Location />
            Require ip 127.0.0.1
        </Location>
        CORSAllowAnonymous On
        <Location /internal>
            CORSAllowAnonymous Off
            CORSAllowOrigin https://app.example.com
        </Location>
        <Location /any>
            CORSAllowOrigin *
            CORSAllowCredentials Off
        </Location>
        """, modules=["authz_host"],
        files={f"htdocs/{name}": "a file" for name in (
            "file", "internal/file", "any/file")})
    for path, cors in (("/file", {"allow-origin": "*"}),
                       ("/any/file", {"allow-origin": "*"}),
                       ("/internal/file", {})):
        answer = site.get(path, EVIL)
        assert (answer.status, answer.cors) == (200, cors)


@pytest.mark.parametrize("headers, denied", [
    ({}, True), ({"Sec-Fetch-Site": "same-origin"}, False)])
def test_own_form_without_a_referrer(httpd, headers, denied):
    """As browsers send it over http, and over https (forms.test.js)."""
    site = httpd(DENY + "<Location /strip>\n"
                 "CORSDisallowedOrigin StripCredentials\n</Location>\n"
                 "ScriptAlias /strip ${ROOT}/cgi/script",
                 modules=["alias", "cgi"], files={
                     **FILES, "cgi/script": "#!/bin/sh\necho\n"
                                            "echo cookie: $HTTP_COOKIE\n"})
    headers = {"Cookie": "sid=1", **headers}
    answer = site.ask("POST", "/file", origin="null", headers=headers)
    assert answer.status == (403 if denied else 200)
    assert site.variables(answer)[2] == ("origin-null" if denied else "ok")
    answer = site.ask("POST", "/strip", origin="null", headers=headers)
    assert answer.body == (b"cookie:\n" if denied else b"cookie: sid=1\n")


def example_lines():
    """A line of each directive that a .htaccess may hold."""
    text = (TOP / "conf" / "reference.conf").read_text("utf-8")
    lines = {name: line for line, name in
             re.findall(r"^#((CORS\w+) .*)", text, re.M)}
    return {name: lines[name] for names in handed_over().values()
            for name in names}


WORDS = ["None", "Limit", "Indexes", "Options", "FileInfo", "AuthConfig"]


def test_what_each_word_hands_to_a_customer(httpd):
    lines = example_lines()
    site = httpd("".join(
        f"<Directory ${{ROOT}}/htdocs/{word}>\nAllowOverride {word}\n"
        "</Directory>\n" for word in WORDS),
        files={f"htdocs/{word}/{name}/{file}": text
               for word in WORDS for name, line in lines.items()
               for file, text in (("file", "a file"), (".htaccess", line))})
    for word in WORDS:
        for name in lines:
            allowed = word == "None" or name in handed_over().get(word, ())
            if not allowed:
                site.expect(f"/{word}/{name}/.htaccess: {name} not allowed")
            answer = site.get(f"/{word}/{name}/file", APP)
            assert answer.status == (200 if allowed else 500), (word, name)
            if word == "None":
                assert answer.cors == {}


CUSTOMER = """
<Directory ${ROOT}/htdocs>
    CORSDisallowedOrigin Deny
    CORSAllowOrigin https://app.example.com
</Directory>
<Directory ${ROOT}/htdocs/info>
    AllowOverride FileInfo
</Directory>
<Directory ${ROOT}/htdocs/auth>
    AllowOverride AuthConfig
</Directory>
<Directory ${ROOT}/htdocs/list>
    AllowOverride None
    AllowOverrideList CORSAllowOrigin CORSAllowMethods CORSAllowHeaders
</Directory>
"""


@pytest.mark.parametrize("folder, line, statuses", [
    # of EVIL, of EVIL with a cookie, of app.example.com, of another origin
    ("info", "", (403, 403, 200, 403)),
    ("info", f"CORSAllowOrigin {EVIL}", (200, 200, 403, 403)),
    ("info", "CORSAllowAnonymous On", (200, 403, 200, 200)),
    ("info", "CORSAllowOrigin *\nCORSAllowCredentials Off",
     (200, 200, 200, 200)),
    ("auth", "CORSDisallowedOrigin Serve", (200, 200, 200, 200)),
    ("auth", "CORSReportOnly On", (200, 200, 200, 200)),
    ("list", f"CORSAllowOrigin {EVIL}", (200, 200, 403, 403)),
])
def test_a_deny_above_a_customers_folder(httpd, folder, line, statuses):
    site = httpd(CUSTOMER, files={f"htdocs/{folder}/file": "a file",
                                  f"htdocs/{folder}/.htaccess": line})
    asked = [(EVIL, {}), (EVIL, {"Cookie": "a=1"}), (APP, {}),
             ("https://another.example", {})]
    assert tuple(site.get(f"/{folder}/file", origin, headers=headers).status
                 for origin, headers in asked) == statuses


def test_a_list_of_directives_hands_no_handler(httpd):
    site = httpd(CUSTOMER, files={
        "htdocs/list/file": "a file",
        "htdocs/list/.htaccess": "SetHandler cors-status",
        "htdocs/info/file": "a file",
        "htdocs/info/.htaccess": "SetHandler cors-status"})
    assert b"<h1>CORS status</h1>" in site.get("/info/file").body
    site.expect("SetHandler not allowed here")
    assert site.get("/list/file").status == 500
