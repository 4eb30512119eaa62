"""Whether a message may go out now, later or never."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from coaching.send_policy import ChannelFacts, MemberFacts, Send, Skip, Wait, decide_send
from coaching.timing import WEEKEND

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEDNESDAY = date(2027, 1, 6)
NOW = datetime(2027, 1, 6, 12, tzinfo=UTC)
EVERY_DAY = frozenset(range(7))

FINE = MemberFacts(
    now=NOW,
    due_at=NOW - HOUR,
    expires_at=NOW + 3 * DAY,
    is_installed=True,
    is_active=True,
    wants=True,
    is_paused=False,
    snoozed_until=None,
    zone="Europe/Berlin",
    days_off=WEEKEND,
    sent_days=(),
)
CHANNEL = ChannelFacts(
    now=NOW, due_at=NOW - HOUR, expires_at=NOW + DAY, is_installed=True, is_followed=True
)


def at(local: str) -> MemberFacts:
    """The fine facts at that local time in Berlin, with a week left."""
    now = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    return replace(FINE, now=now, due_at=now - HOUR, expires_at=now + 9 * DAY)


def berlin(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("Europe/Berlin"))


def test_a_message_goes_out_when_nothing_speaks_against_it() -> None:
    assert decide_send(FINE) == Send()
    assert decide_send(CHANNEL) == Send()


REFUSED: list[tuple[MemberFacts | ChannelFacts, str]] = [
    (replace(FINE, is_installed=False), "not_installed"),
    (replace(FINE, is_active=False), "deactivated"),
    (replace(FINE, wants=False), "opted_out"),
    (replace(FINE, is_paused=True), "paused"),
    (replace(FINE, snoozed_until=WEDNESDAY + DAY), "snoozed"),
    (replace(FINE, expires_at=NOW), "expired"),
    (replace(FINE, days_off=EVERY_DAY), "outside_hours"),
    (replace(FINE, quiet_until=NOW + 4 * DAY), "do_not_disturb"),
    (replace(FINE, sent_days=[WEDNESDAY], expires_at=NOW + HOUR), "budget_day"),
    (replace(FINE, sent_days=[WEDNESDAY - DAY, WEDNESDAY - 2 * DAY]), "budget_week"),
    (replace(CHANNEL, is_installed=False), "not_installed"),
    (replace(CHANNEL, is_followed=False), "unfollowed"),
    (replace(CHANNEL, expires_at=NOW), "expired"),
]


@pytest.mark.parametrize(("facts", "reason"), REFUSED)
def test_a_message_is_skipped_with_its_reason(
    facts: MemberFacts | ChannelFacts, reason: str
) -> None:
    assert decide_send(facts) == Skip(reason)


@pytest.mark.parametrize(
    ("facts", "until", "reason"),
    [
        (at("2027-01-06 08:59"), "2027-01-06 09:00", "outside_hours"),
        (at("2027-01-06 17:00"), "2027-01-07 09:00", "outside_hours"),
        (at("2027-01-09 12:00"), "2027-01-11 09:00", "outside_hours"),
        (
            replace(at("2027-01-06 12:00"), quiet_until=berlin("2027-01-06 13:20")),
            "2027-01-06 13:20",
            "do_not_disturb",
        ),
        (
            replace(at("2027-01-06 12:00"), quiet_until=berlin("2027-01-06 22:00")),
            "2027-01-07 09:00",
            "do_not_disturb",
        ),
        (
            replace(at("2027-01-08 12:00"), sent_days=[date(2027, 1, 8)]),
            "2027-01-11 09:00",
            "budget_day",
        ),
        (
            replace(at("2027-01-06 12:00"), sent_days=[date(2027, 1, 1), date(2027, 1, 5)]),
            "2027-01-08 09:00",
            "budget_week",
        ),
        (
            replace(at("2027-01-06 12:00"), sent_days=[date(2027, 1, 4), date(2027, 1, 6)]),
            "2027-01-11 09:00",
            "budget_week",
        ),
        (
            replace(at("2027-01-06 12:00"), sent_days=[date(2026, 12, 31), date(2027, 1, 7)]),
            "2027-01-08 09:00",
            "budget_week",
        ),
    ],
)
def test_a_message_waits_for_its_time(facts: MemberFacts, until: str, reason: str) -> None:
    assert decide_send(facts) == Wait(until=berlin(until), reason=reason)


def test_a_date_ahead_of_today_counts_as_spent() -> None:
    """In the zone that the member came from it was already Thursday."""
    facts = replace(at("2027-01-06 12:00"), sent_days=[date(2027, 1, 7)])
    assert decide_send(facts) == Wait(until=berlin("2027-01-08 09:00"), reason="budget_day")


def test_messages_of_a_week_ago_do_not_count() -> None:
    days = [WEDNESDAY - 7 * DAY, WEDNESDAY - 8 * DAY, WEDNESDAY - 6 * DAY]
    assert decide_send(replace(FINE, sent_days=days)) == Send()


def test_a_member_may_be_written_to_on_the_date_that_ends_the_snooze() -> None:
    assert decide_send(replace(FINE, snoozed_until=WEDNESDAY)) == Send()


def test_nothing_goes_out_before_it_is_due() -> None:
    early = NOW + timedelta(minutes=10)
    assert decide_send(replace(FINE, due_at=early)) == Wait(until=early, reason="not_due")
    assert decide_send(replace(CHANNEL, due_at=early)) == Wait(until=early, reason="not_due")


def test_a_digest_waits_for_who_is_in_the_channel() -> None:
    soon = CHANNEL.now + timedelta(seconds=15)
    waiting = replace(CHANNEL, waits_until=soon)
    assert decide_send(waiting) == Wait(until=soon, reason="roster_unread")
    assert decide_send(replace(waiting, now=soon)) == Send()


def test_a_wait_that_ends_at_the_expiry_is_a_skip() -> None:
    facts = at("2027-01-06 08:00")
    opening = berlin("2027-01-06 09:00")
    assert decide_send(replace(facts, expires_at=opening)) == Skip("outside_hours")
    assert isinstance(decide_send(replace(facts, expires_at=opening + HOUR)), Wait)


def test_the_first_reason_in_order_is_told() -> None:
    """Facts are corrected one after another; each time the next reason is given."""
    worst = replace(
        FINE,
        is_installed=False,
        is_active=False,
        wants=False,
        is_paused=True,
        snoozed_until=WEDNESDAY + DAY,
        expires_at=NOW,
        days_off=EVERY_DAY,
        quiet_until=NOW + 5 * DAY,
        sent_days=[WEDNESDAY, WEDNESDAY],
    )
    told = [reason_of(worst)]
    for name in FACTS_IN_ORDER:
        worst = replace(worst, **{name: getattr(FINE, name)})
        told.append(reason_of(worst))
    assert told == [
        "not_installed",
        "deactivated",
        "opted_out",
        "paused",
        "snoozed",
        "expired",
        "outside_hours",
        "do_not_disturb",
        "budget_week",
        None,
    ]


FACTS_IN_ORDER = (
    "is_installed",
    "is_active",
    "wants",
    "is_paused",
    "snoozed_until",
    "expires_at",
    "days_off",
    "quiet_until",
    "sent_days",
)


def reason_of(facts: MemberFacts) -> str | None:
    verdict = decide_send(facts)
    return None if isinstance(verdict, Send) else verdict.reason


DATES = st.dates(date(2026, 3, 1), date(2027, 11, 15))
MINUTES = st.integers(9 * 60, 17 * 60) | st.integers(0, 24 * 60 - 1)
"""Of a local day, more often those in which people work."""

ZONES = st.sampled_from(
    ["Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Niue"]
)
REFUSING: list[dict[str, Any]] = [{flag: flag == "is_paused"} for flag in FACTS_IN_ORDER[:4]]
FLAWS = st.sampled_from([*REFUSING, *({} for _ in range(12))])
"""What makes the message unwanted: mostly nothing."""


@st.composite
def members(draw: st.DrawFn) -> MemberFacts:
    """A member of any kind at any moment, more often reachable than not."""
    zone, today = draw(ZONES), draw(DATES)
    local = datetime.combine(today, time()) + draw(MINUTES) * timedelta(minutes=1)
    now = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    days_ago = st.integers(-1, 10).map(lambda n: today - n * DAY)
    hours = st.integers(-5, 200).map(lambda n: n * HOUR)
    fine = replace(
        FINE,
        now=now,
        due_at=now - draw(st.integers(-2, 90)) * HOUR,
        expires_at=now + draw(hours),
        snoozed_until=draw(st.none() | days_ago),
        zone=zone,
        days_off=draw(st.just(WEEKEND) | st.frozensets(st.integers(0, 6), max_size=7)),
        quiet_until=draw(st.none() | hours.map(lambda ahead: now + ahead)),
        sent_days=draw(st.lists(days_ago, max_size=3)),
    )
    return replace(fine, **draw(FLAWS))


def is_wanted(facts: MemberFacts) -> bool:
    local = facts.now.astimezone(ZoneInfo(facts.zone or "UTC"))
    is_awake = facts.snoozed_until is None or local.date() >= facts.snoozed_until
    is_reachable = facts.is_installed and facts.is_active and facts.wants and not facts.is_paused
    return is_reachable and is_awake


def is_time(facts: MemberFacts) -> bool:
    """Due, not expired, in working hours of a working day, and not in quiet time."""
    local = facts.now.astimezone(ZoneInfo(facts.zone or "UTC"))
    is_due = facts.due_at <= facts.now < facts.expires_at
    is_working = "09:00" <= f"{local:%H:%M}" < "17:00" and local.weekday() not in facts.days_off
    is_quiet = facts.quiet_until is not None and facts.now < facts.quiet_until
    return is_due and is_working and not is_quiet


def is_within_budget(today: date, sent: Sequence[date]) -> bool:
    week = [day for day in sent if (today - day).days <= 6]
    return len(week) < 2 and all(day < today for day in week)


def may_go_out(facts: MemberFacts) -> bool:
    today = facts.now.astimezone(ZoneInfo(facts.zone or "UTC")).date()
    return is_wanted(facts) and is_time(facts) and is_within_budget(today, facts.sent_days)


@given(facts=members())
def test_a_message_goes_out_exactly_when_it_may(facts: MemberFacts) -> None:
    assert (decide_send(facts) == Send()) == may_go_out(facts)


@given(facts=members())
def test_a_wait_ends_in_time_and_leads_to_an_end(facts: MemberFacts) -> None:
    for _ in range(9):
        verdict = decide_send(facts)
        if not isinstance(verdict, Wait):
            return
        assert facts.now < verdict.until < facts.expires_at
        facts = replace(facts, now=verdict.until)
    pytest.fail(f"still waiting: {facts}")


@given(facts=members(), share=st.floats(0, 0.999))
def test_no_chance_is_missed_while_waiting(facts: MemberFacts, share: float) -> None:
    verdict = decide_send(facts)
    assume(isinstance(verdict, Wait))
    assert isinstance(verdict, Wait)
    between = facts.now + share * (verdict.until - facts.now)
    assert not may_go_out(replace(facts, now=between))


@given(facts=members())
def test_what_was_skipped_could_never_have_gone_out(facts: MemberFacts) -> None:
    """As long as nothing but the time changes."""
    verdict = decide_send(facts)
    assume(isinstance(verdict, Skip) and verdict.reason != "snoozed")
    moment = facts.now
    while moment < facts.expires_at:
        assert not may_go_out(replace(facts, now=moment))
        moment += HOUR
