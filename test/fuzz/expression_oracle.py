#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Holds what expressions name and admit against two readings of its own.

    test/fuzz/expression_oracle.py [--expressions N | --seconds N] [--seed N]

Expressions are made at random, from parts that are known to mean something,
and half of them are then broken. Of each the module is asked which sites it
names, and which of some origins it admits.

- Of any expression Python's own parser says what it holds; each site that is
  named must be the registrable domain of a host that stands there in some
  combination of its alternatives, and its end must be one. This reading is
  generous: it may find more sites, never less.
- Of one that is whole it is known what it was made of, and so exactly which
  sites it names, and with Python's matcher which origins it admits.

Both ask libpsl. The last line is `N passed, N failed`.
"""

import argparse
import ctypes
import ctypes.util
import pathlib
import random
import re
import subprocess
import sys
import time
import warnings

try:
    from re import _constants as op, _parser as parser
except ImportError:
    import sre_constants as op
    import sre_parse as parser

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
NAME_BYTES = set("abcdefghijklmnopqrstuvwxyz0123456789-_.")
WAYS_MAX = 2000

PSL = ctypes.util.find_library("psl")
if PSL:
    psl = ctypes.CDLL(PSL)
    psl.psl_builtin.restype = ctypes.c_void_p
    psl.psl_registrable_domain.restype = ctypes.c_char_p
    psl.psl_registrable_domain.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    LIST = psl.psl_builtin()


class TooMany(Exception):
    """More ways than anybody wants to follow."""


def site_of(host):
    """The site of a host in full, or None."""
    dot = "." if host.endswith(".") else ""
    name = host[:len(host) - len(dot)]
    if host == "[::1]" or re.fullmatch(r"127(\.(0|[1-9]\d{0,2})){3}", host) \
            and all(int(part) < 256 for part in host.split(".")):
        return host
    labels = name.split(".")
    if not all(re.fullmatch(r"[a-z0-9_-]{1,63}", label) for label in labels) \
            or len(name) > 253 or re.fullmatch(r"\d+|0x[0-9a-f]*", labels[-1]):
        return None
    if labels[-1] == "localhost":
        return "localhost" + dot
    site = psl.psl_registrable_domain(LIST, name.encode())
    first = site and site.decode().split(".")[0]
    if not site or "." not in site.decode() or first[0] in "-_" \
            or first[-1] in "-_":
        return None
    return site.decode() + dot


def is_under(host, sites):
    return any(host == site or host.endswith("." + site) for site in sites)


# --- the generous reading, of Python's parse

GAP, OPEN, END = "gap", "gap that a host may end at", "end"


def begins_with_end(items):
    """Whether some way through parsed items begins with : or / or $."""
    for kind, value in items:
        if kind is op.LITERAL:
            return chr(value) in ":/"
        if kind is op.AT:
            if value in (op.AT_END, op.AT_END_STRING):
                return True
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT):
            if begins_with_end(value[2]):
                return True
            if value[0] > 0:
                return False
        elif kind is op.SUBPATTERN:
            return begins_with_end(value[3])
        elif kind is op.BRANCH:
            return any(begins_with_end(way) for way in value[1])
        elif kind is op.IN:
            return any(part in ((op.LITERAL, 58), (op.LITERAL, 47))
                       for part in value)
        else:
            return True
    return True


def ways_of(items):
    """All ways through parsed items: lists of bytes, GAP, OPEN, END."""
    ways = [[]]
    for kind, value in items:
        if kind is op.LITERAL:
            more = [[chr(value)]]
        elif kind is op.IN:     # which Python makes of (a|b), too
            more = [[chr(part[1])] for part in value
                    if part[0] is op.LITERAL] + [[GAP]]
        elif kind is op.AT:
            more = [[END]] if value in (op.AT_END, op.AT_END_STRING) \
                else [[]]
        elif kind in (op.ASSERT, op.ASSERT_NOT):
            more = [[]]
        elif kind is op.BRANCH:
            more = [way for one in value[1] for way in ways_of(one)]
        elif kind is op.SUBPATTERN:
            more = ways_of(value[3])
        elif kind is getattr(op, "ATOMIC_GROUP", None):
            more = ways_of(value)
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT,
                      getattr(op, "POSSESSIVE_REPEAT", None)):
            gap = OPEN if begins_with_end([(kind, value)]) else GAP
            inside = ways_of(value[2])
            more = [[gap]] + [[gap, *way, GAP] for way in inside]
            if value[:2] == (0, 1):
                more += [[]] + inside
        else:
            more = [[GAP]]
        if len(ways) * len(more) > WAYS_MAX:
            raise TooMany
        ways = [way + one for way in ways for one in more]
    return ways


def generous_sites(text):
    """Every site that some way spells to its end; None: nobody knows."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ways = ways_of(parser.parse(text))
        except (re.error, OverflowError, RecursionError, TooMany):
            return None
    sites = set()
    for way in ways:
        run = ""
        for item in [*way, END]:
            if item in NAME_BYTES or item in "[]":
                run += item
                continue
            if item in (":", "/", END, OPEN):
                labels = run.split(".")
                tails = {".".join(labels[i:]) for i in range(len(labels))}
                sites |= {site_of(tail) for tail in tails}
                if run.endswith("]"):
                    sites.add("[::1]")
            run = ""
    return sites - {None}


