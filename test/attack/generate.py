# SPDX-License-Identifier: Apache-2.0
"""A random configuration: sixty folders with nested policies. What is in them
is contents.py's. Everything is drawn from one random.Random, so that a seed
makes the same configuration again."""

import words
from contents import Contents
from places import Condition, Configuration, Section

AREAS, PROXIED = 12, 6
OVERRIDES = [       # AllowOverride and AllowOverrideList
    ("None", "None"), ("All", "None"), ("All", "None"), ("All", "None"),
    ("FileInfo AuthConfig", "None"), ("FileInfo", "None"),
    ("AuthConfig", "None"),
    ("None", "CORSAllowOrigin CORSMaxAge CORSReportOnly"),
]
FILES = [("Files", "page.html"), ("Files", "index.html"), ("Files", "*.html"),
         ("Files", "run.cgi"), ("FilesMatch", "^(page|other)[.]"),
         ("FilesMatch", "[.]cgi$")]


class Site:
    """configuration, files by their path, and targets to ask for."""

    def __init__(self, rng, backend_port):
        self.rng = rng
        self.files = {}
        self.configuration = Configuration()
        self.folders = {}       # {path: its Section with the contents}
        self.override = {}      # what its .htaccess may say
        self.broken = set()     # folders where it says more
        self.make_servers()
        self.make_folder("", 0)
        for area in range(AREAS):
            self.make_folder(f"/a{area}", .5)
            for child in ("/b", "/c", "/b/d", "/c/e"):
                self.make_folder(f"/a{area}{child}", .35)
        for number in range(PROXIED):
            for path in (f"/p{number}", f"/p{number}/in"):
                if rng.random() < .8:
                    self.location("Location", path)
        for path in ("/r0", "/r1", "/r2", "/r3"):
            if rng.random() < .6:
                self.location("Location", path)
        self.targets = Contents(self, backend_port).targets

    def cors(self, section, around=(), **options):
        """Gives a section random directives. around: the sections whose
        origins hold here where it has none of its own, and must go with its
        credentials and options."""
        unsafe = {"*", *words.INSECURE, *words.SUFFIXES}
        loose = any(
            unsafe & set(arguments) or name == "CORSAllowOriginFile"
            for outer in around for name, arguments in outer.directives
            if name.startswith("CORSAllowOrigin"))
        section.directives += words.random_directives(
            self.rng, self.files, may_loosen=not loose, **options)

    def make_servers(self):
        """Directives of servers, rarely, so that many places have no policy;
        and sections of the servers' own."""
        rng, configuration = self.rng, self.configuration
        main = configuration.main
        configuration.hosts = [Section("server", f"host{number}")
                               for number in range(rng.choice([0, 2, 2]))]
        configuration.schemes = ["", rng.choice(["", "https://"])]
        self.servers = [main, *configuration.hosts]
        for server in self.servers:
            if rng.random() < .4:
                self.cors(server, [main] if server is not main else [])
            self.make_within(server, [main, server], .3, .2)

    def make_within(self, section, around, if_chance, files_chance, **options):
        """<If> and <Files> in a section."""
        rng = self.rng
        around = [*around, section]
        if rng.random() < if_chance:
            inner = section.add(Section("If", self.condition()))
            self.cors(inner, around, **options)
            if rng.random() < .4:
                inner = section.add(Section("Else", inner.argument.inverse()))
                self.cors(inner, around, **options)
        if rng.random() < files_chance:
            inner = section.add(Section(*rng.choice(FILES)))
            self.cors(inner, around, **options)

    def condition(self):
        what = self.rng.choice(["origin", "origin", "method", "x-flag"])
        values = {"origin": words.ORIGINS, "x-flag": ["1"],
                  "method": ["GET", "POST", "PUT", "OPTIONS", "HEAD"]}
        return Condition(what, self.rng.choice(values[what]))

    def make_folder(self, path, chance):
        """<Directory>, .htaccess and <Location> of a folder."""
        rng, main = self.rng, self.configuration.main
        server = rng.choice(self.servers)
        folder = self.folders[path] = main.add(Section("Directory", path))
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
            self.location(*rng.choice([
                ("Location", path), ("Location", path), ("Location", path),
                ("Location", path + "/"), ("Location", path + "/page.html"),
                ("LocationMatch", f"^{path}/"),
                ("LocationMatch", f"^{path}/.*[.](html|cgi)$")]))
        if rng.random() < chance:
            self.make_htaccess(path)

    def location(self, kind, path):
        server = self.rng.choice(self.servers)
        around = [self.configuration.main, server]
        section = server.add(Section(kind, path))
        self.cors(section, around)
        self.make_within(section, around, .2, 0)

    def make_htaccess(self, path):
        """One that says what it may; seldom one that says more, which breaks
        everything below; or one that is not read."""
        allowed, listed = self.override[path]
        read = (allowed, listed) != ("None", "None")

        def may(name):
            group = "AuthConfig" if name in words.AUTHCONFIG else "FileInfo"
            return (not read or allowed == "All"
                    or group in allowed.split() or name in listed.split())

        section = Section("htaccess", path)
        options = {"may_file": False, "may": may}
        self.cors(section, self.servers, **options)
        if allowed != "None":
            self.make_within(section, self.servers, .2, .2, **options)
        if read and self.rng.random() < .04:
            section.directives.append(
                ("CORSReportOnly", ["Off"]) if not may("CORSReportOnly")
                else ("CORSMaxAge", ["5"]) if not may("CORSMaxAge")
                else ("CORSAllowOrigin", ["https://app.example.com/"]))
            self.broken.add(path)
        if read:
            self.configuration.htaccess[path] = section
        self.files[f"htdocs{path}/.htaccess"] = section
