"""What members read after they stop, pause or resume messages in words, and the questions before."""

from datetime import date, datetime, timedelta

from slack_sdk.models.blocks import ButtonElement

from bot.buttons import PACE
from bot.features.checkins.settings_views import (
    CADENCE_NAMES,
    PACE_RESUME,
    SNOOZES,
    saved_text,
)
from bot.outgoing.planner import PaceView, next_checkin_text
from bot.slack.api import Message
from bot.slack.blocks import button, date_menu, paragraph, repeated, row
from bot.slack.phrases import day_words
from coaching.safe_text import Render
from storage.checkins import PaceBefore

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
