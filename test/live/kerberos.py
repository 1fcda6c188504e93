# SPDX-License-Identifier: Apache-2.0
"""A Kerberos realm with a KDC of its own, in which alice logs in to
HTTP/localhost. Nothing of the machine's own Kerberos is read or written."""

import base64
import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import harness

CLIENT = """
[libdefaults]
default_realm = EXAMPLE.TEST
dns_lookup_realm = false
dns_lookup_kdc = false
dns_canonicalize_hostname = false
udp_preference_limit = 1
[realms]
EXAMPLE.TEST = {{
    kdc = 127.0.0.1:{port}
}}
[domain_realm]
localhost = EXAMPLE.TEST
"""

KDC = """
[kdcdefaults]
kdc_listen = 127.0.0.1:{port}
kdc_tcp_listen = 127.0.0.1:{port}
[realms]
EXAMPLE.TEST = {{
    database_name = {folder}/principal
    key_stash_file = {folder}/stash
    acl_file = {folder}/acl
}}
[logging]
kdc = FILE:{folder}/log
"""

PROGRAMS = ["krb5kdc", "kdb5_util", "kadmin.local", "kinit"]
PATH = os.environ["PATH"] + ":/usr/sbin"
SPNEGO = "1.3.6.1.5.5.2"
TOKEN = """
import gssapi, sys
context = gssapi.SecurityContext(
    name=gssapi.Name("HTTP@localhost", gssapi.NameType.hostbased_service),
    mech=gssapi.OID.from_int_seq("%s"), usage="initiate")
sys.stdout.buffer.write(context.step())
""" % SPNEGO


def missing():
    """What of Kerberos this machine, or its httpd, does not have."""
    programs = [name for name in PROGRAMS if not shutil.which(name,
                                                              path=PATH)]
    if not (harness.MODULES / "mod_auth_gssapi.so").exists():
        programs.append("mod_auth_gssapi of this httpd")
    if not importlib.util.find_spec("gssapi"):
        programs.append("Python's gssapi")
    return ", ".join(programs)


class Realm:
    """Started at once; `environment` is what a server of the realm needs,
    `keytab` the file with its key."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="cors-")
        self.folder = pathlib.Path(self._folder.name)
        self.folder.chmod(0o755)
        self.keytab = self.folder / "keytab"
        port = harness.free_port()
        for name, text in (("krb5.conf", CLIENT), ("kdc.conf", KDC)):
            (self.folder / name).write_text(
                text.format(port=port, folder=self.folder))
        self.environment = {"KRB5_CONFIG": str(self.folder / "krb5.conf"),
                            "KRB5RCACHENAME": "none:"}
        self.own = {**os.environ, **self.environment, "PATH": PATH,
                    "KRB5_KDC_PROFILE": str(self.folder / "kdc.conf"),
                    "KRB5CCNAME": f"FILE:{self.folder}/tickets"}
        self._make_database()
        self.process = subprocess.Popen(
            ["krb5kdc", "-n"], env=self.own, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        log = self.folder / "log"
        harness.wait_for(lambda: log.exists() and "commencing operation"
                         in log.read_text(), "the KDC starts")
        self._run("kinit", "alice", text="secret\n")

    def _run(self, *command, text=""):
        done = subprocess.run(command, env=self.own, input=text, text=True,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        assert done.returncode == 0, done.stdout

    def _make_database(self):
        self._run("kdb5_util", "create", "-s", "-P", "master")
        for query in ("addprinc -pw secret alice",
                      "addprinc -randkey HTTP/localhost",
                      f"ktadd -k {self.keytab} HTTP/localhost"):
            self._run("kadmin.local", "-q", query)
        self.keytab.chmod(0o644)

    def authorization(self):
        """An Authorization field by which alice logs in, once."""
        token = subprocess.run(
            [sys.executable, "-c", TOKEN], env=self.own, check=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE).stdout
        return "Negotiate " + base64.b64encode(token).decode()

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self._folder.cleanup()