# --- the exact reading, of what an expression was made of

class Text:
    """Bytes as they are."""
    literal = True

    def __init__(self, name, written):
        self.name, self.written = name, written

    def ends(self, behind):
        return self.name[0] in ":/"

    def runs(self, runs, ends, found):
        for byte in reversed(self.name):
            runs = {run.before(byte, found) for run in runs} - {None}
            if ends and byte in NAME_BYTES:
                runs.add(Run(byte))
            ends = byte in ":/"
        return runs

    def sample(self, rand):
        return self.name


class Gap:
    """Bytes that may be these or those; one: that it is, quantified."""
    literal = False

    def __init__(self, written, samples, empty=False, edge=False, one=""):
        self.written, self.samples = written, samples
        self.empty, self.edge, self.one = empty, edge, one

    def ends(self, behind):
        return self.one in tuple(":/") and (behind or not self.empty)

    def runs(self, runs, ends, found):
        if self.edge or not self.empty:
            for run in runs:
                run.close(self.edge, found)
            return set()
        return {run.cut() for run in runs}

    def sample(self, rand):
        return rand.choice(self.samples)


class Nothing:
    """No bytes: look-arounds, anchors."""

    def __init__(self, written):
        self.written, self.literal = written, "[" not in written

    def ends(self, behind):
        return behind or self.written in ("$", "\\z")

    def runs(self, runs, ends, found):
        if self.written in ("$", "\\z"):
            for run in runs:
                run.close(False, found)
            return set()
        return {run.cut() for run in runs}

    def sample(self, rand):
        return ""


class Group:
    """Alternatives in brackets, with a quantifier."""

    def __init__(self, ways, opening="(", quantifier=""):
        self.ways, self.opening, self.quantifier = ways, opening, quantifier
        self.repeated = quantifier[:1] in tuple("*+{")
        self.empty = quantifier[:1] in tuple("?*") or \
            quantifier.startswith("{0")
        self.literal = not self.repeated and all(
            node.literal for way in ways for node in way)
        self.written = opening + "|".join(
            "".join(node.written for node in way) for way in ways) \
            + ")" + quantifier

    def ends(self, behind):
        inside = behind and not self.repeated
        ways = [all_end(way, inside) for way in self.ways]
        if self.empty:
            ways.append(behind)
        return any(ways) if self.literal else all(ways)

    def runs(self, runs, ends, found):
        here = set()
        for way in self.ways:
            if self.repeated:
                inside = {run.once() for run in runs}
                for run in all_runs(way, inside, False, found):
                    run.close(False, found)
            else:
                here |= all_runs(way, runs, ends, found)
        if self.empty:
            here |= {run.cut() for run in runs} if self.repeated else runs
        return here

    def sample(self, rand):
        times = {"": [1], "?": [0, 1], "*": [0, 1, 2], "+": [1, 2],
                 "{": [2] if self.quantifier == "{2}" else [0, 1]}[
                     self.quantifier[:1]]
        return "".join(node.sample(rand) for _ in range(rand.choice(times))
                       for node in rand.choice(self.ways))


