# SPDX-License-Identifier: Apache-2.0
"""What the documents say is held against what they speak of: directives
against the table in config/directives.c, reasons against policy/reason.c,
links against the files, and every block of configuration against httpd.

A block that begins with `# refused` must not start, and what stands in the
text block behind it must be in the message. Every other one must start
without a word of warning."""

import re
import subprocess
import urllib.parse

import pytest

import client
import harness

TOP = harness.TOP
DOCUMENTS = sorted([*TOP.glob("*.md"), *TOP.glob("docs/*.md"),
                    *TOP.glob("test/**/README.md")])
DOCUMENTS = [file for file in DOCUMENTS if "node_modules" not in file.parts]
DIRECTIVES_MD = (TOP / "docs" / "directives.md").read_text("utf-8")
NAMES = [str(file.relative_to(TOP)) for file in DOCUMENTS]

# contexts and Override by what the table's rows say
PLACES = {
    "OR_FILEINFO": ("server config, virtual host, directory, .htaccess",
                    "FileInfo"),
    "RSRC_CONF|OR_AUTHCFG": (
        "server config, virtual host, directory, .htaccess", "AuthConfig"),
    "RSRC_CONF": ("server config", "not applicable"),
    "RSRC_CONF|ACCESS_CONF": ("server config, virtual host, directory",
                              "not applicable"),
}


def table():
    """Each directive of the module with its place."""
    source = (TOP / "src/config/directives.c").read_text("utf-8")
    rows = re.findall(r'AP_INIT_\w+\(\s*"(\w+)",\s*\w+,\s*[\w()]+,\s*'
                      r"([A-Z_|\s]+),", source)
    assert len(rows) == source.count("AP_INIT_")
    return {name: PLACES[re.sub(r"\s", "", place)] for name, place in rows}


def outside_of_code(text):
    return re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)


