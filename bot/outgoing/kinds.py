"""The kinds of messages that the bot sends by itself, and the facts that the send policy decides on."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from bot.deps import Deps
from bot.slack.api import Message
from coaching.members import MemberKey
from coaching.send_policy import ChannelFacts, MemberFacts, SendFacts, Skip
from coaching.timing import WEEKEND, local_date, to_utc, zone_of
from storage import checkins, members, workspaces
from storage.checkins import REMINDER, Pace
from storage.database import Session
from storage.outbox.queue import Outgoing

_WEEK = timedelta(days=7)

FOR_MEMBERS = timedelta(days=3)
FOR_CHANNELS = timedelta(days=1)
"""How long after its due time a message is still worth sending."""


@dataclass(frozen=True)
class Composed:
    """A composed message, with the form and the step that are stored in its row."""

    message: Message
    form: str | None = None
    step_id: str | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of message: how it is decided on and composed, and what follows once it was sent.

    `facts` reads what the send policy decides on, right before sending; the sender adds `quiet_until`.
    `compose` runs in the transaction that commits `sending`, and again when Slack asked to wait, so it must
    be safe to repeat. If another process holds the message by then, the transaction is rolled back. `sent`
    runs in the transaction that marks the message as sent, also when recovery found it in Slack. None of the
    three may call Slack.

    `is_notice` marks what is about a member's own rights, such as an end or a decision; its `facts` are
    `notice_facts`. The limit of two messages a week does not count it.
    """

    name: str
    expires_after: timedelta
    facts: Callable[[Session, Deps, Outgoing], Awaitable[SendFacts]]
    compose: Callable[[Session, Deps, Outgoing], Awaitable[Composed | Skip]]
    sent: Callable[[Session, Deps, Outgoing], Awaitable[None]]
    is_notice: bool = False


Kinds = Mapping[str, Kind]


def receiver_of(row: Outgoing) -> MemberKey:
    """Return the member that a message goes to."""
    return MemberKey(row.workspace_id, row.subject)


async def member_facts(session: Session, deps: Deps, row: Outgoing) -> MemberFacts:
    """Return what decides whether this message to a member may go out now, without `quiet_until`."""
    key, now = receiver_of(row), deps.now()
    # Locked first, in the same order as an erasure does, so that the two cannot deadlock.
    member, pace = await members.lock(session, key), await checkins.get_pace(session, key)
    workspace = await workspaces.get(session, row.workspace_id)
    zone = member.zone if member else None
    since = local_date(now, zone_of(zone)) - _WEEK
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
        sent_days=await checkins.sent_days(
            session, key, since=since, without=deps.features.notices
        ),
    )


async def notice_facts(session: Session, deps: Deps, row: Outgoing) -> MemberFacts:
    """Return what decides whether a notice to a member about their own rights may go out now.

    It comes also to members who have check-ins off or paused, and after a break that they asked for. Of all
    notices together at most one goes out on a local date.
    """
    facts = await member_facts(session, deps, row)
    zone = zone_of(facts.zone)
    today = local_date(facts.now, zone)
    due_at = row.due_at
    if facts.snoozed_until and today < facts.snoozed_until:
        due_at = max(due_at, to_utc(datetime.combine(facts.snoozed_until, time()), zone))
    return replace(
        facts,
        due_at=due_at,
        wants=True,
        is_paused=False,
        snoozed_until=None,
        sent_days=await checkins.sent_days(
            session, receiver_of(row), since=today, kinds=deps.features.notices
        ),
    )


def _wants(row: Outgoing, pace: Pace | None) -> bool:
    """Return whether the member wants it: nothing when off, only the reminder if they chose nothing yet."""
    if row.kind == REMINDER and (pace is None or pace.heard_at is None):
        return True
    return pace is not None and pace.cadence != "off"


async def channel_facts(
    session: Session, deps: Deps, row: Outgoing, *, is_followed: bool = True
) -> ChannelFacts:
    """Return what decides whether this message to a channel may go out now."""
    workspace = await workspaces.get(session, row.workspace_id)
    return ChannelFacts(
        now=deps.now(),
        due_at=row.due_at,
        expires_at=row.expires_at,
        is_installed=workspace is not None and workspace.disconnected_at is None,
        is_followed=is_followed,
    )


async def nothing_after(session: Session, deps: Deps, row: Outgoing) -> None:
    """Do nothing: the `sent` of kinds that need no follow-up."""
