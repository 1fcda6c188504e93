# SPDX-License-Identifier: Apache-2.0
"""httpd's sections: writing them, and which of them hold where, in what
order. Only httpd's own rules are here, nothing of the module's.

The order of merging: the main server, the virtual host, then <Directory> and
.htaccess from the outermost folder to the innermost, <Files>, <Location> in
the order of the configuration, and <If> last, in the order in which the
sections that hold them were merged.
"""

import fnmatch
import re

import oracle_policy


class Section:
    """A section, or a .htaccess file, or a server.

    kind        Directory, Files, FilesMatch, Location, LocationMatch, If,
                Else, htaccess or server
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
        argument = f' "{self.argument}"'
        if self.kind == "Directory":
            argument = f' "${{ROOT}}/htdocs{self.argument}"'
        elif self.kind == "Else":
            argument = ""
        return [f"<{self.kind}{argument}>",
                *(f"    {line}" for line in self.text(bare).splitlines()),
                f"</{self.kind}>"]

    def holds(self, uri, name):
        """Whether it is a <Location> of this URI, or a <Files> of this
        name."""
        if self.kind == "Files":
            return bool(name) and fnmatch.fnmatchcase(name, self.argument)
        if self.kind == "FilesMatch":
            return bool(name and re.search(self.argument, name))
        if self.kind == "LocationMatch":
            return bool(re.search(self.argument, uri))
        return self.kind == "Location" and (
            uri == self.argument
            or uri.startswith(self.argument.rstrip("/") + "/"))


class Condition:
    """Of an <If>: on a header or on the method."""

    def __init__(self, what, value, holds=True):
        self.what, self.value, self.wanted = what, value, holds

    def inverse(self):
        return Condition(self.what, self.value, not self.wanted)

    def holds(self, request, method):
        found = (method if self.what == "method"
                 else request.field(self.what) or "")
        return (found == self.value) == self.wanted

    def __str__(self):
        variable = ("REQUEST_METHOD" if self.what == "method"
                    else f"HTTP:{self.what}")
        operator = "==" if self.wanted else "!="
        return f"%{{{variable}}} {operator} '{self.value}'"


def of_kind(sections, *kinds):
    return [inner for section in sections for inner in section.within
            if inner.kind in kinds]


class Configuration:
    """All sections of one httpd: main and hosts are Sections of kind
    `server`, htaccess is {folder: Section}."""

    def __init__(self):
        self.main = Section("server", "main")
        self.hosts = []
        self.schemes = []       # of each host's ServerName
        self.htaccess = {}      # {"/a/b": Section}; those that httpd reads
        self._found, self._policies = {}, {}

    def text(self, bare=False):
        parts = [self.main.text(bare)]
        for number, host in enumerate(self.hosts):
            parts += ["<VirtualHost *:${PORT}>\n", "ServerName "
                      f"{self.schemes[number]}host{number}.example.com\n",
                      host.text(bare), "</VirtualHost>\n"]
        return "".join(parts)

    def host(self, request):
        """The number of the virtual host that gets this request, None for
        the main server."""
        name = (request.field("host") or "").partition(":")[0]
        for number in range(len(self.hosts)):
            if name == f"host{number}.example.com":
                return number
        return 0 if self.hosts else None

    def scheme(self, request):
        host = self.host(request)
        https = host is not None and self.schemes[host]
        return "https" if https else "http"

    def sections(self, request, uri, path, method):
        """Those that hold for a request with this method, in the order of
        merging. path: below the document root, None for what is no file (a
        proxied request, a redirect)."""
        found, ifs = self._look_up(self.host(request), uri, path)
        return found + [inner for inner in ifs
                        if inner.argument.holds(request, method)]

    def reads(self, request, uri, path):
        """The headers that an <If> there reads: httpd says so in Vary."""
        _, ifs = self._look_up(self.host(request), uri, path)
        return {inner.argument.what for inner in ifs} - {"method"}

    def _look_up(self, host, uri, path):
        """The sections of a place without <If>, and the <If> sections in
        them."""
        key = host, uri, path
        if key not in self._found:
            servers = [self.main]
            servers += [] if host is None else [self.hosts[host]]
            found = list(servers)
            if path is not None:
                name = path.rpartition("/")[2]
                found += self._of_folders(servers, path)
                found += [inner for inner
                          in of_kind(found, "Files", "FilesMatch")
                          if inner.holds(uri, name)]
            found += [inner for inner
                      in of_kind(servers, "Location", "LocationMatch")
                      if inner.holds(uri, None)]
            self._found[key] = found, of_kind(found, "If", "Else")
        return self._found[key]

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

    def server_policy(self, request):
        """What holds where no section is looked for."""
        host = self.host(request)
        servers = [self.main] + ([] if host is None else [self.hosts[host]])
        return self._merge(servers)

    def policy(self, *where):
        """The policy that holds there."""
        return self._merge(self.sections(*where))

    def _merge(self, sections):
        key = tuple(map(id, sections))
        if key not in self._policies:
            self._policies[key] = oracle_policy.merged(
                [section.directives for section in sections])
        return self._policies[key]
