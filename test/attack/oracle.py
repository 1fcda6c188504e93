# SPDX-License-Identifier: Apache-2.0
"""A second reading of what the module promises: how a request is judged, and
what is answered. It was written without a look at the source, so that what
this file and the module disagree about is a fault of one of them, or of the
promise.

`judge(request, policy)` is the verdict of one place, `follow(request, chain)`
what becomes of the request on its way through the places of its chain, and
`expect(...)` the answer, made from the one that the same server gives without
the module.
"""

import dataclasses
import re

import oracle_cookies
import oracle_embedded
import oracle_origin
from oracle_request import Request

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
SIMPLE_METHODS = {"GET", "HEAD", "POST"}
OWNED = {"access-control-" + name for name in (
    "allow-origin", "allow-credentials", "allow-methods", "allow-headers",
    "expose-headers", "max-age")}
PREFLIGHT_VARY = ["access-control-request-method",
                  "access-control-request-headers"]
MOST_NAMES, MOST_BYTES = 64, 4096
# what httpd adds behind the module, so that * need not name it
LATE = {"date", "server", "connection", "keep-alive", "transfer-encoding",
        "content-length", "content-range", "content-type"}


@dataclasses.dataclass
class Verdict:
    """What is known of a request once it was judged."""
    result: str = None          # CORS_RESULT and its kin; None: unset
    reason: str = None
    origin: str = None
    anonymous: bool = False     # allowed without credentials only
    readable: str = None        # Access-Control-Allow-Origin; None: none
    refused: bool = False       # CORSDisallowedOrigin concerns it
    methods: list = None        # of a preflight: what is allowed
    headers: list = None

    @property
    def variables(self):
        return self.result, self.origin, self.reason


def judge(request, policy):
    """The verdict of a place that has a policy."""
    verdict = Verdict()
    if request.origin is None:
        verdict.readable = "*" if policy.everybody else None
        if policy.fetch_metadata:
            oracle_embedded.judge(request, policy, verdict)
        return verdict
    reason = policy.judge_origin(request.origin)
    preflight = "preflight-" if request.is_preflight else ""
    if reason == "ok":
        verdict.result, verdict.reason = preflight + "allowed", "ok"
        verdict.readable = "*" if policy.everybody else request.origin
        if is_serialised(request.origin):
            verdict.origin = request.origin
    elif request.is_own:
        verdict.result, verdict.reason = "same-origin", "ok"
    elif (policy.anonymous and not policy.invalid
          and not request.has_credentials):
        verdict.result, verdict.reason = "anonymous", reason
        verdict.anonymous = True
        verdict.readable = "*"
    else:
        verdict.result, verdict.reason = preflight + "disallowed", reason
        verdict.refused = True
        if policy.anonymous and not policy.invalid:
            verdict.reason = "credentials-sent"
    if request.is_preflight and verdict.readable and not policy.forward:
        judge_preflight(request, policy, verdict)
    return verdict


def is_serialised(origin):
    return origin == "null" or oracle_origin.parse(origin) is not None


def judge_preflight(request, policy, verdict):
    """Its method and headers, in this order."""
    method = request.field("access-control-request-method")
    listed = [name for name in policy.methods if name != "*"]
    any_method = "*" in policy.methods
    allowed = bool(TOKEN.fullmatch(method)) and (
        any_method or method in SIMPLE_METHODS or method in listed)
    verdict.methods = ([method] if any_method and allowed else listed)
    names = asked_headers(request)
    any_header = "*" in policy.headers
    listed = [name for name in policy.headers if name != "*"]
    fine = [name for name in names or [] if name in listed
            or any_header and name != "authorization"]
    verdict.headers = fine if any_header else listed
    reason = None
    if not allowed:
        reason = "method-not-listed"
    elif names is None:
        reason = "headers-malformed"
    elif len(fine) < len(names):
        reason = "header-not-listed"
    if reason:
        verdict.result, verdict.reason = "preflight-disallowed", reason


def asked_headers(request):
    """The names in lower case, None where they cannot be read."""
    asked = request.field("access-control-request-headers") or ""
    elements = [element.strip(" \t") for element in asked.split(",")]
    if len(asked) > MOST_BYTES or len(elements) > MOST_NAMES:
        return None
    names = [element.lower() for element in elements if element]
    return names if all(map(TOKEN.fullmatch, names)) else None


@dataclasses.dataclass
class Stage:
    """One place of a chain of internal redirects."""
    policy: object
    method: str                 # that the request has here
    step: object                # what is said of it there
    reads: set = None           # headers that an <If> looks at


@dataclasses.dataclass
class Course:
    """What became of a request on its way."""
    judge: object = None        # the policy that judged, None without one
    request: object = None      # as it was at that place
    judged_at: int = None
    reads: set = frozenset()    # what a backend's answer may not take away
    verdict: Verdict = None
    cookies: object = None      # the first that has CORSCookieAttributes
    answered: bool = False      # a preflight, by the module
    denied: bool = False
    denied_at: int = None
    stripped_at: int = None     # where its credentials were taken out
    no_cookies: bool = False    # nor does its answer set any, by some place
    passed: int = 0             # places that it went through
    broken: bool = False        # by a .htaccess that httpd refuses


