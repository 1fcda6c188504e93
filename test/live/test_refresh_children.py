# SPDX-License-Identifier: Apache-2.0
"""CORSFileRefresh: children that come and go, restarts, and what is seen of
it."""

import concurrent.futures
import os
import pathlib
import re
import signal
import threading
import time

import pytest

import harness
import installed
from client import APP, EVIL
from test_refresh import (FILE, LAST, LINES, OTHER, READ, STAYS, becomes,
                          is_allowed, lines, replace, says)
from test_refresh import mpm, site      # pylint: disable=unused-import

KILLED = r"exit signal Killed"
NO_CHILDREN = pytest.mark.skipif(bool(harness.MEMCHECK),
                                 reason="a single process has no children")


def children(server):
    """Process ids of those who serve."""
    parent = server.process.pid
    text = pathlib.Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(pid) for pid in text.split()]


def kill_children(server):
    """Returns once others are there."""
    old = children(server)
    for pid in old:
        os.kill(pid, signal.SIGKILL)
    harness.wait_for(lambda: (now := children(server))
                     and not set(now) & set(old), "children are born")


@NO_CHILDREN
def test_a_new_child_looks_before_it_serves(site):
    """Though the next look of those before was an hour away."""
    server = site(f"{APP}\n", LINES["policy"].replace("1s", "1h"),
                  allow=[KILLED])
    assert says(server, {APP: True, OTHER: False})
    for allowed in [OTHER, APP, OTHER]:
        replace(server, f"{allowed}\n")
        kill_children(server)
        for _ in range(20):
            assert is_allowed(server, allowed)
            assert not is_allowed(server, APP if allowed == OTHER else OTHER)


@NO_CHILDREN
def test_a_child_born_while_the_file_is_bad(site):
    """It has the newest good list, not that of the start."""
    server = site(f"{APP}\n", allow=[KILLED])
    replace(server, f"{OTHER}\n")
    becomes(server, {APP: False, OTHER: True})
    time.sleep(3)           # the parent has looked, too
    server.expect("its last line|last line of ")
    replace(server, f"{APP}\n{LAST}")
    harness.wait_for(lambda: lines(server, STAYS), "a line in the error log")
    kill_children(server)
    for _ in range(20):
        assert is_allowed(server, OTHER)
        assert not is_allowed(server, APP) and not is_allowed(server, LAST)
    assert len(lines(server, STAYS)) == 1


@NO_CHILDREN
def test_a_list_of_a_moment(site):
    """It stood just long enough for one child: so those born later have it,
    too, though the file is bad by then."""
    server = site(f"{APP}\n", allow=[KILLED])
    server.expect("its last line|last line of ")
    for allowed, gone in [(OTHER, APP), (APP, OTHER)] * 3:
        replace(server, f"{allowed}\n")
        harness.wait_for(lambda: is_allowed(server, allowed), "one took it")
        replace(server, f"{gone}\n{LAST}")
        kill_children(server)
        for _ in range(10):
            assert is_allowed(server, allowed)
            assert not is_allowed(server, gone)
    assert len(lines(server, READ)) == 6


@NO_CHILDREN
def test_what_only_the_parent_read(site):
    """It is said by those who are born with it."""
    server = site(f"{APP}\n", LINES["policy"].replace("1s", "1h"),
                  allow=[KILLED])
    server.expect("its last line|last line of ")
    replace(server, f"{OTHER}\n{LAST}\n")
    time.sleep(3)           # the parent has looked
    replace(server, f"{APP}\n{LAST}")
    kill_children(server)
    for _ in range(10):
        assert is_allowed(server, OTHER) and not is_allowed(server, APP)
    line, = lines(server, READ)
    assert line.endswith(f"{FILE} was read again, 2 origins")


@NO_CHILDREN
@pytest.mark.skipif(os.geteuid() != 0, reason="children are who the parent is")
def test_what_only_root_can_read(site):
    """The parent could, and no child may have another list for that."""
    server = site(f"{APP}\n", allow=[KILLED])
    server.expect("Permission denied")
    new = server.write(FILE + ".new", f"{OTHER}\n")
    new.chmod(0o600)
    os.replace(new, server.folder / FILE)
    harness.wait_for(lambda: lines(server, STAYS), "a line in the error log")
    time.sleep(3)           # the parent has looked, too
    kill_children(server)
    for _ in range(20):
        assert is_allowed(server, APP) and not is_allowed(server, OTHER)


