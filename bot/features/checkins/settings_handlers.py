"""A member's pace as views show it, and what holds a message back."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import cast

from bot.deps import Deps
from bot.feature import Call
from bot.features.checkins.settings_views import (
    ANY,
    CADENCES,
    HOURS,
    SNOOZES,
    PaceShown,
    fewer_card,
    pace_card,
    saved,
)
from bot.outgoing import planner
from bot.slack.api import Message
from bot.slack.blocks import notice, repeated
from bot.slack.payloads import Click
from bot.slack.phrases import WEEKDAYS, days_words, hours_words
from bot.slack.replies import Reply
from coaching.checkins import Cadence, effective_rule
from coaching.members import MemberKey
from coaching.timing import WEEKEND, local_date, zone_of
from storage import checkins, members
from storage.assessments import assessments
from storage.checkins import CHECKIN, Pace
from storage.database import Session
from storage.outbox import schedules


async def pace_of(session: Session, deps: Deps, key: MemberKey) -> PaceShown:
    """How the member hears from the coach; whoever has chosen nothing yet sees the usual settings."""
    member, pace = await members.get(session, key), await checkins.get_pace(session, key)
    planned = await schedules.get(session, key.workspace_id, CHECKIN, key.user_id)
    cadence = pace.cadence if pace else "fortnightly"
    silent = max(0, await checkins.count_ignored(session, key) - 1)
    is_paused = pace is not None and pace.paused_at is not None
    return PaceShown(
        cadence=cadence,
        rule=None if is_paused else effective_rule(cast("Cadence", cadence), silent),
        weekday=pace.weekday if pace else None,
        hour=pace.hour if pace else None,
        days_off=checkins.days_off_of(pace) if pace else WEEKEND,
        zone=member.zone if member else None,
        today=local_date(deps.now(), zone_of(member.zone if member else None)),
        next_on=planned.next_on if planned else None,
        snoozed_until=pace.snoozed_until if pace else None,
        is_paused=is_paused,
        shares_wins=pace.shares_wins if pace else False,
        assessed=await assessments.latest(session, key) is not None,
    )


NAMES = {value for _, value in CADENCES}
OTHER_NAMES = {"biweekly": "fortnightly", "never": "off", "stop": "off", "none": "off"}
"""Words that members try, and what each stands for."""


async def checkin(deps: Deps, call: Call) -> None:
    """Show the settings, or change how often at once when it was named."""
    reply = Reply(deps, call.request)
    typed = " ".join(call.arguments).casefold()
    cadence = OTHER_NAMES.get(typed, typed)
    if not typed:
        await reply.privately(await settings(deps, call.request.key))
    elif cadence in NAMES:
        await reply.privately(await keep_cadence(deps, call.request.key, cadence))
    else:
        text = deps.render("checkins/unknown_pace", typed=repeated(typed), names=sorted(NAMES))
        await reply.privately(notice(text))


async def settings(deps: Deps, key: MemberKey) -> Message:
    """The settings as they are."""
    async with deps.database.read() as session:
        return pace_card(deps.render, await pace_of(session, deps, key))


async def keep_cadence(deps: Deps, key: MemberKey, cadence: str) -> Message:
    """Another rhythm from now on."""
    async with deps.database.write() as session:
        await checkins.change_pace(session, key, cadence=cast("Cadence", cadence), now=deps.now())
        await planner.replan(session, deps, key)
        pace = await pace_of(session, deps, key)
    return pace_card(deps.render, pace, note=saved(deps.render, pace, "cadence"))


FURTHEST = timedelta(days=366)
HALF = {"weekly": "fortnightly", "fortnightly": "monthly"}
"""What half as often is; the slowest pace has no half."""

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
    await Reply(deps, click.request).privately(await settings(deps, click.request.key))


async def cadence_chosen(deps: Deps, click: Click) -> None:
    """How often."""
    if click.value in NAMES:
        change = partial(checkins.change_pace, cadence=cast("Cadence", click.value))
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
    await _keep(deps, click, Choice(partial(checkins.change_pace, weekday=day), "weekday", value))


async def hour_chosen(deps: Deps, click: Click) -> None:
    """At which hour."""
    hour = next((h for h in HOURS if str(h) == click.value), None)
    if hour is None and click.value != ANY:
        await _refuse(deps, click, "unknown")
        return
    change = partial(checkins.change_pace, hour=hour)
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
    change = partial(checkins.change_pace, days_off=days, weekday=kept)
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
    await _keep(deps, click, Choice(checkins.resume, "resume"))


async def sharing_chosen(deps: Deps, click: Click) -> None:
    """Whether a team digest may name the member."""
    shares = click.value == "on"
    change = partial(checkins.save_sharing, shares=shares)
    await _keep(deps, click, Choice(change, "share" if shares else "no_share"))


async def fewer_wanted(deps: Deps, click: Click) -> None:
    """ "Fewer of these": half as often, and one tap to undo that; clicked twice it counts once."""
    now = await _pace(deps, click)
    half = HALF.get(click.value)
    if half is None or now.rule != click.value:
        await pace_asked(deps, click)
        return
    pace = await _changed(deps, click, partial(checkins.change_pace, cadence=cast("Cadence", half)))
    await Reply(deps, click.request).privately(fewer_card(deps.render, pace, before=now.cadence))


async def fewer_undone(deps: Deps, click: Click) -> None:
    """As often as before."""
    if click.value in NAMES:
        change = partial(checkins.change_pace, cadence=cast("Cadence", click.value))
        await _keep(deps, click, Choice(change, "undo"))
    else:
        await _refuse(deps, click, "unknown")


async def _snooze(deps: Deps, click: Click, *, until: date) -> None:
    await _keep(deps, click, Choice(partial(checkins.snooze, until=until), "snooze"))


async def _keep(deps: Deps, click: Click, choice: Choice) -> None:
    pace = await _changed(deps, click, choice.change)
    await _show(deps, click, pace, saved(deps.render, pace, choice.what, value=choice.value))


async def _changed(deps: Deps, click: Click, change: Change) -> PaceShown:
    """Keep the change and plan anew; how things stand then."""
    async with deps.database.write() as session:
        await change(session, click.request.key, now=deps.now())
        await planner.replan(session, deps, click.request.key)
        return await pace_of(session, deps, click.request.key)


async def _refuse(deps: Deps, click: Click, what: str) -> None:
    await _show(deps, click, await _pace(deps, click), deps.render("checkins/kept", what=what))


async def _show(deps: Deps, click: Click, pace: PaceShown, note: str) -> None:
    """The settings as they are now, where they were clicked."""
    if click.request.on_home:
        await deps.features.refresh_home(deps, click.request, note=note)
    else:
        await Reply(deps, click.request).replace(pace_card(deps.render, pace, note=note))


async def _pace(deps: Deps, click: Click) -> PaceShown:
    async with deps.database.read() as session:
        return await pace_of(session, deps, click.request.key)
