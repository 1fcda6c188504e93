# SPDX-License-Identifier: Apache-2.0
"""What the directives mean and how sections merge, read anew.

A section is a list of directives (name, [arguments]). `merged` takes those
that hold at a place, in httpd's order, the innermost last. The argument of
CORSAllowOriginFile knows its file's `patterns`, that of CORSAllowOriginMatch
the `sites` that it names.
"""

import re

import oracle_cookies
import oracle_origin

ORIGINS = {"CORSAllowOrigin", "CORSAllowOriginMatch"}
LISTS = {"CORSAllowMethods", "CORSAllowHeaders", "CORSExposeHeaders"}
NORMALISED = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"}
PUBLIC_SUFFIXES = {"*.github.io", "*.co.uk"}     # of those that are written
UNITS = {"": 1, "s": 1, "min": 60, "h": 3600}
DEFAULTS = {
    "origins": (), "CORSAllowCredentials": "On", "CORSAllowAnonymous": "Off",
    "CORSAllowMethods": (), "CORSAllowHeaders": (), "CORSExposeHeaders": None,
    "CORSMaxAge": "600", "CORSPreflight": "Answer",
    "CORSPreflightStatus": "204", "CORSDisallowedOrigin": "Serve",
    "CORSCookieAttributes": None, "CORSReportOnly": "Off",
    "CORSFetchMetadata": "Off",
    "CORSOptions": frozenset(),
}


def read_section(directives):
    """What this section sets, by name; the directives that name origins are
    one, CORSOptions is what it does to the inherited options."""
    values = {}
    for name, arguments in directives:
        if name == "CORSAllowOriginFile":
            values.setdefault("origins", []).extend(
                ("CORSAllowOrigin", pattern) for argument in arguments
                for pattern in argument.patterns)
        elif name in ORIGINS:
            values.setdefault("origins", []).extend(
                (name, argument) for argument in arguments)
        elif name in LISTS:
            values.setdefault(name, []).extend(arguments)
        elif name in ("CORSCookieAttributes", "CORSOptions"):
            values.setdefault(name, []).append(arguments)
        else:
            values[name] = arguments[0]
    return values


def change_options(inherited, lines):
    options = set(inherited)
    words = [word for line in lines for word in line]
    if not words[0].startswith(("+", "-")):
        options = set()
    for word in words:
        if word.startswith("-"):
            options.discard(word[1:])
        elif word != "none":
            options.add(word.lstrip("+"))
    return frozenset(options)


def merged(sections):
    """The policy of a place."""
    values = dict(DEFAULTS)
    for section in sections:
        own = read_section(section)
        if "CORSOptions" in own:
            own["CORSOptions"] = change_options(values["CORSOptions"],
                                                own["CORSOptions"])
        values.update(own)
    return Policy(values)


def without_none(names):
    return [name for name in names if name != "none"]


class Policy:
    """The values that hold at a place; never changed."""

    def __init__(self, values):
        self.credentials = values["CORSAllowCredentials"] == "On"
        self.anonymous = values["CORSAllowAnonymous"] == "On"
        self.report_only = values["CORSReportOnly"] == "On"
        self.fetch_metadata = values["CORSFetchMetadata"] == "On"
        self.forward = values["CORSPreflight"] == "Forward"
        self.preflight_status = int(values["CORSPreflightStatus"])
        self.disallowed = values["CORSDisallowedOrigin"]
        self.options = values["CORSOptions"]
        self.max_age = seconds(values["CORSMaxAge"])
        self.methods = [method.upper() if method.upper() in NORMALISED
                        else method
                        for method in without_none(values["CORSAllowMethods"])]
        self.headers = [name.lower() for name
                        in without_none(values["CORSAllowHeaders"])]
        self.expose = values["CORSExposeHeaders"]   # None: unset
        self.cookies = values["CORSCookieAttributes"]   # None: unset
        if self.cookies is not None:
            self.cookies = [oracle_cookies.Rule(line)
                            for line in self.cookies]
        self.entries = [entry for entry in values["origins"]
                        if entry[1] != "none"]
        self.any = ("CORSAllowOrigin", "*") in self.entries

    @property
    def exists(self):
        """Whether there is a policy at all."""
        return (bool(self.entries) or self.disallowed != "Serve"
                or self.anonymous or self.fetch_metadata)

    @property
    def invalid(self):
        """What merging has brought together with credentials, and httpd -t
        refuses where it is known in time: it allows nobody."""
        return self.credentials and (self.any or any(
            self.is_unsafe(pattern) for name, pattern in self.entries
            if name == "CORSAllowOrigin" and not pattern.startswith("!")))

    def is_unsafe(self, pattern):
        return (oracle_origin.is_insecure_pattern(pattern)
                and "UnsafeInsecureOrigin" not in self.options
                or oracle_origin.host_of(pattern) in PUBLIC_SUFFIXES
                and "UnsafePublicSuffix" not in self.options)

    @property
    def everybody(self):
        return self.any and not self.credentials

    def judge_origin(self, text):
        """A CORS_REASON, `ok` for an allowed one."""
        if self.everybody:
            return "ok"
        if self.invalid:
            return "policy-invalid"
        if text == "null":
            return "origin-null"
        if "," in text or re.search(r"[ \t]", text):
            return "origin-multiple"
        origin = oracle_origin.parse(text)
        if not origin:
            return "origin-malformed"
        return self._look_up(text, origin)

    def _look_up(self, text, origin):
        patterns = [pattern for name, pattern in self.entries
                    if name != "CORSAllowOriginMatch"]
        if any(oracle_origin.matches(pattern[1:], text)
               for pattern in patterns if pattern.startswith("!")):
            return "origin-excluded"
        safe = (not self.credentials or not oracle_origin.is_insecure(origin)
                or "UnsafeInsecureOrigin" in self.options)
        admitted = any(oracle_origin.matches(pattern, text)
                       for pattern in patterns
                       if not pattern.startswith("!"))
        admitted = admitted or any(
            oracle_origin.expression_matches(word, word.sites, text)
            for name, word in self.entries if name == "CORSAllowOriginMatch")
        if admitted:
            return "ok" if safe else "origin-insecure"
        return "origin-not-listed"


def seconds(time):
    match = re.fullmatch("([0-9]+)(s|min|h|)", time)
    return int(match[1]) * UNITS[match[2]]
