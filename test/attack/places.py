# SPDX-License-Identifier: Apache-2.0
"""httpd's sections: writing them, and which of them hold where, in what
order. Only httpd's own rules are here, nothing of the module's.

The order of merging: the main server, the virtual host, then <Directory> and
.htaccess from the outermost folder to the innermost, <Files>, <Location> in
the order of the configuration, and <If> last, in the order in which the
sections that hold them were merged.
"""

import fnmatch
import functools

import oracle_policy


class Section:
    """A section, or a .htaccess file, or a server.

    kind        Directory, Files, Location, If, htaccess or server
    argument    its path, pattern or Condition
    directives  those of the module: (name, arguments)
    lines       other lines
    within      sections in it
    """

    def __init__(self, kind, argument=None):
        self.kind, self.argument = kind, argument
        self.directives, self.lines, self.within = [], [], []

    def add(self, section):
        self.within.append(section)
        return section

    @property
    def name(self):
        if self.kind in ("server", "htaccess"):
            return f"{self.kind} {self.argument}"
        return f'<{self.kind} "{self.argument}">'

    def text(self, bare=False):
        """Its lines; bare: without the module's directives."""
        lines = list(self.lines)
        if not bare:
            lines += [" ".join([name, *arguments])
                      for name, arguments in self.directives]
        for section in self.within:
            lines += section.lines_around(bare)
        return "".join(f"{line}\n" for line in lines)

    def lines_around(self, bare):
        argument = (self.argument if self.kind != "Directory"
                    else f"${{ROOT}}/htdocs{self.argument}")
        inner = self.text(bare).splitlines()
        return [f'<{self.kind} "{argument}">',
                *(f"    {line}" for line in inner), f"</{self.kind}>"]


class Condition:
    """Of an <If>: on the Origin, or on the method."""

    def __init__(self, kind, value):
        self.kind, self.value = kind, value

    def holds(self, origin, method):
        if self.kind == "origin":
            return (origin or "") == self.value
        return method == self.value

    def __str__(self):
        variable = {"origin": "HTTP:Origin", "method": "REQUEST_METHOD"}
        return f"%{{{variable[self.kind]}}} == '{self.value}'"


def of_kind(sections, kind):
    return [inner for section in sections for inner in section.within
            if inner.kind == kind]


class Configuration:
    """All sections of one httpd: main and hosts are Sections of kind
    `server`, htaccess is {folder: Section}."""

    def __init__(self):
        self.main = Section("server", "main")
        self.hosts = []
        self.htaccess = {}      # {"/a/b": Section}; those that httpd reads
        self._policies = {}

    def text(self, bare=False):
        parts = [self.main.text(bare)]
        for number, host in enumerate(self.hosts):
            parts += ["<VirtualHost *:${PORT}>\n",
                      f"ServerName host{number}.example.com\n",
                      host.text(bare), "</VirtualHost>\n"]
        return "".join(parts)

    def server(self, name):
        """The servers whose sections hold for this Host, main first."""
        if not self.hosts:
            return [self.main]
        for number, host in enumerate(self.hosts):
            if name == f"host{number}.example.com":
                return [self.main, host]
        return [self.main, self.hosts[0]]

    def sections(self, host, uri, path, origin, method, ifs=True):
        """Those that hold, in the order of merging. path: below the document
        root, None for what is no file (a proxied request, a redirect)."""
        servers = self.server(host)
        found = list(servers)
        if path is not None:
            found += self._of_folders(servers, path)
            found += [inner for inner in of_kind(found, "Files")
                      if fnmatch.fnmatchcase(path.rpartition("/")[2],
                                             inner.argument)
                      and path.rpartition("/")[2]]
        found += [inner for server in servers for inner in server.within
                  if inner.kind == "Location"
                  and is_below(uri, inner.argument)]
        if ifs:
            found += [inner for inner in of_kind(found, "If")
                      if inner.argument.holds(origin, method)]
        return found

    def _of_folders(self, servers, path):
        """<Directory> and .htaccess, of the folders above path."""
        parts = path.split("/")
        for depth in range(1, len(parts)):
            folder = "/".join(parts[:depth])
            for server in servers:
                yield from (inner for inner in server.within
                            if inner.kind == "Directory"
                            and inner.argument == folder)
            if folder in self.htaccess:
                yield self.htaccess[folder]

    def reads_origin(self, host, uri, path):
        """Whether an <If> there reads the Origin: httpd says so in Vary."""
        return any(inner.argument.kind == "origin" for inner in of_kind(
            self.sections(host, uri, path, "", "", ifs=False), "If"))

    def policy(self, *where, **options):
        """The policy that holds there."""
        sections = self.sections(*where, **options)
        key = tuple(map(id, sections))
        if key not in self._policies:
            self._policies[key] = oracle_policy.merged(
                [section.directives for section in sections])
        return self._policies[key]


@functools.lru_cache(None)
def is_below(uri, location):
    """Whether <Location> holds for it."""
    return (uri == location or location == "/"
            or uri.startswith(location.rstrip("/") + "/"))
