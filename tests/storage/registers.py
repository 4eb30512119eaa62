"""What channels keep in the tests: agents, the words that they are graded in, and the needs of projects."""

from typing import Any

from coaching.members import MemberKey
from storage import required_level
from storage.agents import agents, grades
from storage.agents.agents import Agent, AgentFacts
from storage.agents.grades import Grade
from storage.database.engine import Database
from storage.required_level import Project
from tests.coaching.ladders import criteria, needs
from tests.storage.cast import ADA, minute

BOATS = criteria(count=2, levels=3)
JOURNEY = needs((1, 2), (3,))
ANSWERS = {"c0": 2.0, "c1": 1.0}
LINKS = {"c1": "https://example.com/logs?q=“größer”&x=1"}


def facts(name: str = "Robo", **changes: Any) -> AgentFacts:
    """What is said of an agent that nobody owns."""
    values: dict[str, Any] = {
        "name": name,
        "tool": "Workbench",
        "model": "model-1",
        "owner": None,
        "purpose": "Small fixes in the shop",
    }
    return AgentFacts(**values | changes)


async def added(
    database: Database,
    said: AgentFacts | None = None,
    *,
    by: MemberKey = ADA,
    channel: str = "C1",
    number: int = 0,
) -> Agent:
    """An agent in the register of a channel."""
    async with database.write() as session:
        agent = await agents.add(
            session,
            by.workspace_id,
            channel,
            "boats",
            said or facts(),
            by=by.user_id,
            now=minute(number),
        )
    assert agent is not None
    return agent


async def graded(
    database: Database, agent: Agent, *, by: MemberKey = ADA, level: int = 1, number: int = 5
) -> Grade:
    async with database.write() as session:
        return await grades.add(
            session, agent, BOATS, ANSWERS, LINKS, level=level, by=by.user_id, now=minute(number)
        )


async def shared(
    database: Database,
    name: str = "Shop",
    *,
    by: MemberKey = ADA,
    channel: str = "C1",
    level: int = 2,
    number: int = 7,
) -> Project:
    """A project whose needed level was shared with a channel."""
    async with database.write() as session:
        return await required_level.share(
            session,
            by.workspace_id,
            channel,
            JOURNEY,
            {"n0-0": 0.0, "n0-1": 1.0, "n1-0": 0.0},
            name=name,
            level=level,
            by=by.user_id,
            now=minute(number),
        )
