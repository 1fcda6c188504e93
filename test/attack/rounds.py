# SPDX-License-Identifier: Apache-2.0
"""One configuration: two servers that have it, one without the module and
its directives, and requests whose answers are compared with the oracle's."""

import collections
import contextlib
import json
import os
import pathlib
import random
import re
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "live"))

import backend as backends      # noqa: E402
import client                   # noqa: E402
import harness                  # noqa: E402

import asking                   # noqa: E402
import oracle                   # noqa: E402
from generate import Site       # noqa: E402
from oracle_request import Request      # noqa: E402
from places import Section      # noqa: E402

MODULES = ["alias", "allowmethods", "auth_basic", "auth_digest", "authn_core",
           "authn_file", "authz_host", "authz_user", "cgi", "deflate", "dir",
           "filter", "headers", "mime", "proxy", "proxy_http", "rewrite",
           "setenvif"]
# what the server without the module has instead: whoever asks so gets
# httpd's own 403, or one that no ErrorDocument answers
DENY = """
SetEnvIf X-Deny (.*) attack_deny=$1
<If "-n reqenv('attack_deny') && -z reqenv('REDIRECT_STATUS')">
    AllowMethods reset
    Require all denied
</If>
<If "reqenv('attack_deny') == 'plain'">
    ErrorDocument 403 default
</If>
"""
LOG_LINES = r"^(?!.*(exit signal|Sanitizer))"      # all but these
JUDGED = {"origin", "access-control-request-method",
          "access-control-request-headers", "sec-fetch-site",
          "sec-fetch-mode", "sec-fetch-dest", "sec-purpose", "referer"}
CREDENTIALS = {"cookie", "authorization"}
OTHERS = {"date", "server", "connection", "keep-alive", "vary", "set-cookie",
          "content-length", "transfer-encoding"}
OLD = 1577836800        # 2020, when all files were written


class Bare:
    """An answer of the server without the module."""

    def __init__(self, answer):
        self.status, self.body = answer.status, answer.body
        self.fields = answer.headers
        self.names = {name.lower() for name, _ in answer.headers}
        self.vary = oracle.members(", ".join(self.all("vary")))

    def all(self, name):
        return [value for key, value in self.fields if key.lower() == name]

    @property
    def others(self):
        return others(self.fields)


def others(fields):
    """What the module has nothing to do with."""
    return [(name.lower(), settled(name.lower(), value))
            for name, value in fields if name.lower() not in OTHERS
            and not name.lower().startswith("access-control-")]


def settled(name, value):
    """Without what is by chance: the order of a hash table, a nonce."""
    if name == "allow":
        return sorted(value.split(","))
    return re.sub('nonce="[^"]*"', "", value)


