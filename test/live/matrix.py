# SPDX-License-Identifier: Apache-2.0
"""The matrix: every producer of responses is asked every kind of request by
every kind of origin, under a policy that stands in every kind of place.

A file of tests has a table of producers and a configuration. The
configuration is served by three virtual hosts, which have the same policy in
different places; run() asks one producer in all of them, and judges each
answer, its line in the access log, and what the handler saw.
"""

import dataclasses
import os
import typing

import pytest

import installed
from client import (APP, EVIL, PREFLIGHT_VARY, Connection, readable,
                    request_text)
from harness import wait_for

OTHER = "https://other.example.com"     # the second one that is listed
ORIGINS = ["listed", "other", "unlisted", "own", "none"]
REQUESTS = ["GET", "HEAD", "POST", "OPTIONS", "preflight", "refused"]

BEYOND = """
    CORSAllowMethods PUT
    CORSAllowHeaders X-Asked
    CORSExposeHeaders X-Total
"""
POLICY = """
    CORSAllowOrigin https://app.example.com https://other.example.com
""" + BEYOND

# where the policy stands; each is the name of a virtual host
PLACES = {
    "server": POLICY,
    "location": f"<Location />{POLICY}</Location>",
    "directory": f"<Directory ${{ROOT}}>{POLICY}</Directory>",
    "htaccess": "AccessFileName .policy .htaccess",
    "deny": POLICY + "CORSDisallowedOrigin Deny\nCORSPreflightStatus 200",
    "forward": POLICY + "CORSPreflight Forward",
    "any": """
        CORSAllowOrigin *
        CORSAllowCredentials Off
    """ + BEYOND,
}
# what the access log has though the handler was not run, or only mod_rewrite's
# that hands a request on inside the server
CHOSEN_EARLY = {None, "redirect-handler", "rewrite-redirect-handler",
                "proxy-server"}
# known without asking for a directory
HOSTS = ("server", "deny", "forward", "any")
NOWHERE = "nowhere"     # a host without, for what has a policy of its own
EARLY = (*HOSTS, "location")    # known before httpd has found a file

CONFIG = """
LogFormat "%{{Test-Id}}i\\t%>s\\t%{{CORS_RESULT}}e\\t%{{CORS_ORIGIN}}e\\t\
%{{CORS_REASON}}e\\t%R" matrix
CustomLog logs/matrix matrix
<Directory ${{ROOT}}/htdocs>
    AllowOverride All
</Directory>
KeepAliveTimeout 60
MaxKeepAliveRequests 0
{everywhere}
{hosts}
"""

HOST = """
<VirtualHost *:${{PORT}}>
ServerName {name}.example.net
{policy}
{config}
</VirtualHost>
"""


@dataclasses.dataclass
class Producer:
    """One way by which httpd makes a response.

    name    as in the table of test/README.md
    path    what is asked for
    get     the status of GET and HEAD
    post    the status of POST; as get if not told
    options the status of OPTIONS that it is to answer; as get if not told
    statuses of further methods
    first   whether httpd answers before it looks for a place that denies
    unlisted whether a place on the way refuses unlisted origins
    vary    members of Vary that it sends itself, in lower case; vary_by:
            where these differ by method; vary_always: even with preflights;
            vary_all: the whole field, for every request; by_origin: whether
            it sends Vary: Origin itself
    headers of the request, by name
    body    what a GET brings
    sends   (name, value) pairs of the header fields that a GET brings
    always  of those that every answer brings
    offers  the names of those that OPTIONS brings
    says    what it writes itself of methods, headers and age, which stays
            on a forwarded preflight; as Answer.cors has it
    cookie  whether GET and POST bring a Set-Cookie
    reached whether the handler takes note of the requests that it gets
    log     regular expression of what it writes to the error log
    places  where a policy can stand for it
    requests that are made, in this order
    with_body the methods that have a body, and request_body
    since   the httpd that it works with, and why not with an older one
    path    may have {cell}, which is the place and who asks
    """
    name: str
    path: str
    get: int = 200
    post: typing.Optional[int] = None
    options: typing.Optional[int] = None
    statuses: dict = dataclasses.field(default_factory=dict)
    first: bool = False
    unlisted: bool = False
    vary: tuple = ()
    vary_by: dict = dataclasses.field(default_factory=dict)
    vary_always: tuple = ()
    by_origin: bool = False
    vary_all: typing.Optional[tuple] = None
    headers: dict = dataclasses.field(default_factory=dict)
    body: typing.Optional[bytes] = None
    sends: tuple = ()
    always: tuple = ()
    offers: tuple = ()
    says: dict = dataclasses.field(default_factory=dict)
    cookie: bool = False
    reached: bool = False
    log: str = ""
    places: tuple = tuple(PLACES)
    requests: tuple = tuple(REQUESTS)
    with_body: tuple = ("POST",)
    request_body: bytes = b"a=b"
    host: str = "{place}.example.net"
    since: tuple = ("2.4.0", "")

    def status(self, method):
        more = {"POST": self.post, "OPTIONS": self.options, **self.statuses}
        return self.get if more.get(method) is None else more[method]


