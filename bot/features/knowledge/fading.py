"""The notice, 30 days ahead, that a skill will no longer count as checked."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.deps import Deps
from bot.features.knowledge.views import FadingView, fading_message
from bot.outgoing.kinds import Composed, Kind, notice_facts, receiver_of
from bot.slack.phrases import MemberClock
from coaching.knowledge.standing import Checked, next_notice
from coaching.members import MemberKey
from coaching.send_policy import Skip
from coaching.timing import (
    WEEKEND,
    Plan,
    first_occurrence,
    local_date,
    seed_of,
    zone_name,
    zone_of,
)
from storage import checkins, members
from storage.database import Session
from storage.knowledge.tries import checked_of
from storage.outbox import schedules
from storage.outbox.queue import Outgoing

KIND = "check_fading"

LIFETIME = timedelta(days=14)
"""How long after its due time the notice is still sent."""

TOGETHER = timedelta(days=1)
"""Skills of which the notices are due within so much time are told of together."""


async def plan_notice(
    session: Session, deps: Deps, key: MemberKey, *, after: datetime | None = None
) -> None:
    """Plan the next notice to the member, of a skill whose notice is due after that moment; or plan none."""
    now = deps.now()
    at = next_notice(await checked_of(session, key, now), after=after or now)
    if at is None:
        await schedules.stop(session, key.workspace_id, KIND, key.user_id, now=now)
        return
    member, pace = await members.get(session, key), await checkins.get_pace(session, key)
    zone = zone_name(member.zone if member else None)
    days_off = checkins.days_off_of(pace) if pace else WEEKEND
    plan = Plan("once", zone, seed_of(key.workspace_id, key.user_id), days_off=days_off)
    upcoming = first_occurrence(plan, after=now, not_before=local_date(at, zone_of(zone)))
    await schedules.plan(
        session,
        key.workspace_id,
        KIND,
        key.user_id,
        user_id=key.user_id,
        zone=zone,
        rule="once",
        next_due_at=upcoming.due_at if upcoming else None,
        next_on=upcoming.on if upcoming else None,
        now=now,
    )


async def replan_after_move(
    session: Session, deps: Deps, key: MemberKey, _zone: str | None, _known: object
) -> None:
    """Plan the notice anew for a member whose zone changed, or who came back."""
    await plan_notice(session, deps, key)


async def _compose(session: Session, deps: Deps, row: Outgoing) -> Composed | Skip:
    """Compose the notice of all skills that end about 30 days from now."""
    key, now = receiver_of(row), deps.now()
    fading = _told(await checked_of(session, key, now), now=now)
    titles = [_title(deps, one) for one in fading]
    shown = [(one, title) for one, title in zip(fading, titles, strict=True) if title]
    if not shown:
        return Skip("renewed")
    member = await members.get(session, key)
    clock = MemberClock(now, member.zone if member else None)
    until = clock.day(min(one.fades_at for one, _ in shown))
    skills = [(one.skill, title) for one, title in shown]
    return Composed(fading_message(deps.render, FadingView(skills, until)))


def _told(checked: Sequence[Checked], *, now: datetime) -> list[Checked]:
    due = [one for one in checked if one.notice_at <= now + TOGETHER]
    return sorted(due, key=lambda one: one.fades_at)


def _title(deps: Deps, one: Checked) -> str | None:
    """Return the title of the skill; None for one that has left the content."""
    skill = deps.library.knowledge.skill(one.skill)
    return skill.title if skill else None


async def _sent(session: Session, deps: Deps, row: Outgoing) -> None:
    """Plan the notice of the skill that ends next after those that were told of."""
    await plan_notice(session, deps, receiver_of(row), after=deps.now() + TOGETHER)


FADING = Kind(KIND, LIFETIME, notice_facts, _compose, _sent, is_notice=True)
