"""The privacy page, the cards around an erasure, and the page of an export that is written to be read."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from typing import Any

from bot.buttons import EXPORT, FORGET, PRIVACY
from bot.slack.api import Message
from bot.slack.blocks import button, notice, paragraph, row
from bot.slack.phrases import (
    WEEKLY_RHYTHMS,
    MemberClock,
    capitalized,
    counted,
    day_words,
    days_words,
    hours_words,
    listed,
)
from coaching.mean_score import UNEVEN_FROM
from coaching.safe_text import Render, SafeText
from coaching.sandbox import RAN
from storage.assessments.personal_data import GRADING, PROJECT, SELF_CHECK

FORGET_CONFIRMED = "forget_confirmed"
FORGET_KEPT = "forget_kept"
FORGET_OLDER = "forget_older"
FROM_HERE = ""


def who_sees_it(render: Render) -> Message:
    """Return who sees a member's answers in a few words, with buttons for the rest."""
    text = render("privacy/short")
    buttons = row(
        button("Who sees what", action=PRIVACY),
        button("Export my data", action=EXPORT),
        button("Erase my data", action=FORGET),
    )
    return Message(text=text, blocks=[paragraph(text), buttons])


def privacy_message(
    render: Render,
    retention: Sequence[tuple[str, int]],
    *,
    on: Collection[str] = (),
    here: Sequence[str] = (),
) -> Message:
    """Return the page: who sees what, how long it is kept, and the buttons for export and erasure.

    `retention` has what is kept and for how many days, `on` the commands that there are in the workspace,
    and `here` what its admins have set.
    """
    page = render("privacy/page", on=sorted(on))
    kept = [{"what": what, "days": days} for what, days in retention]
    parts = [page, *here, render("privacy/how_long", kept=kept)]
    return Message(
        text="\n\n".join(parts),
        blocks=[
            *map(paragraph, parts),
            row(
                button("Export my data", action=EXPORT),
                button("Erase my data", action=FORGET),
            ),
        ],
    )


@dataclass(frozen=True)
class Erased:
    """What an erasure took out of the member's conversation, and what of it Slack kept.

    `was_read` is false when the conversation could not be read, so nothing was taken out of it.
    `unread_before` is the ts before which it was not read, where Slack allows one read a minute; FROM_HERE
    stands for the ts of the message that tells of it.
    `home_is_old` when the Home tab could not be published anew. `sandboxes_stay` when admins set that plans
    of sandboxes that ran stay without their person.
    """

    messages: int = 0
    files: int = 0
    messages_left: int = 0
    files_left: int = 0
    was_read: bool = True
    home_is_old: bool = False
    sandboxes_stay: bool = False
    unread_before: str | None = None


def erased_notice(render: Render, erased: Erased) -> Message:
    """Return the one message that says what came of an erasure."""
    left = _messages_and_files(erased.messages_left, erased.files_left)
    stays = {"home_is_old": erased.home_is_old, "sandboxes_stay": erased.sandboxes_stay}
    if left or not erased.was_read:
        was_read = erased.was_read
        return notice(render("privacy/forgotten_partly", left=left, was_read=was_read, **stays))
    gone = _messages_and_files(erased.messages, erased.files)
    is_one = erased.messages + erased.files == 1
    if erased.unread_before is not None:
        text = render("privacy/forgotten_so_far", gone=gone, is_one=is_one, **stays)
        return _with_older(text, erased.unread_before)
    return notice(render("privacy/forgotten", gone=gone, is_one=is_one, **stays))


def older_notice(render: Render, erased: Erased) -> Message:
    """Return what came of looking through older messages, with a button for those before them."""
    gone = _messages_and_files(erased.messages, erased.files)
    left = _messages_and_files(erased.messages_left, erased.files_left)
    more = erased.unread_before
    text = render("privacy/older_removed", gone=gone, left=left, is_more=more is not None)
    return notice(text) if more is None else _with_older(text, more)


def _with_older(text: str, before: str) -> Message:
    older = button("Remove older messages", action=FORGET_OLDER, value=before)
    return Message(text=text, blocks=[paragraph(text), row(older)])


def _messages_and_files(messages: int, files: int) -> SafeText | None:
    counts = [(messages, "message"), (files, "file")]
    named = [counted(count, what) for count, what in counts if count]
    return listed(named) if named else None