def config(text, everywhere=""):
    """What a server with the virtual hosts has for its configuration."""
    return CONFIG.format(everywhere=everywhere, hosts="".join(
        HOST.format(name=name, policy=policy, config=text)
        for name, policy in [*PLACES.items(), (NOWHERE, "")]))


def files(texts):
    """The files under DocumentRoot, by path, and the policy's."""
    return {**{f"htdocs/{path}": text for path, text in texts.items()},
            "htdocs/.policy": POLICY}


WRITTEN = 1000000000        # in September 2001
EARLIER = "Sat, 01 Jan 2000 00:00:00 GMT"
LATER = "Sat, 01 Jan 2005 00:00:00 GMT"


def age(server):
    """Makes every file of a server's as old as WRITTEN."""
    for file in (server.folder / "htdocs").rglob("*"):
        os.utime(file, (WRITTEN, WRITTEN))


class Cell:
    """One request and what must come of it."""

    def __init__(self, producer, place, kind, request, scheme="http"):
        self.producer, self.kind, self.request = producer, kind, request
        self.place = place
        self.host = producer.host.format(place=place)
        self.name = f"{place}: {request} of {kind}"
        self.origin = {"listed": APP, "other": OTHER, "unlisted": EVIL,
                       "own": f"{scheme}://{self.host}", "none": None}[kind]
        self.any = place == "any"
        self.allowed = kind in ("listed", "other") or self.any
        self.asks = request in ("preflight", "refused")
        self.is_preflight = self.asks and kind != "none"
        self.is_forwarded = self.is_preflight and place == "forward" and (
            self.allowed or not producer.unlisted)
        self.is_answered = self.is_preflight and not self.is_forwarded
        self.method = "OPTIONS" if self.asks else request
        self.is_refused = kind == "unlisted" and not (
            self.is_preflight or self.any or producer.first) and (
            place == "deny" or producer.unlisted)

    def fields(self):
        """The header fields of the request, and its body."""
        headers = [("Host", self.host), *self.producer.headers.items()]
        if self.origin:
            headers.append(("Origin", self.origin))
        if self.asks:
            headers.append(("Access-Control-Request-Method",
                            "PUT" if self.request == "preflight"
                            else "DELETE"))
            headers.append(("Access-Control-Request-Headers", "x-asked"))
        body = self.producer.request_body \
            if self.method in self.producer.with_body else b""
        if body:
            headers.append(("Content-Type",
                            "application/x-www-form-urlencoded"))
        return headers, body

    def send(self, connection):
        headers, body = self.fields()
        path = self.producer.path.replace("{cell}",
                                          f"{self.place}-{self.kind}")
        self.id, text = request_text(self.method, path, headers, body)
        self.answer = connection.exchange(text, self.method, self.id)

    def judgement(self, quick):
        """(CORS_RESULT, CORS_ORIGIN, CORS_REASON). Of what mod_cache's quick
        handler answers httpd knows the server's configuration only."""
        hit = self.answer.all("X-Cache")[:1] == ["HIT from " + self.host]
        if self.kind == "none" or (
                quick and hit and self.place not in HOSTS):
            return None, None, None
        if self.allowed and self.is_answered and self.request == "refused":
            return "preflight-disallowed", self.origin, "method-not-listed"
        if self.allowed:
            return ("preflight-allowed" if self.is_preflight
                    else "allowed"), self.origin, "ok"
        if self.kind == "own" and not self.is_preflight:
            return "same-origin", None, "ok"
        return ("preflight-disallowed" if self.is_preflight
                else "disallowed"), None, "origin-not-listed"

    def readable(self):
        """The headers of every answer that a script may read, and of every
        preflight's for it."""
        more = {"allow_credentials": None} if self.any else {}
        if not self.is_preflight:
            more["expose_headers"] = {"x-total"}
        return readable("*" if self.any else self.origin, **more) \
            if self.allowed else {}

    def preflight_status(self):
        if not self.allowed:
            return 403
        return 200 if self.place == "deny" else 204

    def faults(self):
        """What is wrong with the answer, each in a few words."""
        answer, producer = self.answer, self.producer
        status = producer.status(self.method)
        cors = self.readable()
        vary = {*(() if self.any and not producer.by_origin else ["origin"]),
                *producer.vary_by.get(self.method, producer.vary)}
        asked = PREFLIGHT_VARY - ({"origin"} if self.any else set())
        if self.is_answered:
            status, vary = self.preflight_status(), asked
            cors = {**cors, "max-age": "600", "allow-methods": {"PUT"},
                    "allow-headers": {"x-asked"}} if cors else {}
            yield from self.preflight_faults()
        elif self.is_forwarded:
            vary = vary | asked
            cors = {**cors, **producer.says} if cors else {}
        elif self.is_refused:
            status, vary = 403, {"origin"}
        yield from self.handler_faults()
        vary = vary | {*producer.vary_always}
        if producer.vary_all is not None:
            vary = {*producer.vary_all}
        if answer.status != status:
            yield f"status {answer.status}, not {status}"
        try:
            if answer.cors != cors:
                yield f"{answer.cors}, not {cors}"
            if answer.vary != vary:
                yield f"Vary: {answer.vary}, not {vary}"
        except AssertionError as doubled:
            yield str(doubled)

    def preflight_faults(self):
        if self.answer.body:
            yield f"a body: {self.answer.body[:80]!r}"
        if self.answer.status == 204 and self.answer.all("Content-Length"):
            yield "a length of no body"
        for name in ("Set-Cookie", "Location", "WWW-Authenticate", "DAV",
                     "Content-Encoding", "Content-Type"):
            if self.answer.all(name):
                yield f"{name}: {self.answer.all(name)}"

    def handler_faults(self):
        """What the handler brings, or has no say in."""
        producer, answer = self.producer, self.answer
        runs = not (self.is_answered or self.is_refused)
        reads = runs and self.method == "GET"
        if reads and producer.body not in (None, answer.body):
            yield f"body: {answer.body[:80]!r}"
        for name, value in (*producer.always,
                            *(producer.sends if reads else ())):
            if answer.all(name) != [value]:
                yield f"{name}: {answer.all(name)}"
        for name in producer.offers:
            if runs and self.method == "OPTIONS" and not answer.all(name):
                yield f"no {name}"
        if (producer.cookie and runs and self.method in ("GET", "POST")
                and not answer.all("Set-Cookie")):
            yield "no Set-Cookie"
        if self.is_refused and answer.all("WWW-Authenticate"):
            yield "the refused request is asked to log in"


