"""The settings of check-ins: the card, the section of the Home tab, and what members read after a break."""

from datetime import date, datetime, timedelta

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    CheckboxesElement,
    DatePickerElement,
    StaticSelectElement,
)

from bot.buttons import PACE, START
from bot.outgoing.planner import PaceView, next_checkin_text
from bot.slack.api import Message
from bot.slack.blocks import button, checks, date_menu, menu, paragraph, repeated, row
from bot.slack.phrases import WEEKDAYS, cadence_words, day_words, hours_words
from coaching.safe_text import Render, SafeText
from storage.checkins import PaceBefore

CADENCES = (
    ("Every week", "weekly"),
    ("Every other week", "fortnightly"),
    ("Every four weeks", "monthly"),
    ("Off", "off"),
)

CADENCE_NAMES = frozenset(name for _, name in CADENCES)

ANY_TIME = "any"
"""The value of the option that leaves the day or the hour open."""

CHECKIN_HOURS = range(9, 17)
SNOOZES = {"1": "Pause for 1 week", "2": "Pause for 2 weeks"}
"""The numbers of weeks to choose from, with the labels of their buttons."""

PACE_CADENCE = "pace_cadence"
PACE_WEEKDAY = "pace_weekday"
PACE_HOUR = "pace_hour"
PACE_DAYS_OFF = "pace_days_off"
PACE_SNOOZE = "pace_snooze:"
PACE_UNTIL = "pace_until"
PACE_RESUME = "pace_resume"
PACE_SHARE = "pace_share"


def cadence_text(pace: PaceView) -> SafeText:
    """Return how often check-ins come in effect, or would come by the member's choice."""
    every = pace.rule or (pace.cadence if pace.cadence != "off" else "fortnightly")
    return cadence_words(every, pace.next_on.weekday() if pace.next_on else pace.weekday)


def settings_card(render: Render, pace: PaceView, *, note: str | None = None) -> Message:
    """Return the settings as a message; `note` says what was changed, or why nothing was."""
    text = note or _summary(render, pace)
    start = None
    if not pace.assessed:
        start = row(button("Start the self-check", action=START, style="primary"))
    blocks = [*([paragraph(note)] if note else []), *settings_blocks(render, pace, told=bool(note))]
    return Message(text=text, blocks=[*blocks, *([start] if start else [])])


def off_by_default_card(render: Render) -> Message:
    """Return the line that check-ins are off until the member turns them on, with the button for that."""
    text = render("checkins/off_by_default")
    turn_on = button("Turn on check-ins", action=PACE_RESUME)
    return Message(text=text, blocks=[paragraph(text), row(turn_on)])


def settings_blocks(render: Render, pace: PaceView, *, told: bool = False) -> list[Block]:
    """Return the settings with the elements that change them; `told` says that a note names the next date."""
    text = _summary(render, pace)
    if told:
        # The note already says that check-ins are off or paused.
        text = _cadence_now(render, pace) if pace.rule else ""
    return [
        *([paragraph(text)] if text else []),
        row(_cadences(pace), _weekdays(pace), _hours(pace)),
        *([] if pace.cadence == "off" else [row(*_breaks(pace))]),
        paragraph(render("checkins/days")),
        row(_days_off(pace)),
        paragraph(render("checkins/share", on=pace.shares_wins, allowed=pace.may_share)),
        *([row(_share(pace))] if pace.may_share or pace.shares_wins else []),
    ]


def saved_text(render: Render, pace: PaceView, what: str, *, value: str = "") -> str:
    """Return what was changed, and when the next check-in comes."""
    if what == "cadence" and pace.cadence == "off":
        what = "off"
    rhythm = cadence_text(pace) if pace.rule else None
    told = render("checkins/saved", what=what, value=value, rhythm=rhythm)
    return f"{told} {next_checkin_text(render, pace)}".strip()


def _summary(render: Render, pace: PaceView) -> str:
    if not pace.rule:
        return next_checkin_text(render, pace)
    return f"{_cadence_now(render, pace)}\n{next_checkin_text(render, pace)}"


def _cadence_now(render: Render, pace: PaceView) -> str:
    return render(
        "checkins/rhythm_now",
        rhythm=cadence_text(pace),
        hours=hours_words(pace.hour),
        zone=pace.zone,
    )


def _cadences(pace: PaceView) -> StaticSelectElement:
    return menu("How often", action=PACE_CADENCE, options=CADENCES, chosen=pace.cadence)


def _weekdays(pace: PaceView) -> StaticSelectElement:
    working = [(name, str(day)) for day, name in enumerate(WEEKDAYS) if day not in pace.days_off]
    chosen = ANY_TIME if pace.weekday is None else str(pace.weekday)
    options = [("Any working day", ANY_TIME), *working]
    return menu("Day", action=PACE_WEEKDAY, options=options, chosen=chosen)


