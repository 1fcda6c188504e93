# SPDX-License-Identifier: Apache-2.0
"""The instructions that the module adds to a request, and the committed
figures that they are held against: test/bench/figures.json, written by
`make bench` and by `check_cost.py --update`, never by hand."""

import json
import pathlib

import instructions
import rows
import traffic

FILE = pathlib.Path(__file__).with_name("figures.json")
COLUMNS = ["no Origin", "allowed", "refused", "preflight"]
SHARE = 0.15        # how much a figure may grow,
SPREAD = 200        # but at least by what two compilers make of one source


def added(without, with_module):
    """What the module adds, by column; negative where it saves."""
    return {column: with_module[column] - without[column]
            for column in COLUMNS}


def measure(module):
    requests = {column: traffic.REQUESTS[column] for column in COLUMNS}
    return added(instructions.measure(rows.NO_CORS, None, requests),
                 instructions.measure(rows.ONE_ORIGIN, module, requests))


def write(figures, versions):
    FILE.write_text(json.dumps({"instructions added": figures,
                                "measured with": versions}, indent=4) + "\n")


def read():
    return json.loads(FILE.read_text())["instructions added"]


def limit(committed):
    """The largest figure that passes. A saving counts by its size: 1,000
    instructions saved may become 850."""
    return committed + max(SHARE * abs(committed), SPREAD)
