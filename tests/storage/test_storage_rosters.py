"""Rosters: frozen once for a period, from those who finished a self-check, and where these stand."""

import asyncio
from datetime import timedelta

from sqlalchemy import insert

from app import REGISTRY
from coaching.assessment import Words
from coaching.members import MemberKey
from storage import privacy
from storage.assessments import assessments
from storage.assessments.assessments import Assessment
from storage.database.engine import Database
from storage.members import Member
from storage.team_digest import rosters, teams
from storage.team_digest.rosters import RosterStanding
from tests.coaching.ladders import ladder
from tests.storage.cast import (
    ADA,
    COLLEAGUE,
    NAMESAKE,
    SALES,
    START,
    a_team,
    finished,
    minute,
    questionnaire_about,
)
from tests.storage.statements import recorded

PERIOD = START.date()
WEEK = timedelta(days=7)


async def freeze(database: Database, *user_ids: str, weeks: int = 0, channel: str = "C1") -> int:
    async with database.write() as session:
        return await rosters.freeze(session, "T1", channel, PERIOD + weeks * WEEK, user_ids)


async def sizes(database: Database, weeks: int) -> list[int]:
    """How many count in each of the first weeks."""
    async with database.read() as session:
        return [
            await rosters.size(session, "T1", "C1", PERIOD + week * WEEK) for week in range(weeks)
        ]


async def standings(database: Database, workspace_id: str = "T1") -> list[RosterStanding]:
    async with database.read() as session:
        return await rosters.standings(session, workspace_id, "C1", PERIOD)


async def test_those_count_who_finished_a_self_check(database: Database) -> None:
    await a_team(database)
    await finished(database, ADA, 2.0)
    await finished(database, NAMESAKE, 2.0)
    coding = questionnaire_about("coding", framework="ai-coding")
    await finished(database, MemberKey("T1", "U3"), 2.0, words=coding)
    async with database.write() as session:
        about_robo = await assessments.start(
            session, MemberKey("T1", "U5"), SALES, subject="robo", now=minute(0)
        )
        assert await assessments.complete(session, about_robo, tier=3.0, now=minute(1))
        await assessments.start(session, COLLEAGUE, SALES, now=minute(0))
        left = await assessments.start(session, MemberKey("T1", "U4"), SALES, now=minute(0))
        await assessments.abandon(session, left, now=minute(1))
    assert await freeze(database, "U1", "U1", "U2", "U3", "U4", "U5", "never met") == 1
    async with database.read() as session:
        team = await teams.get(session, "T1", "C1")
    assert team
    assert team.people == 7
    assert [place.user_id for place in await standings(database)] == ["U1"]


async def test_no_other_ladder_moves_anybody(database: Database) -> None:
    await a_team(database)
    await finished(database, ADA, 2.0)
    others: list[tuple[Words, str]] = [(ladder(2), ""), (SALES, "robo")]
    async with database.write() as session:
        for number, (words, subject) in enumerate(others, start=5):
            row = await assessments.start(session, ADA, words, subject=subject, now=minute(number))
            await assessments.complete(session, row, tier=3.0, level=3, now=minute(number))
    assert await freeze(database, "U1") == 1
    assert await standings(database) == [RosterStanding("U1", 2.0, minute(0))]


async def test_a_frozen_roster_does_not_change(database: Database) -> None:
    await a_team(database)
    await finished(database, ADA, 2.0)
    await finished(database, COLLEAGUE, 2.0)
    assert await freeze(database, "U1") == 1
    assert await freeze(database, "U1", "U2") == 1
    assert await freeze(database) == 1
    assert await freeze(database, "U1", "U2", weeks=-1) == 0
    assert [place.user_id for place in await standings(database)] == ["U1"]


async def test_a_roster_without_anybody_is_frozen_too(database: Database) -> None:
    await a_team(database)
    await finished(database, ADA, 2.0)
    assert await freeze(database) == 0
    assert await freeze(database, "U1") == 0


