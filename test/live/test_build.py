# SPDX-License-Identifier: Apache-2.0
"""The build, in a copy of the source: what it leaves, and what it exports."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

import harness

BUILT = {".git", ".libs", "build", "mod_cors_cookies.la", "node_modules"}


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A built copy, and the files that it had before."""
    copy = tmp_path_factory.mktemp("tree") / "source"
    shutil.copytree(harness.TOP, copy, ignore=lambda folder, names: [
        name for name in names if name in BUILT or name == "__pycache__"])
    before = files_of(copy)
    assert make(copy).stderr == ""
    return copy, before


def files_of(folder):
    return {path.relative_to(folder) for path in folder.rglob("*")}


def make(folder, *arguments):
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("MAKE") and name != "MFLAGS"}
    return subprocess.run(["make", "-s", "-j2", "-C", folder, *arguments],
                          env=environment, check=True, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)


def defined(module):
    names = subprocess.run(["nm", "-D", "--defined-only", module], check=True,
                           text=True, stdout=subprocess.PIPE).stdout
    return [line.split()[-1] for line in names.splitlines()]


def test_it_leaves_the_module_and_nothing_unknown(tree):
    folder, before = tree
    assert (folder / ".libs" / "mod_cors_cookies.so").exists()
    new = {path.parts[0] for path in files_of(folder) - before}
    assert new == {".libs", "build", "mod_cors_cookies.la"}


def test_it_exports_the_record_only(tree):
    """httpd's modules share one name space."""
    assert defined(tree[0] / ".libs" / "mod_cors_cookies.so") == [
        "cors_cookies_module"]


def test_nothing_is_built_twice(tree):
    folder, _before = tree
    assert make(folder).stdout == ""
    module = folder / ".libs" / "mod_cors_cookies.so"
    built = module.stat().st_mtime_ns
    make(folder)
    assert module.stat().st_mtime_ns == built
    (folder / "src" / "policy" / "policy.h").touch()
    make(folder)
    assert module.stat().st_mtime_ns > built


def test_install_into_another_root(tree, tmp_path):
    folder, _before = tree
    make(folder, "install", f"DESTDIR={tmp_path}")
    installed = [path for path in tmp_path.rglob("*") if path.is_file()]
    module = pathlib.Path(harness.MODULES).relative_to("/")
    assert installed == [tmp_path / module / "mod_cors_cookies.so"]
    assert defined(installed[0]) == ["cors_cookies_module"]


def test_install_goes_by_the_layout_of_apxs(tree, tmp_path):
    """As where httpd lives in /etc/httpd and /usr/lib64."""
    real = os.environ.get("APXS", "apxs")
    folder = pathlib.Path(subprocess.run(
        [real, "-q", "installbuilddir"], check=True, text=True,
        stdout=subprocess.PIPE).stdout.strip())
    build = tmp_path / "build"
    build.mkdir()
    (build / "config_vars.mk").write_text(
        (folder / "config_vars.mk").read_text("utf-8")
        + "libexecdir = /usr/lib64/httpd/modules\n")
    apxs = tmp_path / "bin" / "apxs"
    apxs.parent.mkdir()
    apxs.write_text(f'#!/bin/sh\n[ "$*" != "-q installbuilddir" ] || '
                    f'{{ echo {build}; exit; }}\nexec {real} "$@"\n')
    apxs.chmod(0o755)
    said = make(tree[0], "install", f"APXS={apxs}",
                f"DESTDIR={tmp_path / 'root'}").stdout
    assert (tmp_path / "root" / "usr" / "lib64" / "httpd" / "modules"
            / "mod_cors_cookies.so").exists()
    assert said.endswith("LoadModule cors_cookies_module "
                         "/usr/lib64/httpd/modules/mod_cors_cookies.so\n")


def test_other_flags_build_it_anew_and_clean_removes_it(tree):
    """Without its libraries, too."""
    folder, before = tree
    module = folder / ".libs" / "mod_cors_cookies.so"
    make(folder, "LIBPSL=", "LIBIDN2=")
    needed = subprocess.run(["objdump", "-p", module], check=True, text=True,
                            stdout=subprocess.PIPE).stdout
    assert "libpsl" not in needed and "libidn2" not in needed
    make(folder, "clean")
    assert files_of(folder) == before


@pytest.mark.parametrize("minor, status", [("50", 1), ("51", 0)])
def test_httpd_before_2_4_17_is_refused(tmp_path, minor, status):
    """By the number of its module interface: 2.4.17 has 51."""
    headers = pathlib.Path(subprocess.run(
        [os.environ.get("APXS", "apxs"), "-q", "includedir"], check=True,
        text=True, stdout=subprocess.PIPE).stdout.strip())
    older = tmp_path / "include"
    shutil.copytree(headers, older)
    number = older / "ap_mmn.h"
    number.write_text(re.sub(r"(#define MODULE_MAGIC_NUMBER_MINOR +)\d+",
                             rf"\g<1>{minor}", number.read_text("utf-8")))
    apr = subprocess.run(["pkg-config", "--cflags", "apr-1"], check=True,
                         text=True, stdout=subprocess.PIPE).stdout.split()
    done = subprocess.run(
        ["gcc", "-std=gnu99", "-fsyntax-only", f"-I{older}", *apr, "-Isrc",
         "src/request/request.c"], cwd=harness.TOP, text=True,
        stderr=subprocess.PIPE)
    assert done.returncode == status, done.stderr
    assert ("needs httpd 2.4.17 or later" in done.stderr) == bool(status)
