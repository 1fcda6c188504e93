# SPDX-License-Identifier: Apache-2.0
"""What is in the folders of a random configuration: files, scripts, ways from
one place to another, a backend behind a proxy, and what httpd itself asks of
those who want in."""

import dataclasses
import urllib.parse

from places import Section

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
ERROR_PAGE = "https://login.example.net/error"
DOCUMENTS = ["/err/page.html", "/err/run.cgi", '"a text"', "/err/none.html",
             "default", ERROR_PAGE]
AUTH = """AuthName attack
AuthType {type}
Auth{type}Provider file
AuthUserFile conf/users.{type}
Require valid-user"""

# it notes what it sees, but for the body of the request
SCRIPT = """#!/bin/sh
[ "${{CONTENT_LENGTH:-0}}" = 0 ] || cat >/dev/null
printf '%s\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\n' "$HTTP_TEST_ID" "$SCRIPT_NAME" \\
    "${{HTTP_COOKIE-}}" "${{HTTP_AUTHORIZATION-}}" "${{CORS_RESULT-}}" \\
    "${{CORS_ORIGIN-}}" "${{CORS_REASON-}}" >>"$DOCUMENT_ROOT/../data/seen"
cat <<'END'
{headers}

a script
END
"""


@dataclasses.dataclass(frozen=True)
class Guard:
    """What httpd asks of those who want into a folder."""
    auth: str = None            # Basic, Digest
    require: str = None         # user, nobody
    methods: bool = False       # AllowMethods GET POST


@dataclasses.dataclass
class Step:
    """A place on a target's way: URI and path as httpd sees them there."""
    uri: str
    path: str
    guard: Guard = Guard()
    method: str = None          # that httpd goes on with, if another
    if_method: str = None       # that <If> sees there, if another
    same: bool = False          # mod_dir puts it into the request before it
    early: bool = False         # answered before httpd knows a folder
    unmapped: bool = False      # even before it knows a <Location>
    forward: bool = False       # httpd is a forward proxy
    broken: bool = False        # a .htaccess says what it may not

    def __str__(self):
        """What is not as by default."""
        return ", ".join(
            f"{field.name} {value}" for field in dataclasses.fields(self)
            for value in [getattr(self, field.name)]
            if value != field.default)


@dataclasses.dataclass
class Target:
    """Something to ask for. kind: file, missing, index, script, proxy, …;
    notes: who notes what it saw, a script's URL or `backend`."""
    url: str
    kind: str
    steps: list
    notes: str = None


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


