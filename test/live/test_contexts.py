# SPDX-License-Identifier: Apache-2.0
"""Where the directives may stand, and how sections come together."""

import pytest

import harness
from client import APP, EVIL, permitted, readable


def origin(name):
    return f"https://{name}.example.com"


CONFIG = """
CORSAllowOrigin https://server.example.com
CORSAllowMethods PUT
CORSExposeHeaders X-Server
AccessFileName .htaccess

<Directory ${ROOT}/htdocs>
    AllowOverride FileInfo
</Directory>
<Directory ${ROOT}/htdocs/directory>
    CORSAllowOrigin https://directory.example.com
</Directory>
<Directory ${ROOT}/htdocs/directory/deeper>
    CORSMaxAge 60
</Directory>
<DirectoryMatch /htdocs/dirs?match>
    CORSAllowOrigin https://directorymatch.example.com
</DirectoryMatch>
<Location /location>
    CORSAllowOrigin https://location.example.com
</Location>
<LocationMatch ^/locationm.t>
    CORSAllowOrigin https://locationmatch.example.com
</LocationMatch>
<Files files.txt>
    CORSAllowOrigin https://files.example.com
</Files>
<FilesMatch \\.match$>
    CORSAllowOrigin https://filesmatch.example.com
</FilesMatch>
<If "%{REQUEST_URI} =~ m#^/if/#">
    CORSAllowOrigin https://if.example.com
</If>
<ElseIf "%{REQUEST_URI} =~ m#^/elseif/#">
    CORSAllowOrigin https://elseif.example.com
</ElseIf>
<Location /both>
    CORSAllowOrigin https://both-location.example.com
</Location>
<Directory ${ROOT}/htdocs/both>
    CORSAllowOrigin https://both-directory.example.com
    CORSMaxAge 120
</Directory>
<Location /empty>
    CORSAllowOrigin none
</Location>
<Location /lists>
    CORSAllowOrigin https://one.example.com https://two.example.com
    CORSAllowOrigin https://three.example.com
    CORSAllowMethods DELETE
    CORSAllowMethods PATCH
    CORSExposeHeaders none
</Location>
<Location /by-origin>
    CORSAllowOrigin none
    <If "%{HTTP:Origin} == 'https://partner.example.com'">
        CORSAllowOrigin https://partner.example.com
        CORSAllowMethods DELETE
    </If>
    <If "%{HTTP:Origin} == 'https://reader.example.com'">
        CORSAllowOrigin https://reader.example.com
        CORSAllowCredentials Off
    </If>
</Location>
<Directory ${ROOT}/htdocs/auth>
    AllowOverride AuthConfig
</Directory>

<VirtualHost *:${PORT}>
    ServerName api.example.com
    RewriteEngine On
    RewriteRule ^/location/moved https://www.example.com/there [R=301,L]
</VirtualHost>
<VirtualHost *:${PORT}>
    ServerName own.example.net
    CORSAllowOrigin https://vhost.example.com
    <Location /location-of-vhost>
        CORSAllowOrigin https://location.example.com
    </Location>
</VirtualHost>
<VirtualHost *:${PORT}>
    ServerName none.example.net
    CORSAllowOrigin none
</VirtualHost>
"""

FILES = {
    "htaccess/.htaccess": "CORSAllowOrigin https://htaccess.example.com",
    "htaccess/deeper/.htaccess": "CORSMaxAge 30",
    "htaccess/deepest/.htaccess": "CORSAllowOrigin none",
    "broken/.htaccess": "CORSAllowOrigin https://app.example.com/",
    "deny/.htaccess": "CORSDisallowedOrigin Deny",
    "auth/.htaccess": "CORSDisallowedOrigin Deny",
    "auth/origin/.htaccess": "CORSAllowOrigin https://app.example.com",
}
PLACES = [
    "", "directory/", "directory/deeper/", "dirmatch/", "location/",
    "locationmat/", "if/", "elseif/", "both/", "empty/", "lists/",
    "by-origin/", "location-of-vhost/", "htaccess/", "htaccess/deeper/",
    "htaccess/deepest/", "broken/", "deny/", "auth/", "auth/origin/"]


@pytest.fixture(scope="module")
def site(module_httpd):
    names = [place + "file" for place in PLACES]
    names += ["files.txt", "a.match", "directory/files.txt"]
    return module_httpd(CONFIG, modules=["rewrite"], files={
        **{f"htdocs/{name}": "a file" for name in names},
        **{f"htdocs/{name}": text for name, text in FILES.items()}})


@pytest.mark.parametrize("path, name", [
    ("/directory/file", "directory"),
    ("/directory/deeper/file", "directory"),    # inherited
    ("/dirmatch/file", "directorymatch"),
    ("/location/file", "location"),
    ("/locationmat/file", "locationmatch"),
    ("/files.txt", "files"),
    ("/directory/files.txt", "files"),          # Files after Directory
    ("/a.match", "filesmatch"),
    ("/if/file", "if"),
    ("/elseif/file", "elseif"),
    ("/both/file", "both-location"),            # Location after Directory
    ("/lists/file", "one"),
    ("/lists/file", "two"),
    ("/lists/file", "three"),
    ("/htaccess/file", "htaccess"),
    ("/htaccess/deeper/file", "htaccess"),
])
def test_section_replaces_the_origins(site, path, name):
    assert site.get(path, origin(name)).cors["allow-origin"] == origin(name)
    answer = site.preflight(path, origin(name), "POST")
    assert answer.status == 204
    assert answer.cors["allow-origin"] == origin(name)
    assert site.get(path, origin("server")).cors == {}
    assert site.preflight(path, origin("server")).status == 403


