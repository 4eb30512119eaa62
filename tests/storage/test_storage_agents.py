"""Agents: a register for each channel, one agent per name, and what happened to each."""

import asyncio

import pytest

from coaching.members import MemberKey
from storage.agents import agents, history
from storage.agents.agents import Agent, AgentFacts, EditOutcome
from storage.database.engine import Database
from tests.storage.cast import ADA, COLLEAGUE, NAMESAKE, minute
from tests.storage.registers import added, facts, graded


async def edited(
    database: Database, agent: Agent, said: AgentFacts, *, revision: int = 0, by: str = "U2"
) -> EditOutcome:
    async with database.write() as session:
        return await agents.edit(session, agent, said, by=by, now=minute(9), revision=revision)


async def kept(database: Database, agent: Agent) -> Agent:
    async with database.read() as session:
        found = await agents.get(session, agent.workspace_id, agent.id)
    assert found is not None
    return found


async def names(database: Database, workspace_id: str = "T1", channel: str = "C1") -> list[str]:
    async with database.read() as session:
        return [agent.name for agent in await agents.of_channel(session, workspace_id, channel)]


async def told(database: Database, agent: Agent) -> list[tuple[str, str | None, dict[str, object]]]:
    """What happened to the agent, by whom, oldest first."""
    async with database.read() as session:
        found = await history.of_agent(session, agent.workspace_id, agent.id, limit=99)
    return [(event.kind, event.by, history.detail_of(event)) for event in found][::-1]


async def test_an_agent_is_kept_with_who_added_it(database: Database) -> None:
    said = facts(owner="U2")
    agent = await kept(database, await added(database, said))
    assert (agent.name, agent.tool, agent.model, agent.owner, agent.purpose) == (
        "Robo",
        "Workbench",
        "model-1",
        "U2",
        "Small fixes in the shop",
    )
    assert (agent.added_by, agent.added_at, agent.model_since) == ("U1", minute(0), minute(0))
    assert (agent.framework, agent.revision, agent.removed_at) == ("boats", 0, None)
    (event,) = await told(database, agent)
    facts_without_people = {
        "name": "Robo",
        "tool": "Workbench",
        "model": "model-1",
        "purpose": "Small fixes in the shop",
    }
    assert event == ("added", "U1", facts_without_people)


@pytest.mark.parametrize("again", ["Robo", "robo", "  ROBO ", "Ｒｏｂｏ"])
async def test_a_channel_has_one_agent_of_a_name(database: Database, again: str) -> None:
    first = await added(database)
    async with database.write() as session:
        assert (
            await agents.add(session, "T1", "C1", "boats", facts(again), by="U2", now=minute(1))
            is None
        )
        found = await agents.find(session, "T1", "C1", again)
        assert found is not None
        assert found.id == first.id
    assert await names(database) == ["Robo"]


async def test_other_channels_and_workspaces_have_registers_of_their_own(
    database: Database,
) -> None:
    for name in ("zoe", "Adam"):
        await added(database, facts(name))
    await added(database, facts("zoe"), channel="C2")
    theirs = await added(database, facts("zoe"), by=NAMESAKE)
    assert await names(database) == ["Adam", "zoe"]
    assert await names(database, channel="C2") == ["zoe"]
    async with database.write() as session:
        assert await agents.find(session, "T1", "C3", "zoe") is None
        assert await agents.get(session, "T1", theirs.id) is None
        stolen = theirs.model_copy(update={"workspace_id": "T1"})
        assert await agents.remove(session, stolen, by="U1", now=minute(1)) is False
        outdated = await agents.edit(session, stolen, facts(), by="U1", now=minute(1), revision=0)
        assert outdated == "outdated"
    assert await names(database, "T2") == ["zoe"]


async def test_of_those_who_add_the_same_name_at_once_one_is_first(database: Database) -> None:
    async def add(number: int) -> Agent | None:
        async with database.write() as session:
            return await agents.add(
                session, "T1", "C1", "boats", facts(), by=f"U{number}", now=minute(number)
            )

    new = await asyncio.gather(*(add(number) for number in range(8)))
    (first,) = [agent for agent in new if agent]
    assert await names(database) == ["Robo"]
    assert [event[0] for event in await told(database, first)] == ["added"]


async def test_an_edit_says_what_changed_but_not_who_owns_it(database: Database) -> None:
    agent = await added(database, facts(owner="U3"))
    new = facts("Robo II", owner="U4", purpose="Large fixes")
    assert await edited(database, agent, new) == "changed"
    now = await kept(database, agent)
    assert (now.name, now.owner, now.purpose, now.revision) == ("Robo II", "U4", "Large fixes", 1)
    assert (now.changed_by, now.changed_at, now.model_since) == ("U2", minute(9), minute(0))
    assert (await told(database, agent))[-1] == (
        "changed",
        "U2",
        {
            "name": ["Robo", "Robo II"],
            "owner": [],
            "purpose": ["Small fixes in the shop", "Large fixes"],
        },
    )


async def test_a_loaded_agent_shows_its_edit(database: Database) -> None:
    await added(database)
    async with database.write() as session:
        mine = await agents.find(session, "T1", "C1", "Robo")
        assert mine is not None
        await agents.edit(session, mine, facts("Nova"), by="U1", now=minute(1), revision=0)
        assert (mine.name, mine.revision) == ("Nova", 1)


