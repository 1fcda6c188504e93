# SPDX-License-Identifier: Apache-2.0
"""Random requests: of listed origins, of near misses, of none; with and
without credentials; preflights that browsers send, and others."""

import functools

import words
from oracle_request import Request

BASIC = "Basic YWxpY2U6c2VjcmV0"        # alice:secret
METHODS = ["GET"] * 18 + ["HEAD"] * 4 + ["POST"] * 6 + [
    "OPTIONS", "PUT", "PUT", "DELETE", "PATCH", "PROPFIND", "BREW"]
CREDENTIALS = [[]] * 14 + [[("Cookie", "sid=1; lang=de")]] * 4 + [
    [("Authorization", BASIC)], [("Authorization", BASIC)],
    [("Authorization", "Basic d3Jvbmc6d3Jvbmc=")],
    [("Authorization", "Bearer abc.def")], [("Authorization", "bearer abc")],
    [("Authorization", "Bearers abc")],
    [("Authorization", "Digest username=\"alice\"")],
    [("Cookie", "sid=1"), ("Authorization", BASIC)],
    [("Cookie", "sid=1"), ("Authorization", "Bearer abc")],
    [("cookie", "a=1"), ("COOKIE", "b=2")], [("Cookie", "")],
    [("Authorization", "Bearer abc"), ("Authorization", BASIC)],
    [("Authorization", "Bearer")],
]
SITES = ["same-origin", "none", "cross-site", "same-site", "", "other",
         "same-origin, cross-site"]
HOSTS = [words.OWN] * 8 + ["host0.example.com"] * 4 + [
    "host1.example.com"] * 4 + [f"{words.OWN}:80", f"{words.OWN}:8443",
                                f"{words.OWN}:443"]
CONDITIONS = [
    ("If-None-Match", "*"), ("Range", "bytes=0-4"), ("Range", "bytes=9999-"),
    ("If-Modified-Since", "Fri, 01 Jan 2021 00:00:00 GMT"),
    ("If-Match", "\"other\"")]
FURTHER = [
    ("X-Flag", "1"), ("X-Flag", "2"), ("Accept-Encoding", "gzip"),
    ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "evil.example"),
    ("Access-Control-Request-Headers", "x-a"),
    ("Access-Control-Request-Private-Network", "true")]
METADATA = {
    "Sec-Fetch-Site": ["cross-site"] * 4 + ["same-site"] * 2 + SITES,
    "Sec-Fetch-Mode": ["navigate", "navigate", "no-cors", "cors", "x"],
    "Sec-Fetch-Dest": ["document", "empty", "image", "iframe", "script", ""]}
PURPOSES = ["prefetch", "prefetch;prerender", ""]
PATHS = ["", "/", "/", "/page?a=b", "/page#x", "?x", "/@evil.example/"]
ASKED_METHODS = ["GET", "HEAD", "POST", "PUT", "PUT", "DELETE", "PATCH",
                 "put", "get", "patch", "PROPFIND", "M-SEARCH", "OPTIONS", "",
                 "BAD METHOD", "PUT,DELETE", "*", "G\xc4T", "P" * 200, "\"X\""]
ASKED_HEADERS = [
    "", " ", ",", ", ,", "x-a;b", "x-a:", "x a", "x-\xe4", "*", "x-a,*",
    "authorization", "content-type, authorization", "x-a,", ",x-a",
    "x-a, x-a", "x-csrf-token,x-evil", "X-A ,\tX-CSRF-TOKEN",
    ", ".join(["x-a"] * 64), ", ".join(["x-a"] * 65), "x-a" + "," * 63,
    "x-a" + "," * 64, "cookie",
    "\"x-a\"", "accept", "x-lower_case, if-match",
    "x-b, x-a, Authorization"]
LONG_HEADERS = [
    "x-" + "a" * 4094, "x-" + "a" * 4095, "x-a" + " " * 4090 + ",x-b",
    "x-a" + " " * 4091 + ",x-b", ",".join(f"x-{n:060}" for n in range(65))]


@functools.lru_cache(None)
def allowed_origins(policy):
    return [origin for origin in sorted(set(words.ORIGINS))
            if policy.judge_origin(origin) == "ok"]


