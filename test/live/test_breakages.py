# SPDX-License-Identifier: Apache-2.0
"""Ten ways in which sites break, each as it comes up. Its cause is found in
the log at the level that writes it, by explain, and on the status page.

Where the module is not asked (another virtual host, a URL that is proxied
past the policy's place) it leaves requests and log alone: then explain and
the page say so."""

import dataclasses
import html
import re
import urllib.parse

import pytest

import harness
from client import APP

SHOP = "https://shop.example"           # another site
STATUS = "<Location /cors-status>\nSetHandler cors-status\n</Location>\n"
POLICY = f"CORSAllowOrigin {APP} {SHOP}\n"
COOKIE = 'Header always set Set-Cookie "PHPSESSID=1; path=/"\n'


@dataclasses.dataclass
class Breakage:
    """request: as the browser sends it; log: a part of a line, and the level
    it is found at, "": the module writes none; explain: what is asked beside
    path and origin, lines: what it answers; page: what stands there."""
    config: str
    lines: dict
    page: list
    log: str = ""
    at: str = "info"
    method: str = "GET"
    headers: dict = dataclasses.field(
        default_factory=lambda: {"Origin": APP})
    explain: dict = dataclasses.field(default_factory=dict)
    options: dict = dataclasses.field(default_factory=dict)


def line_of(server, text):
    """"httpd.conf:7", where that stands."""
    lines = (server.folder / "httpd.conf").read_text().splitlines()
    return f"httpd.conf:{lines.index(text) + 1}"


