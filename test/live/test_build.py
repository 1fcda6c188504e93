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
APXS = os.environ.get("APXS", "apxs")
QUICK = ["CFLAGS=-O0"]      # where it does not matter how good the code is


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


def try_make(folder, *arguments, program="make", **environment):
    inherited = {name: value for name, value in os.environ.items()
                 if not name.startswith("MAKE")
                 and name not in ("MFLAGS", "COMPILER")}
    return subprocess.run([program, "-s", "-j2", *arguments], cwd=folder,
                          env={**inherited, **environment}, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)


def make(folder, *arguments, **environment):
    done = try_make(folder, *arguments, **environment)
    assert done.returncode == 0, done.stderr
    return done


def ask_apxs(name):
    return subprocess.run([APXS, "-q", name], check=True, text=True,
                          stdout=subprocess.PIPE).stdout.strip()


def write_script(path, text):
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def write_apxs(folder, **variables):
    """An apxs of an httpd that was built otherwise, in these variables."""
    build = folder / "build"
    build.mkdir()
    real = pathlib.Path(ask_apxs("installbuilddir")) / "config_vars.mk"
    build.joinpath("config_vars.mk").write_text(
        real.read_text("utf-8") + "".join(
            f"{name} = {value}\n" for name, value in variables.items()))
    answers = "".join(f"'-q {name}') echo '{value}'; exit ;;\n" for name, value
                      in {**variables, "installbuilddir": build}.items())
    return write_script(folder / "bin" / "apxs",
                        f'case "$*" in\n{answers}esac\nexec {APXS} "$@"')


@pytest.fixture
def nobody(tmp_path):
    """A PATH in which nobody may install a package."""
    folder = tmp_path / "nobody"
    for name in ("apt-get", "sudo"):
        write_script(folder / name, "exit 1")
    return f"{folder}:{os.environ['PATH']}"