class Run:
    """Text that reaches to the end of a host."""

    def __init__(self, text, is_cut=False, limit=None):
        self.text, self.is_cut, self.limit = text, is_cut, limit
        self.key = (text, is_cut, limit)

    def __eq__(self, other):
        return self.key == other.key

    def __hash__(self):
        return hash(self.key)

    def cut(self):
        return Run(self.text, True, self.limit)

    def once(self):
        return Run(self.text, self.is_cut, self.limit or len(self.text))

    def before(self, byte, found):
        if byte in NAME_BYTES and not self.is_cut:
            return Run(byte + self.text, False, self.limit)
        self.close(byte in "./", found)
        return None

    def close(self, whole, found):
        host = self.text
        if not whole or host[0] == ".":
            host = host.partition(".")[2]
        site = site_of(host)
        if site and len(site) <= (self.limit or len(site)):
            found.add(site)


def all_ends(nodes, behind):
    for node in reversed(nodes):
        behind = node.ends(behind)
        yield behind


def all_end(nodes, behind):
    for behind in all_ends(nodes, behind):
        pass
    return behind


def all_runs(nodes, runs, ends, found):
    for node in reversed(nodes):
        if len(runs) > WAYS_MAX:
            raise TooMany
        runs, ends = node.runs(runs, ends, found), node.ends(ends)
    return runs


def exact_sites(ways):
    """(the sites, whether each alternative of the whole names one)."""
    found, each = set(), True
    for way in ways:
        bare = [node for node in way if not isinstance(node, Nothing)]
        if len(bare) == 1 and isinstance(bare[0], Group) \
                and not bare[0].repeated:
            more, every = exact_sites(bare[0].ways)
            each &= every and not bare[0].empty
        else:
            more = set()
            for run in all_runs(way, set(), True, more):
                run.close(True, more)
            each &= bool(more)
        found |= more
    return found, each


# --- expressions

NAMES = ["example.com", "sample.co.uk", "site.github.io", "github.io",
         "a.b.example.org", "com", "co.uk", "localhost", "127.0.0.1",
         "s3.amazonaws.com", "web.s3.amazonaws.com", "vercel.app", "x-y.net",
         "a.kawasaki.jp", "www.ck", "city.kawasaki.jp", "example", "www.",
         ".example.com", "-app.example.com", "app-", "my", ".", "1", "-"]


