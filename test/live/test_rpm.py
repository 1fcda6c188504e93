# SPDX-License-Identifier: Apache-2.0
"""The RPM package: built, unpacked, loaded by httpd from where it puts its
files, and its script, which has httpd's word before it touches a server."""

import os
import re
import shutil
import subprocess

import pytest

import harness
from client import APP, readable

TOP = harness.TOP
BUILT = {".git", ".libs", "build", "node_modules"}

if not shutil.which("rpmbuild"):
    pytest.skip("no rpmbuild: nothing to build an RPM package with",
                allow_module_level=True)


def run(*command, **options):
    done = subprocess.run(command, text=True, stdin=subprocess.DEVNULL,
                          **{"stdout": subprocess.PIPE,
                             "stderr": subprocess.STDOUT, **options})
    assert done.returncode == 0, done.stdout
    return done.stdout


def ask_rpm(package, what):
    # without its complaints of a database that is not there
    return run("rpm", "-qp", what, package, stderr=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rpm")
    version = re.search(r'CORS_VERSION "(.*)"',
                        (TOP / "src" / "version.h").read_text("utf-8"))[1]
    tree = folder / f"mod_cors_cookies-{version}"
    shutil.copytree(TOP, tree, ignore=lambda path, names: [
        name for name in names if name in BUILT])
    (folder / "SOURCES").mkdir()
    run("tar", "czf", f"SOURCES/{tree.name}.tar.gz", tree.name, cwd=folder)
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("MAKE") and name != "MFLAGS"}
    apxs = shutil.which(os.environ.get("APXS", "apxs"))
    run("rpmbuild", "-bb", "--nodeps", "--define", f"_topdir {folder}",
        "--define", f"version {version}", "--define", f"_httpd_apxs {apxs}",
        tree / "mod_cors_cookies.spec", env=environment)
    return next(folder.glob("RPMS/*/mod_cors_cookies-[0-9]*.rpm"))


@pytest.fixture(scope="module")
def unpacked(package, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    run("sh", "-c", f"rpm2cpio {package} | cpio -idm --quiet", cwd=folder)
    return folder


def test_its_files_are_where_rhel_has_them(package):
    files = ask_rpm(package, "--list").splitlines()
    assert {"/etc/httpd/conf.modules.d/10-cors_cookies.conf",
            "/etc/httpd/conf.d/cors_cookies.conf"} <= set(files)
    assert any(file.endswith("/httpd/modules/mod_cors_cookies.so")
               for file in files)
    for name in ("CHANGES", "README.md", "docs/directives.md",
                 "reference.conf", "recipes/fonts.conf", "LICENSE"):
        assert any(file.endswith(f"/{name}") for file in files), name
    config = ask_rpm(package, "--configfiles").splitlines()
    assert len(config) == 2
    changes, = (file for file in files if file.endswith("/CHANGES"))
    assert changes in ask_rpm(package, "--scripts")


def test_it_wants_a_version():
    done = subprocess.run(["rpmspec", "-P", TOP / "mod_cors_cookies.spec"],
                          text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    assert done.returncode and "give a version" in done.stdout


def test_httpd_loads_it(httpd, unpacked):
    """With its own lines, from a ServerRoot as RHEL's."""
    load = (unpacked / "etc/httpd/conf.modules.d/10-cors_cookies.conf"
            ).read_text("utf-8")
    module, = unpacked.glob("usr/lib*/httpd/modules/mod_cors_cookies.so")
    status = (unpacked / "etc/httpd/conf.d/cors_cookies.conf").read_text()
    assert load == ("LoadModule cors_cookies_module "
                    "modules/mod_cors_cookies.so\n")
    server = httpd(load.replace("modules/", f"{module.parent}/") + status
                   + "CORSAllowOrigin https://app.example.com", load="not",
                   modules=["authz_host"], files={"htdocs/file": "a file"})
    assert server.get("/file", APP).cors == readable()
    assert server.get("/cors-status?auto").status == 200


@pytest.mark.parametrize("runs, is_valid", [
    (True, True), (True, False), (False, True)])
def test_its_script(package, tmp_path, runs, is_valid):
    """A server that runs is reloaded only where httpd takes its
    configuration. systemd stands here as a script that notes what it is
    asked."""
    script = ask_rpm(package, "--scripts")
    script = script[script.index("posttrans"):].split("\n", 1)[1]
    server = harness.Httpd("" if is_valid else "CORSAllowOrigin null")
    server._command()
    for name, text in {
            "httpd": f"exec {harness.HTTPD} -f {server.folder}/httpd.conf "
                     '"$@"',
            "systemctl": f'echo "$@" >>{tmp_path}/asked\n'
                         f"[ $1 != is-active ] || exit {int(not runs)}"
            }.items():
        file = tmp_path / name
        file.write_text(f"#!/bin/sh\n{text}\n")
        file.chmod(0o755)
    try:
        said = run("sh", "-c", script, env={
            **os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"})
    finally:
        server.stop()
    asked = (tmp_path / "asked").read_text("utf-8")
    assert ("reload httpd.service" in asked) == (runs and is_valid)
    assert ("was left as it is" in said) == (runs and not is_valid)
    assert ("CORSAllowOrigin 'null'" in said) == (runs and not is_valid)
