"""Stopping, pausing and resuming in words, at once and with a button that undoes it."""

from datetime import date, timedelta
from functools import partial
from typing import cast

from bot.deps import Deps
from bot.features.checkins.settings_handlers import (
    LONGEST_SNOOZE,
    Change,
    SettingChange,
    save_change,
    settings_message,
)
from bot.features.checkins.settings_views import (
    CADENCE_NAMES,
    STOP,
    break_card,
    break_question,
    fewer_card,
    parse_undo,
    stop_or_pause_question,
    unchanged_card,
    undone_card,
)
from bot.outgoing.planner import PaceView, pace_of
from bot.slack.api import Message
from bot.slack.payloads import Click, Request
from bot.slack.replies import Reply, unknown_click
from coaching.members import MemberKey
from coaching.phrases import Meaning
from coaching.time_words import VAGUELY
from coaching.timing import Cadence
from storage import checkins

SLOWER_CADENCE: dict[str, Cadence] = {"weekly": "fortnightly", "fortnightly": "monthly"}
"""The cadence that is half as often; the slowest has none."""

USUAL_PAUSE = timedelta(weeks=2)
"""How long a pause lasts when the member names no other time."""


async def stop_said(deps: Deps, request: Request, meaning: Meaning) -> None:
    """Stop all messages that come by themselves; with a time, pause them until then."""
    if meaning.time:
        await pause_said(deps, request, meaning)
    else:
        await Reply(deps, request).privately(await _stop(deps, request))


async def pause_said(deps: Deps, request: Request, meaning: Meaning) -> None:
    """Pause messages until the time that was named, or for two weeks; ask where it cannot be read."""
    pace = await _pace(deps, request.key)
    until = _pause_end(meaning, pace.today)
    problem = "unread" if meaning.unread else _problem(until, pace.today)
    if problem:
        answer = break_question(deps.render, pace.today, problem, said=meaning.unread)
    else:
        answer = await _pause(deps, request, pace, until or pace.today)
    await Reply(deps, request).privately(answer)


async def stop_or_pause_said(deps: Deps, request: Request, meaning: Meaning) -> None:
    """Ask which of the two is meant; nothing is changed."""
    pace = await _pace(deps, request.key)
    until = _pause_end(meaning, pace.today)
    if _problem(until, pace.today):
        until = pace.today + USUAL_PAUSE
    answer = stop_or_pause_question(deps.render, until or pace.today, pace.today)
    await Reply(deps, request).privately(answer)


async def resume_said(deps: Deps, request: Request, meaning: Meaning) -> None:
    """Let messages come again, at once or from the time that was named; ask where it cannot be read."""
    pace = await _pace(deps, request.key)
    on = meaning.time.until(pace.today) if meaning.time else None
    problem = _problem(on, pace.today) if meaning.time else None
    problem = "unread" if meaning.unread else problem
    if problem:
        answer = break_question(deps.render, pace.today, problem, said=meaning.unread)
    elif pace.state == "on" and on is None:
        answer = unchanged_card(deps.render, pace)
    else:
        what = "pause" if on else "resume"
        answer = await _changed(deps, request, partial(checkins.resume, on=on), what)
    await Reply(deps, request).privately(answer)


async def how_often_said(deps: Deps, request: Request, _meaning: Meaning) -> None:
    """Answer with the settings."""
    await Reply(deps, request).privately(await settings_message(deps, request.key))


async def break_chosen(deps: Deps, click: Click) -> None:
    """Handle a button of the two questions: stop, or pause until the date that it carries."""
    if click.value == STOP:
        await Reply(deps, click.request).replace(await _stop(deps, click.request))
        return
    pace = await _pace(deps, click.request.key)
    try:
        until = date.fromisoformat(click.value)
    except ValueError:
        await unknown_click(deps, click)
        return
    problem = _problem(until, pace.today)
    if problem:
        answer = break_question(deps.render, pace.today, problem)
    else:
        answer = await _pause(deps, click.request, pace, until)
    await Reply(deps, click.request).replace(answer)


async def fewer_wanted(deps: Deps, click: Click) -> None:
    """Handle "Fewer of these": halve the cadence and offer to undo that; a second click changes nothing."""
    now = await _pace(deps, click.request.key)
    half = SLOWER_CADENCE.get(click.value)
    if half is None or now.rule != click.value:
        await Reply(deps, click.request).privately(await settings_message(deps, click.request.key))
        return
    change = SettingChange(partial(checkins.change_pace, cadence=half), "cadence")
    pace, before = await save_change(deps, click.request, change)
    await Reply(deps, click.request).privately(fewer_card(deps.render, pace, before))


async def undone(deps: Deps, click: Click) -> None:
    """Put back the settings that stood before the change that this button belongs to."""
    change: Change
    if click.value in CADENCE_NAMES:  # a card of an earlier version
        change = partial(checkins.change_pace, cadence=cast("Cadence", click.value))
    elif before := parse_undo(click.value):
        change = partial(checkins.restore, before=before)
    else:
        await unknown_click(deps, click)
        return
    pace, _ = await save_change(deps, click.request, SettingChange(change, "undo"))
    await Reply(deps, click.request).replace(undone_card(deps.render, pace))


async def _stop(deps: Deps, request: Request) -> Message:
    pace = await _pace(deps, request.key)
    if pace.state == "off":
        return unchanged_card(deps.render, pace)
    change = partial(checkins.change_pace, cadence="off")
    return await _changed(deps, request, change, "stop")


async def _pause(deps: Deps, request: Request, pace: PaceView, until: date) -> Message:
    if pace.state == "off":
        # A pause would end, and the member wants no messages at all.
        return unchanged_card(deps.render, pace)
    return await _changed(deps, request, partial(checkins.snooze, until=until), "pause")


async def _changed(deps: Deps, request: Request, change: Change, what: str) -> Message:
    pace, before = await save_change(deps, request, SettingChange(change, what))
    return break_card(deps.render, pace, what, before)


def _pause_end(meaning: Meaning, today: date) -> date | None:
    """Return the first day with messages again; None where the time names no day that is still to come."""
    if meaning.time is None or meaning.time is VAGUELY:
        return today + USUAL_PAUSE
    return meaning.time.until(today)


def _problem(until: date | None, today: date) -> str | None:
    """Return why nothing can be paused until then; None when it can."""
    if until is None or until <= today:
        return "past"
    return "far" if until > today + LONGEST_SNOOZE else None


async def _pace(deps: Deps, key: MemberKey) -> PaceView:
    async with deps.database.read() as session:
        return await pace_of(session, deps, key)