class Maker:
    def __init__(self, rand):
        self.rand = rand

    def text(self, name):
        written = ""
        for byte in name:
            if byte == ".":
                written += self.rand.choice(["\\.", "[.]", "\\x2e", "\\."])
            elif byte in "/-:" and self.rand.random() < .1:
                written += "\\" + byte
            elif self.rand.random() < .02:
                written += f"[{byte}]"
            else:
                written += byte
        return Text(name, written)

    def name(self):
        name = self.rand.choice(NAMES)
        if self.rand.random() < .3:
            start = self.rand.randrange(len(name))
            name = name[start:self.rand.randint(start + 1, len(name))]
        return self.text(name)

    def gap(self, simple=False):
        gaps = [
            Gap("[a-z]+", ["a", "evil", "www"]),
            Gap("[a-z0-9-]*", ["", "a-b", "evil"], empty=True),
            Gap("[0-9]", ["1"]), Gap("\\d+", ["12"]), Gap("\\w", ["x"]),
            Gap("[a-z]{2}", ["ab"]), Gap("[a-z]{0,3}", ["", "ab"], True),
            Gap("x?", ["", "x"], empty=True, one="x"),
            Gap("y*", ["", "yy"], empty=True, one="y"),
            Gap("z+", ["z"], one="z"), Gap("m{1}", ["m"], one="m"),
            Gap("\\.?", ["", "."], empty=True, edge=True, one="."),
            Gap("\\.+", ["."], edge=True, one="."),
        ]
        if not simple:
            gaps += [
                Gap(".*", ["", "evil", "a.", "https://evil."], True, True),
                Gap(".+", ["evil", "a.", "https://"], edge=True),
                Gap(".", ["x", "."], edge=True),
                Gap("[a-z.]+", ["evil", "a.b."], edge=True),
                Gap("[^/]+", ["evil", "a."], edge=True),
                Gap("[^.]+", ["evil"]), Gap("\\S", ["x", "."], edge=True),
                Gap("/?", ["", "/"], empty=True, edge=True, one="/"),
                Gap("/*", ["", "/"], empty=True, edge=True, one="/"),
                Gap(":?", ["", ":"], empty=True, one=":"),
                Gap(":+", [":"], one=":"),
            ]
        return self.rand.choice(gaps)

    def port(self):
        digits = Gap("[0-9]+", ["3000", "81"])
        return Group([[self.text(":"), digits]],
                     self.rand.choice(["(", "(?:"]),
                     self.rand.choice(["?", "?", "", "*", "{0,1}"]))

    def group(self, depth):
        quantifier = self.rand.choice(["", "", "?", "?", "??", "*", "+",
                                       "{2}", "{0,1}"])
        repeated = quantifier[:1] in tuple("*+{")
        ways = [self.sequence(depth - 1, repeated)
                for _ in range(self.rand.choice([1, 1, 2, 2, 3]))]
        if repeated:        # of which no matcher gets tired
            ways = [way + [self.text(self.rand.choice("./:-"))]
                    for way in ways]
        opening = self.rand.choice(["(", "(?:", "(?P<n%d>" %
                                    self.rand.randrange(10 ** 9)])
        return Group(ways, opening, quantifier)

    def sequence(self, depth, simple=False):
        nodes = []
        for _ in range(self.rand.choice([0, 1, 1, 2, 2, 3])):
            chance = self.rand.random()
            if chance < .5:
                nodes.append(self.name())
            elif chance < .75 or depth == 0:
                nodes.append(self.gap(simple))
            elif chance < .95 and not simple:
                nodes.append(self.group(depth))
            else:
                nodes.append(Nothing(self.rand.choice(
                    ["(?!evil)", "(?=[a-z.])", "(?<!x)", "\\b"])))
        return nodes

    def whole(self):
        """The alternatives of an expression."""
        ways = []
        for _ in range(self.rand.choice([1, 1, 1, 2, 3])):
            scheme = self.rand.choice([
                [self.text("https://")], [self.text("https://")],
                [self.text("http"), Gap("s?", ["", "s"], True, one="s"),
                 self.text("://")],
                [Group([[self.text("https")], [self.text("http")]]),
                 self.text("://")], [Gap(".*", ["https://"], True, True)]])
            host = self.sequence(2) + [self.name()]
            ends = self.rand.choice([
                [], [], [], [self.port()], [self.port()], [self.gap()],
                [self.text(":8080")], [Nothing("$")],
                self.sequence(1)])
            ways.append([Nothing("^")] * (self.rand.random() < .2)
                        + scheme + host + ends)
        if self.rand.random() < .2:
            return [[Nothing("^"), Group(ways), Nothing("$")]]
        return ways


def broken(rand, text):
    """With some bytes taken out, put in, or told twice."""
    for _ in range(rand.choice([1, 1, 2, 3, 5])):
        at = rand.randrange(len(text) + 1)
        chance = rand.random()
        if chance < .3:
            text = text[:at] + text[at + 1:]
        elif chance < .8:
            text = text[:at] + rand.choice(
                [*"()[]{}?*+.|\\^$:/-ax1", "(?:", "(?i)", "(?x)", "(?#", "\\Q",
                 "\\E", "(?=", "(?<=", "(*ACCEPT)", "\\1", "[^", "{2}", "{,2}",
                 "\\x2e", "(?>", "?+", "(?P=n)", "(?(1)"]) + text[at:]
        else:
            text = text[:at] + text[rand.randrange(len(text) + 1):]
    return text


