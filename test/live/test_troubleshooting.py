# SPDX-License-Identifier: Apache-2.0
"""docs/troubleshooting.md is true: its commands work as they stand, and every
sentence that it quotes of a log or of explain is written, word for word, in
the situation of its row."""

import re
import subprocess

import pytest

import harness
from client import APP, EVIL

TEXT = (harness.TOP / "docs" / "troubleshooting.md").read_text("utf-8")
INFO = "warn cors_cookies:info"
STATUS = "<Location /cors-status>\nSetHandler cors-status\n</Location>\n"
SHOP = "https://shop.example"

# what stands for something of the reader's own
PLACEHOLDERS = [("/etc/apache2/sites-enabled/api.conf:12", r"\S+:\d+"),
                ("/var/www/api", r"\S+/htdocs"),
                ("api.example.com:80", r"api\.example\.com:\d+")]

HTTP = """
<VirtualHost *:${PORT}>
    ServerName api.example.com
</VirtualHost>
<VirtualHost *:${OTHER}>
    ServerName api.example.com
    CORSAllowOrigin https://app.example.com
</VirtualHost>
"""
LOCATION = """
<Location /me>
    CORSAllowOrigin https://app.example.com
</Location>
"""
ALL = "<Directory ${ROOT}/htdocs>\nAllowOverride All\n</Directory>\n"
BACKEND = "http://127.0.0.1:${BACKEND}/"

