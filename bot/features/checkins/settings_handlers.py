"""`/rungs checkin` and the elements of the settings: how often and when check-ins come."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import cast

from bot.deps import Deps
from bot.feature import Call
from bot.features.checkins.settings_views import (
    ANY_TIME,
    CADENCE_NAMES,
    CHECKIN_HOURS,
    SNOOZES,
    saved_text,
    settings_card,
)
from bot.outgoing import planner
from bot.outgoing.planner import PaceView, pace_of
from bot.slack.api import Message
from bot.slack.blocks import repeated
from bot.slack.payloads import Click, Request
from bot.slack.phrases import WEEKDAYS, days_words, hours_words
from bot.slack.replies import Reply
from coaching.members import MemberKey
from coaching.timing import Cadence
from storage import audit, checkins
from storage.checkins import Pace, PaceBefore
from storage.safeguards import NO_SHOUT_OUTS

CADENCE_SYNONYMS = {"biweekly": "fortnightly", "never": "off", "none": "off"}
"""Other words that members try, and the cadence that each stands for."""

LONGEST_SNOOZE = timedelta(days=366)
DAYS = {str(day): day for day in range(7)}

Change = Callable[..., Awaitable[Pace]]


async def checkin_command(deps: Deps, call: Call) -> None:
    """Answer with the settings; change the cadence first when one was named, or do what the words mean."""
    reply = Reply(deps, call.request)
    meant = deps.features.understand(deps.library.phrasebook, " ".join(call.arguments))
    typed = " ".join(call.arguments).casefold()
    cadence = CADENCE_SYNONYMS.get(typed, typed)
    if not typed:
        await reply.privately(await settings_message(deps, call.request.key))
    elif cadence in CADENCE_NAMES:
        await reply.privately(await change_cadence(deps, call.request, cadence))
    elif meant:
        intent, meaning = meant
        await intent.run(deps, call.request, meaning)
    else:
        note = deps.render("checkins/unknown_pace", typed=repeated(typed))
        await reply.privately(await settings_message(deps, call.request.key, note=note))


async def settings_message(deps: Deps, key: MemberKey, *, note: str | None = None) -> Message:
    """Return the card with the member's settings; `note` stands above them."""
    async with deps.database.read() as session:
        return settings_card(deps.render, await pace_of(session, deps, key), note=note)


async def change_cadence(deps: Deps, request: Request, cadence: str) -> Message:
    """Save the member's cadence, plan their messages anew, and return the updated settings card."""
    change = SettingChange(
        partial(checkins.change_pace, cadence=cast("Cadence", cadence)), "cadence"
    )
    pace, _ = await save_change(deps, request, change)
    return settings_card(deps.render, pace, note=saved_text(deps.render, pace, "cadence"))


@dataclass(frozen=True)
class SettingChange:
    """A change of settings, with the name and the value that its confirmation is made of."""

    change: Change
    what: str
    value: str = ""


async def settings_asked(deps: Deps, click: Click) -> None:
    """Answer with the settings of check-ins."""
    await Reply(deps, click.request).privately(await settings_message(deps, click.request.key))


async def cadence_chosen(deps: Deps, click: Click) -> None:
    """Save how often check-ins come."""
    if click.value in CADENCE_NAMES:
        change = partial(checkins.change_pace, cadence=cast("Cadence", click.value))
        await _save(deps, click, SettingChange(change, "cadence"))
    else:
        await _refuse(deps, click, "unknown")


async def weekday_chosen(deps: Deps, click: Click) -> None:
    """Save the weekday on which check-ins come."""
    pace = await _pace(deps, click)
    day = DAYS.get(click.value)
    if click.value != ANY_TIME and (day is None or day in pace.days_off):
        await _refuse(deps, click, "unknown")
        return
    value = "a working day" if day is None else WEEKDAYS[day]
    await _save(
        deps, click, SettingChange(partial(checkins.change_pace, weekday=day), "weekday", value)
    )


