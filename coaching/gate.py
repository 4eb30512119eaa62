"""The last question before a message goes out: may it, now?

Reasons are short and stable words: they are kept with the message, counted, and shown to operators.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from coaching.timing import local_date, next_slot, zone_of

PER_DAY = 1
"""So many messages by itself does the bot send to a member on one of their local dates, over all features."""

PER_WEEK = 2
"""And so many within seven of their local dates."""

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Send:
    """It may go out now."""


@dataclass(frozen=True)
class Skip:
    """It will not go out, and why."""

    reason: str


@dataclass(frozen=True)
class Wait:
    """It may go out later, and why not now."""

    until: datetime
    reason: str


Verdict = Send | Skip | Wait


@dataclass(frozen=True)
class MemberFacts:
    """What decides about a message to a member, fresh at the moment of sending.

    `snoozed_until` is the first local date on which messages may come again. `sent_days` are the local dates
    on which the bot sent this member something by itself in the last week, one for each message, those in
    flight included. `quiet_until` is the end of Slack's Do-not-disturb, None outside it.
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
    """What decides about a message to a channel, fresh at the moment of sending."""

    now: datetime
    due_at: datetime
    expires_at: datetime
    is_installed: bool
    is_followed: bool


Facts = MemberFacts | ChannelFacts


def decide(facts: Facts) -> Verdict:
    """Whether the message goes out now, later or never; what would come after its expiry is never."""
    refusal = _refusal(facts)
    if refusal is not None:
        return Skip(refusal)
    if facts.now >= facts.expires_at:
        return Skip("expired")
    if facts.now < facts.due_at:  # the clock was set back
        return _wait(facts, until=facts.due_at, reason="not_due")
    return _in_their_time(facts) if isinstance(facts, MemberFacts) else Send()


def _refusal(facts: Facts) -> str | None:
    """Why the message is not wanted at all, whatever the time."""
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


def _in_their_time(facts: MemberFacts) -> Verdict:
    """Working hours, Do-not-disturb and budget, in this order."""
    if _slot(facts, facts.now) != facts.now:
        return _wait(facts, until=_slot(facts, facts.now), reason="outside_hours")
    if facts.quiet_until is not None and facts.quiet_until > facts.now:
        return _wait(facts, until=_slot(facts, facts.quiet_until), reason="do_not_disturb")
    return _within_budget(facts)


def _within_budget(facts: MemberFacts) -> Verdict:
    """A date ahead of today's counts too: the member may have come from a zone where it was later."""
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


def _wait(facts: Facts, *, until: datetime | None, reason: str) -> Verdict:
    if until is None or until >= facts.expires_at:
        return Skip(reason)
    return Wait(until=until, reason=reason)
