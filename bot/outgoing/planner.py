"""When a member's messages come: planned when something begins or ends, and anew after every change.

Everything here runs in the transaction of what led to it, and nothing calls Slack. While the zone of a
member is not known, UTC stands in for it; `bot.people` asks for it afterwards and plans anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import cast

from bot.deps import Deps
from bot.outgoing.kinds import seed_of
from coaching.checkins import Cadence, effective_rule
from coaching.members import MemberKey
from coaching.timing import (
    Occurrence,
    Plan,
    Rule,
    first_occurrence,
    local_date,
    next_occurrence,
    working_days_later,
    zone_of,
)
from storage import checkins, members
from storage.assessments import assessments
from storage.assessments.assessments import Assessment
from storage.checkins import CHECKIN, REASSESS, REMINDER, KindHistory, Pace
from storage.database import Session
from storage.outbox import schedules
from storage.outbox.schedules import NewSchedule

FIRST_AFTER = timedelta(days=7)
"""A first step gets so much time before somebody asks about it."""

REST = timedelta(days=3)
"""And every later step so much, when it came with the answer to a check-in."""

REMIND_AFTER = 3
"""Working days after which an unfinished self-check is recalled."""


@dataclass(frozen=True)
class Basis:
    """What a member's plans rest on, as one transaction found it."""

    pace: Pace
    rule: Rule
    zone: str
    is_zone_asked: bool
    newest: Assessment
    oldest: Assessment
    past: Mapping[str, KindHistory]


async def after_assessment(session: Session, deps: Deps, key: MemberKey) -> Basis | None:
    """A self-check ended: check-ins begin or go on, the next self-check is in ninety days."""
    pace = await checkins.record_activity(session, key, now=deps.now())
    await schedules.stop(session, key.workspace_id, REMINDER, key.user_id, now=deps.now())
    return await replan(session, deps, key, silent=0, pace=pace)


async def after_opening(session: Session, deps: Deps, key: MemberKey) -> None:
    """A self-check began: it is recalled once if it stays unfinished, unless one was finished before."""
    pace = await checkins.get_pace(session, key)
    if await assessments.latest(session, key):
        # Whoever was deactivated and comes back had no plan meanwhile.
        planned = await schedules.get(session, key.workspace_id, CHECKIN, key.user_id)
        if planned is None or planned.next_on is None:
            await replan(session, deps, key)
    elif pace is None or pace.reminded_at is None:
        await _plan_reminder(session, deps, key)


async def replan(
    session: Session,
    deps: Deps,
    key: MemberKey,
    *,
    silent: int | None = None,
    pace: Pace | None = None,
) -> Basis | None:
    """Plan anew from how things stand; what is planned and no longer wanted is taken away.

    `silent` is how many check-ins before the last one stayed without an answer, and `pace` what this
    transaction knows of it; each is looked up unless given. None when nothing is planned.
    """
    found = await _basis(session, deps, key, silent=silent, pace=pace)
    if found:
        await _plan(session, deps, key, found)
    else:
        await _stop(session, deps, key, (CHECKIN, REASSESS))
    return found


async def replan_in(
    session: Session, deps: Deps, key: MemberKey, zone: str | None, known: object
) -> None:
    """Plan anew for a member who turned out to be in this zone, or who came back.

    `known` is the `Basis` of a moment ago, if any; it is used unless the member's pace changed since.
    """
    pace = await checkins.get_pace(session, key) if isinstance(known, Basis) else None
    if isinstance(known, Basis) and pace and pace.model_dump() == known.pace.model_dump():
        await _plan(session, deps, key, replace(known, zone=zone or known.zone))
    else:
        await replan(session, deps, key)


async def heard(session: Session, deps: Deps, key: MemberKey) -> None:
    """The member answered, or decided about a step: nothing before it counts as ignored any more."""
    pace = await checkins.record_activity(session, key, now=deps.now())
    await replan(session, deps, key, silent=0, pace=pace)


async def stop_all(session: Session, deps: Deps, key: MemberKey) -> None:
    """Nothing more comes to this member."""
    await schedules.stop_all_of_member(session, key, now=deps.now())