def _log_lines(server, ids):
    """The lines of the access log for these requests, by id."""
    def found():
        lines = {}
        for line in (server.folder / "logs/matrix").read_text().splitlines():
            fields = [None if field == "-" else field
                      for field in line.split("\t")]
            lines[fields[0]] = fields[1:]
        return lines if ids <= lines.keys() else None

    return wait_for(found, "a line in the access log for every request")


def _log_faults(cell, fields, expected):
    status, *judgement, handler = fields
    if status != str(cell.answer.status):
        yield f"the access log has status {status}"
    if tuple(judgement) != expected:
        yield f"the access log has {judgement}, not {expected}"
    if cell.is_answered and handler not in CHOSEN_EARLY:
        yield f"the handler {handler} had the preflight"


def _reached_faults(cell, noted):
    if cell.is_answered and cell.id in noted:
        yield "the preflight reached the handler"
    if not cell.is_answered and (cell.id in noted) == cell.is_refused:
        yield ("the refused request reached the handler" if cell.is_refused
               else "the request did not reach the handler")


def _forwarded_faults(cell, plain):
    """plain: the answers to OPTIONS that is no preflight, by who asks."""
    answer = plain.get((cell.place, cell.kind))
    if cell.is_forwarded and answer and cell.answer.body != answer.body:
        yield f"not the handler's body: {cell.answer.body[:80]!r}"


def cells_of(producer, scheme="http"):
    """Every cell of a producer, not asked yet."""
    if producer.get == 304:
        installed.needs_headers_of_304()
    installed.needs(*producer.since)
    return [Cell(producer, place, kind, request, scheme)
            for place in producer.places for request in producer.requests
            for kind in ORIGINS]


def ask(server, producer, tls=None):
    """Asks one producer, on one connection. The cells, answered."""
    cells = cells_of(producer, "https" if tls else "http")
    with Connection(server.port, tls=tls) as connection:
        for cell in cells:
            cell.send(connection)
    return cells


def run(server, producer, record_property, noted=None, quick=False,
        tls=None):
    """Asks one producer for every cell and fails for those that are wrong.
    noted() gives the Test-Ids of which a handler took note; quick: whether
    mod_cache has a quick handler; tls: an ssl.SSLContext."""
    cells = ask(server, producer, tls)
    if producer.log:
        server.expect(producer.log)
    judge(server, cells, record_property, noted() if producer.reached
          else None, quick)


def judge(server, cells, record_property, reached=None, quick=False):
    """Fails for those of the answered cells that are wrong."""
    lines = _log_lines(server, {cell.id for cell in cells})
    plain = {(cell.place, cell.kind): cell.answer for cell in cells
             if cell.request == "OPTIONS"}
    faults = {}
    for cell in cells:
        found = [*cell.faults(), *_forwarded_faults(cell, plain),
                 *_log_faults(cell, lines[cell.id], cell.judgement(quick))]
        if reached is not None:
            found += _reached_faults(cell, reached)
        for fault in found:
            faults.setdefault(fault, []).append(cell.name)
    record_property("cells", len(cells))
    if faults:
        pytest.fail("\n".join(
            f"{cells[0].producer.name}: {fault} ({len(wrong)}: "
            f"{', '.join(wrong)})" for fault, wrong in faults.items()),
            pytrace=False)


def names(producers):
    """For pytest: the ids of a table's rows."""
    return [producer.name for producer in producers]