class Round:
    """Starts the servers of configuration `number`; use it with `with`."""

    def __init__(self, seed, number):
        self.seed, self.number = seed, number
        self.mpm = harness.MPMS[number % 3]
        self.answers = {}       # of the server without the module
        self.log_read = self.seen_read = self.asked_read = 0

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            scratch = stack.enter_context(
                tempfile.TemporaryDirectory(prefix="cors-"))
            self.backend = backends.Backend(pathlib.Path(scratch) / "requests")
            stack.callback(self.backend.stop)
            self.site = Site(random.Random(f"{self.seed}.{self.number}"),
                             self.backend.port)
            self.subject = self._server(stack, bare=False)
            self.bare = self._server(stack, bare=True)
            self.connections = [
                stack.enter_context(client.Connection(server.port))
                for server in (self.subject, self.bare)]
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self.stack.close()

    def _server(self, stack, bare):
        files = {name: text.text(bare) if isinstance(text, Section) else text
                 for name, text in self.site.files.items()}
        config = self.site.configuration.text(bare)
        server = harness.Httpd(
            (DENY if bare else "") + config, mpm=self.mpm, modules=MODULES,
            files=files, allow=[LOG_LINES], load="not" if bare else "first")
        stack.callback(server.stop)
        for file in (server.folder / "htdocs").rglob("*"):
            os.utime(file, (OLD, OLD))
        return server.start()

    # asking

    def case(self, index):
        """The request that a number stands for: (target, request)."""
        rng = random.Random(f"{self.seed}.{self.number}.{index}")
        target = rng.choice(self.site.targets)
        # a script's own ETag meets conditions, in front of its redirect
        request = asking.random_request(
            rng, target.url, lambda asked: self._judging(target, asked),
            conditions=target.kind != "inside")
        request.scheme = self.site.configuration.scheme(request)
        if target.steps[0].unmapped:        # nobody can answer a preflight
            request.headers = [
                (name, value) for name, value in request.headers
                if name != "Access-Control-Request-Method"]
        return target, request

    def _judging(self, target, request):
        """The policy of the first place that has one."""
        policies = [self.site.configuration.policy(
            request, step.uri, step.path, step.if_method or request.method)
                    for step in target.steps]
        return next((policy for policy in policies if policy.exists),
                    policies[0])

    def ask_bare(self, request, deny="", stripped=False):
        """What the server without the module answers. deny: that it is to
        refuse, `page` or `plain`: without ErrorDocument."""
        gone = JUDGED | (CREDENTIALS if stripped else set())
        fields = [(name, value) for name, value in request.headers
                  if name.lower() not in gone]
        if deny:
            fields.append(("X-Deny", deny))
        key = (request.method, request.target, request.version,
               tuple(sorted(fields, key=lambda field: field[0].lower())))
        if key not in self.answers:
            bare = Request(request.method, request.target, fields,
                                  request.version)
            self.answers[key] = Bare(exchange(self.connections[1], [bare])[0])
        return self.answers[key]

    def ask(self, requests):
        return exchange(self.connections[0], requests)

    # what was noted behind its back

    def variables(self, ids):
        """{id: what the access log says was decided}, of all these."""
        found = {}

        def complete():
            with open(self.subject.folder / "logs" / "access", "rb") as log:
                log.seek(self.log_read)
                text = log.read()
            whole = text[:text.rfind(b"\n") + 1]
            self.log_read += len(whole)
            for line in whole.decode("latin-1").splitlines():
                fields = [read_log(value) for value in line.split("\t")]
                found[fields[0]] = tuple(fields[2:])
            return ids <= set(found)

        harness.wait_for(complete, "the access log has all requests")
        return found

    def seen(self):
        """{id: {who: (cookie, authorization, variables or None)}} of what
        scripts and backend saw since the last call; who is a script's URL,
        or `backend`."""
        found = collections.defaultdict(dict)
        text, self.asked_read = read_on(self.backend.record, self.asked_read)
        for line in text.splitlines():
            fields = dict((name.lower(), value) for name, value
                          in json.loads(line)["headers"])
            found[fields["test-id"]]["backend"] = (
                fields.get("cookie", ""), fields.get("authorization", ""),
                None)
        text, self.seen_read = read_on(self.subject.folder / "data" / "seen",
                                       self.seen_read)
        for line in text.splitlines():
            fields = line.split("\t")
            variables = fields[4], "\t".join(fields[5:-1]), fields[-1]
            found[fields[0]][fields[1]] = fields[2], fields[3], variables
        return found


def read_log(value):
    """A value of the access log, without its escapes."""
    if value == "-":
        return None
    return value.encode("latin-1").decode("unicode_escape")


def read_on(path, start):
    """The whole lines behind start, and where they end."""
    try:
        with open(path, "rb") as file:
            file.seek(start)
            text = file.read()
    except FileNotFoundError:
        return "", start
    whole = text[:text.rfind(b"\n") + 1]
    return whole.decode("latin-1"), start + len(whole)


def exchange(connection, requests):
    """Sends them all at once, and reads their answers; again from the first
    that got none, where the server closed the connection behind an answer."""
    texts = [request_text(request) for request in requests]
    answers, attempts = [], 0
    while len(answers) < len(texts):
        rest = texts[len(answers):]
        try:
            connection.send(b"".join(text for _, text in rest))
            for request, (number, _) in zip(requests[len(answers):], rest):
                answers.append(connection.receive(request.method, number))
                if not connection.socket:
                    break
        except OSError:
            attempts += 1
            connection.close()
            if attempts > 5:
                raise
            time.sleep(.05)
    return answers


def request_text(request):
    body = b"a=1" if request.method in ("POST", "PUT", "PATCH") else b""
    number, text = client.request_text(request.method, request.target,
                                       request.headers, body)
    if request.version == "1.0":
        text = text.replace(b" HTTP/1.1\r\n", b" HTTP/1.0\r\n", 1)
    return number, text
