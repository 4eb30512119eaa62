"""Notices about one's own rights: one message a day has them all, and nothing takes one away."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlmodel import col

from app import REGISTRY
from bot.features.notices import service
from storage import checkins, notices
from storage.evidence import claim_rows
from storage.notices import NOTICES
from storage.outbox.queue import Outgoing
from tests.checkins.calendar import Season, assessed, working_year
from tests.evidence.desk import (
    ENGINEERING,
    Court,
    adds_pieces,
    opens_ladder,
    submits_coding,
    switches_evidence,
)
from tests.stage import BOTH, Person, staged

LAGOS = ZoneInfo("Africa/Lagos")


async def claims_both(ada: Person) -> None:
    """Submit a claim on the coding ladder, and one for a tier."""
    await submits_coding(ada)
    await ada.types("/rungs prove")
    await ada.chooses("Engineering: tier 1, AI-Assisted")
    await ada.clicks("Start this claim")
    await adds_pieces(ada, level="tier 1")
    await ada.clicks("Submit it")


async def returns_all(court: Court, ada: Person) -> None:
    async with court.season.stage.database.read() as session:
        every = await claim_rows.of_member(session, ada.key)
    for verifier, claim in zip(("kenji", "grace"), every, strict=True):
        await court.returns(claim, verifier)


async def test_all_of_a_day_come_in_one_message_in_working_hours_outside_the_budget(
    spring: Season, ada: Person, court: Court
) -> None:
    await opens_ladder(spring, ENGINEERING)
    await assessed(ada)
    # Messages come on Fridays at 11.
    async with spring.stage.database.write() as session:
        await checkins.change_pace(
            session, ada.key, now=spring.calendar.now, days_off=(0, 1, 2, 3, 5, 6), hour=11
        )
    await ada.types("/rungs checkin off")
    await claims_both(ada)
    await returns_all(court, ada)
    async with spring.stage.database.read() as session:
        planned = await session.scalars(select(Outgoing).where(col(Outgoing.kind) == NOTICES))
        (planned_for,) = [one.due_at.astimezone(LAGOS) for one in planned]
    assert (planned_for.weekday(), planned_for.hour) == (4, 11)
    (told,) = await court.comes(ada)
    assert told.count("your claim is back with you") == 2
    local = spring.calendar.now.astimezone(LAGOS)
    assert local.weekday() == 4
    async with spring.stage.database.read() as session:
        since = spring.calendar.now.date() - timedelta(days=7)
        days = await checkins.sent_days(session, ada.key, since=since, without=REGISTRY.notices)
    assert days == []


async def test_more_than_one_message_takes_come_on_later_days(
    spring: Season, ada: Person, court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert service.MOST == 10
    monkeypatch.setattr(service, "MOST", 1)
    await opens_ladder(spring, ENGINEERING)
    await claims_both(ada)
    await returns_all(court, ada)
    told = [*await court.comes(ada), *await court.comes(ada)]
    assert [one.count("your claim is back with you") for one in told] == [1, 1]
    assert told[0] != told[1]


@BOTH
async def test_one_that_comes_after_the_message_of_the_day_comes_on_a_later_day(
    spring: Season, ada: Person, court: Court
) -> None:
    await submits_coding(ada)
    await court.returns(await court.claim_of(ada))
    assert len(await court.comes(ada)) == 1
    # Her hour moves to later on the same day, at which one message went out already.
    async with spring.stage.database.write() as session:
        await checkins.change_pace(session, ada.key, now=spring.calendar.now, hour=16)
    await ada.types("/rungs prove")
    await ada.clicks("Open")
    await ada.clicks("Submit it")
    await court.returns(await court.claim_of(ada), "grace")
    async with spring.stage.database.read() as session:
        planned_for = await notices.last_day(session, ada.key)
    assert planned_for
    assert planned_for > spring.calendar.now.astimezone(LAGOS).date()
    before = len(ada.messages())
    spring.calendar.turn(hours=2)
    await spring.stage.run_jobs(REGISTRY.kinds)
    assert len(ada.messages()) == before
    assert len(await court.comes(ada)) == 1


async def test_during_a_break_they_wait_until_it_is_over(
    spring: Season, ada: Person, court: Court
) -> None:
    await assessed(ada)
    await submits_coding(ada)
    await ada.types("snooze until Friday")
    await court.returns(await court.claim_of(ada))
    before = len(ada.messages())
    spring.calendar.turn(days=2)
    await spring.stage.run_jobs(REGISTRY.kinds)
    assert len(ada.messages()) == before, "It is Wednesday."
    assert len(await court.comes(ada)) == 1


async def test_while_its_capability_is_off_a_notice_waits(
    spring: Season, ada: Person, court: Court
) -> None:
    await submits_coding(ada)
    await court.returns(await court.claim_of(ada))
    await switches_evidence(spring)
    assert await court.comes(ada) == []
    await switches_evidence(spring)
    async with spring.stage.database.read() as session:
        (waiting,) = await notices.of_message(session, ada.key, "")
    assert waiting.message_id is None
    await ada.types("/rungs prove")
    await ada.clicks("Open")
    await ada.clicks("Submit it")
    await court.returns(await court.claim_of(ada), "grace")
    assert len(await court.comes(ada)) == 1
    async with spring.stage.database.read() as session:
        assert not await notices.is_waiting(session, ada.key)


async def test_what_was_decided_is_told_also_when_the_process_ends_right_after(
    stage_url: str,
) -> None:
    """The decision and its notice are one transaction: another process finds both, or neither."""
    async with working_year() as (slack, calendar):
        async with staged(stage_url, playground=slack, now=calendar) as stage:
            spring = Season(stage, calendar)
            await opens_ladder(spring)
            await switches_evidence(spring)
            ada, court = stage.person("ada"), Court(spring)
            await submits_coding(ada)
            claim = await court.is_decided(ada)
            assert claim.state == "accepted"
            async with stage.database.read() as session:
                waiting = await notices.of_message(session, ada.key, "")
                assert [(one.kind, one.about) for one in waiting] == [("claim_decided", claim.id)]
                assert await notices.is_planned(session, ada.key)
                kenji = stage.person("kenji").key
                assert await notices.of_message(session, kenji, "") == [], "Each has their own."
                assert not await notices.is_waiting(session, kenji)
        async with staged(stage_url, playground=slack, now=calendar) as stage:
            spring = Season(stage, calendar)
            ada = stage.person("ada")
            (told,) = await Court(spring).comes(ada)
            assert "accepted" in told
