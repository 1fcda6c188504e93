# SPDX-License-Identifier: Apache-2.0
"""CORSAllowOriginQuery over sqlite3: what is asked, what its rows mean, what
is kept, and what is said of it."""

import re
import sqlite3
import time

import pytest

import harness
import installed
from client import APP, EVIL, PREFLIGHT_VARY, permitted, readable

MODULES = ["dbd", "socache_shmcb"]
DATABASE = """
DBDriver sqlite3
DBDParams "${ROOT}/data/origins.db"
DBDMin 0
"""
QUERY = ('CORSAllowOriginQuery '
         '"SELECT origin FROM origins WHERE origin = %s" Origin\n')
STATUS = '<Location "/cors">\nSetHandler cors-status\n</Location>\n'


class Database:
    def __init__(self, server):
        self.path = server.folder / "data" / "origins.db"

    def do(self, sql, *values):
        connection = sqlite3.connect(self.path, timeout=20)
        with connection:
            connection.execute(sql, values)
        connection.close()

    def add(self, *origins):
        for origin in origins:
            self.do("INSERT INTO origins VALUES (?)", origin)

    def remove(self, origin):
        self.do("DELETE FROM origins WHERE origin = ?", origin)


@pytest.fixture
def store(httpd):
    """A server with a database in a file, and that database."""
    def start(config=QUERY, origins=(APP,), modules=(), **options):
        with_host = options.pop("database", DATABASE)
        server = httpd(with_host + STATUS + config,
                       modules=[*MODULES, *modules],
                       files={"htdocs/file": "a file",
                              **options.pop("files", {})}, **options)
        database = Database(server)
        database.do("CREATE TABLE origins (origin TEXT)")
        database.path.chmod(0o666)
        database.add(*origins)
        return server, database

    return start


def counts(server):
    lines = server.get("/cors?auto").body.decode().splitlines()
    return dict(line.split(": ") for line in lines if line.startswith("Store"))


def explain(server, origin, more=""):
    body = server.get(f"/cors?explain&url=/file&origin={origin}{more}").body
    return dict(line.split(": ", 1) for line in body.decode().splitlines())


def test_a_row_admits_its_origin(store):
    server, _ = store()
    answer = server.get("/file", APP)
    assert (answer.status, answer.cors) == (200, readable())
    assert answer.vary == {"origin"}
    assert server.variables(answer) == ("allowed", APP, "ok")
    assert server.preflight("/file", APP, "POST").cors == permitted()
    answer = server.get("/file", EVIL)
    assert (answer.status, answer.cors) == (200, {})
    assert server.variables(answer)[2] == "origin-not-listed"
    assert server.preflight("/file", EVIL).status == 403


def test_who_asks_nothing(store):
    other = "https://other.example.com"
    server, _ = store(QUERY + f"CORSAllowOrigin {other} !https://no.example\n"
                      "CORSAllowOriginMatch https://[a-z]+\\.example\\.net\n")
    for origin in (None, other, "https://no.example", "null", "junk",
                   "https://a.example https://b.example",
                   "https://x.example.net", "http://api.example.com"):
        server.get("/file", origin)
    server.get("/file", EVIL, headers={"Sec-Fetch-Site": "same-origin"})
    assert counts(server)["StoreQuestions"] == "0"
    server.preflight("/file", "http://api.example.com")
    assert counts(server)["StoreQuestions"] == "1"


def test_answers_are_kept(store):
    server, database = store(QUERY + "CORSQueryCacheTime 600 600\n")
    for _ in range(3):
        assert server.get("/file", APP).cors == readable()
        assert server.get("/file", EVIL).cors == {}
    database.remove(APP)
    database.add(EVIL)
    assert server.get("/file", APP).cors == readable()
    assert server.get("/file", EVIL).cors == {}
    kept = counts(server)
    assert (kept["StoreQuestions"], kept["StoreCacheMisses"],
            kept["StoreCacheHits"]) == ("2", "2", "6")
    assert kept["StoreState"] == "open"
    assert re.fullmatch(r"fresh (599|5\d\d) s", explain(server, APP)["Store"])


