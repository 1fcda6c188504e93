# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL of a test's own: its folder, its port, its processes."""

import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile

import harness


def _programs():
    """Where initdb and postgres are; Debian has them in no PATH."""
    found = shutil.which("initdb")
    folders = [pathlib.Path(found).parent] if found else []
    folders += sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"),
                      key=lambda path: int(path.parent.name))
    return folders[-1]


def _demote():
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    return {"user": "postgres", "group": pwd.getpwnam("postgres").pw_gid,
            "extra_groups": []}


class Postgresql:
    """One server on loopback. Trusts everybody, as no other may."""

    def __init__(self):
        self.bin = _programs()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="cors-pg-"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        self.port = harness.free_port()
        self.process = None
        self._run("initdb", "-D", self.folder / "data", "-A", "trust", "-U",
                  "postgres", "--no-sync", "-E", "UTF8")

    def _run(self, program, *arguments, **options):
        done = subprocess.run([self.bin / program, *arguments],
                              cwd=self.folder, text=True, errors="replace",
                              stdin=options.pop("stdin", subprocess.DEVNULL),
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, **_demote(),
                              **options)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def start(self):
        with open(self.folder / "log", "a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [self.bin / "postgres", "-D", self.folder / "data",
                 "-p", str(self.port), "-h", "127.0.0.1",
                 "-k", str(self.folder), "-F"],
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True, **_demote())
        harness.wait_for(self._answers, "PostgreSQL starts")
        return self

    def _answers(self):
        assert self.process.poll() is None, \
            (self.folder / "log").read_text("utf-8")
        try:
            self.sql("SELECT 1")
        except AssertionError:
            return False
        return True

    def sql(self, text):
        return self._run("psql", "-h", "127.0.0.1", "-p", str(self.port),
                         "-U", "postgres", "-X", "-q", "-A", "-t", "-v",
                         "ON_ERROR_STOP=1", "-c", text)

    def params(self, connect_timeout=2):
        """What DBDParams says; 0: connecting waits without end."""
        return (f"host=127.0.0.1 port={self.port} user=postgres "
                f"dbname=postgres connect_timeout={connect_timeout}")

    def _processes(self):
        """All of its processes: each has a session of its own."""
        parent = str(self.process.pid)
        pids = [self.process.pid]
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[1] == parent:
                pids.append(int(stat.parent.name))
        return pids

    def signal_all(self, number):
        for pid in self._processes():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def hang(self):
        self.signal_all(signal.SIGSTOP)

    def go_on(self):
        self.signal_all(signal.SIGCONT)

    def halt(self):
        """Ends at once, its connections too."""
        if self.process:
            self.go_on()
            self.process.send_signal(signal.SIGINT)
            self.process.wait(harness.PATIENCE)
            self.process = None

    def stop(self):
        try:
            self.halt()
        finally:
            shutil.rmtree(self.folder)


