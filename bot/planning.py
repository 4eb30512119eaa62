"""When a member's messages come: planned when something begins or ends, and anew after every change.

Everything here runs in the transaction of what led to it, and nothing calls Slack. While the zone of a
member is not known, UTC stands in for it; `bot.people` asks for it afterwards and plans anew.
"""

from datetime import date, timedelta
from typing import cast

from sqlalchemy.ext.asyncio import AsyncSession

from bot.deps import Deps
from bot.outgoing import seed_of
from bot.results import can_be_taken, latest_of_each
from coaching.pace import Cadence, effective_rule
from coaching.people import MemberKey
from coaching.timing import (
    Occurrence,
    Plan,
    Rule,
    first,
    following,
    local_date,
    working_days_later,
    zone_of,
)
from storage import assessments, checkins, members, paces, schedules
from storage.checkins import CHECKIN, REASSESS, REMINDER
from storage.tables import Assessment, Member, Pace

FIRST_AFTER = timedelta(days=7)
"""A first step gets so much time before somebody asks about it."""

REST = timedelta(days=3)
"""And every later step so much, when it came with the answer to a check-in."""

REMIND_AFTER = 3
"""Working days after which an unfinished self-check is recalled."""


async def after_assessment(session: AsyncSession, deps: Deps, key: MemberKey) -> None:
    """A self-check ended: check-ins begin or go on, the next self-check is in ninety days."""
    await paces.heard(session, key, now=deps.now())
    await schedules.stop(session, key.workspace_id, REMINDER, key.user_id, now=deps.now())
    await replan(session, deps, key)


async def after_opening(session: AsyncSession, deps: Deps, key: MemberKey) -> None:
    """A self-check began: it is recalled once if it stays unfinished, unless one was finished before."""
    pace = await paces.get(session, key)
    if await assessments.latest(session, key):
        # Whoever was deactivated and comes back had no plan meanwhile.
        planned = await schedules.get(session, key.workspace_id, CHECKIN, key.user_id)
        if planned is None or planned.next_on is None:
            await replan(session, deps, key)
    elif pace is None or pace.reminded_at is None:
        await _plan_reminder(session, deps, key)


async def replan(session: AsyncSession, deps: Deps, key: MemberKey, *, silent: int = -1) -> None:
    """Plan anew from how things stand; what is planned and no longer wanted is taken away.

    `silent` is how many check-ins before the last one stayed without an answer, looked up unless given.
    """
    member, pace = await members.get(session, key), await paces.get(session, key)
    results = await latest_of_each(session, key)
    if member is None or member.deactivated_at or pace is None or not results:
        await _stop(session, deps, key, (CHECKIN, REASSESS))
        return
    if silent < 0:
        silent = max(0, await paces.ignored(session, key) - 1)
    rule = None if pace.paused_at else effective_rule(cast("Cadence", pace.cadence), silent)
    if rule is None:
        await _stop(session, deps, key, (CHECKIN, REASSESS))
        return
    plan = _plan_of(key, member, pace, rule=rule)
    await _plan_checkin(session, deps, key, plan, not_before=_quiet(pace), since=results[0])
    again = _plan_of(key, member, pace, rule="quarterly")
    # With several profiles, the one that is oldest is the first to be looked at again.
    oldest = next((row for row in reversed(results) if can_be_taken(deps, row)), results[0])
    await _plan_reassess(session, deps, key, again, not_before=_quiet(pace), since=oldest)


async def heard(session: AsyncSession, deps: Deps, key: MemberKey) -> None:
    """The member answered, or decided about a step: nothing before it counts as ignored any more."""
    await paces.heard(session, key, now=deps.now())
    await replan(session, deps, key)


async def stop_all(session: AsyncSession, deps: Deps, key: MemberKey) -> None:
    """Nothing more comes to this member."""
    await schedules.stop_member(session, key, now=deps.now())


def _plan_of(key: MemberKey, member: Member, pace: Pace, *, rule: Rule) -> Plan:
    return Plan(
        rule=rule,
        zone=member.zone or "UTC",
        seed=seed_of(key.workspace_id, key.user_id),
        weekday=pace.weekday,
        hour=pace.hour,
        days_off=paces.days_off(pace),
    )


def _quiet(pace: Pace) -> date:
    return pace.snoozed_until or date.min


async def _plan_checkin(
    session: AsyncSession,
    deps: Deps,
    key: MemberKey,
    plan: Plan,
    *,
    not_before: date,
    since: Assessment,
) -> None:
    """The next check-in: in step with the last one, and not before the member had time for a step."""
    zone, now = zone_of(plan.zone), deps.now()
    last_on = await checkins.latest_on(session, key, CHECKIN)
    answered = await checkins.answered_at(session, key)
    if answered:
        not_before = max(not_before, local_date(answered, zone) + REST)
    if last_on is None:
        began = local_date(since.ended_at or since.started_at, zone) + FIRST_AFTER
        upcoming = first(plan, after=now, not_before=max(not_before, began))
    else:
        upcoming = following(plan, occurrence_on=last_on, now=now)
        while upcoming and upcoming.on < not_before:
            upcoming = following(plan, occurrence_on=upcoming.on, now=now)
    await _keep(session, deps, key, CHECKIN, plan, upcoming)


async def _plan_reassess(
    session: AsyncSession,
    deps: Deps,
    key: MemberKey,
    plan: Plan,
    *,
    not_before: date,
    since: Assessment,
) -> None:
    """The invitation to a new self-check: ninety days after the last one, or after the last invitation."""
    zone, now = zone_of(plan.zone), deps.now()
    ended = local_date(since.ended_at or since.started_at, zone)
    last_on = await checkins.latest_on(session, key, REASSESS)
    upcoming = following(plan, occurrence_on=max(ended, last_on or ended), now=now)
    if upcoming and upcoming.on < not_before:
        # A break is longer than the rest of the ninety days: right after it.
        upcoming = first(plan, after=now, not_before=not_before)
    await _keep(session, deps, key, REASSESS, plan, upcoming)


async def _plan_reminder(session: AsyncSession, deps: Deps, key: MemberKey) -> None:
    member, pace = await members.get(session, key), await paces.get(session, key)
    days_off = paces.days_off(pace) if pace else frozenset({5, 6})
    zone = member.zone if member and member.zone else "UTC"
    today = local_date(deps.now(), zone_of(zone))
    plan = Plan("once", zone, seed_of(key.workspace_id, key.user_id), days_off=days_off)
    on = working_days_later(today, REMIND_AFTER, days_off=days_off)
    upcoming = first(plan, after=deps.now(), not_before=on)
    await _keep(session, deps, key, REMINDER, plan, upcoming)


async def _keep(
    session: AsyncSession,
    deps: Deps,
    key: MemberKey,
    kind: str,
    plan: Plan,
    upcoming: Occurrence | None,
) -> None:
    await schedules.plan(
        session,
        key.workspace_id,
        kind,
        key.user_id,
        user_id=key.user_id,
        zone=plan.zone,
        weekday=plan.weekday,
        hour=plan.hour,
        rule=plan.rule,
        next_due_at=upcoming.due_at if upcoming else None,
        next_on=upcoming.on if upcoming else None,
        now=deps.now(),
    )


async def _stop(session: AsyncSession, deps: Deps, key: MemberKey, kinds: tuple[str, ...]) -> None:
    for kind in kinds:
        await schedules.stop(session, key.workspace_id, kind, key.user_id, now=deps.now())