def test_a_removed_origin_is_refused_after_fresh(store):
    server, database = store(QUERY + "CORSQueryCacheTime 1 1 0\n")
    assert server.get("/file", APP).cors == readable()
    assert server.get("/file", EVIL).cors == {}
    database.remove(APP)
    database.add(EVIL)
    harness.wait_for(lambda: server.get("/file", APP).cors == {}, "refusal")
    harness.wait_for(lambda: server.get("/file", EVIL).cors, "admission")


def test_a_restart_forgets_and_asks_again(store):
    server, database = store(QUERY + "CORSQueryCacheTime 600 600\n")
    assert server.get("/file", APP).cors == readable()
    database.remove(APP)
    server.graceful()
    harness.wait_for(lambda: server.get("/file", APP).cors == {}, "refusal")


def test_no_cache(store):
    server, database = store(QUERY + "CORSQueryCache none\n"
                             "CORSQueryCacheTime 600\n")
    assert server.get("/file", APP).cors == readable()
    database.remove(APP)
    assert server.get("/file", APP).cors == {}


def test_rate(store):
    """One question a second, ten at first; a known origin is not counted."""
    server, _ = store(QUERY + "CORSQueryRate 1\nCORSQueryCacheTime 1 1 600\n"
                      "CORSDisallowedOrigin Deny\n")
    assert server.get("/file", APP).cors == readable()
    statuses = [server.get("/file", f"https://a{i}.example").status
                for i in range(60)]
    assert set(statuses) == {403, 503}
    answer = server.get("/file", "https://b.example")
    if answer.status == 503:
        assert answer.one("Retry-After") == "5"
        assert server.variables(answer)[2] == "origin-store-unavailable"
    time.sleep(1.1)
    assert server.get("/file", APP).cors == readable()
    seen = counts(server)
    assert int(seen["StoreOverRate"]) >= 40
    assert int(seen["StoreQuestions"]) <= 20


ROWS = [
    ("https://*.example.com", "https://a.b.example.com", None),
    (APP + "   ", APP, None),
    ("https://pr-*.example.com", "https://pr-7.example.com", None),
    ("", APP, ""),
    (None, APP, ""),
    ("*", APP, "row '*': a row holds an origin pattern only"),
    ("none", APP, "row 'none'"),
    ("null", APP, "row 'null'"),
    ("!" + APP, APP, "row '!https://app.example.com'"),
    (APP + "/", APP, "an origin has no path; write https://app.example.com"),
    ("http://plain.example", "http://plain.example", "UnsafeInsecureOrigin"),
    ("https://*.com", "https://app.com", "UnsafePublicSuffix"),
    ("https://*--site.netlify.app", "https://a--site.netlify.app",
     "UnsafePublicSuffix"),
    ("a\x01\nb", APP, r"row 'a\\x01\\nb'"),
]


@pytest.mark.parametrize("row, origin, said", ROWS)
def test_rows(store, row, origin, said):
    server, _ = store('CORSAllowOriginQuery "SELECT origin FROM origins '
                      'WHERE %s <> \'\'" Host\n', origins=[row])
    assert server.get("/file", origin).cors == (
        readable(origin) if said is None else {})
    if said:
        server.expect(r"\[cors_cookies:error\] .*CORSAllowOriginQuery of "
                      r".*httpd\.conf:\d+: .*" + (
                          said if "\\" in said else re.escape(said))
                      + ".*the row is left out")
        for _ in range(3):      # once a minute, whoever asks
            server.get("/file", origin)
        lines = [line for line in server.error_log()
                 if "the row is left out" in line]
        assert len(lines) == 1


def test_options_and_credentials_are_the_sections(store):
    server, _ = store(
        QUERY + '<Location "/file">\nCORSOptions UnsafeInsecureOrigin\n'
        '</Location>\n', origins=["http://plain.example"])
    assert server.get("/file", "http://plain.example").cors == readable(
        "http://plain.example")
    server.expect("the row is left out")
    assert server.get("/", "http://plain.example").cors == {}


