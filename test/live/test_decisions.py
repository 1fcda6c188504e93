# SPDX-License-Identifier: Apache-2.0
"""The table of decisions: what each kind of request gets, under each MPM."""

import pytest

import harness
from client import API, APP, EVIL, PREFLIGHT_VARY, permitted, readable

SCRIPT = """#!/bin/sh
echo
echo $CORS_RESULT,$CORS_ORIGIN,$CORS_REASON
"""

CONFIG = """
ScriptAlias /script cgi/script
CORSAllowOrigin https://app.example.com
CORSAllowMethods PUT DELETE
CORSAllowHeaders X-Token Content-Type
CORSExposeHeaders X-Total
Header set X-Result "%{CORS_RESULT}e"
Header set X-Listed yes env=CORS_ORIGIN
<Location /anonymous>
    CORSAllowAnonymous On
</Location>
<Location /short>
    CORSAllowCredentials Off
    CORSMaxAge 2h
    CORSPreflightStatus 200
</Location>
<Location /any>
    CORSAllowMethods *
    CORSAllowHeaders *
</Location>
<Location /any/authorized>
    CORSAllowHeaders * Authorization
</Location>
"""

PLACES = ["", "anonymous/", "short/", "any/"]
CONFIGURED = {"expose_headers": {"x-total"}}
LISTED = {"allow_methods": {"PUT", "DELETE"},
          "allow_headers": {"x-token", "content-type"}}


@pytest.fixture(scope="module", params=harness.MPMS)
def site(module_httpd, request):
    return module_httpd(
        CONFIG, mpm=request.param, modules=["cgi", "alias", "headers"],
        files={"cgi/script": SCRIPT,
               **{f"htdocs/{place}file": "a file" for place in PLACES}})


def test_request_method_on_a_get_is_no_preflight(site):
    answer = site.get("/file", APP,
                      headers={"Access-Control-Request-Method": "PUT"})
    assert (answer.status, answer.body) == (200, b"a file")
    assert answer.cors == readable(**CONFIGURED)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE"])
def test_preflight(site, method):
    answer = site.preflight("/script", method=method, ask_headers="x-token")
    assert (answer.status, answer.body) == (204, b"")
    assert answer.cors == permitted(**LISTED)
    assert answer.vary == PREFLIGHT_VARY
    assert site.variables(answer) == ("preflight-allowed", APP, "ok")


@pytest.mark.parametrize("method, headers, reason", [
    ("PATCH", None, "method-not-listed"),
    ("put", None, "method-not-listed"),         # methods have a case
    ("get", None, "method-not-listed"),
    ("OPTIONS", None, "method-not-listed"),     # safelisted it is not
    ("", None, "method-not-listed"),
    ("P UT", None, "method-not-listed"),
    ("PUT,DELETE", None, "method-not-listed"),
    ("PUT", "x-other", "header-not-listed"),
    ("PUT", "x-token,x-other", "header-not-listed"),
    ("PUT", "authorization", "header-not-listed"),
    ("PUT", "x token", "headers-malformed"),
    ("PUT", "x-token;", "headers-malformed"),
    ("PUT", "x-token, x\xe9", "headers-malformed"),
    ("PATCH", "x token", "method-not-listed"),  # the method is judged first
])
def test_preflight_that_asks_too_much(site, method, headers, reason):
    answer = site.preflight("/script", method=method, ask_headers=headers)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.cors == permitted(**LISTED)
    assert answer.vary == PREFLIGHT_VARY
    assert site.variables(answer) == ("preflight-disallowed", APP, reason)


@pytest.mark.parametrize("origin", ["null", ""])
def test_preflight_of_no_origin(site, origin):
    answer = site.preflight("/script", origin=origin)
    assert (answer.status, answer.body) == (403, b"")
    assert answer.cors == {}
    assert answer.vary == PREFLIGHT_VARY
    assert site.variables(answer)[0] == "preflight-disallowed"


# the forms that Access-Control-Request-Headers may have

@pytest.mark.parametrize("headers", [
    [],
    [""],
    ["   "],
    [" x-token\t,\t content-type "],
    ["content-type,x-token"],
    ["X-TOKEN,Content-Type"],
    ["x-token", "content-type"],
    [",,x-token,,"],
    ["x-token,x-token"],
])
def test_request_headers_that_are_allowed(site, headers):
    answer = site.preflight("/script", headers=[
        ("Access-Control-Request-Headers", value) for value in headers])
    assert answer.status == 204
    assert answer.cors == permitted(**LISTED)
    assert site.variables(answer) == ("preflight-allowed", APP, "ok")


@pytest.mark.parametrize("headers, reason", [
    (",".join(["x-token"] * 64), "ok"),
    (",".join(["x-token"] * 65), "headers-malformed"),
    ("x-token" + "," * 63, "ok"),
    ("x-token" + "," * 64, "headers-malformed"),
    ("x-token" + " " * 4089, "ok"),
    ("x-token" + " " * 4089 + ",", "headers-malformed"),
    ("x" * 4096, "header-not-listed"),
    ("x" * 4097, "headers-malformed"),
])
def test_request_headers_have_a_limit(site, headers, reason):
    answer = site.preflight("/script", ask_headers=headers)
    result = "preflight-allowed" if reason == "ok" else "preflight-disallowed"
    assert site.variables(answer) == (result, APP, reason)
    assert answer.cors == permitted(**LISTED)


