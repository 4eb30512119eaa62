"""A person who never used the bot is named as an agent's owner: they can export and erase that."""

import json
from datetime import UTC, datetime

from storage.agents import agents
from storage.agents.agents import Agent, AgentFacts
from tests.stage import Person, Stage

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


async def named(stage: Stage, owner: Person) -> Agent:
    """Let a colleague list an agent with this owner."""
    facts = AgentFacts("Robo", "Workbench", "model-1", owner.id, "Small fixes")
    async with stage.database.write() as session:
        agent = await agents.add(
            session, owner.key.workspace_id, "C1", "ai-engineer", facts, by="U9", now=NOON
        )
    assert agent is not None
    return agent


async def test_a_named_owner_is_told_what_is_stored(stage: Stage, ada: Person) -> None:
    agent = await named(stage, ada)
    await ada.types("/rungs forget")
    assert "That's your Slack user ID and your name in channels' agent lists." in ada.reads()
    await ada.clicks("Erase everything")
    async with stage.database.read() as session:
        now = await agents.get(session, agent.workspace_id, agent.id)
    assert now is not None
    assert (now.name, now.owner, now.added_by) == ("Robo", None, "U9")
    await ada.types("/rungs forget")
    assert "Rungs holds nothing about you" in ada.reads()


async def test_a_named_owner_finds_it_in_the_export(stage: Stage, ada: Person) -> None:
    await named(stage, ada)
    await ada.types("/rungs export")
    file, page = stage.playground.workspace.files.values()
    held = json.loads(file.content or b"")
    assert [(agent["name"], agent["owner"]) for agent in held["channels"]["agents"]] == [
        ("Robo", ada.id)
    ]
    assert "U9" not in str(held)
    assert "Agents (1)" in (page.content or b"").decode()
