# SPDX-License-Identifier: Apache-2.0
"""Requests per second and latency, by wrk.

The servers that are compared run side by side, event MPM, and are asked in
turn, A B C A B C …, in many short rounds, so that whatever else the machine
does meets all of them alike. Medians are reported: of the rates, of the
latencies, and of the rates as a share of the first server's in their round,
which is steadier than the rates themselves. The second server is the first
one again: what these two differ by says nothing."""

import contextlib
import dataclasses
import re
import statistics
import subprocess

import rows
import server
import traffic

ROUNDS = 15
SECONDS = 1
CONNECTIONS = 32
COLUMNS = {"no Origin": [], "allowed": ["-H", f"Origin: {traffic.ALLOWED}"]}
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


def compared():
    return [rows.NO_CORS,
            dataclasses.replace(rows.NO_CORS, origins="again"),
            rows.Row("this module", "100", rows.module_lines(100),
                     module=True),
            rows.Row("recipe, SetEnvIf lines", "100",
                     rows.recipe_lines(100))]


def _wrk(port, arguments):
    """(requests per second, 99th percentile in ms) of one round."""
    said = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency",
         *arguments, f"http://127.0.0.1:{port}{server.PATH}"],
        check=True, stdout=subprocess.PIPE, text=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise AssertionError(f"wrk met errors:\n{said}")
    rate = float(re.search(r"Requests/sec: +([\d.]+)", said)[1])
    number, unit = re.search(r"99% +([\d.]+)(us|ms|s)\b", said).groups()
    return rate, float(number) * UNITS[unit]


def measure(module):
    """[(row, column, requests per second, shares of the first server's, p99
    in ms)]"""
    results = []
    with contextlib.ExitStack() as stack:
        servers = [(row, stack.enter_context(server.Server(
            row.config, row.files, module if row.module else None,
            mpm="event"))) for row in compared()]
        for column, arguments in COLUMNS.items():
            rounds = [[_wrk(httpd.port, arguments) for _, httpd in servers]
                      for _ in range(ROUNDS)]
            for (row, _), pairs in zip(servers, zip(*rounds)):
                rates, latencies = zip(*pairs)
                shares = [rate / first[0][0]
                          for rate, first in zip(rates, rounds)]
                results.append((row, column, statistics.median(rates), shares,
                                statistics.median(latencies)))
    return results
