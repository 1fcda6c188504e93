# SPDX-License-Identifier: Apache-2.0
"""CORSFileRefresh: a CORSAllowOriginFile that changes while httpd runs."""

import os
import re

import pytest

import harness
from client import API, APP, Connection, readable, request_text

FILE = "conf/origins.txt"
OTHER = "https://other.example.org"
LAST = "https://last.example.net"
LINES = {
    "policy": f"CORSFileRefresh 1s\nCORSAllowOriginFile {FILE}\n"
              "CORSDisallowedOrigin Deny\n"
              "MaxKeepAliveRequests 0",      # a connection stays in its child
    "files": {"htdocs/file": "a file"},
}
READ = "was read again"
STAYS = "stays as it was"


@pytest.fixture(params=harness.MPMS)
def mpm(request):
    return request.param


@pytest.fixture
def site(httpd, mpm):
    """Starts a server whose file has this text."""
    def start(text, config=LINES["policy"], files=None, **options):
        return httpd(config, mpm=mpm, modules=["watchdog"],
                     files={FILE: text, **LINES["files"], **(files or {})},
                     **options)
    return start


def replace(server, text, path=FILE):
    """As the manual says: written beside, and renamed."""
    new = server.write(path + ".new", text)
    os.replace(new, server.folder / path)


def lines(server, part):
    return [line for line in server.error_log() if part in line]


def is_allowed(server, origin, path="/file", **request):
    """Whether it is, by all that an answer says."""
    answer = server.get(path, origin, **request)
    assert answer.cors == (readable(origin) if answer.status == 200 else {})
    return answer.status == 200


def says(server, expected, **request):
    return all(is_allowed(server, origin, **request) == allowed
               for origin, allowed in expected.items() for _ in range(4))


def becomes(server, expected, **request):
    """Waits until all children say so, {origin: whether it is allowed}."""
    harness.wait_for(lambda: says(server, expected, **request),
                     f"{expected}\n" + "\n".join(server.error_log()))


def becomes_at_once(server, sign, expected):
    """In one child, which a connection stays with: once it says so of the
    last line, it does of all. Then all children do."""
    with Connection(server.port) as connection:
        def asked(origin):
            return connection.exchange(request_text("GET", "/file", [
                ("Host", API), ("Origin", origin)])[1]).status == 200

        (origin, allowed), = sign.items()
        harness.wait_for(lambda: asked(origin) == allowed, sign)
        for origin, allowed in expected.items():
            assert asked(origin) == allowed, origin
    becomes(server, {**sign, **expected})


def test_a_file_takes_the_others_place(site):
    server = site(f"{APP}\n")
    assert says(server, {APP: True, OTHER: False})
    replace(server, f"{OTHER}\n{LAST}\n")
    becomes(server, {APP: False, OTHER: True, LAST: True})
    line, = lines(server, READ)
    assert re.search(r"\[cors_cookies:notice\] .* CORSAllowOriginFile: "
                     rf"{server.folder}/{FILE} was read again, 2 origins$",
                     line)
    replace(server, f"{APP}\n")
    becomes(server, {APP: True, OTHER: False, LAST: False})
    assert len(lines(server, READ)) == 2


def test_a_file_is_written_in_place(site):
    server = site(f"{APP}\n")
    server.write(FILE, f"{APP}\n{OTHER}\n")
    becomes(server, {APP: True, OTHER: True})


def test_off_is_the_default(site):
    """Then it is read at a restart only."""
    server = site(f"{APP}\n", f"CORSAllowOriginFile {FILE}\n"
                  "CORSDisallowedOrigin Deny")
    other = site(f"{APP}\n")
    for one in (server, other):
        replace(one, f"{OTHER}\n")
    becomes(other, {OTHER: True})
    assert says(server, {APP: True, OTHER: False})
    server.graceful()
    becomes(server, {APP: False, OTHER: True})


# what an exclusion, a wildcard and an http: origin bring with them

@pytest.mark.parametrize("first", [
    "!https://old.example.com", "https://*.example.org:*",
    "https://pr-*.example.org", "http://localhost:8080"])
def test_first_of_its_kind(site, first):
    """It holds as soon as the rest of the file, and goes with it."""
    samples = {"!https://old.example.com": None,
               "https://*.example.org:*": "https://a.example.org:8443",
               "https://pr-*.example.org": "https://pr-1.example.org",
               "http://localhost:8080": "http://localhost:8080"}
    old, added = "https://old.example.com", samples[first]
    before = f"{APP}\n{old}\n"
    server = site(before)
    assert says(server, {APP: True, old: True})
    expected = {APP: True, old: added is not None, **(
        {added: True} if added else {})}
    gone = {APP: True, old: True, **({added: False} if added else {})}
    for _ in range(2):
        replace(server, f"{APP}\n{old}\n{first}\n{LAST}\n")
        becomes_at_once(server, {LAST: True}, expected)
        replace(server, before)
        becomes_at_once(server, {LAST: False}, gone)


