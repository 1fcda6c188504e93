# SPDX-License-Identifier: Apache-2.0
"""CORSFileRefresh: files that leave the list as it was."""

import os
import re

import pytest

import harness
from client import APP
from test_refresh import FILE, OTHER, STAYS, becomes, lines, replace, says
from test_refresh import mpm, site      # pylint: disable=unused-import


def remove(server):
    (server.folder / FILE).unlink()


def lock(server):
    new = server.write(f"{FILE}.new", f"{OTHER}\n")
    new.chmod(0 if os.geteuid() else 0o600)
    os.replace(new, server.folder / FILE)


def put(text):
    return lambda server: replace(server, text)


def make_pipe(server):
    new = server.folder / f"{FILE}.new"
    os.mkfifo(new, 0o644)
    os.replace(new, server.folder / FILE)


def make_folder(server):
    remove(server)
    (server.folder / FILE).mkdir()


BAD = [
    (put(f"{OTHER}\nhttps://app.tenant2.exam"), "its last line|last line of "),
    (put(f"{OTHER}/\n"), r"origins.txt:1: '.*/': an origin has no path; "
                         f"write {OTHER}"),
    (put(f"{OTHER}\n*\n"), r"origins.txt:2: '\*': a file holds"),
    (put(f"{OTHER}\nnone\n"), "origins.txt:2: 'none': 'none' stands alone"),
    (put(""), "has no origin in it; the word none"),
    (put("# nobody yet\n\n"), "has no origin in it; the word none"),
    (put(f"!{OTHER}\n"), "a section of exclusions only allows nobody"),
    (put(f"{OTHER}\nhttp://a.example\n"), "origins.txt:2: CORSAllowOrigin "
     "'http://a.example': with credentials everybody on the way"),
    (put(f"{OTHER}\nhttps://*.com\n"), "everybody can register a name"),
    (put(f"{OTHER}\nhttps://a-*.github.io\n"), "register such a name"),
    (put(f"{OTHER}\n" + "\0\1\xff" * 100 + "\n"), "origins.txt:2: "),
    (lock, "cannot read .*origins.txt: Permission denied"),
    (remove, "cannot read .*origins.txt: No such file"),
    (make_pipe, "cannot read .*origins.txt: Invalid argument"),
    (make_folder, "cannot read .*origins.txt: "),
]
KINDS = ["torn", "path", "any", "none beside", "empty", "comments",
         "exclusions", "http", "suffix", "label", "bytes", "0600", "gone",
         "pipe", "folder"]


@pytest.mark.parametrize("spoil, why", BAD, ids=KINDS)
def test_a_bad_file_changes_nothing(site, spoil, why):
    server = site(f"{APP}\n")
    server.expect(why)
    spoil(server)
    harness.wait_for(lambda: lines(server, STAYS), "a line in the error log")
    assert says(server, {APP: True, OTHER: False})
    path = server.folder / FILE
    if path.is_dir():
        path.rmdir()
    elif path.exists():
        path.unlink()
    replace(server, f"{OTHER}\n")
    becomes(server, {APP: False, OTHER: True})
    line, = lines(server, STAYS)
    assert re.search(r"\[cors_cookies:error\] .* CORSAllowOriginFile: .*; "
                     r"the list of .*/origins.txt, read \w+, .* GMT, stays",
                     line)
