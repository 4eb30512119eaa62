"""Whether a message that the bot sends by itself may go out now, later, or not at all.

Messages are planned days ahead, and much can change in between: the member pauses, moves to another zone,
turns on Do-not-disturb, or is sent something else. So the policy is applied at the moment of sending and not
when a message is planned, to facts read in the transaction that marks the message as being sent. Messages
of all features go through `decide_send`; that is how the limits per day and week hold over all of them.

Reasons are short, stable words: they are stored with the message, counted, and shown to operators.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from coaching.timing import local_date, next_slot, zone_of

MESSAGE_STATES = ("ready", "leased", "sending", "sent", "failed", "skipped", "unknown")
"""The states of a message that the bot sends by itself, in the order in which it passes through them."""

PER_DAY = 1
"""The most messages that the bot starts per member and local date, over all features."""

PER_WEEK = 2
"""The most messages that the bot starts per member within seven local dates, over all features."""

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Send:
    """The message may go out now."""


@dataclass(frozen=True)
class Skip:
    """The message will never go out, and why."""

    reason: str


@dataclass(frozen=True)
class Wait:
    """The message may go out later, and why not now."""

    until: datetime
    reason: str


SendDecision = Send | Skip | Wait


@dataclass(frozen=True)
class MemberFacts:
    """The facts that decide on a message to a member, read at the moment of sending.

    `snoozed_until` is the first local date on which messages may come again. `sent_days` are the local dates
    of the messages that the bot started to this member in the last week, one entry for each message,
    including those being sent. `quiet_until` is the end of Slack's Do-not-disturb; None outside it.
    """

    now: datetime
    due_at: datetime
    expires_at: datetime
    is_installed: bool
    is_active: bool
    wants: bool
    is_paused: bool
    snoozed_until: date | None
    zone: str | None
    days_off: frozenset[int]
    sent_days: Sequence[date]
    quiet_until: datetime | None = None


@dataclass(frozen=True)
class ChannelFacts:
    """The facts that decide on a message to a channel, read at the moment of sending.

    `waits_until` is set while something that the message tells of is still to be read from Slack.
    """

    now: datetime
    due_at: datetime
    expires_at: datetime
    is_installed: bool
    is_followed: bool
    waits_until: datetime | None = None


SendFacts = MemberFacts | ChannelFacts


def decide_send(facts: SendFacts) -> SendDecision:
    """Return whether the message goes out now, later or never; never if that would be after its expiry."""
    refusal = _refusal(facts)
    if refusal is not None:
        return Skip(refusal)
    if facts.now >= facts.expires_at:
        return Skip("expired")
    if facts.now < facts.due_at:  # the clock was set back
        return _wait(facts, until=facts.due_at, reason="not_due")
    if isinstance(facts, MemberFacts):
        return _in_working_hours(facts)
    if facts.waits_until is not None and facts.now < facts.waits_until:
        return _wait(facts, until=facts.waits_until, reason="roster_unread")
    return Send()


def _refusal(facts: SendFacts) -> str | None:
    """Return why the message must not be sent at any time; None when nothing speaks against it."""
    if not facts.is_installed:
        return "not_installed"
    if isinstance(facts, ChannelFacts):
        return None if facts.is_followed else "unfollowed"
    if not facts.is_active:
        return "deactivated"
    if not facts.wants:
        return "opted_out"
    if facts.is_paused:
        return "paused"
    today = local_date(facts.now, zone_of(facts.zone))
    is_snoozed = facts.snoozed_until is not None and today < facts.snoozed_until
    return "snoozed" if is_snoozed else None


def _in_working_hours(facts: MemberFacts) -> SendDecision:
    """Check working hours, Do-not-disturb and the budget, in this order."""
    if _slot(facts, facts.now) != facts.now:
        return _wait(facts, until=_slot(facts, facts.now), reason="outside_hours")
    if facts.quiet_until is not None and facts.quiet_until > facts.now:
        return _wait(facts, until=_slot(facts, facts.quiet_until), reason="do_not_disturb")
    return _within_budget(facts)


def _within_budget(facts: MemberFacts) -> SendDecision:
    """Check the limits per day and week.

    Dates after today count too: the member may have come from a zone where it was already tomorrow.
    """
    today = local_date(facts.now, zone_of(facts.zone))
    recent = sorted(day for day in facts.sent_days if day > today - _WEEK)
    if len(recent) >= PER_WEEK:
        free = max(recent[-PER_WEEK] + _WEEK, recent[-PER_DAY] + _DAY)
        return _wait(facts, until=_slot(facts, facts.now, free), reason="budget_week")
    if recent and recent[-PER_DAY] >= today:
        free = recent[-PER_DAY] + _DAY
        return _wait(facts, until=_slot(facts, facts.now, free), reason="budget_day")
    return Send()


def _slot(facts: MemberFacts, moment: datetime, not_before: date | None = None) -> datetime | None:
    zone = zone_of(facts.zone)
    return next_slot(moment, zone, days_off=facts.days_off, not_before=not_before)


def _wait(facts: SendFacts, *, until: datetime | None, reason: str) -> SendDecision:
    if until is None or until >= facts.expires_at:
        return Skip(reason)
    return Wait(until=until, reason=reason)
