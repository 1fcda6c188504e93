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
    said = make(folder, "install", f"DESTDIR={tmp_path}").stdout
    module = tmp_path / pathlib.Path(harness.MODULES).relative_to("/") \
        / "mod_cors_cookies.so"
    assert defined(module) == ["cors_cookies_module"]
    others = [path for path in tmp_path.rglob("*")
              if path.is_file() and path != module]
    for file in others:     # where its layout has a folder for it
        assert f"/{file.relative_to(tmp_path)}" in said
        assert file.read_text("utf-8") == LINE.format(harness.MODULES)
    assert bool(others) != ("LoadModule" in said)


LINE = "LoadModule cors_cookies_module {}/mod_cors_cookies.so\n"


@pytest.mark.parametrize("config, folder, file", [
    ("etc/apache2", "etc/apache2/mods-available", "cors_cookies.load"),
    ("etc/httpd/conf", "etc/httpd/conf.modules.d", "10-cors_cookies.conf"),
    ("etc/apache2", "etc/apache2/conf.d", "cors_cookies.conf"),
    ("usr/local/apache2/conf", None, None)])
def test_the_line_that_loads_it(tmp_path, config, folder, file):
    """Into the layout's folder, or on the terminal; once."""
    if folder:
        (tmp_path / folder).mkdir(parents=True)

    def load(modules):
        return subprocess.run(
            [harness.TOP / "tools" / "loadmodule", modules,
             tmp_path / config, tmp_path / "root"], check=True, text=True,
            stdout=subprocess.PIPE).stdout

    said = load("/modules")
    assert ("LoadModule" in said) == (not folder)
    assert ("a2enmod" in said) == ("mods-available" in str(folder))
    if folder:
        written = tmp_path / "root" / tmp_path.relative_to("/") / folder / file
        assert written.read_text("utf-8") == LINE.format("/modules")
        assert "stays as it is" in load("/others")
        assert written.read_text("utf-8") == LINE.format("/modules")
    else:
        assert said.endswith(LINE.format("/modules"))


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
        + "libexecdir = /usr/lib64/httpd/modules\n"
        f"sysconfdir = {tmp_path}/etc/httpd/conf\n")
    loads = tmp_path / "etc" / "httpd" / "conf.modules.d"
    loads.mkdir(parents=True)
    apxs = tmp_path / "bin" / "apxs"
    apxs.parent.mkdir()
    apxs.write_text(f'#!/bin/sh\n[ "$*" != "-q installbuilddir" ] || '
                    f'{{ echo {build}; exit; }}\nexec {real} "$@"\n')
    apxs.chmod(0o755)
    root = tmp_path / "root"
    make(tree[0], "install", f"APXS={apxs}", f"DESTDIR={root}")
    assert (root / "usr" / "lib64" / "httpd" / "modules"
            / "mod_cors_cookies.so").exists()
    written = root / loads.relative_to("/") / "10-cors_cookies.conf"
    assert written.read_text("utf-8") == LINE.format(
        "/usr/lib64/httpd/modules")


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
    text = number.read_text("utf-8")
    for part, value in ("MAJOR", 20120211), ("MINOR", minor):
        text = re.sub(rf"(#define MODULE_MAGIC_NUMBER_{part} +)\d+",
                      rf"\g<1>{value}", text)
    number.write_text(text)
    apr = subprocess.run(["pkg-config", "--cflags", "apr-1"], check=True,
                         text=True, stdout=subprocess.PIPE).stdout.split()
    done = subprocess.run(
        ["gcc", "-std=gnu99", "-fsyntax-only", f"-I{older}", *apr, "-Isrc",
         "src/request/request.c"], cwd=harness.TOP, text=True,
        stderr=subprocess.PIPE)
    assert done.returncode == status, done.stderr
    assert ("needs httpd 2.4.17 or later" in done.stderr) == bool(status)
