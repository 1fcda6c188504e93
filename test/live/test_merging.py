# SPDX-License-Identifier: Apache-2.0
"""What only comes together at run time, and what is known beforehand."""

import pytest

from client import APP, EVIL, permitted, readable

ANYWHERE = "https://anywhere.example"


@pytest.fixture
def site(httpd):
    def start(config, **files):
        return httpd(f"<Directory ${{ROOT}}/htdocs>\nAllowOverride All\n"
                     f"</Directory>\n{config}", files={
                         "htdocs/file": "a file", "htdocs/in/file": "a file",
                         **{name: text for name, text in files.items()}})
    return start


ANY_ORIGIN = """
<Directory ${ROOT}/htdocs>
    CORSAllowOrigin *
    CORSAllowCredentials Off
</Directory>
"""


def test_any_origin_is_never_merged_with_credentials(site):
    """Two sections, of which neither is wrong, but both together are."""
    server = site(ANY_ORIGIN + """
        <Directory ${ROOT}/htdocs/in>
            CORSAllowCredentials On
        </Directory>
        """)
    assert server.get("/file", ANYWHERE).cors == {"allow-origin": "*"}
    server.expect(r"\[cors_cookies:error\]")
    answer = server.get("/in/file", ANYWHERE)
    assert (answer.status, answer.cors) == (200, {})
    assert server.variables(answer) == ("disallowed", None, "policy-invalid")
    server.check_log()
    answer = server.preflight("/in/file", ANYWHERE)     # logged once only
    assert (answer.status, answer.cors) == (403, {})


def test_any_origin_and_credentials_of_htaccess(site):
    server = site(ANY_ORIGIN, **{
        "htdocs/in/.htaccess": "CORSAllowCredentials On"})
    server.expect(r"\[cors_cookies:error\]")
    answer = server.get("/in/file", ANYWHERE)
    assert (answer.status, answer.cors) == (200, {})
    assert server.get("/file", ANYWHERE).cors == {"allow-origin": "*"}


def test_any_origin_of_htaccess(site):
    server = site("", **{
        "htdocs/.htaccess": "CORSAllowOrigin *\nCORSAllowCredentials Off"})
    assert server.get("/file", ANYWHERE).cors == {"allow-origin": "*"}


def test_htaccess_is_blamed_alone(httpd):
    """Not the sections around it, too."""
    server = httpd("""
        <Directory ${ROOT}/htdocs>
            AllowOverride All
        </Directory>
        """, files={"htdocs/file": "a file",
                    "htdocs/.htaccess": "CORSAllowOrigin *\n"})
    server.expect(r"htaccess:1: CORSAllowOrigin '\*': with credentials")
    assert server.get("/file", ANYWHERE).status == 500
    assert len([line for line in server.error_log()
                if "CORSAllowOrigin" in line]) == 1


OPTIONS = "CORSOptions UnsafeInsecureOrigin\n"
PLAIN = "http://plain.example.com"


