"""Practices: what members said of their steps, and what a team's members said."""

from datetime import date

from app import REGISTRY
from coaching.members import MemberKey
from storage import members, privacy
from storage.database.engine import Database
from storage.steps import step_offers, steps
from storage.steps.steps import Step
from storage.team_digest import rosters, teams
from tests.storage.cast import ADA, COLLEAGUE, NAMESAKE, START, a_team, finished, minute, tip_named

PERIOD = START.date()


async def offered(database: Database, key: MemberKey, tip_id: str = "note") -> Step:
    async with database.write() as session:
        return await step_offers.offer(
            session, key, tip_named(tip_id), assessment_id=None, now=minute(0)
        )


async def test_a_practice_is_kept_with_its_step(database: Database) -> None:
    step = await offered(database, ADA)
    async with database.write() as session:
        said = await steps.record_practice(session, ADA, step, "partly", now=minute(5))
        assert said is not None
        assert await steps.record_obstacle(session, ADA, said.id, "time") is True
    async with database.read() as session:
        (kept,) = await steps.list_practices(session, ADA)
    assert (kept.step_id, kept.tip_id, kept.family, kept.question) == (
        step.id,
        "note",
        "sales",
        "starting",
    )
    assert (kept.outcome, kept.obstacle, kept.said_at) == ("partly", "time", minute(5))


async def test_a_practice_is_recorded_for_a_members_own_step_only(database: Database) -> None:
    step = await offered(database, ADA)
    async with database.write() as session:
        for stranger in (COLLEAGUE, NAMESAKE):
            await members.ensure(session, stranger, now=minute(0))
            assert (
                await steps.record_practice(session, stranger, step, "done", now=minute(1)) is None
            )
        said = await steps.record_practice(session, ADA, step, "partly", now=minute(1))
        assert said is not None
        for stranger in (COLLEAGUE, NAMESAKE):
            assert await steps.record_obstacle(session, stranger, said.id, "tool") is False
            assert await steps.list_practices(session, stranger) == []
        assert said.obstacle is None


async def test_no_practice_is_recorded_for_an_erased_step(database: Database) -> None:
    step = await offered(database, ADA)
    async with database.write() as session:
        await privacy.erase(session, ADA, REGISTRY.personal_data)
    async with database.write() as session:
        assert await steps.record_practice(session, ADA, step, "done", now=minute(1)) is None
        await members.ensure(session, ADA, now=minute(2))
        assert await steps.record_practice(session, ADA, step, "done", now=minute(3)) is None


async def test_the_newest_comes_first_and_no_more_than_asked_for(database: Database) -> None:
    for number in range(4):
        step = await offered(database, ADA, f"tip-{number}")
        async with database.write() as session:
            await steps.record_practice(session, ADA, step, "done", now=minute(number))
    async with database.read() as session:
        found = await steps.list_practices(session, ADA, limit=2)
    assert [said.tip_id for said in found] == ["tip-3", "tip-2"]


async def test_who_practiced_is_on_the_roster_and_tried_something_in_that_time(
    database: Database,
) -> None:
    await a_team(database, "C1")
    crew = [MemberKey("T1", f"U{number}") for number in range(3, 9)]
    for key in (ADA, *crew):
        await finished(database, key, 2.0)
    async with database.write() as session:
        everybody = ["U1", *(key.user_id for key in crew[1:])]
        await rosters.freeze(session, "T1", "C1", PERIOD, everybody)
    said: list[tuple[MemberKey, steps.Outcome, int]] = [
        (ADA, "done", 10),
        (crew[0], "done", 10),  # not on the roster
        (crew[1], "partly", 19),
        (crew[2], "not_yet", 12),
        (crew[3], "done", 9),
        (crew[4], "done", 20),
    ]
    for key, outcome, number in said:
        step = await offered(database, key)
        async with database.write() as session:
            await steps.record_practice(session, key, step, outcome, now=minute(number))
    async with database.write() as session:
        await teams.record_team_practice(session, crew[5], "digest", now=minute(11))
        await teams.record_team_practice(session, crew[0], "digest", now=minute(11))
        await teams.record_team_practice(session, crew[3], "digest", now=minute(20))
    async with database.read() as session:
        found = await rosters.who_practiced(
            session, "T1", "C1", PERIOD, since=minute(10), until=minute(20)
        )
        nobody = await rosters.who_practiced(
            session, "T1", "C1", date(2026, 3, 9), since=minute(0), until=minute(99)
        )
    assert found == {"U1", "U4", "U8"}
    assert nobody == set()