async def hour_chosen(deps: Deps, click: Click) -> None:
    """Save the hour at which check-ins come."""
    hour = next((h for h in CHECKIN_HOURS if str(h) == click.value), None)
    if hour is None and click.value != ANY_TIME:
        await _refuse(deps, click, "unknown")
        return
    change = partial(checkins.change_pace, hour=hour)
    await _save(deps, click, SettingChange(change, "hour", hours_words(hour)))


async def days_off_chosen(deps: Deps, click: Click) -> None:
    """Save the days off; at least one working day must be left."""
    days = frozenset(DAYS[value] for value in click.ticked if value in DAYS)
    if len(days) == len(WEEKDAYS):
        await _refuse(deps, click, "all_days")
        return
    weekday = (await _pace(deps, click)).weekday
    # A chosen weekday that becomes a day off is no longer chosen.
    kept = None if weekday in days else weekday
    change = partial(checkins.change_pace, days_off=days, weekday=kept)
    value = days_words(days) if days else ""
    await _save(deps, click, SettingChange(change, "days_off" if days else "no_days_off", value))


async def snoozed(deps: Deps, click: Click) -> None:
    """Pause check-ins for one or two weeks."""
    if click.value not in SNOOZES:
        await _refuse(deps, click, "unknown")
        return
    today = (await _pace(deps, click)).today
    await _snooze(deps, click, until=today + timedelta(weeks=int(click.value)))


async def snoozed_until(deps: Deps, click: Click) -> None:
    """Pause check-ins until the chosen date."""
    today = (await _pace(deps, click)).today
    try:
        until = date.fromisoformat(click.value)
    except ValueError:
        await _refuse(deps, click, "unknown")
        return
    if until <= today:
        await _refuse(deps, click, "past")
    elif until > today + LONGEST_SNOOZE:
        await _refuse(deps, click, "far")
    else:
        await _snooze(deps, click, until=until)


async def resumed(deps: Deps, click: Click) -> None:
    """Resume check-ins."""
    await _save(deps, click, SettingChange(checkins.resume, "resume"))


async def sharing_chosen(deps: Deps, click: Click) -> None:
    """Save whether a team digest may name the member."""
    shares = click.value == "on"
    if shares and deps.settings.get(NO_SHOUT_OUTS):
        await _refuse(deps, click, "no_shout_outs")
        return
    change = partial(checkins.save_sharing, shares=shares)
    await _save(deps, click, SettingChange(change, "share" if shares else "no_share"))


async def _snooze(deps: Deps, click: Click, *, until: date) -> None:
    await _save(deps, click, SettingChange(partial(checkins.snooze, until=until), "snooze"))


async def _save(deps: Deps, click: Click, choice: SettingChange) -> None:
    pace, _ = await save_change(deps, click.request, choice)
    await _show(deps, click, pace, saved_text(deps.render, pace, choice.what, value=choice.value))


async def save_change(
    deps: Deps, request: Request, choice: SettingChange
) -> tuple[PaceView, PaceBefore]:
    """Save and record a change, and plan the member's messages anew.

    Returns the settings after it, and what its Undo puts back.
    """
    async with deps.database.write() as session:
        before = PaceBefore.of(await checkins.ensure_pace(session, request.key, now=deps.now()))
        await choice.change(session, request.key, now=deps.now())
        await audit.record(
            session, request.key, "settings", place=request.place, now=deps.now(), about=choice.what
        )
        await planner.replan(session, deps, request.key)
        return await pace_of(session, deps, request.key), before


async def _refuse(deps: Deps, click: Click, what: str) -> None:
    await _show(deps, click, await _pace(deps, click), deps.render("checkins/kept", what=what))


async def _show(deps: Deps, click: Click, pace: PaceView, note: str) -> None:
    """Show the settings where they were clicked: on the Home tab, or in their message."""
    if click.request.on_home:
        await deps.features.refresh_home(deps, click.request, note=note)
    else:
        await Reply(deps, click.request).replace(settings_card(deps.render, pace, note=note))
    if click.request.window:
        # The window was opened on the Home tab, which shows when check-ins come.
        await deps.features.refresh_home(deps, click.request)


async def _pace(deps: Deps, click: Click) -> PaceView:
    async with deps.database.read() as session:
        return await pace_of(session, deps, click.request.key)
