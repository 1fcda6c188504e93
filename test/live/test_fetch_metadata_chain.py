# SPDX-License-Identifier: Apache-2.0
"""CORSFetchMetadata in places that a request passes, in front of a cache,
and at the start."""

import re

import pytest

from client import APP, EVIL
from test_fetch_metadata import (COUNTS_ONLY, DOCUMENT, FIRST, IMAGE, OWN,
                                 READ, loads)

CHAIN = """
LogLevel cors_cookies:info
ErrorDocument 404 /errors/page
<Directory ${ROOT}/htdocs>
    AllowOverride All
    DirectoryIndex index.html
    FallbackResource disabled
</Directory>
<Location /plain>
    CORSAllowOrigin https://app.example.com
</Location>
<Location /first>
    CORSAllowOrigin https://first.example.com
    CORSFetchMetadata On
    CORSDisallowedOrigin StripCredentials
</Location>
<Location /front>
    CORSAllowOrigin https://front.example.com
    CORSFetchMetadata On
    CORSDisallowedOrigin Deny
</Location>
<Location /deny-only>
    CORSDisallowedOrigin Deny
</Location>
<Location /errors>
    CORSDisallowedOrigin Deny
    CORSFetchMetadata On
</Location>
<Files index.html>
    CORSAllowOrigin https://app.example.com
    CORSFetchMetadata On
    CORSDisallowedOrigin Deny
</Files>
"""
TO = ("RewriteEngine On\nRewriteRule ^to-front$ /front/file [L]\n"
      "RewriteRule ^to-deny$ /deny-only/file [L]\n")


@pytest.fixture(scope="module")
def chain(module_httpd):
    return module_httpd(CHAIN, modules=["rewrite", "dir", "mime"], allow=[
        FIRST], files={
        "htdocs/plain/.htaccess": TO, "htdocs/first/.htaccess": TO,
        "htdocs/nothing/.htaccess": TO, "htdocs/front/file": "front",
        "htdocs/deny-only/file": "deny", "htdocs/errors/page": "an error",
        "htdocs/index/index.html": "the index", "htdocs/plain/file": "plain",
        "htdocs/override/.htaccess": "CORSFetchMetadata On\n"
        "CORSDisallowedOrigin Deny\n", "htdocs/override/file": "a file"})


FIRST_PAGE, FRONT_PAGE = ("https://first.example.com",
                          "https://front.example.com")


@pytest.mark.parametrize("path, page, status, result", [
    # the first place with CORSFetchMetadata judges, not the one with a policy
    ("/plain/to-front", FRONT_PAGE, 200, "embedded"),
    ("/plain/to-front", APP, 403, "disallowed"),
    ("/nothing/to-front", FRONT_PAGE, 200, "embedded"),
    ("/nothing/to-front", EVIL, 403, "disallowed"),
    # once: the next one has its say about strangers only
    ("/first/to-front", FIRST_PAGE, 200, "embedded"),
    ("/first/to-front", FRONT_PAGE, 403, "disallowed"),
    # and so has a place without it
    ("/first/to-deny", FIRST_PAGE, 200, "embedded"),
    ("/first/to-deny", EVIL, 403, "disallowed"),
    # but by itself it judges nobody
    ("/plain/to-deny", EVIL, 200, None),
    # mod_dir puts another place into the same request
    ("/index/", APP, 200, "embedded"), ("/index/", EVIL, 403, "disallowed"),
    ("/override/file", APP, 403, "disallowed")])
def test_the_first_place_judges(chain, path, page, status, result):
    answer = chain.get(path, headers=loads("cross-site", IMAGE, page))
    assert (answer.status, chain.variables(answer)[0]) == (status, result)
    assert answer.vary == (READ if result else {"origin"})
    assert answer.cors == {}
    assert chain.get(path).status == 200


def test_an_error_document_keeps_the_judgement(chain):
    """And its place has no say."""
    for path, page, result in (("/first/none", FIRST_PAGE, "embedded"),
                               ("/first/none", EVIL, "disallowed"),
                               ("/plain/none", EVIL, None),
                               ("/none", EVIL, None)):
        answer = chain.get(path, headers=loads("cross-site", IMAGE, page))
        assert (answer.status, answer.body) == (404, b"an error")
        assert chain.variables(answer)[0] == result
        assert answer.vary == (READ if result else
                               {"origin"} if path == "/plain/none" else set())


CACHE = """
CacheQuickHandler ${QUICK}
CacheEnable disk /
CacheRoot ${ROOT}/data/cache
CacheDefaultExpire 3600
CacheIgnoreNoLastMod On
CacheStorePrivate On
ScriptAlias / ${ROOT}/cgi/script/
CORSAllowOrigin https://app.example.com
CORSFetchMetadata On
CORSDisallowedOrigin Deny
"""
STORED = """#!/bin/sh
echo "Content-Type: text/plain"
echo "Cache-Control: max-age=600"
echo
echo "$HTTP_REFERER"
"""


@pytest.mark.parametrize("quick", ["On", "Off"])
def test_a_cache_gives_nobody_the_answer_of_another(httpd, quick):
    """Whoever asks first: each is asked again behind every other."""
    server = httpd(CACHE, define={"QUICK": quick}, allow=[FIRST],
                   modules=["cache", "cache_disk", "alias", "cgi"],
                   files={"cgi/script": STORED})
    everybody = [
        (loads(), 200), (loads("same-origin", IMAGE, OWN), 200),
        (loads("cross-site", IMAGE, APP), 200),
        (loads("cross-site", IMAGE, EVIL), 403),
        (loads("cross-site", IMAGE), 403),
        (loads("cross-site", DOCUMENT, EVIL), 200),
        (loads("none", DOCUMENT), 200),
        (loads("cross-site", ("navigate", "iframe"), EVIL), 403)]
    for i, (first, _) in enumerate(everybody):
        server.get(f"/{i}", headers=first)
        for fields, status in [*everybody, *reversed(everybody)]:
            answer = server.get(f"/{i}", headers=fields)
            assert answer.status == status, (first, fields)


def test_the_start_warns_where_it_only_counts(httpd, check_config):
    _, text = check_config("CORSFetchMetadata On\n<Location /a>\n"
                           "CORSDisallowedOrigin Deny\n</Location>\n")
    assert len(re.findall(COUNTS_ONLY, text)) == 1
    httpd("CORSFetchMetadata On\n", expect=[COUNTS_ONLY],
          allow=[COUNTS_ONLY])
    for config in ("CORSFetchMetadata On\nCORSDisallowedOrigin Deny\n",
                   "CORSDisallowedOrigin Deny\n<Location /a>\n"
                   "CORSFetchMetadata On\n</Location>\n"):
        httpd(config)
