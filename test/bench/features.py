# SPDX-License-Identifier: Apache-2.0
"""What single features cost: instructions over the same answer without."""

import dataclasses

import installed
import instructions
import rows
import traffic
from rows import Row

# as applications set them: a session for an hour, and no more than a name
SESSION = ("sid=4f6a1c0d9b2e8f7a3c5d6e1b0a9f8e7d; Expires=Fri, 31 Dec 2100 "
           "00:00:00 GMT; Max-Age=3600; Path=/; Secure; HttpOnly; SameSite=Lax")
SHORT = "sid=4f6a1c0d9b2e8f7a3c5d6e1b0a9f8e7d; Path=/"

ATTRIBUTES = "CORSCookieAttributes SameSite=None Secure"
AT_INFO = "LogLevel cors_cookies:info"
ALLOWED = f"CORSAllowOrigin {traffic.ALLOWED}\n"
QUERY = ('CORSAllowOriginQuery "SELECT %s" Origin\n'
         "CORSQueryCacheTime 3600\n")


@dataclasses.dataclass
class Feature:
    """What is written, and what of; requests: one, by its column."""
    directive: str
    answer: str
    row: Row
    without: Row
    requests: dict


def _asked(column):
    return {column: traffic.REQUESTS[column]}


def _cookie(directive, answer, cookie):
    config = f'Header always set Set-Cookie "{cookie}"\n'
    return Feature(
        f"`{directive}`", answer,
        Row(directive, answer, config + directive, module=True, answers=False,
            says="; SameSite=None; Secure"),
        Row("none", answer, config, module=True, answers=False, says=cookie),
        _asked("no Origin"))


def _at_info(number, requests):
    config, files = rows.module_file(rows.origins(number))
    return Feature(
        f"`{AT_INFO}`", f"a refusal, {number:,} origins listed",
        Row(AT_INFO, f"{number:,}", config + AT_INFO, files, module=True,
            answers=False, requests=requests, says="origin-not-listed"),
        Row("none", f"{number:,}", config, files, module=True, answers=False),
        _asked("refused"))


def _query(column, answer, config, without):
    """Every origin is a row of this database, which is in memory."""
    lines = "\n".join([*(installed.load(name, "prefork")
                         for name in ("dbd", "socache_shmcb")),
                       "DBDriver sqlite3", "DBDParams :memory:", "DBDMin 0",
                       ""])
    return Feature(
        "`CORSAllowOriginQuery`", answer,
        Row("query", "", lines + config, module=True),
        Row("none", "", lines + without, module=True), _asked(column))


def features():
    return [
        _query("no Origin", "a request without Origin", ALLOWED + QUERY,
               ALLOWED),
        _query("allowed", "an answer that is kept, over an origin listed",
               QUERY, ALLOWED),
        _cookie(ATTRIBUTES, "a session cookie of six attributes", SESSION),
        _cookie(f"{ATTRIBUTES} Partitioned", "the same", SESSION),
        _cookie(ATTRIBUTES, "a short cookie", SHORT),
        Feature("`CORSExposeHeaders *`", "a file",
                Row("expose", "", f"{ALLOWED}CORSExposeHeaders *",
                    module=True, says="Access-Control-Expose-Headers: "),
                Row("none", "", ALLOWED, module=True), _asked("allowed")),
        Feature("`CORSAllowHeaders *`", "a preflight that asks for 64 names "
                "of 63 bytes, over one without this module",
                Row("headers", "", f"{ALLOWED}CORSAllowMethods PUT\n"
                    "CORSAllowHeaders *", module=True,
                    says=f", {traffic.LONG_NAMES[-1]}\r\n"),
                rows.NO_CORS, traffic.LONG_PREFLIGHT),
        _at_info(1_000, 10),
        _at_info(100_000, 5),
    ]


def measure(module):
    """[(feature, instructions over the same answer without it)]"""
    results = []
    for feature in features():
        with_it, without = (
            sum(instructions.measure(row, module if row.module else None,
                                     feature.requests).values())
            for row in (feature.row, feature.without))
        results.append((feature, with_it - without))
    return results
