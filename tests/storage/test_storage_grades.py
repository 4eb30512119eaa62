"""Grades of agents: who gave them, in which words, for which model; the latest one counts."""

import asyncio

from storage.agents import agents, grades, history
from storage.assessments import wordings
from storage.database.engine import Database
from tests.storage.cast import COLLEAGUE, NAMESAKE, minute
from tests.storage.registers import ANSWERS, BOATS, LINKS, added, facts, graded


async def test_a_grade_is_kept_with_its_answers_links_and_words(database: Database) -> None:
    agent = await added(database)
    given = await graded(database, agent, by=COLLEAGUE)
    async with database.read() as session:
        (grade,) = await grades.of_agent(session, "T1", agent.id, limit=9)
        assert grade.model_dump() == given.model_dump()
        assert await wordings.words_of(session, grade) == BOATS
    assert list(grades.answers_of(grade).items()) == list(ANSWERS.items())
    assert grades.links_of(grade) == LINKS
    assert (grade.level, grade.model, grade.graded_by) == (1, "model-1", "U2")
    assert (grade.framework, grade.version, grade.graded_at) == ("boats", "1", minute(5))


async def test_a_grade_is_told_in_the_history_of_the_agent(database: Database) -> None:
    agent = await added(database)
    grade = await graded(database, agent, by=COLLEAGUE)
    async with database.read() as session:
        event = (await history.of_agent(session, "T1", agent.id, limit=9))[0]
    assert (event.kind, event.by, event.at) == ("graded", "U2", minute(5))
    assert history.detail_of(event) == {"grade": grade.id, "level": 1, "model": "model-1"}


async def test_a_grade_is_for_the_model_of_its_day(database: Database) -> None:
    agent = await added(database)
    async with database.write() as session:
        new = facts(model="model-2")
        await agents.edit(session, agent, new, by="U2", now=minute(3), revision=0)
    grade = await graded(database, agent.model_copy(update={"model": "model-1"}))
    assert grade.model == "model-2"


async def test_grades_given_at_once_are_all_kept(database: Database) -> None:
    agent = await added(database)
    await asyncio.gather(*(graded(database, agent, level=level) for level in (1, 2, 3)))
    async with database.read() as session:
        found = await grades.of_agent(session, "T1", agent.id, limit=9)
        latest = await grades.latest_by_agent(session, "T1", [agent.id])
    assert sorted(grade.level for grade in found) == [1, 2, 3]
    assert latest[agent.id].id == found[0].id == max(grade.id for grade in found)


async def test_the_latest_grade_of_each_agent_counts(database: Database) -> None:
    robo, nova = await added(database), await added(database, facts("Nova"))
    fresh = await added(database, facts("Fresh"))
    theirs = await added(database, by=NAMESAKE)
    for level, number in ((3, 1), (1, 30), (2, 20)):
        await graded(database, robo, level=level, number=number)
    await graded(database, nova, level=2)
    await graded(database, theirs, by=NAMESAKE)
    async with database.read() as session:
        every = [robo.id, nova.id, fresh.id, theirs.id]
        latest = await grades.latest_by_agent(session, "T1", every)
        assert {agent: grade.level for agent, grade in latest.items()} == {robo.id: 1, nova.id: 2}
        assert await grades.latest_by_agent(session, "T1", []) == {}
        levels = [grade.level for grade in await grades.of_agent(session, "T1", robo.id, limit=2)]
        assert levels == [1, 2]
        assert await grades.of_agent(session, "T2", robo.id, limit=2) == []


async def test_an_agent_removed_meanwhile_keeps_its_grade_and_stays_removed(
    database: Database,
) -> None:
    agent = await added(database)

    async def remove() -> None:
        async with database.write() as session:
            assert await agents.remove(session, agent.model_copy(), by="U2", now=minute(5))

    await asyncio.gather(graded(database, agent), remove(), graded(database, agent, level=2))
    async with database.read() as session:
        assert len(await grades.of_agent(session, "T1", agent.id, limit=9)) == 2
        assert await agents.of_channel(session, "T1", "C1") == []
        told = await history.of_agent(session, "T1", agent.id, limit=9)
    assert sorted(event.kind for event in told) == ["added", "graded", "graded", "removed"]