def _hours(pace: PaceView) -> StaticSelectElement:
    chosen = ANY_TIME if pace.hour is None else str(pace.hour)
    options = [
        ("Any working hour", ANY_TIME),
        *((f"{h}:00 to {h + 1}:00", str(h)) for h in CHECKIN_HOURS),
    ]
    return menu("Time", action=PACE_HOUR, options=options, chosen=chosen)


def _breaks(pace: PaceView) -> list[ButtonElement | DatePickerElement]:
    held = pace.state in ("paused", "snoozed")
    resume = [button("Resume", action=PACE_RESUME, style="primary")] if held else []
    weeks = [
        button(label, action=f"{PACE_SNOOZE}{count}", value=count)
        for count, label in SNOOZES.items()
    ]
    return [*resume, *weeks, date_menu("Pause until …", action=PACE_UNTIL)]


def _days_off(pace: PaceView) -> CheckboxesElement:
    options = [(name, str(day)) for day, name in enumerate(WEEKDAYS)]
    chosen = [str(day) for day in pace.days_off]
    return checks(action=PACE_DAYS_OFF, options=options, chosen=chosen)


def _share(pace: PaceView) -> ButtonElement:
    label = "Turn off shout-outs" if pace.shares_wins else "Turn on shout-outs"
    return button(label, action=PACE_SHARE, value="" if pace.shares_wins else "on")


PACE_BREAK = "pace_break:"
PACE_UNDO = "pace_undo"
STOP = "stop"
"""The value of the button that stops all messages; the others of its kind carry a date."""


def break_card(render: Render, pace: PaceView, what: str, before: PaceBefore) -> Message:
    """Return the line that says what was changed, with the button that undoes it."""
    if what == "resume":
        text = saved_text(render, pace, what)
    else:
        until = day_words(pace.snoozed_until, today=pace.today) if pace.snoozed_until else None
        text = render("checkins/break", what=what, until=until)
    return Message(text=text, blocks=[paragraph(text), row(undo_button(before))])


def fewer_card(render: Render, pace: PaceView, before: PaceBefore) -> Message:
    """Return the message that check-ins come half as often now, with a button to undo that."""
    text = saved_text(render, pace, "cadence")
    buttons = row(undo_button(before), button("Message settings", action=PACE))
    return Message(text=text, blocks=[paragraph(text), buttons])


def unchanged_card(render: Render, pace: PaceView) -> Message:
    """Return the line that messages are on or off already."""
    text = next_checkin_text(render, pace)
    resume = button("Resume", action=PACE_RESUME) if pace.state == "off" else None
    return Message(
        text=text, blocks=[paragraph(text), row(resume, button("Message settings", action=PACE))]
    )


def undone_card(render: Render, pace: PaceView) -> Message:
    """Return the line that the settings are as they were before."""
    text = saved_text(render, pace, "undo")
    return Message(
        text=text, blocks=[paragraph(text), row(button("Message settings", action=PACE))]
    )


def stop_or_pause_question(render: Render, until: date, today: date) -> Message:
    """Return the question whether to stop messages or to pause them until this date."""
    when = day_words(until, today=today)
    text = render("checkins/stop_or_pause", until=when)
    buttons = row(
        button("Stop all messages", action=f"{PACE_BREAK}stop", value=STOP),
        button(f"Pause until {when}", action=f"{PACE_BREAK}pause", value=until.isoformat()),
    )
    return Message(text=text, blocks=[paragraph(text), buttons])


def break_question(render: Render, today: date, problem: str, *, said: str = "") -> Message:
    """Return the question until when messages are to pause, and why the words did not say it."""
    text = render("checkins/until_when", what=problem, typed=repeated(said))
    weeks = [
        button(
            label,
            action=f"{PACE_BREAK}{count}",
            value=(today + timedelta(weeks=int(count))).isoformat(),
        )
        for count, label in SNOOZES.items()
    ]
    calendar = date_menu("Pause until …", action=f"{PACE_BREAK}until")
    return Message(text=text, blocks=[paragraph(text), row(*weeks, calendar)])


def undo_button(before: PaceBefore) -> ButtonElement:
    """Return the button that puts these settings back."""
    value = "|".join(str(part or "") for part in before)
    return button("Undo", action=PACE_UNDO, value=value)


def parse_undo(value: str) -> PaceBefore | None:
    """Return the settings that an Undo button carries; None when they are malformed."""
    parts = value.split("|")
    if len(parts) != len(PaceBefore._fields) or not CADENCE_NAMES.issuperset(
        filter(None, parts[:2])
    ):
        return None
    cadence, before_off, snoozed, paused = parts
    try:
        return PaceBefore(
            cadence,
            before_off or None,
            date.fromisoformat(snoozed) if snoozed else None,
            datetime.fromisoformat(paused) if paused else None,
        )
    except ValueError:
        return None
