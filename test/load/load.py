#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Many requests while httpd is restarted again and again.

    test/load/load.py 1000000 [MPM]

For event and for worker, that many requests come over 50 connections, of
listed, of unlisted and of no origins: nine in ten from wrk, which looks at
the status alone, the others from a client that compares every header and the
body. httpd is restarted gracefully every second, but not in the last fifth,
where its children grow old. No answer may be wrong, no child may die, no
line may come up in the error log, and once it is warm no process may grow.
"""

import concurrent.futures
import itertools
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "live"))

import client       # noqa: E402
import harness      # noqa: E402

CONNECTIONS = 50
CHECKERS = 5        # of them the client's that looks at everything
ROUND = 5           # seconds
GROWTH = 1024       # KiB that a warm process may gain

# more generations than httpd keeps book of, where children outlive some
MANY_RESTARTS = "AH00546: no record of generation"

LISTED = [f"https://app{i}.example.com" for i in range(100)]
UNLISTED = ["https://evil.example", "null", "https://app1.example.com.evil"]
MIX = [*LISTED[:3], "https://a.b.example.org", *UNLISTED[:2], "-", "-"]
BODY = "what is asked for\n" * 60

CONFIG = f"""
ServerLimit 20
ThreadsPerChild 32
MaxRequestWorkers 640
MaxSpareThreads 640
MaxKeepAliveRequests 0
<Location "/">
    CORSAllowOrigin {" ".join(LISTED)}
    CORSAllowOrigin https://*.example.org !https://bad.example.org
    CORSAllowMethods PUT DELETE
    CORSAllowHeaders *
    CORSExposeHeaders X-Total
    CORSCookieAttributes Secure HttpOnly
    Header set Set-Cookie "session=1; Path=/"
</Location>
<Location "/denied">
    CORSDisallowedOrigin Deny