def needed(module):
    said = subprocess.run(["objdump", "-p", module], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    return re.findall(r"NEEDED +(\S+)\.so", said)


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

    def load(modules, staged=False):
        there = pathlib.Path("/nowhere") if staged else tmp_path
        root = tmp_path / ("staged" if staged else "root")
        if staged and folder:
            (root / "nowhere" / folder).mkdir(parents=True)
        said = subprocess.run(
            [harness.TOP / "tools" / "loadmodule", modules,
             there / config, root], check=True, text=True,
            stdout=subprocess.PIPE).stdout
        return said.replace("/nowhere", str(tmp_path))

    said = load("/modules")
    assert said == load("/modules", staged=True)
    assert ("LoadModule" in said) == (not folder)
    assert ("a2enmod" in said) == ("mods-available" in str(folder))
    if folder:
        written = tmp_path / "root" / tmp_path.relative_to("/") / folder / file
        assert written.read_text("utf-8") == LINE.format("/modules")
        assert "stays as it is" in load("/others")
        assert written.read_text("utf-8") == LINE.format("/modules")
    else:
        assert said.endswith(LINE.format("/modules"))


@pytest.mark.parametrize("where", ["argument", "environment"])
def test_install_goes_by_the_layout_of_apxs(tree, tmp_path, where):
    """As where httpd lives in /etc/httpd and /usr/lib64."""
    loads = tmp_path / "etc" / "httpd" / "conf.modules.d"
    loads.mkdir(parents=True)
    apxs = write_apxs(tmp_path, libexecdir="/usr/lib64/httpd/modules",
                      sysconfdir=tmp_path / "etc" / "httpd" / "conf")
    root = tmp_path / "root"
    if where == "argument":
        make(tree[0], "install", f"DESTDIR={root}", f"APXS={apxs}")
    else:
        make(tree[0], "install", f"DESTDIR={root}", APXS=str(apxs))
    assert (root / "usr" / "lib64" / "httpd" / "modules"
            / "mod_cors_cookies.so").exists()
    written = root / loads.relative_to("/") / "10-cors_cookies.conf"
    assert written.read_text("utf-8") == LINE.format(
        "/usr/lib64/httpd/modules")


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_no_compiler_warns(tree, compiler):
    if not shutil.which(compiler):
        pytest.skip(f"{compiler} is not installed")
    said = make(tree[0], f"CC={compiler}", "WERROR=-Werror").stderr
    assert said == ""
    assert f" {compiler} " in (tree[0] / "build" / "compile.flags").read_text()


def test_a_warning_stops_make_check_only(tree):
    folder, _before = tree
    make(folder, *QUICK)
    source = folder / "src" / "policy" / "reason.c"
    text = source.read_text("utf-8")
    source.write_text(text + "static int nobody_uses_me;\n")
    try:
        assert "nobody_uses_me" in make(folder, *QUICK).stderr
        strict = try_make(folder, "WERROR=-Werror", *QUICK)
        assert strict.returncode and "nobody_uses_me" in strict.stderr
    finally:
        source.write_text(text)
    assert " -Werror " in make(folder, "-n", "check").stdout
    assert " -Werror " not in make(folder, "-n").stdout


def test_the_warnings_of_httpds_headers_are_not_ours(tree, tmp_path):
    headers = tmp_path / "include"
    shutil.copytree(ask_apxs("includedir"), headers)
    with headers.joinpath("httpd.h").open("a") as file:
        file.write("static int nobody_uses_me;\n")
    apxs = write_apxs(tmp_path, includedir=headers)
    assert make(tree[0], f"APXS={apxs}", "WERROR=-Werror",
                *QUICK).stderr == ""
    # they count as what the objects are made of, all the same
    assert f"{headers}/httpd.h" in (
        tree[0] / "build" / "module" / "policy" / "policy.d").read_text()


def test_the_compiler_of_apxs(tree, tmp_path, nobody):
    """Which may know fewer options than gcc, and may have to be installed."""
    compiler = tmp_path / "bin" / "gcc-4.1"
    apxs = write_apxs(tmp_path, CC=compiler)
    missing = try_make(tree[0], f"APXS={apxs}", PATH=nobody)
    assert missing.returncode and "Missing: gcc-4.1 \n" in missing.stderr
    write_script(compiler, """
        case "$*" in *semantic-interposition*)
            echo "unrecognized option" >&2; exit 1 ;;
        esac
        exec gcc "$@\"""")
    assert make(tree[0], f"APXS={apxs}", *QUICK).stderr == ""
    assert (f" {compiler} " in (tree[0] / "build" / "compile.flags")
            .read_text())
    for how in ({"CC": "gcc"}, {"CC": "gcc", "CFLAGS": "-O0 -g"}):
        make(tree[0], "build/compile.flags", APXS=str(apxs), **how)
        flags = (tree[0] / "build" / "compile.flags").read_text()
        assert " gcc " in flags and how.get("CFLAGS", "") in flags


def test_atomics_that_the_processor_lacks_come_from_a_library(tree):
    module = tree[0] / ".libs" / "mod_cors_cookies.so"
    make(tree[0], *QUICK)
    assert "libatomic" not in needed(module)
    make(tree[0], "CFLAGS=-O0 -fno-inline-atomics", "CC=gcc")
    assert "libatomic" in needed(module)


def test_it_says_what_is_missing_of_apr(tree, tmp_path, nobody):
    """As where apxs is there, and APR's headers were purged."""
    apxs = write_apxs(tmp_path, APR_INCLUDEDIR=tmp_path,
                      APU_INCLUDEDIR=tmp_path)
    done = try_make(tree[0], PATH=nobody, APXS=str(apxs))
    assert done.returncode
    assert "Missing: libapr1-dev libaprutil1-dev \n" in done.stderr


@pytest.mark.parametrize("name, value", [
    ("APXS", "/nowhere/apxs"), ("CC", "no-such-compiler")])
def test_what_is_not_there_is_named(tree, nobody, name, value):
    """Instead of packages that would not bring it."""
    for how in ({"arguments": [f"{name}={value}"], "environment": {}},
                {"arguments": [], "environment": {name: value}}):
        done = try_make(tree[0], *how["arguments"], PATH=nobody,
                        **how["environment"])
        assert done.returncode
        assert f"There is no {value}, as {name} has it.\n" in done.stderr
        assert "Missing" not in done.stderr


def test_another_make_names_gnu_make(tree):
    if not shutil.which("bmake"):
        pytest.skip("bmake is not installed")
    done = try_make(tree[0], program="bmake")
    assert done.returncode
    said = (done.stdout + done.stderr).splitlines()
    assert len(said) == 1
    assert said[0].endswith(": This Makefile is for GNU make: run gmake")


def test_without_its_libraries_nobody_asks_for_them(tree, tmp_path, nobody):
    """By one who may not install them, and has no pkg-config."""
    write_script(tmp_path / "nobody" / "pkg-config", "exit 1")
    done = try_make(tree[0], PATH=nobody)
    assert done.returncode
    assert "Missing: libidn2-dev libpsl-dev \n" in done.stderr
    assert "make LIBPSL= LIBIDN2=\n" in done.stderr
    module = tree[0] / ".libs" / "mod_cors_cookies.so"
    flags = tree[0] / "build" / "compile.flags"
    make(tree[0], *QUICK)
    assert {"libpsl", "libidn2"} < set(needed(module))
    make(tree[0], "LIBPSL=", "LIBIDN2=", *QUICK, PATH=nobody)
    assert not {"libpsl", "libidn2"} & set(needed(module))
    without = flags.read_text("utf-8")
    make(tree[0], "build/compile.flags", *QUICK)
    assert flags.read_text("utf-8") != without
    make(tree[0], "build/compile.flags", "build/link.flags", *QUICK,
         PATH=nobody, LIBPSL="", LIBIDN2="")
    assert flags.read_text("utf-8") == without


@pytest.mark.parametrize("package, missing", [
    ("mail-transport-agent?", ""), ("no-such-package?", ""),
    ("hostname?", "hostname"), ("no-such-package", "no-such-package")])
def test_what_this_release_does_not_have(tmp_path, nobody, package, missing):
    """A name that others only refer to is no package, either."""
    if not list(pathlib.Path("/var/lib/apt/lists").glob("*_Packages*")):
        pytest.skip("no list of Debian's packages is here")
    text = (harness.TOP / "tools" / "deps").read_text("utf-8")
    deps = tmp_path / "deps"
    deps.write_text(re.sub(r"(?s)^table='.*?^'", f"table='x file:/nowhere"
                           f" {package} - -'", text, flags=re.MULTILINE))
    done = subprocess.run(["sh", deps, "x"], text=True,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          env={**os.environ, "PATH": nobody})
    assert bool(missing) == done.returncode
    assert (f"Missing: {missing} \n" in done.stderr) == bool(missing)


@pytest.mark.parametrize("place", ["source", "httpds/source.a1b2c3"])
def test_the_source_of_an_httpd_is_no_rule_of_its_own(tree, place):
    """httpd's source has a probes file whose name ends as a rule's."""
    source = tree[0] / "build" / place
    source.mkdir(parents=True)
    source.joinpath("ap.d").write_text("provider apache {\n    probe x();\n};\n")
    assert make(tree[0], *QUICK).stderr == ""


@pytest.mark.parametrize("what", ["its own tree", "a file"])
def test_what_is_no_source_of_httpd_is_not_built(tmp_path, what):
    """Its own tree would be copied into itself, without end."""
    script = tmp_path / "test" / "httpds" / "build"
    script.parent.mkdir(parents=True)
    shutil.copy(harness.TOP / "test" / "httpds" / "build", script)
    source = tmp_path
    if what == "a file":
        source = tmp_path / "a.tar"
        source.write_text("no archive")
    done = subprocess.run([script, source], text=True, timeout=60,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    assert done.returncode == 2
    assert done.stderr.endswith(f": {source} is no source of httpd\n")


def test_clean_removes_it(tree):
    folder, before = tree
    make(folder, "clean")
    assert files_of(folder) == before


@pytest.mark.parametrize("minor, status", [("50", 1), ("51", 0)])
def test_httpd_before_2_4_17_is_refused(tmp_path, minor, status):
    """By the number of its module interface: 2.4.17 has 51."""
    older = tmp_path / "include"
    shutil.copytree(ask_apxs("includedir"), older)
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
