"""Messages about what a member is owed: their own rights, and work that they took on for others.

They go out in working hours, one a day of each kind, outside the limits for coaching and whatever the member
chose for check-ins. Each is written when it is sent, from what stands in the database by then, so that all
that came up since the last one is in it.
"""

from dataclasses import replace
from datetime import timedelta

from bot.deps import Deps
from bot.outgoing.kinds import member_facts
from coaching.members import MemberKey
from coaching.send_policy import MemberFacts
from coaching.timing import WEEKEND, local_date, next_slot, zone_of
from storage import checkins, members
from storage.database import Session
from storage.outbox import queue
from storage.outbox.queue import NewMessage, Outgoing

EVERY_DAY = frozenset(range(7))

LIFETIME = timedelta(days=30)
"""How long after its due time such a message is still worth sending."""


async def plan_daily(session: Session, deps: Deps, key: MemberKey, kind: str) -> None:
    """Have the member told today, or tomorrow if today's message has gone out; nothing if one is waiting.

    Part of the caller's transaction, so that what happened and its message are stored together.
    """
    # The sender locks the member too while it writes the message: what comes later is for the next one.
    member, now = await members.lock(session, key), deps.now()
    if member is None or member.deactivated_at:
        return
    last = await queue.newest_to(session, key, kind)
    if last and last.state in ("ready", "leased"):
        return
    pace, zone = await checkins.get_pace(session, key), zone_of(member.zone)
    begins = [pace.snoozed_until] if pace and pace.snoozed_until else []
    if last:
        begins.append(max(last.local_date, last.sent_on or last.local_date) + timedelta(days=1))
    slot = next_slot(
        now,
        zone,
        days_off=_days_off(checkins.days_off_of(pace) if pace else WEEKEND),
        not_before=max(begins, default=None),
    )
    due_at = slot or now
    message = NewMessage(
        workspace_id=key.workspace_id,
        kind=kind,
        subject=key.user_id,
        user_id=key.user_id,
        local_date=local_date(due_at, zone),
        due_at=due_at,
        expires_at=due_at + LIFETIME,
    )
    await queue.enqueue(session, [message], now=now)


async def owed_facts(session: Session, deps: Deps, row: Outgoing) -> MemberFacts:
    """Return what decides whether such a message may go out now."""
    facts = await member_facts(session, deps, row)
    return replace(facts, is_owed=True, days_off=_days_off(facts.days_off))


def _days_off(days: frozenset[int]) -> frozenset[int]:
    """Return the days off, or the weekend where the member takes every day off from check-ins."""
    return WEEKEND if days >= EVERY_DAY else days
