# SPDX-License-Identifier: Apache-2.0
"""What the figures were measured with."""

import re
import subprocess

import harness


def _said(*command):
    return subprocess.run(command, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def _processor():
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        found = re.search(r"^model name\s*: (.*)$", info.read(), re.M)
    return found[1] if found else "unknown"


def versions():
    """{what: version}"""
    httpd = re.search(r"Apache/(\S+)", _said(harness.HTTPD, "-v"))[1]
    with open("/etc/os-release", encoding="utf-8") as release:
        system = re.search(r'^PRETTY_NAME="?([^"\n]*)', release.read(),
                           re.M)[1]
    return {
        "httpd": httpd,
        "system": system,
        "gcc": _said("gcc", "-dumpfullversion").strip(),
        "valgrind": _said("valgrind", "--version").strip().split("-")[1],
        "processor": _processor(),
    }
