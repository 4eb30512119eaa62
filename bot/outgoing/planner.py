"""The planner of a member's messages: check-ins, the invitation to a new self-check, and the one reminder.

Plans are made when a self-check begins or ends, and made again after every change of settings, answer or time
zone. Every function runs in the transaction of the caller's change, so that a change and its plans are saved
together or not at all; none of them calls Slack. While a member's zone is not known, UTC is used; the caller
reads the zone from Slack after the transaction (`bot.slack.directory`), and `replan_after_move` plans again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import cast

from bot.deps import Deps
from bot.slack.phrases import MemberClock, day_words
from coaching.members import MemberKey
from coaching.safe_text import Render
from coaching.timing import (
    WEEKEND,
    Cadence,
    Occurrence,
    Plan,
    Rule,
    effective_rule,
    first_occurrence,
    local_date,
    next_occurrence,
    seed_of,
    working_days_later,
    zone_name,
    zone_of,
)
from storage import checkins, members
from storage.assessments import assessments
from storage.assessments.assessments import Assessment
from storage.checkins import (
    CHECKIN,
    CHECKINS_OFF,
    REASSESS,
    REMINDER,
    USUAL_CADENCE,
    KindHistory,
    Pace,
)
from storage.database import Session
from storage.outbox import schedules
from storage.outbox.schedules import NewSchedule
from storage.safeguards import NO_SHOUT_OUTS

FIRST_STEP_TIME = timedelta(days=7)
"""How long after a first result the first check-in comes at the earliest."""

NEXT_STEP_TIME = timedelta(days=3)
"""How long after an answer to a check-in, which brings a new step, the next one comes at the earliest."""

REMIND_AFTER = 3
"""After how many working days an unfinished self-check is recalled."""


@dataclass(frozen=True)
class PlanBasis:
    """What a member's plans are computed from, as one transaction read it."""

    pace: Pace
    rule: Rule
    zone: str
    is_zone_asked: bool
    newest: Assessment
    oldest: Assessment
    past: Mapping[str, KindHistory]


@dataclass(frozen=True)
class PaceView:
    """A member's settings for check-ins and what follows from them now; dates are the member's local dates.

    `cadence` is how often the member chose, `rule` how often check-ins come in effect, None when they are off
    or paused. `weekday` and `hour` are the chosen ones, None for any. `may_share` is False where
    admins switched shout-outs off. `assessed` says whether there is a result.
    """

    cadence: str
    rule: str | None
    weekday: int | None
    hour: int | None
    days_off: frozenset[int]
    zone: str | None
    clock: MemberClock
    next_on: date | None
    next_at: datetime | None
    snoozed_until: date | None
    is_paused: bool
    shares_wins: bool
    may_share: bool
    assessed: bool

    @property
    def state(self) -> str:
        """Whether messages are off, paused by the bot, snoozed by the member, or on."""
        if self.cadence == "off":
            return "off"
        if self.is_paused:
            return "paused"
        return "snoozed" if self.is_snoozed else "on"

    @property
    def today(self) -> date:
        """The member's date."""
        return self.clock.today

    @property
    def is_snoozed(self) -> bool:
        """Whether the member asked for no messages until a later date."""
        return self.snoozed_until is not None and self.today < self.snoozed_until


async def pace_of(session: Session, deps: Deps, key: MemberKey) -> PaceView:
    """Return the member's settings and the date of their next check-in; the defaults when none were saved."""
    member, pace = await members.get(session, key), await checkins.get_pace(session, key)
    planned = await schedules.get(session, key.workspace_id, CHECKIN, key.user_id)
    usual = "off" if deps.settings.get(CHECKINS_OFF) else USUAL_CADENCE
    cadence = pace.cadence if pace else usual
    is_paused = pace is not None and pace.paused_at is not None
    silent = await _ignored_before_last(session, key)
    return PaceView(
        cadence=cadence,
        rule=None if is_paused else effective_rule(cast("Cadence", cadence), silent),
        weekday=pace.weekday if pace else None,
        hour=pace.hour if pace else None,
        days_off=checkins.days_off_of(pace) if pace else WEEKEND,
        zone=zone_name(member.zone) if member and member.zone else None,
        clock=MemberClock(deps.now(), member.zone if member else None),
        next_on=planned.next_on if planned else None,
        next_at=planned.next_due_at if planned else None,
        snoozed_until=pace.snoozed_until if pace else None,
        is_paused=is_paused,
        shares_wins=pace.shares_wins if pace else False,
        may_share=not deps.settings.get(NO_SHOUT_OUTS),
        assessed=await assessments.latest(session, key) is not None,
    )


