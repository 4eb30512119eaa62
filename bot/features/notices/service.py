"""Notices about a member's own rights and roles: one message a day has them all, outside the coaching budget.

They come in the member's working hours and never in Do-not-disturb. While the member asked for no messages,
they wait. A member who switched check-ins off gets them too.

A capability declares in `notice_lines` what writes each kind of its notices, when the message is composed.
It returns None when there is nothing left to tell.
"""

from datetime import timedelta

from bot.deps import Deps
from bot.outgoing.kinds import Composed, Kind, notice_facts, receiver_of
from bot.slack.api import Message
from coaching.members import MemberKey
from coaching.send_policy import MemberFacts, Skip
from coaching.timing import WEEKEND, Plan, first_occurrence, seed_of, zone_name
from storage import checkins, members, notices
from storage.database import Session
from storage.members import Member
from storage.notices import NOTICES
from storage.outbox import queue
from storage.outbox.queue import NewMessage, Outgoing

KEPT_FOR = timedelta(days=60)
"""How long notices wait for a member who is away. What they tell of stays visible without them."""

MOST = 10
"""How many notices one message has; the others come with the next."""


async def tell(session: Session, deps: Deps, key: MemberKey, kind: str, about: str) -> None:
    """Tell a member something with their next notices; `kind` is one of those that capabilities declare.

    Call it in the transaction of the change that it tells of, so that neither is stored without the other.
    """
    member = await members.ensure(session, key, now=deps.now(), is_alone=True)
    await notices.add(session, key, kind, about, now=deps.now())
    if not await notices.is_planned(session, key):
        await _plan(session, deps, member)


async def _plan(session: Session, deps: Deps, member: Member) -> None:
    """Plan the next message with notices, on a later date than the last one."""
    key = MemberKey(member.workspace_id, member.user_id)
    pace = await checkins.get_pace(session, key)
    last = await notices.last_day(session, key)
    plan = Plan(
        "once",
        zone_name(member.zone),
        seed_of(key.workspace_id, key.user_id),
        hour=pace.hour if pace else None,
        days_off=checkins.days_off_of(pace) if pace else WEEKEND,
    )
    next_day = last + timedelta(days=1) if last else None
    upcoming = first_occurrence(plan, after=deps.now(), not_before=next_day)
    if upcoming is None:
        return
    message = NewMessage(
        workspace_id=key.workspace_id,
        kind=NOTICES,
        subject=key.user_id,
        user_id=key.user_id,
        local_date=upcoming.on,
        due_at=upcoming.due_at,
        expires_at=upcoming.due_at + KEPT_FOR,
    )
    await queue.enqueue(session, [message], now=deps.now())


async def _facts(session: Session, deps: Deps, row: Outgoing) -> MemberFacts:
    # Locked as by `tell`, so that a notice is in this message or in one that `tell` plans.
    await members.lock(session, receiver_of(row), is_alone=True)
    return await notice_facts(session, deps, row)


async def _compose(session: Session, deps: Deps, row: Outgoing) -> Composed | Skip:
    """Write the notices that wait; the same ones again when the message is composed once more.

    Those of a capability that is off go on waiting.
    """
    waiting = await notices.of_message(session, receiver_of(row), row.id)
    told: dict[tuple[str, str], Message] = {}
    for one in waiting:
        if (one.kind, one.about) not in told and len(told) == MOST:
            break
        writer = deps.features.notice_lines.get(one.kind)
        if writer is None:
            continue
        one.message_id = row.id
        message = await writer(session, deps, one)
        if message is not None:
            told[one.kind, one.about] = message
    await session.flush()
    if not told:
        return Skip("nothing_to_tell")
    text = "\n\n".join(one.text for one in told.values())
    blocks = [block for one in told.values() for block in one.blocks]
    return Composed(Message(text=text, blocks=blocks))


async def _after_sent(session: Session, deps: Deps, row: Outgoing) -> None:
    """Plan the next message when more notices wait than one has."""
    key = receiver_of(row)
    member = await members.lock(session, key, is_alone=True)
    if member and await notices.is_waiting(session, key):
        await _plan(session, deps, member)


KIND = Kind(NOTICES, KEPT_FOR, _facts, _compose, _after_sent, is_notice=True)
