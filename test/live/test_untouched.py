# SPDX-License-Identifier: Apache-2.0
"""Without a policy, and under CORSReportOnly, an answer is what it is where
the module is not loaded: header by header, in the same order."""

import re

import pytest

import matrix
import test_matrix_files as files
import test_matrix_guards as guards
from client import Connection

# the producers of the matrix, without a word of CORS
CONFIG = re.sub(r"(?m)^\s*CORS.*\n", "", files.CONFIG + guards.CONFIG)
PRODUCERS = [       # but for random boundaries and for pages about the module
    producer for producer in files.PRODUCERS + guards.PRODUCERS
    if "several" not in producer.name and "status" not in producer.name]
PAGES = {**files.FILES, **{f"{name}/file": "a file" for name in guards.NAMES},
         "login-page": "log in", "form/page": "a file"}

SERVERS = {
    "not loaded": ("not", ""),
    "no policy": ("first", """
        <Location /elsewhere>
            CORSAllowOrigin https://app.example.com
            CORSDisallowedOrigin Deny
        </Location>
        CORSAllowMethods PUT
        CORSExposeHeaders *
        CORSCookieAttributes none
        """),
    "none": ("first", f"""
        {matrix.POLICY}
        <Location />
            CORSAllowOrigin none
            CORSCookieAttributes none
        </Location>
        """),
    "report only": ("first", f"""
        {matrix.POLICY}
        CORSDisallowedOrigin Deny
        CORSCookieAttributes Secure HttpOnly
        CORSReportOnly On
        """),
}

# what differs from one answer to the next
VOLATILE = {
    "date": r".*", "www-authenticate": r'nonce="[^"]*"',
    "set-cookie": r"(tracked|expiry)=[^;&]*",
}


def stable(name, value):
    """A header's value without what is volatile."""
    if name == "Allow":     # in the order of a hash table
        return sorted(value.split(","))
    return re.sub(VOLATILE.get(name.lower(), "$^"), "...", value)


@pytest.fixture(scope="module")
def servers(module_httpd):
    started = {}
    for name, (load, text) in SERVERS.items():
        started[name] = module_httpd(
            text + CONFIG, load=load,
            modules=[*files.MODULES, *(module for module in guards.MODULES
                                       if module not in files.MODULES)],
            allow=[producer.log for producer in PRODUCERS if producer.log],
            files={"users": f"alice:{{SHA}}{guards.HASH}\n",
                   "digests": f"alice:private:{guards.DIGEST}\n",
                   **matrix.files(PAGES)})
        matrix.age(started[name])
    return started


def answers(server, producer):
    """Every cell's answer, volatile values taken out."""
    with Connection(server.port) as connection:
        for request in producer.requests:
            for kind in matrix.ORIGINS:
                cell = matrix.Cell(producer, matrix.NOWHERE, kind, request)
                cell.send(connection)
                answer = cell.answer
                yield (cell.name, answer.status,
                       [(name, stable(name, value))
                        for name, value in answer.headers],
                       answer.body)


@pytest.mark.parametrize("producer", PRODUCERS, ids=matrix.names(PRODUCERS))
def test_same_answers(servers, producer, record_property):
    plain = [*answers(servers["not loaded"], producer)]
    for name, server in servers.items():
        assert [*answers(server, producer)] == plain, name
    record_property("cells", len(plain) * (len(servers) - 1))
