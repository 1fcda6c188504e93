# SPDX-License-Identifier: Apache-2.0
"""What somebody can make long costs no more than its length: the fields of a
backend's answer, and the lists of a .htaccess, however they are chosen.
Processor times of one server are compared with each other, never with a
clock."""

import functools
import http.client
import itertools
import random
import string

import pytest

import harness
from client import APP

CONFIG = """
ProxyPass / http://127.0.0.1:${BACKEND}/
<Location /policy>
    CORSAllowOrigin https://app.example.com
    CORSExposeHeaders *
    CORSCookieAttributes SameSite=None Secure Partitioned
</Location>
"""
TIMES = 3
OWNED = ["Allow-Origin", "Allow-Credentials", "Allow-Methods",
         "Allow-Headers", "Expose-Headers", "Max-Age"]
# names of one length and one sum of APR's hash, whatever its seed is
SUMS = ["".join(parts) for parts in itertools.product(("Ez", "FY"),
                                                      repeat=14)]
FIELDS = {
    "others": lambda n: f"Access-Control-Allow-{n}: 1",
    "owned": lambda n: f"Access-Control-{OWNED[n % 6]}: {n}",
    "vary": lambda n: f"Vary: x-{n}",
    "cookies": lambda n: f"Set-Cookie: c{n}=1",
    "deletions": lambda n: f"Set-Cookie: c{n}=; Max-Age=0",
    "sums": lambda n: f"Set-Cookie: {SUMS[n]}=; Max-Age=0",
    "names": lambda n: f"X-{n}: 1",
}


@pytest.fixture(scope="module")
def proxy(module_httpd, module_backend):
    return module_httpd(CONFIG, modules=["proxy", "proxy_http"],
                        level="warn cors_cookies:debug",
                        define={"BACKEND": module_backend.port},
                        allow=["every site may then"])


def cost(server, ask):
    """What it takes, without what happens to come between: the least."""
    costs = []
    for _ in range(TIMES):
        before = server.cpu_time()
        ask()
        costs.append(server.cpu_time() - before)
    return min(costs)


@pytest.mark.parametrize("kind", FIELDS)
def test_fields_of_an_answer(proxy, backend, monkeypatch, kind):
    """A policy costs no more than httpd's own work on so many, a few
    times, and a line in the log does not grow with them."""
    before = len(proxy.error_log())
    monkeypatch.setattr(http.client, "_MAXHEADERS", 100000)
    monkeypatch.setattr(http.client, "_MAXLINE", 1000000)
    body = "\n".join(map(FIELDS[kind], range(10000))).encode()

    def ask(place):
        answer = proxy.ask("POST", f"/{place}/?echo=1", origin=APP,
                           body=body, timeout=200)
        assert answer.status == 200

    assert cost(proxy, lambda: ask("policy")) \
        <= 4 * cost(proxy, lambda: ask("none"))
    said = [line for line in proxy.error_log()[before:]
            if "replaced" in line]
    assert len(said) == (TIMES if kind == "owned" else 0)
    assert all(len(line) < 1000 for line in said)


# lists of a .htaccess

SHORT, LONG = 5000, 20000
MASK = 0xffffffff
FNV_START, FNV_PRIME = 2166136261, 16777619
ALPHABET = string.ascii_lowercase + string.digits


def fnv(state, text):
    """FNV-1a, which had no key."""
    for byte in text.encode():
        state = ((state ^ byte) * FNV_PRIME) & MASK
    return state


def same_blocks(state):
    """Two blocks of six bytes that lead to the same state, and it."""
    chosen, seen = random.Random(state), {}
    while True:
        block = "".join(chosen.choices(ALPHABET, k=6))
        end = fnv(state, block)
        if seen.setdefault(end, block) != block:
            return (seen[end], block), end


@functools.cache
def colliding(state, middle=""):
    """2^15 texts of one length and one FNV-1a: each block of them is one of
    two that lead to the same state."""
    choices = []
    for number in range(15):
        if number == 8:
            choices.append([middle])
            state = fnv(state, middle)
        blocks, state = same_blocks(state)
        choices.append(blocks)
    return ["".join(blocks) for blocks in itertools.product(*choices)]


@functools.cache
def crowded():
    """Origins that the hash without a key put side by side, in whatever
    table."""
    state = 24      # their length
    for word in (b"https://", b"a.exampl"):
        state = mix(state, word)
    found = (f"https://a.exampl{bytes(letters).decode()}"
             for letters in itertools.product(b"abcdefgh", repeat=8)
             if mix(state, bytes(letters)) & 0xffff < 512)
    return [*itertools.islice(found, LONG)]


def mix(state, word):
    state ^= int.from_bytes(word, "little")
    state = state * 0x9e3779b97f4a7c15 & 0xffffffffffffffff
    return state ^ state >> 32


def suffixes():
    """Hosts that were hashed from their end, behind the scheme's length."""
    state = fnv(FNV_START, "\5" + ".example.com"[::-1])
    return [f"https://*.{text[::-1]}.example.com"
            for text in colliding(state, ".")]


LISTS = {
    "ordinary": lambda: ("CORSAllowOrigin", [
        f"https://app{number}.example.com" for number in range(LONG)]),
    "ports": lambda: ("CORSAllowOrigin", [
        f"https://*.example.com:{10000 + n}" for n in range(LONG)]),
    "crowded": lambda: ("CORSAllowOrigin", crowded()),
    "excluded": lambda: ("CORSAllowOrigin", [
        APP, *("!" + pattern for pattern in crowded())]),
    "suffixes": lambda: ("CORSAllowOrigin", suffixes()),
    "headers": lambda: ("CORSAllowHeaders", colliding(FNV_START)),
    "methods": lambda: ("CORSAllowMethods", colliding(FNV_START)),
    "exposed": lambda: ("CORSExposeHeaders", colliding(FNV_START)),
}


def htaccess(directive, values):
    """A line for each fifty: httpd reads no more than 8 KB as one."""
    lines = [f"CORSAllowOrigin {APP}"] if "Origin" not in directive else []
    lines += [f"{directive} {' '.join(values[at:at + 50])}"
              for at in range(0, len(values), 50)]
    return "\n".join(lines)


@pytest.fixture(scope="module")
def hosting(module_httpd):
    return module_httpd(
        "<Directory ${ROOT}/htdocs>\nAllowOverride FileInfo\n</Directory>",
        files={"htdocs/short/file": "a file", "htdocs/long/file": "a file"})


@pytest.mark.parametrize("kind", LISTS)
def test_lists_of_a_htaccess(hosting, kind):
    """Four times as long takes four times as much, and not sixteen times,
    however the list is chosen."""
    directive, values = LISTS[kind]()
    assert len(values) >= LONG
    for folder, number in (("short", SHORT), ("long", LONG)):
        hosting.write(f"htdocs/{folder}/.htaccess",
                      htaccess(directive, values[:number]))

    def ask(folder):
        answer = hosting.get(f"/{folder}/file", timeout=200)
        assert answer.status == 200

    assert cost(hosting, lambda: ask("long")) \
        <= 8 * cost(hosting, lambda: ask("short"))
