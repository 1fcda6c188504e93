# SPDX-License-Identifier: Apache-2.0
"""docker/*.Dockerfile and the workflow of the CI, as far as they can be held
against the project without a container: what they install, copy and call."""

import os
import re
import shutil
import subprocess

import pytest

from harness import TOP

DEPS = (TOP / "tools" / "deps").read_text("utf-8")
FILES = sorted((TOP / "docker").glob("*.Dockerfile"))
WORKFLOW = (TOP / ".github/workflows/check.yml").read_text("utf-8")


def stages(file):
    """Each stage's instructions as (word, rest), continued lines joined."""
    text = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", file.read_text(
        "utf-8"), flags=re.M))
    lines = [line.split(None, 1) for line in text.splitlines() if line]
    firsts = [at for at, (word, _) in enumerate(lines) if word == "FROM"]
    return [lines[first:end] for first, end
            in zip(firsts, [*firsts[1:], len(lines)])]


def needed(*groups):
    """Debian's packages of some groups of tools/deps."""
    found = {"make"}
    for group, thing, apt in re.findall(r"^(\w+) +(\S+) +(\S+) +\S+ +\S+$",
                                        DEPS, re.M):
        if group in groups and apt != "-":
            found.add("gcc" if thing == "compiler" else apt)
    return found


@pytest.mark.parametrize("name, groups, there", [
    ("httpd", ["build"], {"apache2-dev"}),          # has its own apxs
    ("php", ["build", "deb"],                       # come with these
     {"gcc", "libc6-dev", "make", "dpkg-dev", "libapr1-dev",
      "libaprutil1-dev"})])
def test_the_build_stage_installs_what_tools_deps_would(name, groups, there):
    build, _ = stages(TOP / "docker" / f"{name}.Dockerfile")
    installed = next(rest for word, rest in build if "apt-get install" in rest)
    assert needed(*groups) - there <= set(installed.split())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_image_takes_what_is_there(file):
    build, image = stages(file)
    assert ["WORKDIR", "/usr/src/mod_cors_cookies"] in build
    copied = [rest.split()[0] for word, rest in image if word == "COPY"
              and not rest.startswith("--from=build ")]
    assert all((TOP / source).exists() for source in copied)
    assert not any("gcc" in rest or "-dev" in rest for _, rest in image)


def test_what_is_built_here_stays_here():
    ignored = (TOP / ".dockerignore").read_text("utf-8").split()
    assert {".git", ".libs", "build"} <= set(ignored)


def test_the_ci_calls_its_script_only():
    calls = re.findall(r"^ +run: (.*)", WORKFLOW, re.M)
    assert [call for call in calls if "apt-get" not in call] == [".ci/run"]


def test_the_ci_knows_both_compilers_on_each_debian():
    jobs = re.findall(r"image: debian:(\w+)\n +compiler: (\w+)\n"
                      r"(?: +httpd: (\S+)\n)?", WORKFLOW)
    assert {job[:2] for job in jobs if not job[2]} == {
        (suite, compiler) for suite in ("bookworm", "trixie")
        for compiler in ("gcc", "clang")}
    assert [job[2] for job in jobs if job[2]] == ["2.4.37"]


def test_the_ci_builds_the_httpd_that_it_is_given(tmp_path):
    """And adds to a log that has begun, instead of starting it anew."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(TOP / ".ci" / "run", tmp_path / ".ci")
    for name, text in {"test/httpds/build": "echo built >&2; echo /new/apxs",
                       "bin/make": 'echo "$APXS $*"'}.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True)
        file.write_text(f"#!/bin/sh\n{text}\n")
        file.chmod(0o755)
    log = tmp_path / "log"
    with log.open("w") as output:
        subprocess.run(
            ["sh", "-c", "echo begun; exec .ci/run"], cwd=tmp_path, check=True,
            stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            env={**os.environ, "HTTPD_SOURCE": "source",
                 "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"})
    said = log.read_text("utf-8").splitlines()
    assert said == ["begun", "built", "/new/apxs check"]


def test_what_a_checkout_of_httpd_is_built_with():
    """The buildconf of apr runs Python and asks for libtool itself."""
    assert {"autoconf", "libtool", "libtool-bin", "python3"} <= needed("httpd")
