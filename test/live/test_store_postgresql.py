# SPDX-License-Identifier: Apache-2.0
"""CORSAllowOriginQuery over a PostgreSQL of the test's own, which is
restarted, stopped and made to hang."""

import concurrent.futures
import threading
import time

import pytest

import harness
from client import APP, EVIL, readable
from postgresql import Postgresql
from test_store import MODULES, STATUS, counts, explain

OTHER = "https://static.example.com"
QUERY = ('CORSAllowOriginQuery "SELECT origin FROM origins WHERE origin = %s" '
         f"Origin\nCORSAllowOrigin {OTHER}\n")
CLOSES = (r"\[cors_cookies:error\] .*CORSAllowOriginQuery of .*httpd\.conf:"
          r"\d+: .*; origins that are not cached are not allowed until it "
          r"answers")
# enough from the start: prefork makes one a second
PROCESSES = "StartServers 16\nMinSpareServers 8\nMaxSpareServers 16\n"
LIMIT = "AH00161: server reached MaxRequestWorkers"
FAILED = [r"\[dbd:(error|crit)\]", r"\[core:error\]"]


@pytest.fixture(scope="module")
def module_database():
    database = Postgresql()
    try:
        database.start()
        database.sql("CREATE TABLE origins (origin text PRIMARY KEY, "
                     "number integer)")
        yield database
    finally:
        database.stop()


@pytest.fixture
def database(module_database):
    """It runs, and lists one origin."""
    if not module_database.process:
        module_database.start()
    module_database.go_on()
    module_database.sql("DELETE FROM origins; INSERT INTO origins "
                        f"VALUES ('{APP}', 7)")
    yield module_database
    if module_database.process:
        module_database.go_on()


@pytest.fixture
def serve(httpd, database):
    def start(config=QUERY, connect_timeout=2, **options):
        params = database.params(connect_timeout)
        return httpd(f'DBDriver pgsql\nDBDParams "{params}"\n'
                     "DBDMin 0\nDBDKeep 2\nDBDMax 16\n" + STATUS + config,
                     modules=MODULES, files={"htdocs/file": "a file"},
                     **options)

    return start


def state(server):
    return counts(server)["StoreState"]


def time_of(work):
    start = time.monotonic()
    work()
    return time.monotonic() - start


@pytest.mark.parametrize("mpm", harness.MPMS)
def test_rows(serve, database, mpm):
    server = serve(mpm=mpm)
    assert server.get("/file", APP).cors == readable()
    assert server.get("/file", EVIL).cors == {}
    assert server.get("/file", "https://x'y.example").cors == {}
    assert counts(server)["StoreFailures"] == "0"


def test_a_statement_at_fault_closes_nothing(serve):
    """A parameter that is no number is its request's fault alone."""
    server = serve('CORSAllowOriginQuery "SELECT origin FROM origins WHERE '
                   'number = %s" "%{HTTP:X-Number}"\n'
                   "CORSDisallowedOrigin Deny\n")
    server.expect("invalid input syntax for type integer: .*whom it asked "
                  "for is not allowed")
    for _ in range(3):
        assert server.get("/file", APP, headers={"X-Number": "x"}).status \
            == 503
        assert server.get("/file", APP, headers={"X-Number": "7"}).cors \
            == readable()
        assert server.get("/file", APP, headers={"X-Number": "8"}).status \
            == 403
    assert state(server) == "open"
    lines = [line for line in server.error_log()
             if "invalid input syntax" in line]
    assert len(lines) == 1


def test_bytes_that_are_no_text(serve):
    server = serve('CORSAllowOriginQuery "SELECT origin FROM origins WHERE '
                   'origin = %s" "%{HTTP:X-Tenant}"\n')
    server.expect("invalid byte sequence")
    assert server.get("/file", APP, headers={"X-Tenant": "\xff"}).cors == {}
    assert state(server) == "open"


def test_a_restart_is_not_noticed(serve, database):
    """Connections that died are replaced before the first answer."""
    server = serve(QUERY + "CORSQueryCache none\n")
    for _ in range(3):
        assert server.get("/file", APP).cors == readable()
    database.halt()
    database.start()
    for _ in range(3):
        assert server.get("/file", APP).cors == readable()
    assert state(server) == "open"
    assert counts(server)["StoreFailures"] == "0"


