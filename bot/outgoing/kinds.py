"""What a message that the bot sends by itself is made of: one `Kind` for each kind of them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from bot.deps import Deps
from bot.slack.api import Message
from coaching.members import MemberKey
from coaching.send_policy import MemberFacts, SendFacts, Skip
from coaching.timing import WEEKEND, Plan, Rule, local_date, zone_of
from storage import checkins, members
from storage.checkins import REMINDER, Pace
from storage.database import Session
from storage.outbox.queue import Outgoing
from storage.outbox.schedules import Schedule

FOR_MEMBERS = timedelta(days=3)
FOR_CHANNELS = timedelta(days=1)
"""How long after its due time a message is still worth sending."""


@dataclass(frozen=True)
class Composed:
    """A message ready to go, with what its row remembers of it."""

    message: Message
    form: str | None = None
    step_id: str | None = None


@dataclass(frozen=True)
class Kind:
    """How messages of one kind are decided on, written and followed up.

    `facts` is asked right before sending, fresh from the database; `quiet_until` is filled in afterwards.
    `compose` runs in the transaction that commits `sending`, before the message is marked so, and again
    when Slack asked to wait: it must be safe to repeat. When somebody else holds the message by then,
    what it wrote is rolled back. `sent` runs in the transaction that marks the message sent, also when
    it was found by reading back. None of the three may call Slack.
    """

    name: str
    expires_after: timedelta
    facts: Callable[[Session, Deps, Outgoing], Awaitable[SendFacts]]
    compose: Callable[[Session, Deps, Outgoing], Awaitable[Composed | Skip]]
    sent: Callable[[Session, Deps, Outgoing], Awaitable[None]]


Kinds = Mapping[str, Kind]


def plan_of(schedule: Schedule, *, days_off: frozenset[int] = frozenset()) -> Plan:
    """The plan that a schedule follows; a member's days off come from their pace, a channel has none."""
    return Plan(
        rule=cast("Rule", schedule.rule),
        zone=schedule.zone,
        seed=seed_of(schedule.workspace_id, schedule.subject),
        weekday=schedule.weekday,
        hour=schedule.hour,
        days_off=days_off,
    )


def seed_of(workspace_id: str, subject: str) -> str:
    """What spreads the messages of members and channels over the minutes of an hour."""
    return f"{workspace_id} {subject}"


WEEK = timedelta(days=7)


def key_of(row: Outgoing) -> MemberKey:
    """To whom a message goes."""
    return MemberKey(row.workspace_id, row.subject)


async def facts(session: Session, deps: Deps, row: Outgoing) -> MemberFacts:
    """Everything that decides whether this message may go out now; `quiet_until` is asked elsewhere."""
    key, now = key_of(row), deps.now()
    # Held first, as in an erasure: neither then waits for the other.
    member, pace = await members.lock(session, key), await checkins.get_pace(session, key)
    workspace = await members.get_workspace(session, row.workspace_id)
    zone = member.zone if member else None
    since = local_date(now, zone_of(zone)) - WEEK
    return MemberFacts(
        now=now,
        due_at=row.due_at,
        expires_at=row.expires_at,
        is_installed=workspace is not None and workspace.disconnected_at is None,
        is_active=member is not None and member.deactivated_at is None,
        wants=_wants(row, pace),
        is_paused=pace is not None and pace.paused_at is not None,
        snoozed_until=pace.snoozed_until if pace else None,
        zone=zone,
        days_off=checkins.days_off_of(pace) if pace else WEEKEND,
        sent_days=await checkins.sent_days(session, key, since=since),
    )


def _wants(row: Outgoing, pace: Pace | None) -> bool:
    """Off means that nothing comes by itself; without settings only the one reminder may come."""
    return row.kind == REMINDER if pace is None else pace.cadence != "off"