async def test_the_period_before_is_kept_and_older_ones_are_forgotten(database: Database) -> None:
    await a_team(database)
    await a_team(database, "C2")
    await finished(database, ADA, 2.0)
    await freeze(database, "U1", channel="C2")
    kept = []
    for week in range(4):
        assert await freeze(database, "U1", weeks=week) == 1
        kept.append(await sizes(database, 4))
    assert kept == [[1, 0, 0, 0], [1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]]
    async with database.read() as session:
        assert await rosters.size(session, "T1", "C2", PERIOD) == 1


async def test_nobody_counts_for_a_channel_that_does_not_follow(database: Database) -> None:
    await finished(database, ADA, 2.0)
    await a_team(database, workspace_id="T2")
    assert await freeze(database, "U1") == 0
    assert await standings(database) == []


async def test_where_somebody_stands_is_their_last_self_check(database: Database) -> None:
    await a_team(database)
    await a_team(database, workspace_id="T2")
    design = questionnaire_about("design")
    coding = questionnaire_about("coding", framework="ai-coding")
    await finished(database, ADA, 1.0, number=1)
    await finished(database, ADA, 2.5, number=2, words=design)
    await finished(database, ADA, 3.0, number=3, words=coding)
    await finished(database, COLLEAGUE, 1.5, number=4)
    await finished(database, NAMESAKE, 3.0, number=5)
    await freeze(database, "U2", "U1")
    async with database.write() as session:
        await assessments.start(session, ADA, SALES, now=minute(9))
        await rosters.freeze(session, "T2", "C1", PERIOD, ["U1"])
    assert await standings(database) == [
        RosterStanding("U1", 2.5, since=minute(1)),
        RosterStanding("U2", 1.5, since=minute(4)),
    ]
    assert await standings(database, "T2") == [RosterStanding("U1", 3.0, minute(5))]
    await finished(database, COLLEAGUE, 2.0, number=10)
    assert (await standings(database))[1].tier == 2.0


async def test_freezing_twice_at_once_keeps_one_of_the_two(database: Database) -> None:
    await a_team(database)
    for key in (ADA, COLLEAGUE):
        await finished(database, key, 2.0)
    found = await asyncio.gather(*(freeze(database, f"U{1 + n % 2}", "U9") for n in range(12)))
    assert found == [1] * 12
    assert len(await standings(database)) == 1


async def test_an_erasure_while_a_roster_is_frozen_leaves_nothing_behind(
    database: Database,
) -> None:
    async def forget() -> None:
        async with database.write() as session:
            await privacy.erase(session, ADA, REGISTRY.personal_data)

    await finished(database, COLLEAGUE, 2.0)
    # The member is the one who set the digest up: the erasure wants the team's row as well.
    for week in range(8):
        await finished(database, ADA, 2.0)
        await a_team(database, set_by=ADA.user_id)
        await asyncio.gather(
            freeze(database, "U1", "U2", weeks=week), forget(), freeze(database, "U1", weeks=week)
        )
    async with database.read() as session:
        assert await session.get(Member, ("T1", "U1")) is None


async def test_a_channel_of_ten_thousand_takes_a_few_statements(database: Database) -> None:
    await a_team(database)
    await finished(database, ADA, 2.0)
    people = [f"U{number:05}" for number in range(10_000)]
    await many_finished(database, people[::2])
    async with database.write() as session:
        with recorded(session) as statements:
            assert await rosters.freeze(session, "T1", "C1", PERIOD, people) == 5_000
        assert len(statements) <= 6, "a statement takes thousands at once"
    async with database.read() as session:
        with recorded(session) as statements:
            assert len(await rosters.standings(session, "T1", "C1", PERIOD)) == 5_000
        assert len(statements) == 1


async def many_finished(database: Database, user_ids: list[str]) -> None:
    """All of them completed a self-check like the one that is there."""
    async with database.write() as session:
        (model,) = await assessments.history(session, ADA)
        await session.execute(
            insert(Member),
            [
                {"workspace_id": "T1", "user_id": one, "created_at": START, "seen_at": START}
                for one in user_ids
            ],
        )
        await session.execute(
            insert(Assessment),
            [model.model_dump() | {"id": f"a-{one}", "user_id": one} for one in user_ids],
        )