def follow(request, chain, may_enter):
    """chain: its stages; may_enter: whether httpd's own guard of a stage
    lets the request in, with or without its credentials."""
    course = Course(verdict=Verdict())
    for index, stage in enumerate(chain):
        if stage.step.broken:
            course.broken = True
            return course
        policy = stage.policy
        if stage.step.forward:
            course.passed += 1
            continue
        if stage.step.same and course.cookies is chain[index - 1].policy:
            course.cookies = None
        if policy.cookies is not None and not course.cookies:
            course.cookies = policy
        here = Request(stage.method, request.target, request.headers,
                       scheme=request.scheme)
        if policy.exists and (not course.judge or embeds(course, policy)):
            course.judge, course.request = policy, here
            course.judged_at, course.verdict = index, judge(here, policy)
            if here.is_preflight and not (policy.report_only
                                          or policy.forward):
                course.answered = True
                return course
        if policy.exists and not policy.report_only:
            enforce(course, policy, stage, request, index)
            if course.denied:
                course.answered = (course.request.is_preflight
                                   and policy.disallowed == "Deny")
                return course
        if not may_enter(stage, course.stripped_at is not None):
            return course
        course.passed += 1
    return course


def embeds(course, policy):
    """Whether this place judges anew: of what has no Origin the first one
    with CORSFetchMetadata is the judge."""
    return (course.request.origin is None and policy.fetch_metadata
            and not course.judge.fetch_metadata)


def enforce(course, policy, stage, request, index):
    """CORSDisallowedOrigin of one place, upon the one judgement."""
    if not course.verdict.refused or policy.disallowed == "Serve":
        return
    guard = stage.step.guard
    cannot_strip = (request.upgrades() or guard.auth == "Digest"
                    or stage.step.same and guard.require == "user"
                    or request.origin is None
                    and request.field("sec-purpose") is not None)
    if policy.disallowed == "StripCredentials":
        course.no_cookies = True
    if stage.step.early:        # who redirects there comes first
        return
    if policy.disallowed == "Deny" or cannot_strip:
        course.denied, course.denied_at = True, index
    elif course.stripped_at is None:
        course.stripped_at = index


class Expected:
    """An answer. None for what is left to others."""

    def __init__(self, status, owned, vary, cookies):
        self.status = status
        self.owned = owned      # {name: value, a set of names, or EXPOSED}
        self.vary = vary        # the members, as a set
        self.cookies = cookies  # oracle_cookies.Cookies


EXPOSED = object()      # the names of the response's own headers


def expect(course, bare):
    """bare: the answer without the module (status, fields), of the handler or
    of httpd's own 403; None for an answered preflight."""
    judge_, verdict = course.judge, course.verdict
    if course.answered:
        return answer_preflight(course)
    cookies = expected_cookies(course, bare)
    if not judge_:
        return Expected(bare.status, others_owned(bare, everything=True),
                        bare.vary, cookies)
    vary = add_vary(bare.vary, course)
    if judge_.report_only:
        if not course.denied and course.stripped_at is None:
            vary = bare.vary
        return Expected(bare.status, others_owned(bare, everything=True),
                        vary, cookies)
    owned = others_owned(bare, everything=False)
    owned.update(readable(judge_, verdict, course.request, bare))
    return Expected(bare.status, owned, vary, cookies)


def answer_preflight(course):
    policy, verdict = course.judge, course.verdict
    vary = add_vary(set(), course)
    if not verdict.readable:
        return Expected(403, {}, vary, oracle_cookies.Cookies([], []))
    owned = allow(policy, verdict)
    owned["access-control-max-age"] = str(policy.max_age)
    if verdict.methods:
        owned["access-control-allow-methods"] = set(verdict.methods)
    if verdict.headers:
        owned["access-control-allow-headers"] = set(verdict.headers)
    return Expected(policy.preflight_status, owned, vary,
                    oracle_cookies.Cookies([], []))


def allow(policy, verdict):
    """Allow-Origin and Allow-Credentials."""
    fields = {"access-control-allow-origin": verdict.readable}
    if policy.credentials and not verdict.anonymous:
        fields["access-control-allow-credentials"] = "true"
    return fields


def readable(policy, verdict, request, bare):
    """The owned fields of an answer that is no answered preflight's."""
    if not verdict.readable:
        return {}
    fields = allow(policy, verdict)
    if request.is_preflight:        # forwarded
        for name in ("allow-methods", "allow-headers", "max-age"):
            name = "access-control-" + name
            if bare.all(name):
                fields[name] = bare.all(name)
        return fields
    exposed = expose(policy, verdict, request, bare)
    if exposed:
        fields["access-control-expose-headers"] = exposed
    return fields


def expose(policy, verdict, request, bare):
    if policy.expose is None:
        own = ", ".join(bare.all("access-control-expose-headers"))
        return members(own) if own else None
    if policy.expose == ["none"]:
        return None
    if policy.expose != ["*"]:
        return {name.lower() for name in policy.expose}
    if not policy.credentials or verdict.anonymous:
        return {"*"}
    return None if bare.status == 304 else EXPOSED


def others_owned(bare, everything):
    """The Access-Control-* fields that a handler's answer keeps."""
    return {name: bare.all(name) for name in bare.names
            if name.startswith("access-control-")
            and (everything or name not in OWNED)}


def add_vary(there, course):
    if "*" in there:
        return there
    added = set()
    if not course.judge.everybody:
        added.add("origin")
    if course.request.is_preflight:
        added.update(PREFLIGHT_VARY)
    if course.verdict.reason == "credentials-sent":
        added.update(["cookie", "authorization"])
    if course.judge.fetch_metadata:
        added |= oracle_embedded.vary(course.request, course.judge)
    return there | added | course.reads


def expected_cookies(course, bare):
    """None where credentials were taken out; as they were for strangers;
    else with the attributes of the first place on the way that has some."""
    fields = bare.all("set-cookie")
    if course.no_cookies:
        return oracle_cookies.Cookies([], [])
    if (not course.cookies or (course.judge or course.cookies).report_only
            or course.verdict.refused or course.verdict.anonymous):
        return oracle_cookies.Cookies([], fields)
    return oracle_cookies.Cookies(course.cookies.cookies, fields)


def members(value):
    return {name.strip().lower() for name in value.split(",")
            if name.strip()}
