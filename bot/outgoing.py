"""What a message that the bot sends by itself is made of: one `Kind` for each kind of them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from bot.delivery import Message
from bot.deps import Deps
from coaching.gate import Facts, Skip
from coaching.timing import Plan, Rule
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
    facts: Callable[[Session, Deps, Outgoing], Awaitable[Facts]]
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
