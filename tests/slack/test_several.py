"""Several workspaces at once: an organization's payloads, people of other companies, and limited reading."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlmodel import col

from storage.members import Member
from tests.slack.several import MILL, NORTH, SOUTH, Several, several
from tests.stage import Person, shown

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(long_url: str) -> AsyncIterator[Several]:
    """All workspaces of the playground, with one bot."""
    async with several(long_url) as ready:
        yield ready


async def stored(here: Several, person: Person) -> list[str]:
    """Return the workspaces for which something is stored about this person."""
    async with here.database.read() as session:
        found = select(col(Member.workspace_id)).where(col(Member.user_id) == person.id)
        return list(await session.scalars(found))


@pytest.mark.parametrize("team", [NORTH, SOUTH])
async def test_a_member_of_an_organization_does_everything_in_their_workspace(
    here: Several, team: str
) -> None:
    member = here.people(team)[2]
    assert member.id.startswith("W")
    await member.types("/rungs assess engineering")
    await member.answers("ACE")
    assert "Try this" in str([shown(m) for m in member.messages()])
    await member.types("help")
    await member.opens_home()
    await member.clicks_in_view("Settings")
    assert await stored(here, member) == [team]
