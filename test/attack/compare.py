# SPDX-License-Identifier: Apache-2.0
"""One request, its expected answer and the one that came: the differences,
each as (what, expected, seen)."""

import oracle
from asking import BASIC
from contents import ERROR_PAGE
from oracle import EXPOSED, LATE, Stage
from rounds import others

NOTED = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"}    # by the backend


class Case:
    """A request on its way: which places it passes, and what is expected."""

    def __init__(self, round_, index):
        self.index = index
        self.target, self.request = round_.case(index)
        self.chain = [self._stage(round_, step) for step in self.target.steps]
        self.course = oracle.follow(self.request, self.chain, self._may_enter)
        self.bare = self.expected = self.answer = None

    def _stage(self, round_, step):
        method = step.method or self.request.method
        where = self.request, step.uri, step.path
        configuration = round_.site.configuration
        policy = (configuration.server_policy(self.request) if step.unmapped
                  else configuration.policy(*where, step.if_method or method))
        return Stage(policy, method, step, configuration.reads(*where))

    def _may_enter(self, stage, stripped):
        guard = stage.step.guard
        if guard.methods and stage.method not in ("GET", "HEAD", "POST"):
            return False
        if guard.require == "user":
            sent = self.request.field("authorization") or ""
            return (guard.auth == "Basic" and not stripped
                    and sent.startswith(BASIC))
        return not guard.require

    def expect(self, round_):
        """What is expected, from the answer of the server that has no
        module."""
        course = self.course
        if not course.answered:
            self.bare = round_.ask_bare(
                self.request, deny="page" if course.denied else "",
                stripped=course.stripped_at is not None)
        if self.target.notes == "backend" and course.passed == len(self.chain):
            course.reads = self.chain[-1].reads
        self.expected = oracle.expect(course, self.bare)
        if course.answered and course.passed:
            self.expected.vary = None
        elif course.answered:
            there = self._vary_of_others(round_)
            self.expected.vary = there if "*" in there else (
                self.expected.vary | there)
        if course.denied:
            self.expected.status = 403
        if course.denied_at:    # by a place further on, with its ErrorDocument
            self.expected.cookies = self.expected.vary = None
            if course.judge.report_only:
                self.expected.owned = None

    def _vary_of_others(self, round_):
        """What `Header always` and <If> put into the Vary of an answered
        preflight."""
        step = self.target.steps[0]
        found = set()
        if not step.early:
            found = round_.ask_bare(self.request, deny="plain").vary
        return found | self.chain[0].reads

    # what differs

    def differences(self, variables, seen):
        if self.course.broken:
            return [] if self.answer.status == 500 else [
                ("status", 500, self.answer.status)]
        return [difference for difference in [
            ("status", self.expected.status, self._status()),
            *self._owned(), self._vary(), self._cookies(), *self._others(),
            ("variables", self.course.verdict.variables, variables),
            *self._seen(seen)]
            if difference[1] != difference[2] and difference[1] is not None]

    def _status(self):
        """An ErrorDocument elsewhere stands for the error."""
        sent_away = self.answer.all("location") == [ERROR_PAGE]
        return 403 if self.course.denied and sent_away else self.answer.status

    def _owned(self):
        """Every Access-Control-* field, that no other has come, and that
        each has come once."""
        found = {}
        for name, value in self.answer.headers:
            if name.lower().startswith("access-control-"):
                found.setdefault(name.lower(), []).append(value)
        if self.expected.owned is None:
            return
        for name in sorted({*found, *self.expected.owned}):
            if ((self.course.answered or self.course.denied_at)
                    and name not in oracle.OWNED):
                continue        # of `Header always`, of a place before
            expected = self.expected.owned.get(name, [])
            seen = found.get(name, [])
            if expected is EXPOSED:
                expected, seen = self._exposed(seen)
            elif isinstance(expected, set):
                expected = sorted(expected)
                seen = sorted(set(elements(seen, name)))
            elif isinstance(expected, str):
                expected = [expected]
            yield name, expected, seen

    def _exposed(self, seen):
        """`*` spelled out: none of the answer's own is missing, and nothing
        is named that is not there."""
        names = {name.lower() for name, _ in self.answer.headers}
        names = {name for name in names if name != "set-cookie"
                 and not name.startswith("access-control-")}
        seen = elements(seen, "")
        names = (names - LATE) | (set(seen) & LATE & names)
        names.discard("content-range")
        if self.request.field("range") is not None:
            names.add("content-range")
        return sorted(names), seen

    def _cookies(self):
        cookies = self.expected.cookies
        if cookies is None:
            return "Set-Cookie", None, None
        return ("Set-Cookie", cookies.expected(),
                cookies.read(self.answer.all("set-cookie")))

    def _vary(self):
        seen = elements(self.answer.all("vary"), "")
        known = set(self.bare.vary) if self.bare else set()
        once = [name for number, name in enumerate(seen)
                if name not in known or name not in seen[:number]]
        vary = self.expected.vary
        if vary is None:        # there may be more, of a place further on
            judge = self.course.judge
            return "Vary", True, bool(judge.everybody
                                      or {"origin", "*"} & set(seen))
        if self.course.judge:
            for stage in self.chain:    # not only behind a backend's answer
                once = [name for name in once
                        if name in vary or name not in stage.reads]
        if self.answer.status == 416:   # the answer that it replaces varied
            once = vary if "*" in once else vary & set(once)
        return "Vary", sorted(vary), sorted(once)

    def _others(self):
        """Everything else is as it is without the module."""
        if not self.bare or self.course.denied_at:
            if self.course.answered:
                yield "body", b"", self.answer.body
            return
        yield "other fields", self.bare.others, others(self.answer.headers)
        yield "body", self.bare.body, self.answer.body

    def _seen(self, seen):
        """What reached whoever answered, and the script of an
        ErrorDocument."""
        if self.target.notes and (self.target.notes != "backend"
                                  or self.chain[-1].method in NOTED):
            yield ("reached", self.course.passed == len(self.chain),
                   self.target.notes in seen)
        for who, (cookie, authorization, variables) in seen.items():
            at = next((number for number, step in enumerate(self.target.steps)
                       if step.uri == who), len(self.target.steps))
            yield ("credentials that were seen", self._credentials(at),
                   [cookie.replace("; ", ", "), authorization])
            if variables:
                judged = (self.course.judge
                          and self.course.judged_at <= at)
                yield "CGI's variables", tuple(
                    value or "" for value in self.course.verdict.variables
                ) if judged else ("", "", ""), variables

    def _credentials(self, at):
        """Cookie and Authorization that this place of the chain sees."""
        course = self.course
        if course.stripped_at is not None and course.stripped_at <= at:
            return ["", ""]
        values = [self.request.field(name) or ""
                  for name in ("cookie", "authorization")]
        return [values[0].replace("; ", ", "), values[1]]


def elements(values, name):
    """Those of a list, in lower case unless they are methods."""
    text = ", ".join(values)
    if name != "access-control-allow-methods":
        text = text.lower()
    return sorted(part.strip() for part in text.split(",") if part.strip())
