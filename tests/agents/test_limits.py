"""Limits per person and channel: each is kept on both databases, and says so kindly."""

import asyncio
from typing import Any

from storage import allowances
from storage.agents import agents
from storage.agents.agents import Agent, AgentFacts
from storage.allowances import AGENTS, LINES
from storage.assessments import assessments
from tests.agents.register import CHANNEL, Desk, ladder, need_at
from tests.stage import BOTH, Person

pytestmark = BOTH


async def listed(desk: Desk) -> list[Agent]:
    async with desk.stage.database.read() as session:
        return await agents.of_channel(session, desk.workspace_id, CHANNEL)


async def fill(desk: Desk, count: int) -> None:
    """List so many agents, without a line for each."""
    async with desk.stage.database.write() as session:
        for number in range(count):
            facts = AgentFacts(f"Agent {number}", "Pathfinder", "M-1", None, "")
            await agents.add(
                session,
                desk.workspace_id,
                CHANNEL,
                ladder().id,
                facts,
                by=desk.noah.id,
                now=desk.clock.at,
            )


async def use_lines(desk: Desk, count: int) -> None:
    async with desk.stage.database.write() as session:
        for _ in range(count):
            await allowances.spend(session, desk.workspace_id, CHANNEL, LINES, now=desk.clock.at)


async def open_conversations(desk: Desk, person: Person) -> int:
    async with desk.stage.database.read() as session:
        return len(await assessments.list_open(session, person.key))


async def test_a_channel_lists_fifty_agents_also_when_three_come_at_once(desk: Desk) -> None:
    await fill(desk, AGENTS.most - 1)
    people = [desk.noah, desk.grace, desk.person("sofia")]
    for person in people:
        await person.types("/rungs agent add", where=CHANNEL)
    await asyncio.gather(
        *(
            desk.sends(person, name=person.name, tool="T", model="M-1", purpose="-")
            for person in people
        )
    )
    await desk.stage.settle()
    assert len(await listed(desk)) == AGENTS.most
    told = [desk.told(person) for person in people]
    assert sum("full with 50 agents" in one for one in told) == 2
    assert sum("is on the list now" in one for one in told) == 1
    refused = next(p for p, one in zip(people, told, strict=True) if "full with 50" in one)
    await desk.noah.types("/rungs agent remove Agent 1", where=CHANNEL)
    await desk.noah.clicks("Remove it", where=CHANNEL)
    await refused.clicks("Open the form again", where=CHANNEL)
    await desk.sends(refused)
    assert "is on the list now" in desk.told(refused)


async def test_a_channel_gets_twenty_lines_an_hour(desk: Desk) -> None:
    await desk.adds()
    await use_lines(desk, LINES.most - 2)
    for model in ("M-2", "M-3"):
        await desk.noah.types("/rungs agent edit Scout", where=CHANNEL)
        await desk.sends(desk.noah, model=model)
    assert "20 messages about changes" in desk.told(desk.noah)
    found = await desk.agent("Scout")
    assert found
    assert found.model == "M-2"
    await desk.noah.types("/rungs agent remove Scout", where=CHANNEL)
    await desk.noah.clicks("Remove it", where=CHANNEL)
    assert await desk.agent("Scout")
    assert len(desk.posts()) == 2
    desk.clock.go(minutes=60)
    await desk.noah.clicks("Open the form again", where=CHANNEL)
    await desk.sends(desk.noah)
    found = await desk.agent("Scout")
    assert found
    assert found.model == "M-3"


async def test_a_grade_waits_for_the_next_hour_and_keeps_its_answers(desk: Desk) -> None:
    agent = await desk.adds()
    await use_lines(desk, LINES.most - 1)
    await desk.grades("CCCCCCC")
    assert "20 messages about changes" in desk.told(desk.noah, desk.noah.dm)
    assert await desk.kept(agent) == []
    desk.clock.go(minutes=61)
    await desk.noah.clicks("C")
    assert len(await desk.kept(agent)) == 1


async def test_a_project_and_a_digest_count_as_lines(desk: Desk) -> None:
    await use_lines(desk, LINES.most)
    noah = await desk.needs([need_at(3)], name="Order desk")
    await noah.clicks("Share in the channel")
    assert "20 messages about changes" in desk.told(noah, noah.dm)
    await noah.types("/rungs team follow", where=CHANNEL)
    await desk.stage.playground.submit(noah.id, noah.view.id, noah.view.values)
    await desk.stage.settle()
    assert "20 messages about changes" in noah.reads()
    assert desk.posts() == []


async def test_a_digest_can_be_stopped_whatever_the_lines(desk: Desk) -> None:
    noah = desk.noah
    await noah.types("/rungs team follow", where=CHANNEL)
    await desk.stage.playground.submit(noah.id, noah.view.id, noah.view.values)
    await desk.stage.settle()
    await use_lines(desk, LINES.most - 1)
    posts = len(desk.posts())
    await noah.types("/rungs team unfollow", where=CHANNEL)
    await noah.clicks("Stop the digest", where=CHANNEL)
    assert desk.told(noah) == "Stopped."
    assert len(desk.posts()) == posts == 1


async def test_a_person_has_five_conversations_open(desk: Desk) -> None:
    noah = desk.noah
    for number in range(5):
        await noah.types(f"/rungs agent need Project {number}", where=CHANNEL)
        desk.clock.go(minutes=1)
    await noah.types("/rungs assess coding", where=CHANNEL)
    told = desk.told(noah)
    assert "You have five sets of questions open" in told
    assert "`/rungs agent need Project 3`" in told
    assert await open_conversations(desk, noah) == 5
    await noah.types("/rungs agent need Project 2", where=CHANNEL)
    assert "questions about the project are in your messages" in desk.told(noah)
    await noah.types("/rungs assess coding", where=CHANNEL)
    await noah.clicks("Close that one", where=CHANNEL)
    assert "Project 0* is closed" in desk.told(noah)
    await noah.types("/rungs assess coding", where=CHANNEL)
    assert "self-check is in your messages" in desk.told(noah)
    assert await open_conversations(desk, noah) == 5


async def test_a_family_chosen_on_an_old_card_counts_too(desk: Desk) -> None:
    noah = desk.noah
    await noah.types("/rungs assess")
    card: Any = noah.card
    for number in range(5):
        await noah.types(f"/rungs agent need Project {number}", where=CHANNEL)
    await noah.clicks("Engineering", on=card)
    assert "You have five sets of questions open" in desk.told(noah, noah.dm)
    assert await open_conversations(desk, noah) == 5


async def test_a_person_gets_five_exports_a_day(desk: Desk) -> None:
    noah, slack = desk.noah, desk.stage.playground
    for _ in range(7):
        await noah.types("/rungs export", where=CHANNEL)
    assert len(slack.workspace.files) == 2 * 5
    assert "exported your data five times in a day" in desk.told(noah)
    await desk.grace.types("/rungs export", where=CHANNEL)
    assert len(slack.workspace.files) == 2 * 6
    desk.clock.go(days=1)
    await noah.types("export")
    assert len(slack.workspace.files) == 2 * 7
    await noah.types("/rungs forget", where=CHANNEL)
    await noah.clicks("Erase everything", where=CHANNEL)
    async with desk.stage.database.read() as session:
        rows = await session.get(allowances.Allowance, (desk.workspace_id, noah.id, "exports"))
    assert rows is None
