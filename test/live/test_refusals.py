# SPDX-License-Identifier: Apache-2.0
"""`httpd -t` on what is meant and on what cannot be meant."""

import pytest

ORIGINS = [
    "https://app.example.com",
    "https://app.example.com:8443",
    "https://app.example.com:*",
    "https://*.example.com",
    "https://*.example.com:*",
    "https://app.example.com.",
    "https://my_app.example.com",
    "https://xn--bcher-kva.example",
    "https://192.0.2.1",
    "https://[2001:db8::1]:8443",
    "http://localhost:3000",
    "http://*.localhost",
    "http://127.0.0.1:8080",
    "http://[::1]",
    "capacitor://localhost",
    "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
    "https://*.example.com !https://bad.example.com",
    "none",
]

# what is written, and what the message offers instead where that is known
REFUSED = [
    ("https://app.example.com/", "https://app.example.com"),
    ("https://app.example.com/path", "https://app.example.com"),
    ("https://app.example.com?query", None),
    ("https://app.example.com/?query", "https://app.example.com"),
    ("https://app.example.com#part", "https://app.example.com"),
    ("https://user@app.example.com", "https://app.example.com"),
    ("https://app.example.com:443", "https://app.example.com"),
    ("http://localhost:80", "http://localhost"),
    ("HTTPS://app.example.com", "https://app.example.com"),
    ("https://App.Example.com", "https://app.example.com"),
    ("app.example.com", "https://app.example.com"),
    ("https://app.example.com:0", None),
    ("https://app.example.com:08443", "https://app.example.com:8443"),
    ("https://app.example.com:65536", None),
    ("https://app.example.com:port", None),
    ("https://app.example.com:", "https://app.example.com"),
    ("https://", None),
    ("https://.example.com", None),
    ("https://app..example.com", None),
    (f"https://{'a' * 64}.example.com", None),
    ("https://127.1", "https://127.0.0.1"),
    ("https://0x7f.0.0.1", "https://127.0.0.1"),
    ("https://1.2.3.4.5", None),
    ("https://256.0.0.1", None),
    ("https://[0:0:0:0:0:0:0:1]", "https://[::1]"),
    ("https://[2001:DB8::1]", "https://[2001:db8::1]"),
    ("https://b\xfccher.example", "https://xn--bcher-kva.example"),
    ("file://", None),
    ("https://app.example.com,https://www.example.com", None),
    ("null", None),
    ("NULL", None),
    ("https://*", None),
    ("https://*example.com", "https://*.example.com"),
    ("https://example.*", None),
    ("https://app-*.example.com", None),
    ("*://app.example.com", None),
    ("http*://app.example.com", None),
    ("https://app.example.com:80*", None),
    ("https://**.example.com", None),
    ("https://{a,b}.example.com", None),
    ("https://*.192.0.2.1", None),
    ("capacitor://*.localhost", None),
    ("!https://app.example.com", None),     # exclusions only
    ("none https://app.example.com", None),
    ("* https://app.example.com", None),
    ("*", "CORSAllowCredentials Off"),
]


@pytest.mark.parametrize("value", ORIGINS)
def test_accepted(check_config, value):
    assert check_config(f"CORSAllowOrigin {value}") == (0, "Syntax OK\n")


@pytest.mark.parametrize("value, instead", REFUSED)
@pytest.mark.parametrize("section", ["", "Location /api"])
def test_refused(check_config, value, instead, section):
    line = f"CORSAllowOrigin {value}"
    if section:
        line = f"<{section}>\n{line}\n</Location>"
    status, output = check_config(line)
    assert status == 1, output
    assert "CORSAllowOrigin" in output
    if instead:
        # whole: not as the beginning of the value that was refused
        assert instead in output.replace(f"'{value}'", ""), output


def test_the_message_names_file_and_line(check_config):
    status, output = check_config(
        "Include more.conf",
        files={"more.conf": "\n\nCORSAllowOrigin https://app.example.com/"})
    assert status == 1
    assert "line 3 of" in output and "more.conf" in output


@pytest.mark.parametrize("lines", [
    "CORSAllowCredentials Off\nCORSAllowOrigin *",
    "CORSAllowOrigin *\nCORSAllowCredentials Off",
    "CORSAllowCredentials Off\n"
    "<Location /api>\nCORSAllowOrigin *\n</Location>",
])
def test_any_origin_without_credentials(check_config, lines):
    assert check_config(lines) == (0, "Syntax OK\n")


@pytest.mark.parametrize("lines", [
    "CORSMaxAge -1", "CORSMaxAge 1.5", "CORSMaxAge 86401", "CORSMaxAge soon",
    "CORSMaxAge 25h", "CORSPreflightStatus 201", "CORSPreflightStatus OK",
    "CORSPreflight Maybe", "CORSDisallowedOrigin Refuse",
    "CORSAllowCredentials maybe", "CORSOptions Unsafe",
    "CORSAllowMethods * PUT", "CORSAllowMethods none PUT",
    "CORSExposeHeaders none X-A", "CORSAllowHeaders none X-A",
])
def test_refused_values(check_config, lines):
    status, output = check_config(
        f"CORSAllowOrigin https://app.example.com\n{lines}")
    assert status == 1, output
    assert lines.split()[0] in output


@pytest.mark.parametrize("line", [
    "CORSMaxAge 0", "CORSMaxAge 86400", "CORSMaxAge 24h", "CORSMaxAge 10min",
    "CORSAllowMethods none", "CORSExposeHeaders *", "CORSAllowHeaders *",
    "CORSAllowHeaders * Authorization", "CORSPreflight forward",
    "CORSOptions +UnsafeInsecureOrigin -UnsafePublicSuffix",
    "CORSOptions none",
])
def test_accepted_values(check_config, line):
    assert check_config(f"CORSAllowOrigin https://app.example.com\n{line}") \
        == (0, "Syntax OK\n")


def test_refused_inside_limit(check_config):
    status, output = check_config(
        "<Location /api>\n<Limit GET>\n"
        "CORSAllowOrigin https://app.example.com\n</Limit>\n</Location>")
    assert status == 1
    assert "CORSAllowOrigin" in output and "Limit" in output