class Contents:
    """Fills a site; targets: what there is to ask for."""

    def __init__(self, site, backend_port):
        self.rng, self.site = site.rng, site
        self.backend = f"http://127.0.0.1:{backend_port}"
        self.files, self.folders = site.files, site.folders
        self.main = site.configuration.main
        self.targets, self.ways = [], []
        self.make_main()
        self.guards = {}
        for path in self.folders:
            self.make_guard(path)
        for path, folder in self.folders.items():
            self.make_contents(path, folder)
        for path in self.folders:
            self.make_way(path)
        for number in range(6):
            self.make_proxied(f"/p{number}")

    def make_main(self):
        self.main.lines += [
            "MaxKeepAliveRequests 0", "KeepAliveTimeout 60",
            "AddHandler cgi-script .cgi", "DirectoryIndex index.html",
            "FileETag MTime Size",
            "Redirect 302 /r0 https://login.example.net/",
            "Redirect 307 /r1 /a0/page.html", "Redirect gone /r2"]
        for server in self.site.servers:
            server.lines += [
                "RewriteEngine On", "RewriteRule ^/r3$ - [F]",
                "RewriteRule ^/w/(.*)$ /$1 [L]",
                "RewriteRule ^/wp/(.*)$ /$1 [PT,L]"]
        for status in ("404", "403"):
            self.main.lines.append(self.error_document(status))
        self.files.update({
            "conf/users.Basic":        # secret
                "alice:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n",
            "conf/users.Digest":
                "alice:attack:00000000000000000000000000000000\n",
            "htdocs/err/page.html": "an error page"})
        self.script("/err/run.cgi")
        for path in ("/r0", "/r1", "/r2", "/r3"):
            self.target(path, "redirect", Step(path, None, early=True))
        self.target("/nowhere/at/all", "missing", Step(
            "/nowhere/at/all", "/nowhere"))
        self.target("/a0%2Fpage.html", "missing", Step(
            "/a0/page.html", None, early=True, unmapped=True))
        self.main.lines += ["ProxyRequests On"]
        for _ in range(9):
            self.target(f"{self.backend}/f?{self.query()}", "proxy", Step(
                "/f", None, forward=True), notes="backend")

    def error_document(self, status):
        return f"ErrorDocument {status} " + self.rng.choice(DOCUMENTS)

    def make_guard(self, path):
        """Inherited by the folders below."""
        guard = self.guards.get(path.rpartition("/")[0], Guard())
        chance = self.rng.random() if path else 1
        lines = []
        if chance < .04:
            guard = dataclasses.replace(guard, require="nobody")
            lines = ["Require all denied"]
        elif chance < .15:
            kind = "Basic" if chance < .12 else "Digest"
            guard = dataclasses.replace(guard, auth=kind, require="user")
            lines = AUTH.format(type=kind).splitlines()
        elif chance < .18:
            guard = dataclasses.replace(guard, methods=True)
            lines = ["AllowMethods GET POST"]
        self.guards[path] = guard
        self.folders[path].lines += lines

    def target(self, url, kind, *steps, notes=None):
        for step in steps:
            step.broken = any((step.path or "").startswith(path + "/")
                              for path in self.site.broken)
        self.targets.append(Target(url, kind, list(steps), notes))

    def step(self, path, name, **further):
        return Step(f"{path}/{name}", f"{path}/{name}", self.guards[path],
                    **further)

    def script(self, path, *further):
        fields = [*random_fields(self.rng), *further]
        if not any(f.startswith("Location") for f in fields):
            fields.append("Content-Type: text/plain")
        self.files[f"htdocs{path}"] = SCRIPT.format(headers="\n".join(fields))

    def query(self):
        """That tells the backend what to answer."""
        fields = random_fields(self.rng)
        status = self.rng.choice([200, 200, 200, 404, 302, 500, 304, 204])
        if status == 302:
            fields.append("Location: https://other.example/")
        return urllib.parse.urlencode([
            *(("header", field) for field in fields), ("status", status)])

    def make_contents(self, path, folder):
        rng = self.rng
        self.files[f"htdocs{path}/page.html"] = f"page of {path}\n" * 9
        self.files[f"htdocs{path}/other.txt"] = f"text of {path}"
        if rng.random() < .35:
            folder.lines += header_lines(rng)
        if rng.random() < .1:
            folder.lines.append("SetOutputFilter DEFLATE")
        for status in ("404", "403", "401", "405", "500"):
            if rng.random() < .15:
                folder.lines.append(self.error_document(status))
        for name in ("page.html", "other.txt"):
            self.target(f"{path}/{name}", "file", self.step(path, name))
        if path and rng.random() < .5:
            self.target(path, "slash", Step(path, path + "/",
                                            self.guards[path]))
        if path and rng.random() < .6:
            self.files[f"htdocs{path}/index.html"] = f"index of {path}"
            self.target(f"{path}/", "index", self.step(path, ""), self.step(
                path, "index.html", if_method="GET", same=True))
        if rng.random() < .4:
            self.script(f"{path}/run.cgi", *rng.choice(
                [[], [], ["Status: 404 Not Found"], ["Status: 201 Created"],
                 ["Location: https://login.example.net/"]]))
            step = self.step(path, "run.cgi")
            self.target(step.uri, "script", step, notes=step.uri)
        if rng.random() < .15:
            name = path.replace("/", "_")
            self.main.lines.append(f"Alias /l{name} ${{ROOT}}/htdocs{path}")
            self.target(f"/l{name}/page.html", "alias", Step(
                f"/l{name}/page.html", f"{path}/page.html",
                self.guards[path]))
        if rng.random() < .15:
            kind, uri = rng.choice([("w", f"/w{path}/page.html"),
                                    ("wp", f"{path}/page.html")])
            self.target(f"/{kind}{path}/page.html", "server rewrite", Step(
                uri, f"{path}/page.html", self.guards[path]))

    # from one place to another

    def somewhere(self):
        """The steps of a way that begins elsewhere, and who notes there."""
        rng, chance = self.rng, self.rng.random()
        path = rng.choice(list(self.folders))
        if chance < .2 and self.ways:
            steps, notes = rng.choice(self.ways)
            return [dataclasses.replace(step) for step in steps], notes
        if chance < .4:
            uri = rng.choice(["/p0/x", "/p1/x", "/p2/in/x"])
            return [Step(uri, None)], "backend"
        step = self.step(path, "other.txt")
        if chance < .6 and f"htdocs{path}/run.cgi" in self.files:
            step = self.step(path, "run.cgi")
            return [step], step.uri
        return [step], None

    def make_way(self, path):
        rng, folder = self.rng, self.folders[path]
        kind, (steps, notes) = rng.random(), self.somewhere()
        if kind < .3 and not self.guards[path].require:
            folder.lines += ["RewriteEngine On",
                             f"RewriteRule ^go$ {steps[0].uri} [L]"]
            steps.insert(0, self.step(path, "go"))
            self.target(f"{path}/go", "rewrite", *steps, notes=notes)
            self.ways.append((steps, notes))
        elif kind < .45 and path.count("/") == 3:
            name = rng.choice(["front.html", "front.cgi"])
            self.files[f"htdocs{path}/front.html"] = f"front of {path}"
            self.script(f"{path}/front.cgi")
            folder.lines.append(f"FallbackResource {path}/{name}")
            self.target(f"{path}/any/where", "fallback", Step(
                f"{path}/any/where", f"{path}/any", self.guards[path]),
                self.step(path, name, if_method="GET", same=True),
                notes=f"{path}/{name}" if name == "front.cgi" else None)
        elif kind < .6 and not self.guards[path].require:
            self.script(f"{path}/inside.cgi", "Location: " + steps[0].uri)
            for step in steps:
                step.method = step.if_method = "GET"
            self.target(f"{path}/inside.cgi", "inside", self.step(
                path, "inside.cgi"), *steps, notes=notes)
        elif kind < .7:
            folder.lines += ["RewriteEngine On", "RewriteRule ^back/(.*)$ "
                             f"{self.backend}/$1 [P]"]
            self.targets_of_backend(f"{path}/back/x", Step(
                f"{path}/back/x", f"{path}/back", self.guards[path]))
        else:
            self.target(f"{path}/none.html", "missing",
                        self.step(path, "none.html"))

    def make_proxied(self, path):
        self.main.lines.append(f"ProxyPass {path} {self.backend}{path}")
        for place in (path, path + "/in"):
            self.targets_of_backend(f"{place}/x", Step(f"{place}/x", None))
        if self.rng.random() < .3:
            section = self.main.add(Section("Location", path))
            section.lines += header_lines(self.rng)

    def targets_of_backend(self, url, step):
        for _ in range(3):
            self.target(f"{url}?{self.query()}", "proxy", step,
                        notes="backend")
