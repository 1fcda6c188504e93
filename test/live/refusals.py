# SPDX-License-Identifier: Apache-2.0
"""The rows of test/refusals.txt, which says what they are."""

import pathlib
import re
import subprocess
import typing

import harness
import installed

TABLE = pathlib.Path(__file__).resolve().parents[1] / "refusals.txt"


class Row(typing.NamedTuple):
    number: int         # the line of the table
    section: str
    group: str          # the last comment above it
    written: str        # the first column as it stands there
    message: str        # "" where nothing is wrong
    warning: str        # "" where nothing is said
    cure: str           # "" where there is none
    remark: str

    @property
    def config(self):
        """The lines of configuration, in bytes."""
        text = re.sub(r"<([^<>*]+)\*(\d+)>",
                      lambda part: part[1] * int(part[2]), self.written)
        text = self.loads + text.replace(" / ", "\n") + "\n"
        return re.sub(rb"\\x([0-9a-f]{2})",
                      lambda part: bytes([int(part[1], 16)]), text.encode())

    @property
    def loads(self):
        """The LoadModule lines of what the row needs besides."""
        names = re.search(r"^loads ([\w ]+)$", self.remark)
        return "".join(installed.load(name, "event") + "\n"
                       for name in names[1].split()) if names else ""

    @property
    def needs_library(self):
        """The library without which the row says too much."""
        return next((name for name in ("libidn2", "libpsl")
                     if name in self.remark), None)

    @property
    def needs_option(self):
        """What the cure needs besides: the word for CORSOptions."""
        option = re.search(r"needs CORSOptions (\w+) as well", self.remark)
        return option and option[1]

    def __str__(self):
        return f"{self.number}: {self.written}"


def _row(number, section, group, line):
    written, verdict, cure, remark = (line.split("\t") + ["", ""])[:4]
    warning = verdict[8:].strip() if verdict.startswith("warned:") else ""
    message = "" if warning or verdict == "accepted" else verdict
    return Row(number, section, group, written, message, warning,
               "" if cure == "-" else cure, remark)


def _rows():
    section = group = ""
    for number, line in enumerate(TABLE.read_text("utf-8").splitlines(), 1):
        if line.startswith("["):
            section = group = line
        elif line.startswith("#"):
            group = line
        elif line:
            yield _row(number, section, group, line)


def _linked():
    """The names of the libraries that the module was built with."""
    done = subprocess.run(["ldd", harness.MODULE], stdout=subprocess.PIPE,
                          text=True, check=False)
    return done.stdout


LIBRARIES = _linked()
ROWS = [row for row in _rows()
        if not row.needs_library or row.needs_library in LIBRARIES]
