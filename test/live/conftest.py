# SPDX-License-Identifier: Apache-2.0
"""The fixtures that every live test may use."""

import pathlib
import re
import subprocess
import tempfile

import pytest

pytest.register_assert_rewrite("client", "harness", "matrix", "recipes")

import backend as backends     # noqa: E402
import harness                 # noqa: E402
from recipes import recipe     # noqa: E402,F401

RUNNING = []


def pytest_collection_modifyitems(config, items):
    """What waits for seconds that httpd counts begins first. `make memcheck`
    knows one MPM only: once is enough."""
    def is_other(item):
        values = getattr(item, "callspec", None)
        return values and {"event", "worker"} & {
            value for value in values.params.values()
            if isinstance(value, str)}

    if harness.MEMCHECK:
        others = [item for item in items if is_other(item)]
        items[:] = [item for item in items if item not in others]
        config.hook.pytest_deselected(items=others)
    items.sort(key=lambda item: "test_refresh" not in item.nodeid)


def _starter():
    """Starts servers with Httpd's arguments; stops them at the end."""
    started = []

    def start(*arguments, **options):
        server = harness.Httpd(*arguments, **options)
        started.append(server)
        RUNNING.append(server)
        server.start()
        server.check_log()
        return server

    yield start
    failures = []
    for server in started:
        RUNNING.remove(server)
        try:
            server.stop()
        except Exception as failure:    # the others are stopped all the same
            failures.append(failure)
    if failures:
        raise failures[0]


@pytest.fixture
def httpd():
    """Starts an httpd that lives as long as the test."""
    yield from _starter()


@pytest.fixture(scope="module")
def module_httpd():
    """Starts an httpd that lives as long as the file's tests."""
    yield from _starter()


@pytest.fixture(scope="session")
def check_config():
    """`httpd -t` with Httpd's arguments: (exit status, what it printed)."""
    def check(*arguments, **options):
        server = harness.Httpd(*arguments, **options)
        try:
            status, said = server.test()
            # trunk's word on the folders of examples
            return status, re.sub(r"AH10234: Warning: <Directory .*\n", "",
                                  said)
        finally:
            server.stop()

    return check


@pytest.fixture(scope="module")
def module_backend():
    """An application server to stand in front of, one for the file."""
    with tempfile.TemporaryDirectory(prefix="cors-") as folder:
        server = backends.Backend(pathlib.Path(folder) / "requests")
        yield server
        server.stop()


@pytest.fixture
def backend(module_backend):
    """The file's application server, with nothing asked yet."""
    module_backend.forget()
    return module_backend


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A certificate that has signed itself, and its key, in one file."""
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days",
         "2", "-subj", "/CN=api.example.com", "-keyout", path, "-out",
         path.with_suffix(".crt")], check=True, capture_output=True)
    path.write_text(path.read_text() + path.with_suffix(".crt").read_text())
    return path


@pytest.fixture(autouse=True)
def quiet_logs():
    """After each test: no line in any error log that it did not expect."""
    yield
    for server in RUNNING:
        server.check_log()


def pytest_terminal_summary(terminalreporter):
    """How many cells the matrix had (matrix.py)."""
    cells = sum(value for outcome in ("passed", "failed")
                for report in terminalreporter.getreports(outcome)
                for name, value in report.user_properties if name == "cells")
    if cells:
        terminalreporter.write_line(f"matrix: {cells:,} cells")
