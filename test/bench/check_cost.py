#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Fails when a request has become more expensive.

Counts the instructions that the module adds to four requests, and compares
them with test/bench/figures.json. `--update` writes that file instead: for
when a feature is worth its cost, in the commit that brings it.
"""

import sys

import cost
import harness
import versions


def main(arguments):
    figures = cost.measure(harness.MODULE)
    if arguments == ["--update"]:
        cost.write(figures, versions.versions())
        return 0
    committed = cost.read()
    failed = 0
    for column, figure in figures.items():
        passes = figure <= cost.limit(committed[column])
        failed += not passes
        print(f"{'ok' if passes else 'FAILED'}: {column}: {figure:+,} "
              f"instructions, committed {committed[column]:+,}, limit "
              f"{cost.limit(committed[column]):+,.0f}")
    print(f"{len(figures) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
