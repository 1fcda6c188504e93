# SPDX-License-Identifier: Apache-2.0
"""Real httpd processes on loopback, each with a folder, a configuration and
a port of its own. test/README.md shows how a test uses them."""

import os
import pathlib
import pwd
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import pytest

import client
import installed
from installed import HTTPD, MODULES

TOP = pathlib.Path(__file__).resolve().parents[2]
MODULE = pathlib.Path(os.environ.get(
    "CORS_MODULE", TOP / ".libs" / "mod_cors_cookies.so"))
MPMS = ["event", "worker", "prefork"]
PATIENCE = 20       # seconds until something that must happen has failed

# set by `make memcheck`: every server is one process, under valgrind
MEMCHECK = os.environ.get("CORS_MEMCHECK")
VALGRIND = ["valgrind", "--quiet", "--vgdb=no", "--keep-debuginfo=yes",
            "--error-exitcode=99", "--leak-check=full",
            "--errors-for-leak-kinds=definite,possible", "--num-callers=30",
            "--child-silent-after-fork=yes"]
if MEMCHECK:
    PATIENCE = 120
SEVERAL_AT_ONCE = pytest.mark.skipif(
    bool(MEMCHECK), reason="a single process answers one request at a time")
UNCHECKED = {"http2": "a single process has no threads for it",
             "security2": "what it loads (GnuTLS) loses memory"}

# what httpd itself writes at warn or above when all is well: nothing
SERIOUS = re.compile(r"\[[a-z0-9_]*:(emerg|alert|crit|error|warn)\]"
                     r"|exit signal|Sanitizer")

# what an old httpd writes though all is well
NOISE = [pattern for version, pattern in [
    ("2.4.41", r"\[ssl:error\] .* AH: verify client post handshake"),
    ("2.4.52", r"AH02951: mod_ssl does not seem to be enabled"),
] if installed.is_older(version)]

# what httpd writes when it is stopped, without this module as well: event,
# while a connection is being closed, since its main thread closes the sockets
# of its workers, which close them too (apr_os_sock_get() below
# close_worker_sockets()); an old one, when a child sees the signal late
ENDING = {"event": [
    r"\(9\)Bad file descriptor: AH0(3092: process_lingering_close"
    r"|0468: error closing socket)",
    r"AH00052: child pid \d+ exit signal Segmentation fault"]}
ENDING_LATE = ([r"AH0004[56]: child process \d+ still did not exit"]
               if installed.is_older("2.4.62") else [])

# the one line at warn that the module writes at start, on an old httpd
OLD_HTTPD = (r"^\[[^]]+\] \[cors_cookies:warn\] \[pid [^]]+\] httpd before "
             r"2\.4\.48 strips headers from responses with status 304: "
             r"browsers may then refuse what they have stored$")

CONFIG = """
ServerRoot "{folder}"
Define ROOT "{folder}"
Define PORT {port}
Define AT_ONCE {at_once}
{defines}
{modules}
Listen 127.0.0.1:${{PORT}}
ServerName localhost
{user}
PidFile "{folder}/run/httpd.pid"
DefaultRuntimeDir "{folder}/run"
DocumentRoot htdocs
ErrorLog logs/error
LogLevel {level}
LogFormat "%{{Test-Id}}i\\t%>s\\t%{{CORS_RESULT}}e\\t\
%{{CORS_ORIGIN}}e\\t%{{CORS_REASON}}e" test
CustomLog logs/access test
StartServers 1
{mpm}
Timeout {patience}
<IfModule mod_mime.c>
    TypesConfig mime.types
</IfModule>
{config}
"""

TYPES = """text/html html
text/plain txt
application/json json
"""     # what mod_mime reads

THREADS = """ServerLimit 4
ThreadsPerChild 16
MaxRequestWorkers 64
MinSpareThreads 1
MaxSpareThreads 64"""
PROCESSES = """MinSpareServers 1
MaxSpareServers 8
MaxRequestWorkers 16"""


def _user():
    """Who serves, where httpd is started by root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("www-data", "apache", "daemon", "nobody")
                if name in names)


def free_port():
    """A port that nobody listens on, from below those that the system gives
    to clients."""
    while True:
        port = random.randrange(12000, 32000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def wait_for(happened, what):
    """Returns the first true value of happened(), or fails."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        value = happened()
        if value:
            return value
        time.sleep(0.005)
    raise AssertionError(f"did not happen within {PATIENCE} s: {what}")


def _exit_code(process):
    """Of a process that was told to end. A single one is told again: it has
    only noted the signal if it was about to wait for a connection."""
    for _ in range(PATIENCE if MEMCHECK else 0):
        try:
            return process.wait(1)
        except subprocess.TimeoutExpired:
            process.terminate()
    return process.wait(PATIENCE)