</Location>
"""


def cases():
    """(method, path, further headers, status, cors fields) of each request
    that is looked at."""
    def preflight(origin, method):
        return {"Origin": origin, "Access-Control-Request-Method": method,
                "Access-Control-Request-Headers": "x-a"}

    def permitted(origin):
        return client.permitted(origin, allow_methods={"PUT", "DELETE"},
                                allow_headers={"x-a"})

    yield "GET", "/file", {}, 200, {}
    for origin in [*LISTED, "https://a.b.example.org"]:
        yield ("GET", "/file", {"Origin": origin}, 200,
               client.readable(origin, expose_headers={"x-total"}))
    for origin in [*UNLISTED, "https://bad.example.org", ""]:
        yield "GET", "/file", {"Origin": origin}, 200, {}
        yield "GET", "/denied", {"Origin": origin}, 403, {}
        yield "OPTIONS", "/file", preflight(origin, "PUT"), 403, {}
    for origin in LISTED[::20]:
        yield ("OPTIONS", "/file", preflight(origin, "PUT"), 204,
               permitted(origin))
        yield ("OPTIONS", "/file", preflight(origin, "PATCH"), 204,
               permitted(origin))


class Checker:
    """Asks over one connection, and again over a new one where httpd closed
    it between two answers."""

    def __init__(self, port):
        self.port = port
        self.connection = None
        self.closed = 0

    def ask(self, method, path, headers, status, cors):
        lines = [f"{method} {path} HTTP/1.1", f"Host: {client.API}",
                 *(f"{name}: {value}" for name, value in headers.items())]
        answer = self._exchange("\r\n".join([*lines, "", ""]).encode(),
                                method)
        found = (answer.status, answer.cors, answer.vary)
        vary = client.PREFLIGHT_VARY if method == "OPTIONS" else {"origin"}
        cookie = "session=1; Path=/" + ("; Secure; HttpOnly"
                                        if cors or not headers else "")
        assert found == (status, cors, vary), f"{lines}: {answer}"
        if status == 200:
            assert answer.body.decode() == BODY, f"{lines}: {answer}"
            assert answer.all("Set-Cookie") == [cookie], f"{lines}: {answer}"
        if answer.all("Connection") == ["close"]:
            self.connection = None

    def _exchange(self, request, method):
        for _ in range(50):
            try:
                if not self.connection:
                    self.connection = socket.create_connection(
                        ("127.0.0.1", self.port), harness.PATIENCE)
                return client.exchange(self.connection, request, method)
            except ConnectionError:
                self.connection = None
                self.closed += 1
        raise AssertionError("httpd closes every connection")


def check(port, count):
    """Asks all cases in turn; returns how often httpd closed an idle
    connection in the face of a request."""
    checker = Checker(port)
    for case in itertools.islice(itertools.cycle(list(cases())), count):
        checker.ask(*case)
    return checker.closed


def press(port, count):
    """wrk, until it has had that many answers; returns how many it had."""
    done = 0
    while done < count:
        said = subprocess.run(
            ["wrk", "-t2", f"-c{CONNECTIONS - CHECKERS}", f"-d{ROUND}s", "-s",
             HERE / "mix.lua", f"http://127.0.0.1:{port}/file", "--", *MIX],
            check=True, stdout=subprocess.PIPE, text=True).stdout
        assert "Non-2xx" not in said, said
        done += int(re.search(r"(\d+) requests in", said)[1])
    return done


def ask(port, count):
    """Both at once: (answers to wrk, answers compared, closed)."""
    share = -(-count // 10 // CHECKERS)
    with concurrent.futures.ThreadPoolExecutor(CHECKERS + 1) as pool:
        pressed = pool.submit(press, port, count - share * CHECKERS)
        checks = [pool.submit(check, port, share) for _ in range(CHECKERS)]
        closed = sum(future.result() for future in checks)
        return pressed.result(), share * CHECKERS, closed


def resident(pid):
    """KiB of memory that the process has to itself; 0 when it is gone."""
    try:
        text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    except OSError:
        return 0
    return sum(int(size) for size in re.findall(r"^Private_\w+: +(\d+)", text,
                                                re.MULTILINE))


def children(pid):
    path = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
    return path.read_text("ascii").split()


class Watch(threading.Thread):
    """Restarts httpd every second, or not, and notes its memory: of the
    parent and of each child."""

    def __init__(self, server, restarts):
        super().__init__(daemon=True)
        self.server, self.restarts = server, restarts
        self.ended = threading.Event()
        self.failure = None
        self.parent, self.children = [], {}

    def run(self):
        try:
            while not self.ended.wait(1):
                if self.restarts:
                    self.server.graceful()
                self.look()
        except Exception as failure:        # told by stop()
            self.failure = failure

    def look(self):
        pid = self.server.process.pid
        self.parent.append(resident(pid))
        for child in children(pid):
            self.children.setdefault(child, []).append(resident(child))

    def stop(self):
        self.ended.set()
        self.join()
        if self.failure:
            raise self.failure


def growth(sizes):
    """(KiB when warm, KiB at the end): medians of a fifth of the sizes."""
    fifth = max(len(sizes) // 5, 1)
    return (statistics.median(sizes[fifth:2 * fifth] or sizes),
            statistics.median(sizes[-fifth:]))


def report(what, sizes):
    warm, end = growth(sizes)
    print(f"    {what}: {warm:.0f} KiB when warm, {end:.0f} KiB at the end")
    assert end - warm <= GROWTH, f"{what} grows: {sizes}"


def phase(server, count, restarts):
    watch = Watch(server, restarts)
    started = time.monotonic()
    watch.start()
    try:
        pressed, compared, closed = ask(server.port, count)
    finally:
        watch.stop()
    seconds = time.monotonic() - started
    print(f"  {pressed + compared} requests in {seconds:.0f} s, "
          f"{len(watch.parent) if restarts else 0} restarts, {compared} "
          f"answers compared, {closed} idle connections closed", flush=True)
    report("parent", watch.parent)
    if not restarts:
        for pid, sizes in watch.children.items():
            report(f"child {pid}", sizes)
    server.check_log()


def run(mpm, count):
    print(mpm, flush=True)
    server = harness.Httpd(CONFIG, mpm=mpm, modules=["headers"],
                           allow=[MANY_RESTARTS],
                           files={"htdocs/file": BODY,
                                  "htdocs/denied": BODY})
    try:
        server.start()
        phase(server, count * 4 // 5, restarts=True)
        phase(server, count // 5, restarts=False)
    finally:
        server.stop()


if __name__ == "__main__":
    for name in sys.argv[2:] or ("event", "worker"):
        run(name, int(sys.argv[1]))