def origins_for(rand, ways):
    """What the expression matches, or nearly."""
    for _ in range(6):
        origin = "".join(node.sample(rand) for node in rand.choice(ways))
        yield origin
        at = origin.find("://") + 3
        yield origin[:at] + "evil" + origin[at:]
        yield origin[:at] + "a." + origin[at:]
        yield origin + rand.choice([".evil.net", "x", ":81", "."])
        place = rand.randrange(len(origin) + 1)
        yield origin[:place] + rand.choice(".x-") \
            + origin[place + rand.randint(0, 1):]


# --- the module

class Module:
    def __init__(self):
        self.process = subprocess.Popen(
            [TOP / "build" / "unit" / "ask_expression"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            encoding="latin-1")
        self.has_list = self.process.stdout.readline() == "list\n"

    def ask(self, lines):
        self.process.stdin.write("".join(line + "\n" for line in lines))
        self.process.stdin.flush()
        return [self.process.stdout.readline().rstrip("\n")
                for _ in lines]


class Judge:
    def __init__(self, seed):
        self.rand = random.Random(seed)
        self.module = Module()
        self.counts = dict.fromkeys(
            ["expressions", "named", "exact", "generous", "unjudged",
             "origins", "admitted", "failed"], 0)

    def fail(self, *what):
        self.counts["failed"] += 1
        print("\n    ".join(map(str, what)))

    def hold(self):
        ways = Maker(self.rand).whole()
        text = "|".join("".join(node.written for node in way)
                        for way in ways)
        origins = [origin for origin in dict.fromkeys(
            origins_for(self.rand, ways)) if len(origin) < 80]
        is_broken = self.rand.random() < .5
        if is_broken:
            text = broken(self.rand, text)
        said, *verdicts = self.module.ask(
            ["E\t" + text, *("O\t" + origin for origin in origins)])
        word, _, rest = said.partition("\t")
        self.counts["expressions"] += 1
        if word == "rejected":
            return
        sites = set(rest.split())
        self.counts["named"] += bool(sites)
        self.hold_generous(text, sites, dict(zip(origins, verdicts)))
        if not is_broken:
            self.hold_exact(text, ways, word, sites,
                            dict(zip(origins, verdicts)))

    def hold_generous(self, text, sites, verdicts):
        allowed = generous_sites(text)
        if allowed is None:
            self.counts["unjudged"] += 1
            return
        self.counts["generous"] += 1
        if sites - allowed:
            self.fail(text, f"names {sites - allowed}", f"beyond {allowed}")
        for origin, verdict in verdicts.items():
            if verdict == "yes" and not is_under(host_of(origin), allowed):
                self.fail(text, f"admits {origin}", f"beyond {allowed}")

    def hold_exact(self, text, ways, word, sites, verdicts):
        try:
            expected, each = exact_sites(ways)
        except TooMany:
            self.counts["unjudged"] += 1
            return
        self.counts["exact"] += 1
        if sites != expected or (word == "named") != each:
            self.fail(text, f"{word} {sites}", f"not {expected}, {each}")
            return
        matcher = re.compile(text.replace("\\z", "\\Z"))
        for origin, verdict in verdicts.items():
            if verdict in ("flawed", "steps"):
                continue
            self.counts["origins"] += 1
            self.counts["admitted"] += verdict == "yes"
            should = is_under(host_of(origin), expected) \
                and matcher.fullmatch(origin) is not None
            if (verdict == "yes") != should:
                self.fail(text, f"{origin}: {verdict}, not {should}")


def host_of(origin):
    return re.sub(r":\d+$", "", origin.partition("://")[2])


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--expressions", type=int, default=10 ** 9)
    options.add_argument("--seconds", type=float, default=10 ** 9)
    options.add_argument("--seed", type=int, default=1)
    options = options.parse_args()
    judge, end = Judge(options.seed), time.monotonic() + options.seconds
    if not (PSL and judge.module.has_list):
        print("note: no libpsl, so nobody to ask\n0 passed, 0 failed")
        return 0
    while judge.counts["expressions"] < options.expressions \
            and time.monotonic() < end and judge.counts["failed"] < 20:
        judge.hold()
    print("expression_oracle:", ", ".join(
        f"{count} {name}" for name, count in judge.counts.items()))
    failed = judge.counts["failed"]
    print(f"{judge.counts['expressions'] - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
