# SPDX-License-Identifier: Apache-2.0
"""A random configuration: sixty folders with nested policies, and what is in
them to be asked for. Everything is drawn from one random.Random, so that a
seed makes the same configuration again."""

import dataclasses
import urllib.parse

import words
from places import Condition, Configuration, Section

AREAS, PROXIED = 12, 6
OVERRIDES = [
    ("None", "None"), ("All", "None"), ("All", "None"), ("All", "None"),
    ("FileInfo AuthConfig", "None"), ("FileInfo", "None"),
    ("AuthConfig", "None"),
    ("None", "CORSAllowOrigin CORSMaxAge CORSReportOnly"),
]
CORS_FIELDS = [
    "Access-Control-Allow-Origin: *",
    "Access-Control-Allow-Origin: https://evil.example",
    "Access-Control-Allow-Credentials: true",
    "Access-Control-Allow-Credentials: false",
    "Access-Control-Allow-Methods: GET, PUT, TRACE",
    "Access-Control-Allow-Headers: x-backend, x-other",
    "Access-Control-Expose-Headers: X-Backend",
    "Access-Control-Max-Age: 12345",
    "access-control-max-age: 5",
    "Access-Control-Allow-Private-Network: true",
]
COOKIE_FIELDS = ["Set-Cookie: " + cookie for cookie in (
    "sid=1; Path=/", "sid=2; path=/; SameSite=Lax", "lang=de",
    "sid=3; SECURE; Path=/; httponly", "sid=4;Secure;SameSite=None;Path=/",
    "lang=; Max-Age=0; Path=/", "sid=; expires=Thu, 01 Jan 1970 00:00:00 GMT",
    "sid=5; Partitioned; Max-Age=60", "sid=; Max-Age=-1; Partitioned; Secure",
    "other=\"a b\"; Domain=example.com", "=nameless", "bare",
    "sid=6; samesite = strict ; Path=/", "lang=x; Secure=1; Priority=High",
    "sid=7; expires=Fri, 31 Dec 2066 23:59:59 GMT; Max-Age=0",
    "sid=; Max-Age=0; Path=/app; Partitioned; Domain=example.com",
)]
VARY_FIELDS = ["Vary: Accept-Encoding", "Vary: origin", "Vary: Origin, Cookie",
               "Vary: *", "Vary: Access-Control-Request-Method",
               "Vary: accept-language, ORIGIN"]
PLAIN_FIELDS = ["X-Total: 3", "ETag: \"v1\"", "Cache-Control: max-age=60",
                "X-Backend: b", "Timing-Allow-Origin: *", "x-lower: 1"]
AUTH = """AuthName attack
AuthType {type}
Auth{type}Provider file
AuthUserFile conf/users.{type}
Require valid-user"""

SCRIPT = """#!/bin/sh
[ "${{CONTENT_LENGTH:-0}}" = 0 ] || cat >/dev/null
seen=${{DOCUMENT_ROOT:-.}}/../data/seen
printf '%s\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\n' \\
    "$HTTP_TEST_ID" "$SCRIPT_NAME" \\
    "${{HTTP_COOKIE-}}" "${{HTTP_AUTHORIZATION-}}" "${{CORS_RESULT-}}" \\
    "${{CORS_ORIGIN-}}" "${{CORS_REASON-}}" >>"$seen"
cat <<'END'
{headers}

a script
END
"""


@dataclasses.dataclass
class Step:
    """A place on a target's way: URI and path as httpd sees them there.
    method: that httpd goes on with, and if_method, that <If> sees there, None
    for the request's own; early: that it is answered before httpd knows a
    folder; broken: that httpd refuses a .htaccess."""
    uri: str
    path: str
    method: str = None
    guard: str = None
    if_method: str = None
    early: bool = False
    broken: bool = False


@dataclasses.dataclass
class Target:
    """Something to ask for. kind: file, missing, index, script, proxy, …;
    sees: whether what answers notes what it saw."""
    url: str
    kind: str
    steps: list
    sees: bool = False


def random_fields(rng, plenty=1.0):
    fields = []
    for pool, most, chance in ((CORS_FIELDS, 4, .5), (COOKIE_FIELDS, 4, .6),
                               (VARY_FIELDS, 2, .4), (PLAIN_FIELDS, 3, .5)):
        if rng.random() < chance * plenty:
            fields += rng.sample(pool, rng.randrange(1, most + 1))
    rng.shuffle(fields)
    return fields