def test_a_list_of_nobody(site):
    """The word none alone."""
    server = site("# nobody yet\nnone\n")
    assert says(server, {APP: False})
    replace(server, f"{APP}\n")
    becomes(server, {APP: True})
    replace(server, "None  # again\n")
    becomes(server, {APP: False})
    assert not lines(server, STAYS)


def test_removed_and_back(site):
    server = site(f"{APP}\n")
    path = server.folder / FILE
    server.expect("cannot read")
    away = path.rename(path.with_suffix(".away"))
    harness.wait_for(lambda: lines(server, STAYS), "a line in the error log")
    assert says(server, {APP: True})
    away.rename(path)
    becomes(server, {APP: True})
    server.write(FILE, f"{OTHER}\n")
    becomes(server, {APP: False, OTHER: True})


def test_a_link_that_is_turned(site):
    """As deployments do it: the path leads to another file."""
    server = site("none\n", files={"one": f"{APP}\n", "two": f"{OTHER}\n"})
    path = server.folder / FILE
    for turn, allowed in [("one", APP), ("two", OTHER), ("one", APP)]:
        link = path.with_suffix(".link")
        link.symlink_to(server.folder / turn)
        os.replace(link, path)
        becomes(server, {APP: allowed == APP, OTHER: allowed == OTHER})


SHARED = """
CORSFileRefresh 1s
<Location "/a">
    CORSAllowOriginFile conf/origins.txt
    CORSDisallowedOrigin Deny
</Location>
<Location "/b">
    CORSAllowOriginFile conf/origins.txt
    CORSOptions UnsafeInsecureOrigin
    CORSDisallowedOrigin Deny
</Location>
<VirtualHost *:${PORT}>
    ServerName one.example
    <Location "/file">
        CORSAllowOriginFile conf/origins.txt conf/more.txt
        CORSDisallowedOrigin Deny
    </Location>
</VirtualHost>
<VirtualHost *:${PORT}>
    ServerName two.example
    CORSAllowOriginFile conf/origins.txt
    CORSOptions UnsafePublicSuffix
    CORSDisallowedOrigin Deny
</VirtualHost>
"""


def test_shared(site):
    """All sections and hosts have it, or, where it fits one of them not,
    none; and of two files that change each must fit what the other says."""
    server = site(f"{APP}\n", SHARED, {
        "htdocs/a/file": "", "htdocs/b/file": "", "conf/more.txt": "none\n"})
    paths = [("/file", "one.example"), ("/file", "two.example")]

    def all_become(expected):
        for path, host in paths:
            becomes(server, expected, path=path, host=host)

    all_become({APP: True, OTHER: False})
    replace(server, f"{OTHER}\n")
    all_become({APP: False, OTHER: True})
    server.expect("in the section of")
    replace(server, f"{APP}\nhttp://a.example\n")
    harness.wait_for(lambda: lines(server, STAYS), "a line in the error log")
    all_become({APP: False, OTHER: True, "http://a.example": False})
    replace(server, f"{APP}\n{OTHER}\n")
    replace(server, f"!{OTHER}\n{LAST}\n", "conf/more.txt")
    becomes(server, {APP: True, OTHER: False, LAST: True}, host="one.example")
    becomes(server, {APP: True, OTHER: True, LAST: False}, host="two.example")


def test_what_two_files_say_together(site):
    """What one excludes the other has to stand beside, whoever is first."""
    config = "CORSFileRefresh 1s\nCORSDisallowedOrigin Deny\n" \
             "CORSAllowOriginFile conf/a conf/b"
    server = site("none\n", config, {"conf/a": f"{APP}\n{OTHER}\n",
                                     "conf/b": f"!{APP}\n"})
    assert says(server, {APP: False, OTHER: True})
    server.expect("exclusions only")
    replace(server, f"!{OTHER}\n", "conf/a")
    harness.wait_for(lambda: lines(server, STAYS), "a line in the error log")
    assert says(server, {APP: False, OTHER: True})
    replace(server, f"{APP}\n{OTHER}\n", "conf/b")
    becomes(server, {APP: True, OTHER: False})