# `*` as the list

def test_any_method_names_the_one_that_was_asked(site):
    answer = site.preflight("/any/file", method="PATCH")
    assert answer.cors == permitted(allow_methods={"PATCH"})
    assert site.variables(answer) == ("preflight-allowed", APP, "ok")


@pytest.mark.parametrize("method", ["", "P UT", "PUT,DELETE"])
def test_any_method_must_be_one(site, method):
    answer = site.preflight("/any/file", method=method)
    assert answer.cors == permitted()
    assert site.variables(answer) == ("preflight-disallowed", APP,
                                      "method-not-listed")


def test_any_header_names_those_that_were_asked(site):
    answer = site.preflight("/any/file", ask_headers="x-b, x-a")
    assert answer.cors == permitted(allow_methods={"PUT"},
                                    allow_headers={"x-a", "x-b"})


def test_any_header_is_not_authorization(site):
    answer = site.preflight("/any/file", ask_headers="authorization,x-a")
    assert answer.cors == permitted(allow_methods={"PUT"},
                                    allow_headers={"x-a"})
    assert site.variables(answer) == ("preflight-disallowed", APP,
                                      "header-not-listed")


def test_authorization_that_is_named_beside_any(site):
    answer = site.preflight("/any/authorized",
                            ask_headers="Authorization, x-a")
    assert answer.cors == permitted(allow_methods={"PUT"},
                                    allow_headers={"authorization", "x-a"})
    assert site.variables(answer) == ("preflight-allowed", APP, "ok")


@pytest.mark.parametrize("headers", [
    "x a", "x-a, b@d", "x" * 4097, ",".join(["x-a"] * 65), "x-a\xff"])
def test_any_header_echoes_nothing_malformed(site, headers):
    answer = site.preflight("/any/file", ask_headers=headers)
    assert answer.cors.get("allow-headers") is None
    assert site.variables(answer) == ("preflight-disallowed", APP,
                                      "headers-malformed")


# other ways to answer

def test_maximum_age_status_and_no_credentials(site):
    answer = site.preflight("/short/file")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.cors == permitted(allow_credentials=None, max_age="7200",
                                    **LISTED)
    answer = site.get("/short/file", APP)
    assert answer.cors == readable(allow_credentials=None, **CONFIGURED)
    assert answer.vary == {"origin"}


@pytest.mark.parametrize("origin, reason", [
    (EVIL, "origin-not-listed"), ("null", "origin-null"),
    ("nonsense", "origin-malformed")])
def test_anonymous_requests_of_another_origin(site, origin, reason):
    for headers in ({}, {"Authorization": "Bearer abc"}):
        answer = site.get("/anonymous/file", origin, headers=headers)
        assert answer.status == 200
        assert answer.cors == {"allow-origin": "*",
                               "expose-headers": {"x-total"}}
        assert answer.vary == {"origin"}
        assert site.variables(answer) == ("anonymous", None, reason)


@pytest.mark.parametrize("headers", [
    {"Cookie": "a=b"}, {"Cookie": ""}, {"Authorization": "Basic YTpi"},
    {"Authorization": "Bearer"}, {"Authorization": "BearerX abc"}])
def test_anonymous_requests_carry_no_credentials(site, headers):
    answer = site.get("/anonymous/file", EVIL, headers=headers)
    assert answer.status == 200
    assert answer.cors == {}
    assert site.variables(answer) == ("disallowed", None, "credentials-sent")


def test_anonymous_preflight(site):
    answer = site.preflight("/anonymous/file", origin=EVIL,
                            ask_headers="x-token")
    assert (answer.status, answer.body) == (204, b"")
    assert answer.cors == permitted("*", allow_credentials=None, **LISTED)
    assert answer.vary == PREFLIGHT_VARY
    assert site.variables(answer) == ("anonymous", None, "origin-not-listed")


def test_anonymous_changes_nothing_for_the_listed(site):
    answer = site.get("/anonymous/file", APP, headers={"Cookie": "a=b"})
    assert answer.cors == readable(**CONFIGURED)
    assert site.variables(answer) == ("allowed", APP, "ok")


# variables

@pytest.mark.parametrize("origin, result, listed, reason", [
    (APP, "allowed", APP, "ok"),
    (EVIL, "disallowed", None, "origin-not-listed"),
    ("null", "disallowed", None, "origin-null"),
    (f"http://{API}", "same-origin", None, "ok"),
    (None, None, None, None)])
def test_variables_reach_scripts_and_mod_headers(site, origin, result,
                                                 listed, reason):
    answer = site.get("/script", origin)
    assert site.variables(answer) == (result, listed, reason)
    assert answer.body.decode() == (
        f"{result or ''},{listed or ''},{reason or ''}\n")
    assert answer.one("X-Result") == (result or "(null)")
    assert answer.one("X-Listed") == ("yes" if listed else None)
