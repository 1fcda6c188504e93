# SPDX-License-Identifier: Apache-2.0
"""Two places of which neither is wrong, but both together would let
strangers read with credentials: then nobody is allowed, wherever the second
place stands."""

import pytest

ANYWHERE = "https://anywhere.example"
PLAIN = "http://plain.example.com"
SHARED = "https://tenant.github.io"

# how a place is written; each holds for /in/inner, and not for /file
PLACES = {
    "Directory": "<Directory ${ROOT}/htdocs/in>\n%s\n</Directory>",
    "DirectoryMatch": "<DirectoryMatch /htdocs/in>\n%s\n</DirectoryMatch>",
    "Files": "<Directory ${ROOT}/htdocs/in>\n<Files inner>\n%s\n</Files>\n"
             "</Directory>",
    "FilesMatch": "<FilesMatch ^inner$>\n%s\n</FilesMatch>",
    "Location": "<Location /in>\n%s\n</Location>",
    "LocationMatch": "<LocationMatch ^/in/>\n%s\n</LocationMatch>",
    "If": "<If \"%%{REQUEST_URI} =~ m#^/in/#\">\n%s\n</If>",
    "If in Location": "<Location /in>\n<If \"true\">\n%s\n</If>\n</Location>",
    "Else": "<If \"%%{REQUEST_URI} !~ m#^/in/#\">\nCORSMaxAge 1\n</If>\n"
            "<Else>\n%s\n</Else>",
}

# what the folder above says, and what the place in it adds; an origin that
# the folder alone allows
CASES = {
    "any origin": ("CORSAllowOrigin *\nCORSAllowCredentials Off",
                   "CORSAllowCredentials On", ANYWHERE),
    "insecure": (f"CORSAllowOrigin {PLAIN}\nCORSOptions UnsafeInsecureOrigin",
                 "CORSOptions none", PLAIN),
    "insecure, without credentials":
        (f"CORSAllowOrigin {PLAIN}\nCORSAllowCredentials Off",
         "CORSAllowCredentials On", PLAIN),
    "public suffix": ("CORSAllowOrigin https://*.github.io\n"
                      "CORSOptions +UnsafePublicSuffix",
                      "CORSOptions -UnsafePublicSuffix", SHARED),
}


def check(server, origin):
    """The folder is as it was; the place in it allows nobody, and says so
    once for each process."""
    assert server.get("/file", origin).one("Access-Control-Allow-Origin")
    server.expect(r"\[cors_cookies:error\]")
    for answer in (server.get("/in/inner", origin),
                   server.preflight("/in/inner", origin),
                   server.ask("POST", "/in/inner", origin=origin)):
        assert answer.cors == {}
        assert server.variables(answer)[2] == "policy-invalid"


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("place", PLACES)
def test_in_sections(httpd, place, case):
    above, within, origin = CASES[case]
    server = httpd(
        f"<Directory ${{ROOT}}/htdocs>\n{above}\n</Directory>\n"
        f"{PLACES[place] % within}",
        files={"htdocs/file": "a file", "htdocs/in/inner": "a file"})
    check(server, origin)


@pytest.mark.parametrize("case", CASES)
def test_in_htaccess(httpd, case):
    above, within, origin = CASES[case]
    server = httpd(
        f"<Directory ${{ROOT}}/htdocs>\nAllowOverride All\n{above}\n"
        "</Directory>", files={"htdocs/file": "a file",
                               "htdocs/in/inner": "a file",
                               "htdocs/in/.htaccess": within})
    check(server, origin)
