# SPDX-License-Identifier: Apache-2.0
"""The requests that are measured, and a keep-alive client for them."""

import re
import socket

import server

ALLOWED = "https://app-500000.example.com"
REFUSED = "https://app-500000.example.net"  # as long as the allowed one


def _request(method, *fields):
    lines = [f"{method} {server.PATH} HTTP/1.1", "Host: localhost",
             "User-Agent: Mozilla/5.0 (X11; Linux x86_64)", "Accept: */*",
             *fields]
    return "".join(line + "\r\n" for line in [*lines, ""]).encode()


def _preflight(origin, names="content-type"):
    return _request("OPTIONS", f"Origin: {origin}",
                    "Access-Control-Request-Method: PUT",
                    f"Access-Control-Request-Headers: {names}")


REQUESTS = {
    "no Origin": _request("GET"),
    "allowed": _request("GET", f"Origin: {ALLOWED}"),
    "refused": _request("GET", f"Origin: {REFUSED}"),
    "preflight": _preflight(ALLOWED),
    "refused preflight": _preflight(REFUSED),
}

# as many and as long as they may be: 4,095 bytes
LONG_NAMES = [f"x-{i:061}" for i in range(64)]
LONG_PREFLIGHT = {"preflight": _preflight(ALLOWED, ",".join(LONG_NAMES))}


class Connection:
    """One keep-alive connection."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 60)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.socket.close()

    def ask(self, request):
        """Sends a request and reads the whole answer; returns its head."""
        self.socket.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._receive()
        head, _, body = answer.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        while len(body) < (int(length[1]) if length else 0):
            body += self._receive()
        return head.decode("latin-1")

    def _receive(self):
        data = self.socket.recv(65536)
        if not data:
            raise AssertionError("httpd closed the connection")
        return data
