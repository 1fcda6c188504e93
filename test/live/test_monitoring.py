# SPDX-License-Identifier: Apache-2.0
"""docs/monitoring.md: its command, its formats of the access log, and its
metrics, read by a parser that somebody else wrote."""

import json
import re
import subprocess

import pytest

import harness
from client import APP, EVIL

TEXT = (harness.TOP / "docs" / "monitoring.md").read_text("utf-8")
STATUS = "<Location /cors-status>\nSetHandler cors-status\n</Location>\n"
POLICY = f"CORSAllowOrigin {APP}\n"
FORMATS = re.findall(r"^```apache\n(LogFormat.*?)^```", TEXT, re.M | re.S)


def families(server, query="metrics"):
    parser = pytest.importorskip(
        "prometheus_client.openmetrics.parser",
        reason="this system has no prometheus_client")
    answer = server.get(f"/cors-status?{query}")
    assert answer.one("Content-Type") == (
        "application/openmetrics-text; version=1.0.0; charset=utf-8")
    return {family.name: family for family in
            parser.text_string_to_metric_families(answer.body.decode())}


def value(family, **labels):
    """The sum of the samples with these labels."""
    return sum(sample.value for sample in family.samples
               if labels.items() <= sample.labels.items())


def test_metrics_are_parsed(httpd):
    """A virtual host each, and what a name of a file can hold."""
    server = httpd(
        f"{STATUS}<VirtualHost *:${{PORT}}>\nServerName one.example\n"
        f"{STATUS}CORSAllowOriginFile 'a \"b\\\\c'\nCORSAllowMethods PUT\n"
        "</VirtualHost>\n<VirtualHost *:${PORT}>\nServerName two.example\n"
        f"{POLICY}</VirtualHost>\n",
        files={'a "b\\c': f"{APP}\n!https://old.example.com\n",
               "htdocs/file": "a file"})
    server.get("/file", APP, host="one.example")
    server.get("/file", APP, host="one.example", headers={"Cookie": "a=1"})
    server.preflight("/file", method="PATCH", host="one.example")
    server.get("/file", EVIL, host="two.example")
    found = families(server)
    one, two = (f"{name}.example:{server.port}" for name in ("one", "two"))
    requests, refusals = found["cors_requests"], found["cors_refusals"]
    assert requests.type == refusals.type == "counter"
    assert value(requests, vhost=one, result="allowed") == 2
    assert value(requests, vhost=one) == 3
    assert value(requests, vhost=two, result="disallowed") == 1
    assert value(requests, vhost="other") == 0
    assert value(refusals, vhost=one, reason="method-not-listed") == 1
    assert value(refusals, vhost=two) == 1
    assert not [s for s in refusals.samples if s.labels["reason"] == "ok"]
    for cookie in ("with", "without"):
        assert value(found["cors_cookies"], vhost=one, cookie=cookie) == 1
    (file,) = found["cors_origin_file_origins"].samples
    assert (file.value, file.labels) == (
        2, {"path": str(server.folder / 'a "b\\c')})
    assert value(found["cors_start_time_seconds"]) > 1e9
    server.expect("method-not-listed")


def test_metrics_in_the_document_are_all_there_are(httpd):
    """By the query that Prometheus makes of the document's lines."""
    server = httpd(STATUS + "CORSAllowOriginFile list",
                   files={"list": APP})
    (parameter,) = re.findall(r"^ +(\w+): \[''\]", TEXT, re.M)
    samples = {sample.name: set(sample.labels)
               for family in families(server, parameter + "=").values()
               for sample in family.samples}
    rows = re.findall(r"^\| `(cors_\w+)` \| \w+ \| (.*?) \|$", TEXT, re.M)
    assert {name for name, _ in rows} == set(samples)
    for name, labels in rows:
        before = labels.split(": ")[0]
        named = set(re.findall(r"`(\w+)`", before))
        assert named == samples[name], name


def test_the_command(module_httpd, authority):
    (command,) = re.findall(r"^```sh\n(.*?)^```", TEXT, re.M | re.S)
    server = module_httpd(
        f"SSLEngine On\nSSLCertificateFile {authority}\n{STATUS}{POLICY}",
        modules=["ssl"], allow=[r"AH01906: |AH01909: |AH01873: "])
    # the server's own port and certificate
    done = subprocess.run(command.replace("curl ", "curl -k --connect-to "
                                          f"::127.0.0.1:{server.port} "),
                          shell=True, stdout=subprocess.PIPE)
    assert b"\nwith-cookie: 0\n" in done.stdout


@pytest.mark.parametrize("number", range(3))
def test_formats_of_the_access_log(httpd, number):
    server = httpd(POLICY + FORMATS[number], files={"htdocs/file": "a file"})
    server.get("/file", APP)
    server.get("/file", EVIL)
    server.get("/file")
    for origin in ('https://a"}{', "https://\u00e9", "https://a\\"):
        server.get('/%22%C3%A9?"', origin=origin.encode("utf-8").decode(
            "latin-1"))
    log = server.folder / "logs" / "cors_log"
    judged = 5 if "env=CORS_RESULT" in FORMATS[number] else 6

    def lines():
        return log.read_text("utf-8").splitlines() if log.exists() else []

    harness.wait_for(lambda: len(lines()) >= judged, "lines")
    assert len(lines()) == judged
    if "json" in FORMATS[number]:
        said = [(entry["result"], entry["reason"], entry["origin"])
                for entry in map(json.loads, lines())]
    else:
        said = [tuple(line.split(" ")[-3:]) for line in lines()]
    assert sorted(said) == sorted([
        ("allowed", "ok", APP), ("disallowed", "origin-not-listed", "-"),
        *3 * [("disallowed", "origin-malformed", "-")],
        *(judged - 5) * [("-", "-", "-")]])
    assert len(FORMATS) == 3
