# SPDX-License-Identifier: Apache-2.0
"""The httpd under test: that whose apxs is in PATH, or named by APXS."""

import os
import pathlib
import re
import subprocess

import pytest


def _ask_apxs():
    answer = subprocess.run(
        [os.environ.get("APXS", "apxs"), "-q", "exp_sbindir", "progname",
         "exp_libexecdir"], check=True, stdout=subprocess.PIPE, text=True)
    folder, name, modules = answer.stdout.strip().split(";;")
    return os.path.join(folder, name), pathlib.Path(modules)


def _ask_httpd(option):
    return subprocess.run([HTTPD, option], check=True, text=True,
                          stdout=subprocess.PIPE).stdout


HTTPD, MODULES = _ask_apxs()
STATIC = set(re.findall(r"^ +(\w+\.c)$", _ask_httpd("-l"), re.M))
VERSION = re.search(r"Apache/(\S+)", _ask_httpd("-v"))[1]


def is_older(than):
    """Whether httpd is older than "2.4.48"."""
    def numbers(version):
        return [int(number) for number in re.findall(r"\d+", version)][:3]

    return numbers(VERSION) < numbers(than)


def needs(version, why):
    """Skips the test where httpd is older."""
    if is_older(version):
        pytest.skip(f"httpd {VERSION}: {why}")


def is_trunk():
    return not is_older("2.5")


def needs_headers_of_304():
    needs("2.4.48", "strips the headers of this module from a 304")


def source_of(name):
    """As `httpd -l` has it: an MPM's file is named without mpm_."""
    return f"{name[4:]}.c" if name.startswith("mpm_") else f"mod_{name}.c"


def load(name, mpm):
    """The LoadModule line of a module of httpd's, empty if it is built in;
    the test is skipped where this httpd has no such module. `cgi` stands for
    the one that goes with the MPM."""
    if name == "cgi" and mpm != "prefork":
        name = "cgid"
    if source_of(name) in STATIC:
        return ""
    file = MODULES / f"mod_{name}.so"
    if not file.exists():
        pytest.skip(f"httpd {VERSION} of this machine has no mod_{name}")
    return f"LoadModule {name}_module {file}"
