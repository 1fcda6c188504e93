# SPDX-License-Identifier: Apache-2.0
"""CORSCookieAttributes, read anew: what becomes of a response's Set-Cookie
fields."""

import datetime
import email.utils
import re

from oracle_since import SINCE_2

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

    @property
    def names_given(self):
        return [attribute(word) for word in self.attributes]

    def names(self, cookie):
        return self.only is None or any(
            cookie.startswith(name[:-1])
            if name.endswith("*") and "only with a star" in SINCE_2
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


def apply(rules, fields):
    """All Set-Cookie fields of a response, as they leave."""
    result = []
    pairs = Pairs(fields)
    for field in fields:
        name = cookie_name(field)
        rule = next((rule for rule in rules if name is not None
                     and rule.names(name)), None)
        if not rule or not rule.attributes:
            result.append(field)
        elif "partitioned" in rule.names_given and is_deletion(field):
            result += pairs.complete(field, rule)
        else:
            result.append(rewritten(field, rule.attributes))
    return result


class Pairs:
    """Deletions under Partitioned: a cookie, by its name, path and domain, is
    deleted with the attribute and once without. What does one half of that
    already is left to do it."""

    def __init__(self, fields):
        deletions = [field for field in fields if is_deletion(field)]
        self.partitioned = {identity(field) for field in deletions
                            if has_partitioned(field)}
        self.plain = {identity(field) for field in deletions
                      if not has_partitioned(field)}

    def complete(self, field, rule):
        cookie = identity(field)
        without = rewritten(strip_partitioned(field), [
            word for word in rule.attributes
            if attribute(word) != "partitioned"])
        if not has_partitioned(field):
            if cookie in self.partitioned:
                return [without]
            self.partitioned.add(cookie)
            return [rewritten(field, rule.attributes), without]
        if cookie in self.plain:
            return [rewritten(field, rule.attributes)]
        self.plain.add(cookie)
        return [rewritten(field, rule.attributes), without]


def identity(field):
    found = {"path": None, "domain": None}
    for segment in field.split(";")[1:]:
        if attribute(segment) in found:
            found[attribute(segment)] = value(segment)
    return cookie_name(field), found["path"], found["domain"]


def has_partitioned(field):
    return any(attribute(segment) == "partitioned"
               for segment in field.split(";")[1:])


def strip_partitioned(field):
    return ";".join(segment for segment in field.split(";")
                    if attribute(segment) != "partitioned")
