# SPDX-License-Identifier: Apache-2.0
"""Runs build/matcher_bench: nanoseconds and instructions of one look-up."""

import re
import subprocess

import harness

PROGRAM = harness.TOP / "build" / "matcher_bench"
NUMBERS = {"exact": [1, 100, 100_000], "wildcard": [1, 100, 100_000],
           "label": [1, 100, 10_000], "port": [1, 100, 40_000]}
RUNS = 5
LOOKUPS = 200_000
COUNTED = 1_000


def _program(arguments, lookups, under=()):
    return subprocess.run([*under, PROGRAM, *arguments, str(lookups)],
                          check=True, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)


def _instructions(arguments):
    said = _program(arguments, COUNTED, [
        "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
        "--toggle-collect=look_up_often"]).stderr
    return round(int(re.search(r"Collected : (\d+)", said)[1]) / COUNTED)


def _measure(*arguments):
    """(ns, instructions) of one look-up; None where it does not compile."""
    times = []
    for _ in range(RUNS):
        said = _program(arguments, LOOKUPS).stdout.strip()
        if said == "too large":
            return None
        times.append(float(said))
    return min(times), _instructions(arguments)


def measure():
    """[(engine, kind, number of patterns, {hit or miss: figures})]"""
    return [(engine, kind, number,
             {case: _measure(engine, kind, str(number), case)
              for case in ("hit", "miss")})
            for engine in ("module", "pcre2")
            for kind, numbers in NUMBERS.items()
            for number in numbers]
