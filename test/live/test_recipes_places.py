# SPDX-License-Identifier: Apache-2.0
"""Recipes of which origins, which places and which requests; see
test_recipes.py."""

import os
import socket

from client import APP, EVIL, ask, permitted, readable, request_text

ADMIN = "https://admin.example.com"
UPGRADE = {"Connection": "Upgrade", "Upgrade": "websocket",
           "Sec-WebSocket-Version": "13",
           "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}


def test_previews(recipe):
    site = recipe()
    for host in ("pr-17.preview", "pr-a-b_c.preview", "login-form-dev"):
        origin = f"https://{host}.example.com"
        assert site.get("/file", origin).cors == readable(origin)
        assert site.preflight("/file", origin, "PATCH",
                              "content-type").cors == permitted(
            origin, allow_methods={"PUT", "PATCH", "DELETE"},
            allow_headers={"content-type"})
    for host in ("pr-.preview", "pr-1.a.preview", "preview", "xpr-1.preview",
                 "-dev", "a.b-dev", "dev", "devil-devil"):
        assert site.get("/file", f"https://{host}.example.com").status == 403


def test_one_list(recipe):
    places = ("orders", "invoices", "basket", "files", "reports")
    site = recipe(
        {"/etc/apache2/origins.txt": "${ROOT}/origins.txt"},
        files={"origins.txt": f"# the apps\n{APP}\n{ADMIN}\n",
               **{f"htdocs/{place}/file": "a file" for place in places}},
        environment={"CORS_ORIGINS": f"{APP} {ADMIN}"})
    for place in places:
        for origin in (APP, ADMIN):
            assert site.get(f"/{place}/file", origin).cors == readable(origin)
        assert site.get(f"/{place}/file", EVIL).cors == {}
    accounting = "https://accounting.example.com"
    assert site.get("/invoices/file", accounting).cors == readable(accounting)
    assert site.get("/orders/file", accounting).cors == {}
    assert site.preflight("/basket/file", APP, "DELETE",
                          "content-type").cors == permitted(
        allow_methods={"PUT", "DELETE"}, allow_headers={"content-type"})


def test_without_cors(recipe, backend):
    """To the byte: the application's own headers, and its own preflights."""
    site = recipe(modules=["proxy", "proxy_http"], behind=(
        f"ProxyPass /public-api http://127.0.0.1:{backend.port}/\n"))
    own = ("?header=Access-Control-Allow-Origin:%20*"
           "&header=Vary:%20Accept")
    for origin in (APP, EVIL, None):
        answer = site.get(f"/public-api/x{own}", origin)
        assert (answer.status, answer.cors, answer.vary) == (
            200, {"allow-origin": "*"}, {"accept"})
        assert site.variables(answer) == (None, None, None)
    backend.forget()
    assert site.preflight(f"/public-api/x{own}", EVIL).cors == {
        "allow-origin": "*"}
    assert [request["method"] for request in backend.requests()] == [
        "OPTIONS"]
    assert site.get("/file", APP).cors == readable()
    assert site.get("/file", EVIL).status == 403


def test_safe_methods(recipe):
    site = recipe(allow=[r"AH01630: client denied by server configuration"])
    own = f"http://localhost:{site.port}"
    host = {"host": f"localhost:{site.port}"}
    for method in ("GET", "HEAD"):
        for origin, cors in ((APP, readable()), (EVIL, {}), (None, {})):
            answer = site.ask(method, "/file", origin=origin)
            assert (answer.status, answer.cors) == (200, cors)
    answer = site.ask("POST", "/file", origin=APP, body=b"a=b")
    assert (answer.status, answer.cors) == (200, readable())
    assert site.ask("POST", "/file", origin=own, **host).status == 200
    for method in ("POST", "PUT", "DELETE"):
        for origin in (EVIL, "null", None):
            assert site.ask(method, "/file", origin=origin).status == 403
    assert site.get("/file", EVIL, headers=UPGRADE).status == 403
    assert site.preflight("/file", EVIL).status == 403
    assert site.preflight("/file", APP, "PUT", "content-type").cors == \
        permitted(allow_methods={"PUT", "DELETE"},
                  allow_headers={"content-type"})
    assert site.ask("OPTIONS", "/file").status == 200


def test_media(recipe):
    site = recipe(files={"htdocs/films/a.mp4": "0123456789"})
    # the tag of a file that has just been written is weak
    os.utime(site.folder / "htdocs/films/a.mp4", (1e9, 1e9))
    exposed = readable(expose_headers={"content-range", "accept-ranges",
                                       "etag"})
    whole = site.get("/films/a.mp4", APP)
    assert (whole.status, whole.cors) == (200, exposed)
    piece = {"Range": "bytes=2-4"}
    same = {**piece, "If-Range": whole.one("ETag")}
    for headers in (piece, same):
        answer = site.get("/films/a.mp4", APP, headers=headers)
        assert (answer.status, answer.body) == (206, b"234")
        assert answer.one("Content-Range") == "bytes 2-4/10"
        assert answer.cors == exposed
        assert site.get("/films/a.mp4", EVIL, headers=headers).cors == {}
    another = {**piece, "If-Range": '"another"'}
    assert site.get("/films/a.mp4", APP, headers=another).status == 200
    answer = site.get("/films/a.mp4", APP, headers={"Range": "bytes=20-"})
    assert (answer.status, answer.cors) == (416, exposed)
    answer = site.preflight("/films/a.mp4", APP, "GET", "if-range,range")
    assert answer.cors == permitted(allow_headers={"range", "if-range"})


def test_event_streams(recipe, backend):
    site = recipe({"127.0.0.1:8080": f"127.0.0.1:{backend.port}"})
    _, request = request_text("GET", "/events?stream=1", [
        ("Host", "api.example.com"), ("Origin", APP),
        ("Accept", "text/event-stream")])
    with socket.create_connection(("127.0.0.1", site.port), 20) as stream:
        stream.sendall(request)
        received = b""
        while b"data: 1" not in received:   # the stream is still open there
            received += stream.recv(4096) or end_of(received)
        assert f"Access-Control-Allow-Origin: {APP}".encode() in received
        assert b"data: 2" not in received
        ask(backend.port, path="/?release=1")
        while b"data: 2" not in received:
            received += stream.recv(4096) or end_of(received)
    assert site.preflight("/events", APP, "GET",
                          "cache-control,last-event-id").cors == permitted(
        allow_headers={"cache-control", "last-event-id"})
    assert site.preflight("/beacon", APP, "POST",
                          "content-type").cors == permitted(
        allow_headers={"content-type"})
    backend.forget()
    json = {"Content-Type": "application/json", "Cookie": "session=1"}
    answer = site.ask("POST", "/beacon", origin=APP, headers=json, body=b"{}")
    assert (answer.status, answer.cors) == (200, readable())
    assert site.ask("POST", "/beacon", origin=EVIL, headers=json,
                    body=b"{}").status == 403
    assert [request["body"] for request in backend.requests()] == ["{}"]


def end_of(received):
    raise AssertionError(f"the stream ended: {received}")