class Httpd:
    """One httpd.

    config   its own lines of configuration; ${PORT} is the port, ${ROOT}
             the server's folder
    mpm      event, worker or prefork
    modules  httpd's modules to load, `auth_basic` for mod_auth_basic
    load     whether the module under test is loaded `first`, `last` or `not`
    files    texts by their path under the server's folder; those that begin
             with #! may be executed. DocumentRoot is htdocs; data/ belongs
             to the user that serves
    define   further Define lines by name
    level    LogLevel's arguments
    expect   regular expressions of lines that starting it logs
    allow    of lines that may come up at any time
    environment  variables, in addition to those of the test
    """

    def __init__(self, config="", mpm="event", modules=(), files=None,
                 define=None, level="warn", expect=(), allow=(),
                 load="first", environment=None):
        for name in {*UNCHECKED} & {*modules} if MEMCHECK else ():
            pytest.skip(f"mod_{name}: {UNCHECKED[name]}")
        self.mpm = mpm = "prefork" if MEMCHECK else mpm
        self.parts = {"config": config, "level": level, "patience": PATIENCE,
                      # a backend that was away is asked again
                      "at_once": "retry=1ms" if installed.is_trunk()
                                 else "retry=0",
                      "mpm": PROCESSES if mpm == "prefork" else THREADS}
        lines = [installed.load(name, mpm) for name in [
            f"mpm_{mpm}", "unixd", "authz_core", "log_config", *modules]]
        if load != "not":
            lines.insert(0 if load == "first" else len(lines),
                         f"LoadModule cors_cookies_module {MODULE}")
        self.parts["modules"] = "\n".join(lines)
        self.parts["defines"] = "\n".join(
            f"Define {name} {value}" for name, value in (define or {}).items())
        self.expected = list(expect)
        # the first refusal of its kind in an hour is a warning
        self.allowed = [r"\[cors_cookies:warn\] .*; further ones at LogLevel "
                        r"cors_cookies:info$", *allow]
        self.warns = (installed.is_older("2.4.48") and level != "error"
                      and (load != "not" or MODULE.name in config))
        self.environment = {**os.environ, **(environment or {})}
        self.process = None
        self.port = None
        self.seen = 0       # lines of the error log that were judged already
        self.lines_at_end = 0   # how many it had when it was told to stop
        self._make_folder(files or {})

    def _make_folder(self, files):
        user = _user()
        self.parts["user"] = (
            f"User {user}\nGroup #{pwd.getpwnam(user).pw_gid}" if user
            else "")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="cors-"))
        self.folder.chmod(0o755)
        for name in ("htdocs", "logs", "run", "data"):
            (self.folder / name).mkdir()
        if user:
            shutil.chown(self.folder / "data", user)
        for path, text in {"mime.types": TYPES, **files}.items():
            self.write(path, text)

    def write(self, path, text):
        """Writes a file below the server's folder."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        file.chmod(0o755 if text.startswith("#!") else 0o644)
        return file

    def _command(self, *arguments):
        self.port = free_port()
        config = self.write("httpd.conf", CONFIG.format(
            folder=self.folder, port=self.port, **self.parts))
        return [HTTPD, "-f", config, *arguments]

    def test(self, *arguments):
        """`httpd -t`: its exit status and all it printed."""
        done = subprocess.run(self._command("-t", *arguments),
                              cwd=self.folder, text=True,
                              stdin=subprocess.DEVNULL, errors="replace",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout

    def start(self):
        """Starts it, and once more on another port if somebody took its."""
        self._expect_warning()
        while not self._is_up():
            said = (self.folder / "stderr").read_text(errors="replace")
            self.process = None
            if "AH00072" not in said:       # could not bind to address
                raise AssertionError("httpd did not start:\n" + said
                                     + "\n".join(self.error_log()))
        return self

    def _is_up(self):
        with open(self.folder / "stderr", "w", encoding="utf-8") as stderr:
            self.process = subprocess.Popen(
                [*VALGRIND, *self._command("-X")] if MEMCHECK
                else self._command("-DFOREGROUND"), cwd=self.folder,
                stdin=subprocess.DEVNULL, stdout=stderr, stderr=stderr,
                start_new_session=True, env=self.environment)
        wait_for(lambda: self._serves() or self.process.poll() is not None,
                 "httpd starts")
        return self.process.poll() is None

    def _expect_warning(self):
        """What each start brings, on an httpd that is old."""
        if self.warns:
            self.expect(OLD_HTTPD)

    def _serves(self):
        # a single process does not announce itself
        return (self.folder / "run" / "httpd.pid").exists() if MEMCHECK \
            else self._times_up() and self._runs_scripts()

    def _runs_scripts(self):
        """Whether mod_cgid has given its socket, which it makes as root, to
        the user that serves: until then scripts get a 503."""
        if "mod_cgid" not in self.parts["modules"] or not _user():
            return True
        sockets = [*(self.folder / "run").glob("cgisock.*")]
        return sockets and sockets[0].owner() == _user()

    def _times_up(self):
        """How often it has been started or restarted."""
        return sum("resuming normal operations" in line
                   for line in self.error_log())

    def graceful(self):
        """A graceful restart, with the configuration as it stands now."""
        if MEMCHECK:
            pytest.skip("a single process cannot be restarted gracefully")
        times = self._times_up()
        self._expect_warning()
        self.process.send_signal(signal.SIGUSR1)
        wait_for(lambda: self._times_up() > times, "httpd restarts")

    def stop(self):
        """Stops it, looks at its log once more, and leaves nothing."""
        try:
            if self.process:
                self._end_process()
                self.check_log()
        finally:
            shutil.rmtree(self.folder)

    def _end_process(self):
        process, self.process = self.process, None
        self.lines_at_end = len(self.error_log())
        process.terminate()
        try:
            code = _exit_code(process)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        said = (self.folder / "stderr").read_text(errors="replace")
        assert code == 0, f"httpd ended with {code}\n{said}"

    def cpu_time(self):
        """The seconds of processor time that its processes have used, to be
        compared with another figure of the same server."""
        used = 0
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
                if int(fields[2]) == self.process.pid:     # its group
                    pid = int(stat.parent.name)
                    # CPUCLOCK_SCHED of clock_getcpuclockid()
                    used += time.clock_gettime(~pid << 3 | 2)
            except (OSError, ProcessLookupError):
                continue        # it has ended
        return used

    # what it wrote

    def error_log(self):
        try:
            text = (self.folder / "logs" / "error").read_text("utf-8",
                                                              "replace")
        except FileNotFoundError:
            return []
        return text.splitlines()

    def expect(self, *patterns):
        """Lines at warn or above that this test brings about: each pattern
        must be found in one at least."""
        self.expected += patterns

    def check_log(self):
        """Fails on lines since the last check that nobody expected, and on
        expected ones that did not come."""
        patterns, self.expected = self.expected, []

        def missing():
            return [pattern for pattern in patterns if not any(
                re.search(pattern, line)
                for line in self.error_log()[self.seen:])]

        try:
            wait_for(lambda: not missing(), "expected lines")
        except AssertionError:
            pass
        missed, log = missing(), self.error_log()[self.seen:]
        self.seen += len(log)
        fine = [*patterns, *self.allowed, *NOISE]
        strange = [line for line in log if SERIOUS.search(line)
                   and not any(re.search(p, line) for p in fine)]
        if not self.process:
            ended = self.error_log()[self.lines_at_end:]
            endings = ENDING.get(self.mpm, []) + ENDING_LATE
            strange = [line for line in strange if line not in ended
                       or not any(re.search(p, line) for p in endings)]
        strange += [
            line for line in (self.folder / "stderr").read_text(
                errors="replace").splitlines()
            if not any(re.search(p, line) for p in self.allowed)]
        assert not strange and not missed, "\n".join(
            [f"not in the error log: {pattern}" for pattern in missed]
            + ["not expected in the error log:", *strange])

    def variables(self, answer):
        """(CORS_RESULT, CORS_ORIGIN, CORS_REASON) of the request that got
        this answer, as the access log has them; None for one not set."""
        def entry():
            log = (self.folder / "logs" / "access").read_text("utf-8")
            for line in log.splitlines():
                fields = line.split("\t")
                if fields[0] == answer.id:
                    return fields
            return None

        values = wait_for(entry, "a line in the access log")[2:]
        return tuple(None if value == "-" else value for value in values)

    # asking it

    def ask(self, method="GET", path="/", **request):
        return client.ask(self.port, method, path, **request)

    def get(self, path="/", origin=None, **request):
        return self.ask("GET", path, origin=origin, **request)

    def preflight(self, path="/", origin=client.APP, method="PUT",
                  ask_headers=None, headers=(), **request):
        """The preflight of a request with this method and these headers."""
        pairs = [("Access-Control-Request-Method", method)]
        if ask_headers is not None:
            pairs.append(("Access-Control-Request-Headers", ask_headers))
        return self.ask("OPTIONS", path, origin=origin,
                        headers=[*pairs, *headers], **request)
