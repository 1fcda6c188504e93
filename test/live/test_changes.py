# SPDX-License-Identifier: Apache-2.0
"""CHANGES: what it says to start no longer is rejected, and what it says to
write instead starts."""

import re

import pytest

from harness import TOP
from refusals import LIBRARIES
from test_refusals import judge_all

CHANGES = (TOP / "CHANGES").read_text("utf-8")


def sides(version):
    """One side of the pairs, by the number that stands in front of it."""
    block = rf"(?:^ +{re.escape(version)}:  .*\n)+"
    return [re.sub(r"^ +\S+:  ", "", lines, flags=re.M).encode()
            for lines in re.findall(block, CHANGES, re.M)]


def test_what_starts_no_longer_is_rejected():
    lines = sides("1.0.0")
    assert len(lines) > 20
    for old, (status, output) in zip(lines, judge_all(lines)):
        assert status == 1 and "CORS" in output, old


@pytest.mark.skipif("libpsl" not in LIBRARIES,
                    reason="without libpsl an expression names no site")
def test_what_is_written_instead_starts():
    lines = sides("2.0.0")
    assert len(lines) == len(sides("1.0.0"))
    for new, verdict in zip(lines, judge_all(lines)):
        status, said = verdict
        # each line is given alone: a list of names then has no effect
        said = re.sub(r".*CORSAllow\w+ in the .* has no effect.*\n", "", said)
        assert (status, said) == (0, "Syntax OK\n"), new
