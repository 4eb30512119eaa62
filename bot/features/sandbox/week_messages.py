"""The message that asks once a week what happened in a sandbox; it counts as one of the two a week."""

from dataclasses import replace
from datetime import timedelta

from bot.deps import Deps
from bot.features.sandbox.note_views import week_card
from bot.outgoing.kinds import Composed, Kind, member_facts, nothing_after
from coaching.sandbox import week_of
from coaching.send_policy import MemberFacts, Skip
from coaching.timing import WEEKEND, first_occurrence, seed_of, zone_name
from coaching.timing import Plan as TimePlan
from storage import checkins, members
from storage.database import Session
from storage.outbox import queue
from storage.outbox.queue import NewMessage, Outgoing
from storage.sandbox import notes, plan_rows
from storage.sandbox.plan_rows import Plan

WEEK_KIND = "sandbox_week"
LIFETIME = timedelta(days=5)
"""How long the question of a week is worth sending: it is out of date when the next one comes."""

BETWEEN = ":"


async def ask_for_week(session: Session, deps: Deps, plan: Plan) -> None:
    """Plan the message that asks about the week that is over, at the member's hour."""
    key, now = plan.key, deps.now()
    if key is None or plan.started_at is None:
        return
    member, pace = await members.get(session, key), await checkins.get_pace(session, key)
    when = TimePlan(
        "once",
        zone_name(member.zone if member else None),
        seed_of(key.workspace_id, key.user_id),
        hour=pace.hour if pace else None,
        days_off=checkins.days_off_of(pace) if pace else WEEKEND,
    )
    upcoming = first_occurrence(when, after=now)
    if upcoming is None:
        return
    week = max(1, week_of(plan.started_at, now) - 1)
    message = NewMessage(
        workspace_id=key.workspace_id,
        kind=WEEK_KIND,
        subject=key.user_id,
        user_id=key.user_id,
        local_date=upcoming.on,
        due_at=upcoming.due_at,
        expires_at=upcoming.due_at + LIFETIME,
        about=f"{plan.id}{BETWEEN}{week}",
    )
    await queue.enqueue(session, [message], now=now)


async def _facts(session: Session, deps: Deps, row: Outgoing) -> MemberFacts:
    """Return the facts for the send policy; who runs a sandbox wants these, also without check-ins."""
    return replace(await member_facts(session, deps, row), wants=True, is_paused=False)


async def _compose(session: Session, deps: Deps, row: Outgoing) -> Composed | Skip:
    """Write the question, unless the plan ended or the week was told of meanwhile."""
    plan_id, _, week = (row.about or "").partition(BETWEEN)
    plan = await plan_rows.one(session, row.workspace_id, plan_id)
    if plan is None or plan.state != "running" or plan.user_id != row.subject:
        return Skip("nothing_to_tell")
    every = await notes.of_plan(session, row.workspace_id, plan_id)
    if any(one.kind == "week" and str(one.week) == week for one in every):
        return Skip("nothing_to_tell")
    return Composed(week_card(deps.render, plan, int(week)))


KIND = Kind(WEEK_KIND, LIFETIME, _facts, _compose, nothing_after)
