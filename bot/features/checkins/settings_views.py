"""How often and when a member hears from the coach, and when next, in one or two sentences."""

from dataclasses import dataclass
from datetime import date

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    CheckboxesElement,
    DatePickerElement,
    StaticSelectElement,
)

from bot.buttons import PACE, START
from bot.slack.api import Message
from bot.slack.blocks import button, checks, date_menu, fine_print, menu, paragraph, row
from bot.slack.phrases import WEEKDAYS, day_words, hours_words, rhythm
from content.message_catalog import Render, SafeText

PAUSES = ("off", "paused")


@dataclass(frozen=True)
class PaceShown:
    """A member's pace as it holds now; dates are local ones.

    `rule` is how often check-ins really come, None when they are off or paused; `weekday` the chosen one;
    `assessed` says whether there is a result to coach from.
    """

    cadence: str
    rule: str | None
    weekday: int | None
    hour: int | None
    days_off: frozenset[int]
    zone: str | None
    today: date
    next_on: date | None
    snoozed_until: date | None
    is_paused: bool
    shares_wins: bool
    assessed: bool

    @property
    def state(self) -> str:
        """Whether messages are off, paused by the coach, snoozed by the member, or on."""
        if self.cadence == "off":
            return "off"
        if self.is_paused:
            return "paused"
        return "snoozed" if self.is_snoozed else "on"

    @property
    def is_snoozed(self) -> bool:
        return self.snoozed_until is not None and self.today < self.snoozed_until

    @property
    def rhythm(self) -> SafeText:
        """How often, as the member chose it or as it has become."""
        every = self.rule or (self.cadence if self.cadence != "off" else "fortnightly")
        return rhythm(every, self.next_on.weekday() if self.next_on else self.weekday)


def coming(render: Render, pace: PaceShown) -> str:
    """When the next check-in comes, or why none does."""
    until = pace.snoozed_until if pace.is_snoozed else None
    return render(
        "checkins/coming",
        state=pace.state,
        assessed=pace.assessed,
        until=day_words(until, today=pace.today) if until else None,
        day=day_words(pace.next_on, today=pace.today) if pace.next_on else None,
        hours=hours_words(pace.hour),
    )


CADENCES = (
    ("Every week", "weekly"),
    ("Every second week", "fortnightly"),
    ("Every fourth week", "monthly"),
    ("Off", "off"),
)

ANY = "any"
"""The value of a choice that leaves the day or the hour to the coach."""

HOURS = range(9, 17)
SNOOZES = {"1": "Pause for 1 week", "2": "Pause for 2 weeks"}
"""How many weeks, and what the button says."""


def pace_card(render: Render, pace: PaceShown, *, note: str | None = None) -> Message:
    """The settings as a message; `note` says what was changed or why nothing was."""
    text = note or _summary(render, pace, headed=False)
    start = None
    if not pace.assessed:
        start = row(button("Start the self-check", action=START, style="primary"))
    blocks = [*([paragraph(note)] if note else []), *pace_blocks(render, pace, told=bool(note))]
    return Message(text=text, blocks=[*blocks, *([start] if start else [])])


def pace_blocks(
    render: Render, pace: PaceShown, *, told: bool = False, headed: bool = False
) -> list[Block]:
    """The settings with everything that changes them.

    `told` when a note above names the next date, `headed` when a heading above says "Check-ins".
    """
    if not told:
        text = _summary(render, pace, headed=headed)
    else:
        # Off or paused is said in the note already.
        text = _now(render, pace, headed=headed) if pace.rule else ""
    return [
        *([paragraph(text)] if text else []),
        row(_cadences(pace), _weekdays(pace), _hours(pace)),
        *([] if pace.cadence == "off" else [row(*_breaks(pace))]),
        paragraph(render("checkins/days")),
        row(_days_off(pace)),
        paragraph(render("checkins/share", on=pace.shares_wins)),
        row(_share(pace)),
    ]


def home_part(render: Render, pace: PaceShown, *, note: str | None = None) -> list[Block]:
    """The settings as they stand on the Home tab."""
    told = [fine_print(note)] if note else []
    return [*told, *pace_blocks(render, pace, told=bool(note), headed=True)]


def saved(render: Render, pace: PaceShown, what: str, *, value: str = "") -> str:
    """What was changed, and when the next check-in comes."""
    if what == "cadence" and pace.cadence == "off":
        what = "off"
    told = render("checkins/saved", what=what, value=value, rhythm=pace.rhythm)
    return f"{told} {coming(render, pace)}".strip()


def fewer_card(render: Render, pace: PaceShown, *, before: str) -> Message:
    """Messages come half as often from now on; one tap takes that back."""
    text = saved(render, pace, "cadence")
    buttons = row(
        button("Undo", action=PACE_UNDO, value=before),
        button("All settings", action=PACE),
    )
    return Message(text=text, blocks=[paragraph(text), buttons])


def _summary(render: Render, pace: PaceShown, *, headed: bool) -> str:
    if not pace.rule:
        return coming(render, pace)
    return f"{_now(render, pace, headed=headed)}\n{coming(render, pace)}"


def _now(render: Render, pace: PaceShown, *, headed: bool) -> str:
    return render(
        "checkins/rhythm_now",
        rhythm=pace.rhythm,
        hours=hours_words(pace.hour),
        zone=pace.zone,
        headed=headed,
    )


def _cadences(pace: PaceShown) -> StaticSelectElement:
    return menu("How often", action=PACE_CADENCE, options=CADENCES, chosen=pace.cadence)


def _weekdays(pace: PaceShown) -> StaticSelectElement:
    working = [(name, str(day)) for day, name in enumerate(WEEKDAYS) if day not in pace.days_off]
    chosen = ANY if pace.weekday is None else str(pace.weekday)
    options = [("Any working day", ANY), *working]
    return menu("Day", action=PACE_WEEKDAY, options=options, chosen=chosen)


def _hours(pace: PaceShown) -> StaticSelectElement:
    chosen = ANY if pace.hour is None else str(pace.hour)
    options = [("Any working hour", ANY), *((f"{h}:00 to {h + 1}:00", str(h)) for h in HOURS)]
    return menu("Time", action=PACE_HOUR, options=options, chosen=chosen)


def _breaks(pace: PaceShown) -> list[ButtonElement | DatePickerElement]:
    held = pace.state in ("paused", "snoozed")
    resume = [button("Resume", action=PACE_RESUME, style="primary")] if held else []
    weeks = [
        button(label, action=f"{PACE_SNOOZE}{count}", value=count)
        for count, label in SNOOZES.items()
    ]
    return [*resume, *weeks, date_menu("Pause until …", action=PACE_UNTIL)]


def _days_off(pace: PaceShown) -> CheckboxesElement:
    options = [(name, str(day)) for day, name in enumerate(WEEKDAYS)]
    chosen = [str(day) for day in pace.days_off]
    return checks(action=PACE_DAYS_OFF, options=options, chosen=chosen)


def _share(pace: PaceShown) -> ButtonElement:
    label = "Leave me out of digests" if pace.shares_wins else "Allow shout-outs"
    return button(label, action=PACE_SHARE, value="" if pace.shares_wins else "on")


PACE_CADENCE = "pace_cadence"
PACE_WEEKDAY = "pace_weekday"
PACE_HOUR = "pace_hour"
PACE_DAYS_OFF = "pace_days_off"
PACE_SNOOZE = "pace_snooze:"
PACE_UNTIL = "pace_until"
PACE_RESUME = "pace_resume"
PACE_UNDO = "pace_undo"
PACE_SHARE = "pace_share"