ASKS = {"Origin": APP, "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "x-a,x-b,x-c,x-known"}
ALL = "<Directory ${ROOT}/htdocs>\nAllowOverride None\n</Directory>\n"

BREAKAGES = {
    "credentials forgotten in the script": Breakage(
        STATUS + POLICY,
        {"Result": "allowed", "Site": "same-site",
         "Meaning": r"the policy allows it; a script sends cookies if it "
                    r"asks for it: fetch\(url, \{ credentials: 'include' "
                    r"\}\), or withCredentials"},
        ["without-cookie</code></td><td class=\"count\">1<"]),
    "cookie of a log-in without SameSite=None": Breakage(
        STATUS + POLICY + COOKIE,
        {"Result": "allowed", "Site": "cross-site",
         "Cookies": "only SameSite=None; Secure cookies travel"},
        ["without-cookie</code></td><td class=\"count\">1<"],
        log="cookie 'PHPSESSID' for '/me' of another site: it has no "
            "SameSite=None.*; write CORSCookieAttributes SameSite=None "
            "Secure only=PHPSESSID$",
        headers={"Origin": SHOP}, options={"modules": ["headers"]}),
    "policy in a <Directory> and a URL that is proxied": Breakage(
        STATUS + f'<Directory "${{ROOT}}/htdocs">\n{POLICY}</Directory>\n'
        "ProxyPass /me http://127.0.0.1:${BACKEND}/me\n",
        {"Result": "none", "Hint": r"the URL is proxied, and <Directory .* "
                                   "does not hold for it; write <Location>"},
        ["the URL is proxied, and <Directory"],
        options={"modules": ["proxy", "proxy_http"]}),
    "AllowOverride None": Breakage(
        STATUS + ALL,
        {"Result": "none", "Hint": r"/.*/htdocs/\.htaccess is not read for "
                                   "these directives: AllowOverride .*"},
        [".htaccess is not read for these directives"],
        options={"files": {"htdocs/.htaccess": POLICY}}),
    "policy in the virtual host of another port": Breakage(
        f"<VirtualHost *:${{PORT}}>\nServerName api.example.com\n{STATUS}"
        "</VirtualHost>\n<VirtualHost *:${OTHER}>\n"
        f"ServerName api.example.com\n{POLICY}</VirtualHost>\n",
        {"Result": "none", "Hint": r"the virtual host api\.example\.com:\d+ "
                                   r"of this name has a policy \(.*:\d+\)"},
        ["of this name has a policy", "api.example.com:"]),
    "three request headers are missing": Breakage(
        STATUS + POLICY + "CORSAllowMethods PUT\nCORSAllowHeaders X-Known\n",
        {"Result": "preflight-disallowed", "Reason": "header-not-listed",
         "Missing": "x-a, x-b, x-c"},
        ["header-not-listed", "PUT x-a, x-b, x-c"],
        log="header-not-listed: .* that asks for 'PUT' with headers "
            "'x-a, x-b, x-c': .*; further ones at LogLevel "
            "cors_cookies:info", at="warn", method="OPTIONS", headers=ASKS,
        explain={"method": "PUT", "headers": "x-a,x-b,x-c,x-known"}),
    "the session ran out": Breakage(
        STATUS + POLICY + "Redirect /me https://login.example.net/start\n",
        {"Result": "allowed", "Status": "the handler's"},
        ["without-cookie</code></td><td class=\"count\">1<"],
        log="redirects to https://login.example.net, which the script's "
            "request will not survive: answer scripts 401 instead",
        options={"modules": ["alias"]}),
    "another virtual host is asked": Breakage(
        STATUS + "<VirtualHost *:${PORT}>\nServerName www.example.com\n"
        f"{STATUS}</VirtualHost>\n<VirtualHost *:${{PORT}}>\n"
        f"ServerName api.example.com\n{POLICY}</VirtualHost>\n",
        {"Host": r"www\.example\.com:\d+", "Result": "none"},
        ["www.example.com:"],
        explain={"host": "www.example.com"},
        headers={"Origin": APP, "Host": "www.example.com"}),
    "CORSReportOnly was left": Breakage(
        STATUS + POLICY + "CORSReportOnly On\n",
        {"Result": "allowed", "Enforced": r"no \(CORSReportOnly\)"},
        ["<dt>CORSReportOnly</dt><dd><code>On</code>"]),
    "an inner section replaces the origins": Breakage(
        STATUS + POLICY + "<Location /me>\n"
        "CORSAllowOrigin https://admin.example.com\n</Location>\n",
        {"Result": "disallowed", "Reason": "origin-not-listed",
         "Policy": "INNER"},
        ["origin-not-listed", "INNER"],
        log="origin-not-listed: origin 'https://app.example.com', .*; "
            "policy of .*INNER"),
}


def explain(site, path, **arguments):
    query = urllib.parse.urlencode(arguments)
    return site.get(f"{path}?explain&{query}",
                    host=arguments.get("host", "api.example.com"))


@pytest.mark.parametrize("name", BREAKAGES)
def test_cause_is_found(httpd, backend, name):
    case = BREAKAGES[name]
    options = {"level": "warn" if case.at == "warn"
               else "warn cors_cookies:info", **case.options}
    options["files"] = {"htdocs/me": "me", **options.get("files", {})}
    site = httpd(case.config, define={"BACKEND": backend.port,
                                      "OTHER": harness.free_port()},
                 **options)
    inner = line_of(site, "CORSAllowOrigin https://admin.example.com") \
        if "INNER" in case.log else "INNER"
    headers = dict(case.headers)
    host = headers.pop("Host", "api.example.com")
    site.ask(case.method, "/me", headers=headers, host=host)

    def lines():
        return [line for line in site.error_log()
                if f"[cors_cookies:{case.at}]" in line]

    if case.log:
        wanted = case.log.replace("INNER", re.escape(inner))
        harness.wait_for(lambda: [line for line in lines()
                                  if re.search(wanted, line)], wanted)
    else:
        assert lines() == []

    asked = {"url": "/me", "origin": headers["Origin"], **case.explain}
    text = explain(site, "/cors-status", **asked).body.decode()
    said = dict(line.split(": ", 1) for line in text.splitlines())
    for field, value in case.lines.items():
        value = value if value != "INNER" else ".*" + re.escape(inner)
        assert re.fullmatch(value, said.get(field, "")), (field, text)

    page = html.unescape(explain(site, "/cors-status", html="", **asked)
                         .body.decode())
    for part in case.page:
        assert part.replace("INNER", inner) in page.replace(
            "<wbr>", ""), part