def test_too_long_an_answer(store):
    server, _ = store(
        'CORSAllowOriginQuery "SELECT origin FROM origins WHERE %s <> \'\'" '
        "Host\nCORSDisallowedOrigin Deny\n",
        origins=[f"https://app{i}.example.com" for i in range(400)])
    server.expect("the answer is longer than 8192 bytes")
    assert server.get("/file", "https://app1.example.com").status == 503


def test_no_pattern_but_always_a_row(store):
    server, _ = store('CORSAllowOriginQuery "SELECT count(*) FROM origins '
                      'WHERE origin = %s" Origin\n')
    server.expect("row '1': .*the row is left out")
    assert server.get("/file", APP).cors == {}


def test_host_is_lower_case_without_port(store):
    server, _ = store(
        'CORSAllowOriginQuery "SELECT \'https://\' || %s" Host\n')
    origin = "https://api.example.com"
    for host in ("api.example.com", "API.Example.com:8080"):
        assert server.get("/file", origin, host=host, headers={
            "Sec-Fetch-Site": "cross-site"}).cors == readable(origin)


def test_an_expression_and_vary(store):
    server, _ = store(
        'CORSAllowOriginQuery "SELECT \'https://\' || %s || \'.example\' || '
        '%s" "%{HTTP:X-Tenant}" "%{reqenv:REST}"\nSetEnvIf X-Rest (.*) '
        'REST=$1\n', modules=["setenvif"])
    answer = server.get("/file", "https://a.example.com", headers={
        "X-Tenant": "a", "X-Rest": ".com"})
    assert answer.cors == readable("https://a.example.com")
    assert answer.vary == {"origin", "x-tenant"}
    assert server.get("/file", "https://a.example.com", headers={
        "X-Tenant": "b", "X-Rest": ".com"}).cors == {}


def test_vary_on_every_answer(store):
    """A parameter's header is named wherever the judgement goes."""
    server, _ = store("""
        CORSAllowOriginQuery "SELECT origin FROM origins WHERE %s = 'x'" \
            "%{req:X-Tenant}"
        ErrorDocument 403 /file
        Redirect 500 /five
        Redirect 301 /moved /file
        FallbackResource /file
        <Location /denied>
            Require all denied
        </Location>
        """, modules=["alias", "dir"])
    server.expect("AH01630")
    tag = server.get("/file").one("ETag")
    for tenant in ("x", "y"):
        fields = {"X-Tenant": tenant, "If-None-Match": tag}
        for path, status in (("/file", 304), ("/none/", 304), ("/five", 500),
                             ("/moved", 301), ("/denied", 403)):
            answer = server.get(path, APP, headers=fields)
            assert (answer.status, answer.vary) == (
                status, {"origin", "x-tenant"}), path
            if status != 304 or not installed.is_older("2.4.48"):
                assert bool(answer.cors) == (tenant == "x")
            preflight = server.preflight(path, APP, headers=fields.items())
            assert preflight.status == (204 if tenant == "x" else 403)
            assert preflight.vary == PREFLIGHT_VARY | {"x-tenant"}


def test_who_only_reports_varies_by_nothing(store):
    server, _ = store('CORSAllowOriginQuery "SELECT origin FROM origins WHERE '
                      "%s = 'x'\" \"%{req:X-Tenant}\"\nCORSReportOnly On\n")
    answer = server.get("/file", APP, headers={"X-Tenant": "x"})
    assert (answer.vary, answer.cors) == (set(), {})
    assert server.variables(answer) == ("allowed", APP, "ok")


def test_quotes_are_data(store):
    server, _ = store(
        'CORSAllowOriginQuery "SELECT origin FROM origins WHERE %s = \'x\'" '
        '"%{HTTP:X-Tenant}"\n')
    assert server.get("/file", APP, headers={
        "X-Tenant": "' OR '1'='1"}).cors == {}
    assert server.get("/file", APP, headers={"X-Tenant": "x"}).cors \
        == readable()