def test_away(serve, database):
    """What is kept is lent, the rest is not allowed, one line is logged."""
    server = serve(QUERY + "CORSQueryCacheTime 1 1 600\n"
                   "CORSDisallowedOrigin Deny\n", allow=FAILED)
    assert server.get("/file", APP).cors == readable()
    database.halt()
    time.sleep(1.1)
    server.expect(CLOSES)
    assert server.get("/file", EVIL).status == 503
    assert state(server) == "closed"
    for _ in range(3):
        assert server.get("/file", APP).cors == readable()
        assert server.get("/file", EVIL).status == 503
    assert explain(server, APP)["Store"].startswith("stale ")
    assert server.get("/file", OTHER).cors == readable(OTHER)
    database.start()

    def opened():
        server.get("/file", EVIL)
        return state(server) == "open"

    harness.wait_for(opened, "the gate opens")
    assert server.get("/file", EVIL).status == 403
    lines = server.error_log()
    assert sum("until it answers" in line for line in lines) == 1
    assert sum("answers again after" in line for line in lines) <= 1


@harness.SEVERAL_AT_ONCE
@pytest.mark.parametrize("mpm", ["event", "prefork"])
def test_hangs(serve, database, mpm):
    """A database that stands still has eight threads at most, and nobody
    else waits for it."""
    server = serve(QUERY + "CORSQueryCacheTime 600 1\n"
                   + (PROCESSES if mpm == "prefork" else ""), mpm=mpm,
                   connect_timeout=0, allow=[LIMIT])
    assert server.get("/file", APP).cors == readable()
    assert server.get("/file", EVIL).cors == {}
    time.sleep(1.1)
    database.hang()
    hanging = []

    def ask(number):
        server.get("/file", f"https://a{number}.example", timeout=60)
        hanging.remove(number)

    try:
        threads = []
        server.expect(CLOSES)

        def start():
            number = len(threads)
            hanging.append(number)
            threads.append(threading.Thread(target=ask, args=(number,)))
            threads[-1].start()
            time.sleep(0.02)

        for _ in range(14):
            start()

        def closed():
            start()             # it may be the probe, and hang
            time.sleep(0.2)
            return state(server) == "closed"

        harness.wait_for(closed, "the gate closes")
        harness.wait_for(lambda: len(hanging) <= 8, "the others are answered")
        for _ in range(3):
            time.sleep(2)       # probes find no seat
            assert len(hanging) <= 8
            assert server.get("/file").status == 200
            assert server.get("/file", OTHER).cors == readable(OTHER)
            assert server.get("/file", APP).cors == readable()
            assert server.get("/file", EVIL).cors == {}
    finally:
        database.go_on()
    for thread in threads:
        thread.join(harness.PATIENCE)
    assert hanging == []

    def whole():
        server.get("/file", "https://b.example")
        return state(server) == "open"

    harness.wait_for(whole, "the gate opens")
    database.sql(f"INSERT INTO origins VALUES ('{EVIL}')")
    harness.wait_for(lambda: server.get("/file", EVIL).cors, "admission")


@harness.SEVERAL_AT_ONCE
def test_a_flood_while_it_is_slow(serve):
    """Who waits for a seat leaves threads to all others: the server has 64,
    and eighty clients ask."""
    server = serve('CORSAllowOriginQuery "SELECT origin FROM pg_sleep(0.5) '
                   'LEFT JOIN origins ON origin = %s" Origin\n',
                   allow=["MaxRequestWorkers"])
    one = time_of(lambda: server.get("/file", APP))
    stop = threading.Event()

    def ask(client):
        number = 0
        while not stop.is_set():
            number += 1
            try:
                server.get("/file", f"https://a{number}.b{client}.example")
            except OSError:
                pass            # the server is stopped

    threads = [threading.Thread(target=ask, args=(number,))
               for number in range(80)]
    for thread in threads:
        thread.start()
    try:
        time.sleep(1)
        twenty = time_of(lambda: [server.get("/file") for _ in range(20)])
        assert twenty < 8 * one
        assert server.get("/file", APP).cors == readable()
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_no_connection_in_time(serve, database):
    """connect_timeout makes a question fail; what is kept is lent."""
    server = serve(QUERY + "CORSQueryCacheTime 1 1 600\nDBDPersist Off\n",
                   allow=FAILED)
    assert server.get("/file", APP).cors == readable()
    time.sleep(1.1)
    database.hang()
    server.expect(CLOSES)
    try:
        answer = server.get("/file", EVIL, timeout=60)
        assert answer.cors == {}
        assert server.variables(answer)[2] == "origin-store-unavailable"
        assert server.get("/file", APP, timeout=60).cors == readable()
    finally:
        database.go_on()

    def opened():
        server.get("/file", "https://b.example", timeout=60)
        return state(server) == "open"

    harness.wait_for(opened, "the gate opens")