def forget_card(render: Render, held: Mapping[str, Any], *, sandboxes_stay: bool) -> Message:
    """Return the question before the erasure; `held` is the export, of which it names the parts.

    `sandboxes_stay` when admins set that plans of sandboxes that ran stay without their person.
    """
    has_run = any(plan["state"] in RAN for plan in held["results"]["sandbox_plans"])
    stays = sandboxes_stay and has_run
    text = render("privacy/forget_question", held=listed(_named(held)), sandboxes_stay=stays)
    return Message(
        text=text,
        blocks=[
            paragraph(text),
            row(
                button("Erase everything", action=FORGET_CONFIRMED, style="danger"),
                button("Keep everything", action=FORGET_KEPT),
            ),
        ],
    )


REGISTERS = ("agents", "agent_changes", "agent_grades", "projects")
"""The parts of the export that name the member in registers of channels."""


def _named(held: Mapping[str, Any]) -> list[str]:
    """Return the parts of the export that people know, each with how many of it there are."""
    results, member = held["results"]["assessments"], held["you"]["member"] or {}
    # A self-check that the member set aside is not named.
    kinds = Counter(row["kind"] for row in results if row["state"] != "abandoned")
    offered, noted = len(held["steps"]["offered"]), len(held["messages"]["from_rungs"])
    parts = (
        (True, "your Slack user ID"),
        (member.get("family"), "your role family"),
        (kinds[SELF_CHECK], counted(kinds[SELF_CHECK], "self-check")),
        (kinds[GRADING], counted(kinds[GRADING], "grading")),
        (kinds[PROJECT], f"the needs of {counted(kinds[PROJECT], 'project')}"),
        (held["answers"]["in_words"], "your answers"),
        (offered, counted(offered, "step")),
        (noted, f"notes on {counted(noted, 'message')} to you"),
        (held["settings"]["check_ins"], "your settings"),
        (any(held["channels"][name] for name in REGISTERS), "your name in channels' agent lists"),
    )
    return [words for is_there, words in parts if is_there]


def leftovers_card(render: Render) -> Message:
    """Return a card that says that nothing is stored, with a button to delete the bot's old messages."""
    text = render("privacy/nothing_to_forget")
    take_away = button("Remove old messages", action=FORGET_CONFIRMED)
    return Message(text=text, blocks=[paragraph(text), row(take_away)])


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
        for result in rows[:MOST_RESULTS]:
            on = self._day(result["ended_at"] or result["started_at"])
            shown = {name: result[name] for name in ("title", "kind", "state", "result")}
            low, high = _ends(result)
            yield self._line("privacy/file_result", **shown, low=low, high=high, day=on)
            for given in () if result["title"] in told else answers[result["id"]]:
                told.add(result["title"])
                shown = {name: given[name] for name in ("question", "answer", "note")}
                yield self._line("privacy/file_answer", **shown)
        yield from self._remark(rows, MOST_RESULTS)

    def _steps(self) -> Iterator[str]:
        said = _by(self.held["steps"]["how_they_went"], "step_id")
        rows = [*reversed(self.held["steps"]["offered"])]
        for step in rows[:MOST_STEPS]:
            on = self._day(step["changed_at"])
            yield self._line(
                "privacy/file_step", title=step["words"]["title"], state=step["state"], day=on
            )
            for one in said[step["id"]]:
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
        many = capitalized(counted(len(sent), "message"))
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
        family = capitalized((self._member.get("family") or "").replace("-", " "))
        yield self._line("privacy/file_you", family=family, zone=self._member.get("zone"))
        roles = [row["role"].replace("_", " ") for row in self.held["settings"]["roles"]]
        if roles:
            yield self._line("privacy/file_roles", roles=listed(dict.fromkeys(roles)))
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
        yield self._line("privacy/file_rest", parts=capitalized(listed(rows)) if rows else None)


def _ends(row: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Return the lowest and the highest answer of an uneven result; None and None of any other."""
    if (row["spread"] or 0) < UNEVEN_FROM:
        return None, None
    return row["floor"], row["floor"] + row["spread"]


def _by(rows: Rows, name: str) -> Mapping[str, Rows]:
    """Return the rows by what they have under this name."""
    found: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for one in rows:
        found[one[name]].append(one)
    return found