async def _ignored_before_last(session: Session, key: MemberKey) -> int:
    """Return how many check-ins before the last one stayed unanswered."""
    return max(0, await checkins.count_ignored(session, key) - 1)


def next_checkin_text(render: Render, pace: PaceView) -> str:
    """Return when the next check-in comes, or why none does; nothing while none is planned."""
    until = pace.snoozed_until if pace.is_snoozed else None
    return render(
        "checkins/coming",
        state=pace.state,
        assessed=pace.assessed,
        until=day_words(until, today=pace.today) if until else None,
        next=pace.clock.around(pace.next_at) if pace.next_at else None,
    )


async def after_assessment(session: Session, deps: Deps, key: MemberKey) -> PlanBasis | None:
    """Plan check-ins and the next self-check in ninety days, after a self-check was finished."""
    is_off = deps.settings.get(CHECKINS_OFF)
    pace = await checkins.record_activity(session, key, now=deps.now(), off_by_default=is_off)
    await schedules.stop(session, key.workspace_id, REMINDER, key.user_id, now=deps.now())
    return await replan(session, deps, key, silent=0, pace=pace)


async def after_opening(session: Session, deps: Deps, key: MemberKey) -> None:
    """Plan the one reminder after a self-check was opened, unless the member finished one before."""
    pace = await checkins.get_pace(session, key)
    if await assessments.latest(session, key):
        # A member who was deactivated and comes back has no plans: those were stopped.
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
) -> PlanBasis | None:
    """Plan the member's messages anew, and stop those that are no longer wanted.

    `silent` is how many check-ins before the last one stayed unanswered, and `pace` the member's pace as this
    transaction read it; each is looked up unless given. Returns None when nothing is planned.
    """
    found = await _basis(session, deps, key, silent=silent, pace=pace)
    if found:
        await _plan(session, deps, key, found)
    else:
        await _stop(session, deps, key, (CHECKIN, REASSESS))
    return found


async def replan_after_move(
    session: Session, deps: Deps, key: MemberKey, zone: str | None, known: object
) -> None:
    """Plan anew for a member whose zone became known or changed, or who came back.

    `known` may be the `PlanBasis` of the plans made just before; it is used, with the new zone, unless the
    member's pace has changed since.
    """
    pace = await checkins.get_pace(session, key) if isinstance(known, PlanBasis) else None
    if isinstance(known, PlanBasis) and pace and pace.model_dump() == known.pace.model_dump():
        await _plan(session, deps, key, replace(known, zone=zone or known.zone))
    else:
        await replan(session, deps, key)


async def replan_after_activity(session: Session, deps: Deps, key: MemberKey) -> None:
    """Record that the member answered or decided about a step, and plan anew.

    Check-ins from before no longer count as ignored.
    """
    pace = await checkins.record_activity(session, key, now=deps.now())
    await replan(session, deps, key, silent=0, pace=pace)


async def stop_all(session: Session, deps: Deps, key: MemberKey) -> None:
    """Stop all plans for messages to this member."""
    await schedules.stop_all_of_member(session, key, now=deps.now())


async def _basis(
    session: Session, deps: Deps, key: MemberKey, *, silent: int | None, pace: Pace | None
) -> PlanBasis | None:
    member, pace = await members.get(session, key), pace or await checkins.get_pace(session, key)
    results = await assessments.latest_by_framework(session, key)
    if member is None or member.deactivated_at or pace is None or not results:
        return None
    if silent is None:
        silent = await _ignored_before_last(session, key)
    rule = None if pace.paused_at else effective_rule(cast("Cadence", pace.cadence), silent)
    if rule is None:
        return None
    return PlanBasis(
        pace=pace,
        rule=rule,
        zone=zone_name(member.zone),
        is_zone_asked=member.profile_at is not None,
        newest=results[0],
        # Of several frameworks, the one whose result is oldest is due first.
        oldest=next(
            (row for row in reversed(results) if deps.library.can_be_taken(row.framework)),
            results[0],
        ),
        past=await checkins.history_by_kind(session, key),
    )


