# SPDX-License-Identifier: Apache-2.0
"""What 100,000 origins weigh: resident memory, CPU time to read them."""

import os
import re
import subprocess

import rows
import server

NUMBER = 100_000
READINGS = 5


def _row(number):
    config, files = rows.module_file(rows.origins(number))
    return config, files


def _resident(module, number):
    """Bytes resident in an httpd process with that many origins."""
    config, files = _row(number)
    with server.Server(config, files, module) as httpd:
        with open(f"/proc/{httpd.process.pid}/status") as status:
            found = re.search(r"VmRSS:\s+(\d+) kB", status.read())
    return int(found[1]) * 1024


def _reading(module, number):
    """CPU seconds of `httpd -t`, which reads its configuration once."""
    config, files = _row(number)
    httpd = server.Server(config, files, module)
    best = None
    try:
        for _ in range(READINGS):
            before = os.times()
            subprocess.run(httpd.command("-t"), check=True,
                           stderr=subprocess.DEVNULL)
            after = os.times()
            spent = (after.children_user - before.children_user
                     + after.children_system - before.children_system)
            best = min(spent, best or spent)
    finally:
        httpd.remove()
    return best


def measure(module):
    """{name: value}, each the difference to one origin."""
    resident = _resident(module, NUMBER) - _resident(module, 1)
    return {
        "resident MiB": round(resident / 2**20, 1),
        "bytes an origin": round(resident / (NUMBER - 1)),
        "CPU seconds, one reading": round(
            _reading(module, NUMBER) - _reading(module, 1), 2),
    }
