"""Conversations about different subjects, on different ladders: each with words and a history of its own."""

import asyncio

import pytest
from sqlalchemy.exc import IntegrityError

from coaching.assessment import Words
from storage.assessments import assessments, wordings
from storage.assessments.assessments import Assessment
from storage.database.engine import Database
from tests.coaching.ladders import criteria, ladder, needs
from tests.storage.cast import ADA, COLLEAGUE, NAMESAKE, SALES, finished, minute

SAILING = ladder(2, 2)
BOATS = criteria(count=2, levels=3)
JOURNEY = needs((1, 2), (3,))


async def leveled(
    database: Database, words: Words, *, subject: str = "", level: int = 2, number: int = 0
) -> Assessment:
    """A conversation of the member that led to a level."""
    async with database.write() as session:
        row = await assessments.start(session, ADA, words, subject=subject, now=minute(number))
        assert await assessments.complete(session, row, level=level, now=minute(number + 1))
    return row


async def finished_sales(database: Database) -> Assessment:
    """The member's self-check in a role family."""
    await finished(database, ADA, 2.0)
    async with database.read() as session:
        (row,) = await assessments.history(session, ADA)
    return row


@pytest.mark.parametrize("words", [SALES, SAILING, BOATS, JOURNEY], ids=lambda one: one.scoring)
async def test_words_of_every_kind_come_back_as_they_were(database: Database, words: Words) -> None:
    async with database.write() as session:
        row = await assessments.start(session, ADA, words, now=minute(0))
    async with database.read() as session:
        assert await wordings.words_of(session, row) == words
    assert (row.framework, row.family, row.version) == (words.framework, words.family, "1")


async def test_each_subject_can_have_one_open(database: Database) -> None:
    async with database.write() as session:
        rows = [
            await assessments.start(session, ADA, BOATS, subject=subject, now=minute(number))
            for number, subject in enumerate(("", "robo", "nova", "robo"))
        ]
        sailing = await assessments.start(session, ADA, SAILING, now=minute(9))
    assert [row.subject for row in rows] == ["", "robo", "nova", "robo"]
    assert rows[1].id == rows[3].id
    async with database.read() as session:
        for row in rows:
            found = await assessments.get_open(session, ADA, "boats", subject=row.subject)
            assert found is not None
            assert found.id == row.id
        assert await assessments.get_open(session, ADA) is None
        every = [row.id for row in await assessments.list_open(session, ADA)]
        assert every == [sailing.id, rows[2].id, rows[1].id, rows[0].id]
        assert await assessments.list_open(session, COLLEAGUE) == []
        assert await assessments.list_open(session, NAMESAKE) == []


async def test_parallel_starts_about_one_agent_open_one(database: Database) -> None:
    async def start(subject: str) -> Assessment:
        async with database.write() as session:
            return await assessments.start(session, ADA, BOATS, subject=subject, now=minute(0))

    opened = await asyncio.gather(*(start(subject) for subject in ("robo", "nova") * 5))
    assert len({row.id for row in opened}) == 2


async def test_a_result_is_a_tier_or_a_level(database: Database) -> None:
    row = await leveled(database, SAILING, level=0)
    async with database.read() as session:
        found = await assessments.get(session, "T1", row.id)
    assert found is not None
    assert (found.level, found.tier, found.state) == (0, None, "completed")


async def test_without_a_result_nothing_is_completed(database: Database) -> None:
    async with database.write() as session:
        row = await assessments.start(session, ADA, SALES, now=minute(0))
    with pytest.raises(IntegrityError, match="ck_assessment_completed"):
        async with database.write() as session:
            await assessments.complete(session, row.model_copy(), now=minute(1))
    async with database.read() as session:
        assert await assessments.get_open(session, ADA) is not None


async def test_history_is_about_the_member_alone(database: Database) -> None:
    """Who grades agents and looks at projects says nothing of themself with that."""
    sales = await finished_sales(database)
    await leveled(database, BOATS, subject="robo", number=10)
    await leveled(database, JOURNEY, subject="need:C1", number=20)
    await leveled(database, JOURNEY, subject="need:", number=30)
    async with database.read() as session:
        assert [row.id for row in await assessments.history(session, ADA)] == [sales.id]
        latest = await assessments.latest(session, ADA)
        assert latest is not None
        assert latest.id == sales.id
        assert await assessments.latest(session, ADA, framework="boats") is None


async def test_each_framework_has_a_history_of_its_own(database: Database) -> None:
    sales = await finished_sales(database)
    sailing = await leveled(database, SAILING, number=10)
    async with database.read() as session:
        for framework, row in (("role-families", sales), ("sailing", sailing)):
            of_one = await assessments.history(session, ADA, framework=framework)
            assert [one.id for one in of_one] == [row.id]
            latest = await assessments.latest(session, ADA, framework=framework)
            assert latest is not None
            assert latest.id == row.id
        every = [row.id for row in await assessments.history(session, ADA)]
        assert every == [sailing.id, sales.id]
        before = await assessments.latest(session, ADA, framework="sailing", before=minute(11))
        assert before is None


async def test_what_was_said_last_about_an_agent(database: Database) -> None:
    await leveled(database, BOATS, subject="robo", number=0)
    second = await leveled(database, BOATS, subject="robo", number=10)
    await leveled(database, BOATS, subject="nova", number=20)
    async with database.write() as session:
        await assessments.start(session, ADA, BOATS, subject="robo", now=minute(30))
        last = await assessments.latest_about(session, ADA, "robo")
        assert last is not None
        assert last.id == second.id
        assert await assessments.latest_about(session, COLLEAGUE, "robo") is None
        assert await assessments.latest_about(session, NAMESAKE, "robo") is None
