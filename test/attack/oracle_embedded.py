# SPDX-License-Identifier: Apache-2.0
"""CORSFetchMetadata, read anew: requests without Origin that another site's
page makes, judged by what the browser says of them."""

import re

import oracle_origin

OWN_SITES = (None, "none", "same-origin")
REFERER = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*)(?:[/?#].*)?")


def is_navigation(request):
    """A page that the user goes to."""
    return (request.field("sec-fetch-mode") == "navigate"
            and request.field("sec-fetch-dest") in ("document", "empty")
            and request.method in ("GET", "HEAD")
            and request.field("sec-purpose") is None)


def referer_origin(request):
    """None where the Referer holds none."""
    match = REFERER.fullmatch(request.field("referer") or "")
    if not match or "@" in match[1] or not oracle_origin.parse(match[1]):
        return None
    return match[1]


def looks_at_referer(request):
    ahead = request.field("sec-purpose") is not None
    if request.field("sec-fetch-site") in OWN_SITES:
        return ahead
    return not is_navigation(request)


def judge(request, policy, verdict):
    """Fills the verdict of a request without Origin."""
    if policy.everybody or not looks_at_referer(request):
        return
    origin = referer_origin(request)
    reason = policy.judge_origin(origin) if origin or policy.invalid \
        else "origin-missing"
    may_be_anonymous = policy.anonymous and not policy.invalid
    if origin and request.has_own_host(origin):
        return
    if reason == "ok":
        verdict.result, verdict.reason = "embedded", "ok"
        verdict.origin = origin
    elif may_be_anonymous and not request.has_credentials:
        verdict.result, verdict.reason = "anonymous", reason
        verdict.anonymous = True
    else:
        verdict.result, verdict.reason = "disallowed", reason
        verdict.refused = True
        if may_be_anonymous:
            verdict.reason = "credentials-sent"


def vary(request, policy):
    """What an answer in the scope varies by, too."""
    if request.is_preflight:
        return set()
    names = {"sec-fetch-site"}
    if request.origin is not None or policy.everybody:
        return names
    if request.field("sec-fetch-site") not in OWN_SITES:
        names.update(["sec-fetch-mode", "sec-fetch-dest"])
    if looks_at_referer(request):
        names.add("referer")
    if request.field("sec-purpose") is not None:
        names.update(["sec-purpose", "referer"])
    return names