def nearly(rng, origin):
    """An origin that is not quite this one."""
    scheme, _, host = origin.partition("://")
    return rng.choice([
        origin + ".", origin + "x", origin + "0", origin + ":1",
        origin + ".evil.example", origin + "/", origin[:-1], origin.upper(),
        origin + {"https": ":443", "http": ":80"}.get(scheme, ":1"),
        f"{scheme}://a.{host}", f"{scheme}://x{host}", f"{scheme}://-{host}",
        f"http://{host}", f"https://{host}", host,
        f"{scheme}://{host.replace('.', 'x', 1)}",
        f"{scheme}://{host.partition('.')[2]}",
        f"{scheme}://evil.example/{host}", f"{scheme}://evil.example#{host}"])


def random_origins(rng, policy):
    """Those of the Origin fields: one in three is allowed, one in seven
    nearly."""
    chance, allowed = rng.random(), allowed_origins(policy)
    if chance < .12:
        return []
    if allowed and chance < .6:
        origin = rng.choice(allowed)
        return [origin if chance < .46 else nearly(rng, origin)]
    if chance < .82:
        return [rng.choice(words.ORIGINS)]
    if chance < .97:
        return [rng.choice(words.NEAR_MISSES)]
    return [rng.choice(words.ORIGINS), rng.choice(words.ORIGINS)]


def random_metadata(rng):
    """What browsers say of a request that carries no Origin, or not."""
    fields = []
    for name, values in METADATA.items():
        if rng.random() < .6:
            fields.append((name, rng.choice(values)))
    if rng.random() < .15:
        fields.append(("Sec-Purpose", rng.choice(PURPOSES)))
    return fields


def random_request(rng, url, policy_of, conditions=True):
    """A request for this URL. policy_of: tells which policy will judge a
    GET."""
    fields = [("Host", rng.choice(HOSTS))]
    version = "1.0" if rng.random() < .06 else "1.1"
    if version == "1.0":
        fields = fields if rng.random() < .5 else []
        fields.append(("Connection", "keep-alive"))
    policy = policy_of(Request("GET", url, fields))
    origins = random_origins(rng, policy)
    fields += [(rng.choice(["Origin", "Origin", "origin"]), origin)
               for origin in origins]
    if not origins or rng.random() < .05:
        fields += random_metadata(rng)
        referers = random_origins(rng, policy)
        fields += [("Referer", referer + rng.choice(PATHS))
                   for referer in referers[:1]]
    elif rng.random() < .15:
        fields.append(("Sec-Fetch-Site", rng.choice(SITES)))
    fields += rng.choice(CREDENTIALS)
    fields += [field for field in FURTHER if rng.random() < .05]
    method = rng.choice(METHODS)
    if rng.random() < .28:
        method = "OPTIONS" if rng.random() < .96 else method
        fields += preflight_fields(rng, policy)
    if conditions and rng.random() < .15:
        fields.append(rng.choice(CONDITIONS))
    if rng.random() < .03 and version == "1.1":
        fields += [("Upgrade", "websocket"), ("Connection", "Upgrade")]
    rng.shuffle(fields)
    return Request(method, url, fields, version)


def preflight_fields(rng, policy):
    """As browsers send them for what the policy allows, or for other names;
    or as no browser does."""
    fields = []
    methods, headers = ASKED_METHODS, words.HEADERS
    if rng.random() < .5:
        methods = ["GET", "POST", *without_star(policy.methods)]
        headers = without_star(policy.headers) or headers
    if rng.random() < .97:
        fields.append(("Access-Control-Request-Method", rng.choice(methods)))
    chance = rng.random()
    if chance < .4:
        names = rng.sample(headers, rng.randrange(len(headers)) + 1)
        fields.append(("Access-Control-Request-Headers",
                       rng.choice([",", ", ", " , "]).join(
                           rng.choice([str.lower, str.upper])(name)
                           for name in names)))
    elif chance < .45:
        fields.append(("Access-Control-Request-Headers",
                       rng.choice(LONG_HEADERS)))
    elif chance < .7:
        for _ in range(rng.choice([1, 1, 1, 2])):
            fields.append(("Access-Control-Request-Headers",
                           rng.choice(ASKED_HEADERS)))
    return fields


def without_star(names):
    return [name for name in names if name != "*"]
