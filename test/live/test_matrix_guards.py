# SPDX-License-Identifier: Apache-2.0
"""The matrix: behind log-ins and other guards."""

import base64
import hashlib

import pytest

import harness
import matrix
from matrix import Producer

CONFIG = """
<Location /basic>
    AuthType Basic
    AuthName private
    AuthUserFile users
    Require valid-user
</Location>
<Location /digest>
    AuthType Digest
    AuthName private
    AuthUserFile digests
    Require valid-user
</Location>
<Location /ip>
    Require ip 192.0.2.1
</Location>
<Location /denied>
    Require all denied
</Location>
<Location /compat>
    Order Allow,Deny
    Deny from all
</Location>
<Location /any>
    Order Deny,Allow
    Deny from all
    Satisfy Any
    AuthType Basic
    AuthName private
    AuthUserFile users
    Require valid-user
</Location>
<Location /any-passes>
    Order Deny,Allow
    Allow from all
    Satisfy Any
    AuthType Basic
    AuthName private
    AuthUserFile users
    Require valid-user
</Location>
<Location /limit>
    <Limit GET OPTIONS>
        Require all denied
    </Limit>
</Location>
<Location /limit-except>
    <LimitExcept POST>
        Require all denied
    </LimitExcept>
</Location>
<Location /methods>
    AllowMethods POST
</Location>
<Location /form>
    AuthType form
    AuthName private
    AuthFormProvider file
    AuthUserFile users
    Session On
    SessionCookieName session path=/
    SessionMaxAge 600
    Require valid-user
</Location>
<Location /form-redirect>
    AuthFormLoginRequiredLocation /basic/login
    AuthType form
    AuthName private
    AuthFormProvider file
    AuthUserFile users
    Session On
    SessionCookieName session path=/
    Require valid-user
</Location>
<Location /form/login>
    SetHandler form-login-handler
    AuthFormLoginSuccessLocation /welcome
</Location>
<Location /form/logout>
    SetHandler form-logout-handler
    Require all granted
    AuthFormLogoutLocation /goodbye
</Location>
<Location /form/page>
    ErrorDocument 401 /login-page
</Location>
<Location /session>
    Session On
    SessionCookieName session path=/
    SessionMaxAge 600
</Location>
<Location /html>
    ErrorDocument 401 /login-page
    AuthType Basic
    AuthName private
    AuthUserFile users
    Require valid-user
</Location>
"""

NAMES = ["basic", "digest", "ip", "denied", "compat", "any", "any-passes",
         "limit", "limit-except", "methods", "form", "form-redirect",
         "session", "html"]


def basic(user, password):
    token = base64.b64encode(f"{user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {token}"}


DIGEST = hashlib.md5(b"alice:private:secret").hexdigest()
HASH = base64.b64encode(hashlib.sha1(b"secret").digest()).decode()
FORM = b"httpd_username=alice&httpd_password=secret"

PRODUCERS = [
    Producer("mod_auth_basic, nobody", "/basic/file", 401,
             sends=(("WWW-Authenticate", 'Basic realm="private"'),)),
    Producer("mod_auth_basic, alice", "/basic/file", body=b"a file",
             headers=basic("alice", "secret")),
    Producer("mod_auth_basic, wrong password", "/basic/file", 401,
             headers=basic("alice", "wrong"), log="AH01617"),
    Producer("mod_auth_basic, ErrorDocument", "/html/file", 401,
             body=b"log in"),
    Producer("mod_auth_digest, nobody", "/digest/file", 401),
    Producer("Require ip", "/ip/file", 403, log="AH01630"),
    Producer("Require all denied", "/denied/file", 403, log="AH01630"),
    Producer("mod_access_compat", "/compat/file", 403, log="AH01797"),
    Producer("Satisfy Any, nobody", "/any/file", 401, log="AH01797"),
    Producer("Satisfy Any, alice", "/any/file", body=b"a file",
             headers=basic("alice", "secret"), log="AH01797"),
    Producer("Satisfy Any, by address", "/any-passes/file", body=b"a file"),
    Producer("<Limit>", "/limit/file", 403, post=200, log="AH01630"),
    Producer("<LimitExcept>", "/limit-except/file", 403, post=200,
             log="AH01630"),
    Producer("AllowMethods", "/methods/file", 405, post=200,
             log="AH01623"),
    Producer("mod_auth_form, nobody", "/form/file", 401),
    Producer("mod_auth_form, ErrorDocument", "/form/page", 401,
             body=b"log in"),
    Producer("mod_auth_form, redirect", "/form-redirect/file", 302),
    Producer("mod_auth_form, log-in", "/form/login", 401, post=302,
             request_body=FORM),
    Producer("mod_auth_form, log-out", "/form/logout", 307),
    Producer("mod_session_cookie", "/session/file", body=b"a file",
             cookie=True),
]

MODULES = ["auth_basic", "auth_digest", "auth_form", "authn_core",
           "authn_file", "authz_user", "authz_host", "access_compat",
           "allowmethods", "request", "session", "session_cookie", "mime"]


@pytest.fixture(scope="module", params=harness.MPMS)
def server(module_httpd, request):
    files = {f"{name}/file": "a file" for name in NAMES}
    files.update({"login-page": "log in", "form/page": "a file"})
    return module_httpd(
        matrix.config(CONFIG), mpm=request.param, modules=MODULES,
        files={"users": f"alice:{{SHA}}{HASH}\n",
               "digests": f"alice:private:{DIGEST}\n",
               **matrix.files(files)})


@pytest.mark.parametrize("producer", PRODUCERS, ids=matrix.names(PRODUCERS))
def test_cells(server, producer, record_property):
    matrix.run(server, producer, record_property)