def test_several_queries(store):
    server, _ = store('CORSAllowOriginQuery "SELECT origin FROM absent '
                      'WHERE origin = %s" Origin\n' + QUERY
                      + "CORSDisallowedOrigin Deny\n")
    server.expect("no such table: absent; whom it asked for is not allowed")
    assert server.get("/file", APP).cors == readable()
    answer = server.get("/file", EVIL)
    assert (answer.status, answer.cors) == (503, {})
    assert answer.one("Cache-Control") == "no-store"
    assert counts(server)["StoreState"] == "open"


@pytest.mark.parametrize("setting, status, reason", [
    ("Serve", 200, "origin-store-unavailable"),
    ("StripCredentials", 200, "origin-store-unavailable"),
    ("Deny", 503, "origin-store-unavailable")])
def test_no_answer(store, setting, status, reason):
    server, _ = store('CORSAllowOriginQuery "SELECT absent FROM origins '
                      f'WHERE origin = %s" Origin\nCORSDisallowedOrigin '
                      f"{setting}\n")
    server.expect("no such column: absent")
    answer = server.get("/file", APP)
    assert (answer.status, answer.cors) == (status, {})
    assert server.variables(answer) == ("disallowed", None, reason)
    preflight = server.preflight("/file", APP)
    assert (preflight.status, preflight.cors) == (503, {})
    assert preflight.one("Retry-After") == "5"
    lines = explain(server, APP, "&method=PUT")
    assert (lines["Reason"], lines["Store"], lines["Status"]) == (
        reason, "unavailable", "503")


def test_no_answer_for_anonymous_reading(store):
    server, _ = store('CORSAllowOriginQuery "SELECT absent FROM origins '
                      'WHERE origin = %s" Origin\nCORSAllowAnonymous On\n')
    server.expect("no such column: absent")
    answer = server.get("/file", APP)
    assert answer.cors == {"allow-origin": "*"}
    assert answer.one("Cache-Control") == "no-store"
    assert server.variables(answer) == ("anonymous", None,
                                        "origin-store-unavailable")
    answer = server.get("/file", APP, headers={"Cookie": "a=b"})
    assert (answer.status, answer.cors) == (200, {})
    assert answer.one("Cache-Control") == "no-store"
    assert server.variables(answer) == ("disallowed", None,
                                        "origin-store-unavailable")


def test_a_table_that_comes_later(store):
    """A statement that failed to be prepared is prepared anew."""
    server, database = store('CORSAllowOriginQuery "SELECT origin FROM later '
                             'WHERE origin = %s" Origin\n')
    server.expect("no such table: later")
    assert server.get("/file", APP).cors == {}
    database.do("CREATE TABLE later AS SELECT origin FROM origins")
    assert server.get("/file", APP).cors == readable()


def test_one_file_for_each_virtual_host(store):
    """A line that hosts inherit asks the database of each, and what one was
    answered is not the other's."""
    server, database = store(
        QUERY + '<VirtualHost *>\nServerName a.example\n</VirtualHost>\n'
        '<VirtualHost *>\nServerName b.example\nDBDriver sqlite3\n'
        'DBDParams "${ROOT}/data/other.db"\nDBDMin 0\n</VirtualHost>\n')
    other = sqlite3.connect(server.folder / "data" / "other.db")
    with other:
        other.execute("CREATE TABLE origins (origin TEXT)")
    other.close()
    (server.folder / "data" / "other.db").chmod(0o666)
    assert server.get("/file", APP, host="a.example").cors == readable()
    assert server.get("/file", APP, host="b.example").cors == {}


@pytest.mark.skipif(bool(harness.MEMCHECK),
                    reason="a single process has one reader")
@harness.SEVERAL_AT_ONCE
def test_a_slow_reader_keeps_no_connection(store):
    """With two connections three downloads at a time are answered."""
    server, _ = store(QUERY + "DBDMax 2\nCORSQueryCache none\n",
                      files={"htdocs/big": "x" * 4_000_000})
    import socket
    readers = []
    for _ in range(3):
        reader = socket.create_connection(("127.0.0.1", server.port))
        reader.sendall(f"GET /big HTTP/1.1\r\nHost: api.example.com\r\n"
                       f"Origin: {APP}\r\n\r\n".encode())
        readers.append(reader)
    for reader in readers:
        reader.settimeout(harness.PATIENCE)
        assert reader.recv(12) == b"HTTP/1.1 200"
    assert server.get("/file", APP).cors == readable()
    for reader in readers:
        reader.close()


