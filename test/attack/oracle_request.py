# SPDX-License-Identifier: Apache-2.0
"""A request, and what can be read from it alone."""

import re

import oracle_origin


class Request:
    """What a client sent. headers: (name, value) pairs, as httpd reads them,
    without blanks around the value."""

    def __init__(self, method, target, headers, version="1.1",
                 scheme="http"):
        self.method, self.target = method, target
        self.headers, self.version = headers, version
        self.scheme = scheme        # that the server has for its own

    def field(self, name):
        """All fields of this name as one, None without any."""
        values = [value for key, value in self.headers
                  if key.lower() == name]
        return ", ".join(values) if values else None

    @property
    def origin(self):
        return self.field("origin")

    @property
    def is_preflight(self):
        return (self.method == "OPTIONS" and self.origin is not None
                and self.field("access-control-request-method") is not None)

    @property
    def has_credentials(self):
        """Those that make an answer personal: a single Bearer is sent by a
        script on purpose."""
        authorization = self.field("authorization")
        bearer = authorization is not None and re.fullmatch(
            r"bearer [^,]*", authorization, re.IGNORECASE)
        return (self.field("cookie") is not None
                or authorization is not None and not bearer)

    @property
    def is_own(self):
        """Whether its Origin is the site's own."""
        site = self.field("sec-fetch-site")
        if self.is_preflight:
            return False
        if site is not None:
            return site in ("same-origin", "none")
        return self.has_own_host(self.origin)

    def has_own_host(self, origin):
        host = self.field("host")
        if not host:
            return False
        name, port = re.fullmatch(r"(.*?)(?::([0-9]*))?", host).groups()
        default = str(oracle_origin.DEFAULT_PORTS[self.scheme])
        own = [f"{self.scheme}://{name}:{port or default}"]
        if (port or default) == default:
            own = [f"{self.scheme}://{name}"]
        if not port:
            own.append("https://" + name)
        return origin in own

    def upgrades(self):
        return self.field("upgrade") is not None