@NO_CHILDREN
def test_restarts_and_changes_under_load(site):
    """APP is in each list, OTHER and EVIL in none: no answer is wrong."""
    server = site(f"{APP}\n{LAST}\n")
    stop = threading.Event()

    def ask():
        wrong = asked = 0
        while not stop.is_set():
            try:
                answers = [is_allowed(server, APP),
                           not is_allowed(server, OTHER),
                           not is_allowed(server, EVIL)]
            except (ConnectionError, harness.client.http.client.HTTPException):
                continue        # a child that ended closed it
            wrong += answers.count(False)
            asked += 1
        return wrong, asked

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        try:
            for i in range(6):
                for k in range(5):
                    replace(server, [
                        f"https://*.example.com\n!{OTHER}\n",
                        f"{APP}\n{OTHER}\n!{OTHER}\n",
                        f"{APP}:*\nhttps://*.example.org\n!{OTHER}\n",
                    ][(i + k) % 3])
                    time.sleep(0.2)
                server.graceful()
        finally:
            stop.set()
    for wrong, asked in (one.result() for one in asking):
        assert wrong == 0 and asked > 0
    replace(server, f"{LAST}\n")
    becomes(server, {APP: False, LAST: True})


# what is seen of it

STATUS = LINES["policy"] + """
<Location "/cors-status">
    SetHandler cors-status
    CORSAllowOrigin none
    CORSDisallowedOrigin Serve
</Location>
"""
DATE = r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"


def page(server, query=""):
    return server.get(f"/cors-status{query}").body.decode()


def test_pages_name_the_file(site):
    server = site(f"{APP}\n", STATUS)
    path = server.folder / FILE
    for count, text in [(1, f"{APP}\n"), (3, f"{APP}\n{LAST}\n!{OTHER}\n")]:
        replace(server, text)
        becomes(server, {APP: True, LAST: count > 1})
        harness.wait_for(
            lambda: re.search(rf"^OriginFile: {path}, {count} origins?, read "
                              rf"{DATE}$", page(server, "?auto"), re.M),
            "a line of ?auto")
        harness.wait_for(
            lambda: f'\ncors_origin_file_origins{{path="{path}"}} {count}\n'
                    in page(server, "?metrics"), "a line of ?metrics")
        harness.wait_for(
            lambda: re.search(rf"<code>{path}, {count} origins?, read "
                              rf"{DATE}</code>", page(server)),
            "a line of the page")


def test_explain_uses_the_new_list(site):
    server = site(f"{APP}\n", STATUS)
    near = "https://app.other.example:8443"
    assert "Hint: " not in page(server, f"?explain&url=/file&origin={near}")
    replace(server, "https://app.other.example\n")
    becomes(server, {APP: False})
    harness.wait_for(
        lambda: "Hint: https://app.other.example is allowed: the port differs"
                in page(server, f"?explain&url=/file&origin={near}"),
        "a hint")


@pytest.mark.parametrize("time_given, said", [
    ("90s", "90"), ("2min", "120"), ("Off", "Off (default)")])
def test_the_dump_names_the_interval(time_given, said):
    server = harness.Httpd(
        f"CORSFileRefresh {time_given}\nCORSAllowOriginFile {FILE}",
        modules=["watchdog"], files={FILE: f"{APP}\n!{OTHER}\n"})
    try:
        status, text = server.test("-D", "DUMP_CORS")
        path = server.folder / FILE
    finally:
        server.stop()
    assert status == 0
    assert re.search(rf"\nCORSFileRefresh {re.escape(said)}\n"
                     rf"    {path}, 2 origins, read {DATE}\nSyntax OK\n$",
                     text)


@pytest.mark.skipif("mod_watchdog.c" in installed.STATIC,
                    reason="this httpd has mod_watchdog built in")
def test_without_the_watchdog(check_config):
    status, said = check_config("CORSFileRefresh 10s")
    assert status == 1
    assert said.startswith("CORSFileRefresh: mod_watchdog is not loaded; write "
                           "'LoadModule watchdog_module modules/"
                           "mod_watchdog.so', or Off\n")


@pytest.mark.parametrize("config, message", [
    ("CORSFileRefresh 0", "CORSFileRefresh '0': no such value; write Off, or "
     "a time from 1s to 3600s"),
    ("CORSFileRefresh 2h", "CORSFileRefresh '2h': no such value"),
    ("CORSFileRefresh 10 # seconds", "takes one argument"),
    ("<VirtualHost *>\nCORSFileRefresh 10\n</VirtualHost>",
     "CORSFileRefresh cannot occur within <VirtualHost> section"),
    ("<Location />\nCORSFileRefresh 10\n</Location>",
     "CORSFileRefresh not allowed"),
])
def test_what_is_no_interval(check_config, config, message):
    status, said = check_config(config)
    assert status == 1 and message in said
