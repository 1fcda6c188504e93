# SPDX-License-Identifier: Apache-2.0
"""CORSCookieAttributes, read anew: what becomes of a response's Set-Cookie
fields."""

import datetime
import email.utils
import re


ORDER = ["samesite", "secure", "httponly", "partitioned"]
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class Rule:
    """One line of the directive."""

    def __init__(self, arguments):
        self.attributes, self.only = [], None
        for word in arguments:
            if word.lower().startswith("only="):
                self.only = word[5:].split(",")
            elif word.lower() != "none":
                self.attributes.append(word)
        self.attributes.sort(key=lambda word: ORDER.index(attribute(word)))

    def names(self, cookie):
        return self.only is None or any(
            cookie.startswith(name[:-1])
            if name.endswith("*")
            else cookie == name for name in self.only)


def attribute(segment):
    return segment.partition("=")[0].strip().lower()


def value(segment):
    return segment.partition("=")[2].strip()


def cookie_name(field):
    """None for what is no cookie."""
    name, equals, _ = field.partition(";")[0].partition("=")
    name = name.strip()
    return None if not equals or not name or CONTROL.search(field) else name


def is_deletion(field):
    """Max-Age wins over Expires, the last of several over the others."""
    ages = dates = ()
    for segment in field.split(";")[1:]:
        if attribute(segment) == "max-age" and re.fullmatch(
                "-?[0-9]+", value(segment)):
            ages = (int(value(segment)),)
        if attribute(segment) == "expires":
            try:
                dates = (email.utils.parsedate_to_datetime(value(segment)),)
            except ValueError:
                pass
    if ages:
        return ages[0] <= 0
    now = datetime.datetime.now(datetime.timezone.utc)
    return bool(dates) and dates[0] < now


def rewritten(field, attributes):
    """The field without these attributes wherever they stood, and with each
    of them at its end."""
    names = [attribute(word) for word in attributes]
    first, *segments = field.split(";")
    kept = [segment for segment in segments
            if attribute(segment) not in names]
    return ";".join([first, *kept, *(" " + word for word in attributes)])


class Cookies:
    """A response's Set-Cookie fields, as they are to leave.

    Under Partitioned a deletion has two halves, with the attribute and
    without, and one of them may be there already: of a cookie that several
    fields delete it is left open which field is made into which half.
    """

    def __init__(self, rules, fields):
        self.fields, self.halves = [], {}       # {a half: whose, which}
        for field in fields:
            name = cookie_name(field)
            rule = next((rule for rule in rules if name is not None
                         and rule.names(name)), None)
            words = rule.attributes if rule else []
            plain = [word for word in words
                     if attribute(word) != "partitioned"]
            if plain != words and is_deletion(field):
                cookie = identity(field)
                self.halves[rewritten(field, words)] = cookie, "partitioned"
                self.halves[rewritten(strip_partitioned(field), plain)] = \
                    cookie, "plain"
            else:
                self.fields.append(rewritten(field, words))

    def expected(self):
        return self.fields + sorted(set(map(str, self.halves.values())))

    def read(self, fields):
        """What came, in the same form."""
        return ([field for field in fields if field not in self.halves]
                + sorted({str(self.halves[field]) for field in fields
                          if field in self.halves}))


def identity(field):
    found = {"path": None, "domain": None}
    for segment in field.split(";")[1:]:
        if attribute(segment) in found:
            found[attribute(segment)] = value(segment)
    return cookie_name(field), found["path"], found["domain"]


def strip_partitioned(field):
    return ";".join(segment for segment in field.split(";")
                    if attribute(segment) != "partitioned")