async def test_a_new_model_counts_from_its_day(database: Database) -> None:
    agent = await added(database)
    assert await edited(database, agent, facts(model="model-2")) == "changed"
    assert (await kept(database, agent)).model_since == minute(9)


async def test_an_edit_of_nothing_is_no_change(database: Database) -> None:
    agent = await added(database)
    assert await edited(database, agent, facts()) == "same"
    assert (await kept(database, agent)).revision == 0
    assert len(await told(database, agent)) == 1


async def test_an_edit_of_an_older_state_is_refused(database: Database) -> None:
    agent = await added(database)
    assert await edited(database, agent, facts("Nova")) == "changed"
    assert await edited(database, agent, facts("Vega")) == "outdated"
    assert await edited(database, agent, facts("Vega"), revision=1) == "changed"
    assert await names(database) == ["Vega"]


async def test_a_name_that_another_has_is_taken(database: Database) -> None:
    agent = await added(database)
    await added(database, facts("Nova"))
    assert await edited(database, agent, facts("nova", purpose="Other")) == "taken"
    now = await kept(database, agent)
    assert (now.name, now.purpose, now.revision) == ("Robo", "Small fixes in the shop", 0)
    assert len(await told(database, agent)) == 1
    assert await edited(database, agent, facts("ROBO")) == "changed"


async def test_what_follows_a_taken_name_in_a_transaction_counts(database: Database) -> None:
    agent = await added(database)
    await added(database, facts("Nova"))
    async with database.write() as session:
        taken = await agents.edit(session, agent, facts("Nova"), by="U2", now=minute(1), revision=0)
        assert taken == "taken"
        assert await agents.remove(session, agent, by="U2", now=minute(2)) is True
    assert await names(database) == ["Nova"]


async def test_of_two_edits_at_once_one_counts(database: Database) -> None:
    agent = await added(database)
    said = [facts(name) for name in ("Nova", "Vega", "Lyra")]
    results = await asyncio.gather(*(edited(database, agent, new) for new in said))
    assert sorted(results) == ["changed", "outdated", "outdated"]
    assert (await kept(database, agent)).revision == 1


async def test_of_two_that_are_renamed_alike_at_once_one_gets_the_name(database: Database) -> None:
    pair = [await added(database, facts(name)) for name in ("Nova", "Vega")]
    results = await asyncio.gather(*(edited(database, one, facts("Lyra")) for one in pair))
    assert sorted(results) == ["changed", "taken"]
    assert "Lyra" in await names(database)


async def test_a_removed_agent_keeps_its_history_and_leaves_its_name(database: Database) -> None:
    agent = await added(database)
    async with database.write() as session:
        assert await agents.remove(session, agent, by="U2", now=minute(5)) is True
        assert await agents.remove(session, agent, by="U1", now=minute(6)) is False
    gone = await kept(database, agent)
    assert (gone.removed_by, gone.removed_at) == ("U2", minute(5))
    assert [event[:2] for event in await told(database, agent)] == [
        ("added", "U1"),
        ("removed", "U2"),
    ]
    assert await edited(database, agent, facts("Nova"), revision=gone.revision) == "outdated"
    assert await names(database) == []
    assert (await added(database)).id != agent.id


async def test_the_removed_ones_come_last_one_first(database: Database) -> None:
    for number, name in enumerate(("Nova", "Vega", "Lyra")):
        agent = await added(database, facts(name))
        async with database.write() as session:
            await agents.remove(session, agent, by="U1", now=minute(number))
    await added(database)
    await added(database, facts("Other"), channel="C2")
    async with database.read() as session:
        gone = await agents.removed_from(session, "T1", "C1", limit=2)
        assert [agent.name for agent in gone] == ["Lyra", "Vega"]
        assert await agents.removed_from(session, "T2", "C1", limit=2) == []


async def test_of_two_removals_at_once_one_counts(database: Database) -> None:
    agent = await added(database)

    async def remove(user: str) -> bool:
        async with database.write() as session:
            return await agents.remove(session, agent, by=user, now=minute(1))

    assert sorted(await asyncio.gather(remove("U1"), remove("U2"))) == [False, True]
    assert [event[0] for event in await told(database, agent)] == ["added", "removed"]


async def test_the_history_of_a_channel_has_all_its_agents(database: Database) -> None:
    robo = await added(database)
    nova = await added(database, facts("Nova"), number=1)
    await added(database, facts("Vega"), channel="C2")
    await added(database, facts("Vega"), by=MemberKey("T2", "U1"))
    await graded(database, robo, by=COLLEAGUE)
    async with database.write() as session:
        await agents.remove(session, nova, by=ADA.user_id, now=minute(8))
    async with database.read() as session:
        found = await history.of_channel(session, "T1", "C1", limit=9)
        assert [(agent.name, event.kind) for agent, event in found] == [
            ("Nova", "removed"),
            ("Robo", "graded"),
            ("Nova", "added"),
            ("Robo", "added"),
        ]
        assert len(await history.of_channel(session, "T1", "C1", limit=2)) == 2
        assert [
            event.kind for event in await history.of_agent(session, "T1", robo.id, limit=1)
        ] == ["graded"]
