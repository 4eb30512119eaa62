"""The owner of the workspace of a file's shared stage."""

from collections.abc import AsyncIterator

import pytest_asyncio
from sqlalchemy import delete, update
from sqlmodel import col

from storage.admin import Admin
from storage.workspaces import Workspace
from tests.admin.boss import OWNER
from tests.stage import Person, Stage


@pytest_asyncio.fixture(loop_scope="module")
async def priya(long_stage: Stage) -> AsyncIterator[Person]:
    """The owner of the workspace, in which nothing is set."""
    owner = long_stage.person(OWNER)
    yield owner
    long_stage.playground.faults.clear()
    while long_stage.playground.workspace.modal_stack(owner.id):
        await owner.closes()
    async with long_stage.database.write() as session:
        await session.execute(update(Workspace).values(settings=None))
        await session.execute(delete(Admin).where(col(Admin.is_named).is_(True)))
    long_stage.bot.deps.settings_changed()
    long_stage.bot.deps.admins.clear()
