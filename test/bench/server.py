# SPDX-License-Identifier: Apache-2.0
"""An httpd of our own for measuring: a folder, a small set of modules, a
static file, an access log. Nothing in it differs between the rows of a table
but the lines a row adds."""

import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "live"))

import harness  # noqa: E402
import installed  # noqa: E402

# what Debian loads unasked, and the two that the recipe needs
MODULES = """access_compat alias auth_basic authn_core authn_file authz_core
authz_host authz_user autoindex deflate dir env filter logio mime
negotiation reqtimeout setenvif status headers rewrite""".split()
PATH = "/file.txt"
BODY = "x" * 1023 + "\n"
AGE = 1_700_000_000
PATIENCE = 180      # seconds: valgrind reads 100,000 origins in some twenty

# one child, with threads for all connections of a load test
MPMS = {"prefork": "", "event": """ServerLimit 1
ThreadsPerChild 64
MaxRequestWorkers 64
MinSpareThreads 1
MaxSpareThreads 64"""}

CONFIG = """
Define FOLDER {folder}
ServerRoot "{folder}"
{modules}
Listen 127.0.0.1:{port}
ServerName localhost
{user}
PidFile "{folder}/run/httpd.pid"
DefaultRuntimeDir "{folder}/run"
DocumentRoot htdocs
TypesConfig mime.types
ErrorLog logs/error
LogFormat "%h %l %u %t \\"%r\\" %>s %O \
\\"%{{Referer}}i\\" \\"%{{User-Agent}}i\\"" combined
CustomLog logs/access combined
KeepAliveTimeout 60
MaxKeepAliveRequests 0
StartServers 1
{mpm}
<Directory />
    AllowOverride None
</Directory>
{config}
"""


def wait_for(happened, what, pause=0.01):
    """Returns the first true value of happened(), or fails."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        value = happened()
        if value:
            return value
        time.sleep(pause)
    raise AssertionError(f"did not happen within {PATIENCE} s: {what}")


def _serving_user():
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("www-data", "apache", "daemon", "nobody")
                if name in names)


def _load(name):
    if installed.source_of(name) in installed.STATIC:
        return ""
    return f"LoadModule {name}_module {harness.MODULES}/mod_{name}.so"


class Server:
    """config: the lines of a row; files: texts by their path below the
    folder; module: the .so of this module or None; under: a command that
    runs httpd in one process, valgrind's say."""

    def __init__(self, config="", files=None, module=None, mpm="prefork",
                 under=()):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="cors-bench-"))
        self.folder.chmod(0o755)
        self.under = list(under)
        self.port = harness.free_port()
        self.process = None
        loads = [_load(name) for name in (f"mpm_{mpm}", "unixd", "log_config",
                                          *MODULES)]
        if module:
            loads.append(f"LoadModule cors_cookies_module {module}")
        user = _serving_user()
        entry = pwd.getpwnam(user)
        for name in ("htdocs", "logs", "run", "counts"):
            (self.folder / name).mkdir()
        if os.geteuid() == 0:
            shutil.chown(self.folder / "counts", user, entry.pw_gid)
        self._write("httpd.conf", CONFIG.format(
            folder=self.folder, port=self.port, config=config, mpm=MPMS[mpm],
            modules="\n".join(loads),
            user=f"User {user}\nGroup #{entry.pw_gid}"))
        for path, text in {f"htdocs{PATH}": BODY, "mime.types":
                           "text/plain txt\n", **(files or {})}.items():
            self._write(path, text)

    def _write(self, path, text):
        (self.folder / path).write_text(text, "utf-8")
        (self.folder / path).chmod(0o644)
        os.utime(self.folder / path, (AGE, AGE))    # ETag is made of it

    def command(self, *arguments):
        under = [part.format(folder=self.folder) for part in self.under]
        return [*under, harness.HTTPD, "-f", self.folder / "httpd.conf",
                *arguments]

    def __enter__(self):
        one_process = ["-X"] if self.under else ["-DFOREGROUND"]
        output = open(self.folder / "stderr", "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            self.command(*one_process), stdin=subprocess.DEVNULL,
            stdout=output, stderr=output, start_new_session=True)
        try:
            wait_for(self._is_up, "httpd starts")
        except BaseException:
            self.__exit__()
            raise
        return self

    def _is_up(self):
        """Whether it has answered: under valgrind the first connection."""
        if self.process.poll() is not None:
            raise AssertionError("httpd did not start:\n" + "".join(
                file.read_text(errors="replace")
                for name in ("stderr", "logs/error")
                if (file := self.folder / name).exists()))
        try:
            with socket.create_connection(("127.0.0.1", self.port),
                                          PATIENCE) as connection:
                connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
                return connection.recv(1)
        except OSError:
            return False

    def log(self):
        return (self.folder / "logs" / "error").read_text(errors="replace")

    def __exit__(self, *_error):
        if self.under:          # one process, whose counts are written
            self.process.kill()
        else:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        self.remove()

    def remove(self):
        """Removes the folder: for a server that was never started."""
        shutil.rmtree(self.folder)
