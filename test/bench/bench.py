#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the module and writes docs/performance.md and figures.json.

    make bench                         all of it, up to ten minutes
    test/bench/bench.py counts load    only these parts
"""

import sys
import time

import cost
import features
import harness
import instructions
import load
import matcher
import report
import rows
import versions
import weight


def _counts():
    measured = []
    for row in rows.server_rows() + rows.htaccess_rows():
        print(f"  {row.name} {row.origins}", flush=True)
        measured.append((row, instructions.measure(row, harness.MODULE)))
    figures = {row.name + row.origins: values for row, values in measured}
    one = rows.ONE_ORIGIN
    cost.write(cost.added(figures[rows.NO_CORS.name],
                          figures[one.name + one.origins]),
               versions.versions())
    return report.counts(measured)


PARTS = {
    "counts": _counts,
    "features": lambda: report.features(features.measure(harness.MODULE)),
    "load": lambda: report.load(load.measure(harness.MODULE)),
    "weight": lambda: report.weight(weight.measure(harness.MODULE)),
    "matcher": lambda: report.matcher(matcher.measure()),
    "versions": lambda: report.versions(versions.versions()),
}


def main(names):
    for name in names or PARTS:
        start = time.monotonic()
        print(f"{name} …", flush=True)
        content = PARTS[name]()
        print(content)
        print(f"{name}: {time.monotonic() - start:.0f} s", flush=True)
        report.write(name, content)


if __name__ == "__main__":
    main(sys.argv[1:])
