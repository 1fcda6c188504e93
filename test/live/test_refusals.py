# SPDX-License-Identifier: Apache-2.0
"""test/refusals.txt through httpd: each row as a .htaccess file of one
running server, and through `httpd -t`: all that is accepted in one process,
what is refused by samples in a process each."""

import concurrent.futures
import os
import re

import pytest

from harness import TOP, Httpd
from installed import is_trunk
from refusals import ROWS

# the files that rows name below files/
FILES = {f"files/{name}": text for name, text in {
    "good": "# origins\n\nhttps://a.example.com\n  https://b.example.com  \n"
            "https://*.c.example.com:* # subdomains\r\n",
    "more": "https://d.example.com",
    "empty": "",
    "comments": "# nothing\n\n   \n#https://a.example.com\n",
    "only-exclusions": "!https://a.example.com\n",
    "path": "https://a.example.com\n\nhttps://b.example.com/\n",
    "two": "https://a.example.com https://b.example.com\n",
    "quoted": "'https://a.example.com'\n",
    "star": "*\n",
    "nobody": "none\n",
    "nobody-else": "https://a.example.com\nnone\n",
    "null": "null\n",
    "insecure": "https://a.example.com\nhttp://b.example.com\n",
    "suffix": "https://*.com\n",
}.items()}

IN_HTACCESS = [row for row in ROWS if row.section != "[server]"]


def judge(config):
    """`httpd -t`: (exit status, what it printed)."""
    server = Httpd("Include row.conf", files=FILES)
    try:
        (server.folder / "row.conf").write_bytes(config)
        status, output = server.test()
        # of a <Directory> that does not exist a new httpd warns
        return status, re.sub(r"AH10234: .*\n", "", output)
    finally:
        server.stop()


def judge_all(configs):
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(judge, configs))


def check_message(row, text):
    """Does it name the directive, what is wrong, and what to write?"""
    assert re.search(r"\bCORS\w+\b", text), text
    assert row.message in text, text
    if row.cure:
        assert re.search(rf"; write (CORS\w+ )?{re.escape(row.cure)}$", text,
                         re.MULTILINE), text
    else:
        assert not re.search(r"; write (!?[a-z]+://\S+|CORS\w+)$", text,
                             re.MULTILINE), text


@pytest.fixture(scope="module")
def verdicts(module_httpd):
    """By row: the status of a request to a place whose .htaccess it is, and
    what the error log says of it."""
    site = module_httpd("<Directory />\nAllowOverride All\n</Directory>")
    for row in IN_HTACCESS:
        place = site.folder / "htdocs" / str(row.number)
        place.mkdir()
        (place / "file").write_text("a file")
        (place / ".htaccess").write_bytes(row.config)
    site.expect(r"/\.htaccess:")
    statuses = {row.number: site.get(f"/{row.number}/file").status
                for row in IN_HTACCESS}
    said = {row.number: "" for row in IN_HTACCESS}
    for line in site.error_log():
        place = re.search(r"/htdocs/(\d+)/\.htaccess:(?:\d+:)? (.*)", line)
        if place:
            said[int(place[1])] += place[2] + "\n"
    return {number: (statuses[number], said[number]) for number in said}


@pytest.mark.parametrize("row", IN_HTACCESS, ids=str)
def test_in_htaccess(verdicts, row):
    status, said = verdicts[row.number]
    if row.message:
        assert status == 500
        check_message(row, said)
    else:
        assert (status, said) == (200, "")


def test_htaccess_names_no_file(httpd):
    """Who may write it may not have the server read any file."""
    server = httpd("<Directory />\nAllowOverride All\n</Directory>", files={
        **FILES, "htdocs/.htaccess": "CORSAllowOriginFile files/good",
        "htdocs/file": "a file"})
    server.expect("CORSAllowOriginFile not allowed here")
    assert server.get("/file").status == 500


def sample():
    """The first refused row of each group, and all that only a server can
    say."""
    groups = {}
    for row in ROWS:
        if row.message:
            groups.setdefault(row.group, row)
    return [row for row in ROWS if row.message
            and (row.section == "[server]" or groups[row.group] is row)]