def test_location_where_a_server_level_rule_answers(site):
    """httpd never gets to know a directory there."""
    allowed, path = origin("location"), "/location/moved"
    answer = site.get(path, allowed)
    assert (answer.status, answer.cors["allow-origin"]) == (301, allowed)
    assert site.preflight(path, allowed).cors == permitted(
        allowed, allow_methods={"PUT"})
    assert site.get(path, origin("server")).cors == {}
    assert site.preflight(path, origin("server")).status == 403


@pytest.mark.parametrize("host, path, name", [
    ("own.example.net", "/file", "vhost"),
    ("own.example.net", "/directory/file", "directory"),
    ("own.example.net", "/location-of-vhost/file", "location"),
])
def test_virtual_host_replaces_the_origins(site, host, path, name):
    assert site.get(path, origin(name), host=host).cors == readable(
        origin(name), expose_headers={"x-server"})
    assert site.preflight(path, origin(name), host=host).status == 204
    for other in ("server", "vhost"):
        if other != name:
            assert site.get(path, origin(other), host=host).cors == {}


def test_what_a_section_does_not_set_is_inherited(site):
    """Each directive by itself."""
    answer = site.preflight("/directory/deeper/file", origin("directory"))
    assert answer.cors == permitted(origin("directory"), max_age="60",
                                    allow_methods={"PUT"})
    answer = site.preflight("/both/file", origin("both-location"))
    assert answer.cors == permitted(origin("both-location"), max_age="120",
                                    allow_methods={"PUT"})
    answer = site.preflight("/htaccess/deeper/file", origin("htaccess"))
    assert answer.cors == permitted(origin("htaccess"), max_age="30",
                                    allow_methods={"PUT"})
    answer = site.get("/location/file", origin("location"))
    assert answer.cors == readable(origin("location"),
                                   expose_headers={"x-server"})


def test_repeated_in_one_section_lists_add_up(site):
    answer = site.preflight("/lists/file", origin("three"), "PATCH")
    assert answer.cors == permitted(origin("three"),
                                    allow_methods={"DELETE", "PATCH"})
    answer = site.get("/lists/file", origin("one"))
    assert answer.cors == readable(origin("one"))


@pytest.mark.parametrize("host, path", [
    ("api.example.com", "/empty/file"),
    ("api.example.com", "/htaccess/deepest/file"),
    ("none.example.net", "/file"),
])
def test_none_takes_the_policy_away(site, host, path):
    answer = site.get(path, origin("server"), host=host)
    assert (answer.status, answer.cors, answer.vary) == (200, {}, set())
    assert site.variables(answer) == (None, None, None)
    answer = site.preflight(path, origin("server"), host=host)
    assert (answer.status, answer.cors, answer.vary) == (200, {}, set())


def test_rules_by_origin(site):
    partner, reader = origin("partner"), origin("reader")
    assert site.get("/by-origin/file", partner).cors == readable(
        partner, expose_headers={"x-server"})
    assert site.get("/by-origin/file", reader).cors == readable(
        reader, allow_credentials=None, expose_headers={"x-server"})
    assert site.preflight("/by-origin/file", partner).cors == permitted(
        partner, allow_methods={"DELETE"})
    assert site.preflight("/by-origin/file", reader).cors == permitted(
        reader, allow_credentials=None, allow_methods={"PUT"})
    assert site.get("/by-origin/file", EVIL).cors == {}


def test_htaccess_is_read_on_every_request(site):
    site.write("htdocs/changing/file", "a file")
    file = site.write("htdocs/changing/.htaccess",
                      "CORSAllowOrigin https://first.example.com")
    assert site.get("/changing/file", origin("first")).cors != {}
    site.write("htdocs/changing/.htaccess",
               "CORSAllowOrigin https://second.example.com")
    assert site.get("/changing/file", origin("first")).cors == {}
    assert site.get("/changing/file", origin("second")).cors != {}
    file.unlink()
    assert site.get("/changing/file", origin("second")).cors == {}
    assert site.get("/changing/file", origin("server")).cors != {}


def test_htaccess_that_cannot_be_meant(site):
    """The server lives on; the log says what is wrong, and what to write."""
    site.expect(r"broken/\.htaccess: CORSAllowOrigin.*"
                r"https://app\.example\.com/.*https://app\.example\.com\b")
    answer = site.get("/broken/file", origin("server"))
    assert answer.status == 500
    assert site.get("/file", origin("server")).status == 200


def test_htaccess_may_deny_with_authconfig_only(site):
    site.expect(r"deny/\.htaccess: CORSDisallowedOrigin not allowed here")
    assert site.get("/deny/file", origin("server")).status == 500
    assert site.get("/auth/file", EVIL).status == 403
    assert site.get("/auth/file", origin("server")).status == 200


def test_htaccess_may_allow_with_fileinfo_only(site):
    site.expect(r"origin/\.htaccess: CORSAllowOrigin not allowed here")
    assert site.get("/auth/origin/file", APP).status == 500


def test_graceful_restart_takes_the_new_configuration(httpd):
    server = httpd("Include more.conf", files={
        "more.conf": "CORSAllowOrigin https://first.example.com"})
    assert server.get("/", origin("first")).cors == readable(origin("first"))
    server.write("more.conf", "CORSAllowOrigin https://second.example.com")
    server.graceful()
    harness.wait_for(lambda: server.get("/", origin("first")).cors == {},
                     "the children of before are gone")
    assert server.get("/", origin("second")).cors == readable(
        origin("second"))
