# SPDX-License-Identifier: Apache-2.0
"""What the system or its administrator takes away while httpd runs."""

import concurrent.futures
import itertools
import os
import signal
import subprocess

import pytest

import harness
from client import APP, EVIL, permitted, readable

# apr_shm_create as the module meets it where there is no shared memory;
# httpd's own calls, for its scoreboard, go through
NO_MEMORY = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <string.h>

int apr_shm_create(void **memory, size_t size, const char *file, void *pool)
{
    int (*create)(void **, size_t, const char *, void *) =
        (int (*)(void **, size_t, const char *, void *))
        dlsym(RTLD_NEXT, "apr_shm_create");
    Dl_info caller;

    if (dladdr(__builtin_return_address(0), &caller)
        && strstr(caller.dli_fname, "mod_cors_cookies")) {
        return ENOMEM;
    }
    return create(memory, size, file, pool);
}
"""
WARNING = r"cors_cookies:warn.*no shared memory: CORS requests are judged"

STATUS = """
CORSAllowOrigin https://app.example.com
CORSAllowMethods PUT
LogLevel cors_cookies:info
<Location "/cors-status">
    SetHandler cors-status
</Location>
<Location "/server-status">
    SetHandler server-status
</Location>
"""


@pytest.fixture(scope="module")
def no_memory(tmp_path_factory):
    """The environment of a process whose module gets no shared memory."""
    folder = tmp_path_factory.mktemp("preload")
    (folder / "memory.c").write_text(NO_MEMORY, "ascii")
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", "memory.so", "memory.c",
                    "-ldl"], cwd=folder, check=True)
    return {"LD_PRELOAD": str(folder / "memory.so")}


def warnings(server):
    return [line for line in server.error_log() if "no shared memory" in line]


@pytest.mark.parametrize("mpm", harness.MPMS)
def test_without_shared_memory(httpd, no_memory, mpm):
    server = httpd(STATUS, mpm=mpm, modules=["status"], expect=[WARNING],
                   environment=no_memory, files={"htdocs/file": "a file"})
    assert len(warnings(server)) == 1
    assert server.get("/file", APP).cors == readable()
    assert server.get("/file", EVIL).cors == {}
    assert server.preflight("/file").cors == permitted(allow_methods={"PUT"})
    page = server.get("/cors-status").body
    assert b"No shared memory: nothing is counted." in page
    assert b"None since the start." in page
    counts = server.get("/cors-status?auto").body.decode()
    assert "allowed: 0\n" in counts and "origin-not-listed: 0\n" in counts
    assert b"Result: allowed\n" in server.get(
        f"/cors-status?explain&url=/file&origin={APP}").body
    assert b"CORS-allowed: 0" in server.get("/server-status?auto").body
    assert b"nothing is counted" in server.get("/server-status").body


def test_without_shared_memory_after_a_restart(httpd, no_memory):
    server = httpd(STATUS, modules=["status"], expect=[WARNING],
                   environment=no_memory, files={"htdocs/file": "a file"})
    server.graceful()
    server.expect(WARNING)
    assert len(warnings(server)) == 2
    assert server.get("/file", APP).cors == readable()


ORIGINS = """
CORSAllowOriginFile conf/origins
"""


@pytest.mark.parametrize("break_file, flaw", [
    (lambda file: file.unlink(), "No such file or directory"),
    (lambda file: file.write_text("# none\n", "ascii"), "has no origin in it"),
    (lambda file: file.write_text(f"{APP}/\n", "ascii"), "conf/origins:1: "),
])
def test_a_restart_with_an_origin_file_that_is_gone(httpd, break_file, flaw):
    """apachectl's check before a restart fails, and what runs stays."""
    server = httpd(ORIGINS, files={"conf/origins": f"{APP}\n"})
    assert server.get("/", APP).cors == readable()
    break_file(server.folder / "conf" / "origins")
    said = subprocess.run([harness.HTTPD, "-t", "-f",
                           server.folder / "httpd.conf"],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True)
    assert said.returncode != 0
    assert "CORSAllowOriginFile" in said.stdout and flaw in said.stdout
    assert server.get("/", APP).cors == readable()
    server.write("conf/origins", "https://new.example.com\n")
    server.graceful()
    harness.wait_for(lambda: server.get("/", APP).cors == {},
                     "the children of before are gone")
    assert server.get("/", "https://new.example.com").cors == readable(
        "https://new.example.com")


def test_a_restart_without_that_check(httpd):
    """It ends httpd, as any mistake in its configuration does."""
    if harness.MEMCHECK:
        pytest.skip("a single process cannot be restarted gracefully")
    server = httpd(ORIGINS, files={"conf/origins": f"{APP}\n"})
    (server.folder / "conf" / "origins").unlink()
    server.process.send_signal(signal.SIGUSR1)
    assert server.process.wait(harness.PATIENCE) == 1
    server.process = None
    assert any("CORSAllowOriginFile 'conf/origins': cannot read" in line
               for line in server.error_log())


def test_a_cache_that_is_older_than_the_policy(httpd):
    """docs/caching.md: it is to be emptied with a change."""
    policy = """<Location "/">
        CORSAllowOrigin {}
        Header set Cache-Control max-age=3600
    </Location>"""
    server = httpd("""
        CacheRoot "${ROOT}/data"
        CacheEnable disk /
        CacheHeader on
        Include policy.conf
        """, modules=["cache", "cache_disk", "headers"], allow=["AH00699"],
        files={"htdocs/file": "a file", "policy.conf": policy.format(APP)})
    assert server.get("/file", APP).cors == readable()
    server.write("policy.conf", policy.format("https://new.example.com"))
    server.graceful()
    harness.wait_for(lambda: server.get("/uncached", APP).cors == {},
                     "the children of before are gone")
    answer = server.get("/file", APP)
    assert answer.one("X-Cache").startswith("HIT")
    assert answer.cors == readable()
    assert server.get("/file", "https://new.example.com").cors == readable(
        "https://new.example.com")
    # at once, for a child may be at work in it
    (server.folder / "data").rename(server.folder / "emptied")
    assert server.get("/file", APP).cors == {}


HTACCESS = [
    (f"CORSAllowOrigin {APP}\nCORSExposeHeaders X-A\n",
     200, readable(expose_headers={"x-a"})),
    (f"CORSExposeHeaders X-B\nCORSAllowOrigin {EVIL} {APP}\n",
     200, readable(expose_headers={"x-b"})),
    ("CORSAllowAnonymous On\n", 200, {"allow-origin": "*"}),
    (f"CORSAllowOrigin {EVIL}\n", 200, {}),
    (f"CORSAllowOrigin {APP}/\n", 500, {}),
]


def test_htaccess_that_changes_under_load(httpd):
    """Each answer is that of one of the files, whole."""
    server = httpd("""
        <Directory "${ROOT}/htdocs">
            AllowOverride FileInfo
        </Directory>
        """, files={"htdocs/place/file": "a file"},
        allow=["CORSAllowOrigin 'https://app.example.com/'"])
    texts = itertools.cycle(text for text, _, _ in HTACCESS)

    def write():
        new = server.write("htdocs/place/new", next(texts))
        os.replace(new, new.with_name(".htaccess"))

    def ask(_):
        answer = server.get("/place/file", APP)
        return answer.status, answer.cors

    write()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(ask, number) for number in range(2000)]
        for future in asked[::5]:
            write()
            future.result()
    answers = [future.result() for future in asked]
    expected = [(status, cors) for _, status, cors in HTACCESS]
    assert [answer for answer in answers if answer not in expected] == []
    assert [answer for answer in expected if answer not in answers] == []
