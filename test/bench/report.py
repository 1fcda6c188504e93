# SPDX-License-Identifier: Apache-2.0
"""Makes tables, and puts them into docs/performance.md, between its marks."""

import re
import statistics

import harness
import rows
import traffic

DOCUMENT = harness.TOP / "docs" / "performance.md"


def table(heads, lines):
    """A table of Markdown; all columns but the first are numbers."""
    rule = ["---"] + ["---:"] * (len(heads) - 1)
    return "\n".join("| " + " | ".join(map(str, line)) + " |"
                     for line in [heads, rule, *lines])


def counts(measured):
    """measured: [(row, {column: instructions})]. A row without CORS is the
    base of those below it, which show what they add."""
    lines, base = [], None
    for row, figures in measured:
        if row in (rows.NO_CORS, rows.EMPTY_HTACCESS):
            base = figures
            cells = [f"{figures[column]:,}" for column in traffic.REQUESTS]
        else:
            cells = [f"{figures[column] - base[column]:+,}"
                     for column in traffic.REQUESTS]
        lines.append([row.name, row.origins, *cells])
    return table(["configuration", "origins", *traffic.REQUESTS], lines)


def features(measured):
    """measured: [(feature, instructions)]"""
    return table(["directive", "answer", "instructions"],
                 [[feature.directive, feature.answer, f"{figure:+,}"]
                  for feature, figure in measured])


def load(measured):
    """measured: [(row, column, requests per second, shares of the first
    server's, p99 in ms)]"""
    def cells(column, row, rate, shares, latency):
        lower, middle, upper = statistics.quantiles(shares, n=4)
        return [column, f"{row.name} {row.origins}".strip(), f"{rate:,.0f}",
                f"{middle:.0%}", f"{lower:.0%} to {upper:.0%}",
                f"{latency:.1f} ms"]

    return table(
        ["request", "configuration", "requests a second",
         "of the first server", "half of the rounds", "99 % within"],
        [cells(column, row, rate, shares, latency)
         for row, column, rate, shares, latency in measured])


def weight(measured):
    return table(["100,000 origins, over one origin", "measured"],
                 measured.items())


def matcher(measured):
    names = {"module": "this module", "pcre2": "PCRE2 JIT, one alternation"}

    def cell(figures):
        if figures is None:
            return "does not compile"
        return f"{figures[0]:.0f} ns, {figures[1]:,} instructions"

    return table(["matcher", "patterns", "number", "hit", "miss"],
                 [[names[engine], kind, f"{number:,}", cell(cases["hit"]),
                   cell(cases["miss"])]
                  for engine, kind, number, cases in measured])


def versions(measured):
    return "Measured with " + ", ".join(
        f"{name} {version}" for name, version in measured.items()) + "."


def write(name, content):
    """Replaces what stands between the marks of a part."""
    text, found = re.subn(
        rf"(<!-- {name} -->\n).*?(<!-- end -->)",
        lambda marks: f"{marks[1]}{content}\n{marks[2]}",
        DOCUMENT.read_text("utf-8"), flags=re.S)
    if found != 1:
        raise AssertionError(f"{DOCUMENT} has no place for {name}")
    DOCUMENT.write_text(text, "utf-8")