def test_two_thousand_origins_are_kept(store):
    """shmcb spreads by the first byte of an id, and all origins begin with
    the same."""
    origins = [f"https://t{i}.example.com" for i in range(2000)]
    server, database = store(QUERY + "CORSQueryCacheTime 3600\n"
                             "CORSQueryRate 1000000\n", origins=[])
    connection = sqlite3.connect(database.path)
    with connection:
        connection.executemany("INSERT INTO origins VALUES (?)",
                               [(origin,) for origin in origins])
    connection.close()
    for _ in range(2):
        for origin in origins:
            assert server.get("/file", origin).cors == readable(origin)
    assert int(counts(server)["StoreCacheHits"]) >= 1990


def test_seen(store):
    server, _ = store(QUERY + "CORSQueryCacheTime 60 10 600\n")
    assert explain(server, APP)["Store"] == "asked"
    lines = explain(server, APP)
    assert lines["Query"].endswith(lines["Policy"].rpartition("/")[2])
    assert re.fullmatch(r"fresh \d+ s", lines["Store"])
    assert "Store" not in explain(server, "null")
    metrics = server.get("/cors?metrics").body.decode()
    assert "\ncors_store_questions_total 1\n" in metrics
    assert "\ncors_store_open 1\n" in metrics
    assert "StoreQuestions" in server.get("/cors").body.decode()


def test_without_a_query_nothing_is_said(httpd):
    server = httpd(STATUS + f"CORSAllowOrigin {APP}\n")
    assert counts(server) == {}
    assert b"cors_store" not in server.get("/cors?metrics").body


def test_a_bad_size_of_the_cache_is_the_cache_s_to_say(check_config):
    status, output = check_config(
        DATABASE + QUERY + "CORSQueryCache shmcb:run/x(10)\n",
        modules=MODULES)
    assert status == 1
    assert "CORSQueryCache 'shmcb:run/x(10)'" in output


def test_what_a_query_needs(check_config):
    for modules, config, said in (
            (["socache_shmcb"], QUERY, "CORSAllowOriginQuery: mod_dbd is not "
             "loaded; write 'LoadModule dbd_module modules/mod_dbd.so'"),
            (MODULES, QUERY, "CORSAllowOriginQuery: no DBDriver in this "
             "virtual host or the main server; write DBDriver and DBDParams"),
            (["dbd"], DATABASE + QUERY, "CORSQueryCache: mod_socache_shmcb "
             "is not loaded")):
        status, output = check_config(config, modules=modules)
        assert status == 1
        assert said in output
    in_host = f"<VirtualHost *>\n{DATABASE}{QUERY}</VirtualHost>\n"
    for modules, config in (
            (["dbd"], DATABASE + QUERY + "CORSQueryCache none\n"),
            (MODULES, in_host),
            (MODULES, "<IfModule mod_dbd.c>\n" + DATABASE + "</IfModule>\n"
             + QUERY)):
        status, output = check_config(config, modules=modules)
        assert (status, output) == (0, "Syntax OK\n")


def test_bare_virtual_hosts_say_nothing_twice(httpd):
    """httpd gives those without a directive of ours what the main one has."""
    server = httpd(f"CORSAllowOrigin {APP}\n<VirtualHost *>\nServerName "
                   "a.example\n</VirtualHost>\n")
    _, output = server.test("-D", "DUMP_CORS")
    assert output.count(f"CORSAllowOrigin {APP}") == 1


def test_dump(httpd):
    server = httpd(DATABASE + QUERY + "CORSQueryCacheTime 30\n",
                   modules=MODULES)
    status, output = server.test("-D", "DUMP_CORS")
    assert status == 0, output
    assert ('CORSAllowOriginQuery "SELECT origin FROM origins WHERE origin = '
            '%s" Origin') in output
    assert "CORSQueryCacheTime 30 10 600" in output
    assert "origins.db" not in output
