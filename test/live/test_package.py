# SPDX-License-Identifier: Apache-2.0
"""The Debian package, built and really installed.

It is installed on a copy of this machine that vanishes with the test: an
overlay over /, with processes of its own. dpkg, a2enmod and the system's
apache2 are the real ones; only the port is the test's.
"""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile

import pytest

import client
import harness
from client import APP, EVIL, readable

TOP = harness.TOP
PACKAGE = "libapache2-mod-cors-cookies"
MODS = "/etc/apache2/mods-enabled/cors_cookies"

if not shutil.which("dpkg-buildpackage"):
    pytest.skip("no Debian: nothing to build a package with",
                allow_module_level=True)

# the copy: / with a layer on top, which is memory of this process tree only
COPY = """
set -e
mount -t tmpfs tmpfs {folder}
mkdir {folder}/upper {folder}/work {folder}/system
mount -t overlay overlay {folder}/system \
    -o lowerdir=/,upperdir={folder}/upper,workdir={folder}/work
mount -t proc proc {folder}/system/proc
mount --bind /dev {folder}/system/dev
mount -t tmpfs tmpfs {folder}/system/run
mkdir {folder}/system/run/lock
printf '#!/bin/sh\\nexit 101\\n' >{folder}/system/usr/sbin/policy-rc.d
chmod 755 {folder}/system/usr/sbin/policy-rc.d
cd /
exec chroot {folder}/system env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive sh
"""


class Machine:
    """The copy, and a shell in it."""

    def __init__(self, folder):
        self.process = subprocess.Popen(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child",
             "sh", "-c", COPY.format(folder=folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, start_new_session=True)

    def run(self, command):
        """(exit status, output) of a command."""
        self.process.stdin.write(f"({command}\n) </dev/null 2>&1\n"
                                 "status=$?; echo; echo '--- done' $status\n")
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if line.startswith("--- done"):
                return int(line.split()[2]), "".join(lines).strip()
            lines.append(line)
        raise AssertionError("the shell ended:\n" + "".join(lines))

    def must(self, command):
        status, output = self.run(command)
        assert status == 0, f"{command}: {output}"
        return output

    def stop(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    # not as a part of the make that runs the tests
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("MAKE") and name != "MFLAGS"}
    environment["TMPDIR"] = str(tmp_path_factory.mktemp("deb"))
    done = subprocess.run(["make", "-s", "deb"], cwd=TOP, env=environment,
                          text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout
    file = TOP / done.stdout.splitlines()[-1]
    # lintian has nothing to say
    assert len(done.stdout.splitlines()) == 1, done.stdout
    assert os.listdir(environment["TMPDIR"]) == []
    return file


@pytest.fixture
def machine():
    if os.geteuid() != 0 or subprocess.run(
            ["unshare", "--mount", "--pid", "--fork", "true"]).returncode:
        pytest.skip("only root, and who may mount, can make a copy of this "
                    "machine to install on")
    with tempfile.TemporaryDirectory(prefix="cors-deb-") as folder:
        copy = Machine(folder)
        try:
            if copy.run("test -x /usr/sbin/a2enmod")[0] != 0:
                copy.must("apt-get update -q && "
                          "apt-get install -q -y --no-install-recommends "
                          "apache2")
            copy.must(f"dpkg -P {PACKAGE}; rm -f {MODS}.*")
            yield copy
        finally:
            copy.stop()


SITE = """
CORSAllowOrigin https://app.example.com
<VirtualHost *:{port}>
    DocumentRoot /var/www/html
</VirtualHost>
"""


class System:
    """The copy's apache2, on a port of its own."""

    def __init__(self, machine):
        self.machine = machine
        self.port = harness.free_port()
        machine.must(
            f"echo 'Listen 127.0.0.1:{self.port}' >/etc/apache2/ports.conf; "
            "rm -f /etc/apache2/sites-enabled/*; echo ServerName localhost "
            ">/etc/apache2/conf-enabled/name.conf; mkdir -p /var/www/html "
            "/var/log/apache2; echo hello >/var/www/html/file")

    def configure(self, text):
        self.machine.must("cat >/etc/apache2/sites-enabled/site.conf <<'END'\n"
                          + text.format(port=self.port) + "\nEND\n")

    def restart(self):
        self.machine.must("apache2ctl -t && apache2ctl restart")
        harness.wait_for(self.answers, "the system's apache2 starts")

    def answers(self):
        try:
            return client.ask(self.port, path="/file").status == 200
        except OSError:
            return False

    def ask(self, path="/file", **request):
        return client.ask(self.port, path=path, **request)


def install(machine, file):
    """Puts the package into the copy and installs it."""
    machine.must(f"cp {file} /var/tmp/package.deb")
    return machine.must("dpkg -i /var/tmp/package.deb")


def newer(package, folder):
    """The same package as a version to come."""
    tree = pathlib.Path(folder) / "tree"
    subprocess.run(["dpkg-deb", "-R", package, tree], check=True)
    control = tree / "DEBIAN" / "control"
    control.write_text(re.sub(r"^Version: (.*)", r"Version: \1+next",
                              control.read_text("utf-8"), flags=re.M))
    file = pathlib.Path(folder) / "newer.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-b", tree, file],
                   check=True, stdout=subprocess.DEVNULL)
    return file