@pytest.mark.parametrize("config, status", [
    (OPTIONS + f"CORSAllowOrigin {PLAIN}", 0),
    (f"CORSAllowOrigin {PLAIN}\n" + OPTIONS, 0),
    (f"CORSAllowOrigin {PLAIN}", 1),
    (f"CORSAllowOrigin {PLAIN}\nCORSAllowCredentials Off", 0),
    (OPTIONS + f"<Location /a>\nCORSAllowOrigin {PLAIN}\n</Location>", 0),
    (OPTIONS + f"<Location /a>\nCORSAllowOrigin {PLAIN}\n"
     "CORSOptions +UnsafePublicSuffix\n</Location>", 0),
    (OPTIONS + f"<Location /a>\nCORSAllowOrigin {PLAIN}\n"
     "CORSOptions UnsafePublicSuffix\n</Location>", 1),
    (OPTIONS + f"<Location /a>\nCORSAllowOrigin {PLAIN}\n"
     "CORSOptions -UnsafeInsecureOrigin\n</Location>", 1),
    (OPTIONS + f"<Location /a>\nCORSAllowOrigin {PLAIN}\n"
     "CORSOptions none\n</Location>", 1),
    (OPTIONS + "<VirtualHost *:1>\n<Location /a>\n"
     f"CORSAllowOrigin {PLAIN}\n</Location>\n</VirtualHost>", 0),
    ("<VirtualHost *:1>\n" + OPTIONS + "<Location /a>\n"
     f"CORSAllowOrigin {PLAIN}\n</Location>\n</VirtualHost>", 0),
    (OPTIONS + "<VirtualHost *:1>\nCORSOptions none\n<Location /a>\n"
     f"CORSAllowOrigin {PLAIN}\n</Location>\n</VirtualHost>", 1),
])
def test_options_of_the_section_the_host_and_the_server(check_config, config,
                                                        status):
    code, output = check_config(config)
    assert code == status, output
    assert (PLAIN in output) == (status == 1)


def test_options_add_up(site):
    server = site(OPTIONS + f"""
        CORSAllowOrigin {PLAIN}
        <Location /in>
            CORSOptions +UnsafePublicSuffix
        </Location>
        """)
    for path in ("/file", "/in/file"):
        assert server.get(path, PLAIN).cors == readable(PLAIN)


@pytest.mark.parametrize("name, value, path", [
    ("CORSAllowCredentials", "Off", "/in/file"),
    ("CORSDisallowedOrigin", "Deny", "/in/file"),
    ("CORSPreflightStatus", "200", "/in/file"),
    ("CORSMaxAge", "0", "/in/file"),
    ("CORSAllowMethods", "PATCH", "/in/file"),
    ("CORSAllowHeaders", "X-In", "/in/file"),
    ("CORSExposeHeaders", "X-In", "/in/file"),
])
@pytest.mark.parametrize("place", ["section", "htaccess"])
def test_each_directive_by_itself(site, name, value, path, place):
    """One is set in a section, and all the others are the server's."""
    line = f"{name} {value}"
    config = """
        CORSAllowOrigin https://app.example.com
        CORSAllowMethods PUT
        CORSAllowHeaders X-Server
        CORSExposeHeaders X-Server
        CORSMaxAge 60
        """
    if place == "section":
        server = site(config + f"<Location /in>\n{line}\n</Location>")
    else:
        server = site(config, **{"htdocs/in/.htaccess": line})
    read = {"expose_headers": {"x-server"}}
    allow = {"allow_methods": {"PUT"}, "allow_headers": {"x-server"},
             "max_age": "60"}
    status = refused = None
    if name == "CORSAllowCredentials":
        read["allow_credentials"] = allow["allow_credentials"] = None
    elif name == "CORSDisallowedOrigin":
        refused = 403
    elif name == "CORSPreflightStatus":
        status = 200
    elif name == "CORSMaxAge":
        allow["max_age"] = "0"
    elif name == "CORSAllowMethods":
        allow["allow_methods"] = {"PATCH"}
    elif name == "CORSAllowHeaders":
        allow["allow_headers"] = {"x-in"}
    else:
        read["expose_headers"] = {"x-in"}
    assert server.get(path, APP).cors == readable(**read)
    assert server.get(path, EVIL).status == (refused or 200)
    answer = server.preflight(path, method="GET")
    assert (answer.status, answer.cors) == (status or 204, permitted(**allow))


def test_a_policy_without_origins(site):
    """Deny alone is one: nobody is allowed."""
    server = site("<Location /in>\nCORSDisallowedOrigin Deny\n</Location>")
    answer = server.get("/in/file", APP)
    assert (answer.status, answer.cors, answer.vary) == (403, {}, {"origin"})
    answer = server.get("/in/file")
    assert (answer.status, answer.vary) == (200, {"origin"})
    answer = server.get("/file", APP)
    assert (answer.status, answer.vary) == (200, set())
