"""Test runs that a CI sends: what a JUnit report says, and how it is put in words.

Only the tests themselves are counted, never the totals that a report claims. The names of the tests become a
digest, which tells whether the same tests ran as the time before; the names are not kept.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from xml.parsers.expat import ExpatError, ParserCreate

MOST_BYTES = 1_000_000
MOST_TESTS = 20_000
DEEPEST = 40
"""How deep suites may stand in suites."""

BRANCH = re.compile(r"[\w./+#@-]{1,100}", re.ASCII)
NEWEST = timedelta(days=1)
"""How far ahead of this clock a report may say it ran: clocks differ, and some times have no zone."""

OLDEST = timedelta(days=366)
"""How long ago a report may say it ran."""


class NotAReport(Exception):
    """What was sent is not a JUnit report; the text says why."""


@dataclass(frozen=True)
class TestRun:
    """A run of a suite: how many tests passed of those that ran, and how many were skipped.

    `suite` is the digest of the tests' names; `at` is when it ran, if the report says so.
    """

    passed: int
    total: int
    skipped: int
    suite: str
    at: datetime | None = None


def read_report(body: bytes) -> TestRun:
    """Return what a JUnit report says; NotAReport when it is none, has a DTD, or has no test."""
    report = _Report()
    parser = ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = report.begin, report.end
    # Without a DTD there are no entities to expand, and nothing outside to read.
    parser.StartDoctypeDeclHandler = _refuse_dtd
    try:
        parser.Parse(body, True)  # noqa: FBT003 - its only form
    except ExpatError as problem:
        raise NotAReport(f"it is not XML (line {problem.lineno})") from problem
    except (LookupError, ValueError) as problem:
        raise NotAReport("its encoding is unknown") from problem
    return report.result()


def _refuse_dtd(*_: object) -> None:
    raise NotAReport("it has a document type, which reports go without")


class _Report:
    """Counts the tests of a report as it is read."""

    def __init__(self) -> None:
        self._path: list[str] = []
        self._names: list[str] = []
        self._outcomes: list[str] = []
        self._at: datetime | None = None

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if len(self._path) > DEEPEST:
            raise NotAReport("it is nested too deeply")
        if len(self._path) == 1 and name not in ("testsuites", "testsuite"):
            raise NotAReport(f"it begins with <{name[:40]}>, not <testsuites> or <testsuite>")
        if name == "testcase":
            self._names.append(f"{attributes.get('classname', '')}::{attributes.get('name', '')}")
            self._outcomes.append("passed")
            if len(self._names) > MOST_TESTS:
                raise NotAReport(f"it has more than {MOST_TESTS} tests")
        elif name in ("testsuite", "testsuites"):
            self._at = self._at or moment_of(attributes.get("timestamp", ""))
        elif self._path[-2:-1] == ["testcase"]:
            self._note(name)

    def _note(self, name: str) -> None:
        if name in ("failure", "error"):
            self._outcomes[-1] = "failed"
        elif name == "skipped" and self._outcomes[-1] == "passed":
            self._outcomes[-1] = "skipped"

    def end(self, _name: str) -> None:
        self._path.pop()

    def result(self) -> TestRun:
        skipped, passed = self._outcomes.count("skipped"), self._outcomes.count("passed")
        total = len(self._outcomes) - skipped
        if not total:
            raise NotAReport("no test in it ran")
        return TestRun(passed, total, skipped, _digest(self._names), self._at)


def _digest(names: Iterable[str]) -> str:
    return sha256("\n".join(sorted(names)).encode("utf-8", "surrogatepass")).hexdigest()


def moment_of(text: str) -> datetime | None:
    """Return a time as reports have it, in UTC where it names no zone; None when it is none."""
    try:
        found = datetime.fromisoformat(text.strip())
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def run_time(said: datetime | None, *, now: datetime) -> datetime:
    """Return when a suite ran: what was said, unless that is in the future or more than a year ago."""
    return min(said, now) if said and now - OLDEST <= said <= now + NEWEST else now


def branch_of(text: str) -> str | None:
    """Return the name of a branch; empty without one, None when it is no name of one."""
    return text if not text or BRANCH.fullmatch(text) else None