def test_installed_and_enabled(package, machine):
    install(machine, package)
    machine.must("a2enmod cors_cookies")
    assert "enabled" in machine.must("a2query -m cors_cookies")
    system = System(machine)
    system.configure(SITE)
    system.restart()
    assert system.ask(origin=APP).cors == readable()
    assert system.ask(origin=EVIL).cors == {}
    assert system.ask(path="/cors-status?auto").status == 200
    preflight = client.ask(
        system.port, "OPTIONS", "/file", origin=APP,
        headers={"Access-Control-Request-Method": "POST"})
    assert preflight.status == 204
    folder = f"/usr/share/doc/{PACKAGE}"
    for file in ("README.md", "docs/directives.md", "CHANGES", "changelog.gz",
                 "examples/reference.conf", "examples/recipes/fonts.conf"):
        machine.must(f"test -s {folder}/{file}")


def test_upgrade_keeps_what_the_administrator_wrote(package, machine,
                                                    tmp_path):
    install(machine, package)
    machine.must("echo '# mine' "
                 ">>/etc/apache2/mods-available/cors_cookies.conf")
    install(machine, newer(package, tmp_path))
    assert "+next" in machine.must(f"dpkg -s {PACKAGE}")
    machine.must("grep '# mine' "
                 "/etc/apache2/mods-available/cors_cookies.conf")
    assert "enabled" in machine.must("a2query -m cors_cookies")
    system = System(machine)
    system.configure(SITE)
    system.restart()
    assert system.ask(origin=APP).cors == readable()
    # who has disabled it finds it disabled after the next one
    machine.must("a2dismod cors_cookies && dpkg -i /var/tmp/package.deb")
    assert machine.run("a2query -m cors_cookies")[0] != 0


def test_removal_leaves_an_httpd_that_starts(package, machine):
    install(machine, package)
    machine.must(f"dpkg -r {PACKAGE}")
    assert machine.run("a2query -m cors_cookies")[0] != 0
    machine.must(f"! ls {MODS}.*")
    machine.must("test -e /etc/apache2/mods-available/cors_cookies.conf")
    system = System(machine)
    system.configure(SITE.replace("CORSAllowOrigin", "#"))
    system.restart()
    assert system.ask(origin=APP).cors == {}
    machine.must(f"dpkg -P {PACKAGE}")
    machine.must("! ls /etc/apache2/mods-available/cors_cookies.* "
                 "/usr/lib/apache2/modules/mod_cors_cookies.so")


def older(package, folder):
    """The same package as version 1.0.0, which asked for nothing."""
    tree = pathlib.Path(folder) / "older"
    subprocess.run(["dpkg-deb", "-R", package, tree], check=True)
    control = tree / "DEBIAN" / "control"
    control.write_text(re.sub(r"^Version: .*", "Version: 1.0.0",
                              control.read_text("utf-8"), flags=re.M))
    file = pathlib.Path(folder) / "older.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-b", tree, file],
                   check=True, stdout=subprocess.DEVNULL)
    return file


@pytest.mark.parametrize("is_valid", [True, False])
def test_an_upgrade_restarts_what_is_valid_only(package, machine, tmp_path,
                                                is_valid):
    """invoke-rc.d asks policy-rc.d whether it may: its notes are what the
    package wanted."""
    install(machine, older(package, tmp_path))
    system = System(machine)
    system.configure(SITE)
    system.restart()
    running = machine.must("cat /run/apache2/apache2.pid").split()[-1]
    machine.must("printf '#!/bin/sh\\necho \"$@\" >>/run/asked\\nexit 101\\n'"
                 " >/usr/sbin/policy-rc.d; : >/run/asked")
    if not is_valid:
        system.configure(SITE + "CORSAllowOrigin https://*\n")
    said = install(machine, package)
    asked = machine.must("cat /run/asked")
    assert bool(re.search(r"apache2 \(?restart", asked)) == is_valid
    assert ("is rejected" in said) == (not is_valid)
    assert ("CORSAllowOrigin 'https://*'" in said) == (not is_valid)
    # what runs is what ran
    assert machine.must("cat /run/apache2/apache2.pid") == running
    assert system.ask(origin=APP).cors == readable()
    named = re.search(r"^/usr/share/doc/\S+", said, re.M)
    assert bool(named) == (not is_valid)
    if named:
        machine.must(f"test -s {named[0]}")


def test_its_version_is_the_modules():
    changelog = (TOP / "debian" / "changelog").read_text("utf-8")
    version = re.search(r'CORS_VERSION "(.*)"',
                        (TOP / "src" / "version.h").read_text("utf-8"))[1]
    assert re.match(r"mod-cors-cookies \((.*?)\)", changelog)[1] == version