@harness.SEVERAL_AT_ONCE
def test_children_that_die_leave_their_seats(serve, database):
    """Eight questions of a process that is killed count no more."""
    import os
    import signal
    server = serve(QUERY + PROCESSES, mpm="prefork",
                   allow=["exit signal Killed", LIMIT], connect_timeout=0)
    database.hang()
    try:
        with concurrent.futures.ThreadPoolExecutor(64) as pool:
            asked = [pool.submit(server.get, "/file",
                                 f"https://a{i}.example", timeout=60)
                     for i in range(8)]
            server.expect(CLOSES)

            def closed():
                asked.append(pool.submit(server.get, "/file",
                                         "https://b.example", timeout=60))
                time.sleep(0.2)
                return state(server) == "closed"

            harness.wait_for(closed, "the gate closes")
            children = os.popen(
                f"ps -o pid= --ppid {server.process.pid}").read().split()
            for pid in children:
                os.kill(int(pid), signal.SIGKILL)
            assert any(one.exception() for one in asked)
    finally:
        database.go_on()

    def admitted():
        try:
            return server.get("/file", APP).cors == readable()
        except OSError:
            return False

    harness.wait_for(admitted, "admission")


@harness.SEVERAL_AT_ONCE
def test_a_restart_while_it_hangs(serve, database):
    """Seats that the old children hang in are not waited for."""
    server = serve(connect_timeout=0, allow=[CLOSES])
    assert server.get("/file", APP).cors == readable()
    database.hang()
    try:
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            asked = [pool.submit(server.get, "/file",
                                 f"https://a{i}.example", timeout=60)
                     for i in range(8)]
            harness.wait_for(lambda: counts(server)["StoreQuestions"] == "9",
                             "eight questions")
            one = time_of(lambda: server.get("/file", EVIL))
            server.graceful()
            ten = time_of(lambda: [server.get("/file", EVIL)
                                   for _ in range(10)])
            assert ten < 5 * one
            assert server.get("/file", OTHER).cors == readable(OTHER)
            assert counts(server)["StoreQuestions"] == "9"
            database.go_on()
            assert all(each.result().cors == {} for each in asked)
    finally:
        database.go_on()
    harness.wait_for(lambda: server.get("/file", APP).cors, "admission")


def test_graceful_restarts_refuse_nobody(serve, database):
    server = serve(QUERY + "CORSQueryCacheTime 1\n")
    refused, stop = [], threading.Event()

    def ask():
        while not stop.is_set():
            try:
                if server.get("/file", APP).cors != readable():
                    refused.append(1)
            except OSError:
                pass        # a connection that event closes is httpd's way

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(3):
            time.sleep(0.3)
            server.graceful()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert refused == []


def test_a_flood_harms_no_known_origin(serve, database):
    server = serve(QUERY + "CORSQueryRate 5\nCORSQueryCacheTime 1 1 600\n")
    assert server.get("/file", APP).cors == readable()
    before = int(counts(server)["StoreQuestions"])
    start = time.monotonic()
    for number in range(1500):
        server.get("/file", f"https://r{number}.example")
        if number % 50 == 0:
            assert server.get("/file", APP).cors == readable()
    passed = time.monotonic() - start
    asked = int(counts(server)["StoreQuestions"]) - before
    # ten seconds' worth at first, then the rate; and the known one's own
    assert asked <= 50 + 5 * (passed + 1) + passed + 1
    assert int(counts(server)["StoreOverRate"]) > 1000
