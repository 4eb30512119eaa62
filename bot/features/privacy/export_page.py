"""The page of the export that is written to be read: plain text, which Slack shows in the conversation."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from typing import Any

from bot.slack.phrases import (
    WEEKLY_RHYTHMS,
    MemberClock,
    counted,
    day_words,
    days_words,
    hours_words,
    listed,
)
from coaching.mean_score import UNEVEN_FROM
from content.safe_text import Render, SafeText

Rows = Sequence[Mapping[str, Any]]

MOST_RESULTS, MOST_STEPS = 20, 30
"""How many of each, the newest first, the page has; the other file has all."""

ON_THE_PAGE = ("you", "results", "answers", "steps", "messages", "settings", "internals")
"""The sections that the page tells of; of every other part it gives the number of rows."""


@dataclass(frozen=True)
class ExportPage:
    """The export as a page; `held` is what `everything_about` returned."""

    render: Render
    held: Mapping[str, Any]
    now: datetime

    def text(self) -> str:
        """Return the page: a heading and lines for each section."""
        parts = {
            "results": self._results(),
            "steps": self._steps(),
            "messages": self._messages(),
            "settings": self._settings(),
            "rest": self._rest(),
        }
        lines = [self._line("privacy/file_head", day=day_words(self._clock.today, today=date.min))]
        for name, made in parts.items():
            lines += ["", self._line("privacy/file_heading", section=name), *made]
        return "\n".join(lines) + "\n"

    def _line(self, name: str, **values: object) -> str:
        # Messages are escaped for Slack, and a file is not read by Slack.
        return unescape(self.render(name, **values))

    @property
    def _member(self) -> Mapping[str, Any]:
        return self.held["you"]["member"] or {}

    @property
    def _clock(self) -> MemberClock:
        return MemberClock(self.now, self._member.get("zone"))

    def _day(self, moment: str | None) -> SafeText | None:
        """Return the day of a moment of the export where the member is."""
        return self._clock.day(datetime.fromisoformat(moment)) if moment else None

    def _results(self) -> Iterator[str]:
        """Yield each result, and the answers of the newest one of each name."""
        answers = _by(self.held["answers"]["in_words"], "assessment_id")
        told: set[str] = set()
        rows = [*reversed(self.held["results"]["assessments"])]
        for row in rows[:MOST_RESULTS]:
            on = self._day(row["ended_at"] or row["started_at"])
            shown = {name: row[name] for name in ("title", "kind", "state", "result")}
            low, high = _ends(row)
            yield self._line("privacy/file_result", **shown, low=low, high=high, day=on)
            for given in () if row["title"] in told else answers[row["id"]]:
                told.add(row["title"])
                shown = {name: given[name] for name in ("question", "answer", "note")}
                yield self._line("privacy/file_answer", **shown)
        yield from self._remark(rows, MOST_RESULTS)

    def _steps(self) -> Iterator[str]:
        said = _by(self.held["steps"]["how_they_went"], "step_id")
        rows = [*reversed(self.held["steps"]["offered"])]
        for row in rows[:MOST_STEPS]:
            on = self._day(row["changed_at"])
            yield self._line(
                "privacy/file_step", title=row["words"]["title"], state=row["state"], day=on
            )
            for one in said[row["id"]]:
                shown = {name: one[name] for name in ("outcome", "obstacle")}
                yield self._line("privacy/file_said", **shown, day=self._day(one["said_at"]))
        yield from self._remark(rows, MOST_STEPS)

    def _remark(self, rows: Rows, most: int) -> Iterator[str]:
        """Yield a line that there is none, or with the number of those that the page leaves out."""
        if not rows:
            yield self._line("privacy/file_none")
        if len(rows) > most:
            yield self._line("privacy/file_more", count=len(rows) - most)

    def _messages(self) -> Iterator[str]:
        sent = [row["sent_at"] for row in self.held["messages"]["from_rungs"] if row["sent_at"]]
        many = _capital(counted(len(sent), "message"))
        yield self._line("privacy/file_sent", many=many, last=self._day(max(sent, default=None)))
        yield self._line("privacy/file_planned", day=self._day(min(self._due(), default=None)))

    def _due(self) -> list[str]:
        """Return when the planned messages come that the settings allow."""
        pace = self.held["settings"]["check_ins"] or {}
        if pace.get("cadence") == "off":
            return []
        planned = [row for row in self.held["messages"]["planned"] if row["next_due_at"]]
        until = pace.get("snoozed_until") or ""
        return [row["next_due_at"] for row in planned if row["next_on"] >= until]

    def _settings(self) -> Iterator[str]:
        family = _capital((self._member.get("family") or "").replace("-", " "))
        yield self._line("privacy/file_you", family=family, zone=self._member.get("zone"))
        pace = self.held["settings"]["check_ins"]
        if not pace:
            yield self._line("privacy/file_none")
            return
        until = pace["snoozed_until"]
        yield self._line(
            "privacy/file_pace",
            rhythm=WEEKLY_RHYTHMS.get(pace["cadence"]),
            hours=hours_words(pace["hour"]),
            days_off=days_words(map(int, pace["days_off"])) if pace["days_off"] else None,
            until=day_words(date.fromisoformat(until), today=self._clock.today) if until else None,
            is_paused=pace["paused_at"] is not None,
            shares=pace["shares_wins"],
        )

    def _rest(self) -> Iterator[str]:
        rows = [
            f"{name.replace('_', ' ')} ({1 if isinstance(part, dict) else len(part)})"
            for section, parts in self.held.items()
            if isinstance(parts, dict) and section not in ON_THE_PAGE
            for name, part in parts.items()
            if part
        ]
        yield self._line("privacy/file_rest", parts=_capital(listed(rows)) if rows else None)


def _ends(row: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Return the lowest and the highest answer of an uneven result; None and None of any other."""
    if (row["spread"] or 0) < UNEVEN_FROM:
        return None, None
    return row["floor"], row["floor"] + row["spread"]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _by(rows: Rows, name: str) -> Mapping[str, Rows]:
    """Return the rows by what they have under this name."""
    found: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row[name]].append(row)
    return found