def anchors(text):
    """Those that GitHub makes of the headings."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
            for heading in re.findall(r"^#+ (.*)", outside_of_code(text),
                                      re.M)}


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name):
    file = TOP / name
    text = file.read_text("utf-8")
    for link in re.findall(r"\]\(([^)\s]+)\)", outside_of_code(text)):
        parts = urllib.parse.urlsplit(link)
        if parts.scheme:
            assert parts.scheme == "https", link
            continue
        target = (file.parent / parts.path).resolve() if parts.path else file
        assert target.exists(), link
        assert target.is_relative_to(TOP), link
        if parts.fragment:
            assert parts.fragment in anchors(target.read_text("utf-8")), link


def test_every_document_is_linked():
    linked = {(file.parent / link.split("#")[0]).resolve()
              for file in DOCUMENTS
              for link in re.findall(r"\]\(([^)\s]+)\)",
                                     file.read_text("utf-8"))}
    assert not [name for name, file in zip(NAMES, DOCUMENTS)
                if file not in linked and name != "README.md"]


# the directives

def sections():
    """The text of each directive in docs/directives.md."""
    parts = re.split(r"^## (.*)\n", DIRECTIVES_MD, flags=re.M)[1:]
    return {name: text for name, text in zip(parts[::2], parts[1::2])
            if name.startswith("CORS")}


def test_every_directive_is_documented():
    assert set(sections()) == set(table())


@pytest.mark.parametrize("name", sections())
def test_directive_is_as_documented(name):
    text = sections()[name]
    fields = dict(re.findall(r"^\| (\w+) \| (.*) \|$", text, re.M))
    assert list(fields) == ["Description", "Syntax", "Default", "Context",
                            "Override", "Module"]
    assert (fields["Context"], fields["Override"]) == table()[name]
    assert fields["Syntax"].startswith(f"`{name} ")
    assert fields["Module"] == "mod_cors_cookies"
    assert re.search(rf"^```apache\n(?!# refused)(.*\n)*? *{name} ", text,
                     re.M), "an example"


def handed_over():
    """What each word of AllowOverride hands to a hosting customer, by
    docs/security.md."""
    text = (TOP / "docs" / "security.md").read_text("utf-8")
    return {word: re.findall(r"`(CORS\w+)`", names) for word, names
            in re.findall(r"^\| `(\w+)` \| (`CORS.*) \|$", text, re.M)}


def test_what_a_customer_can_change_is_documented():
    assert {name: word for word, names in handed_over().items()
            for name in names} == {
                name: override for name, (_, override) in table().items()
                if override != "not applicable"}


def defaults():
    """As docs/directives.md has them; without a word for an empty list."""
    fields = {name: re.search(r"^\| Default \| (.*) \|$", text, re.M)[1]
              for name, text in sections().items()}
    return {name: value.replace("`", "").replace(f"{name} ", "")
            for name, value in fields.items()}


def test_defaults_are_those_of_the_module(httpd):
    """The status of a place that sets origins only describes the rest."""
    status, output = run_dump("CORSAllowOrigin https://app.example.com")
    assert status == 0
    for name, value in defaults().items():
        if name != "CORSAllowOrigin" and value not in ("none", "unset"):
            assert re.search(rf"{name}:? +{value}\b.*default", output), (
                name, output)


def run_dump(config):
    server = harness.Httpd(config)
    try:
        return server.test("-D", "DUMP_CORS")
    finally:
        server.stop()


def test_readme_has_the_same_table():
    text = (TOP / "README.md").read_text("utf-8")
    rows = dict(re.findall(
        r"^\| \[(CORS\w+)\]\([^)]*\) \| `?([\w ]+?)`? \|", text, re.M))
    assert rows == defaults()


def test_defaults_of_the_reference():
    """Where its comment names no default, the line shows it."""
    text = (TOP / "conf" / "reference.conf").read_text("utf-8")
    for comment, name, value in re.findall(
            r"((?:^# .*\n)+)#(CORS\w+) (.*)", text, re.M):
        said = re.search(r"Default: (none|unset)\.", comment)
        assert (said[1] if said else value) == defaults()[name], name


# configuration

def blocks():
    """Each block of configuration: (document, line, text, message)."""
    for name, file in zip(NAMES, DOCUMENTS):
        text = file.read_text("utf-8")
        for block in re.finditer(r"^```apache\n(.*?)^```$"
                                 r"(?:\n+```text\n(.*?)^```$)?", text,
                                 re.M | re.S):
            line = text.count("\n", 0, block.start()) + 2
            yield pytest.param(block[1], block[2], id=f"{name}:{line}")


MODULES = ["alias", "auth_basic", "authn_core", "authn_file", "authz_host",
           "authz_user", "cache", "cache_disk", "dbd", "dir", "env", "headers",
           "proxy", "proxy_http", "proxy_wstunnel", "remoteip", "rewrite",
           "setenvif", "socache_shmcb", "status", "watchdog"]


@pytest.mark.parametrize("config, message", blocks())
def test_block_is_what_it_says(check_config, config, message):
    refused = config.startswith("# refused")
    # the module is loaded already, from where it was built
    lines = re.sub(r"^LoadModule cors_cookies_module .*\n", "", config,
                   flags=re.M)
    status, output = check_config(
        lines, modules=MODULES, define={"APACHE_LOG_DIR": "logs"},
        files={"conf/origins.txt": "https://app.example.com\n"})
    if not refused:
        assert (status, output) == (0, "Syntax OK\n")
        return
    assert status == 1
    for line in message.splitlines():
        assert line in output


# the README's first minutes

README_MD = (TOP / "README.md").read_text("utf-8")


def readme_block(word):
    """The first block of configuration that has this word."""
    return next(block for block in re.findall(
        r"^```apache\n(.*?)^```$", README_MD, re.M | re.S) if word in block)


def test_the_first_lines_take_a_post_of_json(httpd):
    server = httpd(readme_block("CORSAllowOrigin"),
                   files={"htdocs/file": "a file"})
    preflight = server.preflight("/file", client.APP, "POST", "content-type")
    assert (preflight.status, preflight.cors) == (
        204, client.permitted(allow_headers={"content-type"}))
    answer = server.ask("POST", "/file", origin=client.APP, body=b"{}",
                        headers={"Content-Type": "application/json"})
    assert (answer.status, answer.cors) == (200, client.readable())


def test_what_to_ask_after_a_reload(httpd):
    """The command, run by a shell, prints what stands under it."""
    server = httpd(readme_block("CORSExposeHeaders"))
    command, expected = re.search(
        r"^(    curl (?:.+\n)+)\n.+\n\n```text\n((?:.+\n)+)```$", README_MD,
        re.M).groups()
    address = "https://api.example.com"
    assert address in command
    printed = subprocess.run(
        ["sh", "-c", command.replace(address,
                                     f"http://127.0.0.1:{server.port}")],
        check=True, stdout=subprocess.PIPE, text=True).stdout
    assert sorted(line.strip() for line in printed.splitlines()) \
        == sorted(expected.splitlines())


# reasons

def reasons():
    source = (TOP / "src" / "policy" / "reason.c").read_text("utf-8")
    names = re.findall(r'\[CORS_REASON_\w+\] = \{\s*"([\w-]+)"', source)
    assert len(names) >= 12
    return names


def test_every_reason_has_a_row():
    text = (TOP / "docs" / "troubleshooting.md").read_text("utf-8")
    rows = re.findall(r"^\| `([\w-]+)` \| .+ \| .+ \|$", text, re.M)
    assert rows == reasons()


# the version and the rest

def version():
    text = (TOP / "src" / "version.h").read_text("utf-8")
    return re.search(r'#define CORS_VERSION "(.*)"', text)[1]


def test_the_version_stands_in_one_place():
    """CHANGES begins with it; no source says it again."""
    changes = (TOP / "CHANGES").read_text("utf-8")
    assert re.search(r"^Changes with mod_cors_cookies (\S+)", changes,
                     re.M)[1] == version()
    found = subprocess.run(
        ["grep", "-rlF", f'"{version()}', "mod_cors_cookies.c", "src"],
        cwd=TOP, stdout=subprocess.PIPE, text=True).stdout.split()
    assert found == ["src/version.h"]


def test_places_of_a_directive():
    """CONTRIBUTING.md lists every file that a directive is named in, but
    for tests, examples and the file of the layer that acts on it."""
    text = (TOP / "CONTRIBUTING.md").read_text("utf-8")
    listed = {file for place in re.findall(r"^\d+\. `(.*?)`", text, re.M)
              for file in TOP.glob(place)}
    name = re.compile("CORSPreflightStatus|CORS_PREFLIGHT_STATUS"
                      "|cors_directive_preflight_status")
    named = {file for pattern in ("*.c", "src/*/*.[ch]", "conf/*.conf", "*.md",
                                  "docs/*.md")
             for file in TOP.glob(pattern)
             if name.search(file.read_text("utf-8"))}
    others = {"CONTRIBUTING.md", "docs/decision.md", "docs/refused.md",
              "src/request/enforce.c"}
    assert {str(file.relative_to(TOP)) for file in named - listed} <= others
    places = re.findall(r"^\d+\. `(.*?)`", text, re.M)
    assert not [place for place in places
                if not named & set(TOP.glob(place))]