async def _basis(
    session: Session, deps: Deps, key: MemberKey, *, silent: int | None, pace: Pace | None
) -> Basis | None:
    member, pace = await members.get(session, key), pace or await checkins.get_pace(session, key)
    results = await assessments.latest_by_framework(session, key)
    if member is None or member.deactivated_at or pace is None or not results:
        return None
    if silent is None:
        silent = max(0, await checkins.count_ignored(session, key) - 1)
    rule = None if pace.paused_at else effective_rule(cast("Cadence", pace.cadence), silent)
    if rule is None:
        return None
    return Basis(
        pace=pace,
        rule=rule,
        zone=member.zone or "UTC",
        is_zone_asked=member.profile_at is not None,
        newest=results[0],
        # With several profiles, the one that is oldest is the first to be looked at again.
        oldest=next(
            (row for row in reversed(results) if deps.library.can_be_taken(row.framework)),
            results[0],
        ),
        past=await checkins.history_by_kind(session, key),
    )


async def _plan(session: Session, deps: Deps, key: MemberKey, basis: Basis) -> None:
    now = deps.now()
    often, seldom = _plan_of(key, basis, rule=basis.rule), _plan_of(key, basis, rule="quarterly")
    new = [
        _new(CHECKIN, often, _checkin(often, basis, now=now)),
        _new(REASSESS, seldom, _reassess(seldom, basis, now=now)),
    ]
    await _keep(session, deps, key, new)


def _plan_of(key: MemberKey, basis: Basis, *, rule: Rule) -> Plan:
    return Plan(
        rule=rule,
        zone=basis.zone,
        seed=seed_of(key.workspace_id, key.user_id),
        weekday=basis.pace.weekday,
        hour=basis.pace.hour,
        days_off=checkins.days_off_of(basis.pace),
    )


def _quiet(pace: Pace) -> date:
    return pace.snoozed_until or date.min


def _checkin(plan: Plan, basis: Basis, *, now: datetime) -> Occurrence | None:
    """The next check-in: in step with the last one, and not before the member had time for a step."""
    zone, since, not_before = zone_of(plan.zone), basis.newest, _quiet(basis.pace)
    last_on, answered = basis.past.get(CHECKIN, KindHistory())
    if answered:
        not_before = max(not_before, local_date(answered, zone) + REST)
    if last_on is None:
        began = local_date(since.ended_at or since.started_at, zone) + FIRST_AFTER
        return first_occurrence(plan, after=now, not_before=max(not_before, began))
    upcoming = next_occurrence(plan, occurrence_on=last_on, now=now)
    while upcoming and upcoming.on < not_before:
        upcoming = next_occurrence(plan, occurrence_on=upcoming.on, now=now)
    return upcoming


def _reassess(plan: Plan, basis: Basis, *, now: datetime) -> Occurrence | None:
    """The invitation to a new self-check: ninety days after the last one, or after the last invitation."""
    since, not_before = basis.oldest, _quiet(basis.pace)
    ended = local_date(since.ended_at or since.started_at, zone_of(plan.zone))
    last_on = basis.past.get(REASSESS, KindHistory()).latest_on
    upcoming = next_occurrence(plan, occurrence_on=max(ended, last_on or ended), now=now)
    if upcoming and upcoming.on < not_before:
        # A break is longer than the rest of the ninety days: right after it.
        upcoming = first_occurrence(plan, after=now, not_before=not_before)
    return upcoming


async def _plan_reminder(session: Session, deps: Deps, key: MemberKey) -> None:
    member, pace = await members.get(session, key), await checkins.get_pace(session, key)
    days_off = checkins.days_off_of(pace) if pace else frozenset({5, 6})
    zone = member.zone if member and member.zone else "UTC"
    today = local_date(deps.now(), zone_of(zone))
    plan = Plan("once", zone, seed_of(key.workspace_id, key.user_id), days_off=days_off)
    on = working_days_later(today, REMIND_AFTER, days_off=days_off)
    upcoming = first_occurrence(plan, after=deps.now(), not_before=on)
    await _keep(session, deps, key, [_new(REMINDER, plan, upcoming)])


def _new(kind: str, plan: Plan, upcoming: Occurrence | None) -> NewSchedule:
    return NewSchedule(
        kind,
        zone=plan.zone,
        rule=plan.rule,
        next_due_at=upcoming.due_at if upcoming else None,
        next_on=upcoming.on if upcoming else None,
        weekday=plan.weekday,
        hour=plan.hour,
    )


async def _keep(session: Session, deps: Deps, key: MemberKey, plans: Sequence[NewSchedule]) -> None:
    user, now = key.user_id, deps.now()
    await schedules.plan_all(session, key.workspace_id, user, plans, user_id=user, now=now)


async def _stop(session: Session, deps: Deps, key: MemberKey, kinds: tuple[str, ...]) -> None:
    for kind in kinds:
        await schedules.stop(session, key.workspace_id, kind, key.user_id, now=deps.now())
