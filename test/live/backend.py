# SPDX-License-Identifier: Apache-2.0
"""An application server for httpd to stand in front of.

Run as a program it listens on a free port of 127.0.0.1, prints the port, and
writes each request it gets as a line of JSON to the file it was given, before
it answers. A request's query says what it answers:

    /any/path?status=201&header=Set-Cookie:%20a=b&header=X-A:%201&body=hello

early= is sent before that, in a response with status 103; wait= is how many
seconds it waits; cut=1 ends the connection in the middle of the headers;
upgrade=1 upgrades the connection (101), and sends back the next four bytes;
stream=1 sends an event, and another when somebody asks for release=1;
echo=1 takes the headers from the lines of the request's body.
"""

import http.server
import json
import subprocess
import sys
import threading
import time
import urllib.parse


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        received = self.rfile.read(
            int(self.headers.get("Content-Length", 0)))
        with open(sys.argv[1], "a", encoding="utf-8") as record:
            json.dump({"method": self.command, "target": self.path,
                       "headers": self.headers.items(),
                       "body": received.decode("latin-1")}, record)
            record.write("\n")
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        if "upgrade" in query:
            self.upgrade()
            return
        if "stream" in query:
            self.stream()
            return
        if "release" in query:
            self.released.set()
        status = int(query.get("status", ["200"])[0])
        time.sleep(float(query.get("wait", ["0"])[0]))
        for header in query.get("early", []):
            self.wfile.write(b"HTTP/1.1 103 Early Hints\r\n"
                             + header.encode() + b"\r\n\r\n")
        self.send_response(status)
        headers = query.get("header", [])
        if "echo" in query:
            headers = received.decode("latin-1").splitlines()
        for header in headers:
            self.send_header(*header.split(": ", 1))
        if "cut" in query:
            self.flush_headers()
            self.close_connection = True
            return
        body = query.get("body", ["from the backend"])[0].encode()
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status not in (204, 304) and self.command != "HEAD":
            self.wfile.write(body)

    def upgrade(self):
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Set-Cookie", "socket=1")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.flush()
        self.wfile.write(self.rfile.read(4))
        self.close_connection = True

    def stream(self):
        self.released.clear()
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"data: 1\n\n")
        self.wfile.flush()
        self.released.wait(20)
        self.wfile.write(b"data: 2\n\n")
        self.close_connection = True

    released = threading.Event()
    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = answer
    wbufsize = 65536        # an answer is one packet

    def log_message(self, format, *args):
        pass


class Backend:
    """The program above as a process of the test's own."""

    def __init__(self, record):
        self.record = record
        record.touch()
        self.process = subprocess.Popen(
            [sys.executable, __file__, str(record)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def requests(self):
        """Everything it was asked since it started or forgot, in order."""
        return [json.loads(line)
                for line in self.record.read_text("utf-8").splitlines()]

    def ids(self):
        """The Test-Ids of these requests."""
        return {value for request in self.requests()
                for name, value in request["headers"] if name == "Test-Id"}

    def forget(self):
        self.record.write_text("")

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
