# SPDX-License-Identifier: Apache-2.0
"""An HTTP/1.1 client that sends what it is told and hides nothing of the
answer: header fields keep their order, their case and their duplicates."""

import http.client
import itertools
import os
import socket
import ssl

API = "api.example.com"             # the Host of every request, unless told
APP = "https://app.example.com"     # the origin that most tests allow
EVIL = "https://evil.example"       # one that no test allows

PREFIX = "access-control-"
NAMES = {"allow-headers", "expose-headers"}
PREFLIGHT_VARY = {"origin", "access-control-request-method",
                  "access-control-request-headers"}

_numbers = itertools.count(1)


class Answer:
    """What came back: status, headers as (name, value) pairs, body; and id,
    by which the access log knows the request."""

    def __init__(self, response, request_id):
        self.status = response.status
        self.headers = response.getheaders()
        self.body = response.read()
        self.id = request_id

    @classmethod
    def of(cls, status, headers, body):
        """One that came by another way than http.client's."""
        answer = cls.__new__(cls)
        answer.status, answer.headers, answer.body = status, headers, body
        answer.id = None
        return answer

    def all(self, name):
        """The values of every field of this name, in order."""
        return [value for key, value in self.headers
                if key.lower() == name.lower()]

    def one(self, name):
        """The value of the only field of this name, None without one."""
        values = self.all(name)
        assert len(values) <= 1, f"{name} was sent {len(values)} times"
        return values[0] if values else None

    @property
    def vary(self):
        """The members of Vary in lower case; none may stand twice."""
        return _members(", ".join(self.all("Vary")).lower())

    @property
    def cors(self):
        """Every Access-Control-* field by its name without the prefix, each
        sent exactly once; lists as sets, of header names in lower case."""
        names = [key.lower() for key, _ in self.headers
                 if key.lower().startswith(PREFIX)]
        fields = {}
        for name in names:
            short = name[len(PREFIX):]
            value = self.one(name)
            if short in NAMES:
                value = _members(value.lower())
            elif short == "allow-methods":
                value = _members(value)
            fields[short] = value
        return fields

    def __repr__(self):
        lines = "".join(f"\n  {name}: {value}" for name, value in self.headers)
        return f"<{self.status}{lines}\n  {self.body[:200]!r}>"


def _members(value):
    members = [member.strip() for member in value.split(",")]
    members = [member for member in members if member]
    assert len(members) == len(set(members)), f"doubled: {value}"
    return set(members)


def readable(origin=APP, **more):
    """What Answer.cors is where a script of origin may read the answer, by
    the defaults; more: expose_headers={'x-total'}, allow_credentials=None."""
    fields = {"allow-origin": origin, "allow-credentials": "true"}
    fields.update({name.replace("_", "-"): value
                   for name, value in more.items()})
    return {name: value for name, value in fields.items()
            if value is not None}


def permitted(origin=APP, **more):
    """The same for the answer to a preflight."""
    return readable(origin, **{"max_age": "600", **more})


def ask(port, method="GET", path="/", headers=(), body=b"", host=API,
        origin=None, timeout=20):
    """Sends one request. headers: pairs, or a dictionary."""
    pairs = [("Host", host), ("Connection", "close")]
    if origin is not None:
        pairs.append(("Origin", origin))
    pairs += headers.items() if isinstance(headers, dict) else headers
    request_id, request = request_text(method, path, pairs, body)
    return send(port, request, method, request_id, timeout)


def request_text(method, path, headers, body=b""):
    """A request's id and its bytes. headers: pairs."""
    request_id = f"{os.getpid()}-{next(_numbers)}"
    pairs = [*headers, ("Test-Id", request_id)]
    if body:
        pairs.append(("Content-Length", len(body)))
    lines = [f"{method} {path} HTTP/1.1",
             *(f"{name}: {value}" for name, value in pairs), "", ""]
    return request_id, "\r\n".join(lines).encode("latin-1") + body


def send(port, request, method="GET", request_id=None, timeout=20):
    """Sends these bytes and reads one answer."""
    with socket.create_connection(("127.0.0.1", port), timeout) as connection:
        return exchange(connection, request, method, request_id)


def exchange(connection, request, method="GET", request_id=None):
    """The same on a connection that is open already, and stays open."""
    connection.sendall(request)
    response = http.client.HTTPResponse(connection, method=method)
    response.begin()
    return Answer(response, request_id)


TLS_VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]


def ask_with(server, path, origin, certificate, version):
    """One request over TLS, with a client certificate or without."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.maximum_version = version
    context.post_handshake_auth = True
    if certificate:
        context.load_cert_chain(certificate)
    request = (f"GET {path} HTTP/1.1\r\nHost: {API}\r\n"
               f"Origin: {origin}\r\nConnection: close\r\n\r\n").encode()
    with socket.create_connection(("127.0.0.1", server.port), 20) as plain:
        with context.wrap_socket(plain) as secure:
            return exchange(secure, request)


class Connection:
    """A connection for many requests, one after the other, or several sent
    at once. Made anew where the server has ended it after an answer. Bytes
    that belong to no answer make the next one fail."""

    def __init__(self, port, timeout=20, tls=None):
        self.address, self.timeout = ("127.0.0.1", port), timeout
        self.tls = tls      # an ssl.SSLContext
        self.socket = self.reader = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.socket:
            if self.reader:     # none where TLS could not begin
                self.reader.close()
            self.socket.close()
            self.socket = self.reader = None

    def send(self, request):
        if not self.socket:
            self.socket = socket.create_connection(self.address, self.timeout)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.tls:
                self.socket = self.tls.wrap_socket(self.socket)
            self.reader = self.socket.makefile("rb")
        self.socket.sendall(request)

    def receive(self, method="GET", request_id=None):
        response = http.client.HTTPResponse(_Reading(self.reader),
                                            method=method)
        response.begin()
        ends = response.will_close
        answer = Answer(response, request_id)
        if ends:
            self.close()
        return answer

    def exchange(self, request, method="GET", request_id=None):
        self.send(request)
        return self.receive(method, request_id)


class _Reading:
    """What http.client takes for a socket: it may not close the reader, nor
    keep a buffer of its own, in which the next answer would be lost."""

    def __init__(self, reader):
        self.reader = reader

    def makefile(self, _mode):
        return self

    def __getattr__(self, name):
        return getattr(self.reader, name)

    def close(self):
        pass
