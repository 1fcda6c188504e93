# SPDX-License-Identifier: Apache-2.0
"""What stands in conf/ beside the recipes: the reference of every directive,
and what the package installs."""

import re

import harness
from client import APP

REFERENCE = harness.TOP / "conf" / "reference.conf"


def directive_names():
    """Those of the table in config/directives.c."""
    source = (harness.TOP / "src/config/directives.c").read_text("utf-8")
    return re.findall(r'AP_INIT_\w+\(\s*"(\w+)"', source)


def test_reference_has_every_directive():
    lines = re.findall(r"^#(CORS\w+) ", REFERENCE.read_text("utf-8"), re.M)
    assert sorted(lines) == sorted(directive_names())


def test_reference_can_be_uncommented(check_config):
    text = REFERENCE.read_text("utf-8")
    assert check_config(text) == (0, "Syntax OK\n")
    for line in re.findall(r"^#(CORS.*)", text, re.M):
        beside = "" if line.startswith("CORSAllowOrigin") else \
            "CORSAllowOrigin https://app.example.com\n"
        if not line.startswith("CORSDisallowedOrigin"):
            beside += "CORSDisallowedOrigin Deny\n"
        if "Query" in line:
            beside += "DBDriver sqlite3\nDBDParams data/origins.db\n"
        result = check_config(
            beside + line, modules=["dbd", "socache_shmcb"],
            files={"conf/origins.txt": "https://a.example # a comment\n"})
        assert result == (0, "Syntax OK\n"), line


def test_shipped_configuration(httpd):
    """As the package has it: nothing changes, but for the status page."""
    folder = harness.TOP / "conf"
    load, = (folder / "cors_cookies.load").read_text("utf-8").splitlines()
    assert load.split()[:2] == ["LoadModule", "cors_cookies_module"]
    site = httpd((folder / "cors_cookies.conf").read_text("utf-8"),
                 modules=["authz_host"], files={"htdocs/file": "a file"})
    answer = site.get("/file", APP)
    assert (answer.cors, answer.vary) == ({}, set())
    assert site.preflight("/file").status == 200
    answer = site.get("/cors-status?auto")
    assert (answer.status, answer.body[:9]) == (200, b"allowed: ")