def header_lines(rng):
    """mod_headers, in both of httpd's tables."""
    lines = []
    for field in random_fields(rng, .6):
        name, _, value = field.partition(": ")
        action = "add" if name == "Set-Cookie" else rng.choice(
            ["set", "add", "merge"])
        value = value.replace('"', '\\"')
        lines.append(f"Header {rng.choice(['', 'always '])}{action} "
                     f'{name} "{value}"')
    return lines


class Generator:
    """Makes configuration, files and targets."""

    def __init__(self, rng, backend_port):
        self.rng, self.port = rng, backend_port
        self.files, self.targets = {}, []
        self.configuration = Configuration()
        self.folders = {}       # {path: its Section with the contents}
        self.guards = {}        # what httpd asks there: denied, basic, digest
        self.override = {}      # AllowOverride and AllowOverrideList
        self.broken = set()     # folders
        self.make()

    def make(self):
        rng, main = self.rng, self.configuration.main
        self.configuration.hosts = [
            Section("server", f"host{number}")
            for number in range(rng.choice([0, 2, 2]))]
        self.servers = [main, *self.configuration.hosts]
        self.make_main()
        for server in self.servers:
            self.make_server(server)
        self.make_folder("", 0)
        for area in range(AREAS):
            self.make_area(f"/a{area}")
        for number in range(PROXIED):
            self.make_proxied(f"/p{number}")
        self.make_redirects()
        for path in self.folders:
            self.make_guard(path)
        for path in self.folders:
            self.make_contents(path)

    def make_main(self):
        main = self.configuration.main
        main.lines += [
            "MaxKeepAliveRequests 0", "KeepAliveTimeout 60",
            "AddHandler cgi-script .cgi", "DirectoryIndex index.html",
            "FileETag MTime Size",
            "Redirect 302 /r0 https://login.example.net/",
            "Redirect 307 /r1 /a0/page.html", "Redirect gone /r2"]
        rewrite = ["RewriteEngine On",
                   "RewriteRule ^/w/(.*)$ /$1 [L]",
                   "RewriteRule ^/wp/(.*)$ /$1 [PT,L]"]
        for server in self.servers:
            server.lines += rewrite
        for document in ("404", "403"):
            main.lines.append(self.error_document(document))
        self.files["conf/users.Basic"] = \
            "alice:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n"      # secret
        self.files["conf/users.Digest"] = \
            "alice:attack:00000000000000000000000000000000\n"
        self.files["htdocs/err/page.html"] = "an error page"
        self.script("/err/run.cgi")

    def error_document(self, status):
        return f"ErrorDocument {status} " + self.rng.choice(
            ["/err/page.html", "/err/run.cgi", '"a text"', "/err/none.html",
             "default"])

    def cors(self, section, around=(), **options):
        """Gives a section random directives."""
        loose = any(
            argument == "*" or argument in words.INSECURE + words.SUFFIXES
            for outer in around for name, arguments in outer.directives
            for argument in arguments if name.startswith("CORSAllowOrigin"))
        loose = loose or any(name == "CORSAllowOriginFile" for outer in around
                             for name, _ in outer.directives)
        section.directives += words.random_directives(
            self.rng, self.files, may_loosen=not loose, **options)

    def make_server(self, server):
        """Server-level directives, rarely, so that many places have no
        policy; and sections of the server's own."""
        main, rng = self.configuration.main, self.rng
        if rng.random() < .4:
            self.cors(server, [main] if server is not main else [])
        around = [main, server]
        self.make_within(server, around, .3, .2)

    def make_within(self, section, around, if_chance, files_chance, **options):
        """<If> and <Files> in a section."""
        rng = self.rng
        around = [*around, section]
        if rng.random() < if_chance:
            inner = section.add(Section("If", self.condition()))
            self.cors(inner, around, **options)
        if rng.random() < files_chance:
            inner = section.add(Section("Files", rng.choice(
                ["page.html", "index.html", "run.cgi", "*.html"])))
            self.cors(inner, around, **options)

    def condition(self):
        if self.rng.random() < .6:
            return Condition("origin", self.rng.choice(words.ORIGINS))
        return Condition("method", self.rng.choice(
            ["GET", "POST", "PUT", "OPTIONS", "HEAD"]))

    def make_area(self, path):
        self.make_folder(path, .5)
        for child in ("/b", "/c", "/b/d", "/c/e"):
            self.make_folder(path + child, .35)

    def make_folder(self, path, chance):
        """<Directory>, .htaccess and <Location> of a folder."""
        rng, main = self.rng, self.configuration.main
        server = rng.choice(self.servers)
        folder = main.add(Section("Directory", path))
        self.folders[path] = folder
        if not path:
            folder.lines += ["Options FollowSymLinks ExecCGI",
                             "AllowOverride All", "CGIPassAuth On",
                             "Require all granted"]
            self.override[path] = ("All", "None")
        elif rng.random() < .4:
            self.override[path] = rng.choice(OVERRIDES)
            folder.lines += ["AllowOverride " + self.override[path][0],
                             "AllowOverrideList " + self.override[path][1]]
        else:
            self.override[path] = self.override[path.rpartition("/")[0]]
        if rng.random() < chance:
            self.cors(folder, [main])
        self.make_within(folder, [main], chance / 3, chance / 3)
        if rng.random() < chance:
            other = server.add(Section("Directory", path))
            self.cors(other, [main, server])
            self.make_within(other, [main, server], .2, .2)
        if rng.random() < chance:
            self.location(path + rng.choice(["", "", "/", "/page.html"]))
        if rng.random() < chance:
            self.make_htaccess(path)

    def location(self, path):
        server = self.rng.choice(self.servers)
        around = [self.configuration.main, server]
        section = server.add(Section("Location", path))
        self.cors(section, around)
        self.make_within(section, around, .2, 0)

    def make_htaccess(self, path):
        """One that says what it may; or, seldom, one that says more, which
        breaks everything below; or one that is not read."""
        words_, listed = self.override[path]
        read = (words_, listed) != ("None", "None")
        breaks = read and self.rng.random() < .04

        def may(name):
            group = "AuthConfig" if name in words.AUTHCONFIG else "FileInfo"
            return (breaks or not read or words_ == "All"
                    or group in words_.split() or name in listed.split())

        section = Section("htaccess", path)
        around = self.servers
        self.cors(section, around, may_file=False, may=may)
        if words_ != "None":
            self.make_within(section, around, .2, .2, may_file=False, may=may)
        if breaks:
            section.directives.append(("CORSNoSuchDirective", ["On"]))
            self.broken.add(path)
        if read:
            self.configuration.htaccess[path] = section
        self.files[f"htdocs{path}/.htaccess"] = section

    # what there is to ask for

    def target(self, url, kind, *steps, sees=False):
        steps = [step if isinstance(step, Step) else Step(*step)
                 for step in steps]
        for step in steps:
            step.broken = any((step.path or "").startswith(path + "/")
                              for path in self.broken)
        self.targets.append(Target(url, kind, steps, sees))

    def script(self, path, *further):
        fields = [*random_fields(self.rng), *further]
        if not any(f.startswith(("Content-Type", "Location")) for f in fields):
            fields.append("Content-Type: text/plain")
        self.files[f"htdocs{path}"] = SCRIPT.format(headers="\n".join(fields))

    def make_contents(self, path):
        rng, folder = self.rng, self.folders[path]
        self.files[f"htdocs{path}/page.html"] = f"page of {path}\n" * 9
        self.files[f"htdocs{path}/other.txt"] = f"text of {path}"
        guard = self.guards[path]
        if rng.random() < .35:
            folder.lines += header_lines(rng)
        for status in ("404", "403", "401", "500"):
            if rng.random() < .15:
                folder.lines.append(self.error_document(status))

        def step(name, if_method=None):
            return Step(f"{path}/{name}", f"{path}/{name}", None, guard,
                        if_method)

        for name in ("page.html", "other.txt"):
            self.target(f"{path}/{name}", "file", step(name))
        if path and rng.random() < .5:
            self.target(path, "slash", Step(path, path + "/", None, guard))
        if path and rng.random() < .6:
            self.files[f"htdocs{path}/index.html"] = f"index of {path}"
            self.target(f"{path}/", "index", step(""),
                        step("index.html", "GET"))
        if rng.random() < .4:
            self.script(f"{path}/run.cgi", *rng.sample(
                ["Status: 404 Not Found", "Status: 201 Created"],
                rng.choice([0, 0, 1])))
            self.target(f"{path}/run.cgi", "script", step("run.cgi"),
                        sees=True)
        self.make_detours(path, folder, guard, step)

    def make_detours(self, path, folder, guard, step):
        """What leads from one place to another."""
        rng = self.rng
        other = rng.choice(list(self.folders))
        there = Step(f"{other}/other.txt", f"{other}/other.txt", None,
                     self.guards[other])
        kind = rng.random()
        if guard:
            self.target(f"{path}/none.html", "missing", step("none.html"))
        elif kind < .25:
            folder.lines += ["RewriteEngine On",
                             f"RewriteRule ^go$ {there.uri} [L]"]
            self.target(f"{path}/go", "rewrite", step("go"), there)
        elif kind < .4:
            self.files[f"htdocs{path}/front.html"] = f"front of {path}"
            if path.count("/") == 3:
                folder.lines.append(f"FallbackResource {path}/front.html")
                self.target(f"{path}/any/where", "fallback",
                            Step(f"{path}/any/where", f"{path}/any"),
                            step("front.html", "GET"))
        elif kind < .5:
            self.script(f"{path}/inside.cgi", "Location: " + there.uri)
            there.method = there.if_method = "GET"
            self.target(f"{path}/inside.cgi", "inside", step("inside.cgi"),
                        there)
        elif kind < .6:
            folder.lines += ["RewriteEngine On", "RewriteRule ^back/(.*)$ "
                             f"http://127.0.0.1:{self.port}/$1 [P]"]
            self.targets_of_backend(f"{path}/back/x", Step(
                f"{path}/back/x", f"{path}/back"))
        else:
            self.target(f"{path}/none.html", "missing", step("none.html"))
        if rng.random() < .15:
            name = path.replace("/", "_")
            self.configuration.main.lines.append(
                f"Alias /l{name} ${{ROOT}}/htdocs{path}")
            self.target(f"/l{name}/page.html", "alias", Step(
                f"/l{name}/page.html", f"{path}/page.html", None, guard))
        if rng.random() < .15:
            kind, uri = rng.choice([("w", f"/w{path}/page.html"),
                                    ("wp", f"{path}/page.html")])
            self.target(f"/{kind}{path}/page.html", "server rewrite", Step(
                uri, f"{path}/page.html", None, guard))

    def make_guard(self, path):
        """What httpd itself asks of those who want in here; inherited by
        the folders below."""
        guard = self.guards.get(path.rpartition("/")[0])
        chance = self.rng.random() if path else 1
        lines = []
        if chance < .04:
            guard, lines = "denied", ["Require all denied"]
        elif chance < .15:
            guard = "basic" if chance < .12 else "digest"
            lines = AUTH.format(type=guard.capitalize()).splitlines()
        self.guards[path] = guard
        self.folders[path].lines += lines

    def make_proxied(self, path):
        main = self.configuration.main
        main.lines.append(f"ProxyPass {path} http://127.0.0.1:{self.port}"
                          f"{path}")
        for place in (path, path + "/in"):
            if self.rng.random() < .8:
                self.location(place)
            self.targets_of_backend(f"{place}/x", Step(f"{place}/x", None))
        if self.rng.random() < .3:
            main.lines += [f"<Location {path}>", *header_lines(self.rng),
                           "</Location>"]

    def targets_of_backend(self, url, step):
        for _ in range(3):
            query = [("header", field) for field in random_fields(self.rng)]
            status = self.rng.choice([200, 200, 200, 404, 302, 500, 304, 204])
            query.append(("status", status))
            if status == 302:
                query.append(("header", "Location: https://other.example/"))
            self.target(f"{url}?{urllib.parse.urlencode(query)}", "proxy",
                        step, sees=True)

    def make_redirects(self):
        for path in ("/r0", "/r1", "/r2"):
            if self.rng.random() < .6:
                self.location(path)
            self.target(path, "redirect", Step(path, None, early=True))
        self.target("/nowhere/at/all", "missing", Step(
            "/nowhere/at/all", "/nowhere"))