# by name: the configuration, options of httpd's, the request, what is quoted
SITUATIONS = {
    "header": (
        LOCATION.replace("</", "CORSAllowMethods PUT\n</"), {}, ("OPTIONS", {
            "Origin": APP, "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "x-csrf-token"}),
        "header-not-listed: origin 'https://app.example.com', OPTIONS '/me'"),
    "session": (
        LOCATION + "Redirect /me https://login.example.net/start",
        {"modules": ["alias"]}, ("GET", {"Origin": APP}),
        "redirects to https://login.example.net, which"),
    "htaccess": (
        ALL, {"files": {"htdocs/.htaccess":
                        "CORSAllowOrigin https://app.example.com/\n"}},
        ("GET", {"Origin": APP}), ".htaccess: CORSAllowOrigin"),
    "authconfig": (
        ALL.replace("e All", "e FileInfo"), {"files": {
            "htdocs/.htaccess": "CORSDisallowedOrigin Deny\n"}},
        ("GET", {"Origin": APP}), "CORSDisallowedOrigin not allowed here"),
    "start": (LOCATION, {}, ("GET", {"Origin": APP}),
              "refusals: LogLevel cors_cookies:info"),
    "replaced": (
        LOCATION + "Header set Access-Control-Allow-Origin *",
        {"modules": ["headers"], "level": "warn cors_cookies:debug"},
        ("GET", {"Origin": APP}), "replaced what the handler"),
    "port": (HTTP, {}, ("GET", {"Origin": APP}),
             "the virtual host api.example.com:80 of this name"),
    "proxied": (
        f"""<Directory "${{ROOT}}/htdocs">
            CORSAllowOrigin {APP}
        </Directory>
        ProxyPass /me {BACKEND}me""", {"modules": ["proxy", "proxy_http"]},
        ("GET", {"Origin": APP}), "the URL is proxied, and"),
    "unread": (
        ALL.replace("e All", "e None"), {"files": {
            "htdocs/.htaccess": f"CORSAllowOrigin {APP}\n"}},
        ("GET", {"Origin": APP}), "is not read for these directives"),
    "elsewhere": (f'<Location "/api">\nCORSAllowOrigin {APP}\n</Location>',
                  {}, ("GET", {"Origin": APP}), "hold elsewhere: "),
    "report": (LOCATION.replace("</", "CORSReportOnly On\n</"), {},
               ("GET", {"Origin": APP}), "Enforced: no (CORSReportOnly)"),
    "security": (
        LOCATION + 'SecRuleEngine On\nSecRule REQUEST_METHOD "@streq GET" '
        '"id:1,phase:1,deny,status:403"\n<Location /cors-status>\n'
        "SecRuleEngine Off\n</Location>",
        {"modules": ["unique_id", "security2"]}, ("GET", {"Origin": APP}),
        "ModSecurity: Access denied with code 403 (phase 1)"),
    "cookie": (
        LOCATION.replace(APP, SHOP)
        + 'Header set Set-Cookie "PHPSESSID=1; SameSite=Lax; Secure"',
        {"modules": ["headers"]}, ("GET", {"Origin": SHOP}),
        "cookie 'PHPSESSID' for '/me' of another site"),
    "what to write": (
        LOCATION.replace(APP, SHOP) + "Header set Set-Cookie PHPSESSID=1",
        {"modules": ["headers"]}, ("GET", {"Origin": SHOP}),
        "write CORSCookieAttributes SameSite=None Secure only=PHPSESSID"),
    "other site": (LOCATION.replace(APP, SHOP), {}, ("GET", {"Origin": SHOP}),
                   "Site: cross-site"),
    "travel": (LOCATION.replace(APP, SHOP), {}, ("GET", {"Origin": SHOP}),
               "Cookies: only SameSite=None; Secure"),
}


def quotes():
    """What the document says that a log or explain would say."""
    cells = [row.split(" | ")[1] for row in TEXT.splitlines()
             if row.count(" | ") == 2 and not re.match(r"\| `[\w-]+` \|", row)]
    inside = " ".join(cells + re.findall(
        r"Explain says.*?\.\n|`CORSDis.*? here`|also names.*?…`|ends with.*?\.\s",
        TEXT, re.S))
    found = [re.sub(r"\s+", " ", quote) for quote in re.findall(
        r"`([^`]*)`", inside) if quote[0] != "-"]
    return [quote for quote in found
            if quote.count(" ") > 1 or quote.startswith("Site: ")] \
        + re.findall(r"^```text\n(.*)\n```", TEXT, re.M)


def pattern(quote):
    text = re.escape(quote.rstrip("…").rstrip())
    for said, stands_for in PLACEHOLDERS:
        text = text.replace(re.escape(said), stands_for)
    return text


def test_every_quote_has_a_situation():
    starts = [situation[3] for situation in SITUATIONS.values()]
    assert len(quotes()) >= 15
    for quote in quotes():
        assert any(start in quote for start in starts) \
            or quote == "does not hold for it; write <Location>", quote
    for start in starts:
        assert any(start in quote for quote in quotes()), start


@pytest.mark.parametrize("name", SITUATIONS)
def test_what_is_quoted_is_said(httpd, backend, name):
    config, options, (method, headers), start = SITUATIONS[name]
    wanted = [quote for quote in quotes() if start in quote]
    if name == "proxied":
        wanted.append("does not hold for it; write <Location>")
    options = {"level": INFO, **options}
    options["files"] = {"htdocs/me": "me", **options.get("files", {})}
    site = httpd(
        (config if "VirtualHost" in config else STATUS + config)
        .replace("ServerName api", f"{STATUS}ServerName api", 1),
        define={"BACKEND": backend.port, "OTHER": harness.free_port()},
        allow=[r"core:alert", r"security2:|ModSecurity: "], **options)
    site.ask(method, "/me", headers=headers)
    explained = site.get(
        f"/cors-status?explain&url=/me&origin={headers['Origin']}"
    ).body.decode()

    def said():
        return "\n".join([*site.error_log(), explained])

    for quote in wanted:
        harness.wait_for(lambda: re.search(pattern(quote), said()),
                         f"{quote}\n{said()}")


# the commands

def commands():
    return re.findall(r"^```sh\n(.*?)^```", TEXT, re.M | re.S)


@pytest.fixture(scope="module")
def over_tls(module_httpd, authority):
    return module_httpd(f"""
        SSLEngine On
        SSLCertificateFile {authority}
        {STATUS}
        CORSAllowOrigin {APP}
        CORSAllowMethods PUT
        CORSAllowHeaders Content-Type X-CSRF-Token
        <Location /closed>
            CORSAllowOrigin https://admin.example.com
        </Location>
        <Location /untouched>
            CORSAllowOrigin none
        </Location>
        """, modules=["ssl"], files={"htdocs/me": "me"},
        allow=[r"AH01906: |AH01909: |AH01873: "])


def run(site, command):
    done = subprocess.run(
        command.replace("curl ", f"curl -k --connect-to ::127.0.0.1:"
                                 f"{site.port} "),
        shell=True, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    return done.stdout.decode("latin-1").replace("\r", "")


def test_the_commands(over_tls):
    plain, preflight, explain = [run(over_tls, text) for text in commands()]
    for field in re.findall(r"`(Access-Control-Allow-\w+: .*?)`",
                            TEXT[:TEXT.index("## 2.")]):
        assert f"\n{field}\n" in plain
    assert preflight.startswith("HTTP/1.1 204 ")
    assert "\nAccess-Control-Allow-Methods: PUT\n" in preflight
    assert "Content-Type" in preflight and "X-CSRF-Token" in preflight
    assert "Result: allowed\n" in explain


def test_what_the_first_command_shows(over_tls):
    """None of the fields but Vary: a policy refuses. Nothing: none holds."""
    command = commands()[0]
    closed = run(over_tls, command.replace("/me", "/closed"))
    assert "Access-Control" not in closed and "\nVary: Origin\n" in closed
    untouched = run(over_tls, command.replace("/me", "/untouched"))
    assert "Access-Control" not in untouched and "Vary" not in untouched


# what is done about it

def test_a_rule_of_phase_1_refuses_in_silence(httpd):
    """Without a policy of the virtual host's: no headers and no line."""
    config, options, _, _ = SITUATIONS["security"]
    site = httpd(config, level=INFO, allow=[r"ModSecurity: "], **options)
    answer = site.get("/me", APP)
    assert (answer.status, answer.cors) == (403, {})
    assert not [line for line in site.error_log()
                if "[cors_cookies:info]" in line]


def test_an_application_that_refuses_the_origin(httpd, backend):
    block = re.search(r"^### The app.*?^```apache\n(.*?)^```", TEXT,
                      re.M | re.S)[1]
    assert "127.0.0.1:8080/api" in block
    site = httpd(block.replace("127.0.0.1:8080", f"127.0.0.1:{backend.port}"),
                 modules=["headers", "proxy", "proxy_http"])
    answer = site.get("/api/me", APP)
    assert (answer.status, answer.cors["allow-origin"]) == (200, APP)
    assert site.get("/api/me", EVIL).status == 403
    (request,) = backend.requests()
    assert "origin" not in {name.lower() for name, _ in request["headers"]}


def test_the_cookie_is_mended(httpd):
    block = re.search(r"^```apache\n(CORSCookieAttributes.*?)^```", TEXT,
                      re.M | re.S)[1]
    config, options, _, _ = SITUATIONS["cookie"]
    site = httpd(config + "\n" + block, level=INFO,
                 files={"htdocs/me": "me"}, **options)
    answer = site.get("/me", SHOP)
    assert answer.all("Set-Cookie") == [
        "PHPSESSID=1; SameSite=None; Secure; Partitioned"]
    assert "SameSite" not in "".join(site.error_log())