async def _plan(session: Session, deps: Deps, key: MemberKey, basis: PlanBasis) -> None:
    now = deps.now()
    often, seldom = _plan_of(key, basis, rule=basis.rule), _plan_of(key, basis, rule="quarterly")
    new = [
        _new(CHECKIN, often, _checkin(often, basis, now=now)),
        _new(REASSESS, seldom, _reassess(seldom, basis, now=now)),
    ]
    await _save(session, deps, key, new)


def _plan_of(key: MemberKey, basis: PlanBasis, *, rule: Rule) -> Plan:
    return Plan(
        rule=rule,
        zone=basis.zone,
        seed=seed_of(key.workspace_id, key.user_id),
        weekday=basis.pace.weekday,
        hour=basis.pace.hour,
        days_off=checkins.days_off_of(basis.pace),
    )


def _first_date(pace: Pace) -> date:
    return pace.snoozed_until or date.min


def _checkin(plan: Plan, basis: PlanBasis, *, now: datetime) -> Occurrence | None:
    """Return when the next check-in is due: in the rhythm of the last one, but leaving time for a step."""
    zone, since, not_before = zone_of(plan.zone), basis.newest, _first_date(basis.pace)
    last_on, answered = basis.past.get(CHECKIN, KindHistory())
    if answered:
        not_before = max(not_before, local_date(answered, zone) + NEXT_STEP_TIME)
    if last_on is None:
        began = local_date(since.ended_at or since.started_at, zone) + FIRST_STEP_TIME
        return first_occurrence(plan, after=now, not_before=max(not_before, began))
    upcoming = next_occurrence(plan, occurrence_on=last_on, now=now)
    while upcoming and upcoming.on < not_before:
        upcoming = next_occurrence(plan, occurrence_on=upcoming.on, now=now)
    return upcoming


def _reassess(plan: Plan, basis: PlanBasis, *, now: datetime) -> Occurrence | None:
    """Return when to invite to a new self-check: ninety days after the last one or the last invitation."""
    since, not_before = basis.oldest, _first_date(basis.pace)
    ended = local_date(since.ended_at or since.started_at, zone_of(plan.zone))
    last_on = basis.past.get(REASSESS, KindHistory()).latest_on
    upcoming = next_occurrence(plan, occurrence_on=max(ended, last_on or ended), now=now)
    if upcoming and upcoming.on < not_before:
        # The snooze ends after the ninety days: the invitation comes right after it.
        upcoming = first_occurrence(plan, after=now, not_before=not_before)
    return upcoming


async def _plan_reminder(session: Session, deps: Deps, key: MemberKey) -> None:
    member, pace = await members.get(session, key), await checkins.get_pace(session, key)
    days_off = checkins.days_off_of(pace) if pace else WEEKEND
    zone = zone_name(member.zone if member else None)
    today = local_date(deps.now(), zone_of(zone))
    plan = Plan("once", zone, seed_of(key.workspace_id, key.user_id), days_off=days_off)
    on = working_days_later(today, REMIND_AFTER, days_off=days_off)
    upcoming = first_occurrence(plan, after=deps.now(), not_before=on)
    await _save(session, deps, key, [_new(REMINDER, plan, upcoming)])


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


async def _save(session: Session, deps: Deps, key: MemberKey, plans: Sequence[NewSchedule]) -> None:
    user, now = key.user_id, deps.now()
    await schedules.plan_all(session, key.workspace_id, user, plans, user_id=user, now=now)


async def _stop(session: Session, deps: Deps, key: MemberKey, kinds: tuple[str, ...]) -> None:
    for kind in kinds:
        await schedules.stop(session, key.workspace_id, kind, key.user_id, now=deps.now())