def test_refused_by_the_configuration_check():
    rows = sample()
    assert len(rows) > 50
    for row, (status, output) in zip(rows, judge_all(
            row.config for row in rows)):
        assert status == 1, row
        check_message(row, output)
        assert re.search(r"line \d+ of \S+", output), output


def section(number, lines):
    return b'<Location "/%d">\n%s</Location>\n' % (number, lines)


def test_accepted_by_the_configuration_check():
    rows = [row for row in IN_HTACCESS
            if not row.message and not row.warning]
    assert len(rows) > 150
    assert judge(b"".join(section(row.number, row.config)
                          for row in rows)) == (0, "Syntax OK\n")


def test_accepted_in_the_server_alone():
    rows = [row for row in ROWS if row.section == "[server]"
            and not row.message and not row.warning]
    assert len(rows) > 10
    for row, verdict in zip(rows, judge_all(row.config for row in rows)):
        assert verdict == (0, "Syntax OK\n"), row


def test_warned_of():
    rows = [row for row in ROWS if row.warning]
    for row, (status, output) in zip(rows, judge_all(
            row.config for row in rows)):
        assert status == 0, output
        assert row.warning in output and "line 1 of" in output, output


def cured(row):
    """The row's configuration with the cure in the place of the value."""
    directive = row.written.split()[0]
    cure = row.cure
    if cure.startswith("CORS"):     # another directive's
        directive, _, cure = cure.partition(" ")
    lines = [f"{directive} {cure}"]
    if cure.startswith("!"):
        lines.append("CORSAllowOrigin https://beside.example")
    if row.needs_option:
        lines.append(f"CORSOptions {row.needs_option}")
    if directive == "CORSCookieAttributes":
        lines.append("CORSDisallowedOrigin Deny")
    return "".join(line + "\n" for line in lines).encode()


def test_each_cure_is_accepted():
    rows = [row for row in IN_HTACCESS if row.cure]
    assert len(rows) > 150
    assert judge(b"".join(section(row.number, cured(row)) for row in rows)) \
        == (0, "Syntax OK\n")


PAGE = (TOP / "docs" / "refused.md").read_text("utf-8")


def test_the_page_has_every_message():
    text = " ".join(PAGE.split())
    missing = {row.message or row.warning for row in ROWS
               if row.message or row.warning} - {""}
    assert not {message for message in missing if message not in text}


def test_the_page_quotes_httpd(verdicts):
    """Each message in a block of the page is one that httpd wrote."""
    said = "".join(text for _, text in verdicts.values())
    for _, output in judge_all(row.config for row in ROWS
                               if row.section == "[server]"):
        said += re.sub(r"/tmp/cors-\w+/", "/etc/apache2/", output)
    if is_trunk():      # httpd's own word for an expression without its end
        said = said.replace("': Unterminated variable\n",
                            "': Unterminated string or variable\n")
    quoted = [line for block in PAGE.split("```")[1::2]
              for line in block.splitlines() if line.startswith("CORS")]
    assert len(quoted) > 50
    unsaid = set(quoted) - set(said.splitlines())
    assert not unsaid, "\n".join(unsaid)


def test_the_message_names_file_and_line(check_config):
    status, output = check_config(
        "Include more.conf",
        files={"more.conf": "\n\nCORSAllowOrigin https://app.example.com/"})
    assert status == 1
    assert "line 3 of" in output and "more.conf" in output


def test_the_line_blamed_is_the_value_s(check_config):
    """What is known after reading only is reported where it stands."""
    status, output = check_config(
        "Include more.conf",
        files={"more.conf": "CORSAllowMethods PUT\n"
                            "CORSAllowOrigin https://app.example.com\n"
                            "CORSAllowOrigin http://app.example.com\n"})
    assert status == 1
    assert re.search(r"line 3 of \S+more\.conf", output), output
    assert "'http://app.example.com'" in output
