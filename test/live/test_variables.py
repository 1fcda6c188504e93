# SPDX-License-Identifier: Apache-2.0
"""Where the server's own configuration can read what was decided, and what
it keeps of a request that StripCredentials has emptied."""

from client import APP, EVIL

READERS = """
    CORSAllowOrigin https://app.example.com
    RewriteEngine On
    RewriteCond %{ENV:CORS_RESULT} allowed
    RewriteRule ^ - [E=SEEN_BY_HOST_REWRITE:1]
    SetEnvIf CORS_RESULT allowed SEEN_BY_SETENVIF=1
    <Directory ${ROOT}/htdocs>
        RewriteEngine On
        RewriteCond %{ENV:CORS_RESULT} allowed
        RewriteRule ^ - [E=SEEN_BY_DIRECTORY_REWRITE:1]
        SetEnvIf CORS_RESULT allowed SEEN_BY_DIRECTORY_SETENVIF=1
        <If "reqenv('CORS_RESULT') == 'allowed'">
            Header set X-If 1
        </If>
    </Directory>
    <Location /guarded>
        Require expr %{reqenv:CORS_RESULT} == 'allowed'
    </Location>
    Header set X-Host-Rewrite 1 env=SEEN_BY_HOST_REWRITE
    Header set X-SetEnvIf 1 env=SEEN_BY_SETENVIF
    Header set X-Directory-Rewrite 1 env=SEEN_BY_DIRECTORY_REWRITE
    Header set X-Directory-SetEnvIf 1 env=SEEN_BY_DIRECTORY_SETENVIF
    Header set X-Header 1 "expr=%{reqenv:CORS_RESULT} == 'allowed'"
    """


def test_where_the_result_can_be_read(httpd):
    server = httpd(READERS, modules=["headers", "rewrite", "setenvif"],
                   files={"htdocs/file": "a file",
                          "htdocs/guarded/file": "a file"})
    headers = server.get("/file", APP).headers
    names = {name.lower() for name, _ in headers}
    assert {name for name in names if name.startswith("x-")} == {
        "x-directory-rewrite", "x-directory-setenvif", "x-header"}
    assert server.get("/guarded/file", APP).status == 200
    server.expect("AH01630")
    assert server.get("/guarded/file", EVIL).status == 403


def test_a_copy_of_the_cookie_is_not_taken(httpd):
    """SetEnvIf has read it before the module looks at the Origin."""
    server = httpd("""
        SetEnvIf Cookie "session=([^;]+)" SESSION=$1
        CORSAllowOrigin https://app.example.com
        CORSDisallowedOrigin StripCredentials
        Header set X-Copy %{SESSION}e env=SESSION
        Header set X-Cookie yes "expr=-n req('Cookie')"
        """, modules=["headers", "setenvif"], files={"htdocs/file": "a file"})
    cookie = {"Cookie": "session=secret"}
    names = dict(server.get("/file", EVIL, headers=cookie).headers)
    assert names["X-Copy"] == "secret"
    assert "X-Cookie" not in names
    names = dict(server.get("/file", APP, headers=cookie).headers)
    assert (names["X-Copy"], names["X-Cookie"]) == ("secret", "yes")
