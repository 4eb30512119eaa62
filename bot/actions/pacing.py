"""Choosing how often and when the coach comes: every change is kept, planned anew, and confirmed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import cast

from bot import planning
from bot.checkins.pacing import pace_of
from bot.commands.checkin import settings
from bot.deps import Deps
from bot.home import publish
from bot.origin import Click
from bot.replies import Reply
from bot.views.pace import PaceShown
from bot.views.pace_card import (
    ANY,
    CADENCES,
    HOURS,
    SNOOZES,
    fewer_card,
    pace_card,
    saved,
)
from bot.views.rhythm import WEEKDAYS, days_words, hours_words
from coaching.pace import Cadence
from storage import paces
from storage.tables import Pace

FURTHEST = timedelta(days=366)
HALF = {"weekly": "fortnightly", "fortnightly": "monthly"}
"""What half as often is; the slowest pace has no half."""

NAMES = {value for _, value in CADENCES}
DAYS = {str(day): day for day in range(7)}

Change = Callable[..., Awaitable[Pace]]


@dataclass(frozen=True)
class Choice:
    """A change that a member asked for, and how it is confirmed."""

    change: Change
    what: str
    value: str = ""


async def pace_asked(deps: Deps, click: Click) -> None:
    """The settings of check-ins."""
    await Reply(deps, click.origin).privately(await settings(deps, click.origin.key))


async def cadence_chosen(deps: Deps, click: Click) -> None:
    """How often."""
    if click.value in NAMES:
        change = partial(paces.choose, cadence=cast("Cadence", click.value))
        await _keep(deps, click, Choice(change, "cadence"))
    else:
        await _refuse(deps, click, "unknown")


async def weekday_chosen(deps: Deps, click: Click) -> None:
    """On which day."""
    pace = await _pace(deps, click)
    day = DAYS.get(click.value)
    if click.value != ANY and (day is None or day in pace.days_off):
        await _refuse(deps, click, "unknown")
        return
    value = "a working day" if day is None else WEEKDAYS[day]
    await _keep(deps, click, Choice(partial(paces.choose, weekday=day), "weekday", value))


async def hour_chosen(deps: Deps, click: Click) -> None:
    """At which hour."""
    hour = next((h for h in HOURS if str(h) == click.value), None)
    if hour is None and click.value != ANY:
        await _refuse(deps, click, "unknown")
        return
    change = partial(paces.choose, hour=hour)
    await _keep(deps, click, Choice(change, "hour", hours_words(hour)))


async def days_off_chosen(deps: Deps, click: Click) -> None:
    """On which days nothing comes."""
    days = frozenset(DAYS[value] for value in click.ticked if value in DAYS)
    if len(days) == len(WEEKDAYS):
        await _refuse(deps, click, "all_days")
        return
    weekday = (await _pace(deps, click)).weekday
    # A chosen day that is off now is no choice any more.
    kept = None if weekday in days else weekday
    change = partial(paces.choose, days_off=days, weekday=kept)
    value = days_words(days) if days else ""
    await _keep(deps, click, Choice(change, "days_off" if days else "no_days_off", value))


async def snoozed(deps: Deps, click: Click) -> None:
    """A break of one or two weeks."""
    if click.value not in SNOOZES:
        await _refuse(deps, click, "unknown")
        return
    today = (await _pace(deps, click)).today
    await _snooze(deps, click, until=today + timedelta(weeks=int(click.value)))


async def snoozed_until(deps: Deps, click: Click) -> None:
    """A break until a day."""
    today = (await _pace(deps, click)).today
    try:
        until = date.fromisoformat(click.value)
    except ValueError:
        await _refuse(deps, click, "unknown")
        return
    if until <= today:
        await _refuse(deps, click, "past")
    elif until > today + FURTHEST:
        await _refuse(deps, click, "far")
    else:
        await _snooze(deps, click, until=until)


async def resumed(deps: Deps, click: Click) -> None:
    """Messages come again."""
    await _keep(deps, click, Choice(paces.resume, "resume"))


async def sharing_chosen(deps: Deps, click: Click) -> None:
    """Whether a team digest may name the member."""
    shares = click.value == "on"
    change = partial(paces.share_wins, shares=shares)
    await _keep(deps, click, Choice(change, "share" if shares else "no_share"))


async def fewer_wanted(deps: Deps, click: Click) -> None:
    """ "Fewer of these": half as often, and one tap to undo that; clicked twice it counts once."""
    now = await _pace(deps, click)
    half = HALF.get(click.value)
    if half is None or now.rule != click.value:
        await pace_asked(deps, click)
        return
    pace = await _changed(deps, click, partial(paces.choose, cadence=cast("Cadence", half)))
    await Reply(deps, click.origin).privately(fewer_card(deps.render, pace, before=now.cadence))


async def fewer_undone(deps: Deps, click: Click) -> None:
    """As often as before."""
    if click.value in NAMES:
        change = partial(paces.choose, cadence=cast("Cadence", click.value))
        await _keep(deps, click, Choice(change, "undo"))
    else:
        await _refuse(deps, click, "unknown")


async def _snooze(deps: Deps, click: Click, *, until: date) -> None:
    await _keep(deps, click, Choice(partial(paces.snooze, until=until), "snooze"))


async def _keep(deps: Deps, click: Click, choice: Choice) -> None:
    pace = await _changed(deps, click, choice.change)
    await _show(deps, click, pace, saved(deps.render, pace, choice.what, value=choice.value))


async def _changed(deps: Deps, click: Click, change: Change) -> PaceShown:
    """Keep the change and plan anew; how things stand then."""
    async with deps.database.write() as session:
        await change(session, click.origin.key, now=deps.now())
        await planning.replan(session, deps, click.origin.key)
        return await pace_of(session, deps, click.origin.key)


async def _refuse(deps: Deps, click: Click, what: str) -> None:
    await _show(deps, click, await _pace(deps, click), deps.render("checkins/kept", what=what))


async def _show(deps: Deps, click: Click, pace: PaceShown, note: str) -> None:
    """The settings as they are now, where they were clicked."""
    if click.origin.on_home:
        await publish(deps, click.origin, note=note)
    else:
        await Reply(deps, click.origin).instead(pace_card(deps.render, pace, note=note))


async def _pace(deps: Deps, click: Click) -> PaceShown:
    async with deps.database.read() as session:
        return await pace_of(session, deps, click.origin.key)
