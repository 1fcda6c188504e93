#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Random requests to random configurations, against an oracle.

    test/attack/attack.py

ATTACK_REQUESTS is how many requests are sent (200,000), ATTACK_SEED makes
the same ones again, ATTACK_CASE=ROUND.REQUEST sends a single one, and leaves
its configuration in build/attack. Each round is a configuration of its own.
The oracle (oracle*.py) was written from what the module promises, without a
look at its source.
"""

import collections
import concurrent.futures
import os
import pathlib
import secrets
import shutil
import sys
import time
import traceback

from compare import Case
from rounds import Round

TOP = pathlib.Path(__file__).resolve().parents[2]
ROUND = 5000        # requests to each configuration
SECONDS = 600       # until no further round is begun
BATCH = 200         # requests until the logs are looked at
SHOWN = 3           # cases that are printed of each kind of difference


def run_batch(round_, indices):
    """Asks these, several at once on one connection; returns the cases with
    their differences."""
    cases = [Case(round_, index) for index in indices]
    for case in cases:
        case.expect(round_)
    for start in range(0, len(cases), 8):
        group = cases[start:start + 8]
        for case, answer in zip(group, round_.ask(
                [case.request for case in group])):
            case.answer = answer
    variables = round_.variables({case.answer.id for case in cases})
    seen = round_.seen()
    return [(case, case.differences(variables[case.answer.id],
                                    seen.get(case.answer.id, {})))
            for case in cases]


def describe(round_, case, differences):
    """A failure, so that it can be judged and sent again."""
    number = f"{round_.number}.{case.index}"
    lines = [f"ATTACK_SEED={round_.seed} ATTACK_CASE={number}"]
    for step, stage in zip(case.target.steps, case.chain):
        lines.append(f"  place: {step}")
        for section in round_.site.configuration.sections(
                case.request, step.uri, step.path,
                step.if_method or stage.method):
            if section.directives:
                lines.append(f"    {section.name}: " + "; ".join(
                    " ".join([name[4:], *arguments])
                    for name, arguments in section.directives))
    lines.append(f"  request: {case.request.method} {case.request.target} "
                 f"HTTP/{case.request.version}")
    lines += [f"    {name}: {value!r}" for name, value
              in case.request.headers]
    for what, expected, found in differences:
        lines += [f"  {what}:", f"    expected {expected!r}",
                  f"    seen     {found!r}"]
    return "\n".join(lines)


def run_round(seed, number, count):
    """(passed, {kind of difference: [how often, descriptions]})."""
    failures = collections.defaultdict(lambda: [0, []])
    passed = 0
    with Round(seed, number) as round_:
        for start in range(0, count, BATCH):
            indices = range(start, min(start + BATCH, count))
            for case, differences in run_batch(round_, indices):
                if not differences:
                    passed += 1
                    continue
                kind = ", ".join(difference[0] for difference in differences)
                entry = failures[kind]
                entry[0] += 1
                if len(entry[1]) < SHOWN:
                    entry[1].append(describe(round_, case, differences))
    return passed, dict(failures)


def replay(seed, name):
    number, index = map(int, name.split("."))
    with Round(seed, number) as round_:
        folder = TOP / "build" / "attack"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(round_.subject.folder, folder, ignore=lambda *_: [
            "run", "logs"], symlinks=True)
        [(case, differences)] = run_batch(round_, [index])
        print(describe(round_, case, differences))
        print(f"  answer: {case.answer!r}")
        if case.bare:
            print(f"  without the module: {case.bare.status} "
                  f"{case.bare.fields}")
        print(f"  configuration: {folder}")
    return int(not differences), int(bool(differences))


def run(seed, count):
    started, passed, failures = time.monotonic(), 0, {}
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        futures = [pool.submit(begin_round, started, seed, number,
                               min(ROUND, count - number * ROUND))
                   for number in range(-(-count // ROUND))]
        for future in concurrent.futures.as_completed(futures):
            good, bad = future.result()
            passed += good
            for kind, (times, texts) in bad.items():
                entry = failures.setdefault(kind, [0, []])
                entry[0] += times
                entry[1] = (entry[1] + texts)[:SHOWN]
    for kind, (times, texts) in sorted(failures.items()):
        print(f"--- {kind}: {times} times")
        print("\n".join(texts))
    seconds = time.monotonic() - started
    failed = sum(times for times, _ in failures.values())
    print(f"{passed + failed} of {count} requests in {seconds:.0f} s, "
          f"seed {seed}")
    return passed, failed


def begin_round(started, seed, number, count):
    if time.monotonic() - started > SECONDS:
        return 0, {}
    try:
        return run_round(seed, number, count)
    except Exception:       # httpd that does not start, or has crashed
        return 0, {"broken off": [1, [f"ATTACK_SEED={seed} round {number}\n"
                                      + traceback.format_exc()]]}


def main():
    seed = os.environ.get("ATTACK_SEED") or secrets.token_hex(4)
    print(f"attack: ATTACK_SEED={seed}", flush=True)
    name = os.environ.get("ATTACK_CASE")
    if name:
        passed, failed = replay(seed, name)
    else:
        passed, failed = run(seed, int(
            os.environ.get("ATTACK_REQUESTS") or 200000))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
