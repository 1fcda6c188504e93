# SPDX-License-Identifier: Apache-2.0
"""Origins and patterns, read anew: nothing of the module's source was looked
at. Text is what came over the wire, a character for each byte."""

import functools
import ipaddress
import re
import typing


LONGEST = 512
DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}
ORIGIN = re.compile(r"([a-z][a-z0-9+.-]{0,63})://(\[[^][]*\]|[^][:/]*)"
                    r"(?::([0-9]+))?")
LABEL = re.compile(r"[a-z0-9_-]{1,63}")
OPAQUE = re.compile(r"[A-Za-z0-9._~%+-]+")


class Origin(typing.NamedTuple):
    scheme: str
    host: str
    port: int       # the scheme's default where none is written, else 0


@functools.lru_cache(None)
def parse(text):
    """The origin that a browser would write so, None where it would not."""
    match = ORIGIN.fullmatch(text)
    if not match or len(text) > LONGEST or match[1] == "file":
        return None
    scheme, host, port = match.groups()
    default = DEFAULT_PORTS.get(scheme, 0)
    if port is not None and (port[0] == "0" or int(port) > 65535
                             or int(port) == default):
        return None
    if not is_host(host, default):
        return None
    return Origin(scheme, host, int(port) if port else default)


def is_host(host, known_scheme):
    if host.startswith("["):
        return is_ipv6(host[1:-1])
    if not known_scheme:
        return bool(OPAQUE.fullmatch(host))
    name = host[:-1] if host.endswith(".") else host
    labels = name.split(".")
    if len(name) > 253 or not all(LABEL.fullmatch(label) and is_idna(label)
                                  for label in labels):
        return False
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", labels[-1]):
        return is_ipv4(host)
    return True


def is_ipv4(host):
    try:
        return str(ipaddress.IPv4Address(host)) == host
    except ValueError:
        return False


def is_ipv6(host):
    try:
        address = ipaddress.IPv6Address(host)
    except ValueError:
        return False
    return (address.compressed == host and address.ipv4_mapped is None
            and address.scope_id is None)


def is_idna(label):
    """An xn-- label has to decode to something that is not ASCII."""
    if not label.startswith("xn--"):
        return True
    try:
        text = label[4:].encode("ascii").decode("punycode")
        return (not text.isascii()
                and text.encode("punycode").decode("ascii") == label[4:])
    except (UnicodeError, ValueError):
        return False


def is_loopback(host):
    name = host[:-1] if host.endswith(".") else host
    return (name == "localhost" or name.endswith(".localhost")
            or host == "[::1]" or is_ipv4(host) and host.startswith("127."))


def is_insecure(origin):
    return origin.scheme == "http" and not is_loopback(origin.host)


def host_of(pattern):
    """With its wildcard, without the port."""
    rest = pattern.partition("://")[2]
    return re.fullmatch(r"(\[.*\]|[^:]*)(:.*)?", rest)[1]


def is_insecure_pattern(pattern):
    return pattern.startswith("http://") and not is_loopback(
        host_of(pattern).removeprefix("*."))


@functools.lru_cache(None)
def matches(pattern, text):
    """Whether the pattern, written as for CORSAllowOrigin, stands for this
    origin."""
    origin = parse(text)
    scheme, _, rest = pattern.partition("://")
    any_port = rest.endswith(":*")
    rest = rest[:-2] if any_port else rest
    if not origin or scheme != origin.scheme:
        return False
    host, port = rest, DEFAULT_PORTS.get(scheme, 0)
    match = re.fullmatch(r"(.*[^]]|\[.*\]):([0-9]+)", rest)
    if match:
        host, port = match[1], int(match[2])
    return (any_port or port == origin.port) and covers(host, origin.host)


def covers(host, name):
    if host.startswith("*."):
        return name.endswith(host[1:]) and len(name) >= len(host)
    if "*" in host:                 # inside the first label
        before, _, behind = host.partition("*")
        return bool(re.fullmatch(re.escape(before) + "[a-z0-9_-]+"
                                 + re.escape(behind), name))
    return host == name


@functools.lru_cache(None)
def expression_matches(expression, sites, text):
    """CORSAllowOriginMatch, anchored at both ends; sites: those that the
    expression names, None under UnsafeMatch."""
    origin = parse(text)
    if not origin or not re.fullmatch(expression, text):
        return False
    return sites is None or any(origin.host == site or origin.host.endswith("." + site)
        for site in sites)
